import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { foldsAmong, withoutFolds } from '../folds.ts'
import { restsOn } from '../listed-runs.ts'
import { triedIn, triedValue } from '../setting-of.ts'
import { isBookkeeping, isTelling, saysNothing } from '../what-varied.ts'

const FEWEST_RUNS = 4
const FEWEST_RANDOM = 6
const MOST_FINDINGS = 3
const MOST_PARAMS = 4
/** A search draws new values nearly every time. */
const MOSTLY = 0.8

interface Varied {
  readonly param: string
  /** The meaning of each run's value, in the order of the runs. */
  readonly values: readonly string[]
  readonly distinct: number
  readonly isNumeric: boolean
}

/**
 * Runs that were launched as one search: a grid (all levels crossed), one parameter at a time from one base setting, or
 * a random search (nearly every value of two or more numbers is new). Runs of one parent, else of one experiment and one
 * model or method, are looked at together.
 */
export function sweep(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const all = [...evidence.runs, ...evidence.earlier]
  const parents = new Set(foldsAmong(all).map(({ parent }) => parent))
  const told = withoutFolds(evidence.runs, all).filter((one) => !parents.has(one))
  const families = Map.groupBy(told, ({ run, comparableAs }) =>
    JSON.stringify([run.parent ?? run.experiment.id, run.parent !== null, comparableAs]),
  )
  return [...families.values()]
    .flatMap((family) => {
      const whole = recognise(family)
      return whole.length > 0 ? whole : byChoice(family).flatMap((runs) => recognise(runs))
    })
    .sort((a, b) => b.rests.length - a.rests.length)
    .slice(0, MOST_FINDINGS)
    .map((found, _, shown) => (shown.length > 1 ? toldApart(found, evidence) : found))
}

/** Several sweeps over the same parameters read alike: what each was measured on tells them apart. */
function toldApart(found: NewFinding, { runs }: EvidenceWithoutFindings): NewFinding {
  const label = runs.find(({ address }) => address === found.rests[0])?.comparableAs ?? ''
  if (label === '') return found
  return {
    ...found,
    sentence: found.sentence.replace(': [[this.settings]]', ', with [[this.among]]: [[this.settings]]'),
    texts: { among: { text: label, from: 'what the log tells apart' } },
  }
}

/** The runs of a family, parted by what they chose (model, method). */
function byChoice(family: readonly EvidenceRun[]): readonly (readonly EvidenceRun[])[] {
  const parts = [
    ...Map.groupBy(family, ({ run }) =>
      JSON.stringify(
        [...run.params].filter(([name, text]) => isTelling(name) && parseNumber(text) === null).sort(),
      ),
    ).values(),
  ]
  return parts.length > 1 ? parts : []
}

function recognise(runs: readonly EvidenceRun[]): readonly NewFinding[] {
  const settings = onePerSetting(runs)
  if (settings.length < FEWEST_RUNS) return []
  const varied = variedOver(settings)
  const kind = kindOf(varied, settings)
  if (kind === null) return []
  const parent = runs[0]?.run.parent ?? null
  const shown = kind.params.slice(0, MOST_PARAMS).map((one) => rangeOf(one, settings))
  const more = kind.params.length > MOST_PARAMS ? ' and more' : ''
  const seeds = runs.length > settings.length ? ', [[this.runs]] runs in all' : ''
  return [
    {
      kind: 'sweep',
      sentence: `${kind.word}${parent === null ? '' : ' under one parent'} over ${shown.join(', ')}${more}: [[this.settings]] settings${seeds}.`,
      rests: restsOn(runs),
      values: {
        settings: { value: settings.length, unit: null, metric: null, how: 'different settings' },
        runs: { value: runs.length, unit: null, metric: null, how: 'runs of these settings' },
      },
    },
  ]
}

function kindOf(
  varied: readonly Varied[],
  settings: readonly EvidenceRun[],
): { readonly word: string; readonly params: readonly Varied[] } | null {
  if (varied.length === 0) return null
  const crossed = varied.reduce((product, { distinct }) => product * distinct, 1)
  if (varied.length > 1 && crossed === settings.length) return { word: 'Grid', params: varied }
  if (varied.length === 1) {
    const [only] = varied
    return only?.isNumeric === true ? { word: 'Sweep', params: varied } : null
  }
  const drawn = varied.filter(({ isNumeric, distinct }) => isNumeric && distinct >= MOSTLY * settings.length)
  if (drawn.length > 1 && settings.length >= FEWEST_RANDOM) return { word: 'Random search', params: drawn }
  return isOneAtATime(varied, settings.length) ? { word: 'One parameter at a time', params: varied } : null
}

/** Whether every setting differs from one base (the most common value of each parameter) in one parameter at most. */
function isOneAtATime(varied: readonly Varied[], count: number): boolean {
  const base = varied.map(({ values }) => {
    const counts = new Map<string, number>()
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
  })
  let hasBase = false
  for (let index = 0; index < count; index++) {
    const changed = varied.filter(({ values }, place) => values[index] !== base[place]).length
    if (changed > 1) return false
    if (changed === 0) hasBase = true
  }
  return hasBase
}

function variedOver(settings: readonly EvidenceRun[]): readonly Varied[] {
  const params = new Set<string>()
  for (const { run } of settings)
    for (const [name, text] of run.params)
      if (triedValue(name, text, run) !== null && !isBookkeeping(name)) params.add(name)
  const byDivision = new Map<string, Varied>()
  for (const param of [...params].sort()) {
    const values = settings.map(({ run }) => {
      const text = run.params.get(param)
      return text === undefined ? '' : (triedValue(param, text, run)?.key ?? '')
    })
    const distinct = new Set(values).size
    if (distinct < 2) continue
    if (
      saysNothing(
        param,
        settings.filter(({ run }) => run.params.has(param)),
      )
    )
      continue
    // Parameters that always change together are one; values that are nearly all different change with everything.
    const places = new Map([...new Set(values)].map((value, index) => [value, index]))
    const division =
      distinct * 2 <= settings.length ? values.map((value) => places.get(value)).join(' ') : param
    const isNumeric = values.every((value) => parseNumber(value) !== null)
    const known = byDivision.get(division)
    if (known === undefined || (isNumeric && !known.isNumeric))
      byDivision.set(division, { param, values, distinct, isNumeric })
  }
  return [...byDivision.values()].sort((a, b) => b.distinct - a.distinct || (a.param < b.param ? -1 : 1))
}

function onePerSetting(runs: readonly EvidenceRun[]): readonly EvidenceRun[] {
  const settings = new Map<string, EvidenceRun>()
  for (const one of runs) {
    const tried = triedIn(one.run)
    if (tried !== null && !settings.has(tried)) settings.set(tried, one)
  }
  return [...settings.values()]
}

/** `lr from … to …` of a number, the values of a choice where they are few, else how many there are. */
function rangeOf({ param, values, isNumeric, distinct }: Varied, settings: readonly EvidenceRun[]): string {
  const slot = (index: number): string =>
    values[index] === '' ? 'unset' : `[[${settings[index]?.address}.param[${JSON.stringify(param)}]]]`
  if (isNumeric) {
    const order = values
      .map((value, index) => ({ value: Number(value), index }))
      .sort((a, b) => a.value - b.value)
    return `${param} (${slot(order[0]?.index ?? 0)} to ${slot(order.at(-1)?.index ?? 0)})`
  }
  if (distinct > MOST_PARAMS) return param
  const firsts = [...new Set(values)].map((value) => slot(values.indexOf(value)))
  return `${param} (${firsts.join(', ')})`
}
