import type { Segment } from '../claims/statement.ts'

const NEAR = 'the same settings'
const ABOVE = 'the settings named above'

/** How a list of settings may be called where it stands in the document already. */
export const SETTINGS_AGAIN: readonly string[] = [NEAR, ABOVE]

/**
 * What is printed for the settings that runs differ in where the same list was printed before: it stands once. Null for
 * any other slot, and for a single setting, whose name is shorter than that.
 */
export function settingsAgain(slot: Extract<Segment, { kind: 'slot' }>, isNear: boolean): string | null {
  if (!/^differ\(/.test(slot.expression) || !slot.printed.includes(', ')) return null
  return isNear ? NEAR : ABOVE
}
