import { NarrateError } from '../errors.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import type { PlanSubject } from '../evidence/plans/plan-subject.ts'
import type { UserDay } from '../notes/in-span.ts'
import type { Settings } from '../settings.ts'
import { parseSpan } from './parse-span.ts'
import { parseTarget } from './parse-target.ts'

/** What flags of `narrate plan` say. */
export interface PlanWords {
  readonly target?: string
  readonly budget?: string
  readonly deadline?: string
  readonly resources?: string
  readonly atOnce?: string
}

/**
 * What a plan is asked for: flags first, then `plan` of narrate.yaml. Throws `NarrateError('usage')` for a flag and
 * `'configuration'` for a setting that cannot be read, with the form that can.
 */
export function parsePlan(words: PlanWords, settings: Settings, now: number, rule: UserDay): PlanSubject {
  const { plan } = settings
  const given = (name: 'budget' | 'deadline' | 'resources'): Written | null => {
    const flag = words[name]
    if (flag !== undefined) return { text: flag.trim(), from: `--${name}` }
    const setting = plan[name]
    return setting === undefined ? null : { text: setting.trim(), from: `narrate.yaml (plan.${name})` }
  }
  return {
    at: now,
    target: parseTarget(words.target, settings),
    budget: budgetOf(given('budget'), settings),
    deadline: deadlineOf(given('deadline'), now, rule),
    resources: given('resources'),
    atOnce: atOnceOf(words.atOnce) ?? plan.atOnce ?? 1,
  }
}

interface Written {
  readonly text: string
  readonly from: string
}

const HOURS: Readonly<Record<string, number>> = {
  min: 1 / 60,
  minute: 1 / 60,
  h: 1,
  hr: 1,
  hour: 1,
  d: 24,
  day: 24,
  week: 168,
}

function budgetOf(given: Written | null, { costs }: Settings): PlanSubject['budget'] {
  if (given === null) return null
  const [, figure = '', unit = ''] = /^([\d.,_]+)\s*-?\s*(.*)$/.exec(given.text) ?? []
  const amount = parseNumber(figure.replace(/[,_](?=\d{3}\b)/g, '').replace(',', '.'))
  const word = unit.trim().toLowerCase().replace(/s$/, '')
  const made = (
    kind: NonNullable<PlanSubject['budget']>['unit'],
    times = 1,
    currency: string | null = null,
  ) => ({
    amount: (amount ?? 0) * times,
    unit: kind,
    currency,
    ...given,
  })
  if (amount !== null && amount > 0) {
    const gpu = /^(?:gpu|a\d+|h\d+|v\d+)[\s-]*(min|minute|h|hr|hour|d|day|week)$/.exec(word)?.[1]
    if (gpu !== undefined) return made('gpu-hours', HOURS[gpu])
    const hours = HOURS[word]
    if (hours !== undefined) return made('hours', hours)
    if (/^(run|experiment|trial|job)$/.test(word)) return made('runs')
    if (unit.trim().toUpperCase() === costs.currency.toUpperCase()) return made('money', 1, costs.currency)
  }
  throw wrong(
    given,
    'no budget that narrate can count',
    `Write 40 gpu-hours, 12 hours, 30 runs, or 200 ${costs.currency} (costs in narrate.yaml tells what an hour costs).`,
  )
}

function deadlineOf(given: Written | null, now: number, rule: UserDay): PlanSubject['deadline'] {
  if (given === null) return null
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given.text)) throw wrong(given, 'no date', 'Write a day: 2026-12-15')
  try {
    const { until } = parseSpan({ until: given.text }, now, rule, { from: now, until: now })
    return { until, ...given }
  } catch (error) {
    if (!(error instanceof NarrateError)) throw error
    throw new NarrateError(
      given.from.startsWith('--') ? 'usage' : 'configuration',
      `The deadline ${given.text} (${given.from}) is no day that is still to come.`,
      { hint: 'Name a later day, or leave it out.', cause: error },
    )
  }
}

function atOnceOf(flag: string | undefined): number | null {
  if (flag === undefined) return null
  const count = parseNumber(flag)
  if (count === null || !Number.isInteger(count) || count < 1 || count > 10_000)
    throw new NarrateError('usage', `--at-once "${flag}" is no number of runs.`, {
      hint: 'Write a whole number: --at-once 2',
    })
  return count
}

function wrong({ text, from }: Written, what: string, hint: string): NarrateError {
  return new NarrateError(
    from.startsWith('--') ? 'usage' : 'configuration',
    `"${text}" (${from}) is ${what}.`,
    {
      hint,
    },
  )
}
