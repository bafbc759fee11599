import type { EvidenceRun } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { isResource } from '../is-resource.ts'
import { compareSetting, settingOf, triedValue } from '../setting-of.ts'
import { type SettingValue, settingValue } from '../setting-value.ts'
import { isBookkeeping, isFoldName, isSeed, isTelling } from '../what-varied.ts'
import { isSaid } from './clues-of-run.ts'
import { clueOf, isSameName, paramItem, type SetupClue } from './setup-item.ts'

/** What the other runs say of what this one does not log. */
export interface SiblingsTold {
  readonly clues: readonly SetupClue[]
  /** Values that others had of what stays unknown, by item, the most frequent first. */
  readonly candidates: ReadonlyMap<string, readonly string[]>
}

/** A value that so many runs share, and none has another one, is taken for this run's too. */
const FEWEST = 3
/** A run of which this run's settings are nearly all among its own is of its kind. */
const KIN = 0.9
const EXPECTED = 0.6
const MOST_CANDIDATES = 4
const FEWEST_EQUAL_METRICS = 2
/** With a metric that has more digits than this two runs do not agree by chance. */
const DIGITS = 6

/**
 * Items that runs of the same kind log and this one does not: with their value where it never differed, where it goes with another
 * setting that this run has, where a run came out the same to the last digit, or where this run's name or its number of steps
 * tells it as theirs do. What would make the run an exact repeat of another that came out otherwise is not believed.
 */
export function cluesOfSiblings(target: EvidenceRun, siblings: readonly EvidenceRun[]): SiblingsTold {
  const kin = siblings.filter((one) => isKin(target, one))
  const twins = siblings.filter((one) => isSameOutcome(target, one))
  const names = [...new Set([...kin, ...twins].flatMap(({ run }) => [...run.params.keys()]))].sort()
  const clues: SetupClue[] = []
  const candidates = new Map<string, readonly string[]>()
  for (const name of names) {
    if (isBookkeeping(name) || isFoldName(name) || has(target, name)) continue
    const others = kin.filter(({ run }) => isSaid(run.params.get(name) ?? ''))
    const twin = twins.find(({ run }) => isSaid(run.params.get(name) ?? ''))
    if (twin !== undefined) clues.push(ofTwin(name, twin, twins))
    if (others.length < Math.max(2, kin.length * EXPECTED)) {
      if (others.length >= 2 && twin === undefined && isSeed(name))
        candidates.set(paramItem(name), valuesOf(name, others))
      continue
    }
    const told = [
      byName(name, target, others),
      bySteps(name, target, others),
      bySetting(name, target, others, kin),
    ]
      .filter((clue) => clue !== null)
      .filter((clue) => clue.label === 'INFERRED' || !wouldRepeat(name, clue.value, target, siblings))
    clues.push(...told)
    candidates.set(paramItem(name), valuesOf(name, others))
  }
  return { clues: [...clues, ...ofSurroundings(target, siblings)], candidates }
}

/** Whether a run logs a setting of such a name, however it is spelled. */
function has({ run }: EvidenceRun, name: string): boolean {
  return [...run.params].some(([own, text]) => isSaid(text) && (own === name || isSameName(own, name)))
}

/** Runs that have nearly all settings that this one has, and the same model or method where both name it. */
function isKin({ run }: EvidenceRun, { run: other }: EvidenceRun): boolean {
  const names = [...run.params.keys()].filter((name) => !isBookkeeping(name))
  const shared = names.filter((name) => other.params.has(name))
  const isOfKind = names.every((name) => {
    const theirs = other.params.get(name)
    return (
      !isModel(name) ||
      theirs === undefined ||
      settingValue(name, theirs).key === settingValue(name, run.params.get(name) ?? '').key
    )
  })
  const isNear =
    names.length === 0 ? run.experiment.id === other.experiment.id : shared.length >= names.length * KIN
  return isNear && isOfKind
}

function isModel(name: string): boolean {
  return isTelling(name) && /model|arch|estimator|algorithm|classifier|learner/i.test(name)
}

/** Whether two runs measured the same values to the last digit, the machine aside, and some of them with many digits. */
function isSameOutcome({ run }: EvidenceRun, { run: other }: EvidenceRun): boolean {
  const shared = [...run.metrics].flatMap(([name, { last }]) => {
    const theirs = other.metrics.get(name)?.last
    return theirs === undefined || isResource(name) || !Number.isFinite(last) ? [] : [[last, theirs] as const]
  })
  const telling = shared.filter(
    ([value]) => String(value).replace(/[^\d]/g, '').replace(/^0+/, '').length > DIGITS,
  )
  return telling.length >= FEWEST_EQUAL_METRICS && shared.every(([a, b]) => a === b)
}

function ofTwin(name: string, twin: EvidenceRun, twins: readonly EvidenceRun[]): SetupClue {
  const value = twin.run.params.get(name) ?? ''
  const isAlone = twins.every(({ run }) => {
    const theirs = run.params.get(name)
    return theirs === undefined || settingValue(name, theirs).key === settingValue(name, value).key
  })
  return clueOf({
    item: paramItem(name),
    value,
    label: isAlone ? 'SIBLING' : 'INFERRED',
    where: twin.run.key,
    how: 'the same metrics to the last digit',
    weight: isAlone ? 4 : 0.5,
    rests: [twin.address],
  })
}

/** A value that all of them share, or all of those that share another setting with this run. */
function bySetting(
  name: string,
  target: EvidenceRun,
  others: readonly EvidenceRun[],
  kin: readonly EvidenceRun[],
): SetupClue | null {
  const [first] = others
  if (first === undefined) return null
  if (others.length >= FEWEST && isOneValue(name, others))
    return siblingClue(
      name,
      first,
      others,
      others.length === kin.length ? 'all siblings have it' : 'all that log it have it',
      3,
    )
  const tied = [...target.run.params]
    .filter(([other, text]) => isSaid(text) && !isBookkeeping(other) && !isSeed(other))
    .flatMap(([other, text]) => {
      const groups = Map.groupBy(
        others.filter(({ run }) => run.params.has(other)),
        ({ run }) => settingValue(other, run.params.get(other) ?? '').key,
      )
      const own = groups.get(settingValue(other, text).key) ?? []
      const isLaw =
        own.length >= FEWEST &&
        [...groups.values()].every((group) => isOneValue(name, group)) &&
        [...groups.values()].filter((group) => group.length >= 2).length >= 2
      return isLaw ? [{ other, own }] : []
    })
    .toSorted((a, b) => b.own.length - a.own.length)
  const [law] = tied
  const [one] = law?.own ?? []
  if (law === undefined || one === undefined || isSeed(name)) return null
  return siblingClue(name, one, law.own, `goes with ${law.other} in the siblings`, 2)
}

function siblingClue(
  name: string,
  first: EvidenceRun,
  runs: readonly EvidenceRun[],
  how: string,
  weight: number,
): SetupClue {
  return clueOf({
    item: paramItem(name),
    value: first.run.params.get(name) ?? '',
    // Another seed, other features are what siblings are for: that others had one is a weak ground to believe it of this run.
    label: isSeed(name) || isTelling(name) ? 'INFERRED' : 'SIBLING',
    where: first.run.key,
    how,
    weight,
    rests: runs.slice(0, 12).map(({ address }) => address),
  })
}

/** A value that stands in this run's name where the siblings' own values stand in theirs. */
function byName(name: string, target: EvidenceRun, others: readonly EvidenceRun[]): SetupClue | null {
  const own = piecesOf(target.run.name)
  const told = others.flatMap(({ run }) => {
    const value = run.params.get(name) ?? ''
    const at = piecesOf(run.name).flatMap(({ before, text }) => (isNamed(text, value) ? [before] : []))
    return at.length === 1 ? at : []
  })
  const places = [...new Set(told)]
  const [place] = places
  if (place === undefined || places.length !== 1 || told.length < 2 || told.length < others.length * EXPECTED)
    return null
  const values = new Set(others.map(({ run }) => settingValue(name, run.params.get(name) ?? '').key))
  const here = own.filter(({ before }) => before === place)
  const [piece] = here
  if (piece === undefined || here.length !== 1 || values.size < 2) return null
  // A word is believed only where another run's value is that word.
  const known = others.find(({ run }) => isNamed(piece.text, run.params.get(name) ?? ''))
  const value = known?.run.params.get(name) ?? (parseNumber(piece.text) === null ? null : piece.text)
  if (value === null) return null
  return clueOf({
    item: paramItem(name),
    value,
    label: 'INFERRED',
    where: `${target.address}.name`,
    how: 'its name says so as the siblings’ names do',
    weight: 3,
    rests: [`${target.address}.name`, ...others.slice(0, 3).map(({ address }) => address)],
  })
}

/** The pieces of a run's name, each with the letters right before it: `lgbm-leaves15-s2` has 15 behind `leaves`. */
function piecesOf(name: string): readonly { readonly before: string; readonly text: string }[] {
  const pieces = name.split(/[-_\s/,]+/)
  return pieces.flatMap((piece, index) => {
    const split = /^([a-z]+)=?(\d[\d.e-]*)$/i.exec(piece)
    const behind = pieces[index - 1]?.toLowerCase() ?? ''
    return split?.[1] !== undefined && split[2] !== undefined
      ? [{ before: split[1].toLowerCase(), text: split[2] }]
      : [{ before: `${index === 0 ? '^' : /^\d/.test(behind) ? '#' : behind} `, text: piece }]
  })
}

function isNamed(text: string, value: string): boolean {
  const a = parseNumber(text)
  const b = parseNumber(value)
  return a !== null && b !== null
    ? a === b
    : text.toLowerCase() === value.trim().toLowerCase() && text.length > 1
}

/** A number that is, in all siblings, the count of steps of a metric (or one more than the last step). */
function bySteps(name: string, target: EvidenceRun, others: readonly EvidenceRun[]): SetupClue | null {
  for (const [metric, summary] of target.run.metrics) {
    if (summary.lastStep === null || summary.lastStep < 1) continue
    for (const more of [0, 1]) {
      const told = others.flatMap(({ run }) => {
        const value = parseNumber(run.params.get(name) ?? '')
        const last = run.metrics.get(metric)?.lastStep
        return value === null || last === undefined || last === null ? [] : [value - last === more]
      })
      const isVaried = new Set(others.map(({ run }) => run.params.get(name))).size > 1
      if (told.length >= 2 && told.every(Boolean) && isVaried && told.length >= others.length * EXPECTED)
        return clueOf({
          item: paramItem(name),
          value: String(summary.lastStep + more),
          label: 'INFERRED',
          where: `${target.address}.metric[${JSON.stringify(metric)}].last.step`,
          how: 'the number of steps, as in the siblings',
          weight: 2,
          rests: [`${target.address}.metric[${JSON.stringify(metric)}].last.step`],
        })
    }
  }
  return null
}

/** Whether such a value would make the run the exact repeat of one that came out otherwise. */
function wouldRepeat(
  name: string,
  value: string,
  target: EvidenceRun,
  siblings: readonly EvidenceRun[],
): boolean {
  const rules = { ignore: [], tolerance: 0 }
  const filled = { ...target.run, params: new Map([...target.run.params, [name, value]]) }
  const setting = settingOf(filled, rules)
  return (
    setting !== null &&
    siblings.some((one) => {
      const theirs = settingOf(one.run, rules)
      return (
        theirs?.key === setting.key &&
        one.run.code.commit === target.run.code.commit &&
        one.run.status === 'finished' &&
        target.run.status === 'finished' &&
        shareMetric(target, one) &&
        !isSameOutcome(target, one)
      )
    })
  )
}

function shareMetric({ run }: EvidenceRun, { run: other }: EvidenceRun): boolean {
  return [...run.metrics.keys()].some((metric) => !isResource(metric) && other.metrics.has(metric))
}

function isOneValue(name: string, runs: readonly EvidenceRun[]): boolean {
  const [first, ...rest] = runs.map(({ run }): SettingValue => settingValue(name, run.params.get(name) ?? ''))
  return first !== undefined && rest.every((value) => compareSetting(name, first, value, 0) === 'same')
}

function valuesOf(name: string, runs: readonly EvidenceRun[]): readonly string[] {
  const groups = Map.groupBy(
    runs.filter(({ run }) => triedValue(name, run.params.get(name) ?? '', run) !== null || isSeed(name)),
    ({ run }) => settingValue(name, run.params.get(name) ?? '').key,
  )
  return [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap(([first]) => first?.run.params.get(name) ?? [])
    .slice(0, MOST_CANDIDATES)
}

/** Code of another script at one's commit says little of what ran. */
function isOtherScript({ run }: EvidenceRun, { run: other }: EvidenceRun): boolean {
  const { entryPoint } = run.code
  return entryPoint !== null && other.code.entryPoint !== null && entryPoint !== other.code.entryPoint
}

/** Commit, script, data and user, where the run before and the run after it (of its experiment) agree on what it does not log. */
function ofSurroundings(target: EvidenceRun, siblings: readonly EvidenceRun[]): readonly SetupClue[] {
  const own = siblings
    .filter(({ run }) => run.experiment.id === target.run.experiment.id && run.startedAt !== null)
    .toSorted((a, b) => (a.run.startedAt ?? 0) - (b.run.startedAt ?? 0))
  const { startedAt } = target.run
  if (startedAt === null) return []
  const told = (item: string, readValue: (one: EvidenceRun) => string | null): readonly SetupClue[] => {
    const known = own.filter((one) => readValue(one) !== null)
    const before = known.findLast(({ run }) => (run.startedAt ?? 0) <= startedAt)
    const after = known.find(({ run }) => (run.startedAt ?? 0) > startedAt)
    const sides = [before, after].filter((one) => one !== undefined)
    const [first] = sides
    const value = first === undefined ? null : readValue(first)
    if (first === undefined || value === null) return []
    const isAll = known.length >= FEWEST && known.every((one) => readValue(one) === value)
    const isBetween = sides.length === 2 && sides.every((one) => readValue(one) === value)
    if (!isAll && !isBetween) return []
    return [
      clueOf({
        item,
        value,
        // A colleague's run, or one out of a notebook, stands among others as any does.
        label:
          item === 'user' || item === 'script' || (item === 'commit' && isOtherScript(target, first))
            ? 'INFERRED'
            : 'SIBLING',
        where: first.run.key,
        how: isAll ? 'all siblings have it' : 'the run before it and the run after it have it',
        weight: isAll ? 3 : 2,
        rests: sides.map(({ address }) => address),
      }),
    ]
  }
  return [
    ...(target.run.code.commit === null ? told('commit', ({ run }) => run.code.commit) : []),
    ...(target.run.code.entryPoint === null ? told('script', ({ run }) => run.code.entryPoint) : []),
    ...(target.run.user === null ? told('user', ({ run }) => run.user) : []),
    ...(target.run.dataSets.length === 0
      ? told('data', ({ run }) =>
          run.dataSets.length === 0
            ? null
            : run.dataSets
                .map(
                  ({ name, digest, context }) =>
                    `${name}${digest === '' ? '' : `, digest ${digest}`}${context === null ? '' : ` (${context})`}`,
                )
                .join('; '),
        )
      : []),
  ]
}
