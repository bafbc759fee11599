import { crc32, deflateRawSync } from 'node:zlib'

/** A file to be put into an archive; `states` is the size that the archive claims it has, where that is not the truth. */
export interface ZipMember {
  readonly name: string
  readonly content: string | Uint8Array
  readonly states?: number
}

/** The bytes of a zip archive: each member deflated, as Python's `zipfile` with `ZIP_DEFLATED` writes them. */
export function zipOf(members: readonly ZipMember[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content, states } of members) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const label = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt16LE(0x5b75, 8)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(states ?? bytes.length, 18)
    common.writeUInt16LE(label.length, 22)
    const header = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, label, packed])
    const entry = Buffer.alloc(14)
    entry.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), common, entry, label]))
    local.push(header)
    offset += header.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 'latin1')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}
