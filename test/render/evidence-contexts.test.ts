import { describe, expect, test } from 'vitest'
import { evidenceContexts } from '../../src/render/evidence-contexts.ts'
import { gather } from '../support/gather.ts'
import { makeRun } from '../support/make-run.ts'

const metrics = Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`val_m${at}`, at / 20]))
const evidence = gather([
  makeRun({ id: 'aaaa', params: { model: 'gbt', 'cmd-sys.argv': 'train.py --rounds 40' }, metrics }),
  makeRun({ id: 'bbbb', params: { model: 'xgb' }, metrics }),
  makeRun({ id: 'cccc', status: 'failed', params: { model: 'xgb' }, tags: { error: 'ValueError: no rows' } }),
])
const levels = [...evidenceContexts(evidence, Number.POSITIVE_INFINITY, ['val_m13', 'nobody'])]
const [most] = levels

describe('what a prompt shows of the evidence', () => {
  test('metrics that must stand there do, first and at every level of detail', () => {
    for (const { context } of levels) expect(String(context.metricsTable).split('\n')[0]).toMatch(/^val_m13:/)
    const plain = [...evidenceContexts(evidence)].at(-1)
    expect(plain?.context.metricsTable).not.toContain('val_m13')
  })

  test('parameters that are no settings are told by the run that logs them', () => {
    expect(most?.context.alsoLogged).toEqual(['cmd-sys.argv=train.py --rounds 40 (r1)'])
  })

  test('errors are named where they can be printed, and nowhere else', () => {
    expect(most?.context.errors).toBe('[[r3.error]]')
    expect([...evidenceContexts(gather([makeRun({ id: 'dddd' })]))][0]?.context.errors).toBe('')
  })
})
