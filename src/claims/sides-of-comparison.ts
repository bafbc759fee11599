import { antecedentOf } from './decide-superlative.ts'
import { type Claim, objectRuns, subjectRuns, wordAt } from './relation-claim.ts'
import { isObject, type SlotToken, subjectBefore, type Token } from './tokens.ts'

/** What a value is compared of: a run, or the mean of a group. */
export interface Party {
  readonly address: string
  readonly runs: readonly string[]
}

export interface Sides {
  readonly subjects: readonly Party[]
  readonly objects: readonly Party[]
}

/** Verbs of a change from one side to the other. */
export const CHANGE =
  /^(rose|rises|fell|falls|fall|rise|dropped|drops|increased|increases|decreased|decreases|declined|declines|improved|improves|worsened|worsens|degraded|degrades|grew|grows|grow|climbed|climbs|shrank|shrinks|went up|goes up|went down|goes down|deteriorated|deteriorates|regressed)$/

/** Who is compared with whom; null where a slot stands beside that is neither. */
export function sidesOf(claim: Claim): Sides | null {
  const { tokens, written } = claim
  const follower = followerOf(claim) ?? risenTo(claim)
  if (follower !== null) return follower
  const change = CHANGE.test(written) ? fromTo(tokens) : null
  const subjects = change === null ? subjectsOf(claim) : [change.to]
  const behind = objectsBehind(claim).filter(({ address }) =>
    subjects.every((one) => one.address !== address),
  )
  const objects =
    change === null ? (behind.length > 0 ? behind : onlyObject(tokens, subjects)) : [change.from]
  const opposed = subjects.length === 0 || objects.length === 0 ? valuesOpposed(tokens) : null
  if (opposed !== null) return opposed
  if (subjects.length === 0 || objects.length === 0) return null
  if (subjects.some((one) => objects.some((other) => other.address === one.address))) return null
  const known = new Set(subjects.concat(objects).flatMap(({ runs }) => runs))
  const isCovered = tokens.every((token, index) => {
    if (token.kind !== 'slot' || token.value.runs.length === 0 || token.value.kind === 'finding') return true
    return token.value.runs.every((run) => known.has(run)) || isObject(tokens, index)
  })
  return isCovered ? { subjects, objects } : null
}

/** "[[r1]] stays at [[r1.val_auc]], while [[r2]] rises to [[r2.val_auc]]": the value behind "to" is held against the one before. */
function risenTo({ tokens, end, written }: Claim): Sides | null {
  if (!CHANGE.test(written) || wordAt(tokens, end) !== 'to') return null
  const values = tokens.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'number' ? [{ index, value: token.value }] : [],
  )
  const [other, own] = values
  const isPair =
    own?.index === end + 1 &&
    values.length === 2 &&
    [own, other].every((one) => one?.value.field === 'metric' && one.value.made === null) &&
    own.value.name === other?.value.name
  const isContrast = tokens.some(
    (token) => token.kind === 'word' && /^(while|whereas|but)$/.test(token.lower),
  )
  const [to, from] = [own?.value.runs[0], other?.value.runs[0]]
  if (!isPair || !isContrast || to === undefined || from === undefined || to === from) return null
  return { subjects: [{ address: to, runs: [to] }], objects: [{ address: from, runs: [from] }] }
}

/** "[[r9]] leads on val_auc, with [[r13]] close behind": the run behind "with" is held against the one before. */
function followerOf({ tokens, at, end, written }: Claim): Sides | null {
  const next = tokens[end]
  if (written !== 'behind' || (next !== undefined && next.kind !== 'mark')) return null
  const last = tokens.slice(0, at).findLastIndex((token) => token.kind === 'slot')
  const own = tokens[last]
  const before = tokens
    .slice(0, last)
    .findLast((token) => token.kind === 'slot' && token.value.kind === 'run')
  if (wordAt(tokens, last - 1) !== 'with' || own?.kind !== 'slot' || own.value.kind !== 'run') return null
  if (before?.kind !== 'slot' || before.value.kind !== 'run') return null
  const party = (address: string): Party => ({ address, runs: [address] })
  return { subjects: [party(own.value.address)], objects: [party(before.value.address)] }
}

/** "… is lower: [[r7.test_loss]] against [[r4.test_loss]]": the two values that the sentence prints, and no others. */
function valuesOpposed(tokens: readonly Token[]): Sides | null {
  const values = tokens.flatMap((token, index) =>
    token.kind === 'slot' &&
    token.value.kind === 'number' &&
    ((token.value.field === 'metric' && token.value.made === null) || groupOf(token).length > 0)
      ? [{ index, slot: token, value: token.value }]
      : [],
  )
  const [own, other] = values
  if (own === undefined || other === undefined || values.length > 2 || own.value.name !== other.value.name)
    return null
  const isOpposed = tokens
    .slice(own.index, other.index)
    .some((token) => token.kind === 'word' && /^(against|versus|vs|than)$/.test(token.lower))
  const groups = [own, other].map(({ slot }) => groupOf(slot))
  if (
    isOpposed &&
    groups.every((group) => group.length === 1) &&
    groups[0]?.[0]?.address !== groups[1]?.[0]?.address
  )
    return { subjects: groups[0] ?? [], objects: groups[1] ?? [] }
  const [run, beside] = [own.value.runs[0], other.value.runs[0]]
  if (own.value.runs.length > 1 || other.value.runs.length > 1) return null
  if (!isOpposed || run === undefined || beside === undefined || run === beside) return null
  return { subjects: [{ address: run, runs: [run] }], objects: [{ address: beside, runs: [beside] }] }
}

function subjectsOf(claim: Claim): readonly Party[] {
  const antecedent = antecedentOf(claim.tokens, claim.at)
  if (antecedent !== null) return [{ address: antecedent, runs: [antecedent] }]
  const before = beforeDifference(claim)
  const single = subjectRuns(before)
  if (single.length > 0) return single.map((run) => ({ address: run, runs: [run] }))
  const groups = subjectBefore(before.tokens, before.at).flatMap((slot) => groupOf(slot))
  return groups.length > 0 ? groups : subjectElsewhere(before)
}

/** "Compared with [[r2]], [[r1]] has a lower …" and "the minimum is lower in [[r1]] than in [[r2]]". */
function subjectElsewhere({ tokens, at, end }: Claim): readonly Party[] {
  const runAt = (index: number): readonly Party[] => {
    const slot = tokens[index]
    return slot?.kind === 'slot' && slot.value.kind === 'run'
      ? [{ address: slot.value.address, runs: slot.value.runs }]
      : []
  }
  const last = tokens
    .slice(0, at)
    .findLastIndex((token) => token.kind === 'slot' && token.value.kind === 'run')
  const before = tokens[last - 1]
  if (last > 0 && before?.kind === 'mark' && before.text === ',') return runAt(last)
  const behind = tokens.findIndex((token, index) => index >= end && token.kind === 'slot')
  const isPlaced = behind - end <= 3 && /^(in|for|with|at|of)$/.test(wordAt(tokens, behind - 1))
  return isPlaced && tokens.slice(behind).some((token) => token.kind === 'word' && token.lower === 'than')
    ? runAt(behind)
    : []
}

/** "Is [[delta(…)]] lower than": the difference that is printed right before the word is of no run of its own. */
function beforeDifference(claim: Claim): Claim {
  const slot = claim.tokens[claim.at - 1]
  const isDifference = slot?.kind === 'slot' && /^(abs|delta|pct|ratio)$/.test(slot.value.made?.by ?? '')
  return isDifference ? { ...claim, at: claim.at - 1 } : claim
}

function objectsBehind({ tokens, end }: Claim): readonly Party[] {
  const single = objectRuns(tokens, end)
  if (single.length > 0) return single.map((run) => ({ address: run, runs: [run] }))
  const group = tokens.findIndex(
    (token, index) => index >= end && token.kind === 'slot' && token.value.runs.length > 1,
  )
  const slot = tokens[group]
  const isDirect = tokens
    .slice(end, group)
    .every((token) => token.kind === 'word' && /^(the|all|every|of|any)$/.test(token.lower))
  return slot?.kind === 'slot' && (isDirect || isObject(tokens, group)) ? groupOf(slot) : []
}

/** "Compared with [[r2]], [[r1]] …", "[[r1.x]] against [[r2.x]] in [[r2]]": the one run that stands as what is held against. */
function onlyObject(tokens: readonly Token[], subjects: readonly Party[]): readonly Party[] {
  const own = new Set(subjects.map(({ address }) => address))
  const found = new Set(
    tokens.flatMap((token, index) => {
      if (token.kind !== 'slot' || token.value.runs.length !== 1 || !isObject(tokens, index)) return []
      const [run = ''] = token.value.runs
      return own.has(run) ? [] : [run]
    }),
  )
  return found.size === 1 ? [...found].map((run) => ({ address: run, runs: [run] })) : []
}

/** The group that a slot names, itself or by a statistic of its. */
function groupOf({ value }: SlotToken): readonly Party[] {
  if (value.kind === 'group') return [{ address: value.address, runs: value.runs }]
  const cited = /^(g\d+|[a-z_]+)\./.exec(value.cites[0] ?? '')?.[1]
  return value.kind === 'number' && value.runs.length > 1 && value.made?.by === 'mean' && cited !== undefined
    ? [{ address: cited, runs: value.runs }]
    : []
}

function fromTo(tokens: readonly Token[]): { readonly from: Party; readonly to: Party } | null {
  const runAt = (word: string): Party | null => {
    const slot = tokens.find(
      (token, index) =>
        token.kind === 'slot' && token.value.runs.length === 1 && wordAt(tokens, index - 1) === word,
    )
    const run = slot?.kind === 'slot' ? slot.value.runs[0] : undefined
    return run === undefined ? null : { address: run, runs: [run] }
  }
  const [from, to] = [runAt('from'), runAt('to')]
  return from === null || to === null || from.address === to.address ? null : { from, to }
}
