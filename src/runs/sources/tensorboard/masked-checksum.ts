import crc32c from 'crc-32/crc32c.js'

/**
 * The checksum that TFRecord files keep: CRC-32C, rotated and shifted so that it may stand inside of what it covers
 * (`tensorflow/tsl/lib/hash/crc32c.h`). An unsigned 32-bit number.
 */
export function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c.buf(bytes)
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0
}
