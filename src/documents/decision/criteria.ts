import { z } from 'zod'

const said = z.string().min(1)
const people = z.union([said.transform((name) => [name]), z.array(said)])
/** One text or several, as people write them. */
const texts = z.union([said.transform((text) => [text]), z.array(said)])

/** The point of a series that counts, and what is made of it over replicates: `last`, `max`, `mean of last`, `max of min`. */
export const AGGREGATION = /^(?:(mean|min|max) of )?(last|min|max)$/

const aggregation = z
  .string()
  .regex(AGGREGATION, 'last, min or max, for replicates "mean of last", "min of max" and so on')
const threshold = z
  .string()
  .regex(/^\s*(<=|>=|<|>)\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i, 'like "<= 0.3" or "> 10", in quotes')

const criterionSchema = z.strictObject({
  /** How the criterion is called; without it its metric's name. */
  name: said.optional(),
  /** What is measured: a metric, `params.NAME`, `tags.NAME`, `duration`, `cost` or `gpu_hours`; without it what `name` says. */
  metric: said.optional(),
  /** A figure for each finalist, or each of its runs, that no log holds. */
  value: z.record(z.string(), z.number()).optional(),
  unit: said.optional(),
  aggregation: aggregation.optional(),
  direction: z.enum(['higher', 'lower']).optional(),
  weight: z.number().min(0),
  threshold: threshold.optional(),
  /** The ends of the scale: here a finalist gets nothing, there it gets all. */
  worst: z.number().optional(),
  best: z.number().optional(),
  /** Why it counts. */
  why: said.optional(),
})

/** What `criteria.yaml` may say: the criteria, when they were fixed, and what only people know. */
export const criteriaSchema = z.strictObject({
  title: said.optional(),
  /** When the criteria were settled, a date; what git says of the file stands beside it. */
  fixed: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}/, 'a date like 2026-11-01')
    .optional(),
  criteria: z.array(criterionSchema).min(1),
  /** The problem to be decided. */
  context: said.optional(),
  purpose: said.optional(),
  users: texts.optional(),
  out_of_scope: texts.optional(),
  deciders: people.optional(),
  approvers: people.optional(),
  consulted: people.optional(),
  informed: people.optional(),
  /** The data: where it comes from, how it was split, what was left out, how it was prepared. */
  data: texts.optional(),
  /** Results by groups of those affected, or why there are none. */
  groups: texts.optional(),
  tradeoffs: texts.optional(),
  consequences: texts.optional(),
  assumptions: texts.optional(),
  limitations: texts.optional(),
  risks: texts.optional(),
  oversight: texts.optional(),
  dissent: texts.optional(),
  /** Who else checked it, not a developer of it. */
  independent_check: texts.optional(),
  /** How it will be seen whether the decision was right. */
  confirmation: texts.optional(),
  /** What would make us decide again. */
  revisit: texts.optional(),
  environment: texts.optional(),
  retention: said.optional(),
})

export type CriteriaFile = z.output<typeof criteriaSchema>

/** A bound that a finalist must keep. */
export interface Threshold {
  readonly operator: '<=' | '>=' | '<' | '>'
  readonly bound: number
}

/** The parts of a threshold that has the form the schema asks for. */
export function parseThreshold(text: string): Threshold {
  const [, operator, bound] = /^\s*(<=|>=|<|>)\s*(\S+)\s*$/.exec(text) ?? []
  if (operator !== '<=' && operator !== '>=' && operator !== '<' && operator !== '>')
    throw new Error(`${text} is no threshold`)
  return { operator, bound: Number(bound) }
}

/** Whether a value keeps a threshold. */
export function keeps({ operator, bound }: Threshold, value: number): boolean {
  switch (operator) {
    case '<=':
      return value <= bound
    case '>=':
      return value >= bound
    case '<':
      return value < bound
    case '>':
      return value > bound
    default:
      return operator satisfies never
  }
}

/** The parts of an aggregation; what is left out is `mean of last`. */
export function parseAggregation(text: string | undefined): {
  readonly over: 'mean' | 'min' | 'max'
  readonly point: 'last' | 'min' | 'max' | null
} {
  const [, over, point] = AGGREGATION.exec(text ?? '') ?? []
  return {
    over: over === 'min' || over === 'max' ? over : 'mean',
    point: point === 'last' || point === 'min' || point === 'max' ? point : null,
  }
}
