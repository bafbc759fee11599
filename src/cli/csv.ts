import papaparse from 'papaparse'

/**
 * What a spreadsheet would take for a formula (OWASP, "CSV injection"): a text that begins with = + - @, a tab or a
 * carriage return, or their wide forms. A plain number such as -0.5 is none.
 */
const FORMULA = /^(?![+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$)[=+\-@\t\r＝＋－＠]/

/**
 * One row of CSV (RFC 4180), with its line end. Numbers are written in full, NaN and infinities by name, nothing for
 * null. Texts that a spreadsheet would run get a ' in front, unless `raw`.
 */
export function csvRow(cells: readonly (string | number | null)[], raw: boolean): string {
  const texts = cells.map((cell) => (typeof cell === 'number' ? String(cell) : cell))
  const isNumber = cells.map((cell) => typeof cell === 'number')
  const safe = texts.map((text, index) =>
    text !== null && !raw && isNumber[index] !== true && FORMULA.test(text) ? `'${text}` : text,
  )
  return `${papaparse.unparse([safe], { newline: '\r\n' })}\r\n`
}
