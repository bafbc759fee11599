import type { FileEvents, Steps } from './event-folder.ts'

/**
 * The trainings that the files of one folder tell of, in the order they began. TensorBoard draws them as one zigzag; a file
 * whose series begin again is another training in the same folder, one that goes on is
 * the same one resumed. Files without values belong to the training before them.
 */
export function splitSessions(files: readonly FileEvents[]): readonly (readonly FileEvents[])[] {
  const sessions: { readonly files: FileEvents[]; readonly steps: Map<string, Steps> }[] = []
  const bare: FileEvents[] = []
  for (const file of files) {
    const current = sessions.at(-1)
    const holdsNothing =
      file.series.size === 0 && file.texts.size === 0 && file.media.size === 0 && file.start === null
    if (holdsNothing) {
      if (current === undefined) bare.push(file)
      else current.files.push(file)
      continue
    }
    if (current === undefined || beginsAgain(current.steps, file.series))
      sessions.push({ files: [...bare.splice(0), file], steps: new Map(file.series) })
    else {
      current.files.push(file)
      for (const [tag, steps] of file.series) current.steps.set(tag, joined(current.steps.get(tag), steps))
    }
  }
  if (sessions.length === 0) return bare.length === 0 ? [] : [bare]
  return sessions.map((session) => session.files)
}

function joined(before: Steps | undefined, later: Steps): Steps {
  if (before === undefined) return later
  return {
    least: Math.min(before.least, later.least),
    greatest: Math.max(before.greatest, later.greatest),
    count: before.count + later.count,
  }
}

/**
 * A training begins again where its first steps are no later than the first ones before, or lie as near to zero as one or two of its own
 * strides; the tag that begins first must, and most others. One that was resumed begins far from zero, where the other had got to.
 */
function beginsAgain(before: ReadonlyMap<string, Steps>, series: ReadonlyMap<string, Steps>): boolean {
  const votes: { readonly first: number; readonly isSure: boolean; readonly isAgain: boolean }[] = []
  for (const [tag, later] of series) {
    const steps = before.get(tag)
    // Single values (a final score, a placeholder) tell nothing of a beginning.
    if (steps === undefined || (steps.least === steps.greatest && later.least === later.greatest)) continue
    const stride = later.count > 1 ? (later.greatest - later.least) / (later.count - 1) : 0
    const isBefore = later.least <= steps.least
    const isOverlap = isBefore || later.least < steps.greatest
    votes.push({
      first: later.least,
      isSure: isOverlap && (isBefore || later.least <= 1.5 * stride),
      isAgain: isOverlap && (isBefore || later.least <= 2.1 * stride),
    })
  }
  const [lead] = votes.toSorted((one, other) => one.first - other.first)
  return lead?.isSure === true && 2 * votes.filter(({ isAgain }) => isAgain).length > votes.length
}
