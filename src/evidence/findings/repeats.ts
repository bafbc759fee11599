import type { Run } from '../../runs/run.ts'
import type { EvidenceQuote, EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { isResource } from '../is-resource.ts'
import { rankMetrics } from '../rank-metrics.ts'
import { compareSetting, nearPairs, type Setting, settingOf } from '../setting-of.ts'
import { isSeed } from '../what-varied.ts'
import { clauseAround } from './discrepancy.ts'

const MOST_FINDINGS = 3
const MOST_NAMED = 4
const MOST_RESTS = 300
/** As many earlier runs of one setting a run is held against, the first ones. */
const MOST_HELD_AGAINST = 20
/** So many values of one number within the tolerance of each other are a fine sweep, not slips of the pen. */
const SWEEP = 4
/** Seconds below which it is not worth a word what repeats cost. */
const WORTH_TELLING = 60

/** How far from a note a run may lie that it speaks of. */
const THOSE_DAYS = 36 * 3_600_000

const FRESH_SEED = /\b(fresh|new|another|other|different|changed)\s+(random\s+)?seed\b/i

interface SettledRun {
  readonly one: EvidenceRun
  readonly setting: Setting
}

/** A run that did again what another had done. */
interface Repeat {
  readonly run: SettledRun
  readonly original: SettledRun
  /** Metrics that both logged, time and memory aside, with other last values. */
  readonly differing: readonly string[]
  /** Metrics that only the repeat logged. */
  readonly added: readonly string[]
}

/**
 * Runs that did again what an earlier run of the project had done: the same parameters, seed and data, or numbers within
 * the tolerance of narrate.yaml. The original is the one that started first. Told are those whose values came out the same
 * (first where a note speaks of a fresh seed, last where something more was measured), and those whose did not, as
 * logged: then the training is not deterministic, or what differs is not logged. Runs that differ in the seed are
 * replicates and not told here; children are held against children of other parents only; runs without parameters,
 * and failed ones with their reruns, are left alone.
 */
export function repeats(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const told = new Set(evidence.runs.map(({ address }) => address))
  const settled = [...evidence.runs, ...evidence.earlier, ...evidence.deleted]
    .filter(({ run }) => run.status === 'finished' || run.status === 'running')
    .flatMap((one) => {
      const setting = settingOf(one.run, evidence.rules.repeats)
      return setting === null ? [] : [{ one, setting }]
    })
    .sort((a, b) => startOf(a) - startOf(b))
  const groups = [
    ...Map.groupBy(settled, ({ one, setting }) => `${one.run.parent === null} ${setting.key}`).values(),
  ]
  const found = groups.flatMap((members) => repeatsIn(members, told))
  const same = withoutChildrenOfRepeats(found.filter((repeat) => repeat.differing.length === 0))
  const isRunning = ({ run }: Repeat): boolean => run.one.run.status === 'running'
  const claim = freshSeedClaim(same, settled, evidence.quotes)
  const rest = same.filter((repeat) => repeat !== claim?.repeat && !isRunning(repeat))
  const apart = [
    ...sameValues(rest.filter(({ added }) => added.length === 0)),
    ...withMore(rest.filter(({ added }) => added.length > 0)),
  ]
  const others = [
    ...stillRunning(same.filter(isRunning)),
    ...differentValues(
      found.filter((repeat) => repeat.differing.length > 0),
      evidence,
    ),
    ...nearRepeats(groups, told, evidence),
  ]
  const claimed = claim === null ? [] : [againstNote(claim)]
  // Where there is much to tell, all that repeat exactly are told in one sentence.
  const isMuch = claimed.length + apart.length + others.length > MOST_FINDINGS
  return [...claimed, ...(isMuch ? sameValues(rest) : apart), ...others].slice(0, MOST_FINDINGS)
}

/** The repeats in runs of one setting, oldest first; each is held against one whose values it shares, else the first. */
function repeatsIn(members: readonly SettledRun[], told: ReadonlySet<string>): readonly Repeat[] {
  if (members.length < 2) return []
  const finished = members.filter(({ one }) => one.run.status === 'finished')
  return members.flatMap((member, index) => {
    if (index === 0 || !told.has(member.one.address)) return []
    const before = finished
      .slice(0, MOST_HELD_AGAINST)
      .filter(
        ({ one }) =>
          one !== member.one &&
          startOf({ one }) <= startOf(member) &&
          (one.run.parent === null || one.run.parent !== member.one.run.parent),
      )
      .map((original) => repeatOf(member, original))
    const [first] = before
    const repeat = before.find(({ differing }) => differing.length === 0) ?? first
    if (repeat === undefined || !isBelievable(repeat)) return []
    return [repeat]
  })
}

function repeatOf(run: SettledRun, original: SettledRun): Repeat {
  const [own, its] = [run.one.run.metrics, original.one.run.metrics]
  const names = [...own.keys()].filter((name) => !isResource(name))
  return {
    run,
    original,
    differing: names.filter((name) => {
      const other = its.get(name)
      return other !== undefined && !isSameValue(own.get(name)?.last, other.last)
    }),
    added: names.filter((name) => !its.has(name)),
  }
}

function isSameValue(a: number | undefined, b: number): boolean {
  if (a === undefined) return false
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}

/**
 * Values that agree prove a repeat. Where none can be held against each other, or they do not agree, both must come
 * from one place: the same experiment and entry point, and parameters that agree to the letter.
 */
function isBelievable({ run, original, differing }: Repeat): boolean {
  const [a, b] = [run.one.run, original.one.run]
  const shared = [...a.metrics.keys()].some((name) => b.metrics.has(name) && !isResource(name))
  if (a.status === 'finished' && !shared) return false
  if (differing.length === 0 && shared) return true
  return (
    run.setting.strict === original.setting.strict &&
    a.source === b.source &&
    a.experiment.id === b.experiment.id &&
    a.code.entryPoint === b.code.entryPoint
  )
}

/** Folds that repeat the folds of a run that is told as a repeat itself say nothing new. */
function withoutChildrenOfRepeats(found: readonly Repeat[]): readonly Repeat[] {
  const keys = new Set(found.map(({ run }) => run.one.run.key))
  return found.filter(({ run }) => run.one.run.parent === null || !keys.has(run.one.run.parent))
}

interface Claim {
  readonly quote: EvidenceQuote
  readonly clause: string
  readonly repeat: Repeat
}

/**
 * A note that speaks of a fresh seed where the run it means repeats another, seed and all. Which run it means is told by
 * the words they share. Silent where two share as many, or where one that shares as many and ran in those days did get a
 * seed of its own.
 */
function freshSeedClaim(
  same: readonly Repeat[],
  settled: readonly SettledRun[],
  quotes: readonly EvidenceQuote[],
): Claim | null {
  const seeded = same.filter(({ run }) => [...run.setting.values.keys()].some(isSeed))
  for (const quote of quotes) {
    if (quote.kind === 'experiment' || quote.kind === 'commit' || !FRESH_SEED.test(quote.text)) continue
    const words = wordsOf(quote.text)
    const score = ({ one, setting }: SettledRun): number =>
      [...wordsOf([one.run.name, ...[...setting.values.values()].map(({ key }) => key)].join(' '))].filter(
        (word) => words.has(word),
      ).length
    const inThoseDays = (run: SettledRun): boolean =>
      quote.at === null || Math.abs(startOf(run) - quote.at) < THOSE_DAYS
    const meant = seeded
      .filter(({ run }) => inThoseDays(run))
      .map((repeat) => ({ repeat, score: score(repeat.run) }))
      .sort((a, b) => b.score - a.score)
    const [best, second] = meant
    if (best === undefined || best.score === 0 || second?.score === best.score) continue
    const repeated = new Set(same.map(({ run }) => run.one))
    const isRival = (run: SettledRun): boolean =>
      !repeated.has(run.one) &&
      inThoseDays(run) &&
      score(run) >= best.score &&
      settled.some(
        (other) =>
          other.setting.seedless === run.setting.seedless &&
          other.setting.key !== run.setting.key &&
          startOf(other) < startOf(run),
      )
    if (settled.some(isRival)) continue
    const clause = clauseAround(quote.text, quote.text.search(FRESH_SEED)).slice(0, 300)
    return { quote, clause, repeat: best.repeat }
  }
  return null
}

function againstNote({ quote, clause, repeat }: Claim): NewFinding {
  const { run, original } = repeat
  const seed = [...run.setting.values.keys()].find(isSeed)
  const same =
    seed === undefined
      ? `[[${run.one.address}]] has the seed of [[${original.one.address}]]`
      : `[[${run.one.address}]] has ${seed} [[${run.one.address}.param[${JSON.stringify(seed)}]]], as [[${original.one.address}]] had,`
  return finding(
    `[[quote(${quote.address}, ${JSON.stringify(clause)})]]: ${same} and repeats it: same settings, ${sameData([repeat])}same values.`,
    [repeat],
    [run.one.address, original.one.address, quote.address],
  )
}

/** Repeats that say nothing new, in one finding. */
function sameValues(found: readonly Repeat[]): readonly NewFinding[] {
  const [only] = found
  if (only === undefined) return []
  const commits = found.every(({ run, original }) => {
    const [a, b] = [run.one.run.code.commit, original.one.run.code.commit]
    return a !== null && b !== null && a !== b
  })
  const code = commits ? '; only the commit differs' : ''
  const sentence =
    found.length === 1
      ? `[[${only.run.one.address}]] repeats [[${only.original.one.address}]]: same settings, ${sameData(found)}same values${code}.`
      : `Repeats that bring nothing new: ${listed(found)}; the settings${sameData(found) === '' ? '' : ', data'} and values are the same${code}.`
  return [finding(sentence, found)]
}

/** Repeats that were made to measure something more. */
function withMore(found: readonly Repeat[]): readonly NewFinding[] {
  const [first] = found
  if (first === undefined) return []
  const added = first.added.filter((name) => found.every((repeat) => repeat.added.includes(name)))
  const names = added.filter(isPlain)
  const shown = names.slice(0, 3).join(', ')
  const what = shown === '' ? 'more metrics' : `${shown}${added.length > 3 ? ' and more' : ''}`
  const also = found.length === 1 ? `it also logged ${what}` : `each also logged ${what}`
  const data = sameData(found) === '' ? '' : ', data'
  const sentence =
    found.length === 1
      ? `[[${first.run.one.address}]] has the settings${data} and values of [[${first.original.one.address}]]; ${also}.`
      : `Settings${data} and values of an earlier run: ${listed(found)}; ${also}.`
  return [finding(sentence, found)]
}

/** Repeats whose values did not come out the same: once for each pair of a few, in one sentence where they are many. */
function differentValues(found: readonly Repeat[], evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const bySetting = [...Map.groupBy(found, ({ original }) => original).values()].sort(
    (a, b) => weightOf(b) - weightOf(a),
  )
  return bySetting.slice(0, 1).flatMap((members) => {
    const [first] = members
    if (first === undefined) return []
    const metric = differingMetric(first, evidence)
    if (metric === null) return []
    const runs = [first.original, ...members.map(({ run }) => run)]
    const data = sameData(members) === '' ? '' : ' and data'
    const slots = runs.map(({ one }) => `${one.address}.${metricField(metric)}`)
    const why = whyTheyDiffer(runs)
    if (members.length === 1)
      return [
        finding(
          `[[${first.run.one.address}]] logs the settings${data} of [[${first.original.one.address}]], yet its ${metric} differs by [[abs(delta(${slots[0]}, ${slots[1]}))]]: ${why}.`,
          members,
        ),
      ]
    const logged = runs.filter(({ one }) => one.run.metrics.has(metric)).slice(0, MOST_RESTS)
    const all = logged.map(({ one }) => `${one.address}.${metricField(metric)}`).join(', ')
    return [
      finding(
        `[[count(${logged.map(({ one }) => one.address).join(', ')})]] runs log the settings${data} of [[${first.original.one.address}]], yet their ${metric} lies between [[min(${all})]] and [[max(${all})]]: ${why}.`,
        members,
      ),
    ]
  })
}

/** What may stand behind other values of the same settings, as far as the log tells. */
function whyTheyDiffer(runs: readonly SettledRun[]): string {
  const commits = runs.map(({ one }) => one.run.code.commit)
  if (commits.every((commit) => commit !== null) && new Set(commits).size > 1) return 'the commits differ'
  const seeded = runs.some(({ setting }) => [...setting.values.keys()].some(isSeed))
  return seeded
    ? 'training is not deterministic, or what differs is not logged'
    : 'no seed is logged, and nothing else tells them apart'
}

/** Unseeded runs and other commits explain themselves; what has no explanation is told first. */
function weightOf(members: readonly Repeat[]): number {
  const runs = members.flatMap(({ run, original }) => [run, original])
  return (whyTheyDiffer(runs).startsWith('training') ? 1000 : 0) + members.length
}

function stillRunning(found: readonly Repeat[]): readonly NewFinding[] {
  const [first] = found
  if (first === undefined) return []
  const data = sameData(found) === '' ? '' : ' and data'
  return [
    finding(
      `[[${first.run.one.address}]] is running with the settings${data} of [[${first.original.one.address}]], which has finished.`,
      found.slice(0, 1),
    ),
  ]
}

/** Finished runs that are no repeats to the letter, but whose numbers all lie within the tolerance of an earlier run's. */
function nearRepeats(
  groups: readonly (readonly SettledRun[])[],
  told: ReadonlySet<string>,
  evidence: EvidenceWithoutFindings,
): readonly NewFinding[] {
  const found = [true, false].flatMap((isChild) => {
    const firsts = groups.flatMap((members) => {
      const own = members.filter(({ one }) => one.run.status === 'finished')
      const [first] = own
      return first === undefined || (first.one.run.parent !== null) !== isChild ? [] : [{ first, own }]
    })
    const settings = firsts.map(({ first }) => first.setting)
    const { tolerance } = evidence.rules.repeats
    return clustersOf(nearPairs(settings, tolerance), settings).flatMap((cluster) => {
      const members = cluster
        .flatMap((index) => {
          const group = firsts[index]
          return group === undefined ? [] : [group]
        })
        .sort((a, b) => startOf(a.first) - startOf(b.first))
      const [original, ...others] = members
      if (original === undefined) return []
      return others.flatMap(({ first: run }) =>
        told.has(run.one.address) &&
        (!isChild || run.one.run.parent !== original.first.one.run.parent) &&
        [...run.one.run.metrics.keys()].some((name) => original.first.one.run.metrics.has(name))
          ? [repeatOf(run, original.first)]
          : [],
      )
    })
  })
  const [first] = found
  if (first === undefined) return []
  const shown = found.slice(0, MOST_NAMED).map((repeat) => nearSentence(repeat, evidence))
  const rest = found.length - shown.length
  return [
    {
      ...finding(
        `Nearly a repeat, within the tolerance for numbers: ${shown.join('; ')}${rest > 0 ? '; and [[this.more]] more' : ''}.`,
        found,
      ),
      ...(rest > 0 ? { values: { ...finding('', found).values, more: counted(rest) } } : {}),
    },
  ]
}

function nearSentence({ run, original }: Repeat, evidence: EvidenceWithoutFindings): string {
  const names = [...run.setting.values].flatMap(([name, value]) => {
    const other = original.setting.values.get(name)
    return other !== undefined &&
      compareSetting(name, value, other, evidence.rules.repeats.tolerance) === 'near'
      ? [name]
      : []
  })
  const differences = names
    .filter(isPlain)
    .slice(0, 2)
    .map((name) => {
      const field = `param[${JSON.stringify(name)}]`
      return `${name} [[${run.one.address}.${field}]] against [[${original.one.address}.${field}]]`
    })
  return `[[${run.one.address}]] and [[${original.one.address}]] (${differences.join(', ')}${names.length > 2 ? ', and more' : ''})`
}

/** Settings that near pairs tie together; those of which one number takes many values are a sweep and left out. */
function clustersOf(
  pairs: readonly (readonly [number, number])[],
  settings: readonly Setting[],
): readonly (readonly number[])[] {
  const parents = new Map<number, number>()
  const rootOf = (index: number): number => {
    let root = index
    for (let above = parents.get(root); above !== undefined; above = parents.get(root)) root = above
    return root
  }
  for (const [a, b] of pairs) {
    const [low, high] = [Math.min(rootOf(a), rootOf(b)), Math.max(rootOf(a), rootOf(b))]
    if (low !== high) parents.set(high, low)
  }
  const tied = new Set(pairs.flat())
  const clusters = Map.groupBy(
    [...tied].sort((a, b) => a - b),
    rootOf,
  )
  return [...clusters.values()].filter((members) => {
    const names = [...(settings[members[0] ?? 0]?.values.keys() ?? [])]
    return names.every(
      (name) => new Set(members.map((index) => settings[index]?.values.get(name)?.key)).size < SWEEP,
    )
  })
}

/** The finding of some repeats, with what was spent on them where all ended and it is worth a word. */
function finding(sentence: string, found: readonly Repeat[], rests?: readonly string[]): NewFinding {
  const spent = found.reduce((sum, { run }) => sum + secondsOf(run.one.run), 0)
  const values = {
    ...(spent > 0
      ? {
          spent: {
            value: spent,
            unit: 's',
            metric: null,
            how: found.length === 1 ? 'duration of the repeat' : 'durations of the repeats, added',
          },
        }
      : {}),
    ...(found.length > MOST_NAMED ? { more: counted(found.length - MOST_NAMED) } : {}),
  }
  return {
    kind: 'repeat',
    scope: 'project',
    sentence:
      spent >= WORTH_TELLING
        ? `${sentence} Spent on ${found.length === 1 ? 'it' : 'them'}: [[this.spent]].`
        : sentence,
    rests:
      rests ??
      [...new Set(found.flatMap(({ run, original }) => [run.one.address, original.one.address]))].slice(
        0,
        MOST_RESTS,
      ),
    values,
  }
}

/** "r9 (as r2), r11 (as r3) and so many more". */
function listed(found: readonly Repeat[]): string {
  const shown = found
    .slice(0, MOST_NAMED)
    .map(({ run, original }) => `[[${run.one.address}]] (as [[${original.one.address}]])`)
  return `${shown.join(', ')}${found.length > MOST_NAMED ? ' and [[this.more]] more' : ''}`
}

function counted(value: number) {
  return { value, unit: null, metric: null, how: 'further repeats, counted' }
}

function sameData(found: readonly Repeat[]): string {
  return found.every(({ run }) => run.setting.data.length > 0) ? 'same data, ' : ''
}

/** The metric to say a difference in: the leading one where it differs, else the most telling one that does. */
function differingMetric(repeat: Repeat, evidence: EvidenceWithoutFindings): string | null {
  const lead = evidence.lead?.metric
  if (lead !== undefined && repeat.differing.includes(lead) && isPlain(lead)) return lead
  const ranked = rankMetrics([repeat.run.one.run, repeat.original.one.run], evidence.metrics)
  return ranked.find((name) => repeat.differing.includes(name) && isPlain(name)) ?? null
}

function metricField(metric: string): string {
  return `metric[${JSON.stringify(metric)}].last`
}

/** A name that can stand in a sentence of ours as it is. */
function isPlain(name: string): boolean {
  return /^[\p{L}\p{N}_./@() -]{1,60}$/u.test(name)
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])
}

function startOf({ one }: { readonly one: EvidenceRun }): number {
  return one.run.startedAt ?? Number.POSITIVE_INFINITY
}

function secondsOf(run: Run): number {
  return run.startedAt === null || run.endedAt === null ? 0 : Math.max(0, run.endedAt - run.startedAt) / 1000
}
