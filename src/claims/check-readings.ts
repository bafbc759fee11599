import { findRun, parseAddress, resolveAddress } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { clauseAround } from './clause.ts'
import { valueAt } from './evaluate.ts'
import { misnamedBy, splitBeside } from './misnamed-by.ts'
import { type NamePhrase, phraseAt } from './name-phrases.ts'
import { type Problem, unsupported } from './problem.ts'
import type { Basis } from './statement.ts'
import { isListGap, isObject, runsOfSlots, type Sentence, type SlotToken, type Token } from './tokens.ts'

/** A value slot must stand under words that name it: its metric or parameter, its point, and its run. */
export function checkReadings(
  sentence: Sentence,
  previous: Sentence | null,
  phrases: readonly NamePhrase[],
  evidence: Evidence,
  basis: Basis = 'observed',
): readonly Problem[] {
  const { tokens } = sentence
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'slot') return []
    // "Run [[r8]] with n_epochs [[r4.n_epochs]]": a proposal gives a run the setting of another.
    const isLent = basis === 'proposed' && isSetting(token.value)
    return [
      nameProblem(tokens, at, token, phrases),
      isLent ? null : runProblem(tokens, at, token, previous, evidence),
      relationSlotProblem(tokens, at, token),
    ].filter((problem) => problem !== null)
  })
}

/** The words may not name another metric or parameter than the slot is of. */
function nameProblem(
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
    between.value.kind === 'number' &&
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
    if (tokens[index]?.kind !== 'word') return null
    const phrase = phraseAt(phrases, words, index)
    if (phrase !== null) return phrase
  }
  return null
}

function isSetting(value: SlotToken['value']): boolean {
  return value.kind === 'text' || (value.kind === 'number' && value.field === 'param')
}

/** "At lr [[r8.lr]], the runs [[g8]] …": a setting that all runs of a group of the sentence share, told by one of them. */
function isSharedByGroup(tokens: readonly Token[], { value }: SlotToken, evidence: Evidence): boolean {
  const name = (value.kind === 'number' || value.kind === 'text') && isSetting(value) ? value.name : null
  const [own = ''] = value.runs
  const text = name === null ? undefined : findRun(evidence, own)?.run.params.get(name)
  return (
    text !== undefined &&
    tokens.some(
      (token) =>
        token.kind === 'slot' &&
        token.value.kind === 'group' &&
        token.value.runs.includes(own) &&
        token.value.runs.every((run) => findRun(evidence, run)?.run.params.get(name ?? '') === text),
    )
  )
}

/** The value of one run may not stand in words about another run. */
function runProblem(
  tokens: readonly Token[],
  at: number,
  slot: SlotToken,
  previous: Sentence | null,
  evidence: Evidence,
): Problem | null {
  const { value } = slot
  if (
    (value.kind !== 'number' && value.kind !== 'text' && value.kind !== 'time') ||
    value.runs.length !== 1 ||
    value.made !== null
  )
    return computedProblem(tokens, slot, previous)
  if (isSharedByGroup(tokens, slot, evidence)) return null
  const own = value.runs[0] ?? ''
  const wrong = (others: readonly string[]) =>
    unsupported(
      `[[${slot.written}]] is of ${own} (${findRun(evidence, own)?.run.id.slice(0, 8)}), but the words are about ${others.join(', ')}.`,
    )
  const place = tokens[at + 2]
  const preposition = tokens[at + 1]
  const isPlaced = preposition?.kind === 'word' && /^(in|for|of|by|from)$/.test(preposition.lower)
  if (isPlaced && place?.kind === 'slot' && place.value.kind === 'run' && place.value.address !== own)
    return wrong([place.value.address])
  const swapped = fromToProblem(tokens, at, own)
  if (swapped !== null) return wrong([swapped])
  const [from, to] = clauseAround(tokens, at)
  const inClause = tokens
    .slice(from, to)
    .flatMap((token, index) =>
      token.kind === 'slot' && token.value.kind === 'run'
        ? [{ run: token.value.address, at: from + index }]
        : [],
    )
  const clauseRuns = inClause.map((one) => one.run)
  if (clauseRuns.includes(own)) {
    if (listOrderProblem(tokens, at, own)) return wrong([...new Set(clauseRuns)])
    const strangers = isOnlyValue(tokens, at)
      ? clauseRuns.filter((run) => run !== own && !hasSameValue(run, value, evidence))
      : []
    return strangers.length > 0 &&
      !isObject(tokens, inClause[0]?.at ?? 0) &&
      inClause.every((one) => one.at < at) &&
      isOneList(
        tokens,
        inClause.map((one) => one.at),
      )
      ? wrong(strangers)
      : null
  }
  const isHeldAgainst = isObject(tokens, at)
  const group = tokens
    .slice(from, at)
    .find(
      (token, index) =>
        token.kind === 'slot' && token.value.kind === 'group' && !isObject(tokens, from + index),
    )
  const isAgainst = tokens
    .slice(from, at)
    .some(
      (token) => token.kind === 'word' && /^(under|below|above|over|than|against|like|as)$/.test(token.lower),
    )
  if (
    inClause.length === 0 &&
    !isAgainst &&
    group?.kind === 'slot' &&
    !group.value.runs.includes(own) &&
    !isHeldAgainst
  )
    return wrong(group.value.runs.slice(0, 6))
  const subjects = inClause.filter((one) => !isObject(tokens, one.at)).map((one) => one.run)
  if (subjects.length > 0) return wrong([...new Set(subjects)])
  const isAboutEarlier = tokens.some((token) => token.kind === 'word' && PRONOUNS.has(token.lower))
  if (isAboutEarlier && previous !== null && runsOfSlots(previous.tokens).includes(own)) return null
  const named = tokens.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'run' ? [{ run: token.value.address, at: index }] : [],
  )
  if (named.length === 0) {
    const earlier = previous === null ? [] : runsOfSlots(previous.tokens)
    const startsWithPronoun = tokens[0]?.kind === 'word' && /^(it|its|this|that)$/.test(tokens[0].lower)
    return startsWithPronoun && earlier.length > 0 && !earlier.includes(own) ? wrong(earlier) : null
  }
  if (!named.some((one) => one.run === own)) {
    const valueRuns = new Set(
      tokens.flatMap((token) =>
        token.kind === 'slot' && token.value.kind !== 'run' ? token.value.runs : [],
      ),
    )
    return isHeldAgainst && valueRuns.has(own) && named.length === 0
      ? null
      : wrong([...new Set(named.map((one) => one.run))])
  }
  if (listOrderProblem(tokens, at, own)) return wrong([...new Set(named.map((one) => one.run))])
  const before = named.filter((one) => one.at < at)
  const nearest = before.at(-1)
  if (nearest === undefined || nearest.run === own) return null
  const free = before.filter((one) => !isObject(tokens, one.at)).map((one) => one.run)
  return free.length > 0 && !free.includes(own) && !isHeldAgainst ? wrong([...new Set(free)]) : null
}

/** "From [[r1]] to [[r2]] … from [[r1.x]] to [[r2.x]]": the run that stands where this value's run should. */
function fromToProblem(tokens: readonly Token[], at: number, own: string): string | null {
  const before = tokens[at - 1]
  if (before?.kind !== 'word' || !/^(from|to)$/.test(before.lower)) return null
  const run = tokens.find((token, index) => {
    const preposition = tokens[index - 1]
    return (
      token.kind === 'slot' &&
      token.value.kind === 'run' &&
      preposition?.kind === 'word' &&
      preposition.lower === before.lower
    )
  })
  return run?.kind === 'slot' && run.value.kind === 'run' && run.value.address !== own
    ? run.value.address
    : null
}

/** What was computed from a few runs may not stand beside others: "[[r1]] and [[r5]] differ in [[differ(r1, r6)]]". */
function computedProblem(
  tokens: readonly Token[],
  slot: SlotToken,
  previous: Sentence | null,
): Problem | null {
  const { value } = slot
  if (!/^(delta|pct|ratio|abs|differ)$/.test(value.made?.by ?? '') || value.runs.length > 4) return null
  const here = runSlots(tokens)
  const named = here.length > 0 ? here : previous === null ? [] : runSlots(previous.tokens)
  const grouped = tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'group' ? token.value.runs : [],
  )
  const known = new Set([...named, ...grouped, ...(previous === null ? [] : runSlots(previous.tokens))])
  const [first, second] = value.made?.operands ?? []
  const [from, to] = ['from', 'to'].map((word) => runBehind(tokens, word))
  const isTurned =
    from !== undefined &&
    from !== null &&
    to !== null &&
    first?.runs.includes(to ?? '') === true &&
    second?.runs.includes(from) === true &&
    from !== to
  if (isTurned)
    return unsupported(`[[${slot.written}]] goes from ${to} to ${from}, the words the other way round.`)
  if (named.length === 0 || value.runs.every((run) => known.has(run))) return null
  return unsupported(
    `[[${slot.written}]] is of ${value.runs.join(', ')}, but the words are about ${named.join(', ')}.`,
  )
}

/** The run slot right behind a word: "from [[r1]]". */
function runBehind(tokens: readonly Token[], word: string): string | null {
  const slot = tokens.find((token, index) => {
    const before = tokens[index - 1]
    return (
      token.kind === 'slot' && token.value.kind === 'run' && before?.kind === 'word' && before.lower === word
    )
  })
  return slot?.kind === 'slot' && slot.value.kind === 'run' ? slot.value.address : null
}

function runSlots(tokens: readonly Token[]): readonly string[] {
  return [
    ...new Set(
      tokens.flatMap((token) =>
        token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
      ),
    ),
  ]
}

/** Whether a value stands in no list of values: then it is said of every run of a list before it. */
function isOnlyValue(tokens: readonly Token[], at: number): boolean {
  return (
    listAround(tokens, at, (token) => token.value.kind !== 'run' && token.value.runs.length === 1).length ===
    1
  )
}

function isOneList(tokens: readonly Token[], places: readonly number[]): boolean {
  return places.every((place, index) => index === 0 || isListGap(tokens, places[index - 1] ?? place, place))
}

function hasSameValue(address: string, value: SlotToken['value'], evidence: Evidence): boolean {
  const cited = value.cites[0] ?? ''
  const written = parseAddress(cited.replace(/^r\d+/, address))
  const place = 'kind' in written ? written : resolveAddress(evidence, written)
  const other = place.kind === 'refused' ? place : valueAt(place, evidence)
  if (other.kind === 'number' && value.kind === 'number') return other.value === value.value
  return other.kind === 'text' && value.kind === 'text' && other.text === value.text
}

/** Two lists of one length, runs then values, go in one order: "[[r1]] and [[r2]] … [[r1.x]] and [[r2.x]]". */
function listOrderProblem(tokens: readonly Token[], at: number, own: string): boolean {
  const values = listAround(
    tokens,
    at,
    (token) => token.value.kind === 'number' && token.value.runs.length === 1,
  )
  if (values.length < 2) return false
  const first = values[0]?.at ?? 0
  let runs: readonly { readonly token: SlotToken; readonly at: number }[] = []
  for (let index = first - 1; index >= 0 && runs.length === 0; index--) {
    const token = tokens[index]
    if (token?.kind === 'slot' && token.value.kind === 'run')
      runs = listAround(tokens, index, (one) => one.value.kind === 'run')
  }
  if (runs.length !== values.length) return false
  const position = values.findIndex((one) => one.at === at)
  const expected = runs[position]?.token.value
  return expected?.kind === 'run' && expected.address !== own
}

function listAround(tokens: readonly Token[], at: number, isMember: (token: SlotToken) => boolean) {
  const members: { readonly token: SlotToken; readonly at: number }[] = []
  let start = at
  for (let index = at; index >= 0; index--) {
    const token = tokens[index]
    if (token?.kind !== 'slot') continue
    if (!isMember(token) || !isListGap(tokens, index, start)) break
    start = index
  }
  let last = start
  for (let index = start; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind !== 'slot') continue
    if (!isMember(token) || !isListGap(tokens, last, index)) break
    members.push({ token, at: index })
    last = index
  }
  return members
}

const PRONOUNS = new Set(['it', 'its', 'they', 'their', 'both', 'each', 'these', 'those'])
/** A printed relation must stand between the runs that it was computed from, in their order. */
function relationSlotProblem(tokens: readonly Token[], at: number, slot: SlotToken): Problem | null {
  if (slot.value.kind !== 'relation') return null
  const [a, b] = slot.value.made?.operands ?? []
  const before = tokens
    .slice(0, at)
    .findLast(
      (token, index) => token.kind === 'slot' && token.value.runs.length === 1 && !isObject(tokens, index),
    )
  const behind = tokens.slice(at + 1).find((token) => token.kind === 'slot' && token.value.runs.length > 0)
  const isWrong =
    (before?.kind === 'slot' && a !== undefined && !before.value.runs.some((run) => a.runs.includes(run))) ||
    (behind?.kind === 'slot' && b !== undefined && !behind.value.runs.some((run) => b.runs.includes(run)))
  const isBound = before !== undefined || behind !== undefined
  if (!isBound)
    return unsupported(
      `[[${slot.written}]] needs its runs as slots around it: the first before it, the second behind it.`,
    )
  return isWrong
    ? unsupported(
        `[[${slot.written}]] stands between other runs than it compares; put ${a?.runs.join(', ')} before it and ${b?.runs.join(', ')} behind it.`,
      )
    : null
}
