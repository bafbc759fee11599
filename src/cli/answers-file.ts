import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { messageOf, NarrateError } from '../errors.ts'
import type { Settings } from '../settings.ts'
import { localFolder } from './local-folder.ts'

const answersSchema = z.object({
  /** The direction of a metric as the person answered, or that the question was skipped. */
  directions: z.record(z.string(), z.enum(['higher', 'lower', 'skipped'])),
  /** When a question was last asked, ms since 1970: at most one a day. */
  askedAt: z.number().nullable(),
  /** Days whose form was left empty: it is not opened for them again. */
  withoutNotes: z.array(z.string()).optional(),
})

/** What a person answered at the terminal, on this machine and in this project. */
export type Answers = z.infer<typeof answersSchema>

/** Throws `NarrateError('configuration')` for a file that narrate did not write so. */
export async function readAnswers(root: string): Promise<Answers> {
  const file = path.join(root, '.narrate', 'answers.json')
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return { directions: {}, askedAt: null }
    throw new NarrateError('configuration', `${file} could not be read: ${messageOf(error)}.`, {
      cause: error,
    })
  }
  try {
    return answersSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new NarrateError('configuration', `${file} is not as narrate wrote it.`, {
      hint: 'Remove it: you will be asked again.',
      cause: error,
    })
  }
}

export async function writeAnswers(root: string, answers: Answers): Promise<void> {
  const file = path.join(await localFolder(root), 'answers.json')
  await writeFile(file, `${JSON.stringify(answers, null, 2)}\n`)
}

/** The settings of metrics with what a person answered; narrate.yaml comes first. */
export function withAnswers(metrics: Settings['metrics'], answers: Answers): Settings['metrics'] {
  const answered = Object.entries(answers.directions).flatMap(([metric, direction]) =>
    direction === 'skipped' ? [] : [[metric, direction] as const],
  )
  return { ...metrics, directions: { ...Object.fromEntries(answered), ...metrics.directions } }
}
