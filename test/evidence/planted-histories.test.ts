import process from 'node:process'
import Table from 'cli-table3'
import { describe, expect, it } from 'vitest'
import { gatherPlanted } from '../support/gather-planted.ts'
import { plantHistory } from '../support/planted-history.ts'
import { emptyTallies, SCORED, scoreFindings } from '../support/score-findings.ts'

const ASKED = process.env.NARRATE_HISTORIES
const COUNT = Number(ASKED ?? 40)

const tallies = emptyTallies()
const onNoise = new Map<string, number>()
let noisy = 0
for (let seed = 0; seed < COUNT; seed += 1) {
  const history = plantHistory(seed)
  const evidence = await gatherPlanted(history)
  scoreFindings(history, evidence, tallies)
  if (history.flavour !== 'noise') continue
  noisy += 1
  for (const { kind } of evidence.findings) onNoise.set(kind, (onNoise.get(kind) ?? 0) + 1)
}
if (ASKED !== undefined) print()

describe('findings over planted histories', () => {
  it('are counted', () => {
    expect(SCORED.length).toBe(tallies.size)
  })
})

function print(): void {
  const table = new Table({ head: ['planted', 'how many', 'found', 'missed', 'recall', 'findings', 'false'] })
  for (const [kind, { planted, found, told, false: invented }] of tallies)
    table.push([kind, planted, found, planted - found, (found / planted).toFixed(3), told, invented])
  const lines = [
    table.toString(),
    `on ${noisy} histories of noise: ${JSON.stringify(Object.fromEntries(onNoise))}`,
  ]
  for (const [kind, { misses, inventions }] of tallies) {
    lines.push(...misses.slice(0, 5).map((miss) => `missed ${kind}: ${miss}`))
    lines.push(...inventions.slice(0, 5).map((one) => `false ${kind}: ${one}`))
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}
