import type { Run } from '../runs/run.ts'

/** Names of what one log alone tells of a run that several tell, in the order of their names. */
export interface ToldElsewhere {
  /** The alias of that log. */
  readonly source: string
  readonly metrics: readonly string[]
  readonly params: readonly string[]
}

/** What of a run that several logs tell was read in another log than its own, by log; empty where nothing was. */
export function toldElsewhere({
  source,
  also,
  origins,
}: Pick<Run, 'source' | 'also' | 'origins'>): readonly ToldElsewhere[] {
  const named = (all: Run['origins']['metrics'], log: string): readonly string[] =>
    [...all].flatMap(([name, origin]) => (origin.source === log ? [name] : []))
  return [...new Set((also ?? []).map((one) => one.source))]
    .filter((log) => log !== source)
    .map((log) => ({ source: log, metrics: named(origins.metrics, log), params: named(origins.params, log) }))
    .filter(({ metrics, params }) => metrics.length + params.length > 0)
}

/** In words, with names as `print` gives them: "metrics loss, grad_norm; parameters lr". */
export function namesElsewhere(
  { metrics, params }: Omit<ToldElsewhere, 'source'>,
  print: (name: string) => string,
): string {
  const listed = (what: string, names: readonly string[]): readonly string[] =>
    names.length === 0
      ? []
      : [
          `${what} ${names.slice(0, MOST_NAMES).map(print).join(', ')}${names.length > MOST_NAMES ? ' and others' : ''}`,
        ]
  return [...listed('metrics', metrics), ...listed('parameters', params)].join('; ')
}

const MOST_NAMES = 12
