/**
 * What may be found, the most serious first: what is lost or changed behind a document's back, what does not follow from
 * its evidence, what a person edited, what the tracker says by now.
 */
export const VERIFY_KINDS = [
  'unreadable',
  'missing',
  'altered',
  'signature',
  'chain',
  'evidence',
  'value',
  'finding',
  'statement',
  'composition',
  'free-digit',
  'figure',
  'edit',
  'front-matter',
  'orphan',
  'drift',
  'no-candidate',
] as const

export type VerifyKind = (typeof VERIFY_KINDS)[number]

/** Something that does not stand. */
export interface VerifyFinding {
  readonly kind: VerifyKind
  /** Where in the document or record: "line 14", "reading[1]"; null where it is about the whole. */
  readonly where: string | null
  /** What was found, in a sentence that ends. It may hold text of logs, notes and people. */
  readonly says: string
  /** What shows it: changed lines (`- before`, `+ after`), candidates. */
  readonly lines: readonly string[]
}

/** A finding without lines. */
export function found(
  kind: VerifyKind,
  where: string | null,
  says: string,
  lines: readonly string[] = [],
): VerifyFinding {
  return { kind, where, says, lines }
}

/**
 * What could not be worked out again, and is no fault: another version or other templates printed the text; so many
 * findings rest on runs that are not frozen; so many statements a stricter version would mark; a kind not known yet; a
 * document of before documents named the digest of their evidence; whose signature stands under it.
 */
export interface VerifyNotice {
  readonly kind:
    | 'other-version'
    | 'other-templates'
    | 'no-template'
    | 'partly'
    | 'stricter'
    | 'other-kind'
    | 'other-language'
    | 'moved-on'
    | 'redacted'
    | 'no-digest'
    | 'signature'
  readonly count: number
  /** In a sentence that ends. */
  readonly says: string
}

export interface Verified {
  readonly findings: readonly VerifyFinding[]
  readonly notices: readonly VerifyNotice[]
}

/** Findings in order of their weight; those of one kind stay in theirs. */
export function bySeriousness(findings: readonly VerifyFinding[]): readonly VerifyFinding[] {
  return findings.toSorted((a, b) => VERIFY_KINDS.indexOf(a.kind) - VERIFY_KINDS.indexOf(b.kind))
}
