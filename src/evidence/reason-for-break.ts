import type { Break, ProtocolPart } from './protocol-timeline.ts'

/** Something that a person wrote and that may tell why the protocol changed. */
export interface ReasonPassage {
  readonly text: string
  /** Where it stands: a file, a commit, an experiment's description, a document. */
  readonly place: string
  readonly line: number | null
  /** Milliseconds since 1970; null where nothing dates it. */
  readonly at: number | null
  /** The experiment it describes, by its id; null for what is no description. */
  readonly experiment: string | null
}

/** When a break happened, and in which experiment its first run is. */
export interface BreakTime {
  /** Start of the last run before it and of the first one after it; null where not logged. */
  readonly last: number | null
  readonly at: number | null
  readonly experiment: string
}

const DAY = 24 * 3_600_000
/** People announce a change some days before, and often explain it only when they sum up. */
const BEFORE = 7 * DAY
const BEHIND = 21 * DAY

/** What passages about each part of a protocol speak of, beside the names that were logged. */
const SUBJECTS: Readonly<Record<ProtocolPart, RegExp>> = {
  'primary metric':
    /\b(metrics?|primary|decid\w*|deciding|judge\w*|ranking|goal|objective|target|criteri\w+|optimi[sz]\w*)\b/i,
  'evaluation data':
    /\b(data(?: ?sets?)?|rows?|samples?|examples?|records?|table|labels?|annotations?|duplicates?|dedup\w*|copies|export|corpus|test ?set|val(?:idation)? ?set|eval(?:uation)? ?set|benchmark|images?|leak\w*)\b/i,
  split:
    /\b(splits?|re-?split\w*|folds?|cross-?validation|cv|hold-?out|train\/(?:val|test)|val(?:idation)? ?(?:set|part|share|size)|test ?(?:set|part|share|size)|stratif\w*|leak\w*)\b/i,
  threshold: /\b(thresholds?|cut-?offs?|operating ?points?|averag\w+|macro|micro|tuned?)\b/i,
  budget: /\b(epochs?|steps?|iterations?|rounds?|estimators?|budget|longer|shorter|trained?)\b/i,
  code: /\b(code|bug|fix\w*|commit|refactor\w*|rewr\w+)\b/i,
}

/** Words with which people say that, or why, something was changed. */
const CHANGE =
  /\b(because|since|so that|therefore|hence|reasons?|due to|instead|from (?:now|today|here|then) on|no longer|any ?more|changed?|changes|switch\w*|replac\w*|drop(?:ped|ping|s)?|remov\w*|clean\w*|fix(?:ed|es|ing)?|correct\w*|added|new|re-?(?:label|split|sampl|export|generat|process)\w*|agreed|decided?|decides|wants?|matter\w*|useless|says? nothing|compar\w*|moved?|turned out|wrong|leak\w*|tun(?:ed|e|ing)|=>|->)|(?:=>|->)/i

/**
 * The passage that tells why the protocol changed: written about the time of the break (or undated, or the description of
 * its experiment), of what changed or by a name of it, with words of change; the one that tells most first. Null where nobody
 * wrote one. It is found by its words: a reader has to see it to judge it.
 */
export function reasonForBreak(
  one: Break,
  time: BreakTime,
  passages: readonly ReasonPassage[],
): ReasonPassage | null {
  const names = namesOf(one)
  const scored = passages.flatMap((passage) => {
    if (!isNear(passage, time)) return []
    const isNamed = names.some((pattern) => pattern.test(passage.text))
    const isSubject = SUBJECTS[one.what].test(passage.text)
    const isChange = CHANGE.test(passage.text)
    const score = Number(isNamed) + Number(isSubject) + Number(isChange)
    // A metric's name alone stands in every note; a subject alone, in every second one.
    if (!isChange || score < 2 || (one.what === 'primary metric' && !isNamed)) return []
    if (one.what === 'primary metric' && score < 3) return []
    return [{ passage, score, far: distance(passage, time) }]
  })
  const [best] = scored.sort((a, b) => b.score - a.score || a.far - b.far)
  return best?.passage ?? null
}

/** The names and values that changed, as words of a text: `val_f1` is also "F1", `tuned_on_val` is not "val". */
function namesOf({ what, name, from, to }: Break): readonly RegExp[] {
  const written = what === 'primary metric' ? [from ?? '', to] : [name, to]
  return written.flatMap((text) => {
    const bare = text.replace(/^(val|valid|validation|test|train|eval|dev|cv)[_./ -]/i, '')
    return [...new Set([text, bare])]
      .filter((word) => word.length >= 2 && !GENERAL.test(word))
      .map((word) => wordPattern(word))
  })
}

/** Names that say nothing of which thing is meant. */
const GENERAL = /^(primary metric|dataset|data|df|unnamed|loss|true|false|none|null|\d{1,2}|0?\.\d)$/i

function wordPattern(word: string): RegExp {
  const spelled = word
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .join('[^\\p{L}\\p{N}]?')
  return new RegExp(`(?<![\\p{L}\\p{N}])${spelled}(?![\\p{L}\\p{N}])`, 'iu')
}

function isNear({ at, experiment }: ReasonPassage, time: BreakTime): boolean {
  if (experiment !== null) return experiment === time.experiment
  if (at === null || time.at === null) return true
  return at >= (time.last ?? time.at) - BEFORE && at <= time.at + BEHIND
}

function distance({ at }: ReasonPassage, time: BreakTime): number {
  return at === null || time.at === null ? Number.MAX_SAFE_INTEGER : Math.abs(at - time.at)
}
