import { z } from 'zod'
import type { Given } from '../evidence.ts'

/** What a budget counts: hours of GPUs, hours on the clock, runs, or money in the currency of `costs`. */
export const BUDGET_UNITS = ['gpu-hours', 'hours', 'runs', 'money'] as const

const from = z.string()

/** What a plan was asked for: plain JSON, frozen with it. Times are milliseconds since 1970. */
export const planSubjectSchema = z.object({
  /** When it was asked. */
  at: z.number(),
  target: z.object({ metric: z.string(), value: z.number(), text: z.string(), from }).nullable(),
  budget: z
    .object({
      amount: z.number(),
      unit: z.enum(BUDGET_UNITS),
      /** Of money: its currency. */
      currency: z.string().nullable(),
      text: z.string(),
      from,
    })
    .nullable(),
  /** `until` is the end of the day named. */
  deadline: z.object({ until: z.number(), text: z.string(), from }).nullable(),
  resources: z.object({ text: z.string(), from }).nullable(),
  /** How many runs go at once. */
  atOnce: z.number().int().min(1),
})

export type PlanSubject = z.infer<typeof planSubjectSchema>

/** What was given, as values that sentences may cite. */
export function givenOfPlan({ target, budget, deadline, resources }: PlanSubject): readonly Given[] {
  return [
    ...(target === null
      ? []
      : [
          {
            address: 'target',
            name: 'target',
            value: null,
            fields: new Map([
              [
                target.metric,
                { value: { kind: 'number' as const, value: target.value, text: target.text }, unit: null },
              ],
            ]),
            from: target.from,
          },
        ]),
    ...(budget === null
      ? []
      : [
          {
            address: 'budget',
            name: 'budget',
            value: { value: { kind: 'text' as const, text: budget.text }, unit: null },
            fields: new Map(),
            from: budget.from,
          },
        ]),
    ...(deadline === null
      ? []
      : [
          {
            address: 'deadline',
            name: 'deadline',
            value: { value: { kind: 'text' as const, text: deadline.text }, unit: null },
            fields: new Map(),
            from: deadline.from,
          },
        ]),
    ...(resources === null
      ? []
      : [
          {
            address: 'resources',
            name: 'resources',
            value: { value: { kind: 'text' as const, text: resources.text }, unit: null },
            fields: new Map(),
            from: resources.from,
          },
        ]),
  ]
}
