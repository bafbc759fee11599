import { z } from 'zod'
import type { Given } from '../evidence.ts'
import { givenOfTarget } from './given-target.ts'

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
  const words = [
    ['budget', budget],
    ['deadline', deadline],
    ['resources', resources],
  ] as const
  return [
    ...givenOfTarget(target),
    ...words.flatMap(([name, written]): readonly Given[] =>
      written === null
        ? []
        : [
            {
              address: name,
              name,
              value: { value: { kind: 'text', text: written.text }, unit: null },
              fields: new Map(),
              from: written.from,
            },
          ],
    ),
  ]
}
