import type { EvidenceRun, EvidenceWithoutFindings } from '../evidence.ts'
import { isResource } from '../is-resource.ts'
import { remember } from '../remember.ts'
import { settingValue } from '../setting-value.ts'
import { isBookkeeping, saysNothing } from '../what-varied.ts'

/** A place in a text that names something of the log. One phrase may be read in several ways, and all are kept. */
export type Mention = { readonly start: number; readonly end: number; readonly words: string } & (
  | { readonly kind: 'metric'; readonly metrics: readonly string[] }
  | { readonly kind: 'param'; readonly params: readonly string[] }
  /** `by`: an exact name or id is certain, a place in the order likely. */
  | { readonly kind: 'run'; readonly runs: readonly EvidenceRun[]; readonly by: 'name' | 'id' | 'order' }
  /** A value of a parameter, or a word that several names share. `param` is null for such a word. */
  | { readonly kind: 'level'; readonly param: string | null; readonly runs: readonly EvidenceRun[] }
  /** A parameter with a number: the runs that have it so. */
  | {
      readonly kind: 'setting'
      readonly params: readonly string[]
      readonly value: string
      readonly runs: readonly EvidenceRun[]
    }
)

/** The names that a project's log knows, as people write them. */
export interface Vocabulary {
  /** What a text names, in the order it stands; no two overlap. */
  readonly mentionsIn: (text: string) => readonly Mention[]
  /** Whether a word in small letters is a part of some name. */
  readonly knows: (word: string) => boolean
  /** The runs told here and the project's others, oldest first. */
  readonly all: readonly EvidenceRun[]
}

/** Words that mean the same in names of metrics and parameters. */
const SAME: Readonly<Record<string, string>> = {
  accuracy: 'acc',
  validation: 'val',
  valid: 'val',
  training: 'train',
  testing: 'test',
  err: 'error',
  losses: 'loss',
  aucs: 'auc',
  auroc: 'auc',
  roc: 'auc',
  perplexity: 'ppl',
  winogrande: 'winogrande',
  winogran: 'winogrande',
  hellaswa: 'hellaswag',
  lr: 'lr',
  epoch: 'epochs',
  bs: 'batch',
  batchsize: 'batch',
  wd: 'weight decay',
  layer: 'layers',
  leafs: 'leaves',
  tree: 'trees',
  head: 'heads',
  drop: 'dropout',
}
/** Words that stand for whole names of parameters. */
const PARAM_WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(lr|learning_?rate|base_lr|init_lr|initial_lr|max_lr)$/, ['lr', 'learning rate', 'learning-rate']],
  [/(^|_)(batch_?size|bs|batch)$/, ['batch', 'batch size', 'bs', 'batchsize']],
  [/(^|_)epochs?$/, ['epochs', 'epoch', 'ep']],
  [/^(n|num)_?(layers|blocks)$|^layers$/, ['layers', 'layer']],
  [/^(max_)?depth$/, ['depth', 'max depth']],
  [/^num_leaves$/, ['leaves', 'num leaves']],
  [/^min_samples_leaf$/, ['leaf', 'min samples leaf']],
  [/^(n_estimators|num_boost_round|n_trees)$/, ['trees', 'rounds', 'estimators', 'n_estimators']],
  [/^(weight_?decay|wd|l2)$/, ['wd', 'weight decay', 'weight_decay']],
  [/^dropout(_rate|_p|_prob)?$|^p_dropout$/, ['dropout', 'drop out']],
  [/^(num_|n_)?heads$/, ['heads']],
  [/^(max_)?seq(uence)?_?len(gth)?$/, ['seq len', 'sequence length', 'sequence', 'seqlen', 'seq_len']],
  [/^(random_?)?seed$|^random_state$/, ['seed']],
  [/^max_new_tokens$/, ['tokens', 'new tokens', 'max new tokens']],
]
const METRIC_GENERIC = new Set(
  'best final last first max min mean avg average n num number of per total step steps epoch epochs score time s ms model run value all fit seconds sec rate size count threshold p k a the and at in to for on is no not std sd var boot se ci high low top up down other'.split(
    ' ',
  ),
)
const PARAM_GENERIC = new Set(
  'num n max min size rate of type name per number total use is the a to train test val data model input inputs output method mode class base init start end step steps first last device split k p key value values list func function with and for file path dir new old no on in at all samples sample kind target weight weights child ratio min_child'.split(
    ' ',
  ),
)
const SPLITS = new Set(['val', 'train', 'test', 'cv', 'eval', 'dev', 'holdout'])
/** Names of metrics that people write where none of the runs logged it. */
const UNLOGGED =
  /^(?:acc|auc|f1|loss|precision|recall|iou|miou|dice|map|mae|mse|rmse|r2|ppl|bleu|rouge|wer|cer|kappa|mcc|ap|logloss|nll|elbo|fid|psnr|ssim|error|reward|return|fps|latency|throughput)$/
const SPREAD = new Set(['sd', 'std', 'var', 'boot', 'se', 'ci', 'stdev', 'stddev'])
/** How people shorten names of models. */
const MODELS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(lightgbm|lgbm?)(classifier|regressor)?$/, ['lgbm', 'lightgbm', 'lgb']],
  [/^(xgboost|xgb)(classifier|regressor)?$/, ['xgb', 'xgboost']],
  [/^(randomforest|rf)(classifier|regressor)?$/, ['rf', 'random forest', 'forest', 'forests', 'rfs']],
  [/^(logisticregression|logreg|logistic)$/, ['logreg', 'logistic regression', 'log reg']],
  [/^(catboost)(classifier|regressor)?$/, ['catboost']],
  [/^(extratrees)(classifier|regressor)?$/, ['extra trees', 'extratrees']],
]
/** Words of run names that people also use for anything else. */
const COMMON = new Set(
  `run runs test train val first second last try trial base baseline long short small large big new old check final best fit full half data model
  exp experiment the and with for all no not one two fold cv fast slow good bad debug drop default main tmp temp version v copy again fixed fix
  candidate mini tiny high low mid more less other out in on off of to by is it as at we do go up down deep wide only just also see still better worse
  done ok fine meh mono sampling size rate step steps seed interactions depth leaves leaf smart simple plain raw clean next prev previous real
  random control noise change changed early late stop average mean max min top epoch epochs layer layers batch lr loss acc auc score level levels`.split(
    /\s+/,
  ),
)
/** Values that mean "none": "with no sampling" is not a level that people name. */
const EMPTY = /^(none|null|nan|true|false|yes|no|all|auto|default|-?\d+(\.\d+)?(e-?\d+)?)$/i
const LONGEST_LEVEL = 40
const MOST_RUNS_FOR_WORDS = 2000

/** The names of the runs told here and of the project's others. Linear in the runs. */
export const vocabularyOf = remember((evidence: EvidenceWithoutFindings): Vocabulary => {
  const told = evidence.runs
  const all = [...evidence.earlier, ...told]
  const metrics = [...new Set(told.flatMap(({ run }) => [...run.metrics.keys()]))]
  const params = [...new Set(all.flatMap(({ run }) => [...run.params.keys()]))].filter(
    (name) => !isBookkeeping(name),
  )
  const metricWords = new Map(metrics.map((name) => [name, wordsOf(name)]))
  const paramPhrases = phrasesOfParams(params)
  const levels = levelsOf(all, params)
  const levelIndex = indexOf([...levels].map(([phrase, level]) => ({ phrase, level })))
  const paramIndex = indexOf([...paramPhrases].map(([phrase, params]) => ({ phrase, names: params })))
  const names = new Map<string, EvidenceRun[]>()
  const spaced: { readonly name: string; readonly runs: EvidenceRun[] }[] = []
  for (const one of all) {
    const name = one.run.name.toLowerCase()
    if (name.length < 3 || !/[^a-z]/.test(name)) continue
    const known = names.get(name)
    if (known === undefined) names.set(name, [one])
    else known.push(one)
  }
  // People call `gaudy-skunk-107` by its words, where no other run has them.
  const stems = Map.groupBy(
    all,
    ({ run }) => /^(\p{L}+[-_]\p{L}+)[-_]\d+$/u.exec(run.name.toLowerCase())?.[1] ?? '',
  )
  for (const [stem, runs] of stems)
    if (stem !== '' && runs.length === 1 && !names.has(stem)) names.set(stem, [...runs])
  for (const [alias, meant] of Object.entries(evidence.rules.aliases ?? {})) {
    const name = alias.toLowerCase().replace(/^(?:the|our|my)\s+/, '')
    const runs = runsCalled(meant, all)
    if (runs.length === 1 && name.length >= 2) names.set(name, [...runs])
  }
  for (const [name, runs] of names) if (/\s/.test(name)) spaced.push({ name, runs })
  // Where runs are called run_0, run_1, … "run 1" is a name and no place in the order.
  const byNumber = Map.groupBy(all, ({ run }) => /^run[ _-]?(\d{1,4})$/i.exec(run.name)?.[1] ?? '')
  const numbered = byNumber.size > (byNumber.has('') ? 2 : 1) ? byNumber : null
  const ids = new Map(all.map((one) => [one.run.id.toLowerCase(), one]))
  const idList = [...ids.keys()].sort()
  const wordSet = new Set<string>([
    ...metrics.flatMap((name) => metricWords.get(name) ?? []),
    ...paramPhrases.keys(),
    ...levels.keys(),
    ...[...names.keys()].flatMap((name) => name.match(/\p{L}{2,}/gu) ?? []),
  ])

  function mentionsIn(text: string): readonly Mention[] {
    const found: Mention[] = []
    let rest = text
    const take = (mention: Mention): void => {
      found.push(mention)
      rest =
        rest.slice(0, mention.start) + '\u0001'.repeat(mention.end - mention.start) + rest.slice(mention.end)
    }
    for (const one of runMentions(text)) take(one)
    for (const one of orderMentions(rest, told, numbered)) take(one)
    let seen = rest
    let plain = plainOf(rest)
    const now = (): string => {
      if (seen !== rest) {
        seen = rest
        plain = plainOf(rest)
      }
      return plain
    }
    const words = beginningsIn(now())
    for (const one of settingMentions(now(), rest, words)) take(one)
    for (const one of metricMentions(now())) take(one)
    for (const { phrase, level } of phrasesAmong(levelIndex, words))
      for (const start of placesOf(now(), phrase))
        if (!rest.slice(start, start + phrase.length).includes('\u0001'))
          take({ kind: 'level', start, end: start + phrase.length, words: phrase, ...level })
    for (const { phrase, names } of phrasesAmong(paramIndex, words))
      for (const start of placesOf(now(), phrase))
        if (!rest.slice(start, start + phrase.length).includes('\u0001'))
          take({ kind: 'param', start, end: start + phrase.length, words: phrase, params: names })
    return found.sort((a, b) => a.start - b.start)
  }

  function runMentions(text: string): readonly Mention[] {
    const lower = text.toLowerCase()
    const found: Mention[] = []
    for (const { name, runs } of spaced)
      for (const start of placesOf(lower, name))
        found.push({ kind: 'run', by: 'name', start, end: start + name.length, words: name, runs })
    for (const match of lower.matchAll(/[\p{L}\p{N}][\p{L}\p{N}_.+=/-]*/gu)) {
      const word = match[0].replace(/[.+=/-]+$/, '')
      const start = match.index
      if (found.some((one) => start < one.end && start + word.length > one.start)) continue
      const byName = names.get(word)
      if (byName !== undefined) {
        found.push({ kind: 'run', by: 'name', start, end: start + word.length, words: word, runs: byName })
        continue
      }
      if (word.length < 6 || !/\d/.test(word) || !/^[\da-z_-]+$/.test(word)) continue
      const byId = idsThatBegin(word)
      if (byId.length === 1)
        found.push({ kind: 'run', by: 'id', start, end: start + word.length, words: word, runs: byId })
    }
    return found
  }

  function idsThatBegin(word: string): readonly EvidenceRun[] {
    let low = 0
    let high = idList.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((idList[middle] ?? '') < word) low = middle + 1
      else high = middle
    }
    const found: EvidenceRun[] = []
    for (
      let index = low;
      index < idList.length && (idList[index] ?? '').startsWith(word) && found.length < 2;
      index += 1
    ) {
      const one = ids.get(idList[index] ?? '')
      if (one !== undefined) found.push(one)
    }
    return found
  }

  /** "lr 0.01", "lr=1e-3", "depth 2", "C=1", "40 epochs", "(degree 4)", "lr5e-6". */
  function settingMentions(plain: string, typed: string, words: ReadonlySet<string>): readonly Mention[] {
    const found: Mention[] = []
    const number = String.raw`[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e-?\d+)?k?`
    const add = (start: number, end: number, phrase: string, value: string): void => {
      const names = paramPhrases.get(phrase)
      if (names === undefined || found.some((one) => start < one.end && end > one.start)) return
      const meant = Number(value.replace(/k$/i, '')) * (/k$/i.test(value) ? 1000 : 1)
      if (!Number.isFinite(meant)) return
      const runs = all.filter(({ run }) =>
        names.some((name) => {
          const logged = run.params.get(name)
          if (logged === undefined) return false
          const setting = settingValue(name, logged)
          return setting.kind === 'number' && Math.abs(setting.value - meant) <= 1e-9 * Math.abs(meant)
        }),
      )
      found.push({ kind: 'setting', start, end, words: plain.slice(start, end), params: names, value, runs })
    }
    for (const { phrase } of phrasesAmong(paramIndex, words))
      for (const start of placesOf(plain, phrase, true)) {
        const end = start + phrase.length
        const behind = new RegExp(
          String.raw`^(?:\s+(?:of|was|is|at|to))?\s{0,3}(${number})(?![\w%]|\.\d)`,
        ).exec(plain.slice(end))
        if (behind?.[1] !== undefined) {
          add(start, end + behind[0].length, phrase, behind[1])
          continue
        }
        if (phrase.length < 2 || !/s$|^layer$|^epoch$/.test(phrase)) continue
        const before = new RegExp(String.raw`(?<![\w.])(${number})\s?$`).exec(plain.slice(0, start))
        if (before?.[1] !== undefined && Number.isInteger(Number(before[1].replace(/k$/, ''))))
          add(start - before[0].length, end, phrase, before[1])
      }
    // A parameter of one letter is one only where it is typed as it is logged, with its value: "C=1".
    for (const name of params.filter((one) => one.length === 1))
      for (const match of typed.matchAll(
        new RegExp(String.raw`(?<![\w])${escaped(name)}\s?=\s?(${number})(?![\w%]|\.\d)`, 'g'),
      )) {
        const value = match[1] ?? ''
        const runs = all.filter(({ run }) => Number(run.params.get(name)) === Number(value))
        found.push({
          kind: 'setting',
          start: match.index,
          end: match.index + match[0].length,
          words: match[0],
          params: [name],
          value,
          runs,
        })
      }
    return found
  }

  /** The longest rows of words that some metric has all of; a split alone ("val") is none. */
  function metricMentions(plain: string): readonly Mention[] {
    const words = [...plain.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({
      word: same(match[0]),
      start: match.index,
      end: match.index + match[0].length,
    }))
    const found: Mention[] = []
    for (let from = 0; from < words.length; ) {
      let best: { readonly to: number; readonly metrics: readonly string[] } | null = null
      const phrase: string[] = []
      for (let to = from; to < Math.min(words.length, from + 6); to += 1) {
        const next = words[to]
        if (next === undefined || (to > from && /[^\s.]/.test(plain.slice(words[to - 1]?.end, next.start))))
          break
        phrase.push(...next.word.split(' '))
        const having = metricsOf(phrase)
        if (having.length === 0) {
          if (
            !phrase.every((word) => METRIC_GENERIC.has(word) || SPLITS.has(word)) &&
            metricsWith(phrase).length === 0
          )
            break
          continue
        }
        best = { to, metrics: having }
      }
      const first = words[from]
      const last = best === null ? undefined : words[best.to]
      if (first !== undefined && best === null && UNLOGGED.test(first.word)) {
        found.push({ kind: 'metric', start: first.start, end: first.end, words: first.word, metrics: [] })
        from += 1
      } else if (best === null || first === undefined || last === undefined) from += 1
      else {
        const before = words[from - 1]
        // "train acc" is not the logged val_acc, nor "top-5 acc" the logged acc.
        const isOther =
          before !== undefined &&
          (SPLITS.has(before.word) || /\b(?:top|class|per)\W?\w*\W?$/.test(plain.slice(0, first.start))) &&
          /^[\s-]?$/.test(plain.slice(before.end, first.start))
        found.push({
          kind: 'metric',
          start: first.start,
          end: last.end,
          words: plain.slice(first.start, last.end),
          metrics: isOther ? [] : best.metrics,
        })
        from = best.to + 1
      }
    }
    return found
  }

  function metricsWith(phrase: readonly string[]): readonly string[] {
    return metrics.filter((name) => phrase.every((word) => metricWords.get(name)?.includes(word)))
  }

  /** The metrics that a phrase may mean: the one that has these words and no others, else all that have them. */
  function metricsOf(phrase: readonly string[]): readonly string[] {
    const having = metricsWith(phrase)
    const exact = having.filter((name) => metricWords.get(name)?.length === phrase.length)
    if (exact.length > 0) return exact
    if (phrase.every((word) => METRIC_GENERIC.has(word) || SPLITS.has(word))) return []
    if (phrase.some((word) => METRIC_GENERIC.has(word)) && phrase.length === 1) return []
    const plainOnes = having.filter(
      (name) => !metricWords.get(name)?.some((word) => SPREAD.has(word) && !phrase.includes(word)),
    )
    return plainOnes.filter((name) => !isResource(name) || phrase.some((word) => !METRIC_GENERIC.has(word)))
  }

  return { mentionsIn, knows: (word) => wordSet.has(word), all }
})

/** The runs that a word of narrate.yaml names: by key or name, else by the beginning of an id. */
function runsCalled(word: string, all: readonly EvidenceRun[]): readonly EvidenceRun[] {
  const exact = all.filter(({ run }) => run.key === word || run.name === word || run.id === word)
  return exact.length > 0 ? exact : all.filter(({ run }) => run.id.startsWith(word))
}

/** A text in small letters with spaces for what joins the words of a name; every place stays where it was. */
function plainOf(text: string): string {
  return text.toLowerCase().replace(/[_/@:=]|-(?!\d)|(?<=\p{L}{2})-(?=\d)/gu, ' ')
}

/** Phrases by their first word, in their order: a text is only searched for those whose first word stands in it. */
function indexOf<One extends { readonly phrase: string }>(
  phrases: readonly One[],
): ReadonlyMap<string, readonly One[]> {
  return Map.groupBy(phrases, ({ phrase }) => /[\p{L}\p{N}]+/u.exec(phrase)?.[0] ?? '')
}

function phrasesAmong<One extends { readonly phrase: string }>(
  index: ReadonlyMap<string, readonly One[]>,
  words: ReadonlySet<string>,
): readonly One[] {
  return [...words]
    .flatMap((word) => index.get(word) ?? [])
    .sort((a, b) => b.phrase.length - a.phrase.length || (a.phrase < b.phrase ? -1 : 1))
}

/** The words of a text, and the letters that one begins with: "lr5e" is `lr5e` and `lr`. */
function beginningsIn(plain: string): ReadonlySet<string> {
  return new Set(
    (plain.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((word) => [word, /^\p{L}+/u.exec(word)?.[0] ?? word]),
  )
}

function same(word: string): string {
  return SAME[word] ?? word
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .flatMap((word) => same(word).split(' '))
}

/** For each phrase the parameters that it may mean; those that it means by themselves come alone. */
function phrasesOfParams(params: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const exact = new Map<string, Set<string>>()
  const loose = new Map<string, Set<string>>()
  const add = (map: Map<string, Set<string>>, phrase: string, name: string): void => {
    const known = map.get(phrase)
    if (known === undefined) map.set(phrase, new Set([name]))
    else known.add(name)
  }
  for (const name of params) {
    const plain = name
      .toLowerCase()
      .replace(/[_\-./]+/g, ' ')
      .trim()
    if (plain.length >= 2) add(exact, plain, name)
    for (const [pattern, phrases] of PARAM_WORDS)
      if (pattern.test(name.toLowerCase()) || pattern.test(name.toLowerCase().split(/[./]/).at(-1) ?? ''))
        for (const phrase of phrases) add(exact, phrase.replace(/[_-]/g, ' '), name)
    for (const word of plain.split(' '))
      if (word.length >= 3 && !PARAM_GENERIC.has(word)) add(loose, word, name)
  }
  const merged = new Map([...loose, ...exact].map(([phrase, names]) => [phrase, [...names]] as const))
  return new Map([...merged].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1)))
}

interface Level {
  readonly param: string | null
  readonly runs: readonly EvidenceRun[]
}

/** Values of parameters that are words, then words that names of runs share; the longest first. */
function levelsOf(all: readonly EvidenceRun[], params: readonly string[]): ReadonlyMap<string, Level> {
  const levels = new Map<string, { param: string | null; runs: EvidenceRun[] }>()
  const add = (phrase: string, param: string | null, one: EvidenceRun): void => {
    const known = levels.get(phrase)
    if (known === undefined) levels.set(phrase, { param, runs: [one] })
    else if (known.param === param && known.runs.at(-1) !== one) known.runs.push(one)
  }
  for (const param of params) {
    const carrying = all.filter(({ run }) => run.params.has(param))
    if (saysNothing(param, carrying)) continue
    for (const one of carrying) {
      const value = (one.run.params.get(param) ?? '').trim()
      if (
        value.length < 3 ||
        value.length > LONGEST_LEVEL ||
        EMPTY.test(value) ||
        !/^[\p{L}\p{N}_ .+/-]+$/u.test(value)
      )
        continue
      const plain = value.toLowerCase().replace(/[_\-/]+/g, ' ')
      if (!COMMON.has(plain)) {
        add(plain, param, one)
        // "ResNet-50" and "resnet 50" are spelled otherwise, and no other name.
        const apart = plain.replace(/(?<=^\p{L}{3,})(?=\d)/u, ' ')
        if (apart !== plain) add(apart, param, one)
      }
      const glued = plain.replace(/ /g, '')
      for (const [pattern, phrases] of MODELS)
        if (pattern.test(glued)) for (const phrase of phrases) add(phrase, param, one)
    }
  }
  if (all.length <= MOST_RUNS_FOR_WORDS)
    for (const one of all)
      for (const word of new Set(one.run.name.toLowerCase().match(/\p{L}[\p{L}\p{N}]+/gu) ?? [])) {
        if (word.length < 3 || COMMON.has(word) || levels.get(word)?.param != null) continue
        if (one.run.id.startsWith(word)) continue
        add(word, null, one)
      }
  return new Map([...levels].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1)))
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']

/** "run 7", "runs 1 to 11", "#3", "the first run", "last run": places in the order of the runs told. */
function orderMentions(
  text: string,
  told: readonly EvidenceRun[],
  numbered: ReadonlyMap<string, readonly EvidenceRun[]> | null,
): readonly Mention[] {
  const found: Mention[] = []
  const add = (
    match: RegExpExecArray,
    runs: readonly EvidenceRun[],
    by: 'name' | 'order' = 'order',
  ): void => {
    found.push({
      kind: 'run',
      by,
      start: match.index,
      end: match.index + match[0].length,
      words: match[0],
      runs,
    })
  }
  const addNumbers = (match: RegExpExecArray, first: number, last: number): void => {
    if (numbered === null) add(match, told.slice(first - 1, last))
    else {
      const wanted = Array.from({ length: Math.max(0, Math.min(200, last - first + 1)) }, (_, index) =>
        String(first + index),
      )
      add(
        match,
        wanted.flatMap((number) => numbered.get(number) ?? []),
        'name',
      )
    }
  }
  for (const match of text.matchAll(
    /\bruns?\s*#?\s*(\d{1,3})\s*(?:to|-|–|through|until|\.\.+)\s*#?(\d{1,3})(?![\w.%])/gi,
  ))
    addNumbers(match, Number(match[1]), Number(match[2]))
  for (const match of text.matchAll(
    /\b(?:runs?|r)\s?#?\s?(\d{1,3})(?![\w.%]|\s*(?:to|-|–|through)\s*\d|\s+(?:runs|epochs|steps|times))/gi,
  ))
    if (!found.some((one) => match.index < one.end && match.index + match[0].length > one.start))
      addNumbers(match, Number(match[1]), Number(match[1]))
  for (const match of text.matchAll(/\b(?:the\s+)?(first|second|third|fourth|fifth|last)\s+run\b/gi)) {
    const index = ORDINALS.indexOf((match[1] ?? '').toLowerCase())
    add(match, index < 0 ? told.slice(-1) : told.slice(index, index + 1))
  }
  for (const match of text.matchAll(/\b(?:the\s+)?(first|last)\s+(two|three|four|five|\d{1,2})\s+runs\b/gi)) {
    const count = ['two', 'three', 'four', 'five'].indexOf(match[2] ?? '') + 2
    const many = count >= 2 ? count : Number(match[2])
    add(match, /first/i.test(match[1] ?? '') ? told.slice(0, many) : told.slice(-many))
  }
  return found.filter((one) => one.kind === 'run' && one.runs.length > 0)
}

/** Where a phrase stands in a text as words of its own. `glued`: a number may follow at once ("lr5e-6"). */
function placesOf(text: string, phrase: string, glued = false): readonly number[] {
  const places: number[] = []
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + phrase.length] ?? ' '
    if (/[\p{L}\p{N}_]/u.test(before)) continue
    if (glued ? /[\p{L}_]/u.test(after) : /[\p{L}\p{N}_]/u.test(after)) continue
    places.push(at)
  }
  return places
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
