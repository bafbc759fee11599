import { permutationImportance, type Repeated } from '../../statistics/permutation-importance.ts'
import { ranksOf } from '../../statistics/rank-correlation.ts'
import { seededRandom, shuffled } from '../../statistics/seeded-random.ts'
import { comparableFor } from '../comparable-as.ts'
import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingValue, NewFinding } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { withoutFolds } from '../folds.ts'
import { headlineValue, rankedBy } from '../headline.ts'
import { isAside } from '../setting-of.ts'
import { isSeed } from '../what-varied.ts'

const FEWEST_RUNS = 30
const FEWEST_PER_PARAMETER = 10
const MOST_PARAMETERS = 20
const MOST_LEVELS = 12
/** Of more runs than this the parameters are compared over a sample, and the forest grows on a smaller one, to bound the time. */
const MOST_COMPARED = 1000
const MOST_RUNS = 200
/** A day that added less than this share to a sweep leaves its answer as it was. */
const LEAST_ADDED = 0.1
const REPEATS = 10
const SEED = 20_261_120
/** The forest must explain this much of the order of held-out runs before its inputs are worth a word. */
const LEAST_EXPLAINED = 0.2
const MOST_NAMED = 3
const NAMES = ['First', 'Second', 'Third']

/**
 * Which parameters moved the lead metric, in the session's largest sweep (finished runs of one experiment that may be ranked against each other): 30 runs or more,
 * 10 or more for each parameter that varied, 20 parameters at most. A random forest learns the rank of a run's value (so
 * that one diverged run does not decide) from its parameters; a parameter's importance is what shuffling it on held-out
 * runs takes from R², over ten splits. Numbers are taken by their order (a scale makes no difference); texts
 * as one column per level. Seeds, bookkeeping, texts with many levels and what not nearly every run logged are left out;
 * parameters that changed together count as one. Silent where the forest explains less than a fifth of the
 * order of held-out runs. A parameter whose importance lies within two standard deviations of zero is not named.
 */
export function importance(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const metric = evidence.lead?.metric
  if (metric === undefined) return []
  const sweep = largestSweep(evidence, metric)
  if (sweep === null) return []
  const { inputs, runs, compared } = inputsOf(sweep)
  const isLargeEnough = runs.length >= FEWEST_RUNS && runs.length >= inputs.length * FEWEST_PER_PARAMETER
  if (!isLargeEnough || inputs.length < 2 || inputs.length > MOST_PARAMETERS) return []
  const values = compared.map((one) => headlineValue(one, metric, evidence.metrics) ?? 0)
  if (new Set(values).size < 5) return []
  const sample = sampleOf(compared.length, MOST_RUNS)
  const { explained, importances } = permutationImportance({
    inputs: inputs.map(({ columns }) => columns.map((column) => sample.map((row) => column[row] ?? 0))),
    target: ranksOf(sample.map((row) => values[row] ?? 0)),
    repeats: REPEATS,
    seed: SEED,
  })
  if (explained.mean < LEAST_EXPLAINED || explained.mean - explained.sd <= 0) return []
  const told = inputs
    .flatMap(({ label }, index) => {
      const of = importances[index]
      return of !== undefined && of.mean - 2 * of.sd > 0 ? [{ label, of }] : []
    })
    .sort((a, b) => b.of.mean - a.of.mean)
  const named = told.slice(0, MOST_NAMED)
  if (named.length === 0) return []
  const others = inputs.length - told.length
  const sampled = runs.length > sample.length
  const isProject = runs.some(({ address }) => !evidence.runs.some((one) => one.address === address))
  return [
    {
      kind: 'importance',
      scope: isProject ? 'project' : 'session',
      sentence: `What moved ${metric} most over [[this.runs]] comparable runs${within(runs, evidence)}: ${ordered(named)}. In brackets: what shuffling it takes from the R² of [[this.explained]] on held-out runs${sampled ? ', of a sample of [[this.sampled]] runs' : ''}.${others === 0 ? '' : ' Not told apart from noise: [[this.others]] of [[this.parameters]] parameters.'}`,
      rests: spreadOver(runs).map(({ address }) => address),
      values: {
        runs: counted(runs.length, 'finished comparable runs of the sweep'),
        explained: share(explained.mean, 'R² of a random forest on held-out runs, mean over ten splits'),
        ...(sampled ? { sampled: counted(sample.length, 'runs drawn with a fixed seed') } : {}),
        ...(others === 0
          ? {}
          : {
              others: counted(others, 'parameters within two standard deviations of zero'),
              parameters: counted(inputs.length, 'parameters that varied'),
            }),
        ...Object.fromEntries(
          named.flatMap(({ of }, index) => [
            [
              `importance${NAMES[index]}`,
              share(of.mean, 'loss of R² on held-out runs when shuffled, mean over ten splits'),
            ],
            [`sd${NAMES[index]}`, share(of.sd, 'sample standard deviation over the splits')],
          ]),
        ),
      },
    },
  ]
}

/** The experiment of the sweep, where the evidence holds several. */
function within([first]: readonly EvidenceRun[], evidence: EvidenceWithoutFindings): string {
  const names = new Set([...evidence.runs, ...evidence.earlier].map(({ run }) => run.experiment.name))
  const name = first?.run.experiment.name ?? ''
  return names.size < 2 || /[[\]{}]|^\d+$/.test(name) || name === '' ? '' : ` of ${name}`
}

/** "lr (0.6 ± 0.1), then depth (…)"; "and" where two differ by no more than twice their spread. */
function ordered(named: readonly { readonly label: string; readonly of: Repeated }[]): string {
  return named
    .map(({ label, of }, index) => {
      const before = named[index - 1]?.of
      const isApart = before !== undefined && before.mean - of.mean > 2 * Math.hypot(before.sd, of.sd)
      const link = before === undefined ? '' : isApart ? ', then ' : ' and, in no certain order, '
      return `${link}${label} ([[this.importance${NAMES[index]}]] ± [[this.sd${NAMES[index]}]])`
    })
    .join('')
}

/** The largest set of finished runs of one experiment, ranked by the metric, where the session added a tenth of it or more. */
function largestSweep(evidence: EvidenceWithoutFindings, metric: string): readonly EvidenceRun[] | null {
  const keyOf = (one: EvidenceRun): string =>
    JSON.stringify([comparableFor(one, metric), one.run.source, one.run.experiment.id])
  const own = new Set(evidence.runs.map(keyOf))
  const sets = Map.groupBy(
    rankedBy(metric, withoutFolds([...evidence.runs, ...evidence.earlier]), evidence.metrics),
    keyOf,
  )
  const largest = [...sets].reduce<readonly EvidenceRun[] | null>(
    (most, [key, runs]) => (own.has(key) && runs.length > (most?.length ?? 0) ? runs : most),
    null,
  )
  if (largest === null || evidence.earlier.length === 0) return largest
  const isOwn = new Set(evidence.runs.map(({ address }) => address))
  const added = largest.filter(({ address }) => isOwn.has(address)).length
  return added >= largest.length * LEAST_ADDED ? largest : null
}

interface Input {
  readonly label: string
  readonly columns: readonly (readonly number[])[]
}

/**
 * The runs that log all parameters, in order of their addresses; those of them that are compared, a thousand at most; and
 * the parameters that varied over these, as columns.
 */
function inputsOf(sweep: readonly EvidenceRun[]): {
  readonly inputs: readonly Input[]
  readonly runs: readonly EvidenceRun[]
  readonly compared: readonly EvidenceRun[]
} {
  const logged = new Map<string, number>()
  for (const { run } of sweep)
    for (const name of run.params.keys()) logged.set(name, (logged.get(name) ?? 0) + 1)
  const names = [...logged]
    .filter(([name, count]) => count >= sweep.length * 0.9 && !isSeed(name) && !isAside(name, ''))
    .map(([name]) => name)
    .sort()
  const runs = sweep
    .filter(({ run }) => names.every((name) => run.params.has(name)))
    .sort((a, b) => Number(a.address.slice(1)) - Number(b.address.slice(1)))
  const compared = sampleOf(runs.length, MOST_COMPARED).flatMap((row) => runs[row] ?? [])
  const byDivision = Map.groupBy(
    names.flatMap((name) => {
      const texts = compared.map(({ run }) => run.params.get(name) ?? '')
      const levels = [...new Set(texts)]
      const columns = columnsOf(texts, levels)
      return columns === null ? [] : [{ name, columns, division: divisionOf(texts, columns) }]
    }),
    ({ division }) => division,
  )
  return {
    runs,
    compared,
    inputs: [...byDivision.values()].flatMap((together) => {
      const [first, ...others] = together
      if (first === undefined) return []
      const more = others.length > 2 ? ' and others' : ''
      const label =
        others.length === 0
          ? first.name
          : `${first.name} (with ${others
              .slice(0, 2)
              .map(({ name }) => name)
              .join(', ')}${more})`
      return [{ label, columns: first.columns }]
    }),
  }
}

/** Null for a parameter that did not vary, or a text with too many levels to be more than a label. */
function columnsOf(
  texts: readonly string[],
  levels: readonly string[],
): readonly (readonly number[])[] | null {
  if (levels.length < 2) return null
  const numbers = levels.map((text) => parseNumber(text))
  if (numbers.every((value) => value !== null && Number.isFinite(value))) {
    return [texts.map(Number)]
  }
  return levels.length > MOST_LEVELS
    ? null
    : levels.map((level) => texts.map((text) => Number(text === level)))
}

/** The same text for parameters that a tree cannot tell apart: one order of the runs, or its reverse, or the same classes. */
function divisionOf(texts: readonly string[], [only, ...others]: readonly (readonly number[])[]): string {
  if (only !== undefined && others.length === 0) {
    const [up, down] = [only, only.map((value) => -value)].map((values) => ranksOf(values).join(' '))
    return `order ${up !== undefined && down !== undefined && up < down ? up : down}`
  }
  const seen = new Map<string, number>()
  const classes = texts.map((text) => {
    const known = seen.get(text) ?? seen.size
    seen.set(text, known)
    return known
  })
  return `classes ${classes.join(' ')}`
}

function sampleOf(count: number, most: number): readonly number[] {
  const all = Array.from({ length: count }, (_, index) => index)
  return count <= most ? all : shuffled(all, seededRandom(SEED)).slice(0, most)
}

/** A finding rests on all of its runs; of many, an even choice is named. */
function spreadOver(runs: readonly EvidenceRun[]): readonly EvidenceRun[] {
  const step = Math.ceil(runs.length / 100)
  return runs.filter((_, index) => index % step === 0)
}

function share(value: number, how: string): FindingValue {
  return { value, unit: null, metric: null, how }
}
