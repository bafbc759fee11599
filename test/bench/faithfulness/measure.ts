import { type BenchCase, FAMILIES } from './case.ts'
import { type Checker, type Judged, statementOf } from './checker.ts'
import type { Ground } from './ground.ts'
import { leakedDigits } from './leaked-digits.ts'

/** A case and what the checker made of it. */
export interface Outcome {
  readonly told: BenchCase
  readonly judged: Judged
  /** Printed words that hold a digit out of no slot. */
  readonly leak: string | null
}

/** Has all cases judged, history by history. */
export async function judgeCases(
  cases: readonly BenchCase[],
  grounds: readonly Ground[],
  checker: Checker,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const ground of grounds) {
    const own = cases.filter(({ history }) => history === ground.name)
    const verdicts = await checker(ground, own.map(statementOf))
    for (const [index, told] of own.entries()) {
      const judged = verdicts[index]
      if (judged === undefined) throw new Error(`the checker left ${told.id} without a verdict`)
      outcomes.push({ told, judged, leak: judged.words === null ? null : leakedDigits(judged.words, ground) })
    }
  }
  return outcomes
}

/** A line of the table. */
export interface Row {
  readonly family: string
  readonly kind: string
  readonly lies: number
  /** Not supported: left out, or printed with a mark. */
  readonly caught: number
  /** Of those caught, printed with a mark. */
  readonly marked: number
}

export function rowsOf(outcomes: readonly Outcome[]): readonly Row[] {
  const rows = new Map<string, Row>()
  for (const { told, judged } of outcomes) {
    if (told.liar === null) continue
    const key = `${told.family}\n${told.kind}`
    const row = rows.get(key) ?? { family: told.family, kind: told.kind, lies: 0, caught: 0, marked: 0 }
    rows.set(key, {
      ...row,
      lies: row.lies + 1,
      caught: row.caught + (judged.verdict === 'supported' ? 0 : 1),
      marked: row.marked + (judged.isMarked ? 1 : 0),
    })
  }
  return [...rows.values()].sort(
    (a, b) => orderOf(a.family) - orderOf(b.family) || a.caught / a.lies - b.caught / b.lies,
  )
}

function orderOf(family: string): number {
  return (FAMILIES as readonly string[]).indexOf(family)
}

export interface Totals {
  readonly families: ReadonlyMap<string, { readonly lies: number; readonly caught: number }>
  readonly liars: ReadonlyMap<string, { readonly lies: number; readonly caught: number }>
  /** `marked`: of those refused, the ones that are still printed, with a mark. */
  readonly honest: { readonly told: number; readonly refused: number; readonly marked: number }
  readonly leaks: number
}

export function totalsOf(outcomes: readonly Outcome[]): Totals {
  const families = new Map<string, { lies: number; caught: number }>()
  const liars = new Map<string, { lies: number; caught: number }>()
  const add = (sums: typeof families, key: string, isCaught: boolean): void => {
    const sum = sums.get(key) ?? { lies: 0, caught: 0 }
    sums.set(key, { lies: sum.lies + 1, caught: sum.caught + (isCaught ? 1 : 0) })
  }
  const honest = outcomes.filter(({ told }) => told.liar === null)
  for (const { told, judged } of outcomes) {
    if (told.liar === null) continue
    add(families, told.family, judged.verdict !== 'supported')
    add(liars, told.liar, judged.verdict !== 'supported')
  }
  return {
    families,
    liars,
    honest: {
      told: honest.length,
      refused: honest.filter(({ judged }) => judged.verdict !== 'supported').length,
      marked: honest.filter(({ judged }) => judged.isMarked).length,
    },
    leaks: outcomes.filter(({ leak }) => leak !== null).length,
  }
}
