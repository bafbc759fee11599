import { z } from 'zod'

/** A value that stands in a text that was read for the reconstruction: a file that the run left, or one of its commit. */
const readClueSchema = z.object({
  item: z.string(),
  value: z.string(),
  /** `artifact` is the run's own record; `commit` its code; `assumed commit` the code of a commit that nobody logged. */
  from: z.enum(['artifact', 'commit', 'assumed commit']),
  /** `requirements.txt:3`, `3fa2c1ab:train.py:12`. */
  where: z.string(),
  /** The line as it stands there; the value must be found in it. */
  line: z.string(),
  /** `stated`: so it was; `default`: unless a command line said otherwise; `asked`: a range, or one file of several. */
  standing: z.enum(['stated', 'default', 'asked']),
})

const personSchema = z.object({ name: z.string(), about: z.string() })

/**
 * What a reconstruction was asked for, and what was read for it beside runs and notes: frozen with the document, so that every
 * label is found again. All texts were masked; times are milliseconds since 1970.
 */
export const setupSubjectSchema = z.object({
  /** The key of the run. */
  run: z.string(),
  /** What is missing or unclear, in the words of whoever asked. */
  unclear: z.array(z.string()),
  /** What people answered since, oldest first. */
  answers: z.array(z.object({ item: z.string(), value: z.string(), by: z.string(), at: z.number() })),
  clues: z.array(readClueSchema),
  /** The commit that the code was read at; `isAssumed` where the log names none and it was the newest at the run's start. */
  commit: z
    .object({
      id: z.string(),
      at: z.number(),
      author: z.string(),
      subject: z.string(),
      isAssumed: z.boolean(),
    })
    .nullable(),
  /** Commits of runs before and after, and the files that differ. */
  changes: z.array(
    z.object({
      run: z.string(),
      commit: z.string(),
      which: z.enum(['before', 'after']),
      files: z.array(z.object({ path: z.string(), lines: z.number().nullable() })),
    }),
  ),
  /** Options of the training script, as it takes them. */
  options: z.array(
    z.object({
      name: z.string(),
      flag: z.string().nullable(),
      isSwitch: z.boolean(),
      isRequired: z.boolean(),
    }),
  ),
  /** The script's path in the repository, where it was found there. */
  script: z.string().nullable(),
  /** How the script takes settings that are not flags: `hydra` (name=value); null for flags or not known. */
  style: z.enum(['flags', 'hydra']).nullable(),
  /** A file of the repository, or of the run, that packages are installed from. */
  requirements: z
    .object({ path: z.string(), from: z.enum(['artifact', 'commit', 'assumed commit']) })
    .nullable(),
  remote: z.string().nullable(),
  people: z.array(personSchema),
  /** Files that were looked at. */
  looked: z.array(z.string()),
})

export type SetupSubject = z.infer<typeof setupSubjectSchema>
export type ReadClue = z.infer<typeof readClueSchema>

/** A subject of a run that nothing was read for. */
export function emptySubject(run: string): SetupSubject {
  return {
    run,
    unclear: [],
    answers: [],
    clues: [],
    commit: null,
    changes: [],
    options: [],
    script: null,
    style: null,
    requirements: null,
    remote: null,
    people: [],
    looked: [],
  }
}
