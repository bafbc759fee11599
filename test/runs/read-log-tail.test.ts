import { expect, test } from 'vitest'
import { isGap } from '../../src/gap.ts'
import { logRank, readLogTail } from '../../src/runs/read-log-tail.ts'
import type { Run } from '../../src/runs/run.ts'
import { fakeSource } from '../support/fake-source.ts'

async function tailOf(artifacts: Readonly<Record<string, string>>) {
  const source = fakeSource({ runs: [{ id: 'a', status: 'failed', artifacts }] }, 'fake')
  const runs: Run[] = []
  for await (const found of source.readAll({})) if (!isGap(found)) runs.push(found)
  const [run] = runs
  if (run === undefined) throw new Error('one run')
  return readLogTail(source, run)
}

test.each([
  ['traceback.txt', true],
  ['logs/traceback_rank0.txt', true],
  ['error.txt', true],
  ['stderr', true],
  ['stderr.12', true],
  ['output.log', true],
  ['train.log', true],
  ['stdout.txt', true],
  ['code_diff.txt', false],
  ['requirements.txt', false],
  ['my_errors.csv', false],
  ['logs/model.pkl', false],
  ['train.log.gz', false],
  ['mistraceback.txt', false],
])('%s is a log: %j', (path, expected) => {
  expect(logRank(path) !== null).toBe(expected)
})

test('of several logs the surest is taken, then the one that lies highest', async () => {
  const { tail } = await tailOf({
    'train.log': 'from the log',
    'rank1/traceback.txt': 'from rank one',
    'traceback.txt': 'from the traceback',
  })
  expect(tail).toMatchObject({ path: 'traceback.txt', lines: ['from the traceback'] })
})

test('an empty log gives way to the next', async () => {
  expect((await tailOf({ 'traceback.txt': '\n\n', 'train.log': 'epoch 3' })).tail?.lines).toEqual(['epoch 3'])
})

test('there is none where the run left none', async () => {
  expect(await tailOf({ 'plot.png': 'x' })).toEqual({ tail: null, gaps: [] })
})

test('what is named like a log and is no text is a gap', async () => {
  const { tail, gaps } = await tailOf({ 'train.log': 'PK\0\u0001' })
  expect(tail).toBeNull()
  expect(gaps).toMatchObject([
    { what: 'artifact train.log', why: 'it is named like a log and holds no text' },
  ])
})

test('colours, control characters and marks that reorder text are taken out, progress bars become lines', async () => {
  const { tail } = await tailOf({
    'train.log': '\u001b[31mred\u001b[0m\u0007\r 50 %\r100 %\r\nev\u202eil\tok\n',
  })
  expect(tail?.lines).toEqual(['red', ' 50 %', '100 %', 'evil\tok'])
})

test('a line whose beginning was not read is left out', async () => {
  expect((await tailOf({ 'train.log': `${'x'.repeat(20_000)}\nit broke\n` })).tail?.lines).toEqual([
    'it broke',
  ])
})

test('the rest of a key whose beginning was not read is left out', async () => {
  const text = `${'x'.repeat(20_000)}\nkeyrest\n-----END PRIVATE KEY-----\nit broke\n`
  expect((await tailOf({ 'train.log': text })).tail?.lines).toEqual(['it broke'])
})
