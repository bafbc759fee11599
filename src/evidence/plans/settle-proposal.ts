import type { EvidenceRun } from '../evidence.ts'
import { isNone, settingValue } from '../setting-value.ts'
import { isSeed, isTelling } from '../what-varied.ts'
import type { Proposal } from './proposal.ts'
import { resolveName } from './resolve-name.ts'
import { resolveValue } from './resolve-value.ts'

/** A parameter that a proposal changes; null stands for one that is not set. */
export interface Change {
  readonly param: string
  readonly from: string | null
  readonly to: string | null
}

/** A proposal in the names and the notation of the log. */
export interface SettledProposal {
  readonly from: EvidenceRun
  /** All that a run of it would log. */
  readonly params: ReadonlyMap<string, string>
  /** What differs from the run that it begins from, seeds among it, in the order in which it was proposed. */
  readonly changes: readonly Change[]
  /** Parameters of the model before the change, which the new one does not have. */
  readonly dropped: readonly string[]
  /** Names that may mean several parameters. */
  readonly unclear: readonly { readonly typed: string; readonly names: readonly string[] }[]
  /** Names that no run logs. */
  readonly fresh: readonly string[]
}

/**
 * Reads a proposal against the runs: which parameter each name means, and which logged value each value is. Where a model or
 * method changes, the settings that only the old one has fall away, and those that every run of the new one
 * logs with one value come in.
 */
export function settleProposal(
  { set }: Pick<Proposal, 'set'>,
  from: EvidenceRun,
  runs: readonly EvidenceRun[],
): SettledProposal {
  const own = new Set(from.run.params.keys())
  const all = new Set(runs.flatMap(({ run }) => [...run.params.keys()]))
  const params = new Map(from.run.params)
  const unclear: { typed: string; names: readonly string[] }[] = []
  const fresh: string[] = []
  const named: string[] = []
  for (const [typed, text] of set) {
    const resolved = resolveName(typed, own, all)
    if (resolved.kind === 'unclear') {
      unclear.push({ typed, names: resolved.names })
      continue
    }
    const name = resolved.kind === 'known' ? resolved.name : typed
    if (resolved.kind === 'new') fresh.push(name)
    named.push(name)
    params.set(name, resolveValue(name, text, valuesOf(name, from, runs)))
  }
  const dropped: string[] = []
  for (const name of named) {
    const [before, after] = [from.run.params.get(name), params.get(name)]
    if (!isTelling(name) || before === undefined || after === undefined) continue
    if (keyOf(name, before) === keyOf(name, after)) continue
    const old = runs.filter(({ run }) => hasLevel(name, run.params, before))
    const next = runs.filter(({ run }) => hasLevel(name, run.params, after))
    if (next.length === 0) continue
    const theirs = new Set(next.flatMap(({ run }) => [...run.params.keys()]))
    for (const param of [...params.keys()])
      if (!theirs.has(param) && !named.includes(param) && isOf(name, param, old, runs)) {
        params.delete(param)
        dropped.push(param)
      }
    for (const param of theirs) {
      const values = next.map(({ run }) => run.params.get(param))
      const [first] = values
      const isConstant =
        first !== undefined &&
        values.every((value) => value !== undefined && keyOf(param, value) === keyOf(param, first))
      if (isConstant && !params.has(param) && !isSeed(param)) params.set(param, first)
    }
  }
  for (const [name, text] of params)
    if (named.includes(name) && isNone(settingValue(name, text))) params.delete(name)
  return { from, params, changes: changesOf(named, params, from), dropped, unclear, fresh }
}

const MODEL =
  /(^|[_./-])(model|arch(itecture)?|estimator|algorithm|classifier|learner)([_.-]?(name|type|class))?$/i
const FEWEST_WITHOUT = 3

/** Whether a parameter belongs to the level of a model, or to a method that other runs do without, and without it too. */
function isOf(
  name: string,
  param: string,
  old: readonly EvidenceRun[],
  runs: readonly EvidenceRun[],
): boolean {
  if (!old.some(({ run }) => run.params.has(param))) return false
  if (MODEL.test(name)) return true
  const without = runs.filter(({ run }) => {
    const value = run.params.get(name)
    return value === undefined || isNone(settingValue(name, value))
  })
  return without.length >= FEWEST_WITHOUT && without.every(({ run }) => !run.params.has(param))
}

function changesOf(
  named: readonly string[],
  params: ReadonlyMap<string, string>,
  { run }: EvidenceRun,
): readonly Change[] {
  return named.flatMap((param) => {
    const [before, after] = [run.params.get(param) ?? null, params.get(param) ?? null]
    const meaning = (text: string | null): string | null =>
      text === null || isNone(settingValue(param, text)) ? null : keyOf(param, text)
    return meaning(before) === meaning(after) ? [] : [{ param, from: before, to: after }]
  })
}

/** The values that runs log of a parameter, that of the run begun from first. */
function valuesOf(name: string, from: EvidenceRun, runs: readonly EvidenceRun[]): readonly string[] {
  const values = [from, ...runs].flatMap(({ run }) => run.params.get(name) ?? [])
  return [...new Set(values)]
}

function hasLevel(name: string, params: ReadonlyMap<string, string>, level: string): boolean {
  const value = params.get(name)
  return value !== undefined && keyOf(name, value) === keyOf(name, level)
}

function keyOf(name: string, text: string): string {
  return settingValue(name, text).key
}
