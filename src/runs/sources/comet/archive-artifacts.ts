import { type Gap, gap } from '../../../gap.ts'
import type { ArtifactArchive } from '../../files/artifact-archive.ts'
import { collectLineGaps } from '../../files/collect-line-gaps.ts'
import { quoted } from '../../quoted.ts'
import { type ArtifactPart, MOST_ARTIFACT_BYTES } from '../../run-source.ts'
import { type ArchiveFile, artifactName, eachMessage, isArtifact } from './load-experiment.ts'
import { type OpenArchive, withArchive } from './zip-archive.ts'

const OUTPUT = 'output.log'
const MOST_BYTES = 1024 * 1024 * 1024
/** What a script printed is kept to its end. */
const MOST_OUTPUT = 16 * 1024 * 1024

interface Listed {
  readonly name: string
  readonly size: number
  readonly archive: ArchiveFile
  /** Null for what was printed. */
  readonly member: string | null
}

/**
 * What an experiment left in its archives, under the names that the script gave: source code, uploads, a patch of what was not committed; and what it
 * printed, as `output.log`. A member is found by the directory of its archive alone.
 */
export function archiveArtifacts(archives: readonly ArchiveFile[], stop: () => void): ArtifactArchive {
  return {
    kind: 'archive',
    async *list(source) {
      const { listed, gaps } = await listAll()
      for (const { name, size, archive } of listed)
        yield { path: name, size, origin: { source, file: `${archive.where}/${name}` } }
      yield* gaps
    },
    async read(path, part) {
      const found = (await listAll()).listed.find(({ name }) => name === path)
      if (found === undefined) return null
      const { archive, member } = found
      const keep = partOf(part)
      const read = await withArchive(archive.path, async (open) =>
        member === null ? keepOutput(open, keep, stop) : open.unpack(member, MOST_BYTES, keep.add),
      )
      const why =
        typeof read === 'object' && read !== null ? (read.kind === 'missing' ? 'it is gone' : read.why) : read
      return why === null ? keep.bytes() : gap(`artifact ${quoted(path)}`, archive.where, why)
    },
  }

  async function listAll(): Promise<{ readonly listed: readonly Listed[]; readonly gaps: readonly Gap[] }> {
    const listed = new Map<string, Listed>()
    const gaps: Gap[] = []
    for (const archive of archives) {
      const read = await withArchive(archive.path, async (open) => {
        for (const one of await listArchive(open, archive, stop)) {
          let name = one.name
          for (let count = 2; listed.has(name); count += 1) name = `${one.name}#${count}`
          listed.set(name, { ...one, name })
        }
        return null
      })
      if (read !== null)
        gaps.push(gap('artifacts', archive.where, read.kind === 'missing' ? 'it is gone' : read.why))
    }
    return { listed: [...listed.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)), gaps }
  }
}

async function listArchive(
  open: OpenArchive,
  archive: ArchiveFile,
  stop: () => void,
): Promise<readonly Listed[]> {
  const names = new Map<string, string>()
  let printed = 0
  await eachMessage(
    open,
    collectLineGaps(''),
    (message) => {
      if (message.kind === 'upload') names.set(message.member, artifactName(message))
      else if (message.kind === 'output') printed += Buffer.byteLength(message.text)
    },
    stop,
  )
  return [
    ...open.members
      .filter(({ name }) => isArtifact(name))
      .map(({ name: member, size }) => ({
        name: names.get(member) ?? artifactName({ kind: 'upload', member, type: 'asset', name: null }),
        size,
        archive,
        member,
      })),
    ...(printed > 0 ? [{ name: OUTPUT, size: Math.min(printed, MOST_OUTPUT), archive, member: null }] : []),
  ]
}

async function keepOutput(
  open: OpenArchive,
  keep: ReturnType<typeof partOf>,
  stop: () => void,
): Promise<string | null> {
  let left = MOST_OUTPUT
  return eachMessage(
    open,
    collectLineGaps(''),
    (message) => {
      if (message.kind !== 'output' || left <= 0) return
      const bytes = Buffer.from(message.text).subarray(0, left)
      left -= bytes.length
      keep.add(bytes)
    },
    stop,
  )
}

/** Keeps the head or the tail of bytes that come in pieces; `add` tells whether more is wanted. */
function partOf({ from, bytes: wanted }: ArtifactPart): { add(piece: Buffer): boolean; bytes(): Uint8Array } {
  const most = Math.max(0, Math.min(wanted, MOST_ARTIFACT_BYTES))
  let pieces: Buffer[] = []
  let size = 0
  return {
    add(piece) {
      if (from === 'head' && size >= most) return false
      pieces.push(Buffer.from(piece))
      size += piece.length
      if (from === 'tail' && size > 2 * most + 65_536) {
        pieces = [cutTo(pieces)]
        size = pieces[0]?.length ?? 0
      }
      return from === 'tail' || size < most
    },
    bytes: () => new Uint8Array(cutTo(pieces)),
  }

  function cutTo(all: readonly Buffer[]): Buffer {
    const joined = Buffer.concat(all)
    return from === 'head' ? joined.subarray(0, most) : joined.subarray(Math.max(0, joined.length - most))
  }
}
