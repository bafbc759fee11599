import type { Run } from '../runs/run.ts'
import type { Settings } from '../settings.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingText } from './evidence.ts'
import { type Break, protocolTimeline } from './protocol-timeline.ts'
import { remember } from './remember.ts'

/** A change of the budget for good, with the runs on either side of it. */
interface BudgetBreak<One> {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly before: readonly One[]
  readonly after: readonly One[]
}

/**
 * The changes of the budget that lie between these runs and that narrate.yaml does not waive: runs of the experiment it changed
 * in, with the old value and with the new one. A budget that is varied as a search does changes nothing for good and is none.
 * `all` are the runs that the breaks were sought in.
 */
export function budgetBreaks<One extends { readonly run: Run }>(
  runs: readonly One[],
  all: readonly Run[],
  breaks: readonly Break[],
  waivers: Settings['waivers'],
): readonly BudgetBreak<One>[] {
  if (waivers.some(({ across }) => across === 'budget')) return []
  const found = breaks.filter(({ what, from }) => what === 'budget' && from !== null)
  if (found.length === 0) return []
  const byKey = new Map(all.map((run) => [run.key, run]))
  return found.flatMap(({ name, from, to, at }) => {
    const experiment = byKey.get(at)?.experiment.id
    const withValue = (value: string | null): readonly One[] =>
      runs.filter(({ run }) => run.experiment.id === experiment && run.params.get(name) === value)
    const [before, after] = [withValue(from), withValue(to)]
    return from === null || before.length === 0 || after.length === 0
      ? []
      : [{ name, from, to, before, after }]
  })
}

const searched = remember(({ runs, earlier, experiments }: EvidenceWithoutFindings) => {
  const all = [...runs, ...earlier].map(({ run }) => run)
  return { all, breaks: protocolTimeline(all, experiments) }
})

/** Words for a ranking of runs that a change of the budget lies between, with the text they print; empty where none does. */
export function acrossBudget(
  ranked: readonly EvidenceRun[],
  evidence: EvidenceWithoutFindings,
): { readonly words: string; readonly texts: Readonly<Record<string, FindingText>> } {
  const { all, breaks } = searched(evidence)
  const [changed] = budgetBreaks(ranked, all, breaks, evidence.rules.waivers)
  if (changed === undefined) return { words: '', texts: {} }
  const text = `${changed.name} ${changed.from}, then ${changed.to}`
  return {
    words: ' across a change of the budget ([[this.budget]])',
    texts: { budget: { text, from: 'parameter in the log' } },
  }
}
