import { describe, expect, it } from 'vitest'
import { NarrateError } from '../../../../src/errors.ts'
import { parseLinePattern } from '../../../../src/runs/sources/console/line-template.ts'
import { withoutPrefix } from '../../../../src/runs/sources/console/without-prefix.ts'

type Told = readonly [
  step: number | null,
  epoch: number | null,
  metrics: Readonly<Record<string, number>>,
  others?: Readonly<Record<string, string>>,
]

/** What a pattern reads of a line, as a reader of logs asks it. */
function read(written: string, line: string): Told | null {
  const pattern = parseLinePattern(written)
  for (const said of withoutPrefix(line).said) {
    const values = pattern(said)
    if (values === null) continue
    const { step, epoch, metrics, params, totals } = values
    const told = [step, epoch, Object.fromEntries(metrics)] as const
    const others = [...params, ...totals]
    return others.length === 0 ? told : [...told, Object.fromEntries(others)]
  }
  return null
}

const SHAPES: readonly (readonly [shape: string, line: string, told: Told | null])[] = [
  [
    'step-values',
    'step:1000/5100 val_loss:3.5321 train_time:178890ms step_avg:178.89ms',
    [1000, null, { val_loss: 3.5321, train_time_ms: 178890, step_avg_ms: 178.89 }, { step: '5100' }],
  ],
  [
    'step-values',
    'step:0/5100 val_loss:16.0058 train_time:278ms step_avg:nanms',
    [0, null, { val_loss: 16.0058, train_time_ms: 278, step_avg_ms: Number.NaN }, { step: '5100' }],
  ],
  ['step-values', 's:250 tel:6.3097', [250, null, { tel: 6.3097 }]],
  [
    'step-values',
    'step 250: train loss 1.9876, val loss 2.1',
    [250, null, { 'train loss': 1.9876, 'val loss': 2.1 }],
  ],
  [
    'step-values',
    'iter 0: loss 10.9892, time 400.12ms, mfu -100.00%',
    [0, null, { loss: 10.9892, time_ms: 400.12, mfu_percent: -100 }],
  ],
  [
    'step-values',
    'Epoch [3/10], Step [100/600], Loss: 0.5',
    [100, 3, { Loss: 0.5 }, { Epoch: '10', Step: '600' }],
  ],
  [
    'step-values',
    'epoch=3 | train_loss=1e-05 | val_acc=93.5% | mode=fast',
    [null, 3, { train_loss: 1e-5, val_acc_percent: 93.5 }],
  ],
  [
    'step-values',
    'Epoch 1 - loss: nan - lr: -inf',
    [null, 1, { loss: Number.NaN, lr: Number.NEGATIVE_INFINITY }],
  ],
  ['step-values', 'epoch 2 train loss nan time 0:01:23', [null, 2, { 'train loss': Number.NaN }]],
  ['step-values', '2026-11-02 09:00:01,123 - INFO - __main__ - step 10 loss 0.5', [10, null, { loss: 0.5 }]],
  ['step-values', '[2026-11-02 09:00:01] step 10 loss 0.5', [10, null, { loss: 0.5 }]],
  ['step-values', 'INFO:root:step 10 loss 0.5', [10, null, { loss: 0.5 }]],
  ['step-values', 'Epoch 3/10', [null, 3, {}, { Epoch: '10' }]],
  // What is no line of values.
  ['step-values', 'loss: 0.5 acc: 0.9', null],
  ['step-values', 'Saved checkpoint at step 500', null],
  ['step-values', 'Epoch 3 finished in 5 seconds', null],
  ['step-values', 'peak memory allocated: 29898 MiB reserved: 44552 MiB', null],
  ['step-values', '    optimizer.step(lr=0.001, step=5)', null],
  ['step-values', 'step_size = 5 # learning_rate = 0.1', null],
  ['step-values', 'step 10 loss 0.5.1', null],
  ['step-values', 'step 10 loss 1,234', null],
  ['step-values', 'step nan loss 0.5', null],
  ['step-values', 'epoch 1:  45%|████      | 45/100 [00:10<00:12,  4.5it/s]', null],
  [
    'dict',
    "{'loss': 0.5, 'grad_norm': 1.25, 'learning_rate': 5e-05, 'epoch': 1.0}",
    [null, 1, { loss: 0.5, grad_norm: 1.25, learning_rate: 5e-5 }],
  ],
  ['dict', "{'loss': '0.5', 'note': 'fine', 'done': True, 'epoch': '0.03'}", [null, 0.03, { loss: 0.5 }]],
  ['dict', "{'eval_loss': nan, 'step': 10, 'epoch': 2.0}", [10, 2, { eval_loss: Number.NaN }]],
  ['dict', "{'loss': 0.5}", null],
  ['dict', "{'loss': 0.5, 'epoch': 1.0} and more", null],
  ['dict', "{'loss': [0.5], 'epoch': 1}", null],
  ['dict', '{', null],
  [
    'json',
    '2021-05-01 10:00:00 | INFO | train_inner | {"epoch": 1, "update": 0.5, "loss": "8.25", "num_updates": "100", "lr": "0.0005"}',
    [0.5, 1, { loss: 8.25, num_updates: 100, lr: 0.0005 }],
  ],
  ['json', '{"step": 5, "train": {"loss": NaN}, "tags": ["x"]}', [5, null, { 'train.loss': Number.NaN }]],
  ['json', '{"loss": 5}', null],
  ['json', '{"step": 5, "loss": 0.5', null],
  ['keras', 'Epoch 3/10', [null, 3, {}, { Epoch: '10' }]],
  [
    'keras',
    '938/938 [==============================] - 2s 2ms/step - loss: 0.2 - accuracy: 0.9375 - val_loss: 0.3',
    [null, null, { loss: 0.2, accuracy: 0.9375, val_loss: 0.3 }],
  ],
  [
    'keras',
    '1875/1875 ━━━━━━━━━━ 4s 2ms/step - accuracy: 0.875 - loss: nan',
    [null, null, { accuracy: 0.875, loss: Number.NaN }],
  ],
  ['keras', '200/938 [=====>........] - ETA: 1s - loss: 0.4', null],
  ['keras', '938/938 - done', null],
]

const TEMPLATES: readonly (readonly [template: string, line: string, told: Told | null])[] = [
  ['step {step}: train loss {train/loss}', 'step   250:  train loss 1.9', [250, null, { 'train/loss': 1.9 }]],
  ['step {step}: train loss {train/loss}', 'step 250: train loss 1.9, val loss 2', null],
  [
    'step {step}: train loss {train/loss}{*}',
    'step 250: train loss 1.9, val loss 2',
    [250, null, { 'train/loss': 1.9 }],
  ],
  ['{*}loss={loss} {*}', 'a loss=b loss=0.5 c', [null, null, { loss: 0.5 }]],
  ['{*} acc {acc}%', 'acc x acc 50% acc 93.25%', [null, null, { acc: 93.25 }]],
  [
    'epoch {epoch} lr {param:lr} took {took}ms',
    'epoch 3 lr 1e-05 took 12.5ms',
    [null, 3, { took: 12.5 }, { lr: '1e-05' }],
  ],
  ['a+b.c {x}', 'a+b.c -1.5e-3', [null, null, { x: -1.5e-3 }]],
  ['a+b.c {x}', 'aab.c 1', null],
  ['loss {loss}', 'loss inf', [null, null, { loss: Number.POSITIVE_INFINITY }]],
  ['step {step} loss {loss}', 'step inf loss 1', null],
]

describe('a line of a console log', () => {
  it.each(SHAPES)('is read as %s: %s', (shape, line, told) => {
    expect(read(shape, line)).toEqual(told)
  })

  it.each(TEMPLATES)('is read by "%s": %s', (template, line, told) => {
    expect(read(template, line)).toEqual(told)
  })

  it.each(['', 'loss', 'loss {', 'loss {}', 'loss {a:b}', 'loss {*}', 'loss {x*}', 'step-value'])(
    'cannot be "%s"',
    (written) => {
      try {
        parseLinePattern(written)
      } catch (error) {
        expect(error).toBeInstanceOf(NarrateError)
        if (error instanceof NarrateError) expect(error.hint).toContain('step-values')
        return
      }
      throw new Error('it was taken')
    },
  )

  it('takes no longer for lines that nearly match', () => {
    const hostile = [
      'a '.repeat(2000),
      '1'.repeat(4000),
      `step 1 ${'a=1 '.repeat(999)}!`,
      `{'a': ${"'b".repeat(1900)}`,
      '-'.repeat(4000),
    ]
    for (const line of hostile)
      for (const written of ['step-values', 'dict', 'json', 'keras', '{*}a{*}a{*}a{*}b {x}', '{*}{x}{*}{y}!'])
        expect(read(written, line)).toBeNull()
  })
})
