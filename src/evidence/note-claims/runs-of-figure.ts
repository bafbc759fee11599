import type { EvidenceRun } from '../evidence.ts'
import { quoteValues } from '../quote-values.ts'
import type { Ground, NoteClause } from './ground.ts'

/** A number of a note that is precise enough to tell a run, with the metrics that it may be of. */
export interface TellingFigure {
  readonly number: number
  readonly text: string
  readonly isPercent: boolean
  readonly index: number
  readonly metrics: readonly string[]
}

const OFFSET =
  /(?:\b(?:by|gain\w*|improv\w*|gap|margin|diff\w*|delta|drop\w*|within|spread|plus|minus|above|over|below|under|least|most|than|to|from|lr|rate)\s*(?:of|is|was)?\s*(?:about|around|only)?|[<>≤≥±~≈+])\s*$/i

/** The figures of a clause with at least three digits that tell something, each with the metrics that stand beside it or may be meant. */
export function figuresIn(
  { text, mentions }: Pick<NoteClause, 'text' | 'mentions'>,
  ground: Ground,
): readonly TellingFigure[] {
  return quoteValues(text).flatMap(({ value, text: written, unit, index }) => {
    const digits = written.replace(/^[-+]?0*\.?0*|\.|e.*$/gi, '')
    const end = index + written.length
    if (digits.length < 3 || !written.includes('.') || (unit !== null && unit !== '%')) return []
    if (mentions.some((one) => index < one.end && end > one.start) || OFFSET.test(text.slice(0, index)))
      return []
    const beside = mentions.findLast((one) => one.end <= index && one.kind !== 'level')
    if (beside?.kind === 'param') return []
    const behind = mentions.find((one) => one.start >= end && one.start - end <= 12)
    const named = [beside, behind].find((one) => one?.kind === 'metric')
    const metrics = named?.kind === 'metric' ? named.metrics : ground.usual
    return [{ number: value, text: written, isPercent: unit === '%', index, metrics }]
  })
}

/** The runs, told here or not, that logged a figure to its last digit. */
export function runsOfFigure(figure: TellingFigure, { all }: Ground): readonly EvidenceRun[] {
  const step = 10 ** -(figure.text.split('.')[1]?.length ?? 0)
  return all.filter(({ run }) =>
    figure.metrics.some((metric) => {
      const summary = run.metrics.get(metric)
      return [summary?.last, summary?.min, summary?.max].some(
        (value) =>
          value != null &&
          [value, value * 100].some(
            (logged, index) =>
              (index === 0 || figure.isPercent || figure.number > 1.5) &&
              Math.abs(logged - figure.number) <= 0.5 * step + 1e-12,
          ),
      )
    }),
  )
}
