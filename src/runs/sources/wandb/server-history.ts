import { type Gap, gap } from '../../../gap.ts'
import { isLooseMap, isLooseNumber, parseLooseJson } from '../../files/loose-json.ts'
import type { AddPoint } from '../../files/series.ts'
import { quoted } from '../../quoted.ts'
import { eachLeaf, isOwnName } from './logged-values.ts'
import type { ServerRun } from './server-records.ts'

/** A window holds no more steps than this, and so no more rows than are asked for: nothing in it is sampled. */
const STEPS_A_PAGE = 1000
/** A history whose steps lie further apart than this many pages is first tried in wide windows. */
const MANY_PAGES = 100
const MOST_PAGES = 10_000
const PLACE = 'graphql history'

/** Where the points of a run go. */
export interface RowTaker {
  /** Asked once for each metric; null where nobody wants it. */
  of(metric: string): AddPoint | null
}

/** What took the rows of a run, and what of them could not be read. */
export interface TakenRows<Taken> {
  readonly taken: Taken
  readonly gaps: readonly Gap[]
}

/** Asks for the rows from `minStep` up to and without `maxStep`, `samples` at most: JSON texts; null where the answer holds no history. */
export type AskRows = (
  minStep: number,
  maxStep: number,
  samples: number,
) => Promise<readonly unknown[] | null>

/**
 * Reads the whole history of a run, in the order of its steps: in windows of so many steps as rows are asked for, as W&B's own client does, for then
 * the server has nothing to sample. Steps that lie far apart are tried in wide windows, and believed where as many rows came as the server counts.
 */
export async function readServerHistory<Taken extends RowTaker>(
  { run, lastStep, rows }: ServerRun,
  begin: () => Taken,
  ask: AskRows,
): Promise<TakenRows<Taken>> {
  const end = (lastStep ?? (rows ?? 1) - 1) + 1
  const pages = Math.ceil(end / STEPS_A_PAGE)
  if (pages <= MANY_PAGES || rows === null || end <= 2 * rows) return strict()
  const width = Math.ceil(end / Math.max(MANY_PAGES / 2, (4 * rows) / STEPS_A_PAGE))
  const wide = await readWindows(width)
  if (wide.rows === rows || pages <= MOST_PAGES) return wide.rows === rows ? wide.history : strict()
  return {
    ...wide.history,
    gaps: [
      ...wide.history.gaps,
      gap(
        `the history of run ${quoted(run.id)}`,
        PLACE,
        `its steps lie far apart, and the server gave ${wide.rows} of ${rows} rows`,
      ),
    ],
  }

  async function strict(): Promise<TakenRows<Taken>> {
    return (await readWindows(STEPS_A_PAGE)).history
  }

  async function readWindows(
    steps: number,
  ): Promise<{ readonly history: TakenRows<Taken>; readonly rows: number }> {
    const taken = begin()
    const adders = new Map<string, AddPoint | null>()
    const broken = { count: 0, why: '' }
    let found = 0
    let unanswered = 0
    for (let from = 0; from < end; from += steps) {
      const answer = await ask(from, Math.min(from + steps, end), STEPS_A_PAGE)
      if (answer === null) unanswered += 1
      found += answer?.length ?? 0
      for (const row of answer ?? []) take(row)
    }
    const whole = `the history of run ${quoted(run.id)}`
    const gaps = [
      ...(broken.count === 0
        ? []
        : [gap(`${broken.count} rows of run ${quoted(run.id)}`, PLACE, broken.why)]),
      ...(unanswered > 0 ? [gap(whole, PLACE, `${unanswered} answers hold no history`)] : []),
      ...(unanswered === 0 && found === 0 && rows !== null && rows > 0
        ? [gap(whole, PLACE, `the server gave none of ${rows} rows`)]
        : []),
    ]
    return { history: { taken, gaps }, rows: found }

    function take(row: unknown): void {
      const parsed = typeof row === 'string' ? parseLooseJson(row) : null
      if (parsed === null || parsed.kind === 'broken' || !isLooseMap(parsed.value)) {
        broken.count += 1
        broken.why = parsed?.kind === 'broken' ? parsed.why : 'they hold no names with values'
        return
      }
      const step = parsed.value.get('_step')
      const time = parsed.value.get('_timestamp')
      eachLeaf('', parsed.value, (name, value) => {
        if (value.kind !== 'number' || isOwnName(name)) return
        let add = adders.get(name)
        if (add === undefined) {
          add = taken.of(name)
          adders.set(name, add)
        }
        add?.(
          isLooseNumber(step) ? step.value : null,
          isLooseNumber(time) ? Math.round(time.value * 1000) : null,
          value.value,
        )
      })
    }
  }
}
