import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import { type NotRead, withOpenFile } from '../../files/read-text.ts'

/** A file inside an archive; its name is text that leads nowhere. */
export interface Member {
  readonly name: string
  /** Its size when unpacked, in bytes, as the archive states it. */
  readonly size: number
}

/** An archive that is open for a while. */
export interface OpenArchive {
  readonly members: readonly Member[]
  /**
   * Unpacks a member piece by piece; `take` gives false to have no more. Null where all was as the archive's checksum says, or was not
   * wanted to its end, else why not. Nothing beyond its stated size is ever unpacked, and nothing larger than `most` bytes.
   */
  unpack(name: string, most: number, take: (piece: Buffer) => boolean): Promise<string | null>
}

const MOST_MEMBERS = 100_000
const NO_ARCHIVE = 'it is no whole zip archive: it may be half written, or damaged'

/** Opens a zip archive for `read`, and closes it after: never through a symbolic link, and no more than 100 000 members. */
export async function withArchive<Value>(
  path: string,
  read: (archive: OpenArchive) => Promise<Value>,
): Promise<Value | NotRead> {
  return withOpenFile(path, async (file): Promise<Value | NotRead> => {
    const entries = new Map<string, Entry>()
    let zip: ZipFile
    try {
      // Names are not judged: one of them must not spoil the others, and none is used as a path.
      zip = await fromFdPromise(file, { autoClose: false, lazyEntries: true, decodeStrings: false })
      if (zip.entryCount > MOST_MEMBERS)
        return { kind: 'unreadable', why: `it holds more than ${MOST_MEMBERS} files` }
      for await (const entry of zip.eachEntry()) entries.set(nameOf(entry), entry)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return { kind: 'unreadable', why: NO_ARCHIVE }
    }
    return read({
      members: [...entries].map(([name, { uncompressedSize: size }]) => ({ name, size })),
      async unpack(name, most, take) {
        const entry = entries.get(name)
        return entry === undefined ? 'it is not in the archive' : unpack(zip, entry, most, take)
      },
    })
  })
}

async function unpack(
  zip: ZipFile,
  entry: Entry,
  most: number,
  take: (piece: Buffer) => boolean,
): Promise<string | null> {
  if (entry.uncompressedSize > most) return `it is larger than ${most} bytes`
  let stream: Readable
  try {
    stream = await zip.openReadStreamPromise(entry)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return 'it cannot be unpacked: it is damaged, or packed in a way that is not known'
  }
  let checksum = 0
  let isTaking = false
  try {
    for await (const piece of stream) {
      const bytes: Buffer = piece
      checksum = crc32(bytes, checksum)
      isTaking = true
      if (!take(bytes)) return null
      isTaking = false
    }
  } catch (error) {
    if (isTaking || !(error instanceof Error)) throw error
    return 'it cannot be unpacked: it is damaged'
  }
  return checksum === entry.crc32 ? null : 'it does not match its checksum: it is damaged'
}

/** Without decoding, names come as bytes whatever the type says. */
function nameOf({ fileName }: Entry): string {
  return Buffer.from(fileName).toString('utf8')
}
