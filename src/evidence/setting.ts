import type { Run } from '../runs/run.ts'
import { remember } from './remember.ts'
import { isBookkeeping, isFoldName, isSeed, meaningOf } from './what-varied.ts'

/** A file or folder that a run read, not one that it wrote: two of them are two settings. */
const INPUT =
  /(^|[_./-])(train|test|val|valid|eval|data|dataset|input|corpus|pretrained|base|init|resume|load)/i

/** A parameter that asks for one more measurement once the model is fitted. */
const MEASURES = /(^|[_./-])(eval(uate)?|run|do|compute|measure)_(on_)?(test|hold_?out|final)(_set)?$/i

/** Endings of metrics that measure the machine: they differ between a run and its exact repeat. */
const MACHINE =
  /(^|[_./-])(s|secs?|seconds?|ms|time|duration|runtime|elapsed|timestamp|latency|memory|mem|gpu|cpu|system|pid|warmup|throughput|per_?second|host|date)([_./-]|$)/i

/** Whether two runs that differ in this parameter are still runs of one setting. */
export function isAside(param: string): boolean {
  const known = aside.get(param)
  if (known !== undefined) return known
  const isOne = isSeed(param) || MEASURES.test(param) || (isBookkeeping(param) && !INPUT.test(param))
  aside.set(param, isOne)
  return isOne
}

/** Parameters' names are few and asked for in every run. */
const aside = new Map<string, boolean>()

/**
 * What was set in a run, in one text: its parameters, seeds, folds and bookkeeping aside. Runs of one setting have the
 * same text. Null where nothing but those was logged: then nobody knows.
 */
export const settingOf = remember((run: Run): string | null => {
  const set = [...run.params].flatMap(([name, text]) =>
    isAside(name) || isOwnName(name, text, run) ? [] : [[name, meaningOf(text)]],
  )
  return set.length === 0 ? null : JSON.stringify(set.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))
})

/** Whether a parameter does no more than repeat the run's name or id. */
export function isOwnName(param: string, text: string, run: Run): boolean {
  return (text === run.name || text === run.id) && /(^|[_./-])(run|id|name|title|label|job)$/i.test(param)
}

/** The seeds of a run in one text; folds are none. Null where it logged no seed. */
export const seedOf = remember((run: Run): string | null => {
  const seeds = [...run.params].filter(([name]) => isSeed(name) && !isFoldName(name))
  return seeds.length === 0
    ? null
    : JSON.stringify(
        seeds.map(([name, text]) => [name, meaningOf(text)]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      )
})

/** Which fold of a cross-validation a run was, by a parameter, a tag or its name (`cv-fold-3`); null where it was none. */
export const foldOf = remember((run: Run): string | null => {
  for (const [name, text] of [...run.params, ...run.tags]) if (isFoldName(name)) return text
  return /(?:^|[^a-z])folds?[\s_./=-]*(\d{1,3})(?!\d)/i.exec(run.name)?.[1] ?? null
})

/** Orders runs by their folds: numbers by size, then texts. */
export function byFold(a: Run, b: Run): number {
  const [foldA, foldB] = [foldOf(a) ?? '', foldOf(b) ?? '']
  return Number(foldA) - Number(foldB) || (foldA < foldB ? -1 : 1)
}

/** The digests of a run's data in one text; empty where it logged none. */
export const dataOf = remember((run: Run): string => {
  return run.dataSets
    .map((set) => set.digest)
    .sort()
    .join('+')
})

/** Whether two runs stand on the same code and data, as far as both tell. */
export function isSameGround(a: Run, b: Run): boolean {
  const [dataA, dataB] = [dataOf(a), dataOf(b)]
  return isSameCode(a, b) && (dataA === '' || dataB === '' || dataA === dataB)
}

/** Whether two runs stand on the same commit, as far as both tell. */
export function isSameCode(a: Run, b: Run): boolean {
  return a.code.commit === null || b.code.commit === null || a.code.commit === b.code.commit
}

/** What a run measured, machine times aside, in one text: an exact repeat has the same. */
export function outcomeOf(run: Run): string {
  return JSON.stringify(
    [...run.metrics].flatMap(([name, { last }]) => (MACHINE.test(name) ? [] : [[name, String(last)]])).sort(),
  )
}

/** A run's name without its numbers; empty where a tracker made the name up (`bold-lark-123`). */
export function nameStem(run: Run): string {
  const name = run.name.toLowerCase()
  if (/^[a-z]+-[a-z]+-\d+$/.test(name) || run.id.startsWith(name)) return ''
  return name
    .replace(/\d+/g, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
}
