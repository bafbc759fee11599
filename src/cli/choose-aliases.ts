import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { NarrateError } from '../errors.ts'
import { thawEvidence } from '../evidence/freeze-evidence.ts'
import { maskRun } from '../evidence/mask-run.ts'
import { isGap } from '../gap.ts'
import type { RunKey, RunSummary } from '../runs/run.ts'
import type { RunSource, RunSourceKind } from '../runs/run-source.ts'
import type { Store } from '../stores/store.ts'
import { differingFacts } from '../verify/compare-live.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'
import { maskOf } from './gather-day.ts'

/** A run log in sight: what kind it is, and where. */
interface Hit {
  readonly kind: RunSourceKind
  readonly location: string
  /** The location as the user sees it: relative to the project, without a password. */
  readonly shown: string
}

/** What an alias stands for, as documents know it. */
interface ToldAlias {
  /** Keys that documents tell under it, newest first. */
  readonly keys: readonly RunKey[]
  /** The digest of the place that its log was at when the newest of them was saved; null where none says. */
  readonly place: string | null
  /** Documents that tell runs under it, newest first. */
  readonly documents: readonly string[]
}

const MOST_TRIED = 5
const MOST_DOCUMENTS = 5

/**
 * Aliases for run logs that narrate.yaml gives none. A log keeps the alias that documents tell its runs by: that of its place;
 * else, where a log moved, the one whose runs it holds (by drawn ids, or by ids and what was logged). A log that no
 * document tells of gets its kind's name where it is the only one of its kind and nobody has that, else the name with characters of
 * its place's digest: the same whatever lies beside it. `taken` are the aliases of narrate.yaml.
 */
export async function chooseAliases<One extends Hit>(
  hits: readonly One[],
  taken: ReadonlySet<string>,
  project: Project,
  world: World,
): Promise<ReadonlyMap<One, string>> {
  const aliases = new Map<One, string>()
  if (hits.length === 0) return aliases
  const store = await storeOf(project, world)
  const told = store === null ? new Map<string, ToldAlias>() : await aliasesTold(store)
  for (const [kind, own] of Map.groupBy(hits, (hit) => hit.kind)) {
    const known = [...told].filter(
      ([alias]) => !taken.has(alias) && (alias === kind.name || alias.startsWith(`${kind.name}-`)),
    )
    const given = new Set<string>()
    const give = (hit: One, alias: string): void => {
      aliases.set(hit, alias)
      given.add(alias)
    }
    const isAlone = own.length === 1 && known.length === 1
    const open = (): readonly One[] => own.filter((hit) => !aliases.has(hit))
    const placed = own.flatMap((hit) => {
      const names = known.filter(([, { place }]) => place === placeDigest(hit.shown))
      const found = names.find(([alias]) => alias === distinct(hit)) ?? names[0]
      return found === undefined ? [] : [{ hit, alias: found[0], one: found[1] }]
    })
    const newcomers = own.filter((hit) => !placed.some((one) => one.hit === hit))
    for (const { hit, alias, one } of placed) {
      if (given.has(alias)) continue
      // A log may have moved, and another one have been put in its place.
      const isMoved =
        newcomers.length > 0 &&
        (await holderOf(one, [hit], isAlone, store, project, world)) === null &&
        (await holderOf(one, newcomers, isAlone, store, project, world)) !== null
      if (!isMoved) give(hit, alias)
    }
    // Documents of earlier versions tell no place; the alias may.
    for (const hit of open())
      if (
        !given.has(distinct(hit)) &&
        known.some(([alias, { place }]) => alias === distinct(hit) && place === null)
      )
        give(hit, distinct(hit))
    for (const [alias, one] of known) {
      if (given.has(alias)) continue
      const holder = await holderOf(one, open(), isAlone, store, project, world)
      if (holder !== null) give(holder, alias)
    }
    for (const hit of own) {
      if (aliases.has(hit)) continue
      const isFree = !taken.has(kind.name) && !told.has(kind.name)
      const isTaken = taken.has(distinct(hit)) || given.has(distinct(hit)) || told.has(distinct(hit))
      give(hit, own.length === 1 && isFree ? kind.name : distinct(hit, isTaken ? 12 : 4))
    }
  }
  return aliases
}

/** What stands in a document's record for the place of a log: the path itself may be nobody else's business. */
export function placeDigest(shown: string): string {
  return digest(shown, 12)
}

function distinct({ kind, shown }: Hit, length = 4): string {
  return `${kind.name}-${digest(shown, length)}`
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

/** The store of a project; null where it has none yet: a look at a folder without documents costs nothing. */
async function storeOf(project: Project, world: World): Promise<Store | null> {
  const { root, settings } = project
  const isThere = await stat(path.join(root, settings.store)).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isThere) return null
  const { stores } = await import('../stores/registry.ts')
  return stores.directory({ root, folder: settings.store, world })
}

async function aliasesTold(store: Store): Promise<ReadonlyMap<string, ToldAlias>> {
  const documents = []
  for await (const found of store.list({})) if (!isGap(found)) documents.push(found)
  const aliases = new Map<string, ToldAlias>()
  for (const { id, places, relinked, runs } of documents.toSorted((a, b) => b.savedAt - a.savedAt)) {
    const moved = new Set(relinked.map(({ to }) => to))
    for (const [alias, keys] of Map.groupBy(runs, (key) => key.slice(0, Math.max(0, key.indexOf(':'))))) {
      const before = aliases.get(alias)
      // Runs that were relinked tell nothing of where the log was under its new alias.
      const place = keys.every((key) => moved.has(key)) ? null : (places[alias] ?? null)
      aliases.set(alias, {
        keys: [...new Set([...(before?.keys ?? []), ...keys])],
        place: before?.place ?? place,
        documents: [...(before?.documents ?? []), id],
      })
    }
  }
  return aliases
}

/** The one of several logs that holds the most of the runs told under an alias; the first of equals, null where none holds any. */
async function holderOf<One extends Hit>(
  told: ToldAlias,
  hits: readonly One[],
  isAlone: boolean,
  store: Store | null,
  project: Project,
  world: World,
): Promise<One | null> {
  let best: { readonly hit: One; readonly held: number } | null = null
  for (const hit of hits) {
    const held = await countHeld(told, hit, isAlone, store, project, world)
    if (held > (best?.held ?? 0)) best = { hit, held }
  }
  return best?.hit ?? null
}

async function countHeld(
  { keys, place, documents }: ToldAlias,
  { kind, location }: Hit,
  isAlone: boolean,
  store: Store | null,
  project: Project,
  world: World,
): Promise<number> {
  try {
    const alias = kind.name
    const source = await kind.open(location, alias, world)
    try {
      // Documents of earlier versions tell no place: what is the only log of its kind was theirs.
      if (source.idsAreUnique && isAlone && place === null) return 1
      const frozen = source.idsAreUnique ? null : await frozenRuns(documents, store)
      const tried = keys.filter((key) => frozen === null || frozen.has(key)).slice(0, MOST_TRIED)
      let held = 0
      for (const key of tried) {
        const own = `${alias}${key.slice(key.indexOf(':'))}`
        if (!(await source.find(own.slice(own.search(/[^:/]*$/)))).includes(own)) continue
        const before = frozen?.get(key)
        if (before === undefined) held += 1
        else if (await isSame(before, own, source, project, world)) held += 1
        // Another run has its id: this is another log.
        else return 0
      }
      return held
    } finally {
      await source.close()
    }
  } catch (error) {
    // Why it cannot be opened is told where it is opened for its runs.
    if (!(error instanceof NarrateError) || error.kind !== 'source') throw error
    return 0
  }
}

async function isSame(
  before: RunSummary,
  key: RunKey,
  source: RunSource,
  project: Project,
  world: World,
): Promise<boolean> {
  const run = await source.read(key, { withHistory: true })
  return differingFacts(before, maskRun(run, maskOf(project.settings, world))).length === 0
}

/** What the newest documents froze of their runs, by the keys that these were told by. */
async function frozenRuns(
  documents: readonly string[],
  store: Store | null,
): Promise<ReadonlyMap<RunKey, RunSummary>> {
  const runs = new Map<RunKey, RunSummary>()
  for (const id of documents.slice(0, MOST_DOCUMENTS)) {
    const read = await store?.evidence(id)
    if (read === undefined || 'why' in read) continue
    try {
      for (const { run } of thawEvidence(read.value.evidence ?? null).runs)
        if (!runs.has(run.key)) runs.set(run.key, run)
    } catch (error) {
      // That a record is broken is told where documents are read for themselves.
      if (!(error instanceof z.ZodError)) throw error
    }
  }
  return runs
}
