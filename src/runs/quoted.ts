/** A name from a log, short and without control characters, for a message. */
export function quoted(name: string): string {
  const short = name.length > 80 ? `${name.slice(0, 80)}…` : name
  return JSON.stringify(short).slice(1, -1)
}
