import type { Evidence } from '../../src/evidence/evidence.ts'
import { type MadeRun, makeEvidence } from './make-evidence.ts'

/** One invented run: arch, batch, lr, layers, inputs, losses (test; validation min, last; training min, last), seconds. */
type Row = readonly [string, number, number, number, string, number, number, number, number, number, number]

const FLOW: readonly Row[] = [
  ['lstm_attn', 256, 0.031, 2, "['snow_model', 'rain_model']", 0.2113, 0.2401, 0.2466, 0.1502, 0.1611, 95],
  [
    'lstm_attn',
    256,
    0.0042,
    3,
    "['lake_temp_norre', 'lake_level_norre']",
    0.1702,
    0.1533,
    0.1671,
    0.2217,
    0.2391,
    140,
  ],
  [
    'lstm_attn',
    256,
    0.087,
    2,
    "['lake_temp_sunne', 'lake_level_sunne']",
    0.3127,
    0.2604,
    0.2915,
    0.4133,
    0.4712,
    133,
  ],
  [
    'lstm_attn',
    256,
    0.00012,
    2,
    "['lake_temp_vik', 'lake_level_vik']",
    1.9021,
    3.8811,
    3.9472,
    3.7018,
    3.7018,
    136,
  ],
  ['lstm_attn', 256, 0.00041, 2, "['rain_dale', 'wind_dale']", 0.2811, 0.4402, 0.4402, 0.6117, 0.6117, 171],
  ['lstm_attn', 256, 0.0051, 4, "['snow_model', 'rain_model']", 0.2409, 0.2516, 0.2604, 0.1844, 0.1902, 118],
  [
    'lstm_attn',
    256,
    0.0063,
    4,
    "['lake_temp_norre', 'lake_level_norre']",
    0.1419,
    0.1207,
    0.1288,
    0.2519,
    0.3104,
    163,
  ],
  ['lstm_attn', 128, 0.0017, 4, "['river_temp_ostra']", 0.2733, 0.3219, 0.3301, 0.4611, 0.5098, 227],
  [
    'lstm_attn',
    128,
    0.022,
    4,
    "['flow_ostra_raw', 'snow_model', 'rain_model', 'rain_moen']",
    0.1611,
    0.1811,
    0.1822,
    0.1408,
    0.1519,
    149,
  ],
  [
    'lstm_attn',
    128,
    0.00057,
    3,
    "['flow_ostra_raw', 'snow_model', 'rain_model', 'rain_dale']",
    0.3309,
    0.2577,
    0.3117,
    0.3802,
    0.5514,
    111,
  ],
  [
    'lstm_attn',
    256,
    0.028,
    2,
    "['flow_ostra_raw', 'snow_model', 'rain_model', 'rain_moen']",
    0.1288,
    0.1904,
    0.1977,
    0.0811,
    0.0903,
    77,
  ],
]

const LEVEL: readonly (Row | null)[] = [
  ['lstm', 256, 0.011, 2, "['rain_moen']", 0.1917, 0.1422, 0.1519, 0.1799, 0.2144, 180],
  ['spatial_attn', 128, 0.0019, 4, "['rain_moen']", 2.1104, 2.2018, 2.2533, 2.4012, 2.4012, 170],
  ['spatial_attn', 512, 0.0077, 4, "['rain_dale', 'rain_moen']", 3.9027, 4.0119, 4.1138, 3.5228, 3.5519, 155],
  ['lstm', 512, 0.0061, 4, 'None', 0.6112, 1.0437, 1.0437, 1.2203, 1.2417, 129],
  null,
]

const IDS =
  '4be81f02 93c7aa1d 0d5f2c66 e71b40a9 58aa9c3e b20e6f17 c94d13ab 1f8820dd 77e0b5c2 2a6cd9f4 8e13f7b0 60d2a4ce f5579b31 3cc08e42 d86a17ef 09fb6e58'.split(
    ' ',
  )

/**
 * An invented evening of sixteen runs that forecast a river: eleven of its flow, five of its level, of which two failed
 * and one still runs. Its notes hold two mistakes: "all trained fine", and a loss remembered too low.
 */
export function riverEvidence(): Evidence {
  const flow = FLOW.map((row, index) => toRun(row, index, 'flow_ostra'))
  const level = LEVEL.map((row, index): MadeRun => {
    const run = toRun(row, index + FLOW.length, 'level_ostra')
    return index === 1 || index === 2 ? { ...run, status: 'failed' } : run
  })
  return makeEvidence({
    project: 'ostra',
    runs: [...flow, ...level],
    directions: { test_loss: 'lower', val_loss: 'lower', train_loss: 'lower' },
    primary: 'test_loss',
    groups: [
      { label: 'runs on flow_ostra', runs: flow.map((_, index) => `r${index + 1}`), word: 'flow_runs' },
      { label: 'lake inputs', runs: ['r2', 'r3', 'r4', 'r7'] },
    ],
    findings: [
      {
        kind: 'spread',
        sentence:
          'With the same inputs [[r1]] and [[r6]] lie [[abs(delta(r1.test_loss, r6.test_loss))]] apart.',
        rests: ['r1', 'r6'],
      },
      {
        kind: 'replicates',
        sentence: 'Runs of one setting lie about [[k2.sd]] apart in test_loss.',
        rests: ['r1', 'r6'],
        values: { sd: { value: 0.0125, unit: null, metric: 'test_loss', how: 'pooled deviation' } },
      },
    ],
    notes: [
      'all input sets for Ostra done, models + raw flow clearly the winner, rain alone meh',
      'temp/level of the lakes: useless, as I thought',
      'plain LSTM against the spatial attention on Moen + Dale, all of them trained fine',
      'lowest test loss about 0.03 or so, batch 256',
      'no idea yet whether attention pays off, lr is random so who knows',
      'tomorrow: attention again w/ one lr, maybe longer sequence (60?)',
    ],
  })
}

function toRun(row: Row | null, index: number, target: string): MadeRun {
  const id = (IDS[index] ?? '').padEnd(32, '0')
  const started = Date.UTC(2026, 2, 14, 18, 10 * index)
  if (row === null)
    return {
      id,
      name: id,
      started,
      status: 'running',
      params: {
        arch: 'spatial_attn',
        batch_size: 512,
        lr: 0.015,
        num_layers: 2,
        sequence_length: 30,
        target_variable: target,
        inputs: 'None',
      },
    }
  const [arch, batch, lr, layers, inputs, test, valMin, valLast, trainMin, trainLast, seconds] = row
  const series = (min: number, last: number) => ({
    last,
    lastStep: 299,
    min,
    max: 9,
    minStep: min === last ? 299 : 211,
    maxStep: 0,
    count: 300,
    nonFinite: 0,
  })
  return {
    id,
    name: id,
    started,
    seconds,
    experiment: target === 'flow_ostra' ? 'Ostra inputs' : 'Ostra level',
    params: {
      arch,
      batch_size: batch,
      lr,
      num_layers: layers,
      num_epochs: 150,
      sequence_length: 25,
      target_variable: target,
      inputs,
    },
    metrics: { test_loss: test, val_loss: series(valMin, valLast), train_loss: series(trainMin, trainLast) },
  }
}
