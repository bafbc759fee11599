import { z } from 'zod'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { RunKey, RunSummary } from '../runs/run.ts'
import { savedAtOf } from '../stores/evidence-record.ts'
import { type KeyHistory, keyHistory } from '../stores/key-history.ts'
import type { Store } from '../stores/store.ts'
import type { LostRun } from '../verify/find-moved.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'
import type { OpenedSources } from './open-sources.ts'
import { isMeant, readProjectJournal } from './read-key-history.ts'

/** The runs that documents and notes name, by the keys that are theirs now. */
export interface NamedRuns {
  readonly runs: ReadonlyMap<RunKey, LostRun>
  /** The keys that a document holds. */
  readonly heldBy: ReadonlyMap<string, ReadonlySet<RunKey>>
  readonly history: KeyHistory
  /** Documents that could not be read: what they name is not known. */
  readonly gaps: readonly Gap[]
}

const EVER = { from: 0, until: 8_640_000_000_000_000 }

/** Reads every run that a record of the store or the journal names. */
export async function readNamedRuns(store: Store, project: Project, world: World): Promise<NamedRuns> {
  const history = keyHistory(await store.relinks())
  const summaries: { readonly id: string; readonly savedAt: number; readonly keys: readonly RunKey[] }[] = []
  const gaps: Gap[] = []
  for await (const found of store.list({})) {
    if (isGap(found)) gaps.push(found)
    else {
      const { id, savedAt, runs, told } = found
      summaries.push({ id, savedAt, keys: [...runs, ...told.map(({ key }) => key)] })
    }
  }
  const runs = new Map<RunKey, LostRun>()
  const heldBy = new Map<string, ReadonlySet<RunKey>>()
  const add = (key: RunKey, id: string, frozen: RunSummary | null): void => {
    const known = runs.get(key)
    runs.set(key, {
      key,
      frozen: frozen ?? known?.frozen ?? null,
      documents: [...new Set([...(known?.documents ?? []), id])],
      notes: known?.notes ?? [],
    })
  }
  for (const { id, keys } of summaries.toSorted((a, b) => a.savedAt - b.savedAt)) {
    world.signal.throwIfAborted()
    const read = await frozenIn(id, store)
    if (isGap(read)) gaps.push(read)
    const frozen = isGap(read)
      ? []
      : read.runs.map((run) => ({ key: history.now(run.key, read.savedAt), run }))
    for (const key of keys) add(key, id, null)
    for (const { key, run } of frozen) add(key, id, run)
    heldBy.set(id, new Set([...keys, ...frozen.map(({ key }) => key)]))
  }
  const { notes } = await readProjectJournal(project, EVER, world)
  for (const { runs: words, place } of notes)
    for (const word of words) {
      const meant = [...runs.values()].filter(({ key }) => isMeant(word, key))
      // Words that are no key may be a name, or never have been a run's.
      const named =
        meant.length === 0 && word.includes(':')
          ? [{ key: word, frozen: null, documents: [], notes: [] }]
          : meant
      for (const one of named) runs.set(one.key, { ...one, notes: [...new Set([...one.notes, place])] })
    }
  return { runs, heldBy, history, gaps }
}

async function frozenIn(
  id: string,
  store: Pick<Store, 'evidence'>,
): Promise<{ readonly runs: readonly RunSummary[]; readonly savedAt: number } | Gap> {
  const read = await store.evidence(id)
  if ('why' in read) return gap(id, `evidence/${id}.json`, read.why)
  try {
    const { runs, earlier, deleted } = thawEvidence(read.value.evidence ?? null)
    return {
      runs: [...earlier, ...deleted, ...runs].map(({ run }) => run),
      savedAt: savedAtOf(read.value),
    }
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    return gap(id, `evidence/${id}.json`, 'it is not as narrate freezes it')
  }
}

/** The keys that the sources at hand have, of runs that are told as part of others and of deleted ones too. */
export async function presentKeys(
  { sources }: Pick<OpenedSources, 'sources'>,
  world: World,
): Promise<{ readonly keys: ReadonlySet<RunKey>; readonly gaps: readonly Gap[] }> {
  const keys = new Set<RunKey>()
  const gaps: Gap[] = []
  for (const { source } of sources)
    for await (const found of source.list({ includeDeleted: true })) {
      world.signal.throwIfAborted()
      if (isGap(found)) gaps.push(found)
      else for (const { key } of [found, ...(found.also ?? [])]) keys.add(key)
    }
  return { keys, gaps }
}
