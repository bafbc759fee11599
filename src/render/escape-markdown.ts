/**
 * Text that came from a log, a note or a model as Markdown that shows it literally: no HTML, no heading, no table
 * cell, no link but a web address that is shown in full. Line breaks become spaces. Underscores inside words stay as they are: `test_loss` is read better so.
 */
export function escapeMarkdown(text: string): string {
  return withoutControls(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*~[\]|]|<(?=[\p{L}/!?])/gu, '\\$&')
    .replace(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, (marks) => marks.replaceAll('_', '\\_'))
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/^(\s*)(?=>)/, '$1\\')
    .replace(/^(\s*)([#+-])(?=\s|$)/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^(\s*)(=+|-{2,})\s*$/, '$1\\$2')
}

/** Without control characters, private-use marks, and characters that change the direction of what follows. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Co}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, (found) =>
    found === '\n' || found === '\t' || found === '\r' ? ' ' : '',
  )
}

/** What `escapeMarkdown` escaped, as it was typed. */
export function unescapeMarkdown(text: string): string {
  return text.replace(/\\([\\`*~[\]|_#+=.)<>-])/g, '$1').replace(/&amp;/g, '&')
}
