import { z } from 'zod'

/** For whom a decision is printed first of all; the statements are the same for all of them. */
export const AUDIENCES = ['everyone', 'executive', 'auditor', 'engineer'] as const
export type Audience = (typeof AUDIENCES)[number]

/** What only people know of a decision, one or several texts each, as they typed them. */
export const PEOPLE_FIELDS = [
  'context',
  'purpose',
  'users',
  'out_of_scope',
  'deciders',
  'approvers',
  'consulted',
  'informed',
  'data',
  'groups',
  'tradeoffs',
  'consequences',
  'assumptions',
  'limitations',
  'risks',
  'oversight',
  'dissent',
  'independent_check',
  'confirmation',
  'revisit',
  'environment',
  'retention',
] as const
export type PeopleField = (typeof PEOPLE_FIELDS)[number]

const criterion = z.object({
  name: z.string(),
  /** A metric, `params.NAME`, `tags.NAME`, `duration`, `cost` or `gpu_hours`; null where values are given. */
  measure: z.string().nullable(),
  /** A figure for each finalist, by its place among them. */
  values: z.array(z.number().nullable()).nullable(),
  unit: z.string().nullable(),
  aggregation: z.string().nullable(),
  direction: z.enum(['higher', 'lower']).nullable(),
  weight: z.number(),
  threshold: z.string().nullable(),
  worst: z.number().nullable(),
  best: z.number().nullable(),
  why: z.string().nullable(),
  /** `criteria.yaml:4`, `--criterion`, `typed at the terminal`. */
  from: z.string(),
})

const finalist = z.object({
  name: z.string(),
  /** Keys of its runs; several are replicates. */
  runs: z.array(z.string()),
  /** How many of these runs nobody named: they differ in the seed alone from one that was. */
  added: z.number(),
})

/** What git shows of the file that holds the criteria. */
const history = z.object({
  /** The oldest commit since which the criteria have stood as they are; its time, the later one of author and committer. */
  since: z.object({ commit: z.string(), at: z.string(), author: z.string() }).nullable(),
  /** The commit that brought the file. */
  first: z.object({ commit: z.string(), at: z.string(), author: z.string() }).nullable(),
  /** How often the criteria were changed in it. */
  changes: z.number(),
})

/** What a decision is asked for: the finalists, the criteria, who chose what and why, and what only people know. */
export const decisionSubjectSchema = z.object({
  date: z.string(),
  audience: z.enum(AUDIENCES),
  title: z.string().nullable(),
  finalists: z.array(finalist),
  criteria: z.array(criterion),
  fixed: z.object({
    /** When the file or a flag says that the criteria were settled. */
    asserted: z.string().nullable(),
    file: z.string().nullable(),
    /** Null where there is no file, or no repository that could tell. */
    history: history.nullable(),
  }),
  selected: z.object({ finalist: z.number(), because: z.string() }).nullable(),
  /** By the names of `PEOPLE_FIELDS`. */
  people: z.record(z.string(), z.array(z.string())),
})

export type DecisionSubject = z.infer<typeof decisionSubjectSchema>
export type SubjectCriterion = DecisionSubject['criteria'][number]
export type SubjectFinalist = DecisionSubject['finalists'][number]

/** The address of a finalist, by its place: `o1`. */
export function optionAddress(index: number): string {
  return `o${index + 1}`
}

/** The address of a criterion, by its place: `c1`. */
export function criterionAddress(index: number): string {
  return `c${index + 1}`
}
