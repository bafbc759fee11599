import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress, printPlace, resolveAddress } from '../../src/evidence/address.ts'
import { isRefusal } from '../../src/evidence/refusal.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const evidence = makeEvidence({
  runs: [
    {
      params: { lr: '0.1', depth: 4, 'model.lr': 1, 'say "hi"': 2, name: 'exp', both: 1 },
      metrics: { val_auc: [0.1, 0.2], loss: 1, 'val/auc': 0.9, both: 2, r2: 0.5 },
    },
    { status: 'failed', metrics: { val_auc: 0.3 } },
  ],
  groups: [{ label: 'depth=4', runs: ['r1'], word: 'deep' }],
  notes: ['best was 0.2 then 0.3'],
  findings: [{ kind: 'spread', sentence: 'x', rests: ['r1'] }],
  headlines: { loss: 'min' },
  documents: [
    {
      address: 'd1',
      id: '2026-11-19-x-aaaa',
      kind: 'log',
      title: 'Yesterday',
      date: '2026-11-19',
      path: 'log/2026-11-19-x-aaaa.md',
      runs: [],
      passages: ['The wide one is ahead.'],
    },
  ],
})

function canonical(text: string): string {
  const written = parseAddress(text)
  const place = isRefusal(written) ? written : resolveAddress(evidence, written)
  return isRefusal(place) ? `refused: ${place.reason}` : printPlace(place)
}

describe('an address', () => {
  it.each([
    ['r1', 'r1'],
    ['r1.lr', 'r1.param["lr"]'],
    ['r1.param["lr"]', 'r1.param["lr"]'],
    ["r1.param['model.lr']", 'r1.param["model.lr"]'],
    ['r1.param["say \\"hi\\""]', 'r1.param["say \\"hi\\""]'],
    ['r1.val_auc', 'r1.metric["val_auc"].last'],
    ['r1.loss', 'r1.metric["loss"].min'],
    ['r1.loss.last', 'r1.metric["loss"].last'],
    ['r1.val_auc.max.step', 'r1.metric["val_auc"].max.step'],
    ['r1.val_auc.step', 'r1.metric["val_auc"].last.step'],
    ['r1.val_auc.at(1)', 'r1.metric["val_auc"].at(1)'],
    ['r1.metric["val/auc"].min', 'r1.metric["val/auc"].min'],
    ['r1.status', 'r1.status'],
    ['r1.duration', 'r1.duration'],
    ['r1.name', 'r1.name'],
    ['r1.param["name"]', 'r1.param["name"]'],
    ['g1', 'g1'],
    ['deep', 'g1'],
    ['finished', 'g2'],
    ['killed', 'killed'],
    ['all', 'all'],
    ['deep.val_auc.mean', 'g1.metric["val_auc"].last.mean'],
    ['g1.val_auc.max.mean', 'g1.metric["val_auc"].max.mean'],
    ['g1.depth.count', 'g1.param["depth"].count'],
    ['val_auc', 'metric["val_auc"].last'],
    ['metric["r2"].max', 'metric["r2"].max'],
    ['n1', 'n1'],
    ['n1.v2', 'n1.v2'],
    ['k1', 'k1'],
    ['d1', 'd1'],
  ])('%s is %s in full', (text, expected) => {
    expect(canonical(text)).toBe(expected)
    expect(canonical(expected)).toBe(expected)
  })

  it.each([
    ['r3', 'There is no run r3; there are r1 to r2.'],
    ['g9', 'There is no group g9; there are g1 to g3.'],
    [
      'c1.weight',
      'There is no criterion c1: criteria come from the criteria file of a decision, and this document has none.',
    ],
    ['target.val_auc', 'This document has no target: targets are given when a plan is asked for.'],
    ['r1.both', 'both is both a parameter and a metric; write param["both"] or metric["both"].'],
    [
      'r1.val_acu',
      'r1 has no parameter or metric called val_acu; nearest: val_auc, val/auc, loss, lr, name, status, both, r2 and 8 more.',
    ],
    [
      'r2.lr',
      'r2 has no parameter or metric called lr; nearest: user, name, ended, val_auc, status, started, commit, duration.',
    ],
    [
      'r1.lr.min',
      'lr is a parameter and has no points; only metrics have .first, .last, .min, .max and .at(step).',
    ],
    ['r1.val_auc.mean', 'The points of val_auc are .first, .last, .min, .max and .at(step).'],
    ['r1.val_auc.min.step.step', 'Behind a point of val_auc only .step may stand.'],
    ['r1.at(3)', 'at(…) follows a metric: run.metric["name"].at(10).'],
    ['g1.val_auc', 'A value of g1 needs a statistic at its end: mean, sd, min, max or count.'],
    ['n1.v3', 'n1 holds n1.v1 to n1.v2 only.'],
    ['n1.text', 'n1 has values only: n1.v1 and so on.'],
    ['k1.x', 'k1 has no fields.'],
    [
      'recall',
      'There is no run, group, metric or parameter called recall; nearest: r2, lr, depth, name, deep, val_auc, loss, val/auc and 5 more.',
    ],
    ['r1 r2', '" r2" is too much behind the address r1.'],
    ['r1.param["lr]', '"["lr]" is no name; write ["name"] with quotation marks.'],
    [
      '',
      '"end of the text" begins no address; an address is a run and, behind a dot, its metric or parameter.',
    ],
  ])('%s is refused: %s', (text, reason) => {
    expect(canonical(text)).toBe(`refused: ${reason}`)
  })

  it('is read from any text without a throw, and a canonical one reads back as itself', () => {
    const piece = fc.constantFrom(
      'r1',
      'g1',
      'n1',
      '.',
      'val_auc',
      'param["',
      '"]',
      'at(1)',
      '.min',
      '.step',
      '\\',
      "'",
      'é',
      '0',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (written) => {
        const first = canonical(written)
        if (!first.startsWith('refused')) expect(canonical(first)).toBe(first)
      }),
      { numRuns: 2000 },
    )
  })
})
