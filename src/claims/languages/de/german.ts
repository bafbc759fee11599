import { findGroup } from '../../../evidence/address.ts'
import type { Language } from '../language.ts'
import { documentTranslator } from '../line-forms.ts'
import { DOCUMENT_WORDS, statusInGerman } from './document-words.ts'
import { readGerman } from './read-german.ts'

/** German. */
export const GERMAN: Language = {
  code: 'de',
  name: 'German',
  read: readGerman,
  printed: (value, english, before, evidence) => {
    switch (value.kind) {
      case 'relation':
        return RELATIONS[english] ?? null
      case 'text':
        return value.name === 'status' ? statusInGerman(english) : null
      case 'group':
        return groupInGerman(english, before, findGroup(evidence, value.address)?.word ?? null)
      case 'number':
        return english.replace(/ days$/, ' Tage').replace(/ percentage points$/, ' Prozentpunkte')
      case 'names':
        return value.names.length === 0 ? 'nichts' : null
      default:
        return null
    }
  },
  // "Steigt um" tells which way; "ändert sich um" leaves it to the sign.
  tellsSize: (before) =>
    /\bum (?:etwa |nur |rund )?$/i.test(before) && !/änder/i.test(before.split(/[.;:]/).at(-1) ?? ''),
  span: (english) =>
    english
      .replace(/(\d+)–(?=\d+ )/g, '$1.–')
      .replace(
        /(\d+) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: (\d{4}))?/g,
        (_, day, month, year = '') => `${day}.${MONTHS.indexOf(month) + 1}.${year}`,
      ),
  document: documentTranslator(DOCUMENT_WORDS),
}

const RELATIONS: Readonly<Record<string, string>> = {
  'lower than': 'niedriger als',
  'higher than': 'höher als',
  'equal to': 'genauso hoch wie',
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A group as it reads behind the words before it: "den" and the like want the dative. */
function groupInGerman(english: string, before: string, word: string | null): string | null {
  const isDative = /\b(den|aus|bei|mit|von|zwischen|zu|gegenüber|unter) $/i.test(before)
  const runs = isDative ? 'Läufen' : 'Läufe'
  const [, status, rest = ''] =
    /^(finished|failed|killed|running|scheduled) runs( with .*)?$/s.exec(english) ?? []
  if (status !== undefined)
    return `${STATUS_ADJECTIVES[status] ?? status}${isDative || /\b(der|die) $/i.test(before) ? 'en' : 'e'} ${runs}${rest.replace(/^ with /, ' mit ')}`
  if (word === 'all' || english === 'all runs')
    return /\b(der|den|die) $/i.test(before) ? runs : `alle ${runs}`
  return english
    .replace(/^runs with /, `${runs} mit `)
    .replace(/^runs that do not log /, `${runs} ohne `)
    .replace(/^runs on /, `${runs} auf `)
    .replace(/^replicates of /, isDative ? 'Replikaten von ' : 'Replikate von ')
}

const STATUS_ADJECTIVES: Readonly<Record<string, string>> = {
  finished: 'abgeschlossen',
  failed: 'fehlgeschlagen',
  killed: 'abgebrochen',
  running: 'laufend',
  scheduled: 'geplant',
}
