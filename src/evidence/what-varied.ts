import type { Run } from '../runs/run.ts'
import type { Address, Factor } from './evidence.ts'

type Numbered = { readonly address: Address; readonly run: Run }

/** Parameters that tell where and when a run ran, not what was tried. */
const BOOKKEEPING =
  /(^|[_./-])(cwd|nested_?run|path|dir|directory|folder|file|filename|timestamp|time|date|run_?id|run_?name|experiment_?id|experiment_?name|uuid|host|hostname|device|num_?workers|verbose|log_?level|checkpoint|ckpt|output|log)$/i

const SEED =
  /(^|[_./-])(seed|random_?state|fold|rng|repeat|replicate|trial)([_./-]?(id|idx|index|no|number))?$/i

/** Parameters that a comparison is usually about. */
const TELLING =
  /(^|[_./-])(model|arch(itecture)?|estimator|algorithm|classifier|learner|features?|variables|inputs?|sampler|sampling|resampl(er|ing)|oversampl(er|ing)|optimi[sz]er|method|strategy)([_.-]?(name|type|kind|class|set))?s?$/i

/** Whether a parameter's name says that it is what was compared, rather than a setting. */
export function isTelling(param: string): boolean {
  return TELLING.test(param) && !/(^|[_.-])(n|num|number|max|min)[_.-]/i.test(param) && !isBookkeeping(param)
}

/** Whether two runs that differ only in this parameter are replicates of each other. */
export function isSeed(param: string): boolean {
  return SEED.test(param)
}

/** Whether a parameter says nothing about what was tried. */
export function isBookkeeping(param: string): boolean {
  return BOOKKEEPING.test(param)
}

/**
 * What varied over the runs and what all of them share. A parameter that some runs did not log varies, with a level
 * `null`. Factors come with the fewest levels first, then by name.
 */
export function whatVaried(runs: readonly Numbered[]): {
  readonly factors: readonly Factor[]
  readonly constants: ReadonlyMap<string, string>
} {
  const names = [...new Set(runs.flatMap(({ run }) => [...run.params.keys()]))].sort()
  const factors: Factor[] = []
  const constants = new Map<string, string>()
  for (const param of names) {
    const levels = levelsOf(param, runs)
    const [only] = levels
    if (levels.length === 1 && only !== undefined && only.value !== null) constants.set(param, only.value)
    else if (!isLabel(param, runs) && !isMasked(param, runs)) factors.push({ param, levels })
  }
  factors.sort((a, b) => a.levels.length - b.levels.length || (a.param < b.param ? -1 : 1))
  return { factors, constants }
}

/** Runs of one code and data that share every parameter but the seeds and the bookkeeping; only groups of two or more. */
export function replicatesAmong(runs: readonly Numbered[]): readonly (readonly Address[])[] {
  const bySetting = Map.groupBy(
    runs.filter(({ run }) => run.params.size > 0),
    ({ run }) =>
      JSON.stringify([
        run.experiment.id,
        run.code.commit,
        run.dataSets.map((set) => set.digest).sort(),
        ...[...run.params]
          .filter(([name]) => !isSeed(name) && !isBookkeeping(name))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
  )
  return [...bySetting.values()]
    .filter((group) => group.length > 1)
    .map((group) => group.map(({ address }) => address))
}

/** Pairs of runs of one code and data that differ in exactly one parameter, seeds and bookkeeping aside. */
export function minimalPairsAmong(
  runs: readonly Numbered[],
  factors: readonly Factor[],
): readonly { readonly a: Address; readonly b: Address; readonly param: string }[] {
  const varied = factors.map((factor) => factor.param).filter((name) => !isBookkeeping(name) && !isSeed(name))
  const pairs: { a: Address; b: Address; param: string }[] = []
  runs.forEach((a, index) => {
    for (const b of runs.slice(index + 1)) {
      const different = varied.filter((name) => a.run.params.get(name) !== b.run.params.get(name))
      const [param] = different
      if (different.length === 1 && param !== undefined && sameGround(a.run, b.run))
        pairs.push({ a: a.address, b: b.address, param })
    }
  })
  return pairs
}

/** A parameter that repeats the run's own name or id is a label, not a setting. */
function isLabel(param: string, runs: readonly Numbered[]): boolean {
  return runs.every(({ run }) => {
    const value = run.params.get(param)
    return value === undefined || value === run.name || value === run.id
  })
}

/** Secrets that were masked look alike and are not: such a parameter tells nothing. */
function isMasked(param: string, runs: readonly Numbered[]): boolean {
  return runs.some(({ run }) => run.params.get(param)?.includes('[masked') === true)
}

/** Whether two runs stand on the same code and data, as far as both tell. */
function sameGround(a: Run, b: Run): boolean {
  const digests = (run: Run): string =>
    run.dataSets
      .map((set) => set.digest)
      .sort()
      .join('+')
  const [commitA, commitB] = [a.code.commit, b.code.commit]
  return (
    (commitA === null || commitB === null || commitA === commitB) &&
    (digests(a) === '' || digests(b) === '' || digests(a) === digests(b))
  )
}

function levelsOf(param: string, runs: readonly Numbered[]): Factor['levels'] {
  const byValue = Map.groupBy(runs, ({ run }) => run.params.get(param) ?? null)
  return [...byValue].map(([value, members]) => ({ value, runs: members.map(({ address }) => address) }))
}
