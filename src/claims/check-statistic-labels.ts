import { findRun } from '../evidence/address.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { whyNotComparable } from './comparable.ts'
import { evaluate } from './evaluate.ts'
import { parseCheck } from './expression.ts'
import { innerName, type Labelled, lowerAt } from './labelled.ts'
import { type Problem, unsupported } from './problem.ts'
import { isObject, type Token } from './tokens.ts'
import type { NumberValue, Value } from './value.ts'

/** A statistic of one group in words about another: "[[g1]] have a mean loss of [[g2.loss.mean]]". */
export function groupProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { tokens, at } = slot
  if (value.statistics.length === 0 || value.runs.length < 2) return null
  if (!tokens.some((token) => token.kind === 'slot' && token.value.kind === 'group'))
    return finishedProblem(slot, value)
  if (isObject(tokens, at)) return null
  // A statistic leaves out the runs of its group that did not log the metric.
  const cited = /^(\w+)\./.exec(value.cites[0] ?? '')?.[1]
  const isSame = (runs: readonly string[]) =>
    runs.length === value.runs.length && runs.every((run) => value.runs.includes(run))
  const isGroup = (token: Token) => token.kind === 'slot' && token.value.kind === 'group'
  const groups = tokens.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'group'
      ? [{ runs: token.value.runs, address: token.value.address, index }]
      : [],
  )
  const values = tokens.flatMap((token, index) =>
    token.kind === 'slot' && token.value.kind === 'number' && token.value.statistics.length > 0
      ? [index]
      : [],
  )
  const inOrder = groups.length === values.length ? groups[values.indexOf(at)] : undefined
  const place = tokens.findIndex((token, index) => index > at && index < at + 5 && isGroup(token))
  const placed = groups.find(
    ({ index }) => index === place && /^(in|for|of|over)$/.test(lowerAt(tokens, at + 1) ?? ''),
  )
  const nearest = placed ?? groups.findLast(({ index }) => index < at) ?? groups[0]
  return [nearest, inOrder].some(
    (group) => group !== undefined && (isSame(group.runs) || group.address === cited),
  )
    ? null
    : unsupported(
        `[[${slot.written}]] is over ${value.runs.slice(0, 6).join(', ')}, but the words are about another group.`,
      )
}

/** "val_auc of the finished runs lies between [[g1.val_auc.min]] …": runs that belong to them and that the statistic leaves out. */
function finishedProblem({ tokens, at, written, evidence }: Labelled, value: NumberValue): Problem | null {
  const isAllBehind = (index: number) =>
    /^(all )?(the )?(all )?finished runs$/.test(
      [1, 2, 3, 4]
        .map((on) => lowerAt(tokens, index + on) ?? '.')
        .join(' ')
        .replace(/ runs .*/, ' runs'),
    )
  const place = tokens.findIndex(
    (_, index) =>
      index < at &&
      /^(of|among|over|across|in|for)$/.test(lowerAt(tokens, index) ?? '') &&
      isAllBehind(index),
  )
  const behind = tokens.slice(place + 1, at)
  const isNarrowed = behind.some(
    (token) =>
      token.kind === 'word' &&
      /^(with|without|using|that|which|whose|of|than|against|above|below|over|under|versus|vs)$/.test(
        token.lower,
      ),
  )
  if ((place < 0 && !isAllBehind(-1)) || isNarrowed) return null
  const [sample] = value.made?.operands ?? []
  const left = evidence.runs.filter(({ address, run }) => {
    if (run.status !== 'finished' || !run.metrics.has(value.name ?? '') || value.runs.includes(address))
      return false
    const parsed = parseCheck(`${address}.metric[${JSON.stringify(value.name)}]`)
    const other = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
    return (
      !isRefusal(other) &&
      other.kind === 'number' &&
      sample?.kind === 'number' &&
      whyNotComparable([sample, other]) === null
    )
  })
  return left.length === 0
    ? null
    : unsupported(
        `[[${written}]] leaves out ${left
          .slice(0, 6)
          .map(({ address }) => address)
          .join(
            ', ',
          )}, which finished; name its group, or print [[finished.${value.name}.${value.statistics.at(-1)}]].`,
      )
}

/** "[[a]] against [[b]]": what is set against each other must be of one kind. */
export function pairProblem(slot: Labelled, value: NumberValue): Problem | null {
  const next = slot.tokens[slot.at + 2]
  if (!/^(against|versus|vs)$/.test(lowerAt(slot.tokens, slot.at + 1) ?? '')) return null
  if (next?.kind !== 'slot' || next.value.kind !== 'number') return null
  const reason = whyNotComparable([value, next.value])
  return reason === null
    ? null
    : unsupported(`[[${slot.written}]] against [[${next.written}]]: ${reason.reason}`)
}

/** "The highest loss of [[r1]] is [[r1.loss.last]]": the extreme of its own series is another point. */
export function ownExtremeProblem(slot: Labelled, value: NumberValue): Problem | null {
  if (value.point === null || value.made !== null || value.unit === 'step') return null
  const at = slot.before.findIndex((word) => /^(highest|lowest|largest|smallest)$/.test(word))
  const side = /^(highest|largest)$/.test(slot.before[at] ?? '') ? 'max' : 'min'
  const between = slot.before.slice(0, Math.max(at, 0))
  const isOfRun = slot.tokens.some(
    (token, index) =>
      index < slot.at &&
      token.kind === 'slot' &&
      token.value.kind === 'run' &&
      token.value.address === value.runs[0] &&
      lowerAt(slot.tokens, index - 1) === 'of',
  )
  if (at < 0 || !isOfRun || between.some((word) => /^(all|runs?|any|every|group|that|with)$/.test(word)))
    return null
  const extreme = findRun(slot.evidence, value.runs[0])?.run.metrics.get(value.name ?? '')?.[side]
  return extreme === undefined || extreme === null || extreme === value.value
    ? null
    : unsupported(
        `[[${slot.written}]] is the ${value.point} of ${value.name}, but the words say "${slot.before[at]}"; write .${side}.`,
      )
}

/** Whether a value is, or is made of, a statistic or point of that name. */
function hasStatistic(value: Value, name: string): boolean {
  if (value.kind === 'number' && (value.statistics.includes(name) || value.point === name)) return true
  return (
    /^(delta|pct|ratio|abs)$/.test(value.made?.by ?? '') &&
    (value.made?.operands ?? []).some((one) => hasStatistic(one, name))
  )
}

export const STATISTICS: readonly (readonly [RegExp, string, RegExp])[] = [
  [/^(mean|means|average|averages|averaged|avg)$/, 'mean', /mean|avg|average|macro|micro|weighted/i],
  [/^(median|medians)$/, 'median', /median|p50/i],
  [/^(sd|std|stddev|deviation|deviations)$/, 'sd', /sd|std|dev|stderr|sem/i],
  [/^(maximum|max|highest|largest|greatest|peak)$/, 'max', /max|peak|highest|best/i],
  [/^(minimum|min|lowest|smallest)$/, 'min', /min|lowest|best/i],
]

/** What words show that a statistic over runs is meant, without which it would pass for a value of each. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  mean: /^(mean|means|average|averages|averaged|avg)$/,
  sd: /^(sd|std|stddev|deviation|deviations|spread|spreads|scatter|variation|vary|varies|varied|noise)$/,
  min: /^(min|minimum|lowest|smallest|least|fewest|shortest|fastest|worst|best|weakest|from|between|range|ranges|ranged|ranging|span|spans|spanned|none|no|all|every|each|never|only|below|under|above|over|down|least|beats|bound|earliest|top|better|worse|lower|higher)$/,
  max: /^(max|maximum|highest|largest|greatest|most|peak|peaks|longest|slowest|best|worst|strongest|from|between|range|ranges|ranged|ranging|span|spans|spanned|none|no|all|every|each|never|only|below|under|above|over|up|beats|bound|latest|top|better|worse|lower|higher)$/,
}

/** "The mean" over a single value or a maximum; and a statistic that nothing says to be one. */
export function statisticProblem(slot: Labelled, value: NumberValue): Problem | null {
  const name = innerName(value) ?? ''
  const isOfRuns = value.statistics.length > 0
  const said = slot.before.flatMap((word, index) => {
    // "Mean squared error" is a name, and a value's own maximum is checked as a point.
    if (/^(squared|absolute|reciprocal|average|precision)$/.test(slot.before[index - 1] ?? '')) return []
    const found = STATISTICS.find(([pattern]) => pattern.test(word))
    return found === undefined || (!isOfRuns && /^(max|min)$/.test(found[1])) ? [] : [{ word, label: found }]
  })
  const strange = said.filter(({ label: [, , named] }) => !named.test(name))
  const isRight = strange.some(({ label: [, statistic] }) => hasStatistic(value, statistic))
  const [wrong] = strange
  if (wrong !== undefined && !isRight)
    return unsupported(
      isOfRuns
        ? `[[${slot.written}]] is the ${value.statistics.at(-1)} over its runs, but the words say "${wrong.word}".`
        : `[[${slot.written}]] is a single value, but the words say "${wrong.word}"; write mean(…), sd(…) or group.name.mean.`,
    )
  const spread = slot.before.indexOf('spread')
  const isSpread =
    hasStatistic(value, 'sd') ||
    /^(delta|abs|pct|ratio)$/.test(value.made?.by ?? '') ||
    /spread|sd|std/i.test(name)
  // "They spread in val_auc from … to …" is a range.
  const isRange = slot.before.slice(0, spread).some((word) => /^(from|to)$/.test(word))
  if (spread > 0 && /^(of|in|between)$/.test(slot.before[spread - 1] ?? '') && !isSpread && !isRange)
    return unsupported(
      `[[${slot.written}]] is no spread, as the words before it say; write sd(…), or delta(min(…), max(…)).`,
    )
  const summed = slot.before.find((word) => /^(total|summed|cumulative|accumulated)$/.test(word))
  if (summed !== undefined && value.made?.by !== 'duration' && !/total|sum|cum|accum/i.test(name))
    return unsupported(`[[${slot.written}]] is no total, but the words say "${summed}"; leave the word out.`)
  const statistic = value.statistics.at(-1)
  const shown = statistic === undefined ? undefined : SHOWN[statistic]
  if (shown === undefined || value.runs.length < 2 || value.made === null) return null
  const values = value.made.operands.flatMap((one) => (one.kind === 'number' ? [one.value] : []))
  if (statistic !== 'sd' && new Set(values).size === 1) return null
  const isSaid = slot.tokens.some((token) => token.kind === 'word' && shown.test(token.lower))
  return isSaid
    ? null
    : unsupported(
        `[[${slot.written}]] is the ${statistic} over ${value.runs.length} runs; say so beside it, or print the value of one run.`,
      )
}
