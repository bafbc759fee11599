/** SQL's LIKE as a regular expression over the whole text: `%` is any text, `_` one character, nothing is escaped. */
export function likePattern(pattern: string, ignoresCase: boolean): RegExp {
  const source = pattern
    .replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    .replace(/%+/g, '[^]*')
    .replaceAll('_', '[^]')
  return new RegExp(`^${source}$`, ignoresCase ? 'iu' : 'u')
}
