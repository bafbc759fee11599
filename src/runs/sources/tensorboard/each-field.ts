import type { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/**
 * Walks the fields of the message that ends at `end`: `take` reads the field's value and says so, or gives false, and it is
 * stepped over. Throws where the message does not end there: it is damaged.
 */
export function eachField(
  reader: BinaryReader,
  end: number,
  take: (field: number, type: WireType) => boolean,
): void {
  while (reader.pos < end) {
    const [field, type] = reader.tag()
    if (!take(field, type)) reader.skip(type, field)
  }
  if (reader.pos !== end) throw new Error('a field reaches beyond its message')
}

/** Reads the length of a message within one that ends at `outer`, and gives where it ends. */
export function endOfMessage(reader: BinaryReader, outer: number): number {
  const end = reader.uint32() + reader.pos
  if (end > outer) throw new Error('a message reaches beyond the one it lies in')
  return end
}
