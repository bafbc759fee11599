import { type Gap, gap } from '../../../gap.ts'

/** Values of metrics that are no numbers, counted by metric: one gap a metric. */
export function countLost(file: string): { add(metric: string): void; all(): readonly Gap[] } {
  const lost = new Map<string, number>()
  return {
    add(metric) {
      lost.set(metric, (lost.get(metric) ?? 0) + 1)
    },
    all: () =>
      [...lost].map(([metric, count]) =>
        gap(
          `metric ${metric}`,
          file,
          count === 1 ? 'one of its values is no number' : `${count} of its values are no numbers`,
        ),
      ),
  }
}
