import type { Segment } from '../claims/statement.ts'

/** A group prints as "runs with model lgbm": beside the word "runs" of the sentence it leaves out its own. */
export function sayRunsOnce(segments: readonly Segment[]): readonly Segment[] {
  return segments.map((one, index) => {
    if (one.kind === 'words' || one.shows !== 'text' || !/^runs (with|that) /.test(one.printed)) return one
    const [before, after] = [segments[index - 1], segments[index + 1]]
    if (before?.kind === 'words' && /\bruns\s+$/i.test(before.text))
      return { ...one, printed: one.printed.replace(/^runs /, '') }
    if (after?.kind === 'words' && /^\s+runs?\b/i.test(after.text))
      return { ...one, printed: one.printed.replace(/^runs with /, '') }
    return one
  })
}
