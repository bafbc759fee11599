import type { Evidence } from '../evidence/evidence.ts'
import {
  type Candidate,
  candidatesFor,
  type KnownNumber,
  numbersOfEvidence,
  tellCandidate,
} from './candidates.ts'
import { canonicalBlocks } from './canonical-blocks.ts'
import { type Change, diffBlocks } from './diff-blocks.ts'
import { type Figure, figuresIn } from './figures.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/** Longer texts are cut where changed lines are shown. */
const LONGEST_SHOWN = 300
const MOST_CANDIDATES = 5

/**
 * What a person changed in a document's text, a finding for each place, and each number that stands there now and did not
 * before, with what it may be a value of. Line numbers count from the line given.
 */
export function checkEdits(
  frozen: string,
  body: string,
  evidence: Evidence | null,
  firstLine: number,
): readonly VerifyFinding[] {
  const changes = diffBlocks(canonicalBlocks(frozen), canonicalBlocks(body))
  if (changes.length === 0) return []
  const known = evidence === null ? null : numbersOfEvidence(evidence)
  return changes.flatMap((change) => {
    const line = change.after[0]?.line
    const where = line === undefined ? null : `line ${line + firstLine - 1}`
    const what =
      change.after.length === 0
        ? 'Text was taken out since it was saved.'
        : change.before.length === 0
          ? 'Text was added since it was saved.'
          : 'The text was changed since it was saved.'
    return [
      found('edit', where, what, showChange(change)),
      ...(known === null ? [] : figuresOf(change, known, where)),
    ]
  })
}

/**
 * A change as lines: `- before`, `+ after`. Of long texts that begin alike the beginning is cut, so that the place where
 * they part is seen.
 */
export function showChange({ before, after }: Change): readonly string[] {
  const left = before.map(({ text }) => readable(text))
  const right = after.map(({ text }) => readable(text))
  return [
    ...left.map((text, index) => `- ${cut(text, right[index])}`),
    ...right.map((text, index) => `+ ${cut(text, left[index])}`),
  ]
}

function figuresOf(
  { before, after }: Change,
  known: readonly KnownNumber[],
  where: string | null,
): readonly VerifyFinding[] {
  const text = (blocks: Change['before']): string => blocks.map((one) => readable(one.text)).join('\n')
  return checkNewFigures(text(before), text(after), known, where)
}

/** Numbers of a text that did not stand in the one before it, each with what it may be a value of. */
export function checkNewFigures(
  before: string,
  after: string,
  known: readonly KnownNumber[],
  where: string | null,
): readonly VerifyFinding[] {
  const old = figuresIn(before).map(({ text }) => text)
  const added: Figure[] = []
  for (const figure of figuresIn(after)) {
    const same = old.indexOf(figure.text)
    if (same >= 0) old.splice(same, 1)
    else added.push(figure)
  }
  return added.map((figure) => {
    const candidates = candidatesFor(figure, known)
    if (candidates.length === 0)
      return found('figure', where, `${figure.text}, written by hand, stands nowhere in the evidence.`)
    return found(
      'figure',
      where,
      `${figure.text} was written by hand; in the evidence it may be:`,
      tellCandidates(candidates),
    )
  })
}

/** The first few candidates in words, and how many more there are. */
export function tellCandidates(candidates: readonly Candidate[]): readonly string[] {
  const rest = candidates.length - MOST_CANDIDATES
  return [
    ...candidates.slice(0, MOST_CANDIDATES).map(tellCandidate),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ]
}

/** Canonical text without the characters that stand for kept escapes. */
function readable(text: string): string {
  return text.replace(/[\uF000-\uF004]/g, (kept) => '*`[]<'[kept.charCodeAt(0) - 0xf000] ?? '')
}

function cut(text: string, other: string | undefined): string {
  let same = 0
  while (other !== undefined && same < text.length && text[same] === other[same]) same++
  const from = other !== undefined && same > KEPT_BEFORE + 20 && same < text.length ? same - KEPT_BEFORE : 0
  const shown = from === 0 ? text : `…${text.slice(from)}`
  return shown.length <= LONGEST_SHOWN ? shown : `${shown.slice(0, LONGEST_SHOWN - 1)}…`
}

/** How much of what two texts have in common is shown before they part. */
const KEPT_BEFORE = 24
