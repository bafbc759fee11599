/** What the form shows above the questions: lines of ours about the day, which are never read back. */
export interface FormContext {
  /** The day it is about, `2026-11-20`. */
  readonly day: string
  /** What is known of the day, a line each: "16 runs: 13 finished, 2 failed, 1 running". */
  readonly lines: readonly string[]
}

/** Lines that begin so are ours and are dropped; Markdown has no use for it. */
const COMMENT = ';;'

const QUESTIONS: readonly string[] = [
  '## What I tried',
  '## What came out',
  '## What did not work',
  '## Open questions',
  '## Tomorrow',
]

/** The form that the editor opens: a few headings to write under, and what is known of the day as comments. */
export function renderForm(context: FormContext): string {
  const comments = [
    `${context.day}: write what you remember, in any language, as short as you like.`,
    `Lines that begin with ${COMMENT} are dropped, and so are headings with nothing under them. Write without them if you prefer.`,
    'Save and close to go on; leave it empty to go on without a note.',
    ...context.lines,
  ]
  const head = comments
    .flatMap((comment) => comment.split('\n'))
    .map((line) => `${COMMENT} ${line}`.trimEnd())
  return `${head.join('\n')}\n\n${QUESTIONS.map((question) => `${question}\n\n`).join('\n')}`
}

/**
 * What a person wrote into the form, verbatim: comments, headings of ours with nothing under them, and blank lines at
 * the ends of a section are gone. `empty` where nothing is left.
 */
export function parseForm(text: string): { readonly text: string; readonly empty: boolean } {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => !line.startsWith(COMMENT))
  const sections: { heading: string | null; lines: string[] }[] = [{ heading: null, lines: [] }]
  for (const line of lines) {
    if (QUESTIONS.includes(line.trimEnd())) sections.push({ heading: line.trimEnd(), lines: [] })
    else sections.at(-1)?.lines.push(line)
  }
  const written = sections
    .map((section) => ({ heading: section.heading, body: withoutBlankEnds(section.lines) }))
    .filter((section) => section.body !== '')
    .map((section) => (section.heading === null ? section.body : `${section.heading}\n\n${section.body}`))
    .join('\n\n')
  return { text: written, empty: written === '' }
}

function withoutBlankEnds(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first < 0 ? '' : lines.slice(first, last + 1).join('\n')
}
