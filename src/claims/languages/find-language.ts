import { GERMAN } from './de/german.ts'
import type { Language } from './language.ts'

/** Languages beside English that documents can be written in: one folder each, with its tests. */
export const LANGUAGES: readonly Language[] = [GERMAN]

/** The language of a code; null for English, which needs none, and undefined for one that is not known. */
export function findLanguage(code: string | null | undefined): Language | null | undefined {
  if (code === null || code === undefined || code === 'en') return null
  return LANGUAGES.find((language) => language.code === code)
}
