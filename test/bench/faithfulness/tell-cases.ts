import { type Random, seededRandom } from '../../support/seeded-random.ts'
import { type BenchCase, type Form, LIARS, type Liar, type Told } from './case.ts'
import { CHANGED_SENTENCES } from './changed-sentences.ts'
import { disguise } from './disguise.ts'
import { FABRICATIONS } from './fabrications.ts'
import type { Ground } from './ground.ts'
import { HELD_OUT_FABRICATIONS, HELD_OUT_FORMS } from './held-out.ts'
import { HELD_OUT_CAUSE_FORMS, HELD_OUT_CAUSES } from './held-out-causes.ts'
import { HONEST_SENTENCES } from './honest-sentences.ts'
import { NUMERIC_FORMS } from './numeric-forms.ts'
import { RELATIONAL_FORMS } from './relational-forms.ts'

export interface CaseRequest {
  readonly seed: number
  /** Lies of one kind by one liar, over all histories together. */
  readonly liesPerKind: number
  /** Honest statements of one form, over all histories together. */
  readonly honestPerForm: number
}

const FORMS: readonly Form[] = [
  ...NUMERIC_FORMS,
  ...RELATIONAL_FORMS,
  ...HELD_OUT_FORMS,
  ...HELD_OUT_CAUSE_FORMS,
]

/** Tries at a kind per statement wanted: many histories have nothing to say a thing of. */
const TRIES = 12

/** The lies and the honest statements of one seed: the same ones on every machine. */
export function tellCases(grounds: readonly Ground[], request: CaseRequest): readonly BenchCase[] {
  const cases: BenchCase[] = []
  for (const form of FORMS) {
    const key = `${form.family}: ${form.kind}`
    cases.push(
      ...drawn(grounds, request.seed, `honest ${key}`, request.honestPerForm, null, form, (ground, random) =>
        form.tell(ground, random, true),
      ),
    )
    // Words over a wrong slot need no check to be a lie: the printed number is the claim.
    for (const liar of LIARS.filter((one) => form.family === 'relational' || one !== 'naive'))
      cases.push(
        ...drawn(
          grounds,
          request.seed,
          `${liar} ${key}`,
          request.liesPerKind,
          liar,
          form,
          (ground, random) => {
            const told = form.tell(ground, random, false)
            return told === null ? null : disguise(told, liar, ground, random)
          },
        ),
      )
  }
  for (const made of [...FABRICATIONS, ...CHANGED_SENTENCES, ...HELD_OUT_FABRICATIONS, ...HELD_OUT_CAUSES])
    cases.push(
      ...drawn(
        grounds,
        request.seed,
        `${made.liar} ${made.family}: ${made.kind}`,
        request.liesPerKind,
        made.liar,
        made,
        (ground, random) => made.tell(ground, random),
      ),
    )
  return [...cases, ...grounds.flatMap(writtenByHand)]
}

function writtenByHand({ name }: Ground): readonly BenchCase[] {
  return (HONEST_SENTENCES[name] ?? []).map(([basis, text, ...checks], index) => ({
    id: `by hand ${name} ${index + 1}`,
    history: name,
    family: 'honest',
    kind: 'written by hand',
    liar: null,
    statement: { text, basis, checks },
    fact: 'held against the runs when it was written',
  }))
}

function drawn(
  grounds: readonly Ground[],
  seed: number,
  key: string,
  wanted: number,
  liar: Liar | null,
  { family, kind }: Pick<Form, 'family' | 'kind'>,
  tell: (ground: Ground, random: Random) => Told | null,
): readonly BenchCase[] {
  const random = seededRandom(seed + digest(key))
  const cases: BenchCase[] = []
  const seen = new Set<string>()
  for (let attempt = 0; attempt < wanted * TRIES && cases.length < wanted; attempt += 1) {
    const ground = grounds[attempt % grounds.length]
    const told = ground === undefined ? null : tell(ground, random)
    if (ground === undefined || told === null) continue
    const same = JSON.stringify([ground.name, told.text, told.checks, told.basis])
    if (seen.has(same)) continue
    seen.add(same)
    cases.push({
      id: `${key} ${cases.length + 1}`,
      history: ground.name,
      family: liar === null ? 'honest' : family,
      kind,
      liar,
      statement: { text: told.text, basis: told.basis, checks: told.checks },
      fact: told.fact,
    })
  }
  return cases
}

/** A number from a text, the same on every machine (FNV-1a, Fowler, Noll and Vo). */
function digest(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}
