import { comparableFor } from '../../src/evidence/comparable-as.ts'
import type { Evidence, EvidenceRun } from '../../src/evidence/evidence.ts'
import { headlineValue } from '../../src/evidence/headline.ts'
import { expectedRange } from '../../src/evidence/plans/expected-range.ts'
import { pastOf } from '../../src/evidence/plans/past.ts'
import { isRange } from '../../src/evidence/plans/plan-of.ts'
import { settleProposal } from '../../src/evidence/plans/settle-proposal.ts'
import { settingOf } from '../../src/evidence/setting-of.ts'
import { isSeed } from '../../src/evidence/what-varied.ts'
import { gatherStore } from '../support/gather-store.ts'

/**
 * How often what came out lies in the range that a plan would have told: each finished run is planned from the nearest earlier
 * setting (at most three parameters away) with the runs before it alone. Prints hits, ranges and runs without a ground, by ground.
 *
 *   node test/bench/measure-ranges.ts [--metric NAME] FOLDER...
 */
const MOST_CHANGES = 3

interface Tally {
  hits: number
  all: number
}

function measure(evidence: Evidence, metric: string): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>()
  const count = (name: string, isHit: boolean): void => {
    const tally = tallies.get(name) ?? { hits: 0, all: 0 }
    tallies.set(name, { hits: tally.hits + Number(isHit), all: tally.all + 1 })
  }
  evidence.runs.forEach((one, index) => {
    const value = headlineValue(one, metric, evidence.metrics)
    if (one.run.status !== 'finished' || value === null) return
    const found = rangeBefore(one, evidence.runs.slice(0, index), evidence, metric)
    if (found === null) return
    if (!isRange(found.expected)) {
      count(`no range (${found.expected.reason})`, false)
      return
    }
    const isHit = value >= found.expected.low - 1e-12 && value <= found.expected.high + 1e-12
    const kinds = [...new Set(found.expected.grounds.map(({ kind }) => kind))].join(' + ')
    count(kinds === '' ? 'replicates' : kinds, isHit)
    count('all ranges', isHit)
  })
  return tallies
}

function rangeBefore(one: EvidenceRun, before: readonly EvidenceRun[], evidence: Evidence, metric: string) {
  const ground = comparableFor(one, metric)
  const same = before.filter((other) => comparableFor(other, metric) === ground)
  const past = same.length === 0 ? null : pastOf({ ...evidence, runs: same }, metric)
  const own = settingOf(one.run, evidence.rules.repeats)
  if (past === null || own === null) return null
  const nearest = past.present
    .map((cell) => ({
      cell,
      differ: [...new Set([...own.values.keys(), ...cell.values.keys()])].filter(
        (name) => !isSeed(name) && own.values.get(name)?.key !== cell.values.get(name)?.key,
      ),
    }))
    .sort((a, b) => a.differ.length - b.differ.length)[0]
  if (nearest === undefined || nearest.differ.length > MOST_CHANGES) return null
  const set = new Map(nearest.differ.map((name) => [name, one.run.params.get(name) ?? 'None']))
  return { expected: expectedRange(settleProposal({ set }, nearest.cell.runs[0], before), 1, past) }
}

const [first, second, ...rest] = process.argv.slice(2)
const [named, folders] = first === '--metric' ? [second, rest] : [undefined, process.argv.slice(2)]
const total = new Map<string, Tally>()
for (const folder of folders) {
  const evidence = await gatherStore(folder)
  const metric = named ?? evidence.lead?.metric
  if (metric === undefined) continue
  for (const [name, { hits, all }] of measure(evidence, metric)) {
    const tally = total.get(name) ?? { hits: 0, all: 0 }
    total.set(name, { hits: tally.hits + hits, all: tally.all + all })
    if (name === 'all ranges') process.stdout.write(`${folder} (${metric}): ${hits} of ${all}\n`)
  }
}
for (const [name, { hits, all }] of total) process.stdout.write(`${name}: ${hits} of ${all}\n`)
