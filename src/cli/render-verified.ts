import type { VerifyFinding, VerifyNotice } from '../verify/verify-finding.ts'
import type { VerifiedFile, VerifiedStore } from '../verify/verify-store.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { truncate } from './terminal/display-width.ts'
import type { Style } from './terminal/style.ts'
import { wrapText } from './terminal/wrap-text.ts'

interface Look {
  readonly width: number
  readonly style: Style
}

const MOST_LINES = 8

/** What verification found: a line for each document that stands, the others with their findings, and a summary. */
export function renderVerified(verified: VerifiedStore, look: Look): string {
  const { documents, findings } = verified
  return [
    ...documents.flatMap((one) => renderFile(one, look)),
    ...(findings.length === 0
      ? []
      : ['', look.style.bold('The store'), ...findings.flatMap((one) => renderFinding(one, look))]),
    '',
    ...summary(verified, look),
  ]
    .filter((line, index, lines) => line !== '' || (index > 0 && lines[index - 1] !== ''))
    .join('\n')
}

function renderFile({ id, path, findings, notices }: VerifiedFile, look: Look): readonly string[] {
  const { style, width } = look
  // What can be typed again; a file that was moved or copied is known by where it is.
  const name = truncate(cleanLine(path.endsWith(`/${id}.md`) ? id : path), width - 8)
  const signatures = notices
    .filter(({ kind }) => kind === 'signature' || kind === 'redacted')
    .flatMap(({ says }) => indented(cleanLine(says), 8, width).map(style.dim))
  if (findings.length === 0) return [`${style.good('stands')}  ${name}`, ...signatures]
  return [
    '',
    `${style.bad('look')}    ${style.bold(name)}`,
    ...findings.flatMap((one) => renderFinding(one, look)),
    ...signatures,
    '',
  ]
}

/** A finding behind its place, wrapped, with what shows it below. */
export function renderFinding(
  { where, says, lines }: VerifyFinding,
  { width, style }: Look,
): readonly string[] {
  const place = where === null ? '' : `${cleanLine(where)}: `
  const shown = lines.slice(0, MOST_LINES)
  return [
    ...indented(`${place}${cleanLine(says)}`, 2, width),
    ...shown.map((line) => `    ${style.dim(truncate(cleanLine(line), width - 4))}`),
    ...(lines.length > shown.length
      ? [`    ${style.dim(`and ${lines.length - shown.length} more lines (--json has all)`)}`]
      : []),
  ]
}

function indented(text: string, by: number, width: number): readonly string[] {
  return wrapText(text, width - by)
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
}

function summary({ documents, findings, heads }: VerifiedStore, look: Look): readonly string[] {
  const standing = documents.filter((one) => one.findings.length === 0).length
  const count = findings.length + documents.reduce((sum, one) => sum + one.findings.length, 0)
  const told = `${documents.length} ${documents.length === 1 ? 'document' : 'documents'}: ${standing} ${standing === 1 ? 'stands' : 'stand'}${count === 0 ? '' : `, ${documents.length - standing} to look at; ${count} ${count === 1 ? 'finding' : 'findings'}`}.`
  const notices = noticesOf(documents)
  return [
    ...wrapText(told, look.width).split('\n'),
    ...notices.flatMap((text) => wrapText(text, look.width).split('\n')).map(look.style.dim),
    ...(heads.length === 0
      ? []
      : [look.style.dim('Loss or exchange of the newest record shows against git history alone.')]),
  ]
}

/** What was not worked out again, once for all documents. */
function noticesOf(documents: readonly VerifiedFile[]): readonly string[] {
  // Whose signature stands under a document is told beside it.
  const all = documents.flatMap(({ notices }) => notices).filter(({ kind }) => kind !== 'signature')
  return [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, of]) => {
    const sum = of.reduce((total, { count }) => total + count, 0)
    return textOf(kind, of.length, sum)
  })
}

function textOf(kind: VerifyNotice['kind'], documents: number, sum: number): string {
  const of = documents === 1 ? '1 document' : `${documents} documents`
  switch (kind) {
    case 'other-version':
      return `Written by another version of narrate, so not composed again to the byte: ${of}.`
    case 'no-template':
      return `Of a kind whose folder is gone, so not composed again: ${of}; values and statements were worked out again.`
    case 'other-templates':
      return `Printed by other templates, so not composed again to the byte: ${of}.`
    case 'partly':
      return `Resting on other runs of the project, which are not frozen: ${sum} ${sum === 1 ? 'finding' : 'findings'} in ${of}; slots were worked out again, counts were not.`
    case 'stricter':
      return `Supported when written, and marked by this stricter version: ${sum} ${sum === 1 ? 'statement' : 'statements'} in ${of}.`
    case 'other-kind':
      return `Of a kind that this version cannot work out again: ${of}.`
    case 'other-language':
      return `In a language that this version does not read: ${of}.`
    case 'moved-on':
      return `Told as running, and ended since: ${sum} ${sum === 1 ? 'run' : 'runs'} in ${of}.`
    case 'redacted':
      return `With words taken out on record, worked out again as far as they are left: ${of}.`
    case 'no-digest':
      return `Of before documents named the digest of their evidence: ${of}.`
    case 'signature':
      return `Signed: ${of}.`
    default:
      return kind satisfies never
  }
}
