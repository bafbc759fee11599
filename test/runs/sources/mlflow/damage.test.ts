import { join } from 'node:path'
import { mlflow } from '../../../../src/runs/sources/mlflow/mlflow.ts'
import { damageSuite } from '../../../support/damage-suite.ts'
import type { LoggedRun, LoggedStore } from './write-store.ts'
import { writeDatabase, writeFileStore } from './write-store.ts'

const START = 1_763_600_000_000

const parent: LoggedRun = {
  id: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
  experiment: '1',
  name: 'baseline',
  user: 'ana',
  start: START,
  end: START + 60_000,
  params: { lr: '0.003', notes: 'two\nlines' },
  tags: { team: 'risk', 'mlflow.note.content': 'as hoped' },
  metrics: {
    loss: [
      [START + 1, 0.9, 0],
      [START + 2, Number.NaN, 1],
      [START + 3, 0.25, 2],
    ],
    'val/auc': [[START + 7, 0.8125, 5]],
  },
  dataSets: [{ name: 'churn', digest: 'abc', context: 'training' }],
}
const child: LoggedRun = {
  id: 'b1b2c3d4e5f60718293a4b5c6d7e8f91',
  experiment: '123456789012345678',
  name: 'fold 2',
  status: 'FAILED',
  start: START + 1000,
  end: START + 2000,
  params: { lr: '1e-05' },
  tags: { 'mlflow.parentRunId': parent.id },
  artifacts: { 'plots/roc.txt': 'a plot' },
  metrics: { loss: [[START + 1500, 0.5, 0]] },
}
const store: LoggedStore = {
  experiments: [
    { id: '1', name: 'churn', tags: { 'mlflow.note.content': 'what for' } },
    { id: '123456789012345678', name: "it's new" },
  ],
  runs: [parent, child],
  registry: [{ model: 'churn', version: 1, run: parent.id, stage: 'Production', aliases: ['champion'] }],
}

/** A store in which everything bears one name that may: names of files may not hold everything. */
function named(name: string, keys: string): LoggedStore {
  return {
    experiments: [{ id: '123456789012345678', name, tags: { 'mlflow.note.content': name } }],
    runs: [
      {
        ...parent,
        experiment: '123456789012345678',
        name,
        user: name,
        params: { [keys]: name },
        tags: { [keys]: name, 'mlflow.note.content': name, 'mlflow.parentRunId': name },
        metrics: { [keys]: [[START, 0.5, 0]] },
        dataSets: [{ name, digest: name, context: name }],
      },
    ],
    registry: [{ model: keys, version: 1, run: parent.id, stage: name, aliases: [keys] }],
  }
}

const BARE = 'the file is the value and nothing else, and may end anywhere'
damageSuite('MLflow, file store', {
  kind: mlflow,
  unshown: [
    ...(['cut', 'empty', 'growing', 'encoded', 'garbage'] as const).flatMap((damage) => [
      { damage, file: /\/params\//, wrong: /^parameter /, because: BARE },
      { damage, file: /\/tags\//, wrong: /^(?:tag|note) /, because: BARE },
    ]),
  ],
  // MLflow writes meta.yaml anew in its place: a look at a broken one waits until it may be whole.
  mostCuts: 12,
  lanes: 48,
  async write(folder) {
    writeFileStore(join(folder, 'mlruns'), store)
    return join(folder, 'mlruns')
  },
  async writeNamed(folder, name) {
    const safe = name.replaceAll(/[/\0]/g, '_').slice(0, 200)
    const keys = /^\.*$/.test(safe) ? `key ${safe}` : safe
    const root = join(folder, 'mlruns')
    writeFileStore(root, named(name, keys))
    return root
  },
})

damageSuite('MLflow, database', {
  kind: mlflow,
  async write(folder) {
    writeDatabase(join(folder, 'mlflow.db'), store)
    return join(folder, 'mlflow.db')
  },
  databases: ['mlflow.db'],
  async writeNamed(folder, name) {
    const path = join(folder, 'mlflow.db')
    writeDatabase(path, named(name, name))
    return path
  },
})
