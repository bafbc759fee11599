import type { JsonObject } from '../json.ts'
import { digestOf } from '../stores/canonical-json.ts'
import { numbersOfEvidence } from './candidates.ts'
import { checkNewFigures } from './check-edits.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/**
 * What stands above a document's text against its record: the fields that narrate wrote, and the digest of the record
 * itself. Fields that a person added are theirs.
 */
export function checkFrontMatter(
  frontMatter: Readonly<Record<string, unknown>>,
  frozen: FrozenRecord,
  record: JsonObject,
): readonly VerifyFinding[] {
  const { provenance } = frozen
  const expected: Readonly<Record<string, string | readonly string[] | undefined>> = {
    id: frozen.id,
    kind: frozen.kind.name,
    title: frozen.title,
    date: frozen.date,
    project: frozen.thawed.project.name,
    language: frozen.language?.code,
    author: provenance.author ?? undefined,
    runs: frozen.runs,
    notes: frozen.notes,
    model: provenance.model === null ? 'none' : `${provenance.model.provider}/${provenance.model.name}`,
    supersedes: frozen.supersedes ?? undefined,
  }
  return [
    ...Object.entries(expected).flatMap(([name, value]) => differenceOf(name, value, frontMatter[name])),
    ...(typeof frontMatter.title === 'string' && !isSame(frozen.title, frontMatter.title)
      ? checkNewFigures(frozen.title, frontMatter.title, numbersOfEvidence(frozen.thawed), 'title')
      : []),
    ...checkLink(frontMatter.evidence, frozen.id),
    ...(namesNoDigest(frontMatter, frozen) ? [] : checkDigest(frontMatter.evidenceDigest, record)),
  ]
}

/** Whether a document is of before documents named the digest of their evidence: its record keeps no end of the day, either. */
export function namesNoDigest(
  { evidenceDigest }: Readonly<Record<string, unknown>>,
  { provenance }: FrozenRecord,
): boolean {
  return evidenceDigest === undefined && provenance.dayEndsAtHour === undefined
}

function differenceOf(
  name: string,
  expected: string | readonly string[] | undefined,
  present: unknown,
): readonly VerifyFinding[] {
  if (isSame(expected, present)) return []
  if (present === undefined)
    return [
      found('front-matter', name, `The front matter no longer has its ${name}.`, [`- ${shown(expected)}`]),
    ]
  return [
    found(
      'front-matter',
      name,
      expected === undefined
        ? `The front matter has ${name}, which was not there.`
        : `In the front matter ${name} is not what was saved.`,
      [...(expected === undefined ? [] : [`- ${shown(expected)}`]), `+ ${shown(present)}`],
    ),
  ]
}

function isSame(expected: string | readonly string[] | undefined, present: unknown): boolean {
  if (expected === undefined) return present === undefined
  if (typeof expected === 'string') return typeof present === 'string' && plain(present) === plain(expected)
  return (
    Array.isArray(present) &&
    present.length === expected.length &&
    expected.every((text, index) => isSame(text, present[index]))
  )
}

/** Text as it comes back however its YAML was wrapped. */
function plain(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(/\s+/g, ' ').trim()
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
}

/** A file that was moved may have its link mended: it must lead to the file of its id, from wherever it is. */
function checkLink(link: unknown, id: string): readonly VerifyFinding[] {
  const named = typeof link === 'string' ? link.normalize('NFC') : ''
  const file = `${id.normalize('NFC')}.json`
  if (/^(\.{1,2}\/)*([\p{L}\p{N}_-]+\/)*evidence\/[^/]+$/u.test(named) && named.endsWith(`evidence/${file}`))
    return []
  return [
    found('front-matter', 'evidence', 'The front matter no longer names the file of its evidence.', [
      `- ../evidence/${file}`,
      `+ ${shown(link)}`,
    ]),
  ]
}

function checkDigest(digest: unknown, record: JsonObject): readonly VerifyFinding[] {
  if (digest === undefined)
    return [
      found(
        'front-matter',
        'evidenceDigest',
        'The front matter names no digest of its evidence: the line was taken out.',
      ),
    ]
  const present = digestOf(record)
  return digest === present
    ? []
    : [
        found(
          'altered',
          'evidenceDigest',
          'The evidence is not the one that the document names by its digest: one of them was altered.',
          [`- ${shown(digest)}`, `+ ${present}`],
        ),
      ]
}
