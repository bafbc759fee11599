import { describe, expect, it } from 'vitest'
import { checkStatement, checkStatements } from '../../src/claims/check-draft.ts'
import type { Basis, Statement } from '../../src/claims/statement.ts'
import { riverEvidence } from '../support/river-evidence.ts'

const river = riverEvidence()

type Row = readonly [Basis, string, ...string[]]

function statementOf([basis, text, ...checks]: Row): Statement {
  return { path: 'reading[0]', basis, text, checks }
}

const HONEST: readonly Row[] = [
  // Plain readings: slots under words that name them.
  ['observed', '[[r1]] has a test loss of [[r1.test_loss]].'],
  ['observed', 'Test loss [[r11.test_loss]] in [[r11]], [[r7.test_loss]] in [[r7]].'],
  ['observed', '[[r3]] and [[r4]] end at test losses of [[r3.test_loss]] and [[r4.test_loss]].'],
  [
    'observed',
    'The snow and rain models alone gave test loss [[r1.test_loss]] in [[r1]] and [[r6.test_loss]] in [[r6]].',
  ],
  ['observed', '[[r11]] ran with batch size [[r11.batch_size]] and learning rate [[r11.lr]].'],
  ['observed', '[[r11]] used batch_size [[r11.batch_size]], lr [[r11.lr]] and [[r11.inputs]].'],
  [
    'observed',
    '[[r7]] reached its minimum validation loss, [[r7.val_loss.min]], at step [[r7.val_loss.min.step]].',
  ],
  ['observed', 'The final validation loss of [[r7]] is [[r7.val_loss.last]].'],
  [
    'observed',
    '[[r12]], a plain LSTM on rain_moen, logged a test loss of [[r12.test_loss]]; its last training loss is [[r12.train_loss.last]].',
  ],
  ['observed', '[[r15]] logs its inputs as [[r15.inputs]].'],
  ['observed', '[[r15]] and [[r16]] list [[r15.inputs]] as inputs.'],
  ['observed', '[[r1]] took [[r1.duration]], [[r8]] took [[r8.duration]].'],
  [
    'observed',
    '[[count(finished)]] of [[count(all)]] runs finished, [[count(failed)]] failed and [[count(running)]] is still running.',
  ],
  ['observed', '[[r1]] started at [[r1.started]].'],
  [
    'observed',
    'Over the [[g1]], test loss goes from [[min(test_loss, flow_runs)]] to [[max(test_loss, flow_runs)]].',
  ],
  ['observed', 'The mean test loss of the [[g2]] is [[g2.test_loss.mean]].'],
  ['observed', '[[k1]]'],
  ['observed', '[[k2]]'],
  [
    'observed',
    '[[r12]] (lstm) has test loss [[r12.test_loss]], [[r13]] (spatial_attn) has [[r13.test_loss]].',
  ],
  ['observed', '[[r9]] and [[r11]] use flow_ostra_raw and rain_moen.'],
  ['observed', '[[r6]] runs without rain_moen.'],
  // Statuses.
  ['observed', '[[r13]] and [[r14]] failed.', 'status(r13) == failed', 'status(r14) == failed'],
  [
    'observed',
    '[[r13]] and [[r14]], both spatial_attn, have status failed, with test loss [[r13.test_loss]] and [[r14.test_loss]].',
  ],
  ['observed', '[[r16]] is still running.', 'status(r16) == running'],
  ['observed', '[[r16]] has not finished.'],
  ['observed', '[[r12]] finished, while [[r13]] crashed.'],
  ['observed', 'The failed runs [[r13]] and [[r14]] logged a test loss.'],
  [
    'observed',
    '[[r13]] and [[r14]] failed with test losses of [[r13.test_loss]] and [[r14.test_loss]], and [[r16]] is still running.',
  ],
  ['observed', '[[r13]] is marked [[r13.status]].'],
  // Relations that the log decides alone.
  ['observed', '[[r9]] reached a higher test loss, [[r9.test_loss]], than [[r11]].'],
  ['observed', '[[r11]] has the lowest test loss of the [[g1]].'],
  // Relations with their checks.
  [
    'observed',
    '[[r9]] reached a higher test loss, [[r9.test_loss]], than [[r11]].',
    'r9.test_loss > r11.test_loss',
  ],
  [
    'observed',
    'The test loss of [[r10]], [[r10.test_loss]], is higher than that of [[r1]] and [[r6]].',
    'r10.test_loss > r1.test_loss',
    'r10.test_loss > r6.test_loss',
  ],
  [
    'observed',
    '[[r7]] has test loss [[r7.test_loss]], lower than [[r1]] ([[r1.test_loss]]) and [[r6]] ([[r6.test_loss]]) and lower than [[r9]] ([[r9.test_loss]]).',
    'r7.test_loss < r1.test_loss',
    'r7.test_loss < r6.test_loss',
    'r7.test_loss < r9.test_loss',
  ],
  ['observed', '[[r11]] beats [[r7]] on test loss.', 'r11.test_loss < r7.test_loss'],
  ['observed', '[[r7]] is better than [[r1]] on test loss.', 'r1.test_loss > r7.test_loss'],
  ['observed', 'The test loss of [[r7]] is [[compare(r7.test_loss, r1.test_loss)]] that of [[r1]].'],
  ['observed', '[[r12]] has a lower test loss than [[r13]], which failed.', 'r12.test_loss < r13.test_loss'],
  ['observed', '[[r7]] lies below [[r2]] by [[delta(r2.test_loss, r7.test_loss)]].'],
  ['observed', 'From [[r1]] to [[r11]] the test loss fell from [[r1.test_loss]] to [[r11.test_loss]].'],
  ['observed', 'The test loss dropped from [[r1.test_loss]] in [[r1]] to [[r11.test_loss]] in [[r11]].'],
  ['observed', '[[r3]] is not better than [[r1]] on test loss.', 'r3.test_loss > r1.test_loss'],
  [
    'observed',
    '[[r11]] has the lowest test loss of the [[g1]], [[r11.test_loss]].',
    'r11.test_loss == min(test_loss, flow_runs)',
  ],
  ['observed', 'The lowest test loss of the [[g1]] is [[min(test_loss, flow_runs)]], from [[r11]].'],
  ['observed', '[[r11]] has the best test loss among the [[g1]].', 'argbest(test_loss, flow_runs) == r11'],
  ['observed', '[[argbest(test_loss, flow_runs)]] is the best of the [[g1]] on test loss.'],
  [
    'observed',
    '[[r4]] has the highest test loss of the [[g1]], [[r4.test_loss]].',
    'r4.test_loss == max(test_loss, flow_runs)',
  ],
  [
    'observed',
    'Among [[r1]], [[r6]] and [[r9]], the lowest test loss is [[r9.test_loss]], from [[r9]].',
    'r9.test_loss == min(r1.test_loss, r6.test_loss, r9.test_loss)',
  ],
  [
    'observed',
    '[[r11]] is the shortest run of the [[g1]] at [[r11.duration]].',
    'r11.duration == min(duration, flow_runs)',
  ],
  ['observed', '[[r11]] was faster than [[r8]].', 'r11.duration < r8.duration'],
  ['observed', '[[r9]] has the same inputs as [[r11]].', 'same(r9, r11, inputs)'],
  ['observed', '[[r9]] and [[r11]] differ in [[differ(r9, r11)]].'],
  ['observed', '[[r1]] and [[r6]] differ in learning rate.', 'differ(r1, r6, lr)'],
  [
    'observed',
    'Both [[r1]] and [[r6]] use snow_model.',
    'includes(r1.inputs, "snow_model")',
    'includes(r6.inputs, "snow_model")',
  ],
  [
    'observed',
    'In [[r4]] and [[r5]] the training loss is lowest at the last epoch.',
    'r4.train_loss.min == r4.train_loss.last',
    'r5.train_loss.min == r5.train_loss.last',
  ],
  ['observed', 'From [[r1]] to [[r11]] the test loss drops by [[delta(r1.test_loss, r11.test_loss)]].'],
  ['observed', 'Of [[count(all)]] runs [[count(finished)]] finished; [[r13]] failed.'],
  ['observed', '[[r11]] has the lowest test loss of the [[g1]].', 'argbest(test_loss, flow_runs) == r11'],
  [
    'observed',
    'All [[g1]] use the same sequence length, [[r1.sequence_length]].',
    'same(flow_runs, sequence_length)',
  ],
  ['observed', '[[r1]] and [[r6]] differ in learning rate and number of layers.'],
  [
    'observed',
    '[[r9]] reached a higher test loss, [[r9.test_loss]], than [[r11]]. Learning rate and layers differ.',
    'r9.test_loss > r11.test_loss',
  ],
  ['observed', '[[r12]] and [[r13]] have the same inputs and sequence length.'],
  [
    'inferred',
    '[[r12]] and [[r13]] share inputs and sequence length, but differ in arch, batch size, lr and layers.',
  ],
  ['observed', 'Most runs finished.', 'count(finished) > count(failed)'],
  ['observed', 'No run was killed.', 'count(killed) == 0'],
  ['observed', 'Only [[r13]] and [[r14]] failed.', 'count(failed) == 2'],
  ['observed', '[[r4]] has the worst test loss of the [[g1]].', 'r4.test_loss == max(test_loss, flow_runs)'],
  ['observed', '[[r11]] is the best of the [[g1]] on test loss.', 'rank(r11, test_loss, flow_runs) == 1'],
  ['observed', '[[r1]] started before [[r2]]; [[r1]] is the first run.', 'r1.started == min(started, all)'],
  ['observed', 'The test loss of [[r1]] and [[r6]] is similar.', 'abs(pct(r1.test_loss, r6.test_loss)) < 15'],
  // The scientist's own words.
  ['noted', 'You wrote [[quote(n2, "useless, as I thought")]].'],
  ['noted', 'Planned: [[quote(n6, "attention again w/ one lr, maybe longer sequence (60?)")]].'],
  [
    'noted',
    'You wrote a test loss of [[n4.v1]]; the lowest logged one is [[r11.test_loss]], in [[r11]].',
    'r11.test_loss == min(test_loss, flow_runs)',
    'n4.v1 < r11.test_loss',
  ],
  ['noted', 'You wrote [[quote(n3, "all of them trained fine")]]; [[r13]] and [[r14]] failed.'],
  ['noted', 'You wrote [[quote(n4, "batch 256")]]; the log of [[r11]] says batch size [[r11.batch_size]].'],
  [
    'noted',
    'On the lakes you wrote [[quote(n2, "useless")]]; the test loss of [[r7]] is lower than that of [[r1]].',
    'r7.test_loss < r1.test_loss',
  ],
  // Readings, marked as such.
  ['inferred', '[[r4]] was probably undertrained, because its learning rate, [[r4.lr]], was small.'],
  ['inferred', 'The failure of [[r13]] may be due to attention or to its learning rate.'],
  [
    'inferred',
    '[[r4]] says little about the lake at Vik: its training loss was lowest at the last epoch.',
    'r4.train_loss.min == r4.train_loss.last',
  ],
  [
    'inferred',
    'flow_ostra_raw may leak the target flow_ostra; [[r9]], [[r10]] and [[r11]] take it as input.',
  ],
  ['inferred', 'The gap between [[r12]] and [[r13]] cannot be put down to attention alone.'],
  ['inferred', 'Does flow_ostra_raw hold the target of [[r11]]?'],
  ['inferred', 'Why did [[r13]] and [[r14]] fail? No error is in the evidence.'],
  ['inferred', 'Which inputs did [[r15]] and [[r16]] use?'],
  [
    'inferred',
    'The gap between [[r1]] and [[r6]] is wider than the gap between [[r1]] and [[r3]] is not.'.replace(
      ' is wider than the gap between [[r1]] and [[r3]] is not',
      ' is [[abs(delta(r1.test_loss, r6.test_loss))]]',
    ),
  ],
  [
    'inferred',
    '[[r1]] and [[r6]] have the same inputs. That gap is narrower than the gap from [[r1]] to [[r11]].',
    'same(r1, r6, inputs)',
    'abs(delta(r1.test_loss, r6.test_loss)) < abs(delta(r1.test_loss, r11.test_loss))',
  ],
  // Next steps.
  ['proposed', 'Find the error behind [[r13]] and [[r14]] before the rerun.'],
  ['proposed', 'Rerun [[r11]] without flow_ostra_raw.'],
  [
    'proposed',
    'Rerun [[r12]] and [[r13]] with the same learning rate, so that they differ in architecture only.',
  ],
  ['proposed', 'Repeat the input sets with a fixed lr and several seeds.'],
  ['proposed', 'Try a longer sequence than the [[r12.sequence_length]] of [[r12]].'],
  ['proposed', 'Wait for [[r16]], which is still running.'],
]

describe('a statement that holds', () => {
  it.each(HONEST.map((row) => [row[1], row] as const))('is supported: %s', (_text, row) => {
    const verdict = checkStatement(statementOf(row), river)
    expect('reason' in verdict ? `${verdict.kind}: ${verdict.reason}` : verdict.kind).toBe('supported')
  })
})

const LIES: readonly Row[] = [
  // Another run's value.
  ['observed', '[[r1]] has a test loss of [[r2.test_loss]].'],
  ['observed', 'Test loss [[r7.test_loss]] in [[r11]], [[r11.test_loss]] in [[r7]].'],
  ['observed', '[[r3]] and [[r4]] end at test losses of [[r4.test_loss]] and [[r3.test_loss]].'],
  ['observed', '[[r11]] ran with batch size [[r8.batch_size]].'],
  ['observed', '[[r15]] and [[r1]] list [[r15.inputs]] as inputs.'],
  ['observed', '[[r9]] used the inputs of [[r11]] and reached a test loss of [[r7.test_loss]].'],
  // What was computed for a finding, under other words than its own.
  ['observed', '[[r1]] has a test loss of [[k2.sd]].'],
  ['observed', 'The lowest test loss is [[k2.sd]].'],
  ['inferred', 'Test loss differs by [[delta(k2.sd, r1.test_loss)]] from run to run.'],
  // Another metric, another point, another parameter.
  ['observed', '[[r1]] has a test loss of [[r1.val_loss]].'],
  ['observed', '[[r1]] has a validation loss of [[r1.train_loss.min]].'],
  ['observed', 'The final validation loss of [[r7]] is [[r7.val_loss.min]].'],
  ['observed', 'The minimum validation loss of [[r7]] is [[r7.val_loss.last]].'],
  ['observed', '[[r11]] ran with a learning rate of [[r11.batch_size]].'],
  ['observed', '[[r11]] ran with batch size [[r11.num_layers]].'],
  ['observed', '[[r7.val_loss.min]] test loss was reached in [[r7]].'],
  // Statuses.
  ['observed', '[[r13]] finished.'],
  ['observed', '[[r12]] failed.'],
  ['observed', '[[r13]] and [[r14]] finished with test losses of [[r13.test_loss]] and [[r14.test_loss]].'],
  ['observed', '[[r12]] and [[r13]] failed.'],
  ['observed', '[[r16]] finished.'],
  ['observed', '[[r16]] crashed.'],
  ['observed', '[[r13]] is still running.'],
  ['observed', '[[r12]] did not finish.'],
  ['observed', '[[r13]] was killed.'],
  ['observed', 'The failed runs [[r12]] and [[r14]] logged a test loss.'],
  ['observed', 'Training completed in [[r14]].'],
  // Relations: no check, false check, other direction, other run, other metric.
  ['observed', '[[r9]] reached a lower test loss, [[r9.test_loss]], than [[r11]].'],
  [
    'observed',
    '[[r9]] reached a lower test loss, [[r9.test_loss]], than [[r11]].',
    'r9.test_loss < r11.test_loss',
  ],
  [
    'observed',
    '[[r9]] reached a lower test loss, [[r9.test_loss]], than [[r11]].',
    'r9.test_loss > r11.test_loss',
  ],
  ['observed', '[[r11]] reached a higher test loss than [[r9]].', 'r9.test_loss > r11.test_loss'],
  ['observed', '[[r10]] has a higher test loss than [[r4]].', 'r10.test_loss > r1.test_loss'],
  ['observed', '[[r10]] has a higher test loss than [[r1]] and [[r4]].', 'r10.test_loss > r1.test_loss'],
  ['observed', '[[r7]] has a lower training loss than [[r1]].', 'r7.test_loss < r1.test_loss'],
  ['observed', '[[r3]] is better than [[r1]] on test loss.', 'r3.test_loss > r1.test_loss'],
  ['observed', '[[r1]] beats [[r7]] on test loss.', 'r7.test_loss < r1.test_loss'],
  ['observed', '[[r1]] outperforms [[r7]].', 'r1.batch_size == 256'],
  ['observed', '[[r7]] is not better than [[r1]] on test loss.', 'r7.test_loss < r1.test_loss'],
  ['observed', 'The test loss of [[r1]] is [[compare(r7.test_loss, r1.test_loss)]] that of [[r7]].'],
  ['observed', 'The test loss dropped from [[r11.test_loss]] in [[r11]] to [[r1.test_loss]] in [[r1]].'],
  ['observed', '[[r7]] rose above [[r2]] by [[delta(r2.test_loss, r7.test_loss)]].'],
  ['observed', '[[r11]] has a better test loss than [[r12]].', 'r11.test_loss < r12.test_loss'],
  ['observed', '[[r8]] was faster than [[r11]].', 'r11.duration < r8.duration'],
  ['observed', '[[r11]] was slower than [[r8]].', 'r11.test_loss < r8.test_loss'],
  ['observed', 'From [[r1]] to [[r11]] the test loss rises by [[delta(r1.test_loss, r11.test_loss)]].'],
  ['observed', 'A deeper net lowers the test loss of [[r6]].'],
  ['observed', 'All [[g1]] use the same learning rate, [[r1.lr]].', 'same(flow_runs, lr)'],
  ['observed', 'The lstm [[r13]] has test loss [[r13.test_loss]].'],
  ['observed', 'From [[r11]] to [[r1]] the test loss drops by [[delta(r1.test_loss, r11.test_loss)]].'],
  ['observed', 'From [[r1]] to [[r11]] the validation loss drops by [[delta(r1.test_loss, r11.test_loss)]].'],
  ['observed', '[[r1]] and [[r6]] differ in learning rate and batch size.'],
  ['observed', '[[r12]] and [[r14]] have the same inputs and sequence length.'],
  ['inferred', '[[r12]] and [[r13]] share batch size, but differ in arch and lr.'],
  ['inferred', '[[r12]] and [[r13]] share inputs, but differ in sequence length.'],
  ['observed', 'Most runs failed.', 'count(finished) > count(failed)'],
  ['observed', 'No run failed.', 'count(killed) == 0'],
  ['observed', 'Only [[r13]] failed.', 'count(failed) == 2'],
  ['observed', 'Only [[r1]] and [[r13]] failed.', 'count(failed) == 2'],
  ['observed', 'All runs finished.', 'count(failed) == count(failed)'],
  ['observed', '[[r7]] is the best of the [[g1]] on test loss.', 'rank(r7, test_loss, flow_runs) == 1'],
  ['observed', '[[r7]] is the best of the [[g1]] on test loss.', 'rank(r11, test_loss, flow_runs) == 1'],
  ['observed', 'The test loss of [[r1]] halved.', 'ratio(r1.test_loss, r11.test_loss) == 0.5 within 0.2'],
  ['observed', '[[r7]] has the minimum test loss.'],
  ['observed', '[[r7]] edges out [[r1]].'],
  ['observed', '[[r7]] has a great test loss, [[r7.test_loss]].'],
  // Superlatives.
  ['observed', '[[r9]] has the lowest test loss of the [[g1]].'],
  [
    'observed',
    '[[r7]] has the lowest test loss of the [[g1]].',
    'r11.test_loss == min(test_loss, flow_runs)',
  ],
  ['observed', '[[r7]] has the lowest test loss of the [[g1]].', 'r7.test_loss == min(test_loss, flow_runs)'],
  [
    'observed',
    '[[r7]] has the lowest test loss.',
    'r7.test_loss == min(r1.test_loss, r6.test_loss, r7.test_loss)',
  ],
  [
    'observed',
    '[[r11]] has the highest test loss of the [[g1]].',
    'r11.test_loss == min(test_loss, flow_runs)',
  ],
  ['observed', '[[r4]] has the best test loss of the [[g1]].', 'r4.test_loss == max(test_loss, flow_runs)'],
  ['observed', '[[r11]] has the best validation loss of the [[g1]].', 'argbest(test_loss, flow_runs) == r11'],
  ['observed', '[[r4]] has the lowest training loss.', 'r4.train_loss.min == r4.train_loss.last'],
  ['observed', '[[r13]] is the best spatial_attn run.', 'argbest(test_loss, r13, r14) == r13'],
  ['observed', '[[r11]] has the lowest test loss of all runs.', 'r11.test_loss == min(test_loss, all)'],
  // Equality, differences, quantities, order, effects, significance, causes.
  ['observed', '[[r9]] has the same inputs as [[r10]].', 'same(r9, r10, inputs)'],
  ['observed', '[[r9]] has the same inputs as [[r10]].', 'status(r9) == finished'],
  ['observed', '[[r9]] and [[r11]] differ in inputs.', 'differ(r9, r11, inputs)'],
  ['observed', 'All runs finished.', 'count(finished) == 13'],
  ['observed', 'Every run of the [[g1]] improved.'],
  ['observed', 'No run failed.', 'count(failed) == 0'],
  ['observed', 'Only [[r13]] failed.'],
  ['observed', 'Most runs failed.', 'count(failed) > count(finished)'],
  ['observed', '[[r7]] was the first run.', 'r7.started == min(started, all)'],
  ['observed', 'More layers had no effect in [[r1]] and [[r6]].'],
  ['observed', '[[r11]] is significantly below [[r7]] in test loss.', 'r11.test_loss < r7.test_loss'],
  ['observed', '[[r13]] failed because of attention.'],
  ['observed', '[[r6]] has a higher test loss than [[r1]] due to its layers.', 'r6.test_loss > r1.test_loss'],
  ['observed', 'The test loss of [[r6]] doubled against [[r1]].'],
  ['observed', '[[r10]] overfitted.'],
  ['observed', '[[r1]] and [[r6]] agree in learning rate.', 'differ(r1, r6, lr)'],
  ['observed', '[[r1]] and [[r6]] have different inputs.', 'r1.test_loss < r6.test_loss'],
  ['observed', '[[r5]] and [[r11]] differ in [[differ(r9, r11)]].'],
  ['observed', '[[r1]] and [[r6]] differ in batch size.', 'differ(r1, r6, lr)'],
  ['observed', '[[r5]] has the same inputs as [[r11]].', 'same(r9, r11, inputs)'],
  ['observed', '[[r11]] beats [[r7]] on validation loss.', 'r11.test_loss < r7.test_loss'],
  ['observed', 'The validation loss of [[r7]] is [[compare(r7.test_loss, r1.test_loss)]] that of [[r1]].'],
  ['observed', 'From [[r11]] to [[r1]] the test loss fell from [[r1.test_loss]] to [[r11.test_loss]].'],
  ['observed', 'The gap between [[r5]] and [[r6]] is [[abs(delta(r1.test_loss, r6.test_loss))]].'],
  ['observed', '[[count(finished)]] of [[count(all)]] runs failed.'],
  ['observed', '[[count(failed)]] runs finished.'],
  ['observed', 'The attention runs crashed.', 'r1.batch_size == r2.batch_size'],
  // Settings beside runs that do not log them.
  ['observed', '[[r12]], a spatial_attn run, has test loss [[r12.test_loss]].'],
  ['observed', '[[r13]] (lstm) failed.'],
  ['observed', '[[r1]] and [[r2]] use snow_model.'],
  // Digits, names and addresses.
  ['observed', '[[r11]] has test loss 0.1288.'],
  ['observed', '[[r11]] has about half the test loss of [[r10]].'],
  ['observed', 'Two runs failed.', 'count(failed) == 2'],
  ['observed', '[[r11]] improved by twelve percent over [[r7]].', 'r11.test_loss < r7.test_loss'],
  ['observed', '8e13f7b0 has a test loss of [[r11.test_loss]].'],
  ['observed', 'Run r11 has a test loss of [[r11.test_loss]].'],
  ['observed', '[[r17]] has a test loss of [[r17.test_loss]].'],
  ['observed', '[[r11]] has an AUC of [[r11.val_auc]].'],
  ['observed', '[[r16]] has a test loss of [[r16.test_loss]].'],
  ['observed', '[[r11]] has a test loss of [[0.1]].'],
  ['observed', '[[r11]] has a test loss of [[r11.test_loss.'],
  // The scientist's mouth.
  ['noted', 'You expected the lakes to be useless.'],
  ['noted', 'You wrote [[quote(n2, "very useful")]].'],
  ['noted', 'You proved that the lakes do not help: [[quote(n2, "useless")]].'],
  ['inferred', 'The notes say that all of the comparison trained fine.', 'status(r13) == failed'],
  ['inferred', 'You wrote that attention pays off; [[r13]] failed.'],
  ['observed', 'The test loss is about [[n4.v1]].'],
  ['inferred', 'The test loss is about [[n4.v1]].'],
  ['inferred', 'The test loss is [[quote(n4, "about 0.03")]].'],
  ['noted', 'The test loss is [[n4.v1]].'],
  ['noted', 'You wrote [[n4.v1]] for [[r11]].'],
  // Symbols, signs, units, hidden letters, other languages.
  ['observed', '[[r1.test_loss]] < [[r7.test_loss]]'],
  ['observed', '[[r1]] = [[r7]]'],
  ['observed', 'The test loss of [[r1]] is -[[r1.test_loss]].'],
  ['observed', 'The test loss of [[r1]] is [[r1.test_loss]]%.'],
  ['observed', '[[r1]] took [[r1.duration]] hours.'],
  ['observed', '[[r1]] is b\u0435tter than [[r7]].'],
  ['observed', '[[r1]] is bet\u200bter than [[r7]].'],
  ['observed', '[[r1]] is bet**ter** than [[r7]].'],
  ['observed', '[[r1]] is &#98;etter than [[r7]].'],
  ['observed', '[[r1]] is \uff42etter than [[r7]].'],
  ['observed', '[[r1]] ist besser als [[r7]].'],
  ['observed', '[[r1]] est meilleur que [[r7]].'],
  ['observed', 'The mean test loss is [[r1.test_loss]] in [[r1]].'],
  // Nothing behind it, or nothing that fits.
  ['observed', 'The lakes carry the signal.'],
  ['observed', 'The lakes carry the signal.', '1 < 2'],
  ['inferred', '[[r3]] is better than [[r7]], probably because of its learning rate.'],
  ['inferred', '[[r3]] may be better than [[r7]].'],
  ['proposed', 'Adopt [[r13]], the best run.'],
  ['proposed', 'Rerun [[r3]], which improved on [[r7]].'],
  ['proposed', 'Try a sequence of 60.'],
]

describe('a statement that does not hold', () => {
  it.each(LIES.map((row) => [`${row[1]} ${row.slice(2).join(' ')}`, row] as const))(
    'is never supported as it is told: %s',
    (_text, row) => {
      const verdict = checkStatement(statementOf(row), river)
      if (verdict.kind === 'supported')
        expect([verdict.isTurned, verdict.statement.basis]).toEqual([true, 'inferred'])
      else expect(verdict.reason).toMatch(/\S.*\.$/s)
    },
  )
})

describe('what may be printed of it', () => {
  it('keeps the words of a statement that only rests on nothing', () => {
    const verdict = checkStatement(
      statementOf(['inferred', 'Lake temperature may lag behind the flow.']),
      river,
    )
    expect(verdict).toMatchObject({
      kind: 'unsupported',
      segments: [{ kind: 'words', text: 'Lake temperature may lag behind the flow.' }],
    })
  })

  it.each([
    ['a digit', 'The loss is 0.2.'],
    ['a relation', 'The lakes are better than the models.'],
    ['a slot that names nothing', 'The loss is [[r99.test_loss]].'],
    ['an open slot', 'The loss is [[r1.test_loss.'],
  ])('keeps nothing that has %s', (_what, text) => {
    expect(checkStatement(statementOf(['inferred', text]), river)).toMatchObject({
      kind: 'unsupported',
      segments: null,
    })
  })

  it('calls a statement contradicted where the evidence says otherwise', () => {
    const verdict = checkStatement(
      statementOf(['observed', '[[r13]] is what it is.', 'status(r13) == finished']),
      river,
    )
    expect(verdict).toMatchObject({
      kind: 'contradicted',
      checks: [{ written: 'status(r13) == finished', holds: false, actual: 'failed against finished' }],
    })
  })

  it('prints runs, numbers, quotes and relations as segments that cite their facts', () => {
    const verdict = checkStatement(
      statementOf([
        'observed',
        '[[r7]] is at [[r7.test_loss]], [[compare(r7.test_loss, r1.test_loss)]] [[r1]].',
      ]),
      river,
    )
    expect(verdict).toMatchObject({
      kind: 'supported',
      segments: [
        { shows: 'run', printed: 'c94d13ab', exact: `mlflow:1/c94d13ab${'0'.repeat(24)}`, cites: ['r7'] },
        { text: ' is at ' },
        { shows: 'number', printed: '0.1419', exact: '0.1419', cites: ['r7.metric["test_loss"].last'] },
        { text: ', ' },
        { shows: 'relation', printed: 'lower than' },
        { text: ' ' },
        { shows: 'run', printed: '4be81f02' },
        { text: '.' },
      ],
    })
  })

  it('expands the slots of a finding', () => {
    const verdict = checkStatement(statementOf(['observed', '[[k1]]']), river)
    expect(verdict).toMatchObject({
      segments: [{ printed: 'With the same inputs 4be81f02 and b20e6f17 lie 0.0296 apart.' }],
    })
  })

  it('judges many statements as it judges each', () => {
    const statements = [...HONEST, ...LIES].map(statementOf)
    expect(checkStatements(statements, river)).toEqual(
      statements.map((statement) => checkStatement(statement, river)),
    )
  })
})
