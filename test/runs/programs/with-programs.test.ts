import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isGap } from '../../../src/gap.ts'
import { joinSources } from '../../../src/runs/joined-sources.ts'
import { indexesIn, prefixesIn } from '../../../src/runs/programs/read-programs.ts'
import { damageSuite } from '../../support/damage-suite.ts'
import { errorOf, plainWorld, sorted } from '../../support/run-source-contract.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { write } from '../../support/write-files.ts'
import { type Tracked, trackedKind } from './tracked-kind.ts'

const NAMES = {
  candidates: [
    'iteration',
    'candidate_idx',
    'parent_ids',
    'valset_score',
    'is_best',
    'text:system',
    'text:user',
  ],
  proposals: [
    'iteration',
    'component',
    'status',
    'candidate_idx',
    'parent_ids',
    'subsample_score_before',
    'subsample_score_after',
    'prompt',
    'raw_lm_output',
    'proposed_text',
  ],
  valset_scores: ['candidate_idx', 'parent_ids', '0', 'odd: one'],
}
const LONG = 'A long answer. '.repeat(10)

const table = (columns: readonly string[], data: readonly (readonly unknown[])[]) =>
  JSON.stringify({ columns, data })
const CANDIDATES = table(NAMES.candidates, [
  [1, 1, '[0]', 0.5, true, LONG, 'Go on.'],
  [3, 2, '[0, 1]', 0.3333333333, false, 'Merged.', 'Go on.'],
])
const PROPOSALS = table(NAMES.proposals, [
  [1, 'system', 'accepted', 1, '[0]', 0.25, 1, 'the prompt', '```long```', LONG],
  [2, 'user', 'rejected', -1, '[1]', 1, 0.5, 'the prompt', 'x', 'Say it.'],
  [2, 'user', 'rejected', -1, '[1]', 1, 0.25, 'the prompt', 'x', 'Say it slowly.'],
])
const VALSET = table(NAMES.valset_scores, [
  [1, '[0]', 0.25, 0.75],
  [2, '[0, 1]', null, 0.3333333333],
])

const POINTS = {
  total_metric_calls: [[0, 3]],
  iteration: [
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ],
  selected_program_candidate: [
    [1, 0],
    [2, 1],
    [4, 1],
  ],
  new_program_idx: [
    [0, 0],
    [1, 1],
    [3, 2],
  ],
  val_program_average: [
    [0, 0.125],
    [1, 0.5],
    [3, 1 / 3],
  ],
  'subsample/before': [
    [1, 0.25],
    [2, 1],
    [4, 1],
  ],
  'subsample/after': [
    [1, 1],
    [2, 0.5],
    [4, 0.75],
  ],
} as const
const metrics = (prefix: string) =>
  Object.fromEntries(Object.entries(POINTS).map(([name, points]) => [prefix + name, points]))
const CONFIG = { frontier_type: 'instance', seed_candidate_components: "['system', 'user']" }

const MLFLOW: Tracked = {
  params: { ...CONFIG, run_dir: 'runs/one', 'summary/seed/system': 'Answer.', 'summary/seed/user': 'Go on.' },
  metrics: metrics(''),
}
const WANDB: Tracked = {
  params: { 'gepa/frontier_type': 'instance', 'gepa/seed_candidate_components': "['system', 'user']" },
  tags: { 'gepa/seed/system': 'Answer.', 'gepa/seed/user': 'Go on.' },
  metrics: metrics('gepa/'),
}
const FILES = {
  'mlflow/candidates.json': CANDIDATES,
  'mlflow/proposals.json': PROPOSALS,
  'mlflow/valset_scores.json': VALSET,
}
/** Each version holds the whole table, as GEPA writes it now. */
const WANDB_FILES = {
  'wandb/media/table/gepa/candidates_1_0a1b.table.json': table(NAMES.candidates, [
    [1, 1, '[0]', 0.5, true, LONG, 'Go on.'],
  ]),
  'wandb/media/table/gepa/candidates_10_0a1c.table.json': CANDIDATES,
  'wandb/media/table/gepa/proposals_9_0a1d.table.json': PROPOSALS,
  'wandb/media/table/gepa/valset_scores_10_0a1e.table.json': VALSET,
}

async function seen(runs: Readonly<Record<string, Tracked>>, files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder(files)
  const source = await trackedKind(runs).open(folder, 'logs', plainWorld(folder))
  const { values, gaps } = await sorted(source.readAll({}))
  return { source, runs: values, gaps: [...gaps, ...values.flatMap((run) => run.gaps)] }
}

const told = (runs: Awaited<ReturnType<typeof seen>>['runs']) =>
  runs.map(({ id, name, parent, status, params, metrics: values, tags }) => ({
    id,
    name,
    parent,
    status,
    params: Object.fromEntries(params),
    metrics: Object.fromEntries([...values].map(([metric, { last }]) => [metric, last])),
    tags: Object.fromEntries(tags),
  }))

const expected = (run: string) => [
  {
    id: `${run}/seed`,
    name: `seed of ${run}`,
    parent: `logs:${run}`,
    status: 'finished',
    params: { 'text:system': 'Answer.', 'text:user': 'Go on.' },
    metrics: { valset_score: 0.125 },
    tags: { 'gepa.proposal': 'accepted' },
  },
  {
    id: `${run}/iteration-1`,
    name: `candidate 1 of ${run}`,
    parent: `logs:${run}/seed`,
    status: 'finished',
    params: { 'text:system': LONG, 'text:user': 'Go on.' },
    metrics: {
      'subsample_sum/after': 1,
      'subsample_sum/before': 0.25,
      'valset/0': 0.25,
      'valset/odd: one': 0.75,
      valset_score: 0.5,
    },
    tags: { 'gepa.proposal': 'accepted' },
  },
  {
    id: `${run}/iteration-2`,
    name: `rejected proposal 2 of ${run}`,
    parent: `logs:${run}/iteration-1`,
    status: 'finished',
    params: { 'text:system': LONG, 'text:user': 'Say it.' },
    metrics: { 'subsample_sum/after': 0.5, 'subsample_sum/before': 1 },
    tags: { 'gepa.proposal': 'rejected' },
  },
  {
    id: `${run}/iteration-2.2`,
    name: `rejected proposal 2 of ${run}`,
    parent: `logs:${run}/iteration-1`,
    status: 'finished',
    params: { 'text:system': LONG, 'text:user': 'Say it slowly.' },
    metrics: { 'subsample_sum/after': 0.25, 'subsample_sum/before': 1 },
    tags: { 'gepa.proposal': 'rejected' },
  },
  {
    id: `${run}/iteration-3`,
    name: `candidate 2 of ${run}`,
    parent: `logs:${run}/seed`,
    status: 'finished',
    params: { 'text:system': 'Merged.', 'text:user': 'Go on.' },
    // The metric is not rounded.
    metrics: { 'valset/odd: one': 0.3333333333, valset_score: 1 / 3 },
    tags: { 'gepa.merged': 'candidate 0, candidate 1', 'gepa.proposal': 'accepted' },
  },
  {
    id: `${run}/iteration-4`,
    name: `rejected proposal 4 of ${run}`,
    parent: `logs:${run}/iteration-1`,
    status: 'finished',
    params: {},
    metrics: { 'subsample_sum/after': 0.75, 'subsample_sum/before': 1 },
    tags: { 'gepa.proposal': 'rejected' },
  },
]

it('tells what was tried alike, whether MLflow or W&B tracked it', async () => {
  const { runs, gaps } = await seen({ mlflow: MLFLOW, wandb: WANDB }, { ...FILES, ...WANDB_FILES })
  expect(runs.slice(0, 2).map(({ id }) => id)).toEqual(['mlflow', 'wandb'])
  expect(told(runs.slice(2))).toEqual([...expected('mlflow'), ...expected('wandb')])
  expect(gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
    'the text of a proposal: no table holds them, only metrics tell of them',
    'the text of a proposal: no table holds them, only metrics tell of them',
  ])
})

const printed = (text: string, system = LONG) => `some line of the program
Iteration 0: Base program full valset score: 0.125 over 3 / 3 examples
Iteration 1: Selected program 0 score: 0.125
Iteration 1: Proposed new text for system: ${system}
Iteration 1: New subsample score 1.0 is better than old score 0.25. Continue to full eval and add to candidate pool.
Iteration 2: Proposed new text for user: Say it.
Iteration 2: New subsample score 0.5 is not better than old score 1.0, skipping
Iteration 4: Proposed new text for user: ${text}
Iteration 4: New subsample score 0.75 is not better than old score 1.0, skipping
`
const OTHER = printed('Another one.', 'Of another optimisation.')

it.each([
  ['of one line', printed('Say it twice.'), 'Say it twice.', 8, []],
  ['among others', OTHER + printed('Say it twice.') + OTHER, 'Say it twice.', 17, []],
  [
    'of several lines',
    printed('Say it.\n\nTwice.'),
    'Say it.\n\nTwice.',
    8,
    [
      'no table holds them: they are taken from what the program printed, which may have put words of its own behind them',
    ],
  ],
  ['of another optimisation', OTHER, undefined, null, ['no table holds them, only metrics tell of them']],
  [
    'of one of two that cannot be told apart',
    printed('Say it twice.') + printed('Say it thrice.'),
    undefined,
    null,
    ['no table holds them, only metrics tell of them'],
  ],
  [
    'that goes on where the print ends',
    printed('x').split('\n').slice(0, -2).join('\n'),
    undefined,
    null,
    ['no table holds them, only metrics tell of them'],
  ],
])(
  'takes a text that no table holds from what the program printed: %s',
  async (_, text, told, line, whys) => {
    const { runs, gaps } = await seen({ wandb: WANDB }, { ...WANDB_FILES, 'wandb/output.log': text })
    const proposal = runs.find(({ id }) => id === 'wandb/iteration-4')
    expect(proposal?.params.get('text:user')).toBe(told)
    expect(proposal?.params.get('text:system')).toBe(told === undefined ? undefined : LONG)
    expect(proposal?.origins.params.get('text:user')).toEqual(
      line === null ? undefined : { source: 'logs', file: 'wandb/output.log', line },
    )
    expect(gaps.map(({ why }) => why)).toEqual(whys)
  },
)

it('takes rows from every version of a table where the last holds the newest alone', async () => {
  const old = {
    'wandb/media/table/gepa/candidates_2_0a.table.json': table(NAMES.candidates, [
      [1, 1, '[0]', 0.5, true, LONG, 'Go on.'],
    ]),
    'wandb/media/table/gepa/candidates_10_0b.table.json': table(NAMES.candidates, [
      [3, 2, '[0, 1]', 0.3333333333, false, 'Merged.', 'Go on.'],
    ]),
  }
  const { runs } = await seen({ wandb: WANDB }, old)
  expect(runs.map(({ name, params }) => [name, params.get('text:system')]).slice(1)).toEqual([
    ['seed of wandb', 'Answer.'],
    ['candidate 1 of wandb', LONG],
    ['rejected proposal 2 of wandb', undefined],
    ['candidate 2 of wandb', 'Merged.'],
    ['rejected proposal 4 of wandb', undefined],
  ])
})

it('keeps several optimisations of one run apart by their prefixes', async () => {
  const run: Tracked = { metrics: { ...metrics('one/'), ...metrics('two.') } }
  const { runs, source } = await seen({ host: run }, {})
  const seeds = runs.filter(({ id }) => id.endsWith('seed'))
  expect(seeds.map(({ id, name, parent }) => [id, name, parent])).toEqual([
    ['host/one/seed', 'seed of host, one', 'logs:host'],
    ['host/two/seed', 'seed of host, two', 'logs:host'],
  ])
  expect(await source.find('host/two/iteration-1')).toEqual(['logs:host/two/iteration-1'])
  expect((await source.read('logs:host/two/iteration-1')).parent).toBe('logs:host/two/seed')
})

it('reads a table that is longer than what a source gives at once', async () => {
  const prompt = 'p'.repeat(30_000)
  const rows = Array.from({ length: 60 }, (_, index) => [
    index + 1,
    'system',
    'rejected',
    -1,
    '[0]',
    1,
    0,
    prompt,
    prompt,
    `Text ${index}.`,
  ])
  const { runs, gaps } = await seen(
    { run: { params: CONFIG } },
    { 'run/proposals.json': table(NAMES.proposals, rows) },
  )
  expect(runs).toHaveLength(62)
  expect(runs.at(-1)?.params.get('text:system')).toBe('Text 59.')
  expect(gaps.map(({ what }) => what)).toEqual(['the texts of candidate 0'])
})

it('says that a text of the seed may be cut', async () => {
  const params = { ...CONFIG, 'summary/seed/system': 's'.repeat(6000), 'summary/seed/user': 'Go on.' }
  const { gaps } = await seen({ run: { params } }, {})
  expect(gaps.map(({ what, why }) => `${what}: ${why}`)).toEqual([
    'text system of the seed: it may be cut: MLflow keeps no more than 6000 characters of a parameter',
  ])
})

it('lists what was tried after all runs, and no more than asked for', async () => {
  const { source } = await seen({ mlflow: MLFLOW, plain: {} }, FILES)
  const ids = async (query: Parameters<typeof source.list>[0]) =>
    (await sorted(source.list(query))).values.map(({ id }) => id)
  expect(await ids({ limit: 4 })).toEqual(['mlflow', 'plain', 'mlflow/seed', 'mlflow/iteration-1'])
  expect(await ids({ order: 'newest', limit: 3 })).toEqual(['plain', 'mlflow', 'mlflow/iteration-4'])
  expect(await ids({ statuses: ['unknown'] })).toEqual([])
  expect(await source.find('mlflow/iteration-2')).toEqual(['logs:mlflow/iteration-2'])
  expect(await source.find('iteration-2.2')).toEqual(['logs:mlflow/iteration-2.2'])
  expect((await errorOf(() => source.read('logs:mlflow/iteration-9'))).kind).toBe('source')
  const { values } = await sorted(source.experiments())
  expect(values.map(({ primaryMetric }) => primaryMetric)).toEqual([null])
})

it('is decided by what optimisations look for where an experiment holds nothing else', async () => {
  const { source } = await seen({ mlflow: MLFLOW }, FILES)
  const { values } = await sorted(source.experiments())
  expect(values.map(({ primaryMetric }) => primaryMetric)).toEqual([
    { name: 'valset_score', greaterIsBetter: true },
  ])
})

it('gives each value the row it was read in', async () => {
  const { runs, source } = await seen({ mlflow: MLFLOW }, FILES)
  const rejected = runs.find(({ id }) => id === 'mlflow/iteration-2.2')
  expect(rejected?.origins.params.get('text:user')).toEqual({
    source: 'logs',
    file: 'mlflow/proposals.json',
    row: 'data[2]',
  })
  const { values } = await sorted(source.history('logs:mlflow/iteration-2.2', 'subsample_sum/after'))
  expect(values).toEqual([
    {
      step: null,
      value: 0.25,
      time: null,
      origin: { source: 'logs', file: 'mlflow/proposals.json', row: 'data[2]' },
    },
  ])
})

it.each([
  ['[0]', [0]],
  ['[0, 3]', [0, 3]],
  ['[None]', []],
  ['[]', []],
  ['0', null],
  ['[0, "a"]', null],
  ['[[0]]', null],
  ['[-1]', null],
  ['__import__("os")', null],
])('reads %s as parents', (written, indexes) => {
  expect(indexesIn(written)).toEqual(indexes)
})

it('takes no run for an optimisation that merely trains', () => {
  const none = { params: new Map([['frontier_type', 'x']]), metrics: new Map() }
  expect(prefixesIn(none)).toEqual([])
  const other = new Map([
    ['my_seed_candidate_components', ''],
    ['my_frontier_type', ''],
  ])
  expect(prefixesIn({ params: other, metrics: new Map() })).toEqual([])
})

it.each([
  ['no columns', '{"data": [[1]]}', 'table candidates.json: it holds no columns and rows'],
  ['a list', '[]', 'table candidates.json: it holds no columns and rows'],
  ['a cut table', CANDIDATES.slice(0, -20), 'table candidates.json: it ends too early'],
  ['no index', table(['iteration'], [[1]]), '1 of the candidates: nothing tells which candidate the row is'],
  [
    'an index that is a text',
    table(['candidate_idx'], [['1']]),
    '1 of the candidates: nothing tells which candidate the row is',
  ],
  [
    'NaN as an index',
    '{"columns": ["candidate_idx"], "data": [[NaN]]}',
    '1 of the candidates: nothing tells which candidate the row is',
  ],
  [
    'a short row',
    table(['candidate_idx', 'iteration'], [[1]]),
    'row 0 of table candidates.json: they have not as many values as there are columns',
  ],
  [
    'parents that are no list',
    table(['candidate_idx', 'parent_ids'], [[1, 'os.system']]),
    'the parents of candidate 1: they are no list of candidates',
  ],
  [
    'a candidate told twice',
    table(
      ['candidate_idx', 'text:system'],
      [
        [1, 'a'],
        [1, 'b'],
      ],
    ),
    'candidate 1: it is told twice, with other texts: the first are kept',
  ],
])('says what it cannot take of a table: %s', async (_, text, gap) => {
  const { gaps } = await seen({ run: { params: CONFIG } }, { 'run/candidates.json': text })
  expect(gaps.map(({ what, why }) => `${what}: ${why}`)).toContain(gap)
})

it('follows no circle of parents', async () => {
  const rows = [
    [1, 'system', 'accepted', 1, '[2]', 0, 1, '', '', 'a'],
    [2, 'user', 'accepted', 2, '[1]', 0, 1, '', '', 'b'],
  ]
  const { runs } = await seen(
    { run: { params: CONFIG } },
    { 'run/proposals.json': table(NAMES.proposals, rows) },
  )
  expect(runs.slice(2).map(({ id, parent, params }) => [id, parent, Object.fromEntries(params)])).toEqual([
    ['run/iteration-1', 'logs:run/iteration-2', { 'text:system': 'a', 'text:user': 'b' }],
    ['run/iteration-2', 'logs:run/iteration-1', { 'text:system': 'a', 'text:user': 'b' }],
  ])
})

it('is one with what another tracker tells of the same candidates', async () => {
  const folder = await temporaryFolder({ ...FILES, ...WANDB_FILES })
  const open = async (id: string, tracked: Tracked) => ({
    source: await trackedKind({ [id]: tracked }).open(folder, id, plainWorld(folder)),
  })
  const { sources } = joinSources([await open('mlflow', MLFLOW), await open('wandb', WANDB)])
  const runs: string[] = []
  for (const { source } of sources)
    for await (const run of source.list({}))
      if (!isGap(run)) runs.push(`${run.key} ${run.also?.[0]?.key} ${run.also?.[0]?.why}`)
  expect(runs.slice(0, 3)).toEqual([
    'mlflow:mlflow wandb:wandb its candidates have the same texts',
    'mlflow:mlflow/seed wandb:wandb/seed it is the same iteration of the same optimisation',
    'mlflow:mlflow/iteration-1 wandb:wandb/iteration-1 it is the same iteration of the same optimisation',
  ])
  expect(runs).toHaveLength(7)
})

/** What no table holds is told by metrics alone, and is a gap. */
const whole = (prefix: string) => {
  const { [`${prefix}subsample/after`]: after = [], ...others } = metrics(prefix)
  return { ...others, [`${prefix}subsample/after`]: after.slice(0, 2), loss: [[0, 1]] as const }
}

damageSuite('optimisations in trackers', {
  kind: trackedKind({
    mlflow: { ...MLFLOW, metrics: whole('') },
    wandb: { ...WANDB, metrics: whole('gepa/') },
  }),
  async write(folder) {
    const location = join(folder, 'tracked')
    await write(location, { ...FILES, ...WANDB_FILES })
    return location
  },
  mostCuts: 60,
  flips: 200,
})
