import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Decision } from './decide-comparison.ts'
import { type Claim, objectRuns, subjectRuns, wordsOf } from './relation-claim.ts'
import { isObject, runsOfSlots } from './tokens.ts'

/** "[[r1]] started before [[r2]]", held against the times of the log. Null where a side or a time is not known. */
export function decideSequence(claim: Claim, which: 'before' | 'after', evidence: Evidence): Decision | null {
  const subjects = subjectRuns(claim)
  const objects = objectsOf(claim)
  const isEnd = /\b(ended|finished|ends|done|completed)\b/.test(claim.written)
  const timeOf = (address: string): number | null => {
    const run = findRun(evidence, address)?.run
    return (isEnd ? run?.endedAt : run?.startedAt) ?? null
  }
  if (subjects.length === 0 || objects.length === 0) return null
  for (const subject of subjects)
    for (const object of objects) {
      const [own, other] = [timeOf(subject), timeOf(object)]
      if (own === null || other === null) return null
      const holds = which === 'before' ? own < other : own > other
      if (holds === claim.isNegated)
        return {
          kind: 'fails',
          actual: `${subject} ${isEnd ? 'ended' : 'started'} ${own < other ? 'before' : own > other ? 'after' : 'together with'} ${object}`,
        }
    }
  return { kind: 'holds' }
}

function objectsOf({ tokens, end }: Claim): readonly string[] {
  const behind = objectRuns(tokens, end)
  if (behind.length > 0) return behind
  const next = tokens[end]
  return next?.kind === 'slot' && next.value.runs.length === 1 ? next.value.runs : []
}

/**
 * "[[r1]] was the first run", "the latest run is [[r2]]", "[[r3]] was the last run to start", held against the starts of all
 * runs told. Null where the words rank anything else: steps, results, runs of a group.
 */
export function decideFirst(claim: Claim, which: 'first' | 'last', evidence: Evidence): Decision | null {
  const words = wordsOf(claim.tokens)
  const isOfStarts =
    /\b(first|last|latest|earliest|initial|newest|final|most recent) (finished )?(run|runs|one)\b/.test(
      words,
    ) ||
    /\b(started|began|start|starts|ran) (first|last)\b/.test(words) ||
    /\b(earliest|newest|most recent|latest)\b/.test(words)
  const runs = runsOfSlots(
    claim.tokens.filter((token, index) => token.kind !== 'slot' || !isObject(claim.tokens, index)),
  )
  const [run] = runs
  const behind = wordsOf(claim.tokens.slice(claim.end))
  const isOther =
    /^(run )?to (?!start\b|begin\b|be started\b)/.test(behind) ||
    /\b(of|among|with|whose|that|finished)\b/.test(behind)
  if (!isOfStarts || isOther || run === undefined || runs.length !== 1) return null
  const own = findRun(evidence, run)?.run.startedAt ?? null
  const others = evidence.runs.flatMap((one) => (one.run.startedAt === null ? [] : [one.run.startedAt]))
  if (own === null || others.length === 0) return null
  const ahead = which === 'first' ? Math.min(...others) : Math.max(...others)
  return (own === ahead) !== claim.isNegated
    ? { kind: 'holds' }
    : { kind: 'fails', actual: `${run} ${own === ahead ? 'is' : 'is not'} the ${which} to start` }
}
