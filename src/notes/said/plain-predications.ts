import type { NoteLanguage } from './language-of.ts'

type Foreign = Exclude<NoteLanguage, 'en'>

/**
 * Words of another language that may stand between a name and its figure and say no more than that it has it: "hatte", "donne",
 * "fikk". What is behind another word is not read.
 */
const JOINS: Readonly<Record<Foreign, string>> = {
  de: `hat hatte haben hatten erreicht erreichte erzielt erzielte liegt lag kommt kam auf bei mit und von ein eine einen einem einer war ist
    wurde noch nochmal landet landete ergab ergibt gab gibt bekam bekommt brachte bringt zeigt zeigte dann also hier heute auch nur sogar schon leider
    immerhin wieder das der die den dem im am lauf run wert ergebnis ergebnisse resultate messwert messwerte werte zu für`,
  fr: `a avait donne donnait obtient obtenait atteint atteignait fait faisait à avec et de un une est était le la les sur ensuite puis ici aussi
    aujourd'hui run valeur pour du jour résultat résultats`,
  no: `har hadde fikk får ga gir nådde ligger lå på med og en ei et er var ble endte kom til i dag nå så også bare kjøringen run verdi med for landet resultat resultater dagens
    hade fick gav låg är och`,
  es: `tiene tuvo da dio alcanza alcanzó obtiene obtuvo llega llegó con y de un una es fue era el la a en también hoy para`,
  it: `ha aveva dà raggiunge ottiene arriva con e di un una è era il la a in anche oggi per`,
  nl: `had heeft haalt haalde behaalt behaalde gaf geeft kwam komt op met en een van is was de het ook vandaag voor`,
  other: '',
}

/** Words that may follow a figure at once: they begin something new, and are no unit of it and no part that it is of. */
const BEHIND: Readonly<Record<Foreign, string>> = {
  de: 'trainiert gelaufen sieht und aber dann also das dies was wobei während doch jedoch damit',
  fr: "entraîné que et mais puis donc c'est ce tandis alors ensuite",
  no: 'ser trent og men så da det dette mens altså och',
  es: 'y pero luego entonces esto mientras',
  it: 'e ma poi quindi questo mentre',
  nl: 'en maar dan dus dat dit terwijl',
  other: '',
}

/** Words that make a sentence a plan, a goal, a guess, a comparison, or one of another day, of a part or of somebody else. */
const TURNS = new Set(
  `vorgabe vorgaben sollwert richtwert ziel ziele zielwert schwelle schwellwert grenze grenzwert letzte letzten letzter letztes gestern vorgestern vorher früher zuvor damals ehemals erwarte erwartet erwarten
  erwartung hoffe hoffen hoffentlich vermutlich vermute vielleicht wahrscheinlich glaube denke meine sollte soll sollen sollten müsste könnte kann würde will wollen plan
  geplant wenn falls ob warum wieso paper artikel literatur veröffentlicht laut kollege kollegin angeblich behauptet theoretisch nicht kein keine keinen nie niemals ohne statt
  mehr weniger über unter mindestens höchstens zwischen etwa ungefähr circa ca rund fast knapp beinahe gut epoche epochen schritt schritten anfangs zuerst zunächst
  ursprünglich mittel mittelwert durchschnitt durchschnittlich median klasse klassen teilmenge untermenge fold falte ensemble alte alten alter altes alt budget gegenüber
  verglichen vergleich besser schlechter höher niedriger gestiegen gefallen obergrenze untergrenze bräuchte brauchen brauche train training trainingsdaten testdaten tag montag dienstag mittwoch
  donnerstag freitag samstag sonntag woche monat jahr
  but objectif cible seuil limite dernier dernière derniers dernières hier avant auparavant ancien ancienne espère espérons espérer attend attends attendu attendons pense crois
  peut-être probablement devrait doit pourrait serait sera aurait va vais faut si pourquoi article papier littérature selon d'après ne pas non aucun aucune jamais sans
  moins au-dessus au-dessous minimum maximum entre environ presque près époque époques étape d'abord initialement moyenne médiane classe pli sous-ensemble semaine mois
  lundi mardi mercredi jeudi vendredi samedi dimanche mieux pire supérieur inférieur
  mål målet terskel grense grensen forrige sist uke uken måned går igår gårsdagens tidligere før håper håp forventer forventet tror kanskje trolig sannsynligvis bør skal vil kunne
  ville hvis hvorfor artikkel artikkelen litteratur litteraturen ifølge ikke ingen aldri uten mer mindre over minst høyst mellom omtrent cirka rundt nesten
  epoke steg først gjennomsnitt snitt snittet klasse gammel gamle gamlet budsjett bedre dårligere enn høyere lavere vært mandag tirsdag onsdag torsdag fredag lørdag søndag inte aldrig
  objetivo meta umbral límite última último ayer antes espero esperamos creo quizás tal probablemente debería podría será sería si porque artículo según no nunca sin
  más menos entre casi aproximadamente época promedio media mediana clase semana mejor peor
  obiettivo soglia limite ultimo ultima ieri prima spero credo forse probabilmente dovrebbe potrebbe sarà sarebbe se perché articolo secondo non mai senza più meno tra quasi circa
  epoca settimana meglio peggio classe
  doel drempel grens vorige laatste gisteren eerder verwacht hoop denk misschien waarschijnlijk zou zal moet kan als waarom artikel volgens niet geen nooit zonder
  meer minder tussen ongeveer bijna gemiddeld gemiddelde klasse week beter slechter dan`.split(/\s+/),
)
/** Words behind which a line tells of what is to be done. */
const PLANS =
  /(?<![\p{L}])(?:morgen|übermorgen|nächste\p{L}*|demain|prochain\p{L}*|prochaine|neste|mañana|próxim\p{L}*|domani|prossim\p{L}*|volgende|todo|plan)(?![\p{L}])/iu
const NAMES: Readonly<Record<NoteLanguage, string>> = {
  en: 'English',
  de: 'German',
  fr: 'French',
  no: 'Norwegian',
  es: 'Spanish',
  it: 'Italian',
  nl: 'Dutch',
  other: 'a language not known here',
}

const SETS = new Map(
  Object.entries(JOINS).map(([language, words]) => [
    language,
    {
      joins: new Set(words.split(/\s+/)),
      behind: new Set(BEHIND[language as Foreign].split(/\s+/)),
    },
  ]),
)

/** What a language is called in English. */
export function nameOfLanguage(language: NoteLanguage): string {
  return NAMES[language]
}

/** Whether all words of a stretch only join a name to its figure in that language; nothing joins them, too. */
export function onlyJoins(stretch: string, language: Foreign): boolean {
  const known = SETS.get(language)
  return wordsIn(stretch).every((word) => known?.joins.has(word) === true || known?.behind.has(word) === true)
}

/** Whether what follows a figure leaves it a figure of its name: nothing, a mark, or a word that begins something new. */
export function beginsAnew(behind: string, language: Foreign): boolean {
  if (/^\s*[±×/+\-–~%°€$]/u.test(behind)) return false
  const first = /^\s*(?:[,;:.!)\]]+\s|$)/u.test(behind) ? undefined : wordsIn(behind)[0]
  return first === undefined || SETS.get(language)?.behind.has(first) === true
}

/** Whether a sentence may tell of a plan, a goal, a guess, a part or another day, in any language that is known here. */
export function isTurned(sentence: string): boolean {
  return /\?/.test(sentence) || PLANS.test(sentence) || wordsIn(sentence).some((word) => TURNS.has(word))
}

/** From where on a line tells of what is to be done; its length where it does not. */
export function planFrom(line: string): number {
  return PLANS.exec(line)?.index ?? line.length
}

function wordsIn(text: string): readonly string[] {
  const words =
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/\p{L}[\p{L}\p{M}'-]*/gu) ?? []
  // "l'article" is an article, too.
  return words.flatMap((word) => [word, ...(/^(?:l|d|qu|dell|nell|all|un)'(.+)$/.exec(word)?.slice(1) ?? [])])
}
