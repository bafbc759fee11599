import { sep } from 'node:path'

/**
 * A path below a location as a run's id and as readers see it: with `/` on every system, control characters escaped, and two paths
 * never the same. The location itself is `.`.
 */
export function idOfPath(path: string): string {
  const parts = sep === '/' ? path : path.split(sep).join('/')
  if (parts === '') return '.'
  return /[\p{Cc}\u2028\u2029\\]/u.test(parts)
    ? parts.replace(/[\p{Cc}\u2028\u2029\\]/gu, (character) =>
        character === '\\' ? '\\\\' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : parts
}
