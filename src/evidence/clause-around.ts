/** The clause of a text that holds the place, cut at commas, semicolons, colons and sentence ends. */
export function clauseAround(text: string, index: number): string {
  const ends = [...text.matchAll(/[,;:\n]|[.!?](?=\s|$)/g)].map((match) => match.index)
  const start = ends.filter((end) => end < index).at(-1)
  const end = ends.find((one) => one >= index) ?? text.length
  return text.slice(start === undefined ? 0 : start + 1, end).trim()
}
