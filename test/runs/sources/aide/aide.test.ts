import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aide } from '../../../../src/runs/sources/aide/aide.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import { readEverything } from '../../../support/read-everything.ts'
import { errorOf, plainWorld, runSourceContract } from '../../../support/run-source-contract.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { write } from '../../../support/write-files.ts'

const DAY = Date.UTC(2026, 10, 2, 9)
const NODES = [
  {
    code: 'print(1)\n',
    plan: 'Start with a small forest.',
    step: 0,
    id: 'a1b2c3d4e5f60718a1b2c3d4e5f60718',
    ctime: DAY / 1000,
    parent: null,
    children: [],
    _term_out: ['score 0.5\n'],
    exec_time: 12.5,
    exc_type: null,
    exc_info: null,
    exc_stack: null,
    analysis: 'It runs.',
    metric: { value: 0.5, maximize: false },
    is_buggy: false,
  },
  {
    code: 'print(2)\n',
    plan: 'Boost it.',
    step: 1,
    id: 'b1b2c3d4e5f60718a1b2c3d4e5f60718',
    ctime: DAY / 1000 + 60,
    exec_time: 3,
    exc_type: 'KeyError',
    exc_info: { args: ["'target'"] },
    exc_stack: [['run.py', 3, '<module>', 'x']],
    analysis: 'The column is missing.',
    metric: { value: null, maximize: null },
    is_buggy: true,
  },
  {
    code: 'print(3)\n',
    plan: 'Name the column.',
    step: 2,
    id: 'c1b2c3d4e5f60718a1b2c3d4e5f60718',
    ctime: DAY / 1000 + 120.25,
    exec_time: 3,
    exc_type: null,
    analysis: 'Mended.',
    metric: { value: 0.25, maximize: false },
    is_buggy: false,
  },
] as const
const JOURNAL = JSON.stringify({
  nodes: NODES,
  node2parent: { [NODES[1].id]: NODES[0].id, [NODES[2].id]: NODES[1].id },
  __version: '2',
})
const CONFIG = `data_dir: /home/ada/data
goal: Predict the price.
eval: RMSE of the log.
agent:
  steps: 20
  code:
    model: o4-mini
    temp: 0.5
`

async function writeSearch(folder: string): Promise<string> {
  await write(join(folder, 'logs', '2-quick-owl'), {
    'journal.json': JOURNAL,
    'config.yaml': CONFIG,
    'best_solution.py': 'print(3)\n',
    'tree_plot.html': '<html></html>',
  })
  return join(folder, 'logs')
}

const DIGESTS = ['sha256:cc42155088fca573', 'sha256:0111afd387e1ad57', 'sha256:a80ac71a28f94cd4'] as const

const about = (index: 0 | 1 | 2) => ({
  key: `logs:2-quick-owl/${NODES[index].id}`,
  id: `2-quick-owl/${NODES[index].id}`,
  name: `node ${index}`,
  experiment: { id: '2-quick-owl', name: '2-quick-owl' },
  user: null,
  params: {
    code: DIGESTS[index],
    'agent.steps': '20',
    'agent.code.model': 'o4-mini',
    'agent.code.temp': '0.5',
  },
})

runSourceContract('AIDE', {
  kind: aide,
  alias: 'logs',
  write: writeSearch,
  hasNoSeries: true,
  runs: [
    {
      ...about(0),
      status: 'finished',
      startedAt: DAY,
      endedAt: DAY + 12_500,
      parent: null,
      tags: { 'aide.stage': 'draft' },
      metrics: { metric: [[null, 0.5]] },
    },
    {
      ...about(1),
      status: 'failed',
      startedAt: DAY + 60_000,
      endedAt: DAY + 63_000,
      parent: about(0).key,
      tags: { 'aide.stage': 'improve', failure: "KeyError: 'target'" },
      metrics: {},
    },
    {
      ...about(2),
      status: 'finished',
      startedAt: DAY + 120_250,
      endedAt: DAY + 123_250,
      parent: about(1).key,
      tags: { 'aide.stage': 'debug' },
      metrics: { metric: [[null, 0.25]] },
      artifacts: { 'best_solution.py': 'print(3)\n' },
    },
  ],
})

damageSuite('AIDE', {
  kind: aide,
  write: writeSearch,
  flips: 200,
  async writeNamed(folder, name) {
    const node = { ...NODES[0], id: name, plan: name, metric: { value: 1, maximize: true, name } }
    await write(join(folder, 'search'), {
      'journal.json': JSON.stringify({ nodes: [node], node2parent: { [name]: name }, __version: '2' }),
      'config.yaml': JSON.stringify({ goal: name, agent: { [name]: name } }),
    })
    return folder
  },
})

async function readJournals(files: Readonly<Record<string, string>>) {
  const root = await temporaryFolder()
  await write(root, files)
  return readEverything(aide, root, plainWorld(root))
}

const journal = (nodes: readonly unknown[], rest: object = { node2parent: {}, __version: '2' }) =>
  JSON.stringify({ nodes, ...rest })

describe('a journal of AIDE', () => {
  it('says why each node was tried and what came of it, and what the search was asked for', async () => {
    const root = await temporaryFolder()
    const { runs, experiments } = await readEverything(aide, await writeSearch(root), plainWorld(root))
    expect([...runs.values()].map(({ run }) => run.note)).toEqual([
      'Plan: Start with a small forest.\n\nAnalysis: It runs.',
      'Plan: Boost it.\n\nAnalysis: The column is missing.',
      'Plan: Name the column.\n\nAnalysis: Mended.',
    ])
    expect(experiments).toEqual([
      {
        id: '2-quick-owl',
        name: '2-quick-owl',
        note: 'Predict the price.\n\nRMSE of the log.',
        primaryMetric: { name: 'metric', greaterIsBetter: false },
        origin: { source: 'logs', file: '2-quick-owl/journal.json' },
      },
    ])
  })

  it('has no two nodes that are the same run again, unless they ran the same code', async () => {
    const { runs } = await readJournals({
      'journal.json': journal(['a', 'b', 'a'].map((code, index) => ({ code, id: `n${index}` }))),
    })
    const codes = [...runs.values()].map(({ run }) => run.params.get('code'))
    expect([codes[0] === codes[1], codes[0] === codes[2]]).toEqual([false, true])
  })

  it('can be named as a file', async () => {
    const root = await temporaryFolder()
    const at = join(await writeSearch(root), '2-quick-owl', 'journal.json')
    const { runs } = await readEverything(aide, at, plainWorld(root))
    expect([...runs.keys()]).toEqual(NODES.map(({ id }) => `logs:${id}`))
  })

  it('that was cut tells the nodes that are whole, and of none what it was made from', async () => {
    const cut = JOURNAL.slice(0, JOURNAL.indexOf('Name the column'))
    const { runs, gaps } = await readJournals({ 'x/journal.json': cut })
    expect([...runs.values()].map(({ run }) => [run.name, run.parent, run.tags.get('aide.stage')])).toEqual([
      ['node 0', null, undefined],
      ['node 1', null, undefined],
    ])
    expect(new Set(gaps.map(({ why }) => why))).toEqual(
      new Set(['it ends too early: 2 of its nodes could be read, and not which was made from which']),
    )
  })

  it('without a verdict has runs without one, unless their code broke', async () => {
    const nodes = [
      { code: 'x', id: 'a', is_buggy: null, metric: null },
      { code: 'x', id: 'b', is_buggy: null, exc_type: 'ValueError', metric: null },
    ]
    const { runs } = await readJournals({ 'journal.json': journal(nodes) })
    expect([...runs.values()].map(({ run }) => [run.status, run.metrics.size])).toEqual([
      ['unknown', 0],
      ['failed', 0],
    ])
  })

  it('has no direction where its nodes disagree on it', async () => {
    const nodes = [true, false].map((maximize, index) => ({
      code: 'x',
      id: `n${index}`,
      metric: { value: 1, maximize },
      is_buggy: false,
    }))
    const { experiments, gaps } = await readJournals({ 'journal.json': journal(nodes) })
    expect(experiments[0]?.primaryMetric).toEqual({ name: 'metric', greaterIsBetter: null })
    expect(gaps[0]?.why).toBe('node 1 says the opposite of the nodes before it')
  })

  it('with no node yet is one all the same, and other files of that name are none', async () => {
    const root = await temporaryFolder()
    await write(root, {
      'empty/journal.json': journal([]),
      'chaos/journal.json': '{"chaoslib-version": "1.0", "nodes": [1, 2]}',
      'diary/journal.json': '[{"date": "2026-11-02", "text": "a day"}]',
    })
    const world = plainWorld(root)
    for (const [name, is] of [
      ['empty', true],
      ['chaos', false],
      ['diary', false],
    ] as const)
      expect([name, await aide.recognises(join(root, name), world)]).toEqual([name, is])
    expect((await errorOf(() => aide.open(join(root, 'diary'), 'logs', world))).kind).toBe('source')
  })
})

describe('journals of the AI Scientist', () => {
  const accuracy = (value: unknown) => ({
    value: {
      metric_names: [
        {
          metric_name: 'accuracy',
          lower_is_better: false,
          description: 'on held-out data',
          data: [{ dataset_name: 'mnist', final_value: value, best_value: 0.75 }],
        },
      ],
    },
    maximize: null,
    name: null,
  })
  const first = {
    code: 'x',
    id: 'n1',
    step: 0,
    parent_id: null,
    is_buggy: false,
    is_buggy_plots: true,
    metric: accuracy(0.5),
  }
  const tuned = {
    ...first,
    id: 'n2',
    step: 1,
    parent_id: 'n1',
    hyperparam_name: 'dropout',
    metric: accuracy('none'),
    is_buggy_plots: false,
  }
  const stages = {
    'logs/0-run/stage_1_initial_1_first/journal.json': journal([first]),
    'logs/0-run/stage_2_tuning_1_first/journal.json': journal([{ ...first, code: 'x' }, tuned]),
    'logs/1-run/stage_1_initial_1_first/journal.json': journal([first]),
  }

  it('tell the node that a stage begins with once, and what was made of it', async () => {
    const { runs } = await readJournals(stages)
    expect([...runs.values()].map(({ run }) => [run.id, run.parent, run.experiment.name])).toEqual([
      ['logs/0-run/stage_1_initial_1_first/n1', null, '0-run/stage_1_initial_1_first'],
      [
        'logs/0-run/stage_2_tuning_1_first/n2',
        'logs:logs/0-run/stage_1_initial_1_first/n1',
        '0-run/stage_2_tuning_1_first',
      ],
      ['logs/1-run/stage_1_initial_1_first/n1', null, '1-run/stage_1_initial_1_first'],
    ])
  })

  it('have their metrics by data set, the best value beside the last, and gaps for what is no number', async () => {
    const { runs, experiments } = await readJournals(stages)
    const [one, two] = [...runs.values()]
    expect([...(one?.run.metrics ?? [])].map(([name, { last }]) => [name, last])).toEqual([
      ['accuracy/mnist', 0.5],
      ['accuracy/mnist/best_value', 0.75],
    ])
    expect(one?.run.tags.get('plots')).toBe('buggy')
    expect(two?.run.name).toBe('node 1: dropout')
    expect(two?.run.gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'metric accuracy/mnist: its value is no number',
    ])
    expect(experiments[0]?.primaryMetric).toEqual({ name: 'accuracy/mnist', greaterIsBetter: true })
  })
})
