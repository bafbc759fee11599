import type { Run } from '../../runs/run.ts'
import { clauseAround } from '../clause-around.ts'
import type { EvidenceQuote, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { findRepeats, type Repeat, type SettledRun, startOf } from '../find-repeats.ts'
import { rankMetrics } from '../rank-metrics.ts'
import { compareSetting } from '../setting-of.ts'
import { isSeed } from '../what-varied.ts'

const MOST_FINDINGS = 3
const MOST_NAMED = 4
const MOST_RESTS = 300

/** Seconds below which it is not worth a word what repeats cost. */
const WORTH_TELLING = 60

/** How far from a note a run may lie that it speaks of. */
const THOSE_DAYS = 36 * 3_600_000

const FRESH_SEED = /\b(fresh|new|another|other|different|changed)\s+(random\s+)?seed\b/i

/**
 * Runs that did again what an earlier run of the project had done: the same parameters, seed and data, or numbers within
 * the tolerance of narrate.yaml. The original is the one that started first. Told are those whose values came out the same
 * (first where a note speaks of a fresh seed, last where something more was measured), and those whose did not, as
 * logged: then the training is not deterministic, or what differs is not logged. Runs that differ in the seed are
 * replicates and not told here; children are held against children of other parents only; runs without parameters,
 * and failed ones with their reruns, are left alone.
 */
export function repeats(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const { settled, exact, near } = findRepeats(evidence)
  const same = exact.filter((repeat) => repeat.differing.length === 0)
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
      exact.filter((repeat) => repeat.differing.length > 0),
      evidence,
    ),
    ...nearRepeats(near, evidence),
  ]
  const claimed = claim === null ? [] : [againstNote(claim)]
  // Where there is much to tell, all that repeat exactly are told in one sentence.
  const isMuch = claimed.length + apart.length + others.length > MOST_FINDINGS
  return [...claimed, ...(isMuch ? sameValues(rest) : apart), ...others].slice(0, MOST_FINDINGS)
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
      : `Repeats with the same settings${data} and values: ${listed(found)}; ${also}.`
  return [finding(sentence, found)]
}

/** Repeats whose values did not come out the same, in one finding: those first that nothing explains. */
function differentValues(found: readonly Repeat[], evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const sets = [...Map.groupBy(found, ({ original }) => original).values()]
    .map((members) => ({ members, why: whyTheyDiffer(runsOf(members)) }))
    .sort((a, b) => WHYS.indexOf(a.why) - WHYS.indexOf(b.why) || b.members.length - a.members.length)
    .flatMap(({ members, why }) => {
      const words = apartIn(members, evidence)
      return words === null ? [] : [{ members, why, words }]
    })
  const [first, ...others] = sets
  if (first === undefined) return []
  const all = sets.flatMap(({ members }) => members)
  const data = sameData(all) === '' ? '' : ' and data'
  const why = others.every((set) => set.why === first.why)
    ? first.why
    : 'chance, the code, or what is not logged'
  if (others.length === 0) {
    const [only, ...more] = first.members
    const sentence =
      only === undefined || more.length > 0
        ? `[[count(${addressesOf(runsOf(first.members))})]] runs log the settings${data} of [[${first.members[0]?.original.one.address}]], yet ${first.words}: ${why}.`
        : `[[${only.run.one.address}]] logs the settings${data} of [[${only.original.one.address}]], yet ${first.words}: ${why}.`
    return [finding(sentence, first.members)]
  }
  const shown = sets.slice(0, MOST_NAMED).map(({ members, words }) => {
    const [one] = members
    const names = `[[${one?.run.one.address}]]${members.length > 1 ? ' and others' : ''} of [[${one?.original.one.address}]]`
    return `${names} (${words})`
  })
  const rest = sets.length - shown.length
  const made = finding(
    `Repeats with the same settings${data} and other values: ${shown.join(', ')}${rest > 0 ? ' and [[this.sets]] more' : ''}; ${why}.`,
    all,
  )
  return [rest > 0 ? { ...made, values: { ...made.values, sets: counted(rest) } } : made]
}

/** How far runs of one setting lie apart, in the metric that shows it: "its val_auc differs by …"; null where none can be said. */
function apartIn(members: readonly Repeat[], evidence: EvidenceWithoutFindings): string | null {
  const [first] = members
  const metric = first === undefined ? null : differingMetric(first, evidence)
  if (first === undefined || metric === null) return null
  const logged = runsOf(members).filter(({ one }) => one.run.metrics.has(metric))
  const slots = logged.slice(0, MOST_RESTS).map(({ one }) => `${one.address}.${metricField(metric)}`)
  return members.length === 1
    ? `its ${metric} differs by [[abs(delta(${slots.join(', ')}))]]`
    : `their ${metric} lies between [[min(${slots.join(', ')})]] and [[max(${slots.join(', ')})]]`
}

function runsOf(members: readonly Repeat[]): readonly SettledRun[] {
  return [...new Set(members.flatMap(({ original, run }) => [original, run]))]
}

function addressesOf(runs: readonly SettledRun[]): string {
  return runs
    .slice(0, MOST_RESTS)
    .map(({ one }) => one.address)
    .join(', ')
}

/** What may stand behind other values, what nothing explains first. */
const WHYS = [
  'training is not deterministic, or what differs is not logged',
  'no seed is logged, and nothing else tells them apart',
  'the commits differ',
] as const

/** What may stand behind other values of the same settings, as far as the log tells. */
function whyTheyDiffer(runs: readonly SettledRun[]): (typeof WHYS)[number] {
  const commits = runs.map(({ one }) => one.run.code.commit)
  if (commits.every((commit) => commit !== null) && new Set(commits).size > 1) return WHYS[2]
  return runs.some(({ setting }) => [...setting.values.keys()].some(isSeed)) ? WHYS[0] : WHYS[1]
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
function nearRepeats(found: readonly Repeat[], evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  if (found.length === 0) return []
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

/** "r9 of r2, r11 of r3 and so many more". */
function listed(found: readonly Repeat[]): string {
  const shown = found
    .slice(0, MOST_NAMED)
    .map(({ run, original }) => `[[${run.one.address}]] of [[${original.one.address}]]`)
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
  return /^[\p{L}_][\p{L}\p{N}_./@() -]{0,59}$/u.test(name) && /\p{L}{2}/u.test(name)
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])
}

function secondsOf(run: Run): number {
  return run.startedAt === null || run.endedAt === null ? 0 : Math.max(0, run.endedAt - run.startedAt) / 1000
}
