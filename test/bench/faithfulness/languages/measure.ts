import { checkStatementsIn } from '../../../../src/claims/check-in-language.ts'
import type { Language } from '../../../../src/claims/languages/language.ts'
import type { Verdict } from '../../../../src/claims/statement.ts'
import type { Ground } from '../ground.ts'
import type { HonestSentence } from '../honest-sentences.ts'

/** One sentence as it was judged. */
export interface JudgedSentence {
  readonly family: string
  readonly history: string
  readonly text: string
  readonly verdict: Verdict
  /** Whether it would be printed as it was told: not refused, and not turned into an inference. */
  readonly isPrinted: boolean
}

/** Judges sentences over their histories; the family of honest ones is "honest". */
export function judgeSentences(
  language: Language,
  grounds: readonly Ground[],
  sentences: Readonly<Record<string, readonly (readonly [family: string, ...HonestSentence])[]>>,
): readonly JudgedSentence[] {
  return Object.entries(sentences).flatMap(([history, list]) => {
    const ground = grounds.find(({ name }) => name === history)
    if (ground === undefined) throw new Error(`there is no history ${history}`)
    return list.map(([family, basis, text, ...checks]): JudgedSentence => {
      const [verdict] = checkStatementsIn(
        language,
        [{ path: 'reading[0]', basis, text, checks }],
        ground.evidence,
      )
      if (verdict === undefined) throw new Error('one statement has one verdict')
      const isTurned = verdict.kind === 'supported' && verdict.isTurned === true
      return { family, history, text, verdict, isPrinted: verdict.kind === 'supported' && !isTurned }
    })
  })
}

/** Of each family how many were judged, and how many would be printed. */
export function sharesOf(
  judged: readonly JudgedSentence[],
): ReadonlyMap<string, { readonly told: number; readonly printed: number }> {
  const shares = new Map<string, { told: number; printed: number }>()
  for (const { family, isPrinted } of judged) {
    const share = shares.get(family) ?? { told: 0, printed: 0 }
    shares.set(family, { told: share.told + 1, printed: share.printed + (isPrinted ? 1 : 0) })
  }
  return shares
}
