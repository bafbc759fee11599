/** One thing that a question is about, in all the ways that people write it. */
export interface Term {
  /** As it stands in the question. */
  readonly words: string
  /** Phrases of plain lower-case words; the first is the question's own. */
  readonly forms: readonly string[]
  /** How much it tells what is asked after: names and settings 1, what was done with them less. */
  readonly weight: number
}

/** Words of a question that say nothing of what it is about. */
const IDLE = new Set(
  `a an the this that these those it its they them their there here we i you he she us our my your me one ones some any
  anyone anybody someone somebody everyone nobody who whom whose what which when where why how is are was were be been being
  am do does did done has have had having can could may might must shall should will would of in on at by for from to into
  onto with without about as than then so and or but not no yes if else also just only even still yet ever never again
  before after during while because since until all each every both other another same such very much many more most less
  least few own get got go went gone make made take took use used using try tried trying tries test tested look looked
  give gave show showed tell told say said says run runs ran running experiment experiments model models behind number value
  figure please did project thing things time times first last up down out off over under between through really actually
  happen happened happens come came know known think thought did we've it's that's what's who's didn't doesn't don't wasn't
  kind sort way lot end ended day days week month year document documents note notes entry entries mentioned there's reason reasons later earlier
  above below matter matters mattered compare compared comparable versus vs still important interesting good bad thing done
  according tells told idea ideas question questions answer answers main work works worked working difference different similar whole part parts
  result results resulted outcome outcomes wrong right odd strange author authors user users owner owners colleague colleagues else other others
  wrote written write people person somebody's name names named old former original previous begin beginning began start started`.split(
    /\s+/,
  ),
)

/** What people do with an idea, each in many words. They narrow an answer and never make one. */
const DEEDS: readonly (readonly [asked: RegExp, forms: readonly string[]])[] = [
  [
    /^(abandon\w*|drop(s|ped|ping)?|discard\w*|reject\w*|stop(s|ped|ping)?|gave|give|quit|ditch\w*|remov\w*|exclud\w*)$/,
    [
      'abandon',
      'dropped',
      'drop',
      'is out',
      'discarded',
      'rejected',
      'not worth',
      'no better',
      'gave up',
      'worse',
      'stop',
      'parked',
      'meh',
    ],
  ],
  [
    /^(fail(s|ed|ure|ures|ing)?|crash\w*|died|die|broke|broken|break|errors?)$/,
    [
      'failed',
      'failure',
      'crashed',
      'died',
      'error',
      'nan',
      'oom',
      'out of memory',
      'killed',
      'did not run',
      'broke',
    ],
  ],
  [
    /^(chang(e|es|ed|ing)|switch\w*|replac\w*|mov(e|es|ed|ing))$/,
    [
      'changed',
      'switched',
      'from now on',
      'from today on',
      'no longer',
      'instead',
      'replaced',
      'new',
      'not comparable',
    ],
  ],
  [
    /^(choos(e|es|ing)|chosen|chose|select(s|ed|ion|ing)?|pick(s|ed|ing)?|decid(e|es|ed|ing)|decisions?|prefer\w*|winner|wins?|won)$/,
    [
      'decided',
      'chosen',
      'selected',
      'decision',
      'picked',
      'winner',
      'agreed',
      'go with',
      'candidate',
      'decides',
    ],
  ],
  [
    /^(improv\w*|better|best|help(s|ed|ing)?|gain(s|ed)?|highest|top)$/,
    ['best', 'better', 'improved', 'help', 'highest', 'ahead', 'gain'],
  ],
  [/^(worse|worst|hurt|hurts|lowest)$/, ['worse', 'worst', 'hurts', 'lowest', 'below', 'fell']],
  [
    /^(learn(ed|t|s)?|lessons?|conclu\w*|find|found|findings?)$/,
    ['conclusion', 'learned', 'turned out', 'means', 'found'],
  ],
  [
    /^(open|todo|plan(s|ned)?|remain\w*|left|unanswered)$/,
    ['open', 'next', 'todo', 'tomorrow', 'tmrw', 'still to do', 'would still like to know', 'later'],
  ],
]

/** Names that are written in several ways in this trade. Each line is one thing. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['random forest', 'random forests', 'rf', 'forest', 'randomforest'],
  ['logistic regression', 'logreg', 'logit', 'logisticregression'],
  ['xgboost', 'xgb'],
  ['lightgbm', 'lgbm', 'lgb', 'light gbm'],
  ['catboost', 'cat boost'],
  ['gradient boosting', 'gbm', 'gbdt', 'boosting'],
  ['neural network', 'neural net', 'nn', 'mlp'],
  ['support vector machine', 'svm', 'svc'],
  ['learning rate', 'lr', 'learning_rate'],
  ['batch size', 'bs', 'batch_size', 'batchsize'],
  ['weight decay', 'wd'],
  ['cross validation', 'cross validated', 'crossval', 'cv', 'folds', 'k fold'],
  ['oversampling', 'oversample', 'upsampling', 'smote', 'over sampling'],
  ['undersampling', 'downsampling', 'under sampling'],
  ['class imbalance', 'imbalance', 'class weight', 'scale pos weight'],
  [
    'duplicates',
    'duplicate',
    'duplicated',
    'copies',
    'copied',
    'copied rows',
    'dedup',
    'deduped',
    'dupes',
    'deduplicated',
    'deduplication',
    'de duplicated',
    'clean data',
    'cleaned data',
    'clean table',
    'cleaned table',
    'data cleaning',
    'cleaning',
    'cleaned',
    'new table',
  ],
  ['accuracy', 'acc'],
  ['auc', 'roc auc', 'auroc', 'roc'],
  ['validation', 'val', 'valid'],
  ['out of memory', 'oom', 'memory'],
  ['threshold', 'cutoff', 'cut off'],
  ['metric', 'primary metric', 'criterion', 'goal', 'decides'],
  ['dataset', 'data set', 'data', 'table'],
  ['augmentation', 'augmentations', 'aug', 'augment'],
  ['leak', 'leakage', 'leaks', 'leaking'],
  ['seed', 'seeds', 'random state', 'replicates'],
  ['early stopping', 'early stop'],
  ['sequence length', 'seq len', 'seq length', 'longer sequence'],
  ['mixed precision', 'amp', 'fp16', 'bf16'],
  ['hyperparameter search', 'hyperparameter tuning', 'sweep', 'grid search', 'optuna', 'hpo'],
  ['feature engineering', 'features', 'feature'],
  ['monotone', 'monotonic', 'monotonicity', 'mono'],
  ['interactions', 'interaction', 'pairs', 'cross features', 'products'],
  ['production', 'deployed', 'deployment', 'serving', 'container'],
  ['dropout', 'drop out'],
  ['overfit', 'overfitting', 'overfits', 'overfitted', 'memorise', 'memorising', 'memorize'],
  ['training time', 'fit seconds', 'fit time', 'faster', 'slower', 'speed'],
  ['fast', 'faster', 'speed', 'fit seconds', 'slower'],
  ['size', 'mb', 'big', 'large'],
]

/** A number with decimals is looked up whole. */
const NUMBER = /(?<![\p{L}\p{N}_.])-?\d*[.,]\d+(?:e[-+]?\d+)?(?![\p{L}\p{N}_]|[.,]\d)/giu

const DEED_WEIGHT = 0.35
const MOST_TERMS = 16

/** The words of a text as it is searched: letters and digits, lower case, without accents. */
export function plainWords(text: string): readonly string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

/**
 * What a question is about, the phrases first: "random forest" is one thing, and so is what the project itself writes
 * together (`isKnown` tells of a phrase). A short form by initials counts where the project writes it.
 */
export function termsOf(question: string, isKnown: (phrase: string) => boolean): readonly Term[] {
  const numbers = question.match(NUMBER) ?? []
  const words = plainWords(question.replace(NUMBER, ' '))
  const terms: Term[] = numbers.map((text) => ({ words: text, forms: [text], weight: 1 }))
  let at = 0
  while (at < words.length && terms.length < MOST_TERMS) {
    const phrase = longestPhrase(words, at, isKnown)
    if (phrase !== null) {
      terms.push(phrase.term)
      at += phrase.length
      continue
    }
    const word = words[at] ?? ''
    at += 1
    if (word.length < 2 && !/\d/.test(word)) continue
    const named = SYNONYMS.some((line) => line.includes(word))
    const deed = named ? undefined : DEEDS.find(([asked]) => asked.test(word))
    if (deed !== undefined) {
      terms.push({
        words: word,
        forms: [word, ...deed[1].filter((form) => form !== word)],
        weight: DEED_WEIGHT,
      })
      continue
    }
    if (IDLE.has(word)) continue
    // A count, or the digits of a name, tell nothing by themselves.
    terms.push({ words: word, forms: formsOf(word), weight: /^\d+$/.test(word) ? DEED_WEIGHT : 1 })
  }
  return withoutRepeats(terms)
}

/** Whether a word says nothing of what a question is about. */
export function isIdle(word: string): boolean {
  return IDLE.has(word)
}

/** A word without the ending of its plural: "candidates" is also said of `candidate-2`. */
export function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.length > 3 && /[^aius]s$/.test(word) ? word.slice(0, -1) : word
}

const TROUBLE = /\b(wrong|odd|strange|problems?|issues?|bad|flaw\w*|old|first|original|former|previous)\b/i
const DATA = /\b(data|data ?sets?|tables?)\b/i

/** Whether a question asks what ailed the data. */
export function asksOfBadData(question: string): boolean {
  return TROUBLE.test(question) && DATA.test(question)
}

/** Whether a question asks what came of something, which a verdict answers. */
export function asksForVerdict(question: string): boolean {
  return (
    asksWhy(question) ||
    asksWhetherTried(question) ||
    /\b(results?|outcome|drop\w*|decid\w*|abandon\w*|reject\w*|worth|matter(s|ed)?|help(ed|s)?|became|come of|came of)\b/i.test(
      question,
    )
  )
}

const AILMENTS = ['rows', 'copies', 'copied', 'duplicates', 'identical', 'leak', 'twice', 'de duplicated']

/** What ails data is written of its rows, and not of "data". */
export function withAilments(terms: readonly Term[]): readonly Term[] {
  return terms.map((term) =>
    isOfData(term) ? { ...term, forms: [...new Set([...term.forms, ...AILMENTS])] } : term,
  )
}

export function isOfData({ forms }: Term): boolean {
  return forms.includes('data')
}

/** Whether a question asks for a reason. */
export function asksWhy(question: string): boolean {
  return /\b(why|reasons?|because|how come|what made|what led)\b/i.test(question)
}

/** Whether a question asks if something was tried at all. */
export function asksWhetherTried(question: string): boolean {
  return (question.match(/[^.?!;]+/g) ?? []).some(sentenceAsksWhetherTried)
}

function sentenceAsksWhetherTried(question: string): boolean {
  if (/^\s*(was|were|has|have|is|did)\b[^,]*\b(tried|attempted|tested)\s*$/i.test(question)) return true
  if (/\b(why|how|when|where|what|which|who)\b/i.test(question)) return false
  return (
    /\b(has|have|had|did|was|were|is|are)\b.*\b(anyone|anybody|someone|somebody|we|you|they|ever|already|been)\b.*\b(try|tried|tested?|used?|run|ran|done|attempt\w*)\b/i.test(
      question,
    ) || /\b(already|ever) (tried|tested|used|run|done)\b/i.test(question)
  )
}

function longestPhrase(
  words: readonly string[],
  at: number,
  isKnown: (phrase: string) => boolean,
): { readonly term: Term; readonly length: number } | null {
  for (let length = 3; length >= 2; length -= 1) {
    const part = words.slice(at, at + length)
    if (part.length < length) continue
    const phrase = part.join(' ')
    const alone = part.map(singular).join(' ')
    const synonyms =
      SYNONYMS.find((line) => line.includes(phrase)) ?? SYNONYMS.find((line) => line.includes(alone))
    if (synonyms !== undefined)
      return {
        term: { words: phrase, forms: [phrase, ...synonyms.filter((one) => one !== phrase)], weight: 1 },
        length,
      }
    if (part.some((word) => IDLE.has(word) || /^\d+$/.test(word))) continue
    const initials = part.map((word) => word.charAt(0)).join('')
    const short = isKnown(initials) && initials.length >= 2 ? [initials] : []
    if (isKnown(phrase))
      return { term: { words: phrase, forms: [phrase, part.join(''), ...short], weight: 1 }, length }
    if (short.length > 0 && initials.length >= 3)
      return { term: { words: phrase, forms: [phrase, ...short], weight: 1 }, length }
  }
  return null
}

function formsOf(word: string): readonly string[] {
  const one = singular(word)
  const synonyms = SYNONYMS.find((line) => line.includes(word)) ?? SYNONYMS.find((line) => line.includes(one))
  return synonyms === undefined ? [word] : [word, ...synonyms.filter((one) => one !== word)]
}

function withoutRepeats(terms: readonly Term[]): readonly Term[] {
  const seen = new Set<string>()
  return terms.filter(({ forms }) => {
    const key = [...forms].sort().join('|')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
