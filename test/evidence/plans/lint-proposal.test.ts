import { describe, expect, test } from 'vitest'
import { lintProposal } from '../../../src/evidence/plans/lint-proposal.ts'
import { settleProposal } from '../../../src/evidence/plans/settle-proposal.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'
import { scoreProposals } from '../../support/score-proposals.ts'

async function countOutcomes(name: string): Promise<Readonly<Record<string, number>>> {
  const made = 'proposals.json'
  const scored = await scoreProposals(...new Set([made, name]))
  const own = name === made ? scored : scored.slice(50)
  const counts: Record<string, number> = {}
  for (const { outcome } of own) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

describe('proposals whose answers are known', () => {
  test('of fifty, half of which repeat past runs in other words and units, all are told apart', async () => {
    expect(await countOutcomes('proposals.json')).toEqual({ caught: 25, passed: 25 })
  }, 60_000)

  test('so are twenty that were written when the linter stood', async () => {
    expect(await countOutcomes('held-out.json')).toEqual({ caught: 12, passed: 8 })
  }, 60_000)

  test('of twelve more, one repeat is missed, and nothing new is called a repeat', async () => {
    expect(await countOutcomes('held-out-again.json')).toEqual({ caught: 7, missed: 1, passed: 4 })
  }, 60_000)
})

const OLD = [{ name: 'd', digest: 'old', context: null }]
const NEW = [{ name: 'd', digest: 'new', context: null }]

function lint(
  runs: readonly RunSketch[],
  asked: {
    readonly from: string
    readonly set?: Readonly<Record<string, string>>
    readonly seeds?: number
    readonly deleted?: readonly RunSketch[]
  },
) {
  const made = runs.map((one, index) =>
    makeRun({ startedAt: Date.UTC(2026, 2, 2, 10 + index), metrics: { val_auc: 0.8 }, ...one }),
  )
  const deleted = (asked.deleted ?? []).map((one) => makeRun({ ...one, deleted: true }))
  const evidence = gather(made, [], {
    earlier: deleted,
    finder: ({ deleted: gone }) =>
      gone.map(({ address }) => ({ kind: 'target', sentence: `[[${address}]] is gone.`, rests: [address] })),
  })
  const from = evidence.runs.find(({ run }) => run.id === asked.from)
  if (from === undefined) throw new Error(`no run ${asked.from}`)
  const proposal = {
    from: from.address,
    set: new Map(Object.entries(asked.set ?? {})),
    seeds: asked.seeds ?? 1,
  }
  const found = lintProposal(proposal, settleProposal(proposal, from, evidence.runs), evidence)
  return found.kind === 'tried'
    ? {
        kind: found.kind,
        runs: found.runs.map(({ run }) => run.id),
        seeds: found.seeds,
        near: found.isNear,
        finished: found.hasFinished,
      }
    : found.kind === 'replicates'
      ? { kind: found.kind, runs: found.runs.map(({ run }) => run.id) }
      : { kind: found.kind }
}

describe('one proposal', () => {
  const A = { id: 'aaaa', params: { lr: '0.1', depth: '3', seed: '1' } }
  const B = { id: 'bbbb', params: { lr: '0.2', depth: '3', seed: '1' } }

  test('that differs from a run only in its seed was tried, and the seed is named', () => {
    expect(lint([A, B], { from: 'aaaa', set: { lr: '0.2', seed: '7' } })).toEqual({
      kind: 'tried',
      runs: ['bbbb'],
      seeds: ['seed'],
      near: false,
      finished: true,
    })
  })

  test('that asks for seeds alone is no repeat until there are enough, or the seed has run', () => {
    expect(lint([A, B], { from: 'aaaa', seeds: 3 })).toEqual({ kind: 'replicates', runs: ['aaaa'] })
    expect(lint([A, B], { from: 'aaaa', set: { seed: '2' } })).toEqual({ kind: 'replicates', runs: ['aaaa'] })
    expect(lint([A, B], { from: 'aaaa', set: { seed: '1' } }).kind).toBe('tried')
    const five = [1, 2, 3, 4, 5].map((seed) => ({ id: `s${seed}00`, params: { lr: '0.1', seed: `${seed}` } }))
    expect(lint(five, { from: 's100', seeds: 6 }).kind).toBe('tried')
  })

  test('that a failed run had was tried, and did not finish', () => {
    expect(lint([A, { ...B, status: 'failed' }], { from: 'aaaa', set: { lr: '0.2' } })).toMatchObject({
      kind: 'tried',
      finished: false,
    })
  })

  test('that a deleted run had was tried', () => {
    expect(lint([A], { from: 'aaaa', set: { lr: '0.2' }, deleted: [B] })).toMatchObject({
      kind: 'tried',
      runs: ['bbbb'],
    })
  })

  test('within the tolerance of a run counts as tried, and beyond it does not', () => {
    expect(lint([A, B], { from: 'aaaa', set: { lr: '0.2005' } })).toMatchObject({ kind: 'tried', near: true })
    expect(lint([A, B], { from: 'aaaa', set: { lr: '0.21' } })).toEqual({ kind: 'new' })
  })

  test('is meant for the data in use now: what ran on data that was given up does not count', () => {
    const old = { ...A, dataSets: OLD }
    const now = { ...B, dataSets: NEW }
    expect(lint([old, now], { from: 'aaaa' })).toEqual({ kind: 'new' })
    expect(lint([old, now, { ...A, id: 'cccc', dataSets: OLD }], { from: 'aaaa' }).kind).toBe('tried')
  })

  test('whose name fits several parameters is not held against anything', () => {
    const run = { id: 'aaaa', params: { clf__norm: 'False', tfidf__norm: 'l2' } }
    expect(lint([run], { from: 'aaaa', set: { norm: 'yes' } })).toEqual({ kind: 'unclear' })
  })
})
