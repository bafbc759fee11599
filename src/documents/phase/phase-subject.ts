import { z } from 'zod'

/** What a summary of a phase was asked for. */
export const phaseSubjectSchema = z.object({
  /** The options as typed: "--since 2026-03-02", "--experiment caravan/lgbm"; empty for the whole project. */
  asked: z.array(z.string()),
  /** A value to reach; null where none was named. */
  target: z
    .object({
      metric: z.string(),
      value: z.number(),
      text: z.string(),
      /** Phases of before the project's own target was taken have none. */
      from: z.string().default('--target'),
    })
    .nullable(),
})

export type PhaseSubject = z.infer<typeof phaseSubjectSchema>
