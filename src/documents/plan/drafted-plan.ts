import type { Evidence, FactValue, Given } from '../../evidence/evidence.ts'
import { parseNumber } from '../../evidence/fact-at.ts'
import { joined, listedRuns } from '../../evidence/listed-runs.ts'
import { numberFindings } from '../../evidence/number-findings.ts'
import { pivot } from '../../evidence/plans/plan-findings.ts'
import {
  assess,
  type Plan,
  type PlanEvidence,
  type Planned,
  planOf,
  schedule,
  settingKey,
} from '../../evidence/plans/plan-of.ts'
import type { PlanSubject } from '../../evidence/plans/plan-subject.ts'
import { findingOfPlanned } from '../../evidence/plans/tell-planned.ts'
import type { PlanDraft } from './plan-draft.ts'

/** A proposal of a model that stands in the plan or does not. */
export interface Judged {
  readonly index: number
  /** Null where its words could not be read as an experiment. */
  readonly planned: Planned | null
  /** Why it does not stand, with run addresses, for the model; null where it stands. */
  readonly problem: string | null
  /** What of it was tried, or closed, where it stands all the same for a reason that the draft gives. */
  readonly isJustified: boolean
}

/** A plan with what a model proposed: the model's experiments that stand, then narrate's own up to three. */
export interface DraftedPlan extends Plan {
  readonly judged: readonly Judged[]
  readonly chosen: readonly Planned[]
}

const FEWEST = 3
const MOST_SEEDS = 10
const MOST_PROPOSALS = 8

/** Holds each proposal of a draft against all past runs and closed directions, and chooses what stands in the plan. */
export function draftedPlan(
  evidence: PlanEvidence,
  draft: PlanDraft | null,
  subject: PlanSubject,
): DraftedPlan {
  const plan = planOf(evidence, subject)
  if (draft === null) return { ...plan, judged: [], chosen: plan.own }
  const seen = new Map<string, number>()
  const judged = draft.proposals.slice(0, MOST_PROPOSALS).map((_, index): Judged => {
    const one = judge(draft, index, plan, evidence)
    if (one.planned === null || one.problem !== null) return one
    const key = settingKey(one.planned.settled, one.planned.proposal.seeds)
    const before = seen.get(key)
    if (before === undefined) seen.set(key, index)
    return before === undefined
      ? one
      : { ...one, problem: `it is the same experiment as proposals[${before}]; leave one of them out.` }
  })
  const standing = judged.flatMap(({ planned, problem }) =>
    planned === null || problem !== null ? [] : [planned],
  )
  const varied = new Set(standing.flatMap((one) => variedIn(one)))
  const own = plan.own.filter(
    (one) =>
      !seen.has(settingKey(one.settled, one.proposal.seeds)) &&
      !variedIn(one).some((param) => varied.has(param)),
  )
  return { ...plan, judged, chosen: [...standing, ...own.slice(0, Math.max(0, FEWEST - standing.length))] }
}

/** What an experiment changes, and from where: the model's own value of a parameter stands for it. */
function variedIn({ settled }: Planned): readonly string[] {
  return settled.changes.map(({ param }) => `${settled.from.address} ${param}`)
}

function judge(draft: PlanDraft, index: number, plan: Plan, evidence: PlanEvidence): Judged {
  const asked = draft.proposals[index]
  const none = (problem: string): Judged => ({ index, planned: null, problem, isJustified: false })
  if (asked === undefined) return none('it is not there.')
  const from = evidence.runs.find(({ address }) => address === asked.from.replace(/^\[\[|\]\]$/g, ''))
  if (from === undefined) return none(`"from" is no run of RUNS: "${asked.from.slice(0, 40)}".`)
  const empty = asked.set.find(({ param, value }) => param.trim() === '' || value.trim() === '')
  if (empty !== undefined) return none('"set" holds an empty name or value.')
  if (asked.seeds < 1 || asked.seeds > MOST_SEEDS) return none(`"seeds" is between 1 and ${MOST_SEEDS}.`)
  const planned = assess(
    `p${index + 1}`,
    {
      from: from.address,
      set: new Map(asked.set.map(({ param, value }) => [param.trim(), value.trim()])),
      seeds: asked.seeds,
    },
    plan.past,
    evidence,
  )
  const isJustified = asked.repeat_because.text.trim() !== ''
  const problem = problemOf(planned, isJustified)
  return { index, planned, problem, isJustified: isJustified && problemOf(planned, false) !== null }
}

function problemOf({ lint, closed, settled, proposal }: Planned, isJustified: boolean): string | null {
  if (lint.kind === 'unclear')
    return `"${lint.typed}" may mean ${lint.names.join(' or ')}: name the parameter in full.`
  if (settled.changes.length === 0 && proposal.seeds === 1 && lint.kind === 'new') return null
  if (isJustified) return null
  const way = 'Change it, leave it out, or say in "repeat_because" what makes it worth running again.'
  if (lint.kind === 'tried') {
    const runs = lint.runs.slice(0, 3).map(({ address }) => address)
    const how =
      lint.seeds.length > 0
        ? `, which differs only in ${lint.seeds.join(' and ')}`
        : lint.isNear
          ? ', with numbers nearly the same'
          : ''
    const hours = lint.seconds === null ? '' : `, and took ${inHours(lint.seconds)} together`
    return `already tried: ${runs.join(', ')} had this setting${how}${hours}${lint.hasFinished ? '' : `, and did not finish (${lint.runs[0].run.status})`}. ${way} For replicates give "seeds" above the number there are.`
  }
  return closed === null ? null : `${closed.address} closed this direction ("${closed.words}"). ${way}`
}

function inHours(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  return seconds < 3600 ? `${Math.round(seconds / 6) / 10} min` : `${Math.round(seconds / 360) / 10} h`
}

/** The evidence with what the model proposes, as values that may be cited, and with what narrate works out for each. */
export function withProposals(evidence: Evidence, draft: PlanDraft, subject: PlanSubject): Evidence {
  const plan = draftedPlan(evidence, draft, subject)
  const { judged, chosen, past } = plan
  const readable = judged.flatMap(({ planned }) => planned ?? [])
  const given = readable.map(
    ({ id, settled }): Given => ({
      address: id,
      name: `proposal ${id}`,
      value: null,
      fields: new Map(
        settled.changes.flatMap(({ param, to }) =>
          to === null ? [] : [[param, { value: factValueOf(to), unit: null }]],
        ),
      ),
      from: 'proposed',
    }),
  )
  if (past === null) return { ...evidence, given: [...evidence.given, ...given] }
  const scheduled = schedule(chosen, subject, evidence)
  const findings = numberFindings(
    [
      ...pivot(plan, past, scheduled, evidence),
      ...scheduled.map((one) => findingOfPlanned(one, past, subject)),
    ],
    evidence.findings.reduce((last, { address }) => Math.max(last, Number(address.slice(1))), 0),
  )
  return { ...evidence, given: [...evidence.given, ...given], findings: [...evidence.findings, ...findings] }
}

function factValueOf(text: string): FactValue {
  const number = parseNumber(text)
  return number === null ? { kind: 'text', text } : { kind: 'number', value: number, text }
}

/** A proposal that was left out, in a sentence of ours for the reader. */
export function tellDropped({ planned, problem }: Judged): string {
  if (planned === null) return `A proposal that names no run or setting: left out.`
  const { lint, closed, settled } = planned
  const what = settled.changes.map(({ param }) => param).join(', ')
  const change = `[[${settled.from.address}]] with another ${what === '' ? 'seed' : what}`
  if (lint.kind === 'tried')
    return `${change}: already tried in ${listedRuns(lint.runs.map(({ address }) => address))}.`
  if (lint.kind === 'unclear')
    return `[[${settled.from.address}]] with another ${/^[A-Za-z]\w{0,40}$/.test(lint.typed) ? lint.typed : 'parameter'}: that may be ${joined(lint.names)}.`
  if (closed !== null)
    return `${change}: somebody closed this direction: [[quote(${closed.address}, ${JSON.stringify(closed.words)})]].`
  return `${change}: ${problem?.includes('same experiment') === true ? 'proposed already' : 'left out'}.`
}
