/**
 * Rounds the decimal text of a number (the shortest that stands for it) to a count of significant digits, half away from
 * zero, but never rounds away digits before the point: 12345.678 at four digits is 12346. Below 0.0001 and from 1e15 on
 * it is written with an exponent. Trailing zeros behind the point are dropped.
 */
export function roundDecimal(value: number, significant: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return '0'
  const sign = value < 0 ? '-' : ''
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e')
  const exponent = Number(exponentText)
  const digits = mantissa.replace('.', '')
  const isPlain = exponent >= -4 && exponent < 15
  const kept = isPlain ? Math.max(significant, exponent + 1) : significant
  const rounded = roundDigits(digits, kept)
  const shifted = exponent + (rounded.length > Math.min(kept, digits.length) ? 1 : 0)
  return sign + (isPlain ? plain(rounded, shifted) : withExponent(rounded, shifted))
}

/** Rounds a run of digits half away from zero; one digit longer where the carry leaves it. */
function roundDigits(digits: string, kept: number): string {
  if (digits.length <= kept) return digits
  const head = BigInt(digits.slice(0, kept))
  return String((digits[kept] ?? '0') >= '5' ? head + 1n : head)
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return trimZeros(`0.${'0'.repeat(-exponent - 1)}${digits}`)
  const padded = digits.padEnd(exponent + 1, '0')
  return trimZeros(`${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1)}`)
}

function withExponent(digits: string, exponent: number): string {
  return `${trimZeros(`${digits.slice(0, 1)}.${digits.slice(1)}`)}e${exponent}`
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
}
