import { findRun } from '../evidence/address.ts'
import { type Claim, type Context, namesNear, slotValues, touches, wordsOf } from './relation-claim.ts'
import type { Token } from './tokens.ts'
import type { Value } from './value.ts'

/** Whether holding checks or slots of a form speak of the settings that the words name and of every run of the sentence. */
export function hasCheck(claim: Claim, context: Context, isForm: (value: Value) => boolean): boolean {
  const found = context.checks
    .concat(slotValues(claim.tokens))
    .filter(
      (value) =>
        isForm(value) &&
        isOfRuns(value, claim, context) &&
        isOnNames(value, namesNear(claim, context), wordsOf(claim.tokens).split(' ')) &&
        areBothSaid(value, claim, context),
    )
  const covered = new Set(found.flatMap((value) => value.runs))
  const spoken = spokenOf(claim)
  return found.length > 0 && (covered.size === 0 || spoken.every((run) => covered.has(run)))
}

/**
 * The runs that a word of sameness or difference is said of: its subject and what stands behind "as" or "to". Another run of the
 * sentence counts where nothing parts it from them: in "equal in [[r1]] and [[r2]], lower than in [[r3]]" a comparison of its own does.
 */
function spokenOf({ tokens, end }: Claim): readonly string[] {
  const parts = tokens.findIndex((token, index) => {
    const next = tokens[index + 1]
    if (index < end || token.kind !== 'mark' || token.text !== ',') return false
    const isOther = /^(lower|higher|better|worse|more|less|so|while|whereas|but)$/.test(
      next?.kind === 'word' ? next.lower : '',
    )
    const behind = tokens[index + 2]
    // "…, so does [[r3]]", "…, while [[r3]] too" says the same of it.
    const isSame =
      (behind?.kind === 'word' && /^(do|does|did|is|are|was|were|has|have|had)$/.test(behind.lower)) ||
      tokens
        .slice(index)
        .some((one) => one.kind === 'word' && /^(too|also|likewise|well|same|equal|equally)$/.test(one.lower))
    return isOther && !isSame
  })
  const runsAmong = (own: readonly Token[]): readonly string[] =>
    own.flatMap((token) => (token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : []))
  const near = [...new Set(runsAmong(tokens.slice(0, parts < 0 ? tokens.length : parts)))]
  return near.length > 1 ? near : runsAmong(tokens)
}

/** Whether a check is on runs of the sentence, or on the whole of the group that it is about. */
function isOfRuns(value: Value, claim: Claim, { evidence }: Context): boolean {
  if (claim.allRuns.size > 0 || value.runs.length === 0) return touches(value, claim.allRuns)
  const groups = claim.tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'group' ? [token.value.runs] : [],
  )
  if (groups.length > 0) return groups.some((runs) => runs.every((run) => value.runs.includes(run)))
  // "All finished runs used the same seed" names its runs by a word; any wider reading is covered by all runs.
  const isFinished = claim.tokens.some((token) => token.kind === 'word' && token.lower === 'finished')
  return evidence.runs
    .filter(({ run }) => !isFinished || run.status === 'finished')
    .every(({ address }) => value.runs.includes(address))
}

/** Whether a check is on one of the metrics or parameters that the words name. */
function isOnNames(value: Value, names: readonly string[], words: readonly string[]): boolean {
  const params = value.cites.flatMap((cite) => /\.param\["(.*)"\]$/.exec(cite)?.[1] ?? [])
  const isNamed = value.kind === 'truth' && /^(same|differ)$/.test(value.made?.by ?? '')
  if (
    isNamed &&
    params.some((name) =>
      name
        .toLowerCase()
        .split(/[^a-z]+/)
        .some((part) => part.length > 3 && words.includes(part)),
    )
  )
    return true
  const told = isNamed ? params : (value.made?.operands ?? []).flatMap((side) => namesInside(side))
  return names.length === 0 || told.length === 0 || told.some((name) => names.includes(name))
}

/** Where a check holds two metrics against each other, the words name both. */
function areBothSaid(value: Value, { tokens }: Claim, context: Context): boolean {
  const names = (value.made?.operands ?? []).flatMap((side) =>
    side.kind === 'number' && side.field === 'metric' && side.name !== null ? [side.name] : [],
  )
  if (value.kind !== 'truth' || new Set(names).size < 2) return true
  const said = context
    .allPhraseNames(tokens.map((token) => (token.kind === 'word' ? token.lower : ',')))
    .flat()
  const printed = tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'number' ? [token.value.name] : [],
  )
  return names.every((name) => said.includes(name) || printed.includes(name))
}

function namesInside(value: Value): readonly string[] {
  const own =
    (value.kind === 'number' || value.kind === 'text') && value.name !== null
      ? [value.name.replace(/ step$/, '')]
      : []
  return own.length > 0 ? own : (value.made?.operands ?? []).flatMap((side) => namesInside(side))
}

export function isEquality(value: Value): boolean {
  if (value.kind !== 'truth') return value.kind === 'relation' && value.words === 'equal to'
  const by = value.made?.by ?? ''
  if (by === 'same') return true
  if (by === '==') return isBetweenRuns(value) || isFlatOver(value)
  const isBound = by === '<' || by === '<='
  const [a, b] = value.made?.operands ?? []
  // A difference that is none below zero needs no abs.
  const size =
    a?.made?.by === 'abs' || (a?.kind === 'number' && a.value >= 0 && /^(delta|pct)$/.test(a.made?.by ?? ''))
  return size && isBound && b?.kind === 'number' && b.field === 'literal' && isSmallBound(a, b.value)
}

/** A bound on a difference that calls values alike: at most a fifth of them. */
function isSmallBound(difference: Value, bound: number): boolean {
  const change = difference.made?.by === 'abs' ? difference.made.operands[0] : difference
  if (change?.made?.by === 'pct') return bound <= 20
  const sizes = (change?.made?.operands ?? []).flatMap((one) =>
    one.kind === 'number' ? [Math.abs(one.value)] : [],
  )
  return sizes.length === 0 || bound <= 0.2 * Math.max(...sizes)
}

/** `min(hidden_size, g1) == max(hidden_size, g1)`: one value in the whole group. */
export function isFlatOver(value: Value): boolean {
  const [a, b] = value.made?.operands ?? []
  return (
    value.made?.by === '==' &&
    a?.kind === 'number' &&
    b?.kind === 'number' &&
    [a.made?.by, b.made?.by].sort().join() === 'max,min' &&
    a.name === b.name &&
    a.runs.join() === b.runs.join()
  )
}

/** `r1.lr == r2.lr`, where `status(r1) == failed` says nothing of two runs. */
function isBetweenRuns(value: Value): boolean {
  const sides = value.made?.operands ?? []
  return (
    sides.every((side) => side.runs.length > 0 || (side.kind === 'number' && side.field === 'reported')) &&
    (value.runs.length > 1 ||
      sides.some((side) => side.runs.length === 0) ||
      // Two metrics of one run: its training loss and its validation loss.
      new Set(sides.map((side) => (side.kind === 'number' && side.field === 'metric' ? side.name : null)))
        .size > 1)
  )
}

export function isDifference(value: Value): boolean {
  const by = value.made?.by ?? ''
  if (value.kind === 'names') return value.names.length > 0
  if (by === 'abs' && value.kind === 'number')
    return value.value !== 0 && /^(delta|pct)$/.test(value.made?.operands[0]?.made?.by ?? '')
  if (isCountOfDifferences(value)) return true
  if (/^(!=|<|>)$/.test(by)) return isBetweenRuns(value)
  return (
    /^(differ|delta|pct|compare)$/.test(by) ||
    (by === '==' && (value.made?.operands ?? []).some((side) => side.kind === 'names'))
  )
}

/** `count(differ(r2, r7)) > 0`, or `== 1`: that there are differences, by their number. */
export function isCountOfDifferences(value: Value): boolean {
  const sides = value.made?.operands ?? []
  return (
    /^(>|>=|==|!=)$/.test(value.made?.by ?? '') &&
    sides.some(
      (side) =>
        side.kind === 'number' &&
        side.value > 0 &&
        side.made?.by === 'count' &&
        side.made.operands.some((one) => one.kind === 'names'),
    )
  )
}

/** `r1.started == min(started, all)`, `first(all) == r1`: that a run began before, or behind, all others of a list. */
export function isTimeOrder(value: Value, which: 'first' | 'last'): boolean {
  const sides = value.kind === 'run' ? [value] : (value.made?.operands ?? [])
  const extreme = which === 'first' ? /^(min|first)$/ : /^(max|last)$/
  return (
    sides.some((side) => extreme.test(side.made?.by ?? '') && /^(time|run)$/.test(side.kind)) ||
    (/^[<>]=?$/.test(value.made?.by ?? '') && sides.every((side) => side.kind === 'time'))
  )
}

export function isSingleDifference(value: Value): boolean {
  const [a, b] = value.made?.operands ?? []
  return (
    [a, b].some((side) => side?.kind === 'names' && side.names.length === 1) ||
    [a, b].some(
      (side) =>
        side?.kind === 'number' &&
        side.value === 1 &&
        side.made?.by === 'count' &&
        side.made.operands.some((one) => one.kind === 'names'),
    )
  )
}

export function hasFinding(context: Context, kind: RegExp): boolean {
  return context.sentences.some((sentence) =>
    sentence.tokens.some(
      (token) => token.kind === 'slot' && token.value.kind === 'finding' && kind.test(token.value.finding),
    ),
  )
}

/**
 * Whether the settings that a clause names are the same, or all different, in the runs it names: told by the parameters
 * alone, without a check ("[[r1]] and [[r6]] differ in learning rate and layers"). Null where the words name no setting or
 * fewer than two runs, so that a check must decide.
 */
export function settingsAgree(claim: Claim, context: Context, wants: 'same' | 'different'): boolean | null {
  const own = runsIn(claim.tokens)
  const runs =
    own.length > 1
      ? own
      : [...new Set([...(claim.previous === null ? [] : runsIn(claim.previous.tokens)), ...own])]
  const names = listedSettings(claim, context)
  if (runs.length !== 2 || names.length === 0) return null
  const texts = (name: string) =>
    runs.map((address) => findRun(context.evidence, address)?.run.params.get(name))
  return names.every((options) =>
    options.some((name) => {
      const [a, b] = texts(name)
      return a !== undefined && b !== undefined && (Number(a) === Number(b) || a === b) === (wants === 'same')
    }),
  )
}

/** The parameters of the list beside the word: behind "in" or the word itself, else the list right before it. */
function listedSettings(claim: Claim, context: Context): readonly (readonly string[])[] {
  const isParam = (names: readonly string[]) =>
    names.some((name) => context.evidence.runs.some(({ run }) => run.params.has(name)))
  const wordsOf = (from: number, to: number) => {
    const words: string[] = []
    for (let index = from; index < to; index++) {
      const token = claim.tokens[index]
      if (token?.kind === 'word' && /^(but|while|so|which|that|reached|used)$/.test(token.lower)) break
      if (token?.kind === 'slot' && token.value.kind !== 'run') break
      words.push(token?.kind === 'word' ? token.lower : ',')
    }
    return words
  }
  const behind = wordsOf(claim.end, claim.tokens.length)
  const found = context.allPhraseNames(behind).filter(isParam)
  if (found.length > 0) return found
  return claim.tokens.slice(0, claim.at).some((token) => token.kind === 'slot')
    ? []
    : context.allPhraseNames(wordsOf(0, claim.at)).filter(isParam)
}

function runsIn(tokens: readonly Token[]): readonly string[] {
  return [
    ...new Set(
      tokens.flatMap((token) =>
        token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
      ),
    ),
  ]
}
