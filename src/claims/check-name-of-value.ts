import { misnamedBy, splitBeside } from './misnamed-by.ts'
import { type NamePhrase, phraseAt } from './name-phrases.ts'
import { type Problem, unsupported } from './problem.ts'
import { isObject, type SlotToken, type Token } from './tokens.ts'

/** The words may not name another metric or parameter than the slot is of. */
export function nameProblem(
  tokens: readonly Token[],
  at: number,
  slot: SlotToken,
  phrases: readonly NamePhrase[],
): Problem | null {
  const { value } = slot
  const name =
    value.kind === 'number'
      ? (value.name ?? nameInside(value))
      : value.kind === 'text'
        ? value.name
        : value.kind === 'relation'
          ? nameInside(value)
          : null
  if (
    name === null ||
    (value.kind === 'number' && (value.field === 'reported' || /count|rank/.test(value.made?.by ?? '')))
  )
    return null
  const own = name.replace(/ step$/, '')
  const isOwn = (mention: NamePhrase) =>
    namesOf(value).some((one) => mention.names.includes(one)) || mention.names.includes(own)
  const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  const behind = mentionBehind(words, tokens, at, phrases)
  if (behind !== null && isOwn(behind)) return pointProblem(tokens, words, at, slot)
  const before = mentionBefore(words, tokens, at, phrases, isOfMetric(value) ? 'metric' : 'param')
  const misnamed = before === null && value.kind === 'number' ? misnamedBy(tokens, at, own, value) : null
  const split = value.kind === 'number' ? splitBeside(tokens, at, own) : null
  if (split !== null)
    return unsupported(`[[${slot.written}]] is ${own}, but the words before it say "${split}".`)
  if (misnamed !== null)
    return unsupported(`[[${slot.written}]] is ${own}, but the words beside it say "${misnamed}".`)
  if (before !== null && value.kind === 'text' && isTaken(before, tokens, at)) return null
  if (before !== null && isSaidOfEarlier(before, words, tokens, at))
    return pointProblem(tokens, words, at, slot)
  if (before !== null && value.made !== null && before.field !== 'metric') return null
  if (before !== null && !isOwn(before) && !isInOrder(words, tokens, at, phrases))
    return unsupported(
      `[[${slot.written}]] is ${own}, but the words before it name ${before.names.join(' or ')}.`,
    )
  if (
    before === null &&
    behind !== null &&
    value.kind === 'number' &&
    value.field !== 'computed' &&
    behind.field === 'metric'
  )
    return unsupported(
      `[[${slot.written}]] is ${own}, but the words behind it name ${behind.names.join(' or ')}.`,
    )
  return pointProblem(tokens, words, at, slot)
}

/** The names of the values that a difference or a ratio is of: "the gap between train_loss and val_loss". */
function namesOf(value: SlotToken['value']): readonly string[] {
  if (value.kind !== 'number' && value.kind !== 'relation') return []
  return /^(delta|pct|ratio|compare|abs)$/.test(value.made?.by ?? '')
    ? (value.made?.operands ?? []).flatMap((one) =>
        one.kind === 'number' ? [...(one.name === null ? [] : [one.name]), ...namesOf(one)] : [],
      )
    : []
}

/**
 * "A lower test F1 than validation F1, [[test]] against [[validation]]": as many values in a row as metrics were named before
 * them, in the same order.
 */
export function isInOrder(
  words: readonly (string | null)[],
  tokens: readonly Token[],
  at: number,
  phrases: readonly NamePhrase[],
): boolean {
  const isJoint = (token: Token | undefined) =>
    token?.kind === 'word'
      ? /^(and|against|versus|vs|to|or|then)$/.test(token.lower)
      : token?.kind === 'mark' && /^[,/(]$/.test(token.text)
  const isValue = (index: number) => {
    const token = tokens[index]
    return token?.kind === 'slot' && token.value.kind === 'number' && token.value.field === 'metric'
  }
  let first = at
  while (isValue(first - 2) && isJoint(tokens[first - 1])) first -= 2
  let last = at
  while (isValue(last + 2) && isJoint(tokens[last + 1])) last += 2
  const named: NamePhrase[] = []
  for (let index = 0; index < first; index++) {
    const phrase = phraseAt(phrases, words, index)
    if (phrase === null) continue
    if (phrase.field === 'metric') named.push(phrase)
    index += phrase.words.length - 1
  }
  const count = (last - first) / 2 + 1
  const own = tokens[at]
  return (
    count > 1 &&
    named.length === count &&
    own?.kind === 'slot' &&
    own.value.kind === 'number' &&
    named[(at - first) / 2]?.names.includes(own.value.name ?? '') === true
  )
}

/** Whether a value is a metric's, or was computed from a metric's. */
function isOfMetric(value: SlotToken['value']): boolean {
  if (value.kind === 'number' && value.field === 'metric') return true
  const first = value.made?.operands[0]
  return first?.kind === 'number' && isOfMetric(first)
}

function nameInside(value: SlotToken['value']): string | null {
  const first = value.made?.operands[0]
  return first?.kind === 'number' ? first.name : null
}

/** "final" over a minimum, "minimum" over a last value. */
function pointProblem(
  tokens: readonly Token[],
  words: readonly (string | null)[],
  at: number,
  slot: SlotToken,
): Problem | null {
  // "at its last step, [[….max.step]]" speaks of the step, not of the point.
  if (slot.value.kind !== 'number' || slot.value.unit === 'step') return null
  if (slot.value.point === null || slot.value.made !== null) return null
  const from = Math.max(0, at - 9)
  const stop = tokens
    .slice(from, at)
    .findLastIndex((token) => token.kind === 'slot' && token.value.kind === 'number')
  const near = words
    .slice(from + stop + 1, at)
    .map((word, index, all) => (/^finish(es|ed)$/.test(word ?? '') ? `${word} ${all[index + 1]}` : word))
  const said =
    near.findLast(
      (word) =>
        word !== null &&
        /^(ends|ended|finishes with|finished with|finished at|final|last|minimum|min|maximum|max|peak|lowest|highest|best)$/.test(
          word,
        ),
    ) ?? null
  // "Its lowest" and "the best of" are superlatives, which relations check.
  const behind = words.slice(at + 1, at + 4).join(' ')
  if (/^(min|max)$/.test(slot.value.point) && /^(at|in) the end\b/.test(behind))
    return unsupported(
      `[[${slot.written}]] is the ${slot.value.point} of ${slot.value.name}, but the words say "at the end"; write .last.`,
    )
  if (said === null || /^(lowest|highest|best)$/.test(said)) return null
  const wanted = /^(ends|ended|final|last|finish.*)$/.test(said) ? 'last' : /^min/.test(said) ? 'min' : 'max'
  return slot.value.point === wanted || slot.value.point === 'at'
    ? null
    : unsupported(
        `[[${slot.written}]] is the ${slot.value.point} of ${slot.value.name}, but the words say "${said}"; write .${wanted}.`,
      )
}

const CONNECTING = new Set([
  'of',
  'is',
  'was',
  'are',
  'were',
  'at',
  'to',
  'from',
  'by',
  'in',
  'the',
  'a',
  'an',
  'and',
  'or',
  'logged',
  'minimum',
  'maximum',
  'final',
  'last',
  'value',
  'values',
  'reached',
  'reaches',
  'with',
  'run',
  'runs',
  'for',
  'had',
  'has',
  'gave',
  'against',
  'than',
  'only',
  'just',
  'about',
  'set',
  'as',
  'versus',
  'vs',
  'respectively',
])

/** The name that words before a slot give it: the nearest one; for parameters only where nothing else stands between. */
function mentionBefore(
  words: readonly (string | null)[],
  tokens: readonly Token[],
  at: number,
  phrases: readonly NamePhrase[],
  field: 'metric' | 'param',
): NamePhrase | null {
  let isAdjacent = true
  for (let index = at - 1; index >= 0; index--) {
    const mention = mentionEndingAt(words, index, phrases)
    if (mention !== null && field === 'metric' && isAnothersSetting(mention, words, tokens, index, at)) {
      isAdjacent = false
      continue
    }
    if (mention !== null) {
      if (isAdjacent) return mention
      // Farther away only a metric says what a metric's value is: parameters are often listed in between.
      if (field === 'metric' && mention.field === 'metric') return mention
      if (field === 'param') return null
      continue
    }
    const token = tokens[index]
    // "A lower test loss than [[r2]] with [[r2.num_layers]]": the metric was named of the run before.
    if (field === 'param' && token?.kind === 'slot' && isObject(tokens, index)) return null
    if (token?.kind === 'mark' && /[;:]/.test(token.text)) {
      if (field === 'param') return null
      isAdjacent = false
    }
    if (
      token?.kind === 'word' &&
      (!CONNECTING.has(token.lower) || (field === 'param' && token.lower === 'with'))
    )
      isAdjacent = false
  }
  return null
}

/**
 * Whether a setting's name before a metric's value names something else: it has its own value ("with n_epochs [[r8.n_epochs]] has
 * [[r8.val_acc]]"), is what something goes along or differs in ("rises with lr, from …", "differs only in seed and has …"), or is
 * the plain word "runs".
 */
function isAnothersSetting(
  mention: NamePhrase,
  words: readonly (string | null)[],
  tokens: readonly Token[],
  end: number,
  at: number,
): boolean {
  const slot = [1, 2].map((on) => tokens[end + on]).find((token) => token?.kind === 'slot')
  const isOwnValue =
    slot?.kind === 'slot' &&
    tokens.indexOf(slot) < at &&
    (slot.value.kind === 'number' || slot.value.kind === 'text') &&
    mention.names.includes(slot.value.name ?? '')
  // Its own value is a setting's, even where a metric has a name like it.
  if (isOwnValue && (slot.value.kind === 'text' || slot.value.field === 'param')) return true
  if (mention.field !== 'param') return false
  const start = end - mention.words.length + 1
  if (mention.words.length === 1 && /^runs?$/.test(words[end] ?? '')) return true
  const before = words.slice(Math.max(0, start - 4), start).join(' ')
  const isBeside =
    /\b(rises|rose|falls|fell|grows|grew|shrinks|shrank|increases|increased|decreases|decreased|drops|dropped|climbs|climbed|improves|improved|worsens) with( the)?$/.test(
      before,
    ) ||
    (/\b(differ|differs|differed)( only)? in( the)?$/.test(before) && words.slice(end, at).includes('and'))
  return isOwnValue || isBeside
}

function mentionEndingAt(
  words: readonly (string | null)[],
  end: number,
  phrases: readonly NamePhrase[],
): NamePhrase | null {
  for (let start = Math.max(0, end - 5); start <= end; start++) {
    if (words.slice(start, end + 1).includes(null)) continue
    const phrase = phraseAt(phrases, words, start)
    if (phrase !== null && start + phrase.words.length === end + 1) return phrase
  }
  return null
}

/** Whether a name before a slot belongs to a slot between: "lr [[r1.lr]] and [[r1.inputs]]". */
function isTaken(mention: NamePhrase, tokens: readonly Token[], at: number): boolean {
  const between = tokens.slice(0, at).findLast((token) => token.kind === 'slot')
  return (
    between?.kind === 'slot' &&
    (between.value.kind === 'number' || between.value.kind === 'text') &&
    mention.names.includes(between.value.name ?? '')
  )
}

/** "[[r1.leaves]] leaves and [[r1.trees]] trees": a name right behind the slot before, which it names. */
function isSaidOfEarlier(
  mention: NamePhrase,
  words: readonly (string | null)[],
  tokens: readonly Token[],
  at: number,
): boolean {
  const index = tokens.slice(0, at).findLastIndex((token) => token.kind === 'slot')
  const earlier = tokens[index]
  return (
    earlier?.kind === 'slot' &&
    earlier.value.kind === 'number' &&
    mention.names.includes(earlier.value.name ?? '') &&
    mention.words.every((word, on) => words[index + 1 + on]?.startsWith(word) === true)
  )
}

/** A name right behind a slot: "[[r7.val_auc]] validation AUC". */
function mentionBehind(
  words: readonly (string | null)[],
  tokens: readonly Token[],
  at: number,
  phrases: readonly NamePhrase[],
): NamePhrase | null {
  for (let index = at + 1; index <= at + 3 && index < tokens.length; index++) {
    // "Finished after [[r24.duration]] without test_accuracy": what a run lacks names no value.
    if (tokens[index]?.kind !== 'word' || words[index] === 'without') return null
    const phrase = phraseAt(phrases, words, index)
    if (phrase !== null) return phrase
  }
  return null
}
