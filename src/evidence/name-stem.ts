import type { Run } from '../runs/run.ts'

/** A run's name without its numbers; empty where a tracker made the name up (`bold-lark-123`). */
export function nameStem(run: Run): string {
  const name = run.name.toLowerCase()
  if (/^[a-z]+-[a-z]+-\d+$/.test(name) || run.id.startsWith(name)) return ''
  return name
    .replace(/\d+/g, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
}
