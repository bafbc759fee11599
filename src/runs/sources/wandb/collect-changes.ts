import { isLooseMap, jsonOfLoose, parseLooseJson } from '../../files/loose-json.ts'
import type { LogChanges, LogItem } from './decode-record.ts'

/** A value that stands at the end, and the number of the record that last set it. */
export interface SettledItem extends LogItem {
  readonly record: number
}

/**
 * Takes the changes to a config or a summary in the order of their records and keeps what stands. A part of a value may be set where the
 * whole was set before, and the other way round. Nothing is parsed that is not needed: a summary is written anew with every step.
 */
export function collectChanges(): {
  apply(changes: LogChanges, record: number): void
  finish(): readonly SettledItem[]
} {
  const root: Branch = new Map()
  return {
    apply({ update, remove }, record) {
      for (const { path, json } of update) branchAt(path).set(path.at(-1) ?? '', { json, record })
      for (const path of remove) branchAt(path).delete(path.at(-1) ?? '')
    },
    finish: () => [...settled(root, [])],
  }

  function branchAt(path: readonly string[]): Branch {
    let branch = root
    for (const name of path.slice(0, -1)) {
      const held = branch.get(name)
      const inner = held instanceof Map ? held : branchOf(held)
      if (inner !== held) branch.set(name, inner)
      branch = inner
    }
    return branch
  }
}

interface Leaf {
  readonly json: string
  readonly record: number
}

type Branch = Map<string, Branch | Leaf>

/** A value that was set whole, of which a part is set now. */
function branchOf(held: Leaf | undefined): Branch {
  if (held === undefined) return new Map()
  const parsed = parseLooseJson(held.json)
  if (parsed.kind === 'broken' || !isLooseMap(parsed.value)) return new Map()
  return new Map(
    [...parsed.value].map(([name, value]) => [name, { json: jsonOfLoose(value), record: held.record }]),
  )
}

function* settled(branch: Branch, path: readonly string[]): Generator<SettledItem> {
  for (const [name, held] of branch)
    if (held instanceof Map) yield* settled(held, [...path, name])
    else yield { path: [...path, name], ...held }
}
