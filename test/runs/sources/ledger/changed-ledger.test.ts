import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { RunSource } from '../../../../src/runs/run-source.ts'
import { ledger } from '../../../../src/runs/sources/ledger/ledger.ts'
import { plainWorld, sorted } from '../../../support/run-source-contract.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const TICK = 12
const HEADER = '"Name","State","loss"\n'
const row = (name: number, loss: number) => `"run-${name}","finished","${loss}"\n`
const chart = (name: number, values: readonly number[]) =>
  `"Step","run-${name} - loss","run-${name} - loss__MIN","run-${name} - loss__MAX"\n${values
    .map((value, step) => `"${step}","${value}","${value}","${value}"\n`)
    .join('')}`

/** All that a source tells of its runs, with every point. */
async function told(source: RunSource): Promise<unknown> {
  const { values, gaps } = await sorted(source.readAll({ withHistory: true }))
  const runs = []
  for (const run of values) {
    const series = []
    for (const metric of run.metrics.keys())
      series.push([metric, (await sorted(source.history(run.key, metric))).values])
    runs.push({ run, series })
  }
  return { runs, gaps }
}

it('an open ledger tells what a new one tells, whatever was changed in it, beside it and back', {
  timeout: 180_000,
}, async () => {
  const random = seededRandom(20261121)
  const folder = await temporaryFolder()
  const path = join(folder, 'wandb_export_runs.csv')
  const charted = join(folder, 'chart.csv')
  writeFileSync(path, HEADER + row(0, 0.5) + row(1, 0.25))
  // Late enough for every change to be taken for settled at once: what is kept is used as soon as it can be.
  const world = { ...plainWorld(folder), now: () => Date.now() + 60_000 }
  const options = { cache: { folder: join(folder, '.narrate'), stamp: 'test' } }
  const open = await ledger.open(path, 'logs', world, options)
  const edits: readonly (() => void)[] = [
    () => appendFileSync(path, row(random.whole(0, 9), random.whole(1, 9) / 10)),
    // Of the same size as before.
    () => writeFileSync(path, readFileSync(path, 'utf8').replace(/0\.\d/, `0.${random.whole(1, 9)}`)),
    () => {
      const [header = '', first = '', ...others] = readFileSync(path, 'utf8').trim().split('\n')
      writeFileSync(path, `${[header, first, ...others.slice(0, -1)].join('\n')}\n`)
    },
    () => writeFileSync(path, `${HEADER}${row(0, 0.5)}`),
    () => writeFileSync(charted, chart(random.whole(0, 3), [1, 0.75, random.whole(1, 9) / 10])),
    () => writeFileSync(charted, chart(0, [1, 0.75, 0.5])),
    () => rmSync(charted, { force: true }),
    () => {
      writeFileSync(`${path}.new`, HEADER + row(random.whole(0, 9), 0.125))
      renameSync(`${path}.new`, path)
    },
    () =>
      writeFileSync(
        join(folder, 'promotions.jsonl'),
        '{"experiment_name": "run-0", "production_path": "p"}\n',
      ),
    () => rmSync(join(folder, 'promotions.jsonl'), { force: true }),
  ]
  const seen = new Set<string>()
  for (let change = 0; change < 30; change += 1) {
    // A file system dates writes no finer than this.
    await setTimeout(TICK)
    edits[random.whole(0, edits.length - 1)]?.()
    const fresh = await ledger.open(path, 'logs', world)
    const expected = await told(fresh)
    await fresh.close()
    seen.add(JSON.stringify(expected, (_, value) => (value instanceof Map ? [...value] : value)))
    expect(await told(open)).toEqual(expected)
  }
  expect(seen.size).toBeGreaterThan(5)
  await open.close()
})
