import { VERB_FORMS } from './verbs.ts'

/** What a word or phrase of German is in a sentence, and what it says in English. */
export interface Entry {
  readonly kind:
    | 'article'
    | 'determiner'
    | 'adjective'
    | 'comparative'
    | 'superlative'
    | 'noun'
    | 'preposition'
    | 'adverb'
    | 'degree'
    | 'subordinator'
    | 'coordinator'
    | 'pronoun'
    | 'negation'
    | 'reflexive'
  readonly english: string
}

/** Endings of adjectives and determiners. */
const ENDINGS = ['', 'e', 'en', 'er', 'es', 'em']

/** stem: English; "|" parts the stem of the comparative and superlative, with their English, where there are any. */
const ADJECTIVES = `
verschoben = shifted
aufgebläht = inflated
echt = real
ordinal = ordinal
synthetisch = synthetic
einfach = simple
komplex = complex
fraglich = doubtful
zweifelhaft = doubtful
wichtig = important
unsicher = uncertain
bekannt = known
unbekannt = unknown
belastbar = reliable
zuverlässig = reliable
robust = robust
verrauscht = noisy
begrenzt = limited
sinnvoll = useful
nah = close
nächst = next
konstant = constant
fehlend = missing
korrekt = correct
falsch = wrong
richtig = right
schwer = hard
schwierig = hard
ungewöhnlich = unusual
auffällig = notable
erneut = new
kombiniert = combined
gemessen = measured
geloggt = logged
aufgezeichnet = recorded
trainiert = trained
gestartet = started
unvollständig = unfinished
ungeprüft = untested
ungetestet = untested
beteiligt = involved
verbleibend = remaining
hoch = high / höher = higher / höchst = highest
hoh = high
niedrig = low / niedriger = lower / niedrigst = lowest
gering = low / geringer = lower / geringst = lowest
tief = low / tiefer = lower / tiefst = lowest
klein = small / kleiner = smaller / kleinst = smallest
groß = large / größer = larger / größt = largest
gut = good / besser = better / best = best
schlecht = bad / schlechter = worse / schlechtest = worst
stark = strong / stärker = stronger / stärkst = strongest
schwach = weak / schwächer = weaker / schwächst = weakest
schnell = fast / schneller = faster / schnellst = fastest
langsam = slow / langsamer = slower / langsamst = slowest
lang = long / länger = longer / längst = longest
kurz = short / kürzer = shorter / kürzest = shortest
breit = wide / breiter = wider / breitest = widest
früh = early / früher = earlier / frühest = earliest
spät = late / später = later / spätest = latest
neu = new / neuer = newer / neuest = newest
alt = old
optimal = optimal
minimal = minimal
maximal = maximal
gleich = equal
identisch = identical
unverändert = unchanged
ähnlich = similar
vergleichbar = comparable
verschieden = different
unterschiedlich = different
ander = other
weiter = further
einzig = only
alleinig = sole
einzeln = single
erst = first
letzt = last
mittler = mean
durchschnittlich = mean
abgeschlossen = finished
beendet = finished
fertig = finished
fehlgeschlagen = failed
gescheitert = failed
abgestürzt = crashed
abgebrochen = killed
laufend = running
überangepasst = overfitted
unterangepasst = underfitted
untertrainiert = undertrained
übertrainiert = overtrained
zugrundeliegend = underlying
gesichert = certain
instabil = unstable
stabil = stable
signifikant = significant
statistisch = statistical
deutlich = clear
klar = clear
unklar = unclear
offen = open
möglich = possible
fair = fair
unfair = unfair
mehrer = several
einig = several
viel = many / mehr = more / meist = most
wenig = few / weniger = less / wenigst = fewest
gesamt = whole
ganz = whole
gepaart = paired
trivial = trivial
linear = linear
ungetunt = untuned
getunt = tuned
nachgewiesen = shown
zufällig = random
vielversprechend = promising
enttäuschend = disappointing
unerwartet = unexpected
überraschend = surprising
verdächtig = suspicious
nützlich = useful
nutzlos = useless
wirkungslos = useless
überlegen = superior
unterlegen = inferior
ausgewogen = balanced
verwendet = used
genannt = named
getestet = tested
wiederholt = repeated
geprüft = tested
nötig = needed
zusätzlich = further
bisherig = earlier
folgend = following
vorig = previous
eigen = own
voll = full
leer = empty
fest = fixed
`

/** word forms: English. */
const NOUNS = `
duplikat duplikats = duplicate
duplikate duplikaten = duplicates
kopie = copy
kopien = copies
tabelle tabellen = table
verteilung = distribution
unsicherheit = uncertainty
entfernen entfernung = removal
aufteilung = split
kreuzvalidierung = cross-validation
verlustkurve = loss curve
verlustkurven = loss curves
bestwert = best value
höchstwert spitzenwert = highest value
tiefstwert = lowest value
rekord = record
favorit = leader
mehrheit großteil = majority
minderheit = minority
ausnahme = exception
vorteil vorteils = gain
nachteil nachteils = degradation
einbruch = drop
sprung = increase
stagnation = plateau
latenz = latency
speicherbedarf = memory
budget budgets = budget
eigenschaft = property
eigenschaften = properties
vermutung = guess
beobachtung beobachtungen = observations
bedingung bedingungen = conditions
umfang = extent
anteil = share
rest = rest
woche = week
monat = month
fehlschlag = failure
fehlschläge fehlschlägen = failures
abbruch abbrüche = failures
messung messungen = measurements
zufallszahl = seed
eingabevariable = input variable
eingabevariablen = input variables
abweichung = deviation
abweichungen = deviations
stand = state
phase = phase
wahrscheinlichkeit = probability
wahrscheinlichkeiten = probabilities
rangfolge reihenfolge = ranking
seite = side
seiten = sides
entscheidungsschwelle = decision threshold
hinweis = hint
hinweise hinweisen = hints
anzeichen = signs
muster musters = pattern
problem problems = problem
probleme problemen = problems
klasse = class
klassen = classes
käufer käufern = buyers
kunde = customer
kunden = customers
beispiel beispiels = example
beispiele beispielen = examples
stichprobe = sample
stichproben = samples
zeile = row
zeilen = rows
spalte = column
spalten = columns
eingabe = input
eingaben inputs = inputs
ausgabe = output
gewicht gewichtung = weight
gewichte gewichten = weights
kosten = costs
aufwand aufwands = effort
versuch versuchs = attempt
versuche versuchen = attempts
variante = variant
varianten = variants
methode verfahren = method
methoden = methods
ansatz ansatzes = approach
ansätze ansätzen = approaches
hypothese = hypothesis
hypothesen = hypotheses
annahme = assumption
ausreißer ausreißern = outliers
sequenzlänge = sequence length
länge = length
vorhersage = prediction
vorhersagen = predictions
leistung = performance
lernkurve = learning curve
lernkurven = learning curves
hyperparameter hyperparametern = hyperparameters
optimierer = optimizer
trefferquote = recall
präzision = precision
leck datenleck = leak
minute minuten = minutes
stunde stunden = hours
sekunde sekunden = seconds
spielraum = room
signal = signal
verbindung = connection
zusammenhang = connection
knoten = nodes
ebene ebenen = layers
kandidat kandidaten = candidates
richtung = direction
richtungen = directions
teil teile teilen = parts
information informationen = information
datum = date
aussage = statement
grundlage = basis
entscheidung = decision
entscheidungen = decisions
auswahl = choice
wahl = choice
risiko = risk
modelltyp = model type
zahlen = numbers
boosting = boosting
target = target
lauf laufs laufes laufe = run
läufe läufen = runs
modell modells = model
modelle modellen = models
experiment experiments = experiment
experimente experimenten = experiments
wert werts wertes = value
werte werten = values
minimum minimums = minimum
maximum maximums = maximum
mittelwert mittelwerts mittel mittels durchschnitt durchschnitts = mean
standardabweichung = standard deviation
streuung spannweite = spread
schwankung schwankungen = variation
abstand abstands abstände = gap
unterschied unterschieds = difference
unterschiede unterschieden = differences
differenz = difference
differenzen = differences
vorsprung vorsprungs = lead
gewinn gewinns zugewinn = gain
verlust verlusts verlustes = loss
verbesserung verbesserungen = improvement
verschlechterung = degradation
anstieg anstiegs zunahme = increase
rückgang rückgangs abnahme = decrease
änderung veränderung = change
änderungen veränderungen = changes
wirkung effekt effekts einfluss einflusses = effect
ursache ursachen = cause
grund grunds grundes gründe = reason
sieger siegers gewinner = winner
spitzenreiter = leader
lernrate = learning rate
lernraten = learning rates
batchgröße batch-größe = batch size
batch batches = batch
epoche = epoch
epochen = epochs
schritt schritts = step
schritte schritten = steps
seed = seed
seeds = seeds
layer layers schicht = layer
layern schichten = layers
einstellung = setting
einstellungen = settings
parameter parameters = parameter
parametern = parameters
konfiguration = configuration
konfigurationen = configurations
metrik = metric
metriken = metrics
kurve = curve
kurven = curves
daten = data
datensatz datensatzes = data set
datensätze datensätzen = data sets
zufall zufalls = luck
rauschen rauschens = noise
notiz = note
notizen = notes
log logs protokoll = log
fehler fehlers = error
fehlermeldung = error
speicher speichers = memory
dauer = duration
laufzeit laufzeiten = duration
zeit = time
ende endes = end
anfang anfangs beginn beginns = start
schwelle schwellenwert = threshold
schwellen schwellenwerte = thresholds
genauigkeit = accuracy
gruppe = group
gruppen = groups
kontrolle kontrolllauf = control
baseline = baseline
dummy = dummy
wald walds = forest
wälder wäldern = forests
baum = tree
bäume bäumen = trees
blatt = leaf
blätter blättern = leaves
merkmal merkmals feature = feature
merkmale merkmalen features = features
zielgröße = target
ziel = goal
wiederholung = repetition
wiederholungen = repetitions
replikat replikate replikaten = replicates
ergebnis ergebnisses = result
ergebnisse ergebnissen = results
vergleich vergleichs = comparison
vergleiche vergleichen = comparisons
split splits = split
fold = fold
folds = folds
set sets = set
frage = question
fragen = questions
tag tages = day
nacht = night
regularisierung = regularisation
überanpassung = overfitting
unteranpassung = underfitting
dropout = dropout
architektur = architecture
tiefe = depth
größe = size
breite = width
zahl anzahl = number
rang = rank
platz = place
verlauf verlaufs = curve
plan plans = plan
code codes = code
commit = commit
sampling samplings = sampling
oversampling = oversampling
undersampling = undersampling
training trainings = training
validierung = validation
test tests = test
verhältnis verhältnisses = ratio
leckage = leakage
bereich = range
reihe = series
auc = auc
f1 = f1
`

const PREPOSITIONS = `
aus = from
innerhalb = within
bezüglich hinsichtlich = in
neben = beside
statt anstatt = instead of
in = in
im = in the
ins = into the
mit = with
ohne = without
von = of
vom = of the
für = for
gegenüber = against
gegen = against
zwischen = between
auf = to
aufs = on the
bei = in
beim = in the
um = by
unter = below
über = above
hinter = behind
oberhalb = above
unterhalb = below
nach = after
vor = before
seit = since
bis = to
zu = to
zum = to the
zur = to the
wegen = because of
aufgrund = because of
dank = thanks to
durch = because of
mittels = because of
infolge = because of
trotz = despite
außer = except
laut = according to
je = per
pro = per
als = as
wie = like
`

const ADVERBS = `
hier = here
schon bereits = already
noch weiterhin = still
insgesamt zusammen = together
wahrscheinlich vermutlich wohl höchstwahrscheinlich = probably
möglicherweise vielleicht eventuell = perhaps
offenbar anscheinend scheinbar = apparently
sicher gewiss = certainly
tatsächlich wirklich = really
jedoch allerdings dagegen hingegen aber doch = however
trotzdem dennoch = nevertheless
nämlich = namely
also daher deshalb deswegen darum somit folglich demnach dadurch mithin = therefore
sonst ansonsten = otherwise
allein = alone
immer stets durchweg durchgehend = always
nie niemals = never
überall = everywhere
oft häufig = often
meist meistens überwiegend größtenteils = mostly
manchmal = sometimes
nirgends = nowhere
zuerst = first
zuletzt = last
vorher zuvor = before
danach = after
zugleich gleichzeitig = at once
anders = differently
darunter = below
darüber = above
nun jetzt = now
erneut nochmals wieder = again
vorzeitig = early
gleichauf = tied
dort = there
auseinander = apart
erfolgreich = successfully
darauf = thereupon
`

/** Before an adjective, a number or a place: how much, or which alone. */
const DEGREES = `
nur bloß lediglich = only
ausschließlich = only
sowohl = both
jeweils = respectively
auch ebenfalls = also
sogar selbst = even
sehr = very
deutlich wesentlich erheblich viel weitaus = much
weit = far
leicht etwas geringfügig minimal = slightly
knapp = slightly
kaum = slightly
fast nahezu beinahe = almost
etwa ungefähr rund circa = about
genau exakt = exactly
mindestens = at least
höchstens = at most
signifikant = significantly
statistisch = statistically
klar eindeutig = clearly
`

const SUBORDINATORS = `
weil = because
da = because
dass = that
ob = whether
warum = why
obwohl obgleich = although
während = while
wenn falls = if
bevor = before
nachdem = after
sodass = so that
damit = so that
`

const COORDINATORS = `
und = and
sowie = and
oder = or
aber = but
sondern = but
denn = because
`

/** Articles and what stands in their place: written forms, English. A form in brackets can only be an object. */
const DETERMINERS = `
der die das dem den des = the
dieser diese dieses diesem diesen = this
derselbe dieselbe dasselbe demselben denselben desselben derselben dieselben = the same
jeder jede jedes jedem jeden = every
alle allen aller sämtliche sämtlichen sämtlicher = all
beide beiden beider = both
kein keine keinen keinem keiner keines = no
sein seine seinen seinem seiner seines = its
ihr ihre ihren ihrem ihrer ihres = their
dein deine deinen deinem deiner deines = your
manche manchen mancher = some
`

/** Phrases that are read whole. */
const PHRASES: readonly (readonly [string, Entry['kind'], string])[] = [
  ['im vergleich zu', 'preposition', 'compared with'],
  ['im vergleich zum', 'preposition', 'compared with the'],
  ['im vergleich zur', 'preposition', 'compared with the'],
  ['im vergleich mit', 'preposition', 'compared with'],
  ['verglichen mit', 'preposition', 'compared with'],
  ['im gegensatz zu', 'preposition', 'unlike'],
  ['anders als', 'preposition', 'unlike'],
  ['nahe beieinander', 'adverb', 'close'],
  ['dicht beieinander', 'adverb', 'close'],
  ['nahe bei', 'preposition', 'close to'],
  ['nahe an', 'preposition', 'close to'],
  ['noch einmal', 'adverb', 'again'],
  ['als auch', 'coordinator', 'and'],
  ['vor und nach', 'preposition', 'before and after'],
  ['bis auf', 'preposition', 'except'],
  ['so dass', 'subordinator', 'so that'],
  ['im letzten step', 'adverb', 'at its last step'],
  ['auf dem testset', 'adverb', 'on the test set'],
  ['im mittel', 'adverb', 'on average'],
  ['im durchschnitt', 'adverb', 'on average'],
  ['im letzten schritt', 'adverb', 'at its last step'],
  ['im ersten schritt', 'adverb', 'at its first step'],
  ['am ende', 'adverb', 'at the end'],
  ['am anfang', 'adverb', 'at the start'],
  ['zu beginn', 'adverb', 'at the start'],
  ['im log', 'adverb', 'in the log'],
  ['laut log', 'adverb', 'in the log'],
  ['die meisten', 'determiner', 'the majority of'],
  ['der meisten', 'determiner', 'the majority of'],
  ['den meisten', 'determiner', 'the majority of'],
  ['die mehrheit der', 'determiner', 'the majority of the'],
  ['der großteil der', 'determiner', 'the majority of the'],
  ['keiner der', 'determiner', 'none of the'],
  ['keine der', 'determiner', 'none of the'],
  ['keines der', 'determiner', 'none of the'],
  ['keiner von', 'determiner', 'none of'],
  ['jeder der', 'determiner', 'every one of the'],
  ['jede der', 'determiner', 'every one of the'],
  ['jedes der', 'determiner', 'every one of the'],
  ['einer der', 'determiner', 'one of the'],
  ['eine der', 'determiner', 'one of the'],
  ['eines der', 'determiner', 'one of the'],
  ['ein anderer', 'determiner', 'another'],
  ['ein anderes', 'determiner', 'another'],
  ['eine andere', 'determiner', 'another'],
  ['einen anderen', 'determiner', 'another'],
  ['einer anderen', 'determiner', 'another'],
  ['einem anderen', 'determiner', 'another'],
  ['ein weiterer', 'determiner', 'another'],
  ['ein weiteres', 'determiner', 'another'],
  ['eine weitere', 'determiner', 'another'],
  ['einen weiteren', 'determiner', 'another'],
  ['der gleiche', 'determiner', 'the same'],
  ['die gleiche', 'determiner', 'the same'],
  ['das gleiche', 'determiner', 'the same'],
  ['den gleichen', 'determiner', 'the same'],
  ['dem gleichen', 'determiner', 'the same'],
  ['der gleichen', 'determiner', 'the same'],
  ['die gleichen', 'determiner', 'the same'],
  ['nicht mehr', 'negation', 'no longer'],
  ['genauso gut wie', 'preposition', 'as good as'],
  ['ebenso gut wie', 'preposition', 'as good as'],
  ['so gut wie', 'preposition', 'as good as'],
  ['gleich gut wie', 'preposition', 'as good as'],
  ['mehr als', 'degree', 'more than'],
  ['weniger als', 'degree', 'less than'],
  ['bei weitem', 'degree', 'by far'],
  ['mit abstand', 'degree', 'by far'],
  ['zu früh', 'adverb', 'too early'],
  ['zu spät', 'adverb', 'too late'],
  ['zu kurz', 'adverb', 'too short'],
  ['zu lang', 'adverb', 'too long'],
  ['zu lange', 'adverb', 'too long'],
  ['zu hoch', 'adverb', 'too high'],
  ['zu niedrig', 'adverb', 'too low'],
  ['bis zum ende', 'adverb', 'to the end'],
  ['vor dem ende', 'adverb', 'before the end'],
]

function linesOf(text: string): readonly (readonly [readonly string[], string])[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [written = '', english = ''] = line.split(' = ')
      return [written.split(' '), english] as const
    })
}

function simple(text: string, kind: Entry['kind']): readonly (readonly [string, Entry])[] {
  return linesOf(text).flatMap(([words, english]) => words.map((word) => [word, { kind, english }] as const))
}

/** "angepasste", "gemessenen": participles before a noun. */
function participles(): readonly (readonly [string, Entry])[] {
  return [...VERB_FORMS.entries()].flatMap(([written, forms]) => {
    const verb = forms.find(({ form }) => form === 'participle')?.verb
    const english = (verb?.passive ?? verb?.english)?.participle
    return english === undefined
      ? []
      : ENDINGS.slice(1).map((ending) => [`${written}${ending}`, { kind: 'adjective', english }] as const)
  })
}

function adjectives(): readonly (readonly [string, Entry])[] {
  const degrees = ['adjective', 'comparative', 'superlative'] as const
  return ADJECTIVES.trim()
    .split('\n')
    .flatMap((line) =>
      line.split(' / ').flatMap((part, degree) => {
        const [stem = '', english = ''] = part.split(' = ')
        const kind = degrees[degree] ?? 'adjective'
        const forms = kind === 'superlative' ? ENDINGS.slice(1) : ENDINGS
        return forms.map((ending) => [`${stem}${ending}`, { kind, english }] as const)
      }),
    )
}

/**
 * Every word and phrase that this grammar knows, in lower case. A word stands for what it claims most: "kleiner" is the comparative,
 * though it may be but an ending, so that it never claims less in English than in German.
 */
export const WORDS: ReadonlyMap<string, readonly Entry[]> = (() => {
  const words = new Map<string, Entry[]>()
  const add = ([word, entry]: readonly [string, Entry]): void => {
    const known = words.get(word) ?? []
    if (!known.some((one) => one.kind === entry.kind)) words.set(word, [...known, entry])
  }
  for (const phrase of PHRASES) add([phrase[0], { kind: phrase[1], english: phrase[2] }])
  const adjectival = adjectives()
  for (const one of adjectival.filter(([, { kind }]) => kind !== 'adjective')) add(one)
  for (const one of simple(DEGREES, 'degree')) add(one)
  for (const one of simple(DETERMINERS, 'determiner')) add(one)
  for (const word of ['ein', 'eine', 'einen', 'einem', 'einer', 'eines'])
    add([word, { kind: 'article', english: 'a' }])
  for (const one of simple(NOUNS, 'noun')) add(one)
  for (const one of simple(PREPOSITIONS, 'preposition')) add(one)
  for (const one of simple(SUBORDINATORS, 'subordinator')) add(one)
  for (const one of simple(COORDINATORS, 'coordinator')) add(one)
  for (const one of simple(ADVERBS, 'adverb')) add(one)
  for (const one of [...adjectival, ...participles()]) {
    const kinds = words.get(one[0])?.map(({ kind }) => kind) ?? []
    if (!kinds.includes('comparative') && !kinds.includes('superlative')) add(one)
  }
  for (const word of ['es', 'er', 'sie']) add([word, { kind: 'pronoun', english: 'it' }])
  for (const word of ['das', 'dies']) add([word, { kind: 'pronoun', english: 'that' }])
  add(['nichts', { kind: 'pronoun', english: 'nothing' }])
  add(['ihnen', { kind: 'pronoun', english: 'them' }])
  add(['du', { kind: 'pronoun', english: 'you' }])
  add(['nicht', { kind: 'negation', english: 'not' }])
  add(['sich', { kind: 'reflexive', english: '' }])
  return words
})()

/** The longest phrase, in words. */
export const LONGEST_PHRASE: number = Math.max(...PHRASES.map(([phrase]) => phrase.split(' ').length))

/** First parts of compounds: "Validierungsverlust". */
export const COMPOUNDS: readonly (readonly [string, string])[] = [
  ['validierungs', 'validation'],
  ['trainings', 'training'],
  ['test', 'test'],
]

/**
 * Words that count, whatever they stand in: "zwei Drittel", "Dutzend", "dreifach", "am vierzehnten". They only sharpen the reason: no word
 * that is not known passes.
 */
export const COUNTING =
  /^(null|eins|zwei\p{L}*|zwo|drei\p{L}*|vier\p{L}*|fünf\p{L}*|sechs\p{L}*|sieb\p{L}*|acht(e[rnsm]?|zehn\p{L}*|zig\p{L}*)?|neun\p{L}*|zehn\p{L}*|elf\p{L}*|zwölf\p{L}*|\p{L}*(zig|ßig|hundert|tausend)(ste[rnsm]?)?|hundert\p{L}*|million\p{L}*|milliarde\p{L}*|dutzend\p{L}*|halb\p{L}*|hälfte\p{L}*|anderthalb\p{L}*|\p{L}*(drittel|viertel|fünftel|zehntel|prozent\p{L}*|mal|fach\p{L}*)|doppelt\p{L}*|paar|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonntags?|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)$/u
