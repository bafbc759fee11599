/** crc-32 has types for its CRC-32 alone, not for its CRC-32C (Castagnoli). */
declare module 'crc-32/crc32c.js' {
  const crc32c: {
    /** The checksum as a signed 32-bit number. */
    buf(bytes: Uint8Array, seed?: number): number
  }
  export default crc32c
}
