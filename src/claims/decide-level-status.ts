import type { Evidence } from '../evidence/evidence.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import type { RunStatus } from '../runs/run.ts'
import type { Decision } from './decide-comparison.ts'
import { isPlainWord } from './plain-vocabulary.ts'
import type { Token } from './tokens.ts'

const STATUSES: ReadonlyMap<string, RunStatus> = new Map([
  ['finished', 'finished'],
  ['finishes', 'finished'],
  ['completed', 'finished'],
  ['failed', 'failed'],
  ['fails', 'failed'],
  ['crashed', 'failed'],
  ['killed', 'killed'],
])

/**
 * "LSTMSpatialTemporalAttention never finished", "every run with arch tcn failed": held against all ended runs that log the value
 * which the words name. Null where they name no value, no status or single runs, or tell it of some only.
 */
export function decideLevelStatus(tokens: readonly Token[], evidence: Evidence): Decision | null {
  const words = tokens.flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  const statuses = new Set(words.flatMap((word) => STATUSES.get(word) ?? []))
  const [status] = statuses
  const isNever = words.some((word) => /^(never|none)$/.test(word))
  const isAlways = words.some((word) => /^(always|every|all|each)$/.test(word))
  const isOfRuns = tokens.some((token) => token.kind === 'slot' && token.value.kind === 'run')
  const isQualified = words.some((word) =>
    /^(but|except|not|no|most|some|other|others|only|without)$/.test(word),
  )
  if (status === undefined || statuses.size > 1 || isNever === isAlways || isOfRuns || isQualified)
    return null
  const level = levelOf(tokens, evidence)
  if (level === null) return null
  const stranger = level.find(({ run }) => (run.status === status) === isNever)
  return stranger === undefined
    ? { kind: 'holds' }
    : { kind: 'fails', actual: `the status of ${stranger.address} is ${stranger.run.status}` }
}

/** The ended runs that log the one value named; null where the words name none, or values of several settings. */
function levelOf(tokens: readonly Token[], evidence: Evidence): Evidence['runs'] | null {
  const named = new Set(
    tokens.flatMap((token) =>
      // "None of the runs" names no level, though a setting may be none.
      token.kind === 'word' && token.text.length > 3 && !isPlainWord(token.lower) ? [token.lower] : [],
    ),
  )
  const params = [...new Set(evidence.runs.flatMap(({ run }) => [...run.params.keys()]))]
  const found = params
    .filter((name) => !isBookkeeping(name))
    .flatMap((name) => {
      const runs = evidence.runs.filter(({ run }) => named.has(run.params.get(name)?.toLowerCase() ?? ''))
      const values = new Set(runs.map(({ run }) => run.params.get(name)))
      return values.size === 1 && runs.length < evidence.runs.length ? [runs] : []
    })
  const ended = (found[0] ?? []).filter(({ run }) => !/^(running|scheduled|unknown)$/.test(run.status))
  return found.length === 1 && ended.length > 0 ? ended : null
}
