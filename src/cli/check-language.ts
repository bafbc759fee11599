import { NarrateError } from '../errors.ts'

/**
 * Languages that documents can be written in: those whose words the checker knows, sentence by sentence, with tests. What it
 * cannot read it could not hold against the log.
 */
const LANGUAGES: readonly string[] = ['en']

/** Throws `NarrateError('usage')` for a language that the checker does not read. */
export function checkLanguage(typed: string | undefined): void {
  if (typed === undefined || LANGUAGES.includes(typed.toLowerCase().split(/[-_]/)[0] ?? '')) return
  throw new NarrateError('usage', `narrate does not write ${typed}.`, {
    hint: 'It writes English (en): only there does its checker know the words that a statement is held by. Notes may be in any language and are quoted as they are.',
  })
}
