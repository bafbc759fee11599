import { z } from 'zod'
import { findLanguage } from '../claims/languages/find-language.ts'
import type { Language } from '../claims/languages/language.ts'
import type { DocumentKind } from '../documents/document-kind.ts'
import { kindOfRecord } from '../documents/registry.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import type { JsonObject, JsonValue } from '../json.ts'

const spanSchema = z.object({
  start: z.number(),
  end: z.number(),
  expression: z.string(),
  printed: z.string(),
  exact: z.string(),
})

const statementSchema = z.looseObject({
  path: z.string(),
  text: z.string(),
  basis: z.string(),
  verdict: z.enum(['supported', 'contradicted', 'unsupported']),
})

const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

const frozenSchema = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  date: z.string(),
  /** Of English documents, and of those before there were others, none. */
  language: z.string().optional(),
  runs: z.array(z.string()),
  notes: z.array(z.string()),
  supersedes: z.string().nullable(),
  body: z.string(),
  draft: jsonObject.nullable(),
  // Records of before there were other kinds than the log hold none.
  subject: jsonObject.default({}),
  statements: z.array(statementSchema),
  told: z.array(z.object({ key: z.string(), status: z.string(), endedAt: z.string().nullable() })),
  spans: z.array(spanSchema),
  leftOutOfPrompt: z.array(z.string()),
  provenance: z.looseObject({
    narrate: z.string(),
    author: z.string().nullable(),
    model: z.looseObject({ provider: z.string(), name: z.string() }).nullable(),
    fallback: z.string().nullable(),
    template: z.string(),
    dayEndsAtHour: z.number().optional(),
  }),
})

/** A frozen record with everything that verification looks at, and its evidence thawed, with what its draft adds to it. */
export type FrozenRecord = Omit<z.infer<typeof frozenSchema>, 'kind' | 'language'> & {
  readonly language: Language | null
  readonly kind: DocumentKind
  /** As it was gathered: what the document is composed of again. */
  readonly gathered: Evidence
  readonly thawed: Evidence
}

const thawedBefore = new WeakMap<object, Evidence>()

/** Reads a record for verification, or says what of it is not as narrate freezes it. */
export function readFrozen(record: JsonObject): { readonly frozen: FrozenRecord } | { readonly why: string } {
  const parsed = frozenSchema.safeParse(record)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { why: `${issue?.path.join('.') || 'the record'}: ${issue?.message ?? 'it is of another shape'}` }
  }
  const kind = kindOfRecord(parsed.data.kind, parsed.data.subject)
  const language = findLanguage(parsed.data.language)
  if (language === undefined) return { why: `language: this version does not read ${parsed.data.language}` }
  if (kind === null) return { why: `kind: this version knows no ${parsed.data.kind}` }
  try {
    const subject = kind.subjectSchema.parse(parsed.data.subject)
    const draft = kind.draftSchema.nullable().parse(withTitleChecks(parsed.data.draft))
    const gathered = thaw(record.evidence ?? null)
    const thawed = draft === null ? gathered : kind.withDraft(gathered, draft, subject)
    return { frozen: { ...parsed.data, language, kind, subject, draft, gathered, thawed } }
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const [issue] = error.issues
    return { why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` }
  }
}

/** Drafts of log entries once held no checks of their titles. */
function withTitleChecks(draft: JsonObject | null): JsonObject | null {
  return draft === null || !('title' in draft) || 'title_checks' in draft
    ? draft
    : { ...draft, title_checks: [] }
}

/** The same frozen evidence is thawed once: many documents, or many lies, may rest on one. */
function thaw(evidence: JsonValue): Evidence {
  const known = typeof evidence === 'object' && evidence !== null ? thawedBefore.get(evidence) : undefined
  if (known !== undefined) return known
  const thawed = thawEvidence(evidence)
  if (typeof evidence === 'object' && evidence !== null) thawedBefore.set(evidence, thawed)
  return thawed
}
