/** The forms of an English verb: base, third person, past, participle. */
interface EnglishVerb {
  readonly base: string
  readonly third: string
  readonly past: string
  readonly participle: string
}

/** A German verb as this grammar knows it. */
export interface Verb {
  readonly infinitive: string
  /** Its part that stands at the end of a main clause: "fehl" of "schlug … fehl". */
  readonly prefix: string | null
  readonly english: EnglishVerb
  /** What it says with "sich"; null where that is not known. */
  readonly reflexive: EnglishVerb | null
  /** Whether its subject is a run or a metric and its object what that has: "Die höchste val_auc erreicht [[r1]]" turns around. */
  readonly isHaving: boolean
  /** Whether its participle, with "ist" or "wurde", says no more than its past: "ist fehlgeschlagen", "wurde abgeschlossen". */
  readonly isStatus: boolean
  /** What "wurde" with its participle says instead: "abgebrochen" is "was killed", "brach ab" is "crashed". */
  readonly passive: EnglishVerb | null
}

/** A form of a verb, and which: present or past, one or several; participle; infinitive; command. */
export interface VerbForm {
  readonly verb: Verb
  readonly form: 'third' | 'plural' | 'past' | 'pasts' | 'participle' | 'infinitive' | 'command'
  /** "du schreibst": what is written down already, "you wrote". */
  readonly isSecond?: boolean
}

/**
 * German: infinitive, third person, past, participle ("~" before the infinitive's separable part); English: base, third, past,
 * participle, each of one word or several joined by "~"; a base is a form that the lexicon of claims knows ("may be the leader").
 * Then marks: h having, s status, r(…) reflexive English, p(…) passive English.
 */
const LINES = `
geben gibt gab gegeben = exist exists existed existed
verschieben verschiebt verschob verschoben = shift shifts shifted shifted
entfernen entfernt entfernte entfernt = remove removes removed removed
beurteilen beurteilt beurteilte beurteilt = judge judges judged judged
ab~schneiden schneidet schnitt abgeschnitten = do does did done
aus~sehen sieht sah ausgesehen = look looks looked looked
überein~stimmen stimmt stimmte übereingestimmt = agree agrees agreed agreed
folgen folgt folgte gefolgt = follow follows followed followed
kommen kommt kam gekommen = come comes came come
stammen stammt stammte gestammt = come comes came come
an~passen passt passte angepasst = adjust adjusts adjusted adjusted
begrenzen begrenzt begrenzte begrenzt = limit limits limited limited
erweitern erweitert erweiterte erweitert = extend extends extended extended
verlängern verlängert verlängerte verlängert = extend extends extended extended
weg~lassen lässt ließ weggelassen = omit omits omitted omitted
hinzu~fügen fügt fügte hinzugefügt = add adds added added
ersetzen ersetzt ersetzte ersetzt = replace replaces replaced replaced
speichern speichert speicherte gespeichert = store stores stored stored
aus~werten wertet wertete ausgewertet = evaluate evaluates evaluated evaluated
bewerten bewertet bewertete bewertet = evaluate evaluates evaluated evaluated
profitieren profitiert profitierte profitiert = gain gains gained gained
ab~hängen hängt hing abgehangen = depend depends depended depended
beeinflussen beeinflusst beeinflusste beeinflusst = drive drives drove driven
generalisieren generalisiert generalisierte generalisiert = generalise generalises generalised generalised
lernen lernt lernte gelernt = learn learns learned learned
suchen sucht suchte gesucht = search searches searched searched
variieren variiert variierte variiert = vary varies varied varied
aus~schließen schließt schloss ausgeschlossen = exclude excludes excluded excluded
belegen belegt belegte belegt = show shows showed shown
beobachten beobachtet beobachtete beobachtet = see sees saw seen
behalten behält behielt behalten = keep keeps kept kept
erreichen erreicht erreichte erreicht = reach reaches reached reached / h
erzielen erzielt erzielte erzielt = reach reaches reached reached / h
liefern liefert lieferte geliefert = give gives gave given / h
zeigen zeigt zeigte gezeigt = show shows showed shown / h
verwenden verwendet verwendete verwendet = use uses used used / h
nutzen nutzt nutzte genutzt = use uses used used / h
benutzen benutzt benutzte benutzt = use uses used used / h
brauchen braucht brauchte gebraucht = take takes took taken / h
benötigen benötigt benötigte benötigt = take takes took taken / h
dauern dauert dauerte gedauert = take takes took taken
laufen läuft lief gelaufen = run runs ran run
trainieren trainiert trainierte trainiert = train trains trained trained
starten startet startete gestartet = start starts started started
beginnen beginnt begann begonnen = begin begins began begun
enden endet endete geendet = end ends ended ended
beenden beendet beendete beendet = finish finishes finished finished / s
fehl~schlagen schlägt schlug fehlgeschlagen = fail fails failed failed / s
scheitern scheitert scheiterte gescheitert = fail fails failed failed / s
ab~stürzen stürzt stürzte abgestürzt = crash crashes crashed crashed / s
ab~brechen bricht brach abgebrochen = crash crashes crashed crashed / p(kill kills killed killed)
ab~schließen schließt schloss abgeschlossen = finish finishes finished finished / s
aus~fallen fällt fiel ausgefallen = fail fails failed failed / s
übertreffen übertrifft übertraf übertroffen = beat beats beat beaten
schlagen schlägt schlug geschlagen = beat beats beat beaten
überbieten überbietet überbot überboten = exceed exceeds exceeded exceeded
übersteigen übersteigt überstieg überstiegen = exceed exceeds exceeded exceeded
überholen überholt überholte überholt = beat beats beat beaten
liegen liegt lag gelegen = lie lies lay lain
bleiben bleibt blieb geblieben = stay stays stayed stayed
steigen steigt stieg gestiegen = rise rises rose risen / s
an~steigen steigt stieg angestiegen = rise rises rose risen / s
sinken sinkt sank gesunken = fall falls fell fallen / s
fallen fällt fiel gefallen = fall falls fell fallen / s
wachsen wächst wuchs gewachsen = grow grows grew grown / s
ab~fallen fällt fiel abgefallen = fall falls fell fallen / s
erhöhen erhöht erhöhte erhöht = raise raises raised raised / r(rise rises rose risen)
steigern steigert steigerte gesteigert = raise raises raised raised / r(rise rises rose risen)
senken senkt senkte gesenkt = lower lowers lowered lowered / r(fall falls fell fallen)
verringern verringert verringerte verringert = lower lowers lowered lowered / r(fall falls fell fallen)
reduzieren reduziert reduzierte reduziert = lower lowers lowered lowered / r(fall falls fell fallen)
verbessern verbessert verbesserte verbessert = improve improves improved improved / r(improve improves improved improved)
verschlechtern verschlechtert verschlechterte verschlechtert = hurt hurts hurt hurt / r(get~worse worsens worsened worsened)
verlieren verliert verlor verloren = be~inferior loses lost lost
gewinnen gewinnt gewann gewonnen = win wins won won
führen führt führte geführt = be~the~leader leads led led
dominieren dominiert dominierte dominiert = outperform dominates dominated dominated
halbieren halbiert halbierte halbiert = halve halves halved halved / r(halve halves halved halved)
verdoppeln verdoppelt verdoppelte verdoppelt = double doubles doubled doubled / r(double doubles doubled doubled)
reichen reicht reichte gereicht = range ranges ranged ranged
schwanken schwankt schwankte geschwankt = vary varies varied varied
streuen streut streute gestreut = vary varies varied varied
unterscheiden unterscheidet unterschied unterschieden = separate separates separated separated / r(differ differs differed differed)
zurück~führen führt führte zurückgeführt = attribute attributes attributed attributed
trennen trennt trennte getrennt = separate separates separated separated
entsprechen entspricht entsprach entsprochen = equal equals equalled equalled
teilen teilt teilte geteilt = share shares shared shared / r(share shares shared shared)
ändern ändert änderte geändert = vary changes changed changed / r(vary changes changed changed)
verändern verändert veränderte verändert = vary changes changed changed / r(vary changes changed changed)
betragen beträgt betrug betragen = be is was been
lauten lautet lautete gelautet = be is was been
überanpassen überanpasst überanpasste überangepasst = overfit overfits overfitted overfitted
konvergieren konvergiert konvergierte konvergiert = converge converges converged converged
divergieren divergiert divergierte divergiert = diverge diverges diverged diverged
stagnieren stagniert stagnierte stagniert = stagnate stagnates stagnated stagnated
erklären erklärt erklärte erklärt = explain explains explained explained
verursachen verursacht verursachte verursacht = cause causes caused caused
bewirken bewirkt bewirkte bewirkt = cause causes caused caused
bringen bringt brachte gebracht = bring brings brought brought
helfen hilft half geholfen = help helps helped helped
schaden schadet schadete geschadet = hurt hurts hurt hurt
bestätigen bestätigt bestätigte bestätigt = confirm confirms confirmed confirmed
hin~deuten deutet deutete hingedeutet = suggest suggests suggested suggested
wiederholen wiederholt wiederholte wiederholt = repeat repeats repeated repeated
prüfen prüft prüfte geprüft = test tests tested tested
testen testet testete getestet = test tests tested tested
vergleichen vergleicht verglich verglichen = compare compares compared compared
untersuchen untersucht untersuchte untersucht = examine examines examined examined
klären klärt klärte geklärt = settle settles settled settled
wählen wählt wählte gewählt = choose chooses chose chosen
messen misst maß gemessen = measure measures measured measured
auf~zeichnen zeichnet zeichnete aufgezeichnet = log logs logged logged
protokollieren protokolliert protokollierte protokolliert = log logs logged logged
loggen loggt loggte geloggt = log logs logged logged
notieren notiert notierte notiert = note notes noted noted
schreiben schreibt schrieb geschrieben = write writes wrote written
sagen sagt sagte gesagt = say says said said
nennen nennt nannte genannt = name names named named
erwarten erwartet erwartete erwartet = expect expects expected expected
vermuten vermutet vermutete vermutet = suspect suspects suspected suspected
planen plant plante geplant = plan plans planned planned
entscheiden entscheidet entschied entschieden = decide decides decided decided
verwerfen verwirft verwarf verworfen = drop drops dropped dropped
setzen setzt setzte gesetzt = set sets set set
ergänzen ergänzt ergänzte ergänzt = add adds added added
`

/** "wiederhole", "prüfe": commands, which proposals are told in. */
const COMMANDS =
  /^(entfernen|wiederholen|prüfen|testen|vergleichen|anpassen|begrenzen|erweitern|verlängern|ersetzen|speichern|bewerten|suchen|behalten|variieren|trainieren|starten|verwenden|nutzen|untersuchen|klären|senken|erhöhen|verringern|reduzieren|ändern|setzen|ergänzen|messen|wählen)$/

/** "du schreibst": the forms that speak to the scientist. */
const SECOND: Readonly<Record<string, string>> = {
  schreiben: 'schreibst',
  notieren: 'notierst',
  sagen: 'sagst',
  vermuten: 'vermutest',
  erwarten: 'erwartest',
  planen: 'planst',
  nennen: 'nennst',
}

function english(text: string): EnglishVerb {
  const [base = '', third = '', past = '', participle = ''] = text
    .split(' ')
    .map((form) => form.replaceAll('~', ' '))
  return { base, third, past, participle }
}

function parseVerb(line: string): readonly (readonly [string, VerbForm])[] {
  const [german = '', rest = ''] = line.split(' = ')
  const [foreign = '', marks = ''] = rest.split(' / ')
  const [written = '', third = '', past = '', participle = ''] = german.split(' ')
  const [head = '', tail] = written.split('~')
  const prefix = tail === undefined ? null : head
  const reflexive = /r\(([^)]*)\)/.exec(marks)?.[1]
  const passive = /p\(([^)]*)\)/.exec(marks)?.[1]
  const verb: Verb = {
    infinitive: written.replace('~', ''),
    prefix,
    english: english(foreign),
    reflexive: reflexive === undefined ? null : english(reflexive),
    isHaving: /(^|\s)h/.test(marks),
    isStatus: /(^|\s)s/.test(marks),
    passive: passive === undefined ? null : english(passive),
  }
  const own = tail ?? head
  const pasts = past.endsWith('e') ? `${past}n` : `${past}en`
  const command = COMMANDS.test(verb.infinitive) ? [`${own.replace(/e?n$/, '')}e`] : []
  const second = SECOND[verb.infinitive]
  return [
    [third, { verb, form: 'third' }],
    [own, { verb, form: 'plural' }],
    [past, { verb, form: 'past' }],
    [pasts, { verb, form: 'pasts' }],
    [participle, { verb, form: 'participle' }],
    [verb.infinitive, { verb, form: 'infinitive' }],
    // At the end of a subordinate clause the two parts are one word.
    ...(prefix === null
      ? []
      : ([
          [`${prefix}${third}`, { verb: { ...verb, prefix: null }, form: 'third' }],
          [`${prefix}${past}`, { verb: { ...verb, prefix: null }, form: 'past' }],
          [`${prefix}${pasts}`, { verb: { ...verb, prefix: null }, form: 'pasts' }],
        ] as const)),
    ...command.map((one) => [one, { verb, form: 'command' }] as const),
    ...(second === undefined ? [] : [[second, { verb, form: 'plural', isSecond: true }] as const]),
  ]
}

/** Every form of every verb, in lower case. */
export const VERB_FORMS: ReadonlyMap<string, readonly VerbForm[]> = (() => {
  const forms = new Map<string, VerbForm[]>()
  for (const line of LINES.trim().split('\n'))
    for (const [written, form] of parseVerb(line)) {
      const known = forms.get(written) ?? []
      const isKnown = known.some(
        (one) => one.form === form.form && one.verb.infinitive === form.verb.infinitive,
      )
      if (!isKnown) forms.set(written, [...known, form])
    }
  return forms
})()

/** Parts that are torn off their verb: at the end of a main clause. */
export const PREFIXES: ReadonlySet<string> = new Set(
  [...VERB_FORMS.values()].flat().flatMap(({ verb }) => (verb.prefix === null ? [] : [verb.prefix])),
)

/** Finite forms of "sein", in English. */
export const BE: Readonly<Record<string, string>> = {
  ist: 'is',
  sind: 'are',
  war: 'was',
  waren: 'were',
  wäre: 'would be',
  wären: 'would be',
}

/** Finite forms of "werden". */
export const BECOME: Readonly<Record<string, string>> = {
  wird: 'is',
  werden: 'are',
  wurde: 'was',
  wurden: 'were',
}

/** Finite forms of "haben". */
export const HAVE: Readonly<Record<string, string>> = {
  hat: 'has',
  haben: 'have',
  hast: 'have',
  hatte: 'had',
  hatten: 'had',
}

/** Modal verbs. What is only likely is said with "may". */
export const MODALS: Readonly<Record<string, string>> = {
  kann: 'may',
  können: 'may',
  könnte: 'might',
  könnten: 'might',
  dürfte: 'may',
  dürften: 'may',
  mag: 'may',
  darf: 'may',
  dürfen: 'may',
  muss: 'must',
  müssen: 'must',
  soll: 'should',
  sollen: 'should',
  sollte: 'should',
  sollten: 'should',
  würde: 'would',
  würden: 'would',
}

/** "lässt sich", with an infinitive. */
export const LET: Readonly<Record<string, string>> = {
  lässt: 'can',
  lassen: 'can',
  ließ: 'could',
  ließen: 'could',
}

/** Whether a word is a form of one of these verbs, which stand beside another. */
export function isAuxiliary(word: string): boolean {
  return (
    [BE, BECOME, HAVE, LET, MODALS].some((forms) => Object.hasOwn(forms, word)) ||
    word === 'sein' ||
    word === 'worden'
  )
}
