import type { Evidence } from '../evidence/evidence.ts'
import type { FrozenRecord } from './frozen-record.ts'
import type { Part, ToldParts } from './told-parts.ts'

/** A log entry while its lines are gone through. */
export interface LogAccount {
  readonly frozen: FrozenRecord
  readonly evidence: Evidence
  readonly parts: ToldParts
  /** What was met: owners of parts, and names of lines that are always there. */
  readonly told: Set<string>
}

/** Whether a text is one or more parts one behind the other, whole; those that it is are told. */
export function isMadeOf(text: string, parts: readonly Part[], { told }: LogAccount): boolean {
  // From each place it is tried once, however parts begin like one another.
  const failed = new Set<number>()
  const split = (rest: string): readonly Part[] | null => {
    if (failed.has(rest.length)) return null
    const whole = parts.filter((part) => part.text === rest)
    if (whole.length > 0) return whole
    for (const part of parts)
      for (const between of [' ', ' · ']) {
        if (!rest.startsWith(`${part.text}${between}`)) continue
        const more = split(rest.slice(part.text.length + between.length))
        if (more !== null) return [part, ...more]
      }
    failed.add(rest.length)
    return null
  }
  const found = split(text)
  for (const { owner } of found ?? []) told.add(owner)
  return found !== null
}
