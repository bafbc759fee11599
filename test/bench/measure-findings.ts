import process from 'node:process'
import Table from 'cli-table3'
import { withSoundFindings } from '../../src/claims/sound-findings.ts'
import { keepHeapSmall } from '../../src/cli/keep-heap-small.ts'
import { makeWorld } from '../../src/cli/make-world.ts'
import { FINDERS } from '../../src/evidence/findings/finders.ts'
import { type GatherRequest, gatherEvidence } from '../../src/evidence/gather-evidence.ts'
import { isGap } from '../../src/gap.ts'
import { readSeries } from '../../src/runs/collect-runs.ts'
import { RUN_SOURCE_KINDS } from '../../src/runs/registry.ts'
import { settingsSchema } from '../../src/settings.ts'

/** As many runs as a day has, against all the others. */
const DAY = 20

/**
 * Reads a store with all histories and makes all findings over it, as `narrate runs findings` does, and then those of
 * its last runs, as a day's entry does. Prints what each part took, and the most memory the process held.
 */
async function main(path: string): Promise<void> {
  const world = makeWorld(process)
  const print = (text: string) => world.stdout.write(`${text}\n`)
  const seconds = (began: number): number => (performance.now() - began) / 1000
  const megabytes = (): number => Math.round(process.resourceUsage().maxRSS / 1024)

  let began = performance.now()
  const runs = await readRuns(path, world)
  const reading = seconds(began)
  const read = megabytes()

  const request = requestOf(runs, [])
  began = performance.now()
  const evidence = gatherEvidence(request)
  const gathering = seconds(began)
  began = performance.now()
  withSoundFindings(evidence)
  const judging = seconds(began)
  const gathered = megabytes()

  const today = requestOf(
    runs.slice(-DAY),
    runs.slice(0, -DAY).map(({ run }) => run),
  )
  began = performance.now()
  const day = gatherEvidence(today)
  const ofDay = seconds(began)

  const table = new Table({
    head: ['finder', 'findings', 'all runs', `last ${DAY}`],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right'],
  })
  // Findings see all of the other runs; what is kept of them afterwards are few.
  const whole = { ...day, earlier: gatherEvidence(requestOf(runs, [])).runs.slice(0, -DAY) }
  for (const find of FINDERS) {
    // A copy: what one finder worked out about the evidence, the next would find done.
    began = performance.now()
    const found = find({ ...evidence })
    const first = seconds(began)
    began = performance.now()
    find({ ...whole })
    table.push([find.name, found.length, show(first), show(seconds(began))])
  }
  print(
    `${runs.length} runs: read with histories in ${show(reading)} (${read} MB), all ${evidence.findings.length} findings gathered in ${show(gathering)}, held sound in ${show(judging)} (${gathered} MB); ${day.findings.length} findings of the last ${DAY} runs in ${show(ofDay)} (most memory in all: ${megabytes()} MB)`,
  )
  print(table.toString())
}

async function readRuns(path: string, world: ReturnType<typeof makeWorld>): Promise<GatherRequest['runs']> {
  const kind = RUN_SOURCE_KINDS.find(({ name }) => name === 'mlflow')
  if (kind === undefined) throw new Error('no source called mlflow')
  const source = await kind.open(path, 'mlflow', world)
  const runs: GatherRequest['runs'][number][] = []
  for await (const run of source.readAll({ order: 'oldest', withHistory: true })) {
    if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
    runs.push({ run, ...(await readSeries(source, run, world.signal, [])) })
  }
  await source.close()
  return runs
}

function requestOf(runs: GatherRequest['runs'], earlier: GatherRequest['earlier']): GatherRequest {
  const settings = settingsSchema.parse({ metrics: { primary: 'val_auc' } })
  return {
    project: { name: 'Bench', goal: null },
    span: { from: 0, until: Date.UTC(2030, 0, 1), timeZone: 'UTC' },
    runs,
    earlier,
    otherRuns: { count: 0, users: [] },
    experiments: [],
    notes: [],
    gaps: [],
    metrics: settings.metrics,
    rules: settings,
    mask: (text) => text,
  }
}

function show(time: number): string {
  return time < 1 ? `${Math.round(time * 1000)} ms` : `${time.toFixed(2)} s`
}

// As the command does.
keepHeapSmall()
await main(process.argv[2] ?? '')
