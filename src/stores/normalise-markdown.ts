/**
 * Markdown as it is compared: LF line ends, NFC, no spaces or tabs at line ends, no blank lines at the beginning, one
 * newline at the end. What `core.autocrlf` and formatters do to a file does not show in it; any word a person changes does.
 */
export function normaliseMarkdown(markdown: string): string {
  const lines = markdown
    // A lone surrogate cannot be written to a file: it comes back as U+FFFD.
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map(withoutTrailingSpace)
  const first = lines.findIndex((line) => line !== '')
  if (first === -1) return ''
  const last = lines.findLastIndex((line) => line !== '')
  return `${lines.slice(first, last + 1).join('\n')}\n`
}

function withoutTrailingSpace(line: string): string {
  let end = line.length
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1
  return line.slice(0, end)
}
