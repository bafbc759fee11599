import { cutText } from '../cut-text.ts'
import type { Evidence, FindingText, FindingValue, NewFinding } from '../evidence.ts'
import { metricSlot } from '../headline.ts'
import { joined, listedRuns } from '../listed-runs.ts'
import { runError } from '../run-error.ts'
import { dataOf } from '../same-ground.ts'
import { seedOf } from '../seed-of.ts'
import { isSeed } from '../what-varied.ts'
import type { ExpectedRange, Ground, NoGround } from './expected-range.ts'
import { dataInUse } from './lint-proposal.ts'
import type { Past } from './past.ts'
import { isRange, type Planned, restsOfPlanned, type Scheduled } from './plan-of.ts'
import type { PlanSubject } from './plan-subject.ts'

/**
 * What is said of one experiment, a sentence each, with slots: its own values stand as `[[this.low]]`. Empty texts where there
 * is nothing to say.
 */
export interface ToldPlanned {
  /** Why it is worth a run; empty for a model's, which says so itself. */
  readonly reason: string
  /** What is set, for the same run otherwise. */
  readonly set: string
  readonly expected: string
  /** What that rests on. */
  readonly ground: string
  readonly stop: string
  readonly cost: string
  readonly tried: string
}

const LONGEST_AMONG = 100

type Values = Record<string, FindingValue>
type Texts = Record<string, FindingText>

/** One experiment in sentences, with the values that these print. */
export function tellPlanned(
  scheduled: Scheduled,
  past: Past,
  subject: PlanSubject,
): { readonly told: ToldPlanned; readonly values: Values; readonly texts: Texts } {
  const { planned } = scheduled
  const values: Values = {}
  const texts: Texts = { id: { text: planned.id, from: 'its place in the plan' } }
  const own = planned.past ?? past
  const told = {
    reason: tellReason(planned, past, values),
    set: tellSet(planned, past, values, texts),
    expected: tellExpected(planned, own, values, texts),
    ground: tellGround(planned, own, values),
    stop: tellStop(planned, own, subject, values),
    cost: tellCost(scheduled, subject, values),
    tried: tellTried(planned, values),
  }
  return { told, values, texts }
}

/** The same as a finding. */
export function findingOfPlanned(scheduled: Scheduled, past: Past, subject: PlanSubject): NewFinding {
  const { told, values, texts } = tellPlanned(scheduled, past, subject)
  const { from } = scheduled.planned.settled
  const sentences = [
    told.reason,
    `From [[${from.address}]]: ${told.set}.`,
    told.expected,
    told.ground,
    told.stop,
    told.cost,
    told.tried,
  ]
  return {
    kind: 'proposal',
    scope: 'project',
    sentence: sentences.filter((text) => text !== '').join(' '),
    rests: restsOfPlanned(scheduled.planned),
    values,
    texts,
  }
}

function tellReason({ reason, settled, shownBy }: Planned, past: Past, values: Values): string {
  const own = `[[${settled.from.address}]]`
  const [other] = shownBy
  const param = settled.changes[0]?.param ?? ''
  const slot = (one: typeof settled.from): string => `[[${metricSlot(one, past.metric)}]]`
  switch (reason) {
    case null:
      return ''
    case 'few seeds':
      values.seeds = {
        value: past.present.find(({ runs }) => runs.includes(settled.from))?.runs.length ?? 1,
        unit: null,
        metric: null,
        how: 'seeds that its setting has run with',
      }
      return settled.from === past.best || past.present[0]?.runs.includes(settled.from)
        ? `${own} has the best ${past.metric} ${onSeeds(settled.from, values.seeds.value)}: how much of it is luck is not known.`
        : `${own} is as good as the best as far as seeds tell, ${onSeeds(settled.from, values.seeds.value)}.`
    case 'edge':
      return other === undefined
        ? ''
        : `The best ${param} lies at the edge of what was tried: ${past.metric} is ${slot(settled.from)} in ${own} and ${slot(other)} in [[${other.address}]] next to it.`
    case 'between':
      return other === undefined
        ? ''
        : `There is room in ${param} between ${own} (${past.metric} ${slot(settled.from)}) and its better neighbour [[${other.address}]] (${slot(other)}).`
    case 'helped elsewhere':
      return `This ${param} helped each time that it was changed alone in other settings (${listedRuns(shownBy.map(({ address }) => address))}); ${own} does not have it.`
    case 'still improving':
      return `The held-out curve of ${own} was still improving at its end.`
    case 'not under present conditions':
      return `${own} ran on data or under a protocol that were given up since; nothing of its kind ran under the present ones.`
    case 'tell apart':
      return other === undefined
        ? ''
        : `${own} and [[${other.address}]] differ in several parameters at once: this changes ${param} alone.`
    case 'failed once':
      return `${own} failed, and its setting never finished.`
    case 'never varied':
      return `${param} had one value in all runs.`
    default:
      return reason satisfies never
  }
}

/** On how many seeds a setting stands; what logs none stands on one run. */
function onSeeds({ run }: Planned['settled']['from'], seeds: number): string {
  if (seedOf(run) === null && seeds === 1) return 'in a single run, with no seed logged'
  return `on [[this.seeds]] ${seeds === 1 ? 'seed' : 'seeds'}`
}

function tellSet(
  { settled, runs, proposal }: Planned,
  { ranked: newest }: Past,
  values: Values,
  texts: Texts,
): string {
  values.runs = { value: runs, unit: null, metric: null, how: 'runs that it takes' }
  const changes = settled.changes.map(({ param, from, to }, index) => {
    const name = `set${letterOf(index)}`
    texts[name] = { text: to ?? 'not set', from: 'proposed' }
    const there =
      from === null
        ? settled.fresh.includes(param)
          ? 'logged by no run so far'
          : 'not set there'
        : `there [[${settled.from.address}.param[${JSON.stringify(param)}]]]`
    return to === null ? `${param} not set (${there})` : `${param} [[this.${name}]] (${there})`
  })
  const what = changes.length === 0 ? 'the same setting again' : joined(changes)
  const without =
    settled.dropped.length === 0 ? '' : `, without ${joined(settled.dropped)}, which that model does not have`
  const data = dataInUse(settled.from, [settled.from, ...newest])
  const onData = data === dataOf(settled.from.run) ? '' : ', on the data of the newest runs'
  const seeds = proposal.seeds > 1 && !settled.changes.some(({ param }) => isSeed(param))
  return `${what}${without}${onData}; [[this.runs]] ${runs === 1 ? 'run' : 'runs'}${seeds ? ', each with a new seed' : ''}`
}

function tellExpected({ expected, among }: Planned, { metric }: Past, values: Values, texts: Texts): string {
  if (among !== '') texts.among = { text: cutText(among, LONGEST_AMONG), from: 'what the log tells apart' }
  const where = among === '' ? '' : ' ([[this.among]])'
  if (expected === null || !isRange(expected)) return `${metric}${where}: no ground for a range.`
  values.low = { value: expected.low, unit: null, metric, how: howOf(expected, 'lower') }
  values.high = { value: expected.high, unit: null, metric, how: howOf(expected, 'upper') }
  return `Expected ${metric}${where}: [[this.low]] to [[this.high]].`
}

function howOf(expected: ExpectedRange, end: 'lower' | 'upper'): string {
  const grounds = expected.grounds.map(({ param, kind }) => `${kind} of ${param}`)
  return `${end} end: the mean of the setting begun from${grounds.length === 0 ? '' : `, moved by what past runs show (${grounds.join('; ')})`}${expected.noise === null ? '' : ', and what seeds do at 95 %'}${expected.luck === 0 ? '' : ', less what is luck in a best of many'}`
}

function tellGround({ expected }: Planned, past: Past, values: Values): string {
  if (expected === null) return ''
  if (!isRange(expected)) return tellNoGround(expected, past)
  const grounds = expected.grounds.map((ground, index) => tellOneGround(ground, index, past, values))
  const [base] = expected.base.runs
  const from =
    expected.grounds.length === 0
      ? `the setting's own mean is [[this.base]] ([[${base.address}]])`
      : grounds.join('; ')
  if (expected.grounds.length === 0)
    values.base = { value: expected.base.mean, unit: null, metric: past.metric, how: 'mean over its seeds' }
  const noise =
    expected.noise === null ? 'what seeds do is not known' : 'wider by [[this.noise]] for what seeds do'
  if (expected.noise !== null)
    values.noise = {
      value: expected.noise,
      unit: null,
      metric: past.metric,
      how: `difference of the two means that seeds explain at 95 %, from ${past.isUnlabelled ? 'runs of one setting that log no seed' : 'replicates'}`,
    }
  const moving = expected.grounds.filter(({ kind }) => kind !== 'like runs')
  const added = moving.length > 1 ? '; effects added up' : ''
  if (expected.luck > 0)
    values.luck = {
      value: expected.luck,
      unit: null,
      metric: past.metric,
      how: 'standard deviation of seeds times the expected maximum of as many settings',
    }
  const luck =
    expected.luck > 0
      ? ', and on the worse side by [[this.luck]], since a best of many owes that to luck'
      : ''
  return `Ground: ${from}${added}; ${noise}${luck}.`
}

function tellNoGround({ reason, unknown }: NoGround, { metric }: Past): string {
  if (reason === 'no replicates') return 'No setting has two seeds: how far they scatter is not known.'
  if (reason === 'no value') return 'Nothing like it was measured under the present conditions.'
  return `What ${joined(unknown)} ${unknown.length === 1 ? 'does' : 'do'} was not seen: no two runs that ${metric} may rank differ in ${unknown.length === 1 ? 'it' : 'one of them'} alone.`
}

function tellOneGround(ground: Ground, index: number, { metric }: Past, values: Values): string {
  const { param, kind, count, runs, low, high, isElsewhere } = ground
  const letter = letterOf(index)
  const by = (name: string, value: number, how: string): string => {
    values[`${name}${letter}`] = { value, unit: null, metric, how }
    return `[[this.${name}${letter}]]`
  }
  const pairs = (): string => {
    values[`pairs${letter}`] = { value: count, unit: null, metric: null, how: 'pairs of settings' }
    return `[[this.pairs${letter}]] ${count === 1 ? 'pair' : 'pairs'} of settings`
  }
  const where = isElsewhere ? ' on other data or under another protocol' : ''
  const [first, last] = ground.two ?? [runs[0], runs[0]]
  const two = `[[${first?.address}]] and [[${last?.address}]]`
  switch (kind) {
    case 'same change':
      return count === 1
        ? `the same change of ${param} moved it by ${by('effect', Math.abs(low) > Math.abs(high) ? low : high, 'difference of the means of two settings')} between ${two}${where}, so from nothing to that`
        : `the same change of ${param} moved it by ${by('least', low, 'least effect')} to ${by('most', high, 'greatest effect')} in ${pairs()}${where}`
    case 'between':
      return `${two} lie on both sides of this ${param}${where}, and half their distance was added at either end`
    case 'beyond':
      return `the last step of ${param} towards it, from [[${first?.address}]] to [[${last?.address}]]${where}, comes in proportion to ${by('reach', (high - low) / 2, 'what the last step did, in proportion to the new one')}, taken either way`
    case 'own curve':
      return `${metric} of [[${first?.address}]] was still getting better at its end: from nothing to ${by('late', Math.abs(low) > Math.abs(high) ? low : high, 'gain over the last fifth of the curve, as often again as the run is longer, at most twice')} by going on`
    case 'like runs':
      return `${listedRuns(
        runs.map(({ address }) => address),
        3,
      )} have the same ${param} and gave this much${where}`
    case 'other changes':
      return `other changes of ${param} moved it by up to ${by('most', high, 'greatest effect')} in ${pairs()}${where}`
    default:
      return kind satisfies never
  }
}

function tellStop(planned: Planned, past: Past, subject: PlanSubject, values: Values): string {
  const { isBaseline, runs, stop } = planned
  const { metric, direction } = past
  if (isBaseline)
    return 'Stop: after this. It is to tell what the best gains over a simple model, not to win.'
  if (stop === null) return ''
  const pass = direction === 'higher' ? 'does not rise above' : 'does not fall below'
  values.stop = {
    value: stop.value,
    unit: null,
    metric,
    how: stop.isBeyondSeeds
      ? 'mean of the best setting and the difference that seeds explain at 95 %'
      : 'mean of the setting to be beaten',
  }
  const goal = tellGoal(planned, past, subject, values)
  if (stop.isOfBest)
    return `Stop: the lead is gone if the mean over its seeds ${pass} [[this.stop]], where the next setting stands ([[${stop.against.address}]]).${goal}`
  const what = runs === 1 ? metric : `the mean ${metric}`
  return stop.isBeyondSeeds
    ? `Stop: no more of it if ${what} ${pass} [[this.stop]], which is [[${stop.against.address}]] and what seeds explain.${goal}`
    : `Stop: no more of it if ${what} ${pass} [[this.stop]], which is [[${stop.against.address}]].${goal}`
}

/** Where the target lies between what it must pass and the better end of what is expected: that it would be reached. */
function tellGoal(
  { expected, stop }: Planned,
  { metric, direction }: Past,
  { target }: PlanSubject,
  values: Values,
): string {
  if (target === null || stop === null) return ''
  if (expected === null || !isRange(expected)) return ''
  const isHigher = direction === 'higher'
  const reaches = isHigher ? expected.high >= target.value : expected.low <= target.value
  const isBeyond = isHigher ? target.value >= stop.value : target.value <= stop.value
  if (!reaches || !isBeyond) return ''
  values.goal = { value: target.value, unit: null, metric, how: 'the target that was given' }
  return ' The target is reached from [[this.goal]] on.'
}

function tellCost(
  { planned, amount, doneAfter, isInBudget, isInTime, lacks }: Scheduled,
  subject: PlanSubject,
  values: Values,
): string {
  const { cost, runs } = planned
  if (cost === null) return 'Cost: no run tells how long it took.'
  values.each = { value: cost.seconds, unit: 's', metric: null, how: 'median time of like finished runs' }
  values.total = { value: cost.seconds * runs, unit: 's', metric: null, how: 'that times the number of runs' }
  values.like = {
    value: cost.like.length,
    unit: null,
    metric: null,
    how: 'finished runs of the same model and length',
  }
  if (doneAfter !== null)
    values.done = {
      value: doneAfter,
      unit: 's',
      metric: null,
      how: 'time of this experiment and of those before it in the plan, by as many runs at once as may go',
    }
  const scaled = cost.scaledBy === null ? '' : `, in proportion to ${cost.scaledBy.param}`
  const all = runs === 1 ? '' : `, [[this.total]] in all`
  const share = tellShare(amount, lacks, subject, values)
  const late = [
    ...(isInBudget === false ? ['the budget does not reach so far'] : []),
    ...(isInTime === false ? ['the deadline comes first'] : []),
  ]
  return `Cost: [[this.each]] a run (median of [[this.like]] like ${cost.like.length === 1 ? 'run' : 'runs'}${scaled})${all}${share}${late.length === 0 ? '' : `; ${joined(late)}`}.`
}

/** Of a share below it no figure is told: it would have more noughts than sense. In per cent. */
export const LEAST_SHARE = 0.01

function tellShare(
  amount: number | null,
  lacks: Scheduled['lacks'],
  { budget }: PlanSubject,
  values: Values,
): string {
  if (budget === null) return ''
  if (amount === null)
    return `; what that is of the budget is not known${lacks === null ? '' : `: ${lacks === 'price' ? 'costs in narrate.yaml name no price of an hour' : 'like runs log no GPUs'}`}`
  values.share = {
    value: (100 * amount) / budget.amount,
    unit: '%',
    metric: null,
    how: 'of the budget',
  }
  return values.share.value < LEAST_SHARE ? ', hardly any of the budget' : ', [[this.share]] of the budget'
}

function tellTried(planned: Planned, values: Values): string {
  const { closed } = planned
  const tried = tellLint(planned, values)
  return closed === null
    ? tried
    : `${tried} Somebody closed this direction: [[quote(${closed.address}, ${JSON.stringify(closed.words.replace(/[.;]$/, ''))})]].`
}

function tellLint({ lint }: Planned, values: Values): string {
  switch (lint.kind) {
    case 'new':
      return 'No run has had this setting.'
    case 'unclear':
      return `${lint.typed} may mean ${joined(lint.names)}: it was not held against past runs.`
    case 'replicates': {
      values.have = { value: lint.runs.length, unit: null, metric: null, how: 'runs of the setting' }
      return `Ran before: ${listedRuns(lint.runs.map(({ address }) => address))}.`
    }
    case 'tried': {
      const [first] = lint.runs
      const error = runError(first) === null ? '' : `, with [[${first.address}.error]]`
      return lint.hasFinished
        ? `Already tried: ${listedRuns(lint.runs.map(({ address }) => address))}.`
        : `Ran before and did not finish: [[${first.address}]] (${first.run.status}${error}).`
    }
    default:
      return lint satisfies never
  }
}

/** A, B, …: what stands behind a name of values of one kind. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + (index % 26))
}

/** The sentences of a finding's own values, once it has its address. */
export function addressed(sentence: string, address: string): string {
  return sentence.replaceAll('[[this.', `[[${address}.`)
}

/** The finding of one experiment in the evidence: of narrate's own the one told last, in the order that a draft gave. */
export function findingOf(id: string, { findings }: Pick<Evidence, 'findings'>) {
  return findings.findLast(({ kind, texts }) => kind === 'proposal' && texts.id?.text === id)
}
