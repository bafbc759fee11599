import { describe, expect, test } from 'vitest'
import { isDataFile, sameFile } from '../../src/evidence/data-files.ts'
import { gather } from '../support/gather.ts'
import { told } from '../support/gather-logged.ts'
import { makeRun } from '../support/make-run.ts'

test.each([
  ['train_file', 'data/full.csv', true],
  ['valid_file', 'None', false],
  ['data_path', 's3://bucket/churn/2026-03.parquet', true],
  ['data_dir', '/mnt/data/v2', true],
  ['data.train_data_path', 'C:\\data\\rain.csv', true],
  ['input_csv_path', 'rain.csv', true],
  ['dataset_folder', 'imagenet-mini/', true],
  // What a run writes, or reads that is no data.
  ['out_path', 'results/full.csv', false],
  ['train_dir', '/tmp/checkpoints', false],
  ['cache_path', 'cache/', false],
  ['log_file', 'train.log', false],
  ['weights_dir', './weights/', false],
  ['model_path', 'model.pt', false],
  ['use_data_file', 'True', false],
  ['train_file', '7', false],
])('whether %s = %s names the data of a run: %s', (name, value, expected) => {
  expect(isDataFile(name, value)).toBe(expected)
})

test.each([
  ['/home/ola/rain.csv', '/mnt/rain.csv', true],
  ['C:\\data\\rain.csv', 'data/rain.csv', true],
  ['data/v1/', 'data/v2', false],
  ['rain.csv', 'rain_dedup.csv', false],
])('whether %s and %s are one file by their last names: %s', (a, b, expected) => {
  expect(sameFile(a) === sameFile(b)).toBe(expected)
})

const run = (place: number, file: string | null, more: object = {}) =>
  makeRun({
    id: `${'abcdefgh'[place]}`.repeat(8),
    startedAt: Date.UTC(2026, 2, 2, place + 1),
    params: { lr: '0.1', size: String(place), ...(file === null ? {} : { train_file: file }) },
    metrics: { val_auc: 0.7 + place / 100 },
    ...more,
  })

describe('a data file', () => {
  test('that changed for good is told where runs are compared, since nothing says whether they may be', () => {
    const runs = [
      run(0, 'data/a.csv'),
      run(1, 'data/a.csv'),
      run(2, 'data/b.csv'),
      run(3, 'data/b.csv'),
      run(4, 'data/b.csv'),
    ]
    expect(told(gather(runs), 'protocol')).toEqual([
      'train_file changed at r3: data/a.csv, then data/b.csv (2 runs before, 3 from there on); no digest of the data is logged: whether values from before and since may be compared is not known.',
    ])
  })

  test.each([
    ['comes back', ['a', 'a', 'b', 'b', 'a', 'a']],
    ['was another for one run', ['a', 'a', 'a', 'b']],
    ['has a new one each run or two', ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd', 'e', 'e']],
  ])('that %s is none that changed for good', (_, files) => {
    const runs = files.map((file, place) =>
      makeRun({
        id: String(place).repeat(8),
        startedAt: Date.UTC(2026, 2, 2, place + 1),
        params: { train_file: `data/${file}.csv` },
        metrics: { val_auc: 0.7 },
      }),
    )
    expect(told(gather(runs), 'protocol')).toEqual([])
  })

  test('whose digest is logged is told by that', () => {
    const dataSets = (digest: string) => [{ name: 'churn', digest, context: 'training' }]
    const runs = ['a', 'a', 'b', 'b'].map((file, place) =>
      run(place, `data/${file}.csv`, { dataSets: dataSets(file) }),
    )
    expect(told(gather(runs), 'protocol').filter((one) => one.includes('train_file'))).toEqual([])
  })

  test('of runs that were deleted is told where it is another one', () => {
    const deleted = [
      run(4, 'data/sample.csv', { deleted: true }),
      run(5, 'data/sample.csv', { deleted: true }),
      run(6, 'data/all.csv', { deleted: true }),
      run(7, 'elsewhere/full.csv', { deleted: true }),
    ]
    const evidence = gather([run(0, 'data/full.csv'), run(1, 'data/full.csv')], [], { earlier: deleted })
    expect(told(evidence, 'disappeared')).toContain(
      'Deleted runs had other data: train_file was data/sample.csv in 2 of them, data/all.csv in 1; data/full.csv in the runs told here and in 1 more deleted run.',
    )
  })

  test('of deleted runs that is the same one is not worth a word', () => {
    const evidence = gather([run(0, 'data/full.csv')], [], {
      earlier: [run(4, 'data/full.csv', { deleted: true })],
    })
    expect(told(evidence, 'disappeared').filter((one) => one.includes('other data'))).toEqual([])
  })
})
