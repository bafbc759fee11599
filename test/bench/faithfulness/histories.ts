import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { withSoundFindings } from '../../../src/claims/sound-findings.ts'
import type { Evidence } from '../../../src/evidence/evidence.ts'
import { gatherEvidence } from '../../../src/evidence/gather-evidence.ts'
import { type Gap, isGap } from '../../../src/gap.ts'
import { readSeries } from '../../../src/runs/collect-runs.ts'
import { RUN_SOURCE_KINDS } from '../../../src/runs/registry.ts'
import type { RunSourceKind } from '../../../src/runs/run-source.ts'
import { settingsSchema } from '../../../src/settings.ts'
import type { World } from '../../../src/world.ts'
import { gatherExample } from '../../support/gather-example.ts'
import { gatherLastDay, gatherPlanted } from '../../support/gather-planted.ts'
import { plantHistory } from '../../support/planted-history.ts'
import { riverEvidence } from '../../support/river-evidence.ts'
import { type Ground, groundOf } from './ground.ts'
import { shopEvidence } from './shop-evidence.ts'

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/mlflow')

/** Histories whose evidence was made by hand: a document over them cannot be worked out again from their runs. */
export const MADE_BY_HAND: readonly string[] = ['river', 'shop']

export interface HistoryRequest {
  /** How many planted projects. */
  readonly planted: number
  /** A folder below which further stores lie, read where it is given. */
  readonly stores: string | null
  readonly world: World
}

/** Every history that lies are told over: the example's days, invented evenings, planted projects and real stores. */
export async function readHistories(request: HistoryRequest): Promise<readonly Ground[]> {
  const grounds: Ground[] = [groundOf('river', riverEvidence()), groundOf('shop', shopEvidence())]
  const { days, whole } = await gatherExample()
  for (const [day, evidence] of days) grounds.push(groundOf(`example ${day}`, evidence))
  grounds.push(groundOf('example, all runs', whole))
  for (let seed = 1; seed <= request.planted; seed += 1) {
    const history = plantHistory(seed)
    const evidence = seed % 2 === 0 ? await gatherPlanted(history) : await gatherLastDay(history)
    grounds.push(groundOf(`planted ${seed}`, withSoundFindings(evidence)))
  }
  for (const store of ['lost-pet', 'stock-quant'])
    grounds.push(groundOf(store, await readStore(path.join(FIXTURES, store), request.world)))
  if (request.stores !== null)
    for (const store of await storesBelow(request.stores))
      grounds.push(groundOf(path.basename(store), await readStore(store, request.world)))
  return grounds
}

const MOST_RUNS = 60

/** The evidence of a store's first runs, as `narrate runs findings` gathers it. */
async function readStore(folder: string, world: World): Promise<Evidence> {
  const runs: Parameters<typeof gatherEvidence>[0]['runs'][number][] = []
  const gaps: Gap[] = []
  for (const [index, place] of (await placesOf(folder)).entries()) {
    const source = await (await kindOf(place, world)).open(place, `s${index}`, world)
    for await (const run of source.readAll({ order: 'oldest', withHistory: true })) {
      if (isGap(run)) gaps.push(run)
      else if (runs.length < MOST_RUNS)
        runs.push({ run, ...(await readSeries(source, run, world.signal, gaps)) })
    }
    await source.close()
  }
  const times = runs.flatMap(({ run }) => [run.startedAt ?? 0, run.endedAt ?? 0])
  const settings = settingsSchema.parse({})
  return withSoundFindings(
    gatherEvidence({
      project: { name: path.basename(folder), goal: null },
      span: { from: Math.min(...times), until: Math.max(...times) + 1, timeZone: 'UTC' },
      runs,
      earlier: [],
      otherRuns: { count: 0, users: [] },
      experiments: [],
      notes: [],
      gaps,
      metrics: settings.metrics,
      rules: settings,
      mask: (text) => text,
    }),
  )
}

/** The first kind that knows a place: a log of one kind is no log of another. */
async function kindOf(place: string, world: World): Promise<RunSourceKind> {
  for (const kind of RUN_SOURCE_KINDS) if (await kind.recognises(place, world)) return kind
  throw new Error(`${place} holds no runs.`)
}

async function placesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => name === 'mlruns' || name.endsWith('.db'))
    .map((name) => path.join(folder, name))
}

async function storesBelow(folder: string): Promise<readonly string[]> {
  const stores: string[] = []
  for (const name of (await readdir(folder)).sort()) {
    const below = path.join(folder, name)
    if ((await stat(below)).isDirectory() && (await placesOf(below)).length > 0) stores.push(below)
  }
  return stores
}
