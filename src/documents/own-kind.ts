import { z } from 'zod'
import type { JsonObject, JsonValue } from '../json.ts'
import { evidenceContexts } from '../render/evidence-contexts.ts'
import { dayOfEvidence } from '../render/show-time.ts'
import { BUILT_IN_KINDS, KIND_NAME } from './document.ts'
import type { DocumentKind, DocumentParts, DocumentView } from './document-kind.ts'
import { type Folded, recordFolds } from './log-folds.ts'
import {
  type OwnShape,
  type PrintedShape,
  parseOwnShape,
  printShape,
  type SchemaProblem,
  schemaOfShape,
  statementsOfShape,
} from './own-shape.ts'
import { countsOfRuns, printChecked } from './print-counts.ts'
import { printSpan } from './print-span.ts'
import { type PrintedTable, printTable } from './print-table.ts'
import { printable, printTitle, printVerdict } from './print-verdict.ts'
import type { Printer } from './printer.ts'
import { resultsTable } from './results-table.ts'

const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

const ownSubjectSchema = z.object({
  /** The schema of the kind as it was: the document can be worked out again when its folder is gone. */
  schema: jsonObject,
  /** Digest of schema, prompt and template. */
  digest: z.string(),
  /** The flags that chose the runs. */
  asked: z.array(z.string()),
})

export type OwnSubject = z.infer<typeof ownSubjectSchema>

/** What the template of a kind of the project's own is given. All texts are Markdown with marks. */
export interface OwnView extends DocumentView {
  readonly project: string
  readonly span: string
  readonly counts: string
  /** The results as every document shows them; null where no metric leads. */
  readonly table: PrintedTable | null
  readonly findings: readonly string[]
  readonly quotes: readonly string[]
  readonly gaps: readonly string[]
  /** What the model answered, by the names of the schema: null or empty where nothing stands. */
  readonly answer: PrintedShape
  readonly footer: string
  readonly folded: readonly Folded[]
}

/** Names that mean something else in a store or at the command line. */
const TAKEN: readonly string[] = [
  ...BUILT_IN_KINDS,
  'ask',
  'sync',
  'system',
  'repair',
  'evidence',
  'notes',
  'kinds',
  'prompts',
  'templates',
  'phases',
  'plans',
  'decisions',
  'reconstructions',
]

/** Why no kind may be called so, as the rest of a sentence; null where one may. */
export function kindNameProblem(name: string): string | null {
  if (!KIND_NAME.test(name)) return 'a kind is named in lower-case letters, digits and hyphens'
  return TAKEN.includes(name) ? 'narrate uses that name itself' : null
}

const MOST_FINDINGS = 20
const MOST_QUOTES = 40
const LONGEST_QUOTE = 300

/** A kind of document that a project brings, by its name and JSON Schema; or what is wrong with the schema. */
export function makeOwnKind(
  name: string,
  schema: JsonValue,
): DocumentKind<OwnSubject, JsonObject> | SchemaProblem {
  const shape = parseOwnShape(schema)
  if ('why' in shape) return shape
  return {
    name,
    schemaName: name.replaceAll('-', '_'),
    subjectSchema: ownSubjectSchema,
    draftSchema: schemaOfShape(shape) as z.ZodType<JsonObject>,
    tellsRuns: false,
    date: (evidence, _, dayEndsAtHour) => dayOfEvidence(evidence, dayEndsAtHour),
    given: () => [],
    findings: () => [],
    withDraft: (evidence) => evidence,
    statements: (draft) => statementsOfShape(shape, draft),
    judgeMore: () => [],
    promptContexts: (evidence) => evidenceContexts(evidence),
    print: (parts, show) => show((print) => composeOwn(name, shape, parts, print)),
  }
}

function composeOwn(
  name: string,
  shape: OwnShape,
  parts: DocumentParts<OwnSubject, JsonObject>,
  print: Printer,
): OwnView {
  const { checked, draft, evidence, provenance, verdicts } = parts
  const table = resultsTable(evidence, { axis: null, metrics: [] })
  const shown = new Set(evidence.findings.slice(0, MOST_FINDINGS))
  const project = print.words(evidence.project.name)
  return {
    title: printTitle(verdicts, print) ?? `${project}: ${print.words(name.replaceAll('-', ' '))}`,
    project,
    span: printSpan(parts, print),
    counts: print.sentence(countsOfRuns(evidence)),
    table: table === null ? null : printTable(table, print),
    findings: [...shown].map(({ sentence }) => print.sentence(sentence)),
    quotes: evidence.quotes.slice(0, MOST_QUOTES).map((quote) => print.quote(quote, LONGEST_QUOTE)),
    gaps: evidence.gaps.map(({ what, why }) => print.words(`${what}: ${why}`)),
    answer: printShape(shape, draft, (path) => {
      const verdict = printable(verdicts.get(path))
      return verdict === null ? null : printVerdict(verdict, print, true)
    }),
    footer: printChecked(checked, print),
    folded: [
      ...recordFolds(evidence, shown, table?.metrics ?? [], print),
      { summary: 'How this document was made and checked', text: null, items: provenance, table: null },
    ],
  }
}
