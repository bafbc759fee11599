import { type Gap, gap } from '../../../gap.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import type { AddPoint } from '../../files/series.ts'
import type { Training } from './split-trainings.ts'

/**
 * The run of one training: its values by their step, else their epoch, and the epoch itself where both are told. A console tells of no end but a traceback. `gaps` is what
 * could not be read of the log.
 */
export function loadTraining(
  { rows, failed, resumed, uncounted, isWithinEpochs }: Training,
  file: string,
  gaps: readonly Gap[],
  reading: Reading,
): Omit<LoadedRun, 'experiment' | 'name'> {
  const params = new Map<string, LoggedText>()
  // No settings: trainings that run as long are not the same run again for it.
  const tags = new Map<string, string>()
  const adds = new Map<string, AddPoint | null>()
  for (const { step, epoch, metrics, params: told, totals, line, time } of rows) {
    for (const [name, text] of told) if (!params.has(name)) params.set(name, { text, file, line })
    for (const [name, text] of totals) if (!tags.has(`${name} total`)) tags.set(`${name} total`, text)
    const at = isWithinEpochs ? (epoch ?? step) : (step ?? epoch)
    const isBeside = step !== null && epoch !== null && !isWithinEpochs
    for (const [name, value] of isBeside ? [...metrics, ['epoch', epoch] as const] : metrics) {
      const add = adds.get(name)
      const series = add === undefined ? reading.series(name, file) : add
      adds.set(name, series)
      series?.(uncounted.has(name) ? null : at, time, value, line)
    }
  }
  const [first] = rows
  return {
    status: failed === null ? 'unknown' : failed.isStopped ? 'killed' : 'failed',
    startedAt: first?.since ?? failed?.time ?? null,
    endedAt: failed?.time ?? null,
    params,
    tags: failed === null ? tags : tags.set('failure', failed.text),
    gaps: [
      ...gaps,
      ...(resumed === null
        ? []
        : [
            gap(
              resumed.values === 1 ? 'one value' : `${resumed.values} values`,
              `${file}:${resumed.line}`,
              'the training was resumed: what came at that step and after, before it was, is left out',
            ),
          ]),
    ],
    origin: first === undefined ? { file } : { file, line: first.line },
  }
}
