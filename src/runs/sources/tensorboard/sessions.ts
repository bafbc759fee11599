import type { FileEvents, Steps } from './event-folder.ts'

/**
 * The trainings that the files of one folder tell of, in the order they began. TensorBoard draws them as one zigzag; a file
 * whose series mostly begin again where the series before began is another training in the same folder, one that goes on is
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

function joined(before: Steps | undefined, { least, greatest }: Steps): Steps {
  if (before === undefined) return { least, greatest }
  return { least: Math.min(before.least, least), greatest: Math.max(before.greatest, greatest) }
}

function beginsAgain(before: ReadonlyMap<string, Steps>, series: ReadonlyMap<string, Steps>): boolean {
  let again = 0
  let on = 0
  for (const [tag, later] of series) {
    const steps = before.get(tag)
    // A single value (a final score, a placeholder) tells nothing of a beginning.
    if (steps === undefined || !(steps.least < steps.greatest)) continue
    if (later.least <= steps.least) again += 1
    else on += 1
  }
  return again > on
}
