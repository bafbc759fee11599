/** A map in the order of its names. */
export function sortedByName<Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map([...map].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)))
}
