/** A value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

export type JsonObject = { readonly [name: string]: JsonValue }

/** A number as JSON: what is not finite becomes the text NaN, Infinity or -Infinity. */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}
