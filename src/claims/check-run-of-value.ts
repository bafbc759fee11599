import { findRun, parseAddress, resolveAddress } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { shortId } from '../runs/run.ts'
import { clauseAround } from './clause.ts'
import { valueAt } from './evaluate.ts'
import { type Problem, unsupported } from './problem.ts'
import { isListGap, isObject, runsOfSlots, type Sentence, type SlotToken, type Token } from './tokens.ts'

export function isSetting(value: SlotToken['value']): boolean {
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
export function runProblem(
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
      `[[${slot.written}]] is of ${own} (${shortId(findRun(evidence, own)?.run.id ?? '')}), but the words are about ${others.join(', ')}.`,
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
  const owner = ownerBefore(tokens, from, previous)
  if (owner !== null && owner !== own) return wrong([owner])
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

/** "[[r4]] is better than [[r1]]: its val_auc is …": the one run that "its" at the head of a clause speaks of; null where it is open. */
function ownerBefore(tokens: readonly Token[], from: number, previous: Sentence | null): string | null {
  const head = tokens[from]
  const mark = tokens[from - 1]
  if (head?.kind !== 'word' || head.lower !== 'its') return null
  const before = from === 0 ? (previous?.tokens ?? []) : tokens.slice(0, from - 1)
  if (from > 0 && !(mark?.kind === 'mark' && /[,:–—]/.test(mark.text))) return null
  const runs = before.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'run'
      ? [{ run: token.value.address, isObject: isObject(before, index) }]
      : [],
  )
  const [subject, ...others] = new Set(runs.flatMap((one) => (one.isObject ? [] : [one.run])))
  return others.length === 0 && runs.some((one) => one.isObject) ? (subject ?? null) : null
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
