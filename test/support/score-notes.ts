import { readFileSync } from 'node:fs'
import path from 'node:path'
import { load } from 'js-yaml'
import { z } from 'zod'
import { whyUnsound } from '../../src/claims/why-unsound.ts'
import { JUDGEMENTS, NOTE_CLAIM_KINDS, type NoteClaim } from '../../src/evidence/note-claims/note-claim.ts'
import { gatherNote, type NoteRunSet } from './note-run-sets.ts'

const FOLDER = path.resolve(import.meta.dirname, '..', 'fixtures', 'notes', 'against-logs')

const notesSchema = z.array(
  z.strictObject({
    id: z.string(),
    runs: z.string(),
    manner: z.string(),
    text: z.string(),
    key: z.array(
      z.union([
        z.strictObject({ said: z.string(), kind: z.enum(NOTE_CLAIM_KINDS), judgement: z.enum(JUDGEMENTS) }),
        z.strictObject({ said: z.string(), trap: z.string() }),
      ]),
    ),
  }),
)

export type KeyedNotes = z.output<typeof notesSchema>

/** The notes of a file of `fixtures/notes/against-logs`, each with what a careful reader says of its claims. */
export function readKeyedNotes(file: string): KeyedNotes {
  return notesSchema.parse(load(readFileSync(path.join(FOLDER, file), 'utf8')))
}

/** How one note came out: what was found of the key, and what was warned of that the key does not have. */
export interface Scored {
  readonly note: string
  readonly found: readonly {
    readonly kind: string
    readonly judgement: string
    readonly said: string
    readonly isFound: boolean
  }[]
  /** Warnings (`contradict`, or a command without a run) that the key has not. */
  readonly wrong: readonly {
    readonly kind: string
    readonly judgement: string
    readonly said: string
    readonly log: string | null
  }[]
  /** What the key has false and the judgement agrees with. */
  readonly agreed: readonly { readonly kind: string; readonly said: string }[]
  /** Warnings in all. */
  readonly warnings: number
  readonly claims: readonly NoteClaim[]
  /** Sentences of warnings that cannot be said. */
  readonly unsound: readonly string[]
}

/** Holds notes against their runs and scores the judgements by the key. */
export function scoreNotes(notes: KeyedNotes, sets: ReadonlyMap<string, NoteRunSet>): readonly Scored[] {
  return notes.map(({ id, runs, text, key }) => {
    const set = sets.get(runs)
    if (set === undefined) throw new Error(`no run set is called ${runs}`)
    const evidence = gatherNote(set, text)
    const claims = evidence.noteClaims
    for (const { said } of key)
      if (!plain(text).includes(plain(said))) throw new Error(`${id}: the note does not say "${said}"`)
    const planted = key.flatMap((one) => ('kind' in one ? [one] : []))
    const isWarning = (claim: NoteClaim): boolean => claim.log !== null
    return {
      note: id,
      found: planted.map(({ kind, judgement, said }) => ({
        kind,
        judgement,
        said,
        isFound: claims.some((claim) => claim.judgement === judgement && overlap(claim.said, said)),
      })),
      wrong: claims
        .filter(
          (claim) =>
            isWarning(claim) &&
            !planted.some(
              ({ judgement, said }) => judgement === claim.judgement && overlap(claim.said, said),
            ),
        )
        .map(({ kind, judgement, said, log }) => ({ kind, judgement, said, log })),
      agreed: planted.filter(
        ({ judgement, kind, said }) =>
          judgement === 'contradict' &&
          claims.some(
            (claim) => claim.judgement === 'agree' && claim.kind === kind && overlap(claim.said, said),
          ) &&
          !claims.some((claim) => claim.judgement === 'contradict' && overlap(claim.said, said)),
      ),
      warnings: claims.filter(isWarning).length,
      claims,
      unsound: evidence.findings
        .filter(({ kind }) => kind === 'discrepancy')
        .flatMap(({ sentence }) => whyUnsound(sentence, evidence) ?? []),
    }
  })
}

/** Precision of warnings and recall of what was planted, in all and by kind. */
export interface NoteScores {
  readonly warnings: number
  readonly wrong: number
  /** False claims that were agreed with. */
  readonly agreed: number
  readonly precision: number
  /** Recall by judgement, and of contradictions by kind: found of planted. */
  readonly recall: ReadonlyMap<string, { readonly found: number; readonly planted: number }>
}

/** The sums over notes. */
export function sumScores(scored: readonly Scored[]): NoteScores {
  const warnings = scored.reduce((sum, one) => sum + one.warnings, 0)
  const wrong = scored.reduce((sum, one) => sum + one.wrong.length, 0)
  const all = scored.flatMap(({ found }) => found)
  const byKey = [
    ...Map.groupBy(all, ({ judgement }) => judgement),
    ...Map.groupBy(all, ({ judgement, kind }) => `${judgement} ${kind}`),
  ]
  return {
    warnings,
    wrong,
    agreed: scored.reduce((sum, one) => sum + one.agreed.length, 0),
    precision: warnings === 0 ? 1 : (warnings - wrong) / warnings,
    recall: new Map(
      byKey.map(([name, list]) => [
        name,
        { found: list.filter(({ isFound }) => isFound).length, planted: list.length },
      ]),
    ),
  }
}

function overlap(a: string, b: string): boolean {
  const [one, other] = [plain(a), plain(b)]
  return one.includes(other) || other.includes(one)
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase()
}
