import type { Segment } from '../claims/statement.ts'
import type { Printer } from '../documents/printer.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { escapeMarkdown } from './escape-markdown.ts'
import type { Marks } from './marks.ts'

export function createPrinter(evidence: Evidence, marks: Marks): Printer {
  throw new Error('waits for claims')
}
