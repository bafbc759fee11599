import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { weave } from '../../../../src/runs/sources/weave/weave.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { type ExpectedRun, plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/weave/weave-calls.jsonl', import.meta.url))
const START = Date.UTC(2026, 10, 21, 16)

/** A call as the trace server gives it. */
function call(id: string, over: Readonly<Record<string, unknown>>): string {
  const op_name = 'weave:///lab/qa/op/Evaluation.evaluate:abc'
  const common = {
    id,
    project_id: 'lab/qa',
    op_name,
    display_name: null,
    trace_id: `t-${id}`,
    parent_id: null,
  }
  const rest = {
    exception: null,
    wb_user_id: 'ana',
    wb_run_id: null,
    attributes: { weave: { source: 'sdk' } },
  }
  return `${JSON.stringify({ ...common, ...rest, ...over })}\n`
}

const refs = (model: string) => ({
  self: 'weave:///lab/qa/object/qa-eval:7seB',
  model: `weave:///lab/qa/object/${model}:v${model}`,
})

async function writeCalls(folder: string): Promise<string> {
  await write(folder, {
    'weave_calls.jsonl': [
      call('01a1fee3-2fed-7f0f-b17e-f61b4d2f557f', {
        started_at: '2026-11-21T16:00:00Z',
        ended_at: '2026-11-21T16:01:00.500Z',
        inputs: refs('short'),
        output: { exact: { match: { true_count: 2, true_fraction: 0.75 } }, model_latency: { mean: 0.5 } },
        summary: { usage: { 'gpt-4o': { prompt_tokens: 33 } }, status_counts: { success: 4, error: 0 } },
        attributes: { weave: { source: 'sdk' }, split: 'dev' },
      }),
      call('c1', {
        op_name: 'weave:///lab/qa/op/Evaluation.predict_and_score:abc',
        parent_id: '01a1fee3-2fed-7f0f-b17e-f61b4d2f557f',
        started_at: '2026-11-21T16:00:01Z',
        inputs: {},
        output: { scores: { exact: 1 } },
      }),
      call('02a1fee3-2fed-7f0f-b17e-f61b4d2f557f', {
        started_at: '2026-11-21T17:00:00Z',
        ended_at: '2026-11-21T17:01:00Z',
        inputs: { ...refs('long'), self: 'weave:///lab/qa/object/other-eval:8seB' },
        output: null,
        exception: JSON.stringify({ type: 'ValueError', message: 'boom', traceback: [] }),
        wb_user_id: 'ben',
      }),
      call('03a1fee3-2fed-7f0f-b17e-f61b4d2f557f', {
        started_at: '2026-11-21T18:00:00Z',
        inputs: {
          self: { name: 'qa-eval', trials: 2 },
          model: { name: 'inline', temperature: 0.1, _class_name: 'M' },
        },
        output: { acc: 'NaN' },
      }),
    ].join(''),
  })
  return join(folder, 'weave_calls.jsonl')
}

const common = { parent: null, tags: {} }
const runs: readonly ExpectedRun[] = [
  {
    ...common,
    key: 'logs:01a1fee3-2fed-7f0f-b17e-f61b4d2f557f',
    id: '01a1fee3-2fed-7f0f-b17e-f61b4d2f557f',
    name: 'short',
    experiment: { id: 'qa-eval', name: 'qa-eval' },
    user: 'ana',
    status: 'finished',
    startedAt: START,
    endedAt: START + 60_500,
    params: { model: 'short', 'model.version': 'vshort', split: 'dev' },
    metrics: {
      'exact.match.true_count': [[null, 2]],
      'exact.match.true_fraction': [[null, 0.75]],
      'model_latency.mean': [[null, 0.5]],
      'usage.gpt-4o.prompt_tokens': [[null, 33]],
      'status_counts.success': [[null, 4]],
      'status_counts.error': [[null, 0]],
    },
  },
  {
    ...common,
    key: 'logs:02a1fee3-2fed-7f0f-b17e-f61b4d2f557f',
    id: '02a1fee3-2fed-7f0f-b17e-f61b4d2f557f',
    name: 'long',
    experiment: { id: 'other-eval', name: 'other-eval' },
    user: 'ben',
    status: 'failed',
    startedAt: START + 3_600_000,
    endedAt: START + 3_660_000,
    params: { model: 'long', 'model.version': 'vlong' },
    tags: { error: 'ValueError: boom' },
    metrics: {},
  },
  {
    ...common,
    key: 'logs:03a1fee3-2fed-7f0f-b17e-f61b4d2f557f',
    id: '03a1fee3-2fed-7f0f-b17e-f61b4d2f557f',
    name: 'inline',
    experiment: { id: 'qa-eval', name: 'qa-eval' },
    user: 'ana',
    status: 'running',
    startedAt: START + 7_200_000,
    endedAt: null,
    params: { 'evaluation.trials': '2', 'model.name': 'inline', 'model.temperature': '0.1' },
    metrics: { acc: [[null, Number.NaN]] },
  },
]

describe('calls of Weave', () => {
  const look = (path: string) => readEverything(weave, path, plainWorld('/'))

  it('are told as their evaluations, with every score that Weave itself wrote', async () => {
    const { runs: seen, gaps } = await look(FIXTURE)
    const written: readonly { readonly id: string; readonly op_name: string; readonly output: unknown }[] = (
      await readFile(FIXTURE, 'utf8')
    )
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const evaluations = written.filter(({ op_name }) => op_name.includes('/Evaluation.evaluate:'))
    expect([...seen.values()].map(({ run }) => [run.id, run.name, run.experiment.name, run.status])).toEqual([
      [evaluations[0]?.id, 'short-prompt', 'qa-eval', 'finished'],
      [evaluations[1]?.id, 'hot', 'qa-eval', 'finished'],
    ])
    for (const { id, output } of evaluations) {
      const metrics = seen.get(`logs:${id}`)?.run.metrics ?? new Map()
      const scores = [...metrics].filter(([name]) => !name.startsWith('status_counts.'))
      expect(new Map(scores.map(([name, { last }]) => [name, last]))).toEqual(new Map(numbersOf(output)))
    }
    expect(new Set(gaps.map(({ what, why }) => `${what}: ${why}`))).toEqual(
      new Set(['5 calls of no evaluation: calls alone are no runs, and are left out']),
    )
    expect([...seen.values()][1]?.run.tags.get('weave.status')).toBe('descendant_error')
  })

  it('are read of a table and of a list alike', async () => {
    const columns = [
      'id',
      'op_name',
      'trace_id',
      'started_at',
      'ended_at',
      'inputs.self',
      'inputs.model',
      'output.f1.mean',
    ]
    const cells = [
      'e1',
      'Evaluation.evaluate',
      't',
      '2026-11-21 16:00:00',
      '2026-11-21 16:00:05',
      'x',
      'y',
      '0.5',
    ]
    const folder = await temporaryFolder({
      'weave_export.csv': `${columns.join(',')}\n${cells.join(',')}\n`,
      'weave_export.json': JSON.stringify([
        Object.fromEntries(columns.map((name, index) => [name, cells[index]])),
      ]),
    })
    for (const file of ['weave_export.csv', 'weave_export.json']) {
      const { runs: seen } = await look(join(folder, file))
      expect(
        [...seen.values()].map(({ run }) => [run.id, run.startedAt, run.metrics.get('f1.mean')?.last]),
      ).toEqual([['e1', START, 0.5]])
    }
  })

  it('of which none is an evaluation are no runs, however many there are', async () => {
    const calls = Array.from({ length: 300 }, (_, index) =>
      call(`c${index}`, { op_name: 'weave:///lab/qa/op/chat:abc', started_at: '2026-11-21T16:00:00Z' }),
    )
    const folder = await temporaryFolder({ 'calls.jsonl': calls.join('') })
    const { runs: seen, gaps } = await look(join(folder, 'calls.jsonl'))
    expect([seen.size, gaps[0]?.what]).toEqual([0, '300 calls of no evaluation'])
  })
})

function numbersOf(value: unknown, name = ''): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return [[name, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    numbersOf(inner, name === '' ? key : `${name}.${key}`),
  )
}

runSourceContract('an export of calls of Weave', {
  kind: weave,
  alias: 'logs',
  write: writeCalls,
  hasNoSeries: true,
  runs,
})

damageSuite('an export of calls of Weave', {
  kind: weave,
  write: writeCalls,
  flips: 200,
  async writeNamed(folder, name) {
    await writeFile(
      join(folder, 'calls.jsonl'),
      call(name, {
        started_at: name,
        inputs: { self: `weave:///lab/qa/object/${name}:a`, [name]: name },
        output: { [name]: 0.5 },
        display_name: name,
      }),
    )
    return join(folder, 'calls.jsonl')
  },
})

it('of Weave lie where they were recorded', async () => {
  const folder = await temporaryFolder()
  await cp(FIXTURE, join(folder, 'weave-calls.jsonl'))
  expect(await weave.detect(folder, plainWorld('/'))).toEqual([join(folder, 'weave-calls.jsonl')])
})
