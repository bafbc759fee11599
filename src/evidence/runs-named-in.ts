import type { EvidenceRun } from './evidence.ts'

/** Runs that a text names by their name (as a whole word) or by at least six characters of their id. */
export function runsNamedIn<One extends Pick<EvidenceRun, 'run'>>(
  text: string,
  runs: readonly One[],
): readonly One[] {
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}_.-]+/gu) ?? [])
  return runs.filter(({ run }) => {
    const byId = [...words].some(
      (word) => word.length >= 6 && /\d/.test(word) && run.id.toLowerCase().startsWith(word),
    )
    const name = run.name.toLowerCase()
    return byId || (name.length >= 3 && /[^a-z]/.test(name) && words.has(name))
  })
}
