import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Why a value may be read wrong in silence: the format cannot show this damage. */
export interface ListedException {
  readonly damage: string
  /** A pattern of the damaged files, relative to the fixture's folder. */
  readonly file: string
  /** A pattern of the damages of this kind that it is for; empty where it is for all of them. */
  readonly detail: string
  readonly wrong: string
  readonly because: string
  /** How many wrong values it let pass. */
  readonly used: number
}

/** What one adapter bore: inputs and failures by kind of damage, and the exceptions that are listed for its format. */
export interface DamageRecord {
  readonly adapter: string
  readonly kinds: Readonly<Record<string, { readonly inputs: number; readonly failures: number }>>
  readonly exceptions: readonly ListedException[]
}

export interface DamageTally {
  tried(kind: string): void
  failed(kind: string): void
  /** All inputs so far. */
  inputs(): number
  /** Keeps what was counted in a folder for `damage-report.ts`; does nothing without one. */
  save(folder: string | undefined, exceptions: readonly ListedException[]): void
}

/** Counts what an adapter's log was damaged with. */
export function damageTally(adapter: string): DamageTally {
  const kinds = new Map<string, { inputs: number; failures: number }>()
  const of = (kind: string) => {
    const counted = kinds.get(kind) ?? { inputs: 0, failures: 0 }
    kinds.set(kind, counted)
    return counted
  }
  return {
    tried: (kind) => {
      of(kind).inputs += 1
    },
    failed: (kind) => {
      of(kind).failures += 1
    },
    inputs: () => [...kinds.values()].reduce((sum, { inputs }) => sum + inputs, 0),
    save(folder, exceptions) {
      if (folder === undefined || folder === '') return
      const record: DamageRecord = { adapter, kinds: Object.fromEntries(kinds), exceptions }
      mkdirSync(folder, { recursive: true })
      const name = adapter.replaceAll(/[^\w]+/g, '-')
      writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(record, null, 2)}\n`)
    },
  }
}
