import { parseCommands } from '../../notes/said/parse-command.ts'
import { toldClauses } from '../../notes/said/told-clauses.ts'
import { candidatesAmong } from '../candidates.ts'
import type {
  EvidenceQuote,
  EvidenceRun,
  EvidenceWithoutFindings,
  NoteQuestion,
  QuoteAbout,
} from '../evidence.ts'
import { joined } from '../listed-runs.ts'
import { runsOfCommand } from './claims-of-commands.ts'
import { type Ground, slot, subjectOf, usualMetrics } from './ground.ts'
import { isPasted } from './judge-notes.ts'
import { figuresIn, runsOfFigure } from './runs-of-figure.ts'
import { type Mention, vocabularyOf } from './vocabulary.ts'

/** A passage of which nothing tells the runs. */
export const OPEN: QuoteAbout = { runs: [], confidence: 'open', by: null }

/** A passage about so many runs names none of them. */
const MOST_RUNS = 20
const MINUTES_OFF = 10
/** Runs that started no further apart may be of one sitting. */
const SESSION = 6 * 3_600_000
const CHOICE =
  /\b(?:my proposal|i propose|we go with|going with|go with|let'?s ship|to ship|shipping|we (?:chose|choose|pick(?:ed)?|take)|i (?:chose|choose|pick(?:ed)?|take)|decided (?:on|for)|final choice|final model)\b/i

/**
 * Each passage with the runs that it is about: those its author tied it to and those it names are certain; those its figures, its settings,
 * its pasted commands, a time or a place in the order point to are likely; the rest stays open. And the one question whose answer
 * changes a conclusion, if there is one: a choice that several settings with different results fit.
 */
export function attributeNotes(
  evidence: EvidenceWithoutFindings,
  tied: ReadonlyMap<string, readonly string[]>,
): { readonly quotes: readonly EvidenceQuote[]; readonly question: NoteQuestion | null } {
  if (evidence.quotes.length === 0 || evidence.runs.length + evidence.earlier.length === 0)
    return { quotes: evidence.quotes, question: null }
  const vocabulary = vocabularyOf(evidence)
  const ground: Ground = { evidence, vocabulary, all: vocabulary.all, usual: usualMetrics(evidence) }
  const quotes = evidence.quotes.map((quote) =>
    quote.kind === 'experiment' || quote.kind === 'commit'
      ? quote
      : { ...quote, about: aboutOf(quote, tied.get(quote.noteId) ?? [], ground) },
  )
  return { quotes, question: questionIn(quotes, ground) }
}

function aboutOf(quote: EvidenceQuote, tied: readonly string[], ground: Ground): QuoteAbout {
  const byHand = ground.all.filter(({ run }) =>
    tied.some((word) => run.key === word || run.id.startsWith(word) || run.name === word),
  )
  if (byHand.length > 0) return about(byHand, 'certain', 'tied')
  if (isPasted(quote)) {
    const runs = parseCommands(quote.text).flatMap(({ commands }) =>
      commands.flatMap((command) => runsOfCommand(command, ground) ?? []),
    )
    return about(runs, 'likely', 'command')
  }
  const mentions = ground.vocabulary.mentionsIn(quote.text)
  const named = mentions.filter((one) => one.kind === 'run' && one.by !== 'order')
  if (named.length > 0)
    return about(
      runsOf(named),
      'certain',
      named.every((one) => one.kind === 'run' && one.by === 'id') ? 'id' : 'name',
    )
  const ordered = mentions.filter((one) => one.kind === 'run')
  if (ordered.length > 0) return about(runsOf(ordered), 'likely', 'order')
  const atTime = runsAtTime(quote.text, ground)
  if (atTime.length > 0) return about(atTime, 'likely', 'time')
  const valued = runsOfFigures(quote, ground)
  if (valued.length > 0) return about(valued, 'likely', 'value')
  const most = Math.max(4, ground.evidence.runs.length / 2)
  const described = toldClauses(quote.text, null, ground.vocabulary.knows).flatMap(({ text }) => {
    const own = ground.vocabulary
      .mentionsIn(text)
      .filter((one) => one.kind === 'level' || one.kind === 'setting')
    const subject = subjectOf(own)
    const runs =
      subject === null ? own.flatMap((one) => (one.kind === 'level' ? one.runs : [])) : subject.runs
    const told = toldAmong(runs, ground)
    if (told.length > 0) return told
    // Of many that ran beside the document's, none is meant more than another; the other clauses still tell.
    return runs.length > most && runs.some((one) => ground.evidence.runs.includes(one)) ? [] : runs
  })
  const distinct = new Set(described)
  // What is said of most runs of the day is said of the day.
  if (distinct.size === 0 || distinct.size > most) return OPEN
  return about([...distinct], 'likely', 'setting')
}

/**
 * Those of the runs that the document tells of: a day's note speaks of the day's runs. None where others of the same user's ran beside
 * the document's: then the document was not made of all runs of its time, and a note of "lgbm" may mean any of them.
 */
function toldAmong(runs: readonly EvidenceRun[], { evidence }: Ground): readonly EvidenceRun[] {
  const starts = evidence.runs.flatMap(({ run }) => run.startedAt ?? [])
  const [first, last] = [Math.min(...starts) - SESSION, Math.max(...starts) + SESSION]
  const users = new Set(evidence.runs.map(({ run }) => run.user))
  const isBeside = ({ run }: EvidenceRun): boolean =>
    run.startedAt !== null && run.startedAt >= first && run.startedAt <= last && users.has(run.user)
  const told = runs.filter((one) => evidence.runs.includes(one))
  return runs.some((one) => !told.includes(one) && isBeside(one)) ? [] : told
}

/** The runs whose own figures a passage tells, to the last of three digits or more; none where one of them is of several runs. */
function runsOfFigures(quote: EvidenceQuote, ground: Ground): readonly EvidenceRun[] {
  const found = toldClauses(quote.text, quote.heading, ground.vocabulary.knows)
    .filter(({ stance }) => stance === 'told')
    .flatMap(({ text }) => figuresIn({ text, mentions: ground.vocabulary.mentionsIn(text) }, ground))
    .map((figure) => {
      const runs = runsOfFigure(figure, ground)
      const told = toldAmong(runs, ground)
      return told.length === 1 ? told : runs
    })
    .filter((runs) => runs.length > 0)
  return found.every((runs) => runs.length === 1) ? found.flat() : []
}

function runsOf(mentions: readonly Mention[]): readonly EvidenceRun[] {
  return mentions.flatMap((one) => (one.kind === 'run' ? one.runs : []))
}

function about(
  runs: readonly EvidenceRun[],
  confidence: QuoteAbout['confidence'],
  by: QuoteAbout['by'],
): QuoteAbout {
  const addresses = [...new Set(runs.map(({ address }) => address))]
  return addresses.length === 0 || addresses.length > MOST_RUNS ? OPEN : { runs: addresses, confidence, by }
}

/** "the 14:30 run": the run that started next to it, within ten minutes, by the clock of the document. */
function runsAtTime(text: string, { evidence }: Ground): readonly EvidenceRun[] {
  const times = [
    ...text.matchAll(
      /(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?::\d\d)?\s+(?:run|one|job)\b|\b(?:run|job|started)\s+(?:at|of|from)\s+([01]?\d|2[0-3]):([0-5]\d)\b/gi,
    ),
  ].map((match) => Number(match[1] ?? match[3]) * 60 + Number(match[2] ?? match[4]))
  if (times.length === 0) return []
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: evidence.span.timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const started = evidence.runs.flatMap((one) => {
    if (one.run.startedAt === null) return []
    const [hours = 0, minutes = 0] = clock.format(one.run.startedAt).split(':').map(Number)
    return [{ one, minutes: hours * 60 + minutes }]
  })
  return times.flatMap((time) => {
    const off = Math.min(...started.map(({ minutes }) => Math.abs(minutes - time)))
    return off > MINUTES_OFF
      ? []
      : started.flatMap(({ one, minutes }) => (Math.abs(minutes - time) === off ? [one] : []))
  })
}

/** A choice that fits several settings with different values of the metric that decides: which of them it was, only a person knows. */
function questionIn(quotes: readonly EvidenceQuote[], ground: Ground): NoteQuestion | null {
  const { lead } = ground.evidence
  if (lead === null) return null
  for (const quote of quotes) {
    if (quote.kind === 'experiment' || quote.kind === 'commit' || quote.expectation !== null) continue
    for (const { text, stance } of toldClauses(quote.text, quote.heading, ground.vocabulary.knows)) {
      if (stance === 'asked' || !CHOICE.test(text)) continue
      const subject = subjectOf(ground.vocabulary.mentionsIn(text))
      if (subject === null) continue
      const told = subject.runs.filter((one) => ground.evidence.runs.includes(one))
      const candidates = candidatesAmong(told, lead.metric, ground.evidence.metrics)
      if (candidates.length < 2 || candidates.length > 3) continue
      const runs = candidates.map(({ runs: [first] }) => slot(first))
      return {
        quote: quote.address,
        sentence: `[[quote(${quote.address}, ${JSON.stringify(text)})]]: which run is meant, ${joined(runs).replace(/ and (?=\S+$)/, ' or ')}?`,
      }
    }
  }
  return null
}
