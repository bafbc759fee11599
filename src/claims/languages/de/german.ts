import type { Language } from '../language.ts'
import { readGerman } from './read-german.ts'

/** German. */
export const GERMAN: Language = {
  code: 'de',
  name: 'German',
  read: readGerman,
  printed: () => null,
  tellsSize: (before) => /\bum (?:etwa |nur |rund )?$/i.test(before) && !/\b(ver)?änder/i.test(before.split(/[.;:]/).at(-1) ?? ''),
  document: (english) => english,
  staysEnglish: '',
}
