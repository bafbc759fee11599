// biome-ignore lint/suspicious/noExplicitAny: a record is changed here in ways that its type forbids
type Loose = any

/** Words of a record's body in place of others, with the places of printed values moved; a value that they touch is none any more. */
export function putWords(changed: Loose, from: string | RegExp, to: string): void {
  const { at, length } = placeOf(changed, from)
  changed.body = changed.body.slice(0, at) + to + changed.body.slice(at + length)
  changed.spans = changed.spans.flatMap((span: Loose) => {
    if (span.end <= at) return [span]
    const by = to.length - length
    return span.start >= at + length ? [{ ...span, start: span.start + by, end: span.end + by }] : []
  })
}

/** The same within one printed value, which stays one: it is printed otherwise. */
export function putValue(changed: Loose, from: string | RegExp, to: string): void {
  const { at, length } = placeOf(changed, from)
  const by = to.length - length
  const within = changed.spans.find(({ start, end }: Loose) => start <= at && end >= at + length)
  if (within === undefined) throw new Error(`${from} stands in no value`)
  changed.body = changed.body.slice(0, at) + to + changed.body.slice(at + length)
  changed.spans = changed.spans.map((span: Loose) => {
    if (span === within)
      return { ...span, end: span.end + by, printed: changed.body.slice(span.start, span.end + by) }
    return span.start >= at + length ? { ...span, start: span.start + by, end: span.end + by } : span
  })
}

function placeOf({ body }: Loose, from: string | RegExp): { readonly at: number; readonly length: number } {
  const match = typeof from === 'string' ? { index: body.indexOf(from), 0: from } : from.exec(body)
  if (match === null || match.index < 0) throw new Error(`${from} does not stand in the body`)
  return { at: match.index, length: match[0].length }
}
