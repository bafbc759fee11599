import { comparableFor } from '../evidence/comparable-as.ts'
import type { Address, Evidence } from '../evidence/evidence.ts'
import { leastDifference, type NoiseFloor, noiseFloor } from '../evidence/noise-floor.ts'
import { type Problem, unsupported } from './problem.ts'
import { type Claim, type Context, slotValues, wordAt } from './relation-claim.ts'
import type { Sentence, Token } from './tokens.ts'
import type { Value } from './value.ts'

/** How far a bound may be above the floor: it was printed to four digits. */
const ROUNDED = 1.001

/** "By less than seed noise", "by no more than seeds explain": a size is held against what seeds do. */
export function isAgainstNoise({ tokens, end }: Claim): boolean {
  return isNoiseAt(tokens, end)
}

/** "Within" needs a check that bounds the size by the noise floor of its metric; "beyond" is for findings alone to say. */
export function noiseProblem({ written, isNegated }: Claim, context: Context): Problem | null {
  const isWithin = /\b(less|below|smaller|no more|at most)\b/.test(written) !== isNegated
  return isWithin && isHeld(context.checks, slotsOf(context.sentences), context)
    ? null
    : unsupported(
        isWithin
          ? `"${written}" noise needs a check of the difference against the noise floor that FINDINGS tells: delta(a, b) < that value.`
          : `"${written}" noise is for a finding to say; leave it out.`,
      )
}

/** Whether a sentence says "within noise" of a difference that lies within the noise floor. */
export function isNoiseChecked(
  sentence: Sentence,
  checks: readonly Value[],
  context: Pick<Context, 'evidence'>,
): boolean {
  const { tokens } = sentence
  const at = tokens.findIndex((token) => token.kind === 'word' && token.lower === 'noise')
  const isWithin = [1, 2, 3].some((back) =>
    /^(within|inside|below|under|less)$/.test(wordAt(tokens, at - back)),
  )
  return isWithin && isHeld(checks, slotsOf([sentence]), context)
}

function isNoiseAt(tokens: readonly Token[], from: number): boolean {
  const words = [0, 1, 2].map((on) => wordAt(tokens, from + on))
  return (
    /^(the )?(seed |seeds )?noise\b/.test(words.join(' ')) ||
    /^(other )?seeds (alone )?(explain|do|make|move)\b/.test(words.join(' '))
  )
}

/** The noise floor among the runs that the first of some may be ranked with, as findings tell it; over all where these have none. */
export function floorBeside(evidence: Evidence, metric: string, runs: readonly Address[]): NoiseFloor | null {
  const all = [...evidence.runs, ...evidence.earlier]
  const first = all.find(({ address }) => runs.includes(address))
  const alike =
    first === undefined
      ? []
      : all.filter((one) => comparableFor(one, metric) === comparableFor(first, metric))
  return noiseFloor(evidence, metric, alike) ?? noiseFloor(evidence, metric, all)
}

type Side = 'within' | 'beyond'

/** Whether a check says so of a bound, or all differences of two single runs that checks and slots tell are so. */
function isHeld(
  checks: readonly Value[],
  slots: readonly Value[],
  context: Pick<Context, 'evidence'>,
): boolean {
  const told = [...checks, ...slots].flatMap((value) => sideOf(value, context) ?? [])
  return (
    checks.some((check) => isBound(check, context)) ||
    (told.length > 0 && told.every((one) => one === 'within'))
  )
}

function slotsOf(sentences: readonly Sentence[]): readonly Value[] {
  return sentences.flatMap(({ tokens }) => slotValues(tokens))
}

/** On which side of the noise floor the values of two single runs lie that are held against each other. */
function sideOf({ made }: Value, { evidence }: Pick<Context, 'evidence'>): Side | null {
  const [a, b] = made?.operands ?? []
  if (!/^(<|>|<=|>=|delta|compare)$/.test(made?.by ?? '') || a?.kind !== 'number' || b?.kind !== 'number')
    return null
  const isPair = [a, b].every(
    ({ field, made: own, runs }) => field === 'metric' && own === null && runs.length === 1,
  )
  if (!isPair || a.name === null || a.name !== b.name || a.runs.join() === b.runs.join()) return null
  const floor = floorBeside(evidence, a.name, a.runs)
  if (floor === null) return null
  return Math.abs(a.value - b.value) <= leastDifference(floor) ? 'within' : 'beyond'
}

/** Whether a check holds the difference of a metric below a bound that is no higher than the noise floor. */
function isBound({ made }: Value, { evidence }: Pick<Context, 'evidence'>): boolean {
  const [a, b] = made?.operands ?? []
  const isBelow = /^<=?$/.test(made?.by ?? '')
  if ((!isBelow && !/^>=?$/.test(made?.by ?? '')) || a?.kind !== 'number' || b?.kind !== 'number')
    return false
  const [size, literal] = isBelow ? [a, b] : [b, a]
  const difference = size.made?.by === 'abs' ? size.made.operands[0] : size
  const [side] = difference?.made?.by === 'delta' ? difference.made.operands : []
  if (literal.field !== 'literal' || size.value < 0 || side?.kind !== 'number' || side.name === null)
    return false
  const floor = floorBeside(evidence, side.name, side.runs)
  return floor !== null && literal.value <= leastDifference(floor) * ROUNDED
}
