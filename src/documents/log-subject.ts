import { z } from 'zod'

/** What a log entry was asked for, beside the runs and notes of its evidence; entries of before know neither. */
export const logSubjectSchema = z.object({
  /** The day on which it was written (`2026-11-21`), where that is a later one than the day told. */
  writtenOn: z.string().nullable().default(null),
  /** How its runs were chosen, as typed, where they are not those of a span. */
  selection: z.string().nullable().default(null),
})

export type LogSubject = z.infer<typeof logSubjectSchema>

/** A day's entry, written on that day. */
export const PLAIN_SUBJECT: LogSubject = { writtenOn: null, selection: null }
