import { join } from 'node:path'
import { type ArtifactPart, MOST_ARTIFACT_BYTES } from '../../run-source.ts'
import { eachRecord } from './collect-logs.ts'
import type { RunDirectory } from './run-directories.ts'

/**
 * What the program printed, as the records of one directory's log keep it, as UTF-8: a part of it, and its whole size in bytes. Clients
 * between 0.18 and 0.30 write no `output.log` while offline. No more than the part is held.
 */
export async function readOutput(
  directory: RunDirectory,
  part: ArtifactPart,
  stop: () => void,
): Promise<{ readonly bytes: Uint8Array; readonly size: number }> {
  const raw = partOf(part)
  const lines = partOf(part)
  if (directory.log !== null)
    await eachRecord(join(directory.path, directory.log), stop, (piece) => {
      if (piece.kind !== 'record' || piece.record?.kind !== 'output') return
      if (piece.record.isRaw) raw.add(piece.record.line)
      else lines.add(piece.record.line)
    })
  return raw.size() > 0 ? raw.finish() : lines.finish()
}

function partOf({ from, bytes, skip = 0 }: ArtifactPart): {
  add(text: string): void
  size(): number
  finish(): { readonly bytes: Uint8Array; readonly size: number }
} {
  const passed = Math.max(0, skip)
  const wanted = passed + Math.max(0, Math.min(bytes, MOST_ARTIFACT_BYTES))
  let held = Buffer.alloc(0)
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let size = 0
  const settle = (): void => {
    const all = Buffer.concat([held, ...waiting])
    held =
      from === 'head' ? all.subarray(0, wanted) : Buffer.from(all.subarray(Math.max(0, all.length - wanted)))
    waiting = []
    waitingBytes = 0
  }
  return {
    add(text) {
      const added = Buffer.from(text)
      size += added.length
      if (from === 'head' && held.length + waitingBytes >= wanted) return
      waiting.push(added)
      waitingBytes += added.length
      if (waitingBytes > wanted + 64 * 1024) settle()
    },
    size: () => size,
    finish() {
      settle()
      const part =
        from === 'head' ? held.subarray(passed) : held.subarray(0, Math.max(0, held.length - passed))
      return { bytes: new Uint8Array(part), size }
    },
  }
}
