import { stripVTControlCharacters } from 'node:util'
import { NarrateError } from '../errors.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { Artifact, LogTail, Run } from './run.ts'
import type { RunSource } from './run-source.ts'

const TAIL_BYTES = 16 * 1024
const MOST_TRIED = 5

/**
 * Names of files that are logs of a run, those that tell most of its end first. A closed list: what people call their results is not
 * to be taken for one.
 */
const LOG_FILES: readonly RegExp[] = [
  /^traceback.*\.txt$/i,
  /^error.*\.txt$/i,
  /^stderr/i,
  /^output\.log$/i,
  /\.log$/i,
  /^stdout/i,
]

/** How surely a path names a log, nought being the surest; null where it names none. */
export function logRank(path: string): number | null {
  const name = path.split('/').at(-1) ?? ''
  const rank = LOG_FILES.findIndex((pattern) => pattern.test(name))
  return rank === -1 ? null : rank
}

/**
 * The end of the log that tells most of how a run ended, out of its artifacts; null where it left none that can be read
 * as text. What cannot be read of its artifacts is a gap.
 */
export async function readLogTail(
  source: RunSource,
  run: Run,
): Promise<{ readonly tail: LogTail | null; readonly gaps: readonly Gap[] }> {
  const gaps: Gap[] = []
  const logs: { readonly artifact: Artifact; readonly rank: number }[] = []
  try {
    for await (const found of source.artifacts(run.key)) {
      if (isGap(found)) gaps.push(found)
      else {
        const rank = logRank(found.path)
        if (rank !== null && found.size > 0) logs.push({ artifact: found, rank })
      }
    }
    const surest = logs.toSorted((a, b) => a.rank - b.rank || depth(a.artifact) - depth(b.artifact))
    for (const { artifact } of surest.slice(0, MOST_TRIED)) {
      const read = await source.readArtifact(run.key, artifact.path, { from: 'tail', bytes: TAIL_BYTES })
      if ('kind' in read) {
        gaps.push(read)
        continue
      }
      const lines = linesOf(read, artifact.size <= TAIL_BYTES)
      if (lines === null)
        gaps.push(
          gap(`artifact ${artifact.path}`, artifact.origin.file, 'it is named like a log and holds no text'),
        )
      else if (lines.length > 0)
        return { tail: { path: artifact.path, lines, origin: artifact.origin }, gaps }
    }
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    gaps.push(gap(`artifacts of ${run.key}`, source.location, error.message))
  }
  return { tail: null, gaps }
}

/**
 * The lines of a text that is not empty, or null where it is none. A line whose beginning was not read is left out, so that no half of a
 * secret gets past its mask; so is the rest of a key whose beginning was not read.
 */
function linesOf(bytes: Uint8Array, isWhole: boolean): readonly string[] | null {
  if (bytes.includes(0)) return null
  const text = stripVTControlCharacters(new TextDecoder().decode(bytes))
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/)
  const whole = isWhole ? lines : lines.slice(1)
  const end = whole.findLastIndex((line) => /-----END [A-Z ]{1,40}-----/.test(line))
  const begin = whole.findLastIndex((line) => /-----BEGIN [A-Z ]{1,40}-----/.test(line))
  const safe = end !== -1 && begin === -1 ? whole.slice(end + 1) : whole
  return safe.map((line) => line.replace(/[^\P{C}\t]/gu, '').trimEnd()).filter((line) => line !== '')
}

function depth({ path }: Artifact): number {
  return path.split('/').length
}
