import type { Evidence } from '../evidence/evidence.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import { isInOrder } from './check-name-of-value.ts'
import { clauseAround } from './clause.ts'
import { stemOf } from './comparable.ts'
import { innerName, type Labelled, lowerAt } from './labelled.ts'
import { type NamePhrase, phraseAt } from './name-phrases.ts'
import { type Problem, unsupported } from './problem.ts'
import type { Token } from './tokens.ts'
import type { NumberValue } from './value.ts'

/** "In production": a log of training runs measures nothing there. */
export function placeProblem(slot: Labelled, value: NumberValue): Problem | null {
  if (value.field !== 'metric') return null
  // "[[r1]], in production, has …" tells where a model went, and may be said.
  const place = slot.tokens.find(
    (token, index) =>
      index === 1 &&
      token.kind === 'word' &&
      /^(production|deployment|practice|reality)$/.test(token.lower) &&
      lowerAt(slot.tokens, 0) === 'in' &&
      !/^(is|are|was|were|stands|runs)$/.test(lowerAt(slot.tokens, 2) ?? ''),
  )
  const said = place?.kind === 'word' ? place.lower : ''
  return said === '' || (value.name ?? '').toLowerCase().includes(said.slice(0, 4))
    ? null
    : unsupported(`[[${slot.written}]] was logged by a training run; the log says nothing of "in ${said}".`)
}

const ATTRIBUTE_WORDS: readonly (readonly [RegExp, RegExp])[] = [
  [/^users?$/, /user|author|owner|person/i],
  [/^commits?$/, /commit|sha|rev|git/i],
  [/^(status|statuses)$/, /status|state|stage/i],
  [/^error$/, /err|exception|fail|message|reason/i],
]

/** "By user" before a model: the nearest word that names text, with no name of a parameter in between. */
export function attributeProblem(
  slot: Labelled,
  name: string,
  phrases: readonly NamePhrase[],
): Problem | null {
  const at = slot.before.findIndex((word) => ATTRIBUTE_WORDS.some(([pattern]) => pattern.test(word)))
  if (at < 0 || at > 5) return null
  const between = [...slot.before.slice(0, at)].reverse()
  if (between.some((_, index) => phraseAt(phrases, between, index) !== null)) return null
  const word = slot.before[at] ?? ''
  const label = ATTRIBUTE_WORDS.find(([pattern]) => pattern.test(word))
  return label === undefined || label[1].test(name)
    ? null
    : unsupported(`[[${slot.written}]] is ${name}, but the words before it say "${word}".`)
}

const SPLITS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(train|training|trained)$/, /train/i],
  [/^(val|valid|validation|dev|development)$/, /val|dev|eval/i],
  [/^(test|testing|holdout|held-out|hold-out)$/, /test|hold|eval/i],
]

const SET_NOUNS = /^(set|sets|data|split|splits|fold|folds|part|sample|samples|examples|dataset)$/

/** "On the training set" over a validation metric, before the value or right behind it. */
export function splitProblem(
  slot: Labelled,
  value: NumberValue,
  phrases: readonly NamePhrase[],
): Problem | null {
  const name = innerName(value) ?? ''
  if (value.unit === 'step' || !SPLITS.some(([, own]) => own.test(name))) return null
  if (value.field !== 'metric' || value.made?.by === 'delta') return null
  const { tokens, at } = slot
  const behind = [1, 2, 3, 4].map((on) => lowerAt(tokens, at + on))
  const placed = /^(on|in|over|for)$/.test(behind[0] ?? '')
    ? behind.slice(1).find((word) => word !== 'the' && word !== 'its' && word !== 'unseen')
    : undefined
  const own = SPLITS.find(([said]) => said.test(placed ?? ''))
  const wrongBehind = own !== undefined && !own[1].test(name) ? placed : undefined
  if (wrongBehind !== undefined) return wrongSplit(slot, name, wrongBehind)
  if (own !== undefined) return null
  const stem = stemOf(name)
    .split(/[_\-/. ]+/)
    .slice(0, 1)
  if (
    isInOrder(
      tokens.map((token) => (token.kind === 'word' ? token.lower : null)),
      tokens,
      at,
      phrases,
    )
  )
    return null
  // What stands right behind the value before belongs to it: "[[…]] on test and [[…]] on validation".
  const words = [...slot.before].reverse()
  const isNamed = words.some((_, index) => {
    const phrase = phraseAt(phrases, words, index)
    return phrase !== null && phrase.words.length > 0 && phrase.names.length === 1 && phrase.names[0] === name
  })
  for (let index = words.length - 1; index >= 0; index--) {
    const split = SPLITS.find(([said]) => said.test(words[index] ?? ''))
    if (split === undefined) continue
    const isSet = SET_NOUNS.test(words[index + 1] ?? '')
    const isPlace = /^(on|in|over|for)$/.test(
      words[index - 1] === 'the' ? (words[index - 2] ?? '') : (words[index - 1] ?? ''),
    )
    const isOfStem = stem.length > 0 && stem.every((part, on) => words[index + 1 + on] === part)
    if (!isSet && !isOfStem && (!isPlace || isNamed)) continue
    if (split[1].test(name)) return null
    return wrongSplit(slot, name, words[index] ?? '')
  }
  const opened = openingSplit(tokens, at)
  return opened === null || opened.own.test(name) || (opened.isActivity && isNamed)
    ? null
    : wrongSplit(slot, name, opened.said)
}

/** "On the test set, [[r1]] reached …": the part of the data that stands before a value, closed off by a comma. */
function openingSplit(
  tokens: readonly Token[],
  at: number,
): { readonly said: string; readonly own: RegExp; readonly isActivity: boolean } | null {
  const from =
    tokens.slice(0, at).findLastIndex((token) => token.kind === 'slot' && token.value.kind === 'number') + 1
  const isComma = (index: number) => {
    const token = tokens[index]
    return token?.kind === 'mark' && token.text === ','
  }
  for (let index = from; index < at; index++) {
    if (!/^(on|in|over|for)$/.test(lowerAt(tokens, index) ?? '')) continue
    if (index > 0 && !isComma(index - 1)) continue
    const close = tokens.findIndex((token, place) => place > index && token.kind !== 'word')
    if (!isComma(close) || close > at || close - index > 6) continue
    const words = tokens
      .slice(index + 1, close)
      .flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
    for (const [place, said] of words.entries()) {
      const split = SPLITS.find(([pattern]) => pattern.test(said))
      const next = words[place + 1]
      if (split !== undefined && (next === undefined || SET_NOUNS.test(next)))
        // "In training" may tell when, where the measure is named.
        return { said, own: split[1], isActivity: next === undefined }
    }
  }
  return null
}

function wrongSplit(slot: Labelled, name: string, said: string): Problem {
  return unsupported(`[[${slot.written}]] is ${name}, but the words beside it say "${said}".`)
}

/** A run called by its name in words, over the value of another run or beside another run's slot. */
export function typedRunProblem(slot: Labelled, value: NumberValue): Problem | null {
  const [from, to] = clauseAround(slot.tokens, slot.at)
  const [own] = value.runs
  if (own === undefined || value.runs.length > 1) return null
  const names = runNames(slot.evidence)
  const typed = (tokens: readonly Token[]) =>
    tokens.flatMap((token, index) =>
      token.kind === 'word' && !isPointOf(tokens, index) ? [...(names.get(token.lower) ?? [])] : [],
    )
  // "The final train_loss" names a point, whatever runs are called.
  const parts = new Set((value.name ?? '').toLowerCase().split(/[^a-z0-9]+/))
  const isPointOf = (tokens: readonly Token[], index: number) => {
    const next = lowerAt(tokens, index + 1) ?? ''
    return (
      /^(final|last|first|best)$/.test(lowerAt(tokens, index) ?? '') &&
      (next === value.name?.toLowerCase() || parts.has(next))
    )
  }
  const slots = slot.tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
  )
  const found = slots.length > 0 ? typed(slot.tokens) : typed(slot.tokens.slice(from, to))
  const isWrong =
    slots.length > 0
      ? found.length > 0 && !found.some((run) => slots.includes(run))
      : found.length > 0 && !found.includes(own)
  return isWrong
    ? unsupported(
        `[[${slot.written}]] is of ${own}, but the words name ${[...new Set(found)].slice(0, 4).join(', ')}; write runs as slots.`,
      )
    : null
}

const NAMES = new WeakMap<Evidence, ReadonlyMap<string, ReadonlySet<string>>>()

/** Names of runs that are one word of their own: no word of the log, and none that several unlike runs may share. */
function runNames(evidence: Evidence): ReadonlyMap<string, ReadonlySet<string>> {
  const known = NAMES.get(evidence)
  if (known !== undefined) return known
  const words = new Set(
    evidence.runs.flatMap(({ run }) => [
      ...run.params.keys(),
      ...[...run.params].flatMap(([name, value]) => (isBookkeeping(name) ? [] : [value])),
      ...run.metrics.keys(),
    ]),
  )
  const lower = new Set([...words].flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}_-]+/u)))
  const names = new Map<string, Set<string>>()
  for (const { address, run } of evidence.runs) {
    const name = run.name.toLowerCase()
    if (name.length < 3 || /\s/.test(name) || lower.has(name)) continue
    names.set(name, (names.get(name) ?? new Set()).add(address))
  }
  NAMES.set(evidence, names)
  return names
}
