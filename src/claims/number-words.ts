const ONES = 'two|three|four|five|six|seven|eight|nine'
const TEENS = 'ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen'
const TENS = 'twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety'
const LARGE = 'hundred|thousand|million|billion|trillion|quadrillion|dozen'
const ORDINALS =
  'third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth|hundredth|thousandth|millionth|billionth'
const CARDINALS = `zero|${ONES}|${TEENS}|${TENS}|${LARGE}`
const FRACTIONS =
  'eleventy|umpteen|umpteenth|zeroth|dozenth|twain|hat-tricks?|threescore|fourscore|triplicate|quadruplicate|sextets?|septets?|octets?|nonets?|dyads?|triads?|tetrads?|decades?|century|centuries|millennium|millennia|fifty-fifty|(?:single|double|triple|two|three|four|five|six|seven)[- ]figures?|(?:z|gaz|baz|squ)illions?|lakhs?|crores?|penultimate|antepenultimate|bimonthly|biannual(?:ly)?|midway|singletons?|teens|unity|nought|naught|nil|zilch|halfway|half-way|tripling|treble|trebled|trebles|quadrupling|quadruples|quintupled|sextuple|septuple|octuple|nonuple|decuple|centuple|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ies|(?:single|double|triple|two|three)[- ]digits?|duos?|trios?|quartets?|quintets?|fortnights?|quartiles?|quintiles?|deciles?|bi-?layer(?:ed)?|tri-?layer(?:ed)?|bi-?(?:weekly|monthly|annual)|half|halves|quarter|twice|thrice|couple|triple|tripled|triples|tripling|quadruple|quadrupled|quintuple'

/** Number words of other languages that are no words of English or common names; the list is meant to grow. */
const FOREIGN =
  'null komma|zwei|drei|vier|fünf|fuenf|sechs|sieben|neun|zehn|elf|zwölf|zwoelf|zwanzig|hundert|tausend|deux|trois|quatre|cinq|huit|neuf|onze|douze|vingt|mille|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|veinte|cien|quattro|cinque|otto|nove|dieci|venti|twee|drie|vijf|zeven|acht|negen|tien|twintig|femti|syv|åtte|tjue|zwanzigste|halb|hälfte|moitié|mitad|metà|helft|trente|quarante|cinquante|soixante|treinta|cuarenta|cincuenta|trenta|quaranta|cinquanta|dertig|veertig|vijftig|\\p{L}*(?:und)?(?:zwanzig|dreißig|dreissig|vierzig|fünfzig|fuenfzig|sechzig|siebzig|achtzig|neunzig)|(?:doppelt|dreifach|vierfach|zehnfach|zweimal|dreimal|halbiert|verdoppelt)\\p{L}*|doble|triple|deux fois|trois fois|dos veces|tres veces|hundre|hundrede|hundra|tusen|elleve|tretten|fjorten|femten|seksten|sytten|tjugo|tretti|førti|seksti|sytti|åtti|nitti|dobbelt|halvparten|hälften|dubbelt|eins|uno|tre|sju|nio|fyra|åtta|kaksi|kolme|neljä|viisi|dwa|trzy|cztery|pięć|sześć|siedem|osiem|dziewięć|dziesięć|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|dua|tiga|empat|tujuh|delapan|két|három|négy|öt|dois|três|quatro|oito|dez|vinte|otte'

/** A spelled number in any of its forms; compound ones may be joined by a hyphen, a space or nothing. */
export const SPELLED = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:(?:${TENS})(?:-?(?:one|first|second|${ONES}|${ORDINALS}))?|(?:one|${CARDINALS})-?folds?|(?:one|${ONES}|${TEENS}|${TENS})(?:${LARGE})s?|(?:${CARDINALS})(?:s|es|ths?)?|(?:${ORDINALS})s?|(?:${FRACTIONS})|${FOREIGN})(?![\\p{L}\\p{N}_])`,
  'giu',
)

/** Words that count or not, by what stands around them. */
export const DOUBTFUL = /(?<![\p{L}\p{N}_])(one|ones|both|second|double|doubly)(?![\p{L}\p{N}_])/giu

/**
 * Where "one", "second" and the like count nothing: the closed list. Each pattern is tried on the text around the word,
 * which stands between `<` and `>`.
 */
export const HARMLESS: readonly RegExp[] = [
  /<ones>/,
  /\b(no|every|any|each|which|this|that|another|the other|the first|the last|the only|a new|a similar|the same|a longer|a shorter|a lower|a higher|a better|the best) <one>(?! (of|in|out|thing|setting|parameter|run|percent|per))/,
  /\b(any|no|every|each|which) <one>\b/,
  /\bthe <one> (that|which|who|with|on|from|where|without)\b/,
  /\bthe (\p{L}+ ){1,3}<one>(?! (of|in|out|thing|setting|parameter|run|percent|per|hundred|thousand|million))/u,
  /<one> (of|another|another's|would|could|should|might|can|may|must|has to|cannot|way|by)\b/,
  /<one>('s|’s|-hot|-off|-shot|-sided|-way|-to-one|-class|-vs-rest|-vs-all|-step|-line|-hidden)/,
  /\bon the <one> hand/,
  /\bone (by|to|after) <one>/,
  /\bfor <one>\s*[,.;]/,
  /<one> (by|to|after) one/,
  /\ba <second> (?!(or|s)\b)\p{L}/u,
  /^\W*<second>(ly)?,/,
  /\b(per|each|every) <second>/,
  /<second>[- ](order|guess|opinion|thought)/,
  /\bon <second> thought/,
  /<double>[- ](precision|check|checking|checked|descent|counting|counted|click|blind)/,
]

/** "half", "third" and others that are part of a term and count nothing. */
export const TERMS =
  /(?<![\p{L}\p{N}_])(half[- ]precision|half[- ]life|third[- ]part(?:y|ies)|quarter[- ]hourly|zero[- ](?:shot|inflated|padding|padded|centred|centered|mean|grad)|few[- ]shot|ten[- ]sor|couple[ds]? (?:with|to)|two[- ](?:tower|stage|sided|tailed|way|phase)|three[- ]way|double[- ]precision)(?![\p{L}\p{N}_])/giu

const MONTHS = 'january|february|april|june|july|september|october|november|december'
const DAYS = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday'

/** Months and weekdays; "March" and "May" only where they are no verbs. */
export const DATES = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:(?:${MONTHS}|${DAYS})(?![\\p{L}\\p{N}_])|(?<=\\b(?:in|since|of|on|last|next|early|late|mid|until|by|from|before|after|this)[ -])(?:march|may|august|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|thurs?|fri|sat|sun)(?=[.,;!?]|\\s*$|\\s+(?:the|we|it|to|morning|evening|night)\\b))(?![\\p{L}\\p{N}_])|midnight(?![\\p{L}])|noon(?![\\p{L}])|o['’]clock)`,
  'giu',
)

/** August and short weekdays with their capital, wherever they stand: "August", "Tues". */
export const CAPITAL_DATES = /(?<![\p{L}\p{N}_])(?:August|Tues|Thurs|Sept)(?![\p{L}\p{N}_])/gu

/** Roman numerals that are nothing else, and short ones before what they count: "VIII", "XX runs". */
export const ROMAN_ALONE =
  /(?<![\p{L}\p{N}_])(?:(?=[IVX]{3,})X{0,3}(?:IX|IV|V?I{0,3})|(?=[MDCLXVI]{4,})M{1,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})|(?=[IVX]+)X{0,3}(?:IX|IV|V?I{0,3})(?= (?:runs|epochs|steps|seeds|folds|layers|trials|models|times|hours|minutes|seconds|days)\b))(?![\p{L}\p{N}_])/gu

/** Roman numerals where a counted noun makes them numbers: "phase II". */
export const ROMAN =
  /(?<![\p{L}\p{N}_])(?:phase|stage|run|fold|version|part|step|round|trial|experiment|model|config|seed|epoch|layer|level|type|attempt|batch|group|no|number)\.?[ -]+((?=[IVX]{2,})X{0,3}(?:IX|IV|V?I{0,3}))(?![\p{L}\p{N}_])/giu

/** "A score of runs" counts; "a score of" a value, and of one thing, does not. */
export const SCORE =
  /(?<=\ba )(?:score|brace|pair|gross|myriad|baker['’]s dozen)(?= of (?:the )?\p{L}+s\b)/giu

/** Letters of other alphabets that look like Latin ones. */
export const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  һ: 'h',
  ԁ: 'd',
  ѵ: 'v',
  ԝ: 'w',
  в: 'b',
  н: 'h',
  т: 't',
  к: 'k',
  м: 'm',
  ο: 'o',
  α: 'a',
  ε: 'e',
  ι: 'i',
  ν: 'v',
  τ: 't',
  υ: 'u',
  ρ: 'p',
  κ: 'k',
  χ: 'x',
  η: 'n',
  ω: 'w',
  ı: 'i',
  ɩ: 'i',
  ƒ: 'f',
  ɡ: 'g',
  ո: 'n',
  օ: 'o',
  һ́: 'h',
  ᴀ: 'a',
  ʙ: 'b',
  ᴄ: 'c',
  ᴅ: 'd',
  ᴇ: 'e',
  ꜰ: 'f',
  ɢ: 'g',
  ʜ: 'h',
  ɪ: 'i',
  ᴊ: 'j',
  ᴋ: 'k',
  ʟ: 'l',
  ᴍ: 'm',
  ɴ: 'n',
  ᴏ: 'o',
  ᴘ: 'p',
  ʀ: 'r',
  ꜱ: 's',
  ᴛ: 't',
  ᴜ: 'u',
  ᴠ: 'v',
  ᴡ: 'w',
  ʏ: 'y',
  ᴢ: 'z',
}

/** Han characters that are numerals. */
export const HAN = /[〇一二三四五六七八九十百千万萬亿億两兩半零壹贰叁肆伍陆柒捌玖拾]/u
