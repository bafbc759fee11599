import type { Run } from '../runs/run.ts'
import type { Address, Factor } from './evidence.ts'
import { settingValue } from './setting-value.ts'

type Numbered = { readonly address: Address; readonly run: Run }

/** Parameters that tell where and when a run ran, not what was tried. */
const BOOKKEEPING =
  /(^|[_./-])(cwd|nested_?run|path|dir|directory|folder|file|filename|timestamp|time|date|run_?id|run_?name|experiment_?id|experiment_?name|name_of_(?:experiment|run)|uuid|host|hostname|device|num_?workers|verbose|log_?level|checkpoint|ckpt|output|log)$/i

const SEED =
  /(^|[_./-])(seed|random_?state|fold|rng|repeat|replicate|trial)([_./-]?(id|idx|index|no|number))?$/i

const FOLD = /(^|[_./-])((cv|test|val|data)_?)?(fold|cv_?split)([_./-]?(id|idx|index|no|number))?$/i

/** `n_fold` and `num_repeat` say how many, not which. */
const HOW_MANY = /(^|[_./-])(n|num|number|k|max|min|total)[_./-](of[_./-])?[a-z]+$/i

/** Parameters that a comparison is usually about. */
const TELLING =
  /(^|[_./-])(model|arch(itecture)?|estimator|algorithm|classifier|learner|features?|variables|inputs?|sampler|sampling|resampl(er|ing)|oversampl(er|ing)|optimi[sz]er|method|strategy)([_.-]?(name|type|kind|class|set))?s?$/i

/** Whether a parameter's name says that it is what was compared, rather than a setting. */
export function isTelling(param: string): boolean {
  return TELLING.test(param) && !/(^|[_.-])(n|num|number|max|min)[_.-]/i.test(param) && !isBookkeeping(param)
}

/** Whether two runs that differ only in this parameter are replicates of each other. */
export function isSeed(param: string): boolean {
  return SEED.test(param) && !HOW_MANY.test(param)
}

/** Whether a parameter (or a tag) says which fold of a cross-validation a run was. */
export function isFoldName(name: string): boolean {
  return FOLD.test(name) && !HOW_MANY.test(name)
}

/** Whether a parameter says nothing about what was tried. */
export function isBookkeeping(param: string): boolean {
  return BOOKKEEPING.test(param)
}

/**
 * What varied over the runs and what all of them share. A parameter that some runs did not log varies, with a level
 * `null`; one that logged no parameter at all (the empty parent of nested runs) says nothing of any. Values that mean
 * the same are one level, in the text of the first run. Labels, masked values and running text
 * are neither. Factors come with the fewest levels first, then by name.
 */
export function whatVaried(all: readonly Numbered[]): {
  readonly factors: readonly Factor[]
  readonly constants: ReadonlyMap<string, string>
} {
  const runs = all.filter(({ run }) => run.params.size > 0)
  const carriers = new Map<string, Numbered[]>()
  for (const one of runs)
    for (const param of one.run.params.keys()) {
      const known = carriers.get(param)
      if (known === undefined) carriers.set(param, [one])
      else known.push(one)
    }
  const factors: Factor[] = []
  const constants = new Map<string, string>()
  for (const param of [...carriers.keys()].sort()) {
    const carrying = carriers.get(param) ?? []
    const first = carrying[0]?.run.params.get(param)
    if (first === undefined) continue
    const varies =
      carrying.length < runs.length ||
      carrying.some(
        ({ run }) => settingValue(param, run.params.get(param) ?? '').key !== settingValue(param, first).key,
      )
    if (!varies) constants.set(param, first)
    else if (!saysNothing(param, carrying)) factors.push({ param, levels: levelsOf(param, runs) })
  }
  factors.sort((a, b) => a.levels.length - b.levels.length || (a.param < b.param ? -1 : 1))
  return { factors, constants }
}

/** Whether what varies under this name is no setting: a label, a secret that was masked, running text, a command line. */
export function saysNothing(param: string, carrying: readonly Numbered[]): boolean {
  return (
    COMMAND_LINE.test(param) ||
    isLabel(param, carrying) ||
    isMasked(param, carrying) ||
    isRunningText(param, carrying)
  )
}

/** A parameter that repeats the run's own name or id is a label, not a setting, unless it names what is compared. */
function isLabel(param: string, runs: readonly Numbered[]): boolean {
  if (isTelling(param)) return false
  return runs.every(({ run }) => {
    const value = run.params.get(param)
    return value === undefined || value === run.name || value === run.id
  })
}

/** Secrets that were masked look alike and are not: such a parameter tells nothing. */
function isMasked(param: string, runs: readonly Numbered[]): boolean {
  return runs.some(({ run }) => run.params.get(param)?.includes('[masked') === true)
}

/** A whole command line holds many settings at once and is none. */
const COMMAND_LINE = /(^|[_./-])(argv|cmd_?line|command_?line)$/i

const LONG_TEXT = 80
const MANY_WORDS = /\p{L}[\p{L}\p{M}'’-]*(\s+[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*){5}/u
const INSTRUCTION = /prompt|template|instruction|message/i

/**
 * A parameter that holds sentences (a document, a description) is input, not a setting; lists of names and calls with
 * arguments are settings however long. An instruction that several runs share was chosen, and is one too.
 */
function isRunningText(param: string, carrying: readonly Numbered[]): boolean {
  const values = carrying.map(({ run }) => run.params.get(param) ?? '')
  const running = values.filter((text) => text.length > LONG_TEXT && MANY_WORDS.test(text))
  if (running.length * 2 < values.length) return false
  return !INSTRUCTION.test(param) || new Set(values).size * 2 > values.length
}

function levelsOf(param: string, runs: readonly Numbered[]): Factor['levels'] {
  const byMeaning = Map.groupBy(runs, ({ run }) => {
    const text = run.params.get(param)
    return text === undefined ? null : settingValue(param, text).key
  })
  return [...byMeaning.values()].map((members) => ({
    value: members[0]?.run.params.get(param) ?? null,
    runs: members.map(({ address }) => address),
  }))
}
