import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { listRuns, restsOn, unnamedOf } from '../listed-runs.ts'
import { type NotedBreak, notedBreaks } from '../noted-breaks.ts'
import { type Break, protocolTimeline } from '../protocol-timeline.ts'

/** Changes of the protocol that the notes tell of and no log shows, each with where it is written and the runs that it parts. */
export function notedProtocol(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const noted = notedBreaks(evidence)
  if (noted.length === 0) return []
  const logged = protocolTimeline(
    [...evidence.earlier, ...evidence.runs].map(({ run }) => run),
    evidence.experiments,
  )
  return noted.filter((one) => !isLogged(one, logged, evidence)).map(tell)
}

/** Where the log itself shows a change of the data, the split or a threshold there, the note agrees with it, and it is told from the log. */
function isLogged(
  { after, before }: NotedBreak,
  logged: readonly Break[],
  { runs }: EvidenceWithoutFindings,
): boolean {
  const isPlaced = after.length > 0 && before.length > 0
  const from = isPlaced ? after : runs
  return logged.some(
    ({ what, at }) =>
      (what === 'evaluation data' || what === 'split' || what === 'threshold') &&
      from.some(({ run }) => run.key === at),
  )
}

function tell(noted: NotedBreak): NewFinding {
  const { text, quote, place, after, before, onBoth } = noted
  const opening =
    quote === null
      ? 'Noted, not logged: “[[this.noted]]” ([[this.place]]) opens a change of what is measured'
      : `Noted, not logged: [[quote(${quote}, ${JSON.stringify(text)})]] ([[this.place]]) tells of a change of what is measured`
  const sides = [
    ...(after.length === 0 ? [] : [`from it on ${listRuns(after, 'this.moreAfter')}`]),
    ...(onBoth.length === 0 ? [] : [`on both sides ${listRuns(onBoth, 'this.moreBoth')}`]),
  ]
  const parted =
    after.length > 0 && before.length > 0
      ? '; a ranking across it says so'
      : '; which runs it parts is not told, and rankings do not know of it'
  return {
    kind: 'protocol',
    sentence: `${opening}${sides.length === 0 ? '' : `: ${sides.join('; ')}`}${parted}.`,
    rests: restsOn([...after, ...onBoth]),
    texts: {
      ...(quote === null ? { noted: { text, from: 'a heading in the notes' } } : {}),
      place: { text: place, from: 'where the note stands' },
    },
    values: { ...more('moreAfter', after), ...more('moreBoth', onBoth) },
  }
}

function more(name: string, runs: readonly EvidenceRun[]): NonNullable<NewFinding['values']> {
  const unnamed = unnamedOf(runs)
  return unnamed === 0 ? {} : { [name]: counted(unnamed, 'runs not named') }
}
