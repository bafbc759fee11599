import { parseNumber } from '../evidence/fact-at.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import type { Decision } from './decide-comparison.ts'
import { decideLevelStatus } from './decide-level-status.ts'
import { decideOnlyWith } from './decide-only-with.ts'
import { contradicted, type Problem, unsupported } from './problem.ts'
import { type Claim, type Context, slotValues, touches } from './relation-claim.ts'
import { isFlatOver } from './relation-forms.ts'
import type { Value } from './value.ts'

/** Why "all", "none", "only" or "most" has no check of its form behind it; null where it has. */
export function quantityProblem(
  claim: Claim,
  which: 'all' | 'none' | 'only' | 'most',
  context: Context,
): Problem | null {
  const ofLevel =
    which === 'all' || which === 'none' ? decideLevelStatus(claim.tokens, context.evidence) : null
  const decided =
    ofLevel ??
    decideNotAll(claim, which, context) ??
    decideStatuses(claim, which, context) ??
    decideOnlyWith(claim, which, context)
  if (decided !== null)
    return decided.kind === 'holds'
      ? null
      : contradicted(`"${claim.written}" is not what the log says: ${decided.actual}.`)
  const values = context.checks.concat(slotValues(claim.tokens))
  const made = (value: Value): readonly string[] => [
    value.made?.by ?? '',
    ...(value.made?.operands ?? []).flatMap((side) => made(side)),
  ]
  const touching = values.filter(
    (value) => claim.allRuns.size === 0 || touches(value, claim.allRuns) || value.runs.length === 0,
  )
  const uncovered = which === 'all' || which === 'none' ? uncoveredOf(claim, context.checks) : []
  if (uncovered.length > 0)
    return unsupported(
      `"${claim.written}" leaves out ${uncovered.slice(0, 6).join(', ')}; check the whole group: same(group, parameter), or max(metric, group) < a bound.`,
    )
  if (which === 'all') {
    const counted = claim.tokens[claim.end]
    if (counted?.kind === 'word' && /^(metrics?|measures?|respects?)$/.test(counted.lower))
      return unsupported(
        `"${claim.written} ${counted.lower}" cannot be checked; name the metrics that are meant.`,
      )
    const meant = runsOfStatus(claim, context)
    const settled = new Set(
      context.checks.filter((check) => isOfSetting(check, claim)).flatMap(({ runs }) => runs),
    )
    if (meant.length > 0 && meant.every((run) => settled.has(run))) return null
    const listed = [...claim.allRuns]
    const spoken = claim.tokens
      .filter((token) => token.kind === 'slot' && token.value.kind !== 'run')
      .flatMap((token) => (token.kind === 'slot' ? token.value.runs : []))
    const covered = new Set([...context.checks.flatMap((value) => value.runs), ...spoken])
    if (listed.length > 1 && listed.every((run) => covered.has(run))) return null
    if (touching.some((value) => isAllCheck(value, claim))) return null
    return unsupported(
      `"${claim.written}" needs a check over all it means: count(finished) == count(all), max(metric, finished) < a bound, or a check for each run named.`,
    )
  }
  if (which === 'most')
    return touching.some((value) => isMajority(value, claim, context))
      ? null
      : unsupported(
          `"${claim.written}" needs a check of counts, the larger first: count(finished) > count(failed).`,
        )
  if (which === 'none')
    return touching.some(
      (value) =>
        isEmptyCount(value, claim) ||
        made(value).some((by) => /^(min|max|same|differ|argbest|rank)$/.test(by)),
    )
      ? null
      : unsupported(
          `"${claim.written}" needs a check: count(failed) == 0 of what the words name, or a bound by min(…) or max(…) over the group.`,
        )
  const unsaid = undifferentiated(claim, context)
  if (unsaid.length > 0)
    return unsupported(
      `"${claim.written}": these runs also differ in ${unsaid.slice(0, 6).join(', ')}; print [[differ(${[...claim.allRuns].slice(0, 4).join(', ')})]].`,
    )
  return touching.some(
    (value) =>
      value.kind === 'truth' &&
      (isCountOfNamed(value, claim) ||
        made(value).some((by) => /^(rank|argbest|differ|same|min|max|includes)$/.test(by))),
  )
    ? null
    : unsupported(
        `"${claim.written}" needs a check over the group: count(failed) == the number of runs named, rank(run, metric, finished) == …, or differ(run, run) == "name".`,
      )
}

/** The runs of the group behind the word ("all runs of [[g4]]") that no check of its form speaks of. */
function uncoveredOf(claim: Claim, checks: readonly Value[]): readonly string[] {
  const group = claim.tokens
    .slice(claim.end, claim.end + 4)
    .find((token) => token.kind === 'slot' && token.value.kind === 'group')
  if (group?.kind !== 'slot') return []
  const covered = new Set(checks.flatMap((value) => value.runs))
  return group.value.runs.filter((run) => !covered.has(run))
}

/** "Differ only in features": the settings in which the named runs differ as well, and that the words do not say. */
function undifferentiated(claim: Claim, { evidence, allPhraseNames, checks }: Context): readonly string[] {
  const near = claim.tokens.slice(Math.max(0, claim.at - 3))
  if (
    !near.some((token) => token.kind === 'word' && /^(differ|differs|differed|differing)$/.test(token.lower))
  )
    return []
  const named = claim.tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
  )
  const runs = evidence.runs.filter(({ address }) => named.includes(address)).map(({ run }) => run.params)
  if (runs.length < 2) return []
  const said = new Set([
    ...checks.flatMap(({ made }) =>
      (made?.operands ?? []).flatMap((one) => (one.kind === 'text' ? [one.text] : [])),
    ),
    ...allPhraseNames(claim.tokens.map((token) => (token.kind === 'word' ? token.lower : ','))).flat(),
    ...claim.tokens.flatMap((token) =>
      token.kind === 'slot' && token.value.kind === 'names' ? token.value.names : [],
    ),
  ])
  return [...new Set(runs.flatMap((params) => [...params.keys()]))].filter(
    (name) =>
      !said.has(name) &&
      !isBookkeeping(name) &&
      new Set(runs.map((params) => settingMeaning(params.get(name)))).size > 1,
  )
}

function settingMeaning(text: string | undefined): string {
  const number = text === undefined ? null : parseNumber(text)
  return number === null ? `text ${text ?? ''}` : `number ${number}`
}

/** `count(finished) > count(failed)` where the words speak of finished runs. */
function isMajority(value: Value, claim: Claim, context: Context): boolean {
  const [a, b] = value.made?.operands ?? []
  if (!/^[<>]$/.test(value.made?.by ?? '') || a?.kind !== 'number' || b?.kind !== 'number') return false
  const larger = a.value > b.value ? a : b
  return isCountOfWords(larger, claim) && isOverHalf(larger, claim, context)
}

/** More than half of what the words speak of: a group that is a slot, the runs of a status that "most" counts, or all. */
function isOverHalf(larger: Value, claim: Claim, { evidence }: Context): boolean {
  const group = claim.tokens.find((token) => token.kind === 'slot' && token.value.kind === 'group')
  const own = (larger.made?.operands ?? []).flatMap((side) => (side.kind === 'group' ? [side.label] : []))
  const status = claim.tokens
    .slice(claim.at, claim.end + 4)
    .flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
    .find(
      (word) =>
        evidence.runs.some(({ run }) => run.status === word) && !own.some((label) => label.includes(word)),
    )
  const base =
    group?.kind === 'slot' && group.value.runs.length > larger.runs.length
      ? group.value.runs
      : evidence.runs
          .filter(({ run }) => status === undefined || run.status === status)
          .map(({ address }) => address)
  return larger.runs.filter((run) => base.includes(run)).length * 2 > base.length
}

/** `count(failed) == 0` where the words speak of failed runs. */
function isEmptyCount(value: Value, claim: Claim): boolean {
  const sides = value.made?.operands ?? []
  return (
    value.made?.by === '==' &&
    sides.every((side) => side.kind === 'number' && side.value === 0) &&
    sides.some((side) => isCountOfWords(side, claim))
  )
}

/** `count(failed) == 2` where two runs are named. */
function isCountOfNamed(value: Value, claim: Claim): boolean {
  const sides = value.made?.operands ?? []
  const named = new Set(
    claim.tokens.flatMap((token) =>
      token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
    ),
  )
  return (
    value.made?.by === '==' &&
    sides.every((side) => side.kind === 'number' && side.value === named.size) &&
    sides.some((side) => isCountOfWords(side, claim) && side.runs.every((run) => named.has(run)))
  )
}

/** Whether what is counted is a group whose label the sentence says: "failed" for the failed runs. */
function isCountOfWords(side: Value, claim: Claim): boolean {
  if (side.made?.by !== 'count') return false
  const said = claim.tokens.flatMap((token) =>
    token.kind === 'word'
      ? [token.lower]
      : token.kind === 'slot' && token.value.kind === 'group'
        ? token.value.label.toLowerCase().split(/\W+/)
        : [],
  )
  return side.made.operands.some(
    (group) =>
      group.kind === 'group' &&
      group.label
        .toLowerCase()
        .split(/\W+/)
        .some((word) => word !== 'runs' && said.includes(word)),
  )
}

/** Whether the sentence says the item that `includes(features, "lag_7", g1)` looks for. */
function saysItem(value: Value, { tokens }: Claim): boolean {
  const wanted = (value.made?.operands ?? []).flatMap((one) => one.made?.operands[1] ?? [])
  const partsOf = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  const said = new Set(tokens.flatMap((token) => (token.kind === 'word' ? partsOf(token.lower) : [])))
  return wanted.every((one) => one.kind === 'text' && partsOf(one.text).every((part) => said.has(part)))
}

function isAllCheck(value: Value, claim: Claim): boolean {
  const by = value.made?.by ?? ''
  if (by === 'same' || by === 'differ' || isFlatOver(value)) return true
  if (by === 'includes') return value.runs.length > 1 && saysItem(value, claim)
  const sides = value.made?.operands ?? []
  // "Every run …: the maximum of the [[g5]] is [[g5.val_recall.max]]", where all of them log just that.
  if (by === '==' && sides.some((side) => isOneValue(side))) return true
  if (by === '==' && sides.every((side) => side.made?.by === 'count'))
    return sides.some((side) => isCountOfWords(side, claim))
  return /^[<>]=?$/.test(by) && sides.some((side) => side.made?.by === 'min' || side.made?.by === 'max')
}

/** An extreme over a group whose runs all have the same value. */
function isOneValue({ made, runs }: Value): boolean {
  const values = (made?.operands ?? []).flatMap((one) => (one.kind === 'number' ? [one.value] : []))
  return (
    runs.length > 1 &&
    /^(min|max)$/.test(made?.by ?? '') &&
    values.length === runs.length &&
    new Set(values).size === 1
  )
}

const STATUS_WORDS = new Map<string, readonly string[]>([
  ['finished', ['finished']],
  ['completed', ['finished']],
  ['failed', ['failed']],
  ['crashed', ['failed']],
  ['killed', ['killed']],
])

/** "Not all runs finished": one at least ended otherwise, or has not ended. */
function decideNotAll({ tokens }: Claim, which: string, { evidence }: Context): Decision | null {
  const words = tokens
    .map((token) => (token.kind === 'word' ? token.lower : token.kind === 'slot' ? '|' : ''))
    .join(' ')
  const said = /^not (?:all|every|each)(?: of)?(?: the| our)? runs? (\w+) ?$/.exec(words.trim())?.[1]
  const statuses = STATUS_WORDS.get(said ?? '')
  if (which !== 'all' || statuses === undefined) return null
  return evidence.runs.some(({ run }) => !statuses.includes(run.status))
    ? { kind: 'holds' }
    : { kind: 'fails', actual: `all runs ${said}` }
}

/**
 * "All runs but [[r6]] finished" and "of [[r1]] and [[r2]], only [[r1]] failed", held against the statuses. Null where the words
 * tell no status, or of other runs.
 */
function decideStatuses(claim: Claim, which: string, { evidence }: Context): Decision | null {
  const words = claim.tokens.map((token) => (token.kind === 'word' ? token.lower : ''))
  const at = words.findIndex((word, index) => index >= claim.end && STATUS_WORDS.has(word))
  const statuses = STATUS_WORDS.get(words[at] ?? '')
  if (statuses === undefined || claim.isNegated) return null
  const runsFrom = (from: number, to: number) =>
    claim.tokens
      .slice(from, to)
      .flatMap((token) => (token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : []))
  const isAs = (address: string) =>
    evidence.runs.some((one) => one.address === address && statuses.includes(one.run.status))
  const between = runsFrom(claim.end, at)
  const isBare = claim.tokens
    .slice(claim.end, at)
    .every((token) => token.kind !== 'slot' || token.value.kind === 'run')
  if (between.length === 0 || !isBare) return null
  if (which === 'all' && words.slice(claim.end, at).some((word) => /^(but|except|bar)$/.test(word))) {
    const others = evidence.runs.map(({ address }) => address).filter((address) => !between.includes(address))
    const against = others.find((address) => !isAs(address)) ?? between.find(isAs)
    return against === undefined
      ? { kind: 'holds' }
      : { kind: 'fails', actual: `the status of ${against} says otherwise` }
  }
  if (which === 'only' && claim.end === claim.at + 1 && words[0] === 'of') {
    const listed = runsFrom(0, claim.at)
    const against =
      between.find((address) => !isAs(address)) ??
      listed.find((address) => !between.includes(address) && isAs(address))
    if (listed.length < 2) return null
    return against === undefined
      ? { kind: 'holds' }
      : { kind: 'fails', actual: `the status of ${against} says otherwise` }
  }
  return null
}

/** A check of a setting whose value the words say: `r3.arch == "lstm"` behind "have arch lstm". */
function isOfSetting({ made }: Value, { tokens }: Claim): boolean {
  if (made?.by !== '==' || !made.operands.some((side) => side.kind === 'text' && !side.isLiteral))
    return false
  const words = new Set(tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : [])))
  return made.operands.some(
    (side) => side.kind === 'text' && side.isLiteral && words.has(side.text.toLowerCase()),
  )
}

/** The runs that "all failed runs" means. */
function runsOfStatus({ tokens, end }: Claim, { evidence }: Context): readonly string[] {
  const words = tokens.slice(end, end + 3).flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  const status = words.find((word) => evidence.runs.some(({ run }) => run.status === word))
  return status === undefined || !words.some((word) => /^runs?$/.test(word))
    ? []
    : evidence.runs.filter(({ run }) => run.status === status).map(({ address }) => address)
}
