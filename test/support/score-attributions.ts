import { readFileSync } from 'node:fs'
import path from 'node:path'
import { load } from 'js-yaml'
import { z } from 'zod'
import { gatherNote, type NoteRunSet } from './note-run-sets.ts'

const FILE = path.resolve(import.meta.dirname, '..', 'fixtures', 'notes', 'against-logs', 'attributed.yaml')

const passagesSchema = z.array(
  z.strictObject({
    runs: z.string(),
    passages: z.array(z.strictObject({ text: z.string(), about: z.array(z.string()) })),
  }),
)

/** One passage with the runs that its key says it is about, and those that it was attributed to. */
export interface Attributed {
  readonly text: string
  readonly meant: readonly string[]
  readonly found: readonly string[]
  readonly by: string | null
  readonly confidence: string
}

/** Attributes each passage of the key on its own. */
export function attributeKeyed(sets: ReadonlyMap<string, NoteRunSet>): readonly Attributed[] {
  return passagesSchema.parse(load(readFileSync(FILE, 'utf8'))).flatMap(({ runs, passages }) => {
    const set = sets.get(runs)
    if (set === undefined) throw new Error(`no run set is called ${runs}`)
    return passages.map(({ text, about: meant }) => {
      const evidence = gatherNote(set, text)
      const all = [...evidence.runs, ...evidence.earlier]
      const abouts = evidence.quotes.filter(({ kind }) => kind === 'file').map(({ about }) => about)
      const addresses = new Set(abouts.flatMap((about) => about.runs))
      return {
        text,
        meant,
        found: all.flatMap(({ address, run }) => (addresses.has(address) ? [run.name] : [])),
        by: abouts[0]?.by ?? null,
        confidence: abouts[0]?.confidence ?? 'open',
      }
    })
  })
}

/** How attributions came out, by passage: all right, left open though the key has runs, or with a run that is not meant. */
export function sumAttributions(attributed: readonly Attributed[]): {
  readonly right: number
  readonly open: number
  readonly wrong: readonly Attributed[]
  readonly partial: readonly Attributed[]
} {
  const isRight = ({ meant, found }: Attributed): boolean =>
    meant.length === found.length && meant.every((name) => found.includes(name))
  const rest = attributed.filter((one) => !isRight(one))
  const wrong = rest.filter(({ meant, found }) => found.some((name) => !meant.includes(name)))
  return {
    right: attributed.length - rest.length,
    open: rest.filter(({ found }) => found.length === 0).length,
    wrong,
    partial: rest.filter((one) => one.found.length > 0 && !wrong.includes(one)),
  }
}
