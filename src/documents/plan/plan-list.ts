import { z } from 'zod'
import type { Evidence } from '../../evidence/evidence.ts'
import { headlineValue } from '../../evidence/headline.ts'
import { isRange, schedule } from '../../evidence/plans/plan-of.ts'
import type { PlanSubject } from '../../evidence/plans/plan-subject.ts'
import { isSeed } from '../../evidence/what-varied.ts'
import { draftedPlan } from './drafted-plan.ts'
import type { PlanDraft } from './plan-draft.ts'

const run = z.object({ key: z.string(), id: z.string(), name: z.string() })

/**
 * A plan as a list that a launcher can read: `narrate plan --json` prints it as `plan`, and later entries hold against it what
 * came out. Parameters are texts as the tracker logs them; times are seconds; what is not known is null.
 */
export const planListSchema = z.object({
  metric: z.string(),
  direction: z.enum(['higher', 'lower']).nullable(),
  target: z.number().nullable(),
  best: z.object({ run, value: z.number() }).nullable(),
  /** How far the best is from the target: above nought where it is not reached. */
  gap: z.number().nullable(),
  /** In the order in which they are to be run. */
  experiments: z.array(
    z.object({
      /** `p1`, `p2`, … proposed by a model; `s1`, `s2`, … by narrate. */
      id: z.string(),
      from: run,
      /** What to change in that run; null for a parameter that is not to be set. */
      set: z.record(z.string(), z.string().nullable()),
      /** Every parameter that a run of it should log, seeds aside. */
      params: z.record(z.string(), z.string()),
      /** Parameters that hold seeds, to be varied between its runs. */
      seedParams: z.array(z.string()),
      runs: z.number(),
      expected: z.object({ low: z.number(), high: z.number() }).nullable(),
      /** What the range rests on: kinds of ground, strongest first; empty where there is none. */
      grounds: z.array(z.string()),
      /** The mean of its runs must pass this value, else it is to be stopped. */
      stopUnless: z
        .object({ above: z.number() })
        .or(z.object({ below: z.number() }))
        .nullable(),
      secondsPerRun: z.number().nullable(),
      seconds: z.number().nullable(),
      isInBudget: z.boolean().nullable(),
      isInTime: z.boolean().nullable(),
      /** What past runs say: never run, or run with fewer seeds, or run all the same for a reason given. */
      tried: z.enum(['no', 'fewer seeds', 'yes']),
      triedIn: z.array(z.string()),
    }),
  ),
  /** Proposals of a model that were left out, since they were tried or closed. */
  dropped: z.array(z.object({ id: z.string(), because: z.string() })),
})

export type PlanList = z.infer<typeof planListSchema>

/** The list of a plan's experiments. */
export function planList(evidence: Evidence, draft: PlanDraft | null, subject: PlanSubject): PlanList {
  const { metric, past, gap, chosen, judged } = draftedPlan(evidence, draft, subject)
  const best = past === null ? null : headlineValue(past.best, metric, evidence.metrics)
  const named = (one: Evidence['runs'][number]): z.infer<typeof run> => ({
    key: one.run.key,
    id: one.run.id,
    name: one.run.name,
  })
  return {
    metric,
    direction: past?.direction ?? null,
    target: subject.target?.value ?? null,
    best: past === null || best === null ? null : { run: named(past.best), value: best },
    gap,
    experiments: schedule(chosen, subject, evidence).map(({ planned, isInBudget, isInTime }) => {
      const { id, settled, lint, expected, cost, runs, stop } = planned
      const seedParams = [...settled.params.keys()].filter((name) => isSeed(name))
      return {
        id,
        from: named(settled.from),
        set: Object.fromEntries([
          ...settled.changes.map(({ param, to }) => [param, to] as const),
          ...settled.dropped.map((param) => [param, null] as const),
        ]),
        params: Object.fromEntries([...settled.params].filter(([name]) => !isSeed(name))),
        seedParams,
        runs,
        expected: isRange(expected) ? { low: expected.low, high: expected.high } : null,
        grounds: isRange(expected)
          ? expected.grounds.length === 0
            ? ['replicates']
            : expected.grounds.map(({ kind }) => kind)
          : [],
        stopUnless:
          stop === null ? null : past?.direction === 'lower' ? { below: stop.value } : { above: stop.value },
        secondsPerRun: cost?.seconds ?? null,
        seconds: cost === null ? null : cost.seconds * runs,
        isInBudget,
        isInTime,
        tried: lint.kind === 'tried' ? 'yes' : lint.kind === 'replicates' ? 'fewer seeds' : 'no',
        triedIn:
          lint.kind === 'tried' || lint.kind === 'replicates' ? lint.runs.map((one) => one.run.key) : [],
      }
    }),
    dropped: judged.flatMap(({ index, problem }) =>
      problem === null ? [] : [{ id: `p${index + 1}`, because: problem }],
    ),
  }
}
