import type { Direction } from '../settings.ts'
import { type CurvePoint, type CurveShape, levelsOf, shapeOf } from './curve-shape.ts'
import { type Block, foldBlocks } from './fold-blocks.ts'
import type { Point } from './run.ts'

export type { CurvePoint, CurveShape } from './curve-shape.ts'

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

/** The training curve beside a validation curve, where that was lowest and where it was highest, and at its end. */
export interface TrainingBeside {
  readonly metric: string
  readonly atLowest: TrainingAt | null
  readonly atHighest: TrainingAt | null
  readonly last: CurvePoint
  readonly endLevel: number | null
}

/** What a training curve says at a step of another curve: its level around it, and its own last point up to it. */
export interface TrainingAt {
  readonly level: number
  readonly point: CurvePoint
}

/** A curve and, while its run is being read, what it says at one of the steps that were watched. */
export interface TracedCurve {
  readonly curve: Curve
  at(step: number | null): TrainingAt | null
}

const MOST_BLOCKS = 256

/**
 * Takes the points of one series in order and gives what they tell; null where no point was finite. Series of more than 256
 * finite points are folded into 128 to 256 blocks: points keep their exact steps and values, the place of a plateau is exact to
 * a block. `watched` are steps at which it will be asked what it says.
 */
export function traceCurve(watched: Iterable<number> = []): {
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
  const passed = new Map<number, CurvePoint | null>([...watched].map((at) => [at, null]))
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
      // In a resumed run, what was logged last counts.
      for (const at of passed.keys()) if (step !== null && step <= at) passed.set(at, point)
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
        at: (step) => {
          if (known === 'none' || step === null) return null
          const level = levelAround(blocks, step)
          const point = passed.get(step) ?? null
          return level === null || point === null ? null : { level, point }
        },
      }
    },
  }
}

/** The mean of the last block that begins at or before a step: in a resumed run, what was logged last counts. */
function levelAround(blocks: readonly Block[], step: number): number | null {
  return blocks.findLast(({ firstStep }) => firstStep !== null && firstStep <= step)?.mean ?? null
}
