import { findLanguage } from '../claims/languages/find-language.ts'
import { kindOfRecord } from '../documents/registry.ts'
import { messageOf, NarrateError } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { type Recomposed, recompose, slugOf, type Templates, toldOf } from '../narrate.ts'
import { escapeMarkdown, unescapeMarkdown } from '../render/escape-markdown.ts'
import type { Span } from '../render/marks.ts'
import { spanOfEvidence } from '../render/show-time.ts'
import { digestOf } from '../stores/canonical-json.ts'
import { parseMarkdownFile, renderMarkdownFile } from '../stores/front-matter.ts'
import { REDACTED, type Redaction } from '../stores/redaction.ts'
import { canonicalBlocks } from './canonical-blocks.ts'
import { checkDerived } from './check-derived.ts'
import { checkEdits, showChange } from './check-edits.ts'
import { checkFindings } from './check-findings.ts'
import { checkFreeDigits } from './check-free-digits.ts'
import { checkFrontMatter, namesNoDigest } from './check-front-matter.ts'
import { checkSpans, lineFinder } from './check-spans.ts'
import { checkVerdicts } from './check-statements.ts'
import { accountedLines, canAccountFor, checkWords, unaccountedWords } from './check-words.ts'
import { diffBlocks } from './diff-blocks.ts'
import { type FrozenRecord, readFrozen } from './frozen-record.ts'
import {
  bySeriousness,
  found,
  type Verified,
  type VerifyFinding,
  type VerifyNotice,
} from './verify-finding.ts'

/** What a document is composed again with. */
export interface Composer {
  readonly templates: Templates
  /** Of this narrate: a document of another one is not expected to come out the same to the byte. */
  readonly version: string
}

/**
 * What of a stored document does not stand, most serious first: its file against its frozen record, and everything in
 * the record worked out again from the frozen evidence. A function of values, in memory; no tracker, no network.
 */
export function rederive(record: JsonObject, markdown: string, composer: Composer): readonly VerifyFinding[] {
  return verifyDocument(record, markdown, composer).findings
}

/** What verification needs to know of words that were taken out. */
type Redacted = Pick<Redaction, 'at' | 'by' | 'why' | 'places'>

/** The same with what could not be worked out, and why. */
export function verifyDocument(
  record: JsonObject,
  markdown: string,
  composer: Composer,
  redaction?: Redacted,
): Verified {
  const parts = parseMarkdownFile(markdown)
  if (typeof record.language === 'string' && findLanguage(record.language) === undefined)
    return {
      findings: [],
      notices: [
        {
          kind: 'other-language',
          count: 1,
          says: `This version does not read statements in ${record.language}: it cannot work this document out again.`,
        },
      ],
    }
  if (typeof record.kind === 'string' && kindOfRecord(record.kind, record.subject) === null)
    return {
      findings: [],
      notices: [
        { kind: 'other-kind', count: 1, says: `This version cannot work out a ${record.kind} again.` },
      ],
    }
  const read = readFrozen(inItsForm(record))
  if ('why' in read)
    return {
      findings: [found('unreadable', null, `Its evidence is not as it was saved: ${read.why}.`)],
      notices: [],
    }
  const { frozen } = read
  const { findings, notices } = withoutFail(() =>
    redaction === undefined
      ? verifyRecord(frozen, record, composer)
      : verifyRest(frozen, redaction, record, composer),
  )
  const ofFile =
    parts.kind !== 'parts'
      ? [
          found(
            'front-matter',
            null,
            parts.kind === 'broken'
              ? `The front matter cannot be read: ${parts.why}.`
              : 'The front matter is gone.',
          ),
          ...checkEdits(frozen.body, parts.kind === 'none' ? markdown : frozen.body, frozen.thawed, 1),
        ]
      : [
          ...checkFrontMatter(parts.frontMatter, frozen, record),
          ...checkEdits(frozen.body, parts.body, frozen.thawed, firstLineOf(markdown, parts.body)),
        ]
  const isUnbound = parts.kind === 'parts' && namesNoDigest(parts.frontMatter, frozen)
  return {
    findings: bySeriousness([...findings, ...ofFile]),
    notices: isUnbound ? [...notices, NO_DIGEST] : notices,
  }
}

const NO_DIGEST: VerifyNotice = {
  kind: 'no-digest',
  count: 1,
  says: 'It is of before documents named the digest of their evidence: that the evidence is its own shows in the chain alone.',
}

/** Evidence that was tampered with (a time that is none, say) may stop what works on evidence as it is gathered: a finding. */
function withoutFail(verify: () => Verified): Verified {
  try {
    return verify()
  } catch (error) {
    const why = messageOf(error).replace(/\.$/, '')
    return {
      findings: [
        found(
          'evidence',
          null,
          `Its evidence is not as it was saved: nothing can be worked out of it (${why}).`,
        ),
      ],
      notices: [],
    }
  }
}

/** The number of the first line behind blank ones of the body, in the file. */
function firstLineOf(markdown: string, body: string): number {
  const before = markdown.slice(0, markdown.length - body.length)
  const blank = /^\s*/.exec(body)?.[0] ?? ''
  return `${before}${blank}`.split('\n').length
}

function verifyRecord(frozen: FrozenRecord, record: JsonObject, composer: Composer): Verified {
  const { provenance, thawed } = frozen
  // Before the first release versions were not told apart: a record without a subject is of an earlier one.
  const isEarlier = record.subject === undefined
  const template = templateOf(frozen, composer)
  if (template === null) return verifyWithoutTemplate(frozen, record, composer)
  const isSame = !isEarlier && provenance.narrate === composer.version && provenance.template === template
  const notices: VerifyNotice[] = []
  if (!isSame)
    notices.push(
      provenance.narrate === composer.version && !isEarlier
        ? {
            kind: 'other-templates',
            count: 1,
            says: 'Other templates printed it: its text was not composed again to the byte.',
          }
        : {
            kind: 'other-version',
            count: 1,
            says: `${isEarlier ? 'An earlier ' : ''}narrate ${provenance.narrate} wrote it, and this is ${composer.version}: its text was not composed again to the byte${canAccountFor(frozen) ? '; each line of it was held against its record' : ''}.`,
          },
    )
  const again = composeAgain(frozen, record, composer)
  if ('why' in again) {
    const composed = [
      found('composition', null, `It cannot be composed from its own evidence: ${again.why}`),
      ...checkSpans(frozen.body, frozen.spans, thawed, []),
    ]
    return { findings: composed, notices }
  }
  // Another template may leave out what the one that printed it showed.
  const whole =
    provenance.template === template
      ? again
      : composeAgain(frozen, record, { ...composer, templates: NO_TEMPLATES })
  const printable = 'why' in whole ? [] : whole.spans
  const verdicts = checkVerdicts(frozen, again, isSame)
  if (verdicts.stricter > 0)
    notices.push({
      kind: 'stricter',
      count: verdicts.stricter,
      says: `This version is stricter: statements that were supported would be marked (${verdicts.stricter}).`,
    })
  // What a draft adds is worked out of it anew wherever it is read; what was gathered is what was frozen.
  const checked = checkFindings(frozen.gathered, isSame, (evidence) =>
    frozen.kind.findings(evidence, frozen.subject),
  )
  if (checked.partly > 0)
    notices.push({
      kind: 'partly',
      count: checked.partly,
      says: `Findings that rest on runs of the project which are not frozen: their slots were worked out again, their counts were not (${checked.partly}).`,
    })
  const accounted = isSame ? new Set<number>() : accountedLines(frozen)
  return {
    findings: [
      ...checkDerived(thawed, isSame),
      ...checkSpans(frozen.body, frozen.spans, thawed, [
        ...again.spans,
        ...printable,
        ...(isSame
          ? []
          : [...countsOfStatements(frozen), ...printsOfSpan(frozen), ...ownValuesOf(frozen, accounted)]),
      ]),
      ...checked.findings,
      ...verdicts.findings,
      ...(isSame ? checkComposition(frozen, again) : checkWords(frozen)),
      ...checkTold(frozen),
      ...checkFreeDigits(frozen, again, accounted),
    ],
    notices,
  }
}

/** The digest of the template that prints this kind; null where there is none any more, or it cannot be read. */
function templateOf({ kind }: FrozenRecord, { templates }: Composer): string | null {
  try {
    return templates.digest(`templates/${kind.name}.md`)
  } catch (error) {
    if (error instanceof NarrateError && error.kind === 'template') return null
    throw error
  }
}

/** Prints every text of a view, one below the other: all values that a template might have printed. */
const NO_TEMPLATES: Templates = { render: (_, view) => textsOf(view).join('\n'), digest: () => '' }

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

/**
 * Of a document of a project's own kind whose folder is gone: everything but its text, which nothing is left to print. Its
 * statements are judged by the schema that was frozen with it.
 */
function verifyWithoutTemplate(frozen: FrozenRecord, record: JsonObject, composer: Composer): Verified {
  const { body, kind, spans, subject, thawed } = frozen
  const again = composeAgain(frozen, record, { ...composer, templates: NO_TEMPLATES })
  const checked = checkFindings(thawed, false, (evidence) => kind.findings(evidence, subject))
  return {
    findings: [
      ...checkDerived(thawed, false),
      ...checkSpans(body, spans, thawed, 'why' in again ? [] : again.spans),
      ...checked.findings,
      ...('why' in again ? [] : checkVerdicts(frozen, again, false).findings),
      ...checkTold(frozen),
    ],
    notices: [
      {
        kind: 'no-template',
        count: 1,
        says: `The template of its kind, ${kind.name}, is gone or cannot be read: its values and statements were worked out again, its text was not composed.`,
      },
    ],
  }
}

/** How many statements a line under an entry tells: another version may judge otherwise, so they are added up there. */
function countsOfStatements({ spans }: FrozenRecord): readonly Span[] {
  return spans.filter(
    ({ expression, printed, exact }) => /^statements(\.\w+)?$/.test(expression) && printed === exact,
  )
}

/**
 * Values that no expression stands behind (a line of a script, a rank) in lines that were accounted for to the letter: this
 * version may print others.
 */
function ownValuesOf({ body, spans }: FrozenRecord, accounted: ReadonlySet<number>): readonly Span[] {
  const lineOf = lineFinder(body)
  return spans.filter(
    ({ expression, printed, exact, start }) =>
      /^(?:script|decision\.rank|setup\.\w+)$/.test(expression) &&
      accounted.has(lineOf(start)) &&
      isWholeOrCut(expression === 'script' ? printed : unescapeMarkdown(printed), exact),
  )
}

function isWholeOrCut(printed: string, exact: string): boolean {
  const [head, ...rest] = printed.split('…')
  return (
    printed === exact || (rest.length === 1 && rest[0] === '' && exact.startsWith((head ?? '').trimEnd()))
  )
}

/** The span of time as another version may print it, which did not keep at what hour the day ended. */
function printsOfSpan({ thawed, provenance, language }: FrozenRecord): readonly Span[] {
  const inLanguage = (span: string): string => (language === null ? span : language.span(span))
  const { from, until } = thawed.span
  const exact = `${new Date(from).toISOString()}/${new Date(until).toISOString()}`
  // Early versions printed days of the calendar.
  const hours = provenance.dayEndsAtHour === undefined ? HOURS : [provenance.dayEndsAtHour, 0]
  return hours.map((hour) => ({
    start: 0,
    end: 0,
    expression: 'span',
    printed: escapeMarkdown(inLanguage(spanOfEvidence(thawed, hour))),
    exact,
  }))
}

/** Of a document that passages were taken out of: the values and lines that are left. It cannot be composed again. */
function verifyRest(
  frozen: FrozenRecord,
  redaction: Redacted,
  record: JsonObject,
  composer: Composer,
): Verified {
  const { body, spans, thawed } = frozen
  const again = composeAgain(frozen, record, composer)
  const left = spans.filter(({ printed, exact }) => !`${printed} ${exact}`.includes(REDACTED))
  const by = redaction.by === null ? '' : ` by ${redaction.by}`
  const why = redaction.why === null ? '' : `: ${redaction.why}`
  const places = `${redaction.places} ${redaction.places === 1 ? 'place' : 'places'}`
  return {
    findings: [
      ...checkSpans(body, left, thawed, 'why' in again ? left : again.spans),
      ...unaccountedWords(frozen, (line) => line.includes(REDACTED)),
    ],
    notices: [
      {
        kind: 'redacted',
        count: redaction.places,
        says: `Words were taken out on record, in ${places} on ${redaction.at.slice(0, 10)}${by}${why}.`.replace(
          /\.\.$/,
          '.',
        ),
      },
    ],
  }
}

const composedBefore = new WeakMap<object, Map<string, Recomposed | { readonly why: string }>>()

/** Composes a document again; once for all records over one evidence that say the same of how they came about. */
function composeAgain(
  { kind, language, subject, gathered, draft, leftOutOfPrompt, provenance }: FrozenRecord,
  record: JsonObject,
  { templates }: Composer,
): Recomposed | { readonly why: string } {
  const { fallback, model, narrate, dayEndsAtHour } = provenance
  const key = JSON.stringify([
    kind.name,
    language?.code ?? null,
    record.subject ?? null,
    record.draft ?? null,
    leftOutOfPrompt,
    provenance,
    templates === NO_TEMPLATES,
  ])
  const known = composedBefore.get(gathered) ?? new Map<string, Recomposed | { readonly why: string }>()
  composedBefore.set(gathered, known)
  const seen = known.get(key)
  if (seen !== undefined) return seen
  let again: Recomposed | { readonly why: string }
  try {
    again = recompose({
      kind,
      language,
      subject,
      evidence: gathered,
      templates,
      version: narrate,
      // As settings have it by default, where an older record does not say.
      dayEndsAtHour: dayEndsAtHour ?? 4,
      draft,
      fallback,
      leftOutOfPrompt,
      model,
    })
  } catch (error) {
    // Evidence that was tampered with may name what is not there: our own sentences then have nothing to print.
    again = { why: `${messageOf(error).replace(/\.$/, '')}.` }
  }
  known.set(key, again)
  return again
}

function checkComposition(frozen: FrozenRecord, again: Recomposed): readonly VerifyFinding[] {
  const findings: VerifyFinding[] = []
  if (again.title !== frozen.title)
    findings.push(
      found('composition', 'title', 'Its title is not the one that its evidence and draft give.', [
        `- ${again.title}`,
        `+ ${frozen.title}`,
      ]),
    )
  if (again.body !== frozen.body) {
    const changes = diffBlocks(canonicalBlocks(again.body), canonicalBlocks(frozen.body))
    const first = changes[0]?.after[0]?.line
    findings.push(
      found(
        'composition',
        first === undefined ? null : `line ${first}`,
        frozen.body.includes(REDACTED)
          ? `Its text is not the one that its own evidence and draft give: words are marked as taken out (${REDACTED}), and no record of that fits.`
          : 'Its text is not the one that its own evidence and draft give.',
        changes.flatMap(showChange),
      ),
    )
  } else if (JSON.stringify(again.spans) !== JSON.stringify(frozen.spans))
    findings.push(
      found('composition', null, 'The places kept of its printed values are not those that come out.'),
    )
  return findings
}

/** What the record says of itself beside its text, against its evidence. */
function checkTold({
  runs,
  told,
  date,
  id,
  title,
  provenance,
  kind,
  subject,
  gathered,
}: FrozenRecord): readonly VerifyFinding[] {
  const own = gathered.runs.map(({ run }) => run)
  const wrong: string[] = []
  if (JSON.stringify(runs) !== JSON.stringify(own.map(({ key }) => key))) wrong.push('The runs it names')
  const ended = kind.tellsRuns ? own.map(toldOf) : []
  if (digestOf(told) !== digestOf(ended)) wrong.push('The runs it tells as ended')
  const hours = provenance.dayEndsAtHour === undefined ? HOURS : [provenance.dayEndsAtHour]
  if (!hours.some((hour) => kind.date(gathered, subject, hour) === date)) wrong.push('Its date')
  // Before, ids held the words that titles quote.
  const slugs = [title, title.replace(/[“”]/g, '')].map(slugOf)
  if (!slugs.some((slug) => id.startsWith(`${date}-${slug}-`))) wrong.push('Its id')
  return wrong.map((what) =>
    found(
      'composition',
      null,
      `${what} ${what.startsWith('The') ? 'are' : 'is'} not what follows from its evidence.`,
    ),
  )
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

/**
 * The record in the Unicode form in which the places of its values were counted: a tool may have turned all of it into
 * another one.
 */
function inItsForm(record: JsonObject): JsonObject {
  for (const form of [null, 'NFC', 'NFD'] as const) {
    const candidate = form === null ? record : normalised(record, form)
    if (spansFit(candidate)) return candidate
  }
  return record
}

function spansFit({ body, spans }: JsonObject): boolean {
  if (typeof body !== 'string' || !Array.isArray(spans)) return true
  if (body.normalize('NFC') === body && body.normalize('NFD') === body) return true
  return spans.every(
    (span: JsonObject) =>
      typeof span?.start !== 'number' ||
      typeof span.end !== 'number' ||
      body.slice(span.start, span.end) === span.printed,
  )
}

function normalised(value: JsonObject, form: 'NFC' | 'NFD'): JsonObject {
  const turn = (one: JsonValue): JsonValue => {
    if (typeof one === 'string') return one.normalize(form)
    if (typeof one !== 'object' || one === null) return one
    if (Array.isArray(one)) return one.map(turn)
    return Object.fromEntries(
      Object.entries(one).map(([name, member]) => [name.normalize(form), turn(member)]),
    )
  }
  return turn(value) as JsonObject
}

/**
 * A document's file for a record as it is now: its body, and the digest of the record in the front matter. Whoever tests
 * verification makes every digest anew with it.
 */
export function resealed(record: JsonObject, markdown: string): string {
  const parts = parseMarkdownFile(markdown)
  if (parts.kind !== 'parts') return markdown
  const body = typeof record.body === 'string' ? record.body : parts.body
  const { title, date, runs } = record
  const frontMatter = {
    ...(parts.frontMatter as JsonObject),
    ...(title === undefined ? {} : { title }),
    ...(date === undefined ? {} : { date }),
    ...(runs === undefined ? {} : { runs }),
    evidenceDigest: digestOf(record),
  }
  return renderMarkdownFile(frontMatter, body)
}
