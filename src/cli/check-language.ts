import { NarrateError } from '../errors.ts'

/**
 * Languages that documents can be written in, by their codes: those whose words the checker knows, sentence by sentence, with tests.
 * What it cannot read it could not hold against the log. They are named here apart from their lexicons, which help need not load.
 */
export const LANGUAGE_CODES: readonly string[] = ['en', 'de']

/**
 * The code of a language that was asked for (`de`, `de-CH`), English where none was. Throws `NarrateError('usage')` for a language that
 * the checker does not read.
 */
export function checkLanguage(typed: string | undefined): string {
  const code = (typed ?? 'en').toLowerCase().split(/[-_]/)[0] ?? ''
  if (LANGUAGE_CODES.includes(code)) return code
  throw new NarrateError('usage', `narrate does not write ${typed}.`, {
    hint: 'It writes English (en) and German (de): only there does its checker know the words that a statement is held by. Notes may be in any language and are quoted as they are.',
  })
}
