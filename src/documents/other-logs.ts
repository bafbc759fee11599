import type { EvidenceRun } from '../evidence/evidence.ts'
import { namesElsewhere, toldElsewhere } from '../evidence/told-elsewhere.ts'

/** How a line begins that says where else a run is logged. */
export function alsoLead({ source }: { readonly source: string }, words: (text: string) => string): string {
  return `Logged in ${words(source)} too, and told once: `
}

/** The same of the one run that a document is about, with what only the other logs tell. */
export function otherLogs(runs: readonly EvidenceRun[], words: (text: string) => string): readonly string[] {
  const sources = new Set(runs.flatMap(({ run }) => (run.also ?? []).map(({ source }) => source)))
  return [
    ...[...sources].map((source) => `Logged in ${words(source)} too, and told once.`),
    ...toldAlone(runs, words),
  ]
}

/** Which values of runs that several logs tell come from another log than their own, a line for each of those logs. */
export function toldAlone(runs: readonly EvidenceRun[], words: (text: string) => string): readonly string[] {
  const told = runs.flatMap(({ run }) => toldElsewhere(run))
  return [...Map.groupBy(told, ({ source }) => source)].map(([source, own]) => {
    const names = (of: 'metrics' | 'params'): readonly string[] =>
      [...new Set(own.flatMap((one) => one[of]))].sort()
    return `From ${words(source)} alone: ${namesElsewhere({ metrics: names('metrics'), params: names('params') }, words)}.`
  })
}
