/** Why something cannot be said: one sentence that names what exists instead. It goes back to whoever wrote the slot. */
export interface Refusal {
  readonly kind: 'refused'
  readonly reason: string
}

/** A refusal as a value. */
export function refuse(reason: string): Refusal {
  return { kind: 'refused', reason }
}

/** Whether a value is a refusal. */
export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refused'
}

/** Up to eight names for a reason, those nearest to the wanted one first: `lr, lr_decay, seed and 4 more`. */
export function nearestNames(names: Iterable<string>, wanted: string): string {
  const all = [...new Set(names)]
  if (all.length === 0) return 'none'
  const ranked = all
    .map((name, index) => ({ name, index, distance: editDistance(name.toLowerCase(), wanted.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || a.index - b.index)
    .map((entry) => entry.name)
  const shown = ranked.slice(0, 8).map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name))
  return ranked.length > 8 ? `${shown.join(', ')} and ${ranked.length - 8} more` : shown.join(', ')
}

function editDistance(left: string, right: string): number {
  const a = left.slice(0, 60)
  const b = right.slice(0, 60)
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
