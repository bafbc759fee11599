import type { Document } from '../../src/documents/document.ts'

/** A document with a body of a certain size, to be saved by a process of its own. */
export function sampleSave(name: string, number: number, bytes: number): Document {
  const id = `2026-11-20-${name}-${number}-0000`
  const title = `${name} ${number}`
  const body = `# ${title}\n\n${'word '.repeat(Math.ceil(bytes / 5))}\n`
  return {
    id,
    kind: 'log',
    title,
    date: '2026-11-20',
    runs: [],
    notes: [],
    frontMatter: { id, kind: 'log', title, date: '2026-11-20', runs: [] },
    body,
    evidence: { told: [] },
    supersedes: null,
  }
}
