import { findRun } from '../evidence/address.ts'
import { type Labelled, lowerAt, statusesIn } from './labelled.ts'
import { type Problem, unsupported } from './problem.ts'
import type { NumberValue } from './value.ts'

/** Runs that were counted together took this long together: the words must say so, and of all that they name. */
export function totalProblem(slot: Labelled, value: NumberValue): Problem | null {
  if (value.made?.by !== 'duration') return null
  const words = slot.tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  if (!words.some((word) => /^(together|total|altogether|combined|sum|summed|overall|adds?|all)$/.test(word)))
    return unsupported(
      `[[${slot.written}]] is how long ${value.runs.length} runs took together; say "together" or "in total".`,
    )
  const named = slot.tokens.flatMap((token) =>
    token.kind === 'slot' && (token.value.kind === 'run' || token.value.kind === 'group')
      ? token.value.runs
      : [],
  )
  const meant =
    named.length > 0
      ? named
      : statusesIn(words).length > 0
        ? slot.evidence.runs
            .filter(({ run }) => statusesIn(words).includes(run.status))
            .map(({ address }) => address)
        : words.includes('all') || words.includes('total') || words.includes('together')
          ? slot.evidence.runs.map(({ address }) => address)
          : value.runs
  const isSame = meant.length === value.runs.length && meant.every((run) => value.runs.includes(run))
  return isSame
    ? null
    : unsupported(
        `[[${slot.written}]] is of ${value.runs.slice(0, 6).join(', ')}, but the words are about ${meant.length === 1 ? meant[0] : `${meant.length} runs`}.`,
      )
}

/** "The number of finished runs" over a count of failed ones; a count of failed runs that passes for one of all. */
export function countProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { tokens, at } = slot
  const groups = (value.made?.operands ?? []).filter((one) => one.kind === 'group')
  const counted = groups.flatMap((group) => statusesIn(group.label.toLowerCase().split(/\W+/)))
  const isNumber = slot.before.some((word) => /^(number|count|total)$/.test(word))
  const before = isNumber ? statusesIn(slot.before) : []
  // "[[count(finished)]] of the [[count(all)]] runs finished" says nothing of all.
  const of = [1, 2].find((back) => lowerAt(tokens, at - back) === 'of') ?? 0
  const whole = tokens[at - of - 1]
  const isWhole = of > 0 && whole?.kind === 'slot' && whole.value.made?.by === 'count'
  if (isWhole) return null
  const behind: string[] = []
  for (let index = at + 1; index < tokens.length && index < at + 8; index++) {
    const token = tokens[index]
    if (token?.kind === 'mark' && /[,;:]/.test(token.text)) break
    if (token?.kind === 'slot' && ![1, 2].some((back) => lowerAt(tokens, index - back) === 'of')) break
    if (token?.kind === 'word' && /^(and|but|while|of)$/.test(token.lower) && token.lower !== 'of') break
    if (token?.kind === 'word') behind.push(token.lower)
  }
  const isNegated = behind.some((word) => /^(not|never|didn't|no)$/.test(word))
  const said = [...before, ...(isNegated ? [] : statusesIn(behind))]
  const unlike = value.runs.some(
    (address) => !said.includes(findRun(slot.evidence, address)?.run.status ?? 'unknown'),
  )
  const isWrong = counted.length > 0 ? !said.some((status) => counted.includes(status)) : unlike
  if (said.length > 0 && groups.length > 0 && isWrong)
    return unsupported(
      `[[${slot.written}]] counts ${counted.length > 0 ? counted.join(' and ') : 'other'} runs, but the words say "${said[0]}".`,
    )
  const all = tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  return counted.length > 0 && !statusesIn(all).some((status) => counted.includes(status))
    ? unsupported(`[[${slot.written}]] counts ${counted.join(' and ')} runs, which the words do not say.`)
    : null
}

/** A rank is of the run that it begins with. */
export function rankProblem(slot: Labelled, value: NumberValue): Problem | null {
  const own = value.made?.operands[0]?.runs ?? []
  const named = slot.tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'run' ? [token.value.address] : [],
  )
  return named.length > 0 && own.length > 0 && !own.some((run) => named.includes(run))
    ? unsupported(
        `[[${slot.written}]] is the rank of ${own.join(', ')}, but the words are about ${[...new Set(named)].join(', ')}.`,
      )
    : null
}
