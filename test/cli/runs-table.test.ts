import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { gap } from '../../src/gap.ts'
import type { RunSourceKind } from '../../src/runs/run-source.ts'
import { type FakeLog, fakeKind } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function list(
  log: FakeLog,
  options: { second?: FakeLog; argv?: readonly string[]; terminal?: number } = {},
) {
  const cwd = await temporaryFolder({ 'keep/x': '' })
  const { terminal } = options
  const { world, stdout, stderr } = makeWorld({ cwd, ...(terminal === undefined ? {} : { terminal }) })
  const logs = {
    [`${cwd}/runs`]: log,
    ...(options.second === undefined ? {} : { [`${cwd}/second/runs`]: options.second }),
  }
  const code = await main(['runs', 'list', ...(options.argv ?? [])], world, {
    ...PARTS,
    sourceKinds: async () => [ofNames(fakeKind(logs))],
  })
  const lines = stdout().trimEnd().split('\n')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
  return { code, lines, stderr: stderr() }
}

/** A kind whose ids are names of folders: two logs may have the same. */
function ofNames(kind: RunSourceKind): RunSourceKind {
  return {
    ...kind,
    open: async (...asked) => ({ ...(await kind.open(...asked)), idsAreUnique: false }),
  }
}

const columns = (line = ''): readonly string[] => line.trim().split(/ {2,}/)

describe('the table of runs', () => {
  test('shows no name that is the id again, no time that no log tells, and no status that none knows', async () => {
    const { lines, stderr } = await list({
      runs: ['a', 'b'].map((name) => ({
        id: `sweep/version_${name}`,
        name: `version_${name}`,
        status: 'unknown',
        startedAt: null,
        endedAt: null,
        metrics: { loss: [[1, name === 'a' ? 0.25 : 0.5]] },
      })),
    })
    expect(lines).toEqual(['run          loss', 'version_a  0.2500', 'version_b  0.5000'])
    expect(stderr).toContain('No log of these runs tells how they ended.')
  })

  test('shows a dash for the name of a run that has none beside others that have one', async () => {
    const { lines } = await list({
      runs: [
        { id: '3fa2c1d4e5f60718293a4b5c6d7e8f90', name: '3fa2c1d4e5f60718293a4b5c6d7e8f90' },
        { id: '4fa2c1d4e5f60718293a4b5c6d7e8f90', name: 'lgbm' },
      ],
    })
    expect(lines.map((line) => columns(line)[1])).toEqual(expect.arrayContaining(['name', '–', 'lgbm']))
  })

  test('tells ids that end alike by the folders above them', async () => {
    const { lines } = await list({
      runs: ['seed0/version_0', 'seed1/version_0', 'seed1/version_1', 'a/b/last', 'c/b/last'].map((id) => ({
        id,
        name: id.replace(/.*\//, ''),
      })),
    })
    expect(lines.slice(1).map((line) => columns(line)[0])).toEqual(
      expect.arrayContaining(['seed0/version_0', 'seed1/version_0', 'version_1', 'a/b/last', 'c/b/last']),
    )
  })

  test('leaves metrics out before names can no longer be told apart', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `train_model_with_smote_and_lags_${n + 10}`)
    const { lines } = await list({
      runs: names.map((name, n) => ({
        id: `${n + 10}fa2c1d4e5f60718293a4b5c6d7e8f90`,
        name,
        metrics: Object.fromEntries(
          ['validation_accuracy', 'validation_loss', 'test_accuracy_of_all'].map((metric) => [
            metric,
            [[1, n / 16]],
          ]),
        ),
      })),
    })
    const shown = lines.slice(1).map((line) => columns(line)[1])
    expect(new Set(shown).size).toBe(names.length)
    expect(lines[0]).toMatch(/took +…t_accuracy_of_all$/)
  })

  test('keeps the source where ids of two logs are the same, and the end of what a metric is called', async () => {
    const runs = (): FakeLog => ({
      runs: Array.from({ length: 3 }, (_, n) => ({
        id: `run_20260511_2${n}`,
        name: `a long name that was given to the run ${n}`,
        metrics: { 'epoch_history.validation.auc': [[1, 0.5]] },
      })),
    })
    const { lines } = await list(runs(), { second: runs() })
    expect(columns(lines[0]).slice(0, 3)).toEqual(['run', 'source', 'name'])
    expect(lines[0]).toMatch(/….*\.auc$/)
    const pairs = lines.slice(1).map((line) => columns(line).slice(0, 2).join(' '))
    expect(new Set(pairs).size).toBe(6)
  })
})

describe('what could not be read', () => {
  const many: FakeLog = {
    runs: [{ id: 'a' }],
    gaps: [
      ...Array.from({ length: 50 }, (_, n) => gap(`metric m${n}`, `a/m${n}`, 'the value is no number')),
      ...Array.from({ length: 5 }, (_, n) => gap(`run ${n}`, `${n}/meta.yaml`, 'the file is empty')),
      gap('metric x', 'a/x', 'it is cut'),
      gap('metric y', 'a/y', 'it is odd'),
      gap('metric z', 'a/z', 'it is late'),
    ],
  }

  test('comes by its reasons, those that may hide runs first, with a count', async () => {
    const { code, stderr } = await list(many)
    expect(stderr.trim().split('\n')).toEqual([
      'narrate: run 0 (0/meta.yaml): the file is empty. And 4 more like it.',
      'narrate: metric m0 (a/m0): the value is no number. And 49 more like it.',
      'narrate: metric x (a/x): it is cut.',
      'narrate: 2 more could not be read, for 2 other reasons: --gaps names them all.',
    ])
    expect(code).toBe(1)
  })

  test('of one reason is told once, however many there are, whatever follows a semicolon', async () => {
    const gaps = ['a and b', 'c', 'd'].map((names, n) =>
      gap(`${n + 1} metrics`, `${n}.json`, `null stands in place of a number; they are ${names}`),
    )
    const { code, stderr } = await list({ runs: [{ id: 'a' }], gaps })
    // The run was read, whatever of it was not.
    expect(code).toBe(0)
    expect(stderr.trim().split('\n')).toEqual([
      'narrate: 1 metrics (0.json): null stands in place of a number; they are a and b. And 2 more like it.',
      'narrate: --gaps names each of them.',
    ])
  })

  test('for one reason more than is shown is counted', async () => {
    const gaps = ['cut', 'odd', 'late', 'early'].map((what) => gap(`metric ${what}`, 'x', `it is ${what}`))
    const { stderr } = await list({ runs: [{ id: 'a' }], gaps })
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'narrate: 1 more could not be read, for another reason: --gaps names them all.',
    )
  })

  test('breaks no line of a terminal but between words, and a long path after a slash', async () => {
    const place = `${'a-folder/'.repeat(12)}gepa_state.bin`
    const { stderr } = await list(
      {
        runs: [{ id: 'a' }],
        gaps: [
          gap('candidates and scores', place, 'they are kept in a pickle alone'),
          gap('source x', '', `see https://example.org/${'long/'.repeat(20)}`),
        ],
      },
      { terminal: 80, argv: ['--no-pager'] },
    )
    const lines = stderr
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours takes no column
      .replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, '')
      .trim()
      .split(/[\n\r]+/)
      .filter((line) => line !== '' && !line.includes('Reading runs'))
    expect(lines).toEqual([
      `narrate: candidates and scores (${'a-folder/'.repeat(5)}`,
      `${'a-folder/'.repeat(7)}gepa_state.bin):`,
      'they are kept in a pickle alone.',
      'narrate: source x: see',
      `https://example.org/${'long/'.repeat(20)}.`,
    ])
  })

  test('comes one by one where that is asked for', async () => {
    const { stderr } = await list(many, { argv: ['--gaps'] })
    expect(stderr.trim().split('\n')).toHaveLength(58)
    expect(stderr).toContain('narrate: metric m37 (a/m37): the value is no number.')
  })

  test('is told in full where it is little', async () => {
    const { stderr } = await list({ runs: [{ id: 'a' }], gaps: [gap('metric x', 'a/x', 'it is cut')] })
    expect(stderr).toBe('narrate: metric x (a/x): it is cut.\n')
  })
})
