import type { Direction } from '../settings.ts'
import { type CurveShape, levelsOf, shapeOf } from './curve-shape.ts'
import { type Block, foldBlocks } from './fold-blocks.ts'
import type { Point } from './run.ts'

export type { CurveShape } from './curve-shape.ts'

/** A finite value of a series and where it stood. */
export interface CurvePoint {
  readonly step: number | null
  readonly value: number
}

/** What the whole series of a metric tells, made in one pass over its points, with bounded memory. */
export interface Curve {
  /** How many points, non-finite ones included. */
  readonly count: number
  readonly nonFinite: number
  readonly first: CurvePoint
  readonly last: CurvePoint
  readonly lowest: CurvePoint
  readonly highest: CurvePoint
  /** The first point that was no finite number; null where all were. */
  readonly nonFiniteFrom: { readonly step: number | null } | null
  /** Whether the very last point was no finite number. */
  readonly endsNonFinite: boolean
  /** Whether each step is higher than the one before, some came again or went back (a resumed run), or they tell nothing. */
  readonly steps: 'rising' | 'repeated' | 'none'
  /** The level it ended at: the median over its last tenth; null below ten finite points. */
  readonly endLevel: number | null
  /** Its shape, where low values are the good ones, and where high ones are. */
  readonly shape: Readonly<Record<Direction, CurveShape>>
  /** What the same metric said on the training data, where this one was measured on other data and both are logged. */
  readonly training: TrainingBeside | null
}

/** The training curve beside a validation curve: its level around the steps where that was lowest and highest. */
export interface TrainingBeside {
  readonly metric: string
  readonly atLowest: number | null
  readonly atHighest: number | null
  readonly endLevel: number | null
}

/** A curve and, while its run is being read, the level it had around a step. */
export interface TracedCurve {
  readonly curve: Curve
  levelAt(step: number | null): number | null
}

const MOST_BLOCKS = 256

/**
 * Takes the points of one series in order and gives what they tell; null where no point was finite. Series of more than 256
 * finite points are folded into 128 to 256 blocks: extremes keep their exact steps, the step of a plateau is exact to a block.
 */
export function traceCurve(): {
  add(point: Pick<Point, 'step' | 'value'>): void
  finish(): TracedCurve | null
} {
  let count = 0
  let nonFinite = 0
  let first: CurvePoint | null = null
  let last: CurvePoint | null = null
  let lowest: CurvePoint | null = null
  let highest: CurvePoint | null = null
  let nonFiniteFrom: Curve['nonFiniteFrom'] = null
  let endsNonFinite = false
  let steps: Curve['steps'] = 'rising'
  let isOneStep = true
  let before: number | null = null
  const folded = foldBlocks(MOST_BLOCKS)
  return {
    add({ step, value }) {
      if (step === null) steps = 'none'
      else {
        if (before !== null && step !== before) isOneStep = false
        if (before !== null && step <= before && steps === 'rising') steps = 'repeated'
        before = step
      }
      count += 1
      endsNonFinite = !Number.isFinite(value)
      if (endsNonFinite) {
        nonFinite += 1
        nonFiniteFrom ??= { step }
        return
      }
      const point = { step, value }
      first ??= point
      last = point
      if (lowest === null || value < lowest.value) lowest = point
      if (highest === null || value > highest.value) highest = point
      folded.add(step, value)
    },
    finish() {
      if (first === null || last === null || lowest === null || highest === null) return null
      const blocks = folded.blocks()
      const known = count > 1 && isOneStep ? 'none' : steps
      return {
        curve: {
          count,
          nonFinite,
          first,
          last,
          lowest,
          highest,
          nonFiniteFrom,
          endsNonFinite,
          steps: known,
          endLevel: levelsOf(blocks).at(-1) ?? null,
          shape: { lower: shapeOf(blocks, 'lower'), higher: shapeOf(blocks, 'higher') },
          training: null,
        },
        levelAt: (step) => (known === 'none' || step === null ? null : levelAround(blocks, step)),
      }
    },
  }
}

/** The mean of the last block that begins at or before a step: in a resumed run, what was logged last counts. */
function levelAround(blocks: readonly Block[], step: number): number | null {
  return blocks.findLast(({ firstStep }) => firstStep !== null && firstStep <= step)?.mean ?? null
}
