import { readFileSync } from 'node:fs'
import path from 'node:path'
import { load } from 'js-yaml'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { type GatherRequest, gatherEvidence } from '../../src/evidence/gather-evidence.ts'
import { isGap } from '../../src/gap.ts'
import { sessionNote } from '../../src/notes/session-note.ts'
import type { Run, RunStatus } from '../../src/runs/run.ts'
import { mlflow } from '../../src/runs/sources/mlflow/mlflow.ts'
import { gatherExample } from './gather-example.ts'
import { makeRun } from './make-run.ts'
import { plantHistory } from './planted-history.ts'
import { riverEvidence } from './river-evidence.ts'
import { plainWorld } from './run-source-contract.ts'

const FIXTURES = path.resolve(import.meta.dirname, '..', 'fixtures')
const DAY = Date.UTC(2026, 2, 2)
const NO_SETTINGS: GatherRequest['metrics'] = { directions: {}, headline: {}, units: {} }

/** The runs that a note is held against: those of the day, the project's others, and what settings say of metrics. */
export interface NoteRunSet {
  readonly runs: readonly Run[]
  readonly earlier: readonly Run[]
  readonly metrics: GatherRequest['metrics']
  readonly experiments?: GatherRequest['experiments']
  /** What narrate.yaml calls runs by. */
  readonly aliases?: Readonly<Record<string, string>>
}

/** The run sets that the notes of `fixtures/notes/against-logs` are written about, by name. */
export async function noteRunSets(): Promise<ReadonlyMap<string, NoteRunSet>> {
  const river = riverEvidence()
  const { days, whole } = await gatherExample()
  return new Map<string, NoteRunSet>([
    [
      'cells',
      { runs: CELLS, earlier: CELLS_BEFORE, metrics: higherIsBetter('val_acc', { val_loss: 'lower' }) },
    ],
    ['tuning', { runs: TUNING, earlier: [], metrics: higherIsBetter('mmlu', TUNING_DIRECTIONS) }],
    [
      'river',
      {
        runs: river.runs.map(({ run }) => run),
        earlier: [],
        metrics: {
          ...NO_SETTINGS,
          primary: 'test_loss',
          directions: { test_loss: 'lower', val_loss: 'lower', train_loss: 'lower' },
        },
      },
    ],
    ['planted 3', lastDayOf(3)],
    ['planted 12', lastDayOf(12)],
    ['stock-quant', { runs: await storedRuns('stock-quant'), earlier: [], metrics: NO_SETTINGS }],
    ['lost-pet', { runs: await storedRuns('lost-pet'), earlier: [], metrics: NO_SETTINGS }],
    ...[...days].map(([day, evidence]): [string, NoteRunSet] => [
      `example ${day}`,
      {
        runs: evidence.runs.map(({ run }) => run),
        earlier: startedBefore(evidence, whole),
        metrics: exampleMetrics(),
        experiments: evidence.experiments,
      },
    ]),
  ])
}

/** The last day of an invented history, with the days before as the project's other runs. */
function lastDayOf(seed: number): NoteRunSet {
  const { runs, experiments, metrics } = plantHistory(seed)
  const dayOf = ({ startedAt }: Run): number => Math.floor((startedAt ?? 0) / 86_400_000)
  const last = Math.max(...runs.map(dayOf))
  return {
    runs: runs.filter((run) => dayOf(run) === last),
    earlier: runs.filter((run) => dayOf(run) !== last),
    metrics,
    experiments,
  }
}

/** Evidence of a run set with one note, split as a note of a file is. */
export function gatherNote(set: NoteRunSet, text: string, place = 'notes.md'): Evidence {
  return gatherEvidence({
    project: { name: 'Notes', goal: null },
    span: { from: DAY, until: DAY + 86_400_000, timeZone: 'UTC' },
    runs: set.runs.map((run) => ({ run, points: new Map(), curves: new Map() })),
    earlier: set.earlier,
    otherRuns: { count: 0, users: [] },
    experiments: set.experiments ?? [],
    notes: [sessionNote({ kind: 'file', place, text, time: { kind: 'undated' } })],
    gaps: [],
    metrics: set.metrics,
    rules: {
      repeats: { ignore: [], tolerance: 0.01 },
      waivers: [],
      costs: { currency: 'USD' },
      production: [],
      aliases: { ...set.aliases },
    },
    mask: (one) => one,
  })
}

function startedBefore(day: Evidence, whole: Evidence): readonly Run[] {
  const own = new Set(day.runs.map(({ run }) => run.key))
  const first = Math.min(...day.runs.map(({ run }) => run.startedAt ?? Number.POSITIVE_INFINITY))
  return whole.runs.map(({ run }) => run).filter((run) => !own.has(run.key) && (run.startedAt ?? 0) < first)
}

function exampleMetrics(): GatherRequest['metrics'] {
  const file = path.resolve(import.meta.dirname, '../../examples/forty-seven-runs/narrate.yaml')
  const settings = load(readFileSync(file, 'utf8')) as { metrics?: Partial<GatherRequest['metrics']> }
  return { ...NO_SETTINGS, ...settings.metrics }
}

async function storedRuns(name: string): Promise<readonly Run[]> {
  const source = await mlflow.open(name, name, plainWorld(path.join(FIXTURES, 'mlflow')))
  const runs: Run[] = []
  for await (const one of source.list({}))
    if (!isGap(one)) runs.push(await source.read(one.key, { withHistory: true }))
  return runs
}

function higherIsBetter(
  primary: string,
  others: GatherRequest['metrics']['directions'],
): GatherRequest['metrics'] {
  return { ...NO_SETTINGS, primary, directions: { [primary]: 'higher', ...others } }
}

type Row = readonly [
  id: string,
  name: string,
  status: RunStatus,
  params: Readonly<Record<string, string | number>>,
  metrics: Readonly<Record<string, number>>,
  seconds: number,
]

function runsOf(rows: readonly Row[], from: number): readonly Run[] {
  let at = from
  return rows.map(([id, name, status, params, metrics, seconds]) => {
    const startedAt = at
    at += (seconds + 60) * 1000
    return makeRun({
      id: id.padEnd(32, '0'),
      name,
      status,
      startedAt,
      endedAt: status === 'running' ? null : startedAt + seconds * 1000,
      params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)])),
      metrics,
    })
  })
}

const R18 = {
  model: 'resnet18',
  lr: 0.001,
  batch_size: 64,
  dropout: 0,
  epochs: 20,
  augment: 'flips',
  seed: 1,
}
const R50 = { ...R18, model: 'resnet50', batch_size: 32 }
const VIT = { ...R18, model: 'vit_small', lr: 0.0003, batch_size: 32, epochs: 40 }

/** Twelve invented trainings of image classifiers: one failed, one was killed. */
const CELLS = runsOf(
  [
    [
      'a3f1c0d2',
      'resnet18-base',
      'finished',
      { ...R18, augment: 'none' },
      { val_acc: 0.871, val_loss: 0.402 },
      340,
    ],
    ['b7720e91', 'resnet18-flips', 'finished', R18, { val_acc: 0.884, val_loss: 0.371 }, 352],
    [
      'c90d44aa',
      'resnet18-mixup',
      'finished',
      { ...R18, augment: 'mixup' },
      { val_acc: 0.879, val_loss: 0.389 },
      361,
    ],
    [
      'd15be603',
      'resnet18-flips-lr3',
      'finished',
      { ...R18, lr: 0.003 },
      { val_acc: 0.862, val_loss: 0.43 },
      349,
    ],
    ['e68f2b17', 'resnet18-flips-lr01', 'failed', { ...R18, lr: 0.01 }, { val_acc: 0.412 }, 122],
    ['f0a9d3c8', 'resnet50-flips', 'finished', R50, { val_acc: 0.897, val_loss: 0.344 }, 910],
    [
      '0b4c7e5f',
      'resnet50-flips-s2',
      'finished',
      { ...R50, seed: 2 },
      { val_acc: 0.893, val_loss: 0.351 },
      905,
    ],
    [
      '1d93fa20',
      'resnet50-flips-s3',
      'finished',
      { ...R50, seed: 3 },
      { val_acc: 0.901, val_loss: 0.338 },
      921,
    ],
    [
      '27e8b6c4',
      'resnet50-drop',
      'finished',
      { ...R50, dropout: 0.3 },
      { val_acc: 0.889, val_loss: 0.349 },
      915,
    ],
    ['38c1d07b', 'vit-small-flips', 'killed', VIT, { val_acc: 0.7 }, 640],
    [
      '4f62a9e1',
      'vit-small-mixup',
      'finished',
      { ...VIT, augment: 'mixup' },
      { val_acc: 0.858, val_loss: 0.441 },
      1480,
    ],
    [
      '5a07cb3d',
      'resnet50-long',
      'finished',
      { ...R50, epochs: 60 },
      { val_acc: 0.903, val_loss: 0.352 },
      2740,
    ],
  ],
  DAY + 8 * 3_600_000,
)

const CELLS_BEFORE = runsOf(
  [['6e10ffab', 'resnet18-old', 'finished', { ...R18, lr: 0.0001 }, { val_acc: 0.84, val_loss: 0.47 }, 340]],
  DAY - 20 * 3_600_000,
)

const TUNING_DIRECTIONS: GatherRequest['metrics']['directions'] = {
  hellaswag: 'higher',
  winogrande: 'higher',
  eval_loss: 'lower',
}
const OFF_POLICY = {
  lmbda: 0,
  learning_rate: '2e-05',
  beta: 0.5,
  gradient_accumulation_steps: 2,
  max_new_tokens: 128,
  quant_type: 'int4',
}
const ON_POLICY = { ...OFF_POLICY, lmbda: 1 }
const scores = (hellaswag: number, mmlu: number, winogrande: number, loss: number) => ({
  hellaswag,
  mmlu,
  winogrande,
  eval_loss: loss,
})

/** Nine invented fine-tunings of a language model: one failed, one still runs. */
const TUNING = runsOf(
  [
    [
      '71aa03',
      'lmbda0_lr5e6',
      'finished',
      { ...OFF_POLICY, learning_rate: '5e-06' },
      scores(0.5141, 0.6818, 0.6871, 1.912),
      3600,
    ],
    [
      '72bb14',
      'lmbda0_lr1e5',
      'finished',
      { ...OFF_POLICY, learning_rate: '1e-05' },
      scores(0.5152, 0.6803, 0.6775, 1.905),
      3600,
    ],
    ['73cc25', 'lmbda0_lr2e5', 'finished', OFF_POLICY, scores(0.5174, 0.6792, 0.672, 1.899), 3600],
    [
      '74dd36',
      'lmbda0_lr5e5',
      'finished',
      { ...OFF_POLICY, learning_rate: '5e-05' },
      scores(0.5133, 0.677, 0.6722, 1.921),
      3600,
    ],
    [
      '75ee47',
      'lmbda0_beta0',
      'finished',
      { ...OFF_POLICY, beta: 0 },
      scores(0.5209, 0.6801, 0.6783, 1.887),
      3600,
    ],
    [
      '76ff58',
      'lmbda1_bs16',
      'finished',
      { ...ON_POLICY, gradient_accumulation_steps: 4 },
      scores(0.5127, 0.6843, 0.6729, 1.934),
      3600,
    ],
    [
      '77a069',
      'lmbda1_bs32',
      'finished',
      { ...ON_POLICY, gradient_accumulation_steps: 8 },
      scores(0.5115, 0.6835, 0.6704, 1.941),
      3600,
    ],
    ['78b17a', 'lmbda1_tok256', 'failed', { ...ON_POLICY, max_new_tokens: 256 }, {}, 900],
    ['79c28b', 'lmbda1_tok512', 'running', { ...ON_POLICY, max_new_tokens: 512 }, {}, 900],
  ],
  DAY + 6 * 3_600_000,
)
