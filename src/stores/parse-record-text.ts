import { messageOf } from '../errors.ts'
import type { JsonObject } from '../json.ts'

/**
 * The text of an evidence file as a JSON object, or why it is none. A number too large to be one (`1e999`) would have no
 * digest: no record of ours holds it.
 */
export function parseRecordText(text: string): { readonly value: JsonObject } | { readonly why: string } {
  let value: unknown
  try {
    // A merge driver or an editor may have put a byte order mark before it.
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { why: `its evidence is not JSON: ${messageOf(error)}` }
  }
  if (!isJsonObject(value)) return { why: 'its evidence is not a JSON object' }
  return isOfFiniteNumbers(value) ? { value } : { why: 'its evidence holds a number that is none' }
}

function isOfFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isOfFiniteNumbers)
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
