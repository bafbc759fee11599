/**
 * How a clause is meant. Only what is `told` is a claim about what happened; `elsewhere` tells of other days, other people's
 * figures, thresholds and goals.
 */
export type Stance = 'told' | 'planned' | 'asked' | 'expected' | 'elsewhere'

/** A part of a passage between its commas and full stops, verbatim. */
export interface Clause {
  readonly text: string
  /** Where it begins in the passage. */
  readonly index: number
  readonly stance: Stance
  /** Which sentence of the passage it belongs to, from 0. */
  readonly sentence: number
}

/** Opens a plan that goes on to the end of its line. */
const PLAN_OPENS =
  /\b(?:tmrw|tmr|tomorrow|to-?do|next(?=\s*:|\s+(?:steps?|time|week|up|day|run|try)\b)|plans?(?:\s+(?:is|to|for)|\s*:)|planned|later\s*:|ideas?\s*:|open\s*:|mon(?:day)?\s*:)/i
const PLANNED =
  /\b(?:will|won't|gonna|going to|wants?|wanna|should|shall|needs? to|need|have to|must|let'?s|could|would|might|may|if|intend|consider|perhaps|to be (?:tried|run|done))\b/i
/** "Try a larger batch": the verb of a plan stands first. */
const IMPERATIVE =
  /^(?:\[ \]\s*)?(?:try|rerun|re-run|add|increase|decrease|reduce|fix|repeat|compare|switch|look|make|use|do|check|ask|find|get|keep|drop|redo|investigate|explore|test(?![ _](?:set|loss|acc|auc|f1|score|error))|run(?!\s*\d+\s*(?:is|was|had|got|:)|s\b))\b/i
const ASKED =
  /\b(?:why|how|whether|wonder\w*|no idea|not sure|unsure|unclear|don'?t know|who knows|what if)\b/i
const EXPECTED =
  /\b(?:maybe|perhaps|expect\w*|hop(?:e|ing|ed|efully)|guess\w*|suspect\w*|assum\w*|hypothes\w*|predict|gut feeling|i think|believe|i bet|probably|likely|presumably|supposedly|apparently|in theory|seems?)\b/i
/** "…, I think" behind a claim makes it no guess about the future. */
const TRAILING_HEDGE =
  /,?\s*\b(?:(?:i|I)\s+(?:guess|think|believe)|i'?m (?:fairly|pretty) sure|if (?:i|I) (?:remember|recall)\s*\w*)\s*\W*$/
/** "…, which nobody seems to have noticed" doubts nobody but the reader. */
const NOBODY = /\s(?:which|that) (?:nobody|no one|everyone|everybody)\b.*$/i
const ELSEWHERE =
  /\b(?:before|until|yesterday'?s?|last (?:week|weekend|month|year|night|friday|monday|tuesday|wednesday|thursday|time|day)|previous(?:ly)?|earlier|thresholds?|cut-?offs?|papers?|literature|sota|state of the art|published|reports?|reported|leaderboard|et al|baseline of|(?:the )?old|monday|tuesday|wednesday|thursday|friday|saturday|sunday|goal|targets?(?=\s*(?:is|was|of|for|:|=|~|<|>|\d|loss|acc\w*|auc|score))|budget|chance level|random guessing|in theory|theoretical(?:ly)?|ceiling|(?:upper|lower) bound|estimated?|projected|projection|extrapolat\w*|elsewhere|originally|used to|quarter|simulated)\b/i
const OTHER_PERSON =
  /(?<![\p{L}.])(\p{Lu}\p{Ll}{2,})(?:'s|\s+(?:says?|said|tried|got|gets|had|has|ran|reports?|reported|claims?|claimed|found|finds|thinks|told|uses|used|measured|reached))(?!\p{L})/u
const NO_PERSON = new Set(
  'Also Now Then Today Still Both Each Every Never Nothing None Run Runs Training Test Validation Loss Model Batch Everything This That These Those What Which She They Dropout All Some Most Only First Second Last Once Lower Higher Longer Larger Smaller Adding One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Nobody Someone Everyone Yes Note Result Results Update'.split(
    ' ',
  ),
)

const PLAN_SCOPE =
  /^(?:\W*)(?:next|to-?do|plans?|planned|ideas?|tomorrow|tmrw|future|later|backlog|wish ?list|open|questions?|morgen|demain|à faire|neste|i morgen)\b/i
const EXPECTED_SCOPE = /^(?:\W*)(?:hypothes\w*|expect\w*|predictions?|prior|why)\b/i
const ELSEWHERE_SCOPE =
  /^\W*(?:related work|(?:the )?papers?|literature|sota|references?|published|targets?|goals?|acceptance|requirements|thresholds?|yesterday|last week)\b/i

/** How all that stands under a heading is meant; null where the heading says nothing of it. */
export function stanceOfScope(heading: string | null): Stance | null {
  if (heading === null) return null
  for (const part of heading.split(' › ')) {
    if (PLAN_SCOPE.test(part)) return 'planned'
    if (EXPECTED_SCOPE.test(part)) return 'expected'
    if (ELSEWHERE_SCOPE.test(part)) return 'elsewhere'
  }
  return null
}

/**
 * The clauses of a passage with how each is meant. A plan that opens with "tomorrow" or "next" holds to the end of its line,
 * a question mark for its sentence, and a heading for all under it. `isName` tells words that name a run, a metric or a
 * setting: those are no persons.
 */
export function toldClauses(
  text: string,
  heading: string | null,
  isName: (word: string) => boolean = () => false,
): readonly Clause[] {
  const scoped = stanceOfScope(heading)
  const clauses: Clause[] = []
  let sentence = 0
  let at = 0
  for (const line of text.split('\n')) {
    const isStruck = /^~~.*~~$/.test(line.trim())
    let planFrom = Number.POSITIVE_INFINITY
    const planned = PLAN_OPENS.exec(line)
    if (planned !== null) planFrom = planned.index
    for (const [start, end] of sentencesOf(line)) {
      const words = line.slice(start, end)
      const own = isStruck ? 'elsewhere' : stanceOfSentence(words, start, planFrom)
      for (const [from, to] of partsOf(line, start, end)) {
        const clause = line.slice(from, to)
        const stance: Stance =
          scoped ?? own ?? (elsewhere(clause, isName) ? 'elsewhere' : stanceOfClause(clause))
        clauses.push({ text: clause, index: at + from, stance, sentence })
      }
      sentence += 1
    }
    at += line.length + 1
  }
  return clauses
}

function stanceOfSentence(words: string, start: number, planFrom: number): Stance | null {
  if (/\?["')!?]*\s*$/.test(words)) return 'asked'
  if (planFrom < start + words.length) return 'planned'
  const plain = words.replace(TRAILING_HEDGE, '')
  if (/^\W*(?:if|once)\b/i.test(plain)) return 'planned'
  if (IMPERATIVE.test(plain.replace(/^\W+/, ''))) return 'planned'
  return null
}

function stanceOfClause(clause: string): Stance {
  const plain = clause.replace(TRAILING_HEDGE, '')
  if (IMPERATIVE.test(plain.replace(/^\W+/, '')) || PLANNED.test(plain)) return 'planned'
  if (ASKED.test(plain)) return 'asked'
  if (EXPECTED.test(plain.replace(NOBODY, ''))) return 'expected'
  return 'told'
}

function elsewhere(clause: string, isName: (word: string) => boolean): boolean {
  if (ELSEWHERE.test(clause)) return true
  const person = OTHER_PERSON.exec(clause)?.[1]
  return person !== undefined && !NO_PERSON.has(person) && !isName(person.toLowerCase())
}

/** Sentences of a line as ranges; a full stop in a number or a name ends none. */
function sentencesOf(line: string): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = []
  let start = 0
  for (const match of line.matchAll(/[.!?;]+["')\]]*(?=\s|$)|\s(?:=>|->|→|⇒)\s/g)) {
    const end = match.index + match[0].length
    if (
      /^\.$/.test(match[0]) &&
      /(?:^|[\s(])(?:vs|e\.g|i\.e|ca|approx|resp|etc|no|cf|incl|avg|max|min)$/i.test(
        line.slice(start, match.index),
      )
    )
      continue
    ranges.push([start, end])
    start = end
  }
  if (line.slice(start).trim() !== '') ranges.push([start, line.length])
  return ranges
}

/** A sentence cut at its commas, at " but " and " – ", trimmed; a comma within a number or in brackets cuts nothing. */
function partsOf(line: string, start: number, end: number): readonly (readonly [number, number])[] {
  const cuts: (readonly [number, number])[] = []
  let depth = 0
  for (let index = start; index < end; index += 1) {
    const character = line[index]
    if (character === '(' || character === '[') depth += 1
    if (character === ')' || character === ']') depth = Math.max(0, depth - 1)
    if (depth > 0) continue
    if (character === ',' && /[\s\p{L}]/u.test(line[index + 1] ?? ' ')) cuts.push([index, index + 1])
    const joint = /^\s(?:but|while|whereas|although|though|and then|u[hm]+|so (?:we|i)(?= )|[–—-])\s/i.exec(
      line.slice(index, index + 12),
    )
    if (joint !== null) cuts.push([index, index + joint[0].length - 1])
  }
  const edges: (readonly [number, number])[] = [[start, start], ...cuts, [end, end]]
  return edges.slice(1).flatMap(([cut], index): (readonly [number, number])[] => {
    const from = edges[index]?.[1] ?? start
    const raw = line.slice(from, cut)
    const left = from + (raw.length - raw.replace(/^[\s\-*•–—>=→⇒]+(?=\S)/u, '').length)
    const right = from + raw.replace(/[\s.!?;:,]+$|\s+(?:=>|->|→|⇒)\s*$/gu, '').length
    return right > left ? [[left, right]] : []
  })
}
