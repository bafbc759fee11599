import type { Evidence } from '../evidence/evidence.ts'
import type { Printer } from './printer.ts'

/** The span that a document covers, as it is shown, at a known place; exact, it is an ISO 8601 interval. */
export function printSpan(
  { evidence, span }: { readonly evidence: Evidence; readonly span: string },
  print: Printer,
): string {
  const { from, until } = evidence.span
  return print.own({
    expression: 'span',
    printed: span,
    exact: `${new Date(from).toISOString()}/${new Date(until).toISOString()}`,
    shows: 'time',
    cites: [],
  })
}
