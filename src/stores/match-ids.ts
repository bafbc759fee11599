/**
 * Those that a person may mean by a part of an id: the one that has it whole; else those that begin with it or end with
 * its four characters; else those that hold it.
 */
export function matchingIds<Of extends { readonly id: string }>(
  all: readonly Of[],
  typed: string,
): readonly Of[] {
  const exact = all.filter(({ id }) => id === typed)
  if (exact.length > 0 || typed === '') return exact
  const near = all.filter(({ id }) => id.startsWith(typed) || id.slice(-4) === typed)
  return near.length > 0 ? near : all.filter(({ id }) => id.includes(typed))
}
