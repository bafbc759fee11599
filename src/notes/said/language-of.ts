/** A language that is told apart from English; `other` is one of another script. */
export type NoteLanguage = 'en' | 'de' | 'fr' | 'no' | 'es' | 'it' | 'nl' | 'other'

/** Small words that the other languages here, and the talk of people who train models, do not share. */
const WORDS: readonly (readonly [Exclude<NoteLanguage, 'other'>, string])[] = [
  [
    'en',
    `the and is are was were with without but not of it its than then this that these those all every each did didn't didnt
    don't dont had has have been we my from after before why what which there here only more most less same other also too
    never still yet again because about around over under between ran got went best worst better worse lowest highest one two
    three four five six seven eight nine ten no none nothing both today yesterday tomorrow so far i'm it's thats out
    does do failed crashed finished tried used seems looks much very just back up down on at by to in as or if be can will`,
  ],
  [
    'de',
    `und der die das ist sind mit ohne aber nicht kein keine keinen ein eine einen einem war waren wurde wurden von vom auf für
    bei beim nach noch nie auch nur mehr als wie wir ich heute gestern morgen läufe lauf alle alles bestes beste bester
    besten schlechter besser dem den des zum zur über unter zwischen dann wenn weil sehr ergebnis abgestürzt fertig geworden
    hat haben immer wieder schon jetzt hier probiert gelaufen keiner`,
  ],
  [
    'fr',
    `le la les des du une est sont avec sans mais pas aucun aucune et ou où dans sur pour par plus moins que qui ce cette ces
    était étaient nous je aujourd'hui hier demain meilleur meilleure meilleurs tout tous toutes très bien encore jamais
    toujours essais essai essayer après avant fait été même ça c'est s'est n'a j'ai deux trois neuf`,
  ],
  [
    'no',
    `og er ikke ingen med uten men en ei et av på til fra som det den de vi jeg i dag går morgen kjøringer kjøring beste best
    var alle alt mer mindre enn bare også aldri igjen etter før nå her der når hvor hvorfor prøvde gikk ble blir skal vil
    kjørte inte och från är aldrig körningar alla ikke ej samme litt veldig fortsatt`,
  ],
  [
    'es',
    `el los las una con sin pero por para que más menos como hoy ayer mañana mejor peor todos todas ninguno ninguna muy
    también nunca siempre después antes fue fueron está están del esta este ejecuciones`,
  ],
  [
    'it',
    `il gli una con senza ma non per che più meno come oggi ieri domani migliore peggiore tutti tutte nessuno nessuna molto
    anche mai sempre dopo prima è sono stato della del questa questo`,
  ],
  [
    'nl',
    `het een met zonder maar niet geen van voor naar dat dit ook nog nooit altijd vandaag gisteren morgen beste alle zijn
    waren wel meer minder dan bij`,
  ],
]

/** Words of two languages here tell neither. */
const SHARED = new Set(
  'best in i en de der alle of on an die var den dan was men des et no per plus come non la le una el con del'.split(
    ' ',
  ),
)

const LISTS = WORDS.map(([language, words]) => ({
  language,
  words: new Set(words.split(/\s+/).filter((word) => !SHARED.has(word))),
}))

/**
 * The language of a passage by its small words and letters: English, or another one where more of its words stand there than of
 * English. Null where none do: numbers and names alone are of no language.
 */
export function languageOf(text: string): NoteLanguage | null {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  const greek = text.match(/\p{Script=Greek}/gu)?.length ?? 0
  if (letters - latin - greek > letters * 0.3) return 'other'
  const words =
    text.toLowerCase().match(/(?<![\p{L}\p{N}_.-])\p{L}[\p{L}'’]*(?![\p{L}\p{N}_]|[-.]\p{L})/gu) ?? []
  const scores = LISTS.map(({ language, words: known }) => ({
    language,
    score: words.filter((word) => known.has(word.replace('’', "'"))).length + lettersOf(language, text),
  }))
  const english = scores[0]?.score ?? 0
  const [first] = scores.slice(1).sort((a, b) => b.score - a.score)
  if (first !== undefined && (first.score > english || (first.score > 1 && first.score === english)))
    return first.language
  return english > 0 ? 'en' : null
}

/** Letters that English does without. */
function lettersOf(language: NoteLanguage, text: string): number {
  const own = { de: /[äöüß]/iu, fr: /[éèêçàù]/iu, no: /[åøæ]/iu, es: /[ñ¿¡]/iu }[
    language as 'de' | 'fr' | 'no' | 'es'
  ]
  return own?.test(text) === true ? 1 : 0
}
