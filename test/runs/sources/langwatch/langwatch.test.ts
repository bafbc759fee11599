import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { langwatch } from '../../../../src/runs/sources/langwatch/langwatch.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { type ExpectedRun, plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/langwatch/langwatch-steps.jsonl', import.meta.url))
const START = Date.UTC(2026, 10, 21, 16)

/** A step as `langwatch.dspy` sends it. */
function step(run: string, experiment: string, index: string, score: unknown, at: number, label = 'score') {
  return {
    run_id: run,
    experiment_slug: experiment,
    workflow_version_id: null,
    index,
    score,
    label,
    optimizer: { name: 'COPRO', parameters: { breadth: 3, temperature: 1.4 } },
    predictors: [{ name: 'p', predictor: {} }],
    examples: [],
    llm_calls: [],
    timestamps: { created_at: START + at },
  }
}

async function writeSteps(folder: string): Promise<string> {
  const lines = [
    [step('wise-owl', 'qa', '1', 50, 0), step('wise-owl', 'qa', '2', 66.67, 1000)],
    step('wise-owl', 'qa', '3', 'NaN', 2000),
    [step('odd-fox', 'qa', '1.1', 10, 60_000)],
    [step('odd-fox', 'qa', '1.2', 20, 61_000)],
    [step('few-bees', 'shots', '1', 2, 120_000, 'bootstrapped demos')],
    {
      run_id: 'red-hen',
      experiment_slug: 'batch',
      name: 'batch',
      dataset: [{ index: 1 }],
      evaluations: [
        { name: 'acc', status: 'processed', score: 0.5, index: 1 },
        { name: 'ok', status: 'processed', passed: true, index: 1 },
      ],
      timestamps: { created_at: START + 180_000 },
    },
    {
      run_id: 'red-hen',
      experiment_slug: 'batch',
      name: 'batch',
      dataset: [{ index: 0 }],
      evaluations: [
        { name: 'acc', status: 'processed', score: 1, index: 0 },
        { name: 'ok', status: 'error', index: 0 },
      ],
      timestamps: { created_at: START + 180_000, finished_at: START + 190_000 },
    },
  ]
  await write(folder, { 'langwatch.jsonl': lines.map((line) => `${JSON.stringify(line)}\n`).join('') })
  return join(folder, 'langwatch.jsonl')
}

const own = (experiment: string, id: string) => ({
  key: `logs:${experiment}/${id}`,
  id: `${experiment}/${id}`,
  name: id,
  experiment: { id: experiment, name: experiment },
  user: null,
  parent: null,
  tags: {},
})
const params = { optimizer: 'COPRO', breadth: '3', temperature: '1.4' }
const runs: readonly ExpectedRun[] = [
  {
    ...own('qa', 'wise-owl'),
    status: 'unknown',
    startedAt: START,
    endedAt: null,
    params,
    metrics: {
      score: [
        [1, 50],
        [2, 66.67],
        [3, Number.NaN],
      ],
    },
  },
  {
    ...own('qa', 'odd-fox'),
    status: 'unknown',
    startedAt: START + 60_000,
    endedAt: null,
    params,
    metrics: {
      score: [
        [1, 10],
        [2, 20],
      ],
    },
  },
  {
    ...own('shots', 'few-bees'),
    status: 'unknown',
    startedAt: START + 120_000,
    endedAt: null,
    params,
    metrics: { 'bootstrapped demos': [[1, 2]] },
  },
  {
    ...own('batch', 'red-hen'),
    status: 'finished',
    startedAt: START + 180_000,
    endedAt: START + 190_000,
    params: {},
    metrics: {
      acc: [[null, 0.75]],
      ok: [[null, 1]],
      examples: [[null, 2]],
      'evaluations that failed': [[null, 1]],
    },
  },
]

runSourceContract('what LangWatch was sent', { kind: langwatch, alias: 'logs', write: writeSteps, runs })

damageSuite('what LangWatch was sent', {
  kind: langwatch,
  write: writeSteps,
  flips: 200,
  unshown: (['cut', 'growing', 'encoded'] as const).map((damage) => ({
    damage,
    file: /\.jsonl$/,
    wrong: /^(?:acc|ok|examples|evaluations that failed) = /,
    because: 'an evaluation is sent piece by piece, and no piece says that another one follows',
  })),
  async writeNamed(folder, name) {
    const sent = {
      ...step(name, name, name, 0.5, 0, name),
      optimizer: { name, parameters: { [name]: name } },
    }
    await writeFile(join(folder, 'langwatch.jsonl'), `${JSON.stringify([sent])}\n`)
    return join(folder, 'langwatch.jsonl')
  },
})

describe('what LangWatch was sent', () => {
  it('by its own SDK is read as it was sent, value for value', async () => {
    const { runs: seen, gaps } = await readEverything(langwatch, FIXTURE, plainWorld('/'))
    expect(gaps).toEqual([])
    const bodies: readonly unknown[] = (await readFile(FIXTURE, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const sent = bodies.flatMap((body) => (Array.isArray(body) ? body : [])) as readonly ReturnType<
      typeof step
    >[]
    expect(sent).toHaveLength(10)
    for (const [key, steps] of Map.groupBy(sent, (each) => `logs:${each.experiment_slug}/${each.run_id}`)) {
      const { run, points } = seen.get(key) ?? { run: null, points: new Map() }
      const label = steps[0]?.label ?? ''
      const told: readonly { readonly value: number; readonly time: number | null }[] =
        points.get(label) ?? []
      expect(told.map(({ value, time }) => [value, time])).toEqual(
        steps.map(({ score, timestamps }) => [score, timestamps.created_at]),
      )
      expect(run?.params.get('optimizer')).toBe(steps[0]?.optimizer.name)
      for (const [name, value] of Object.entries(steps[0]?.optimizer.parameters ?? {}))
        expect(Number(run?.params.get(name))).toBe(value === null ? Number.NaN : value)
    }
    const batch = [...seen.values()].find(({ run }) => run.experiment.name === 'x')?.run
    expect([...(batch?.metrics ?? [])].map(([name, { last }]) => [name, last])).toEqual([
      ['accuracy', 0.5],
      ['examples', 3],
      ['ok', 2 / 3],
    ])
  })

  it('is not seen in a ledger', async () => {
    const folder = await temporaryFolder({ 'langwatch.jsonl': '{"name": "a", "score": 1}\n' })
    expect(await langwatch.detect(folder, plainWorld('/'))).toEqual([])
  })
})
