import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PACKAGE_ROOT, readVersion } from '../../src/cli/package-root.ts'
import { PARTS, type Parts } from '../../src/cli/parts.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import { planListSchema } from '../../src/documents/plan/plan-list.ts'
import type { Model } from '../../src/models/model.ts'
import { rederive, resealed } from '../../src/verify/rederive.ts'
import { type FakeLog, type FakeRun, fakeKind } from '../support/fake-source.ts'
import { makeWorld, type TestWorldOptions } from '../support/make-world.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

function run(id: string, hour: number, params: Readonly<Record<string, string>>, value: number): FakeRun {
  const at = `2026-11-${String(10 + hour).padStart(2, '0')}T10`
  return {
    id,
    name: `try-${id.slice(0, 2)}`,
    startedAt: `${at}:00:00Z`,
    endedAt: `${at}:30:00Z`,
    params,
    metrics: { val_auc: [[0, value]] },
  }
}

const RUNS: readonly FakeRun[] = [
  run('aa11aa11', 1, { model: 'xgboost', learning_rate: '0.1', depth: '2', seed: '1' }, 0.7),
  run('bb22bb22', 2, { model: 'xgboost', learning_rate: '0.1', depth: '4', seed: '1' }, 0.74),
  run('cc33cc33', 3, { model: 'xgboost', learning_rate: '0.1', depth: '8', seed: '1' }, 0.78),
  run('dd44dd44', 4, { model: 'xgboost', learning_rate: '0.1', depth: '4', seed: '2' }, 0.75),
  run('ee55ee55', 5, { model: 'xgboost', learning_rate: '0.1', depth: '4', seed: '3' }, 0.745),
]

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function project(options: { readonly runs?: readonly FakeRun[]; readonly yaml?: string } = {}) {
  const cwd = await temporaryFolder({
    'narrate.yaml': `project: churn\nusers: all\nsources:\n  - at: runs\n    as: main\nmetrics:\n  primary: val_auc\n  directions: { val_auc: higher }\n${options.yaml ?? ''}`,
  })
  let log: FakeLog = { runs: options.runs ?? RUNS }
  return {
    cwd,
    more(runs: readonly FakeRun[]) {
      log = { runs: [...(log.runs ?? []), ...runs] }
    },
    async run(
      argv: readonly string[],
      { model, ...rest }: Partial<TestWorldOptions> & { readonly model?: Model } = {},
    ): Promise<Result> {
      const { world, stdout, stderr } = makeWorld({ cwd, ...rest })
      const parts: Parts = {
        ...PARTS,
        sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: log })],
        chooseModel: async () =>
          model === undefined
            ? { model: null, reason: 'No model was named.', remember: null }
            : { model, reason: '--model names it.', remember: null },
      }
      return { code: await main(argv, world, parts), stdout: stdout(), stderr: stderr() }
    },
  }
}

const saying = (text: string, basis = 'proposed', checks: readonly string[] = []) => ({ text, basis, checks })

interface Asked {
  readonly from: string
  readonly set: Readonly<Record<string, string>>
  readonly seeds?: number
  readonly again?: string
}

function draft(proposals: readonly Asked[]): string {
  return JSON.stringify({
    title: 'Deeper trees from [[r3]]',
    title_checks: [],
    standing: [],
    proposals: proposals.map(({ from, set, seeds = 1, again = '' }, index) => ({
      from,
      set: Object.entries(set).map(([param, value]) => ({ param, value })),
      seeds,
      hypothesis: saying(
        Object.keys(set).includes('depth')
          ? `depth [[p${index + 1}.depth]] may help [[${from}]].`
          : `A change of [[${from}]] may help.`,
      ),
      repeat_because: saying(again, 'inferred'),
    })),
    low_return: [],
    pivot: { answer: 'stay', reason: saying('[[r3]] may be improved further.', 'inferred') },
    order: [],
    questions: [],
  })
}

describe('narrate plan', () => {
  test('tells the gap, what to run next with its range, and what it costs, without a model', async () => {
    const { run: narrate } = await project()
    const { code, stdout } = await narrate([
      'plan',
      '--target',
      'val_auc=0.8',
      '--budget',
      '10 hours',
      '--deadline',
      '2026-12-01',
      '--yes',
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('the target 0.8 is 0.02 higher')
    expect(stdout).toContain('Given: budget 10 hours; deadline 2026-12-01')
    expect(stdout).toMatch(
      /\| s1 \| none: more seeds \| .*cc33cc33.* \| 0\.7\d+ – 0\.\d+ \| 2 \| 1 h \| 10% \|/,
    )
    expect(stdout).toMatch(/\| s2 \| depth 16 \|/)
    expect(stdout).toContain('No run has had this setting.')
    expect(stdout).toContain('**Stop:**')
  })

  const ON_TWO_GPUS = RUNS.map((one) => ({ ...one, params: { ...one.params, n_gpus: '2' } }))

  test.each([
    ['20 gpu-h', ON_TWO_GPUS, '', '| 2 | 1 h | 10% |', '1 h in all, 10% of the budget.'],
    ['0.5 gpu-hours', ON_TWO_GPUS, '', '| 2 | 1 h | 400% |', 'the budget does not reach so far'],
    ['50 USD', RUNS, 'costs: { perHour: 5 }', '| 2 | 1 h | 10% |', '1 h in all, 10% of the budget.'],
    [
      '50 usd',
      ON_TWO_GPUS,
      'costs: { perHour: 5, perGpuHour: 10 }',
      '| 2 | 1 h | 40% |',
      '40% of the budget.',
    ],
    ['90 EUR', RUNS, 'costs: { perHour: 9, currency: EUR }', '| 2 | 1 h | 10% |', '10% of the budget.'],
    [
      '9000000 USD',
      RUNS,
      'costs: { perHour: 5 }',
      '| 2 | 1 h | hardly any |',
      'in all, hardly any of the budget.',
    ],
    [
      '20 gpu-h',
      RUNS,
      '',
      '| 2 | 1 h |\n',
      'what that is of the budget is not known: like runs log no GPUs.',
    ],
    ['50 USD', RUNS, '', '| 2 | 1 h |\n', 'not known: costs in narrate.yaml name no price of an hour.'],
    ['50 USD', RUNS, 'costs: { perGpuHour: 10 }', '| 2 | 1 h |\n', 'not known: like runs log no GPUs.'],
  ])('counts a budget of %s (%#)', async (budget, runs, yaml, row, cost) => {
    const { run: narrate } = await project({ runs, yaml: `${yaml}\n` })
    const { code, stdout } = await narrate(['plan', '--budget', budget, '--yes'])
    expect(code).toBe(0)
    expect(stdout).toContain(`budget ${budget}`)
    expect(stdout).toContain(row)
    expect(stdout).toContain(cost)
    expect((await narrate(['verify', '--quiet'])).code).toBe(0)
  })

  test('prints a list that a launcher can read', async () => {
    const { run: narrate } = await project()
    const { stdout } = await narrate(['plan', '--json', '--yes', '--target', 'val_auc=0.8'])
    const list = planListSchema.parse(JSON.parse(stdout).plan)
    expect(list.gap).toBeCloseTo(0.02, 10)
    expect(list.best).toEqual({
      run: { key: 'main:1/cc33cc33', id: 'cc33cc33', name: 'try-cc' },
      value: 0.78,
    })
    const deeper = list.experiments.find(({ set }) => set.depth === '16')
    expect(deeper).toMatchObject({
      from: { id: 'cc33cc33' },
      params: { model: 'xgboost', learning_rate: '0.1', depth: '16' },
      seedParams: ['seed'],
      runs: 1,
      grounds: ['beyond'],
      secondsPerRun: 1800,
      tried: 'no',
      triedIn: [],
    })
    expect(deeper?.expected?.low).toBeLessThan(0.78)
    expect(deeper?.stopUnless).toHaveProperty('above')
  })

  test('sends back what was tried, in any words, and leaves out what is proposed again', async () => {
    const { run: narrate } = await project()
    const again = { from: 'r3', set: { max_depth: 'four', lr: '1e-1', seed: '9' } }
    const model = scriptedModel([
      draft([again, { from: 'r3', set: { depth: '12' } }]),
      draft([again, { from: 'r3', set: { depth: '12' } }]),
      draft([again, { from: 'r3', set: { depth: '12' } }]),
    ])
    const { stdout } = await narrate(['plan', '--yes'], { model })
    expect(model.prompts[1]?.turns.at(-1)?.text).toMatch(
      /proposals\[0\]\.set: already tried: r5, r4, r2 had this setting, which differs only in seed, and took 1\.5 h together/,
    )
    expect(stdout).toContain('### p2: depth 12, from')
    expect(stdout).not.toContain('### p1')
    expect(stdout).toMatch(
      /\*\*Left out, since it was tried or closed:\*\* \[try-cc.*: already tried in .*try-ee/,
    )
    expect(stdout).toContain('### s1:')
  })

  test('lets a repeat stand for a reason, and prints the reason', async () => {
    const { run: narrate } = await project()
    const model = scriptedModel([
      draft([{ from: 'r3', set: { depth: '4' }, again: 'The code of [[r2]] may have changed since.' }]),
    ])
    const { stdout } = await narrate(['plan', '--yes'], { model })
    expect(stdout).toMatch(
      /### p1: depth 4, from .*[\s\S]*Again because: The code of .*may have changed since\./,
    )
  })

  test.each([
    [['--target', 'val_auc'], /is no metric with a value/],
    [['--budget', 'plenty'], /is no budget that narrate can count/],
    [['--deadline', 'soon'], /is no date/],
    [['--deadline', '2020-01-01'], /is no day that is still to come/],
    [['--at-once', '0'], /is no number of runs/],
  ])('refuses %j and says how to write it', async (flags, words) => {
    const { run: narrate } = await project()
    const { code, stderr } = await narrate(['plan', ...flags])
    expect(code).toBe(2)
    expect(stderr).toMatch(words)
  })

  test('takes target, budget and deadline from narrate.yaml where no flag says otherwise', async () => {
    const { run: narrate } = await project({
      yaml: 'plan:\n  target: { val_auc: 0.9 }\n  budget: 1 run\n  deadline: 2026-12-01\n  resources: two people\n  atOnce: 2\n',
    })
    const { stdout } = await narrate(['plan', '--yes', '--target', 'val_auc=85%'])
    expect(stdout).toContain('the target 0.85 is')
    expect(stdout).toContain('budget 1 run; deadline 2026-12-01')
    expect(stdout).toContain('resources two people; 2 runs at once')
    expect(stdout).toContain('the budget does not reach so far')
  })

  test('refuses a target that no run logs, and names one that is near', async () => {
    const { run: narrate } = await project()
    const { code, stderr } = await narrate(['plan', '--target', 'val_au=0.3', '--yes'])
    expect(code).toBe(2)
    expect(stderr).toContain('No run logs a metric "val_au"')
    expect(stderr).toContain('Did you mean val_auc?')
  })

  test('says where the direction of a metric must be told', async () => {
    const runs = RUNS.map((one) => ({ ...one, metrics: { wobble: [[0, 1]] as const } }))
    const { run: narrate } = await project({ runs })
    const { code, stdout } = await narrate(['plan', '--yes'])
    expect(code).toBe(0)
    expect(stdout).toContain('No finished run carries wobble with a direction that is known')
  })

  test('saves nothing where there are no runs', async () => {
    const { run: narrate } = await project({ runs: [] })
    const { code, stdout, stderr } = await narrate(['plan', '--yes', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).document).toBeNull()
    expect(stderr).toContain('Nothing to plan from')
  })

  test('stands when it is verified, and a forged range does not', async () => {
    const { cwd, run: narrate } = await project()
    const { stdout } = await narrate(['plan', '--json', '--yes', '--target', 'val_auc=0.8'])
    const { document, plan } = JSON.parse(stdout)
    expect((await narrate(['verify'])).code).toBe(0)
    const file = path.join(cwd, document.path)
    const text = await readFile(file, 'utf8')
    const low = planListSchema.parse(plan).experiments[1]?.expected?.low ?? 0
    const printed = String(Number(low.toPrecision(4)))
    expect(text).toContain(printed)
    await writeFile(file, text.replaceAll(printed, '0.7999'))
    const forged = await narrate(['verify'])
    expect(forged.code).toBe(1)
    expect(forged.stdout).toContain('0.7999')
  })

  test('does not stand with a range that was forged in the evidence as well, with every digest made anew', async () => {
    const { cwd, run: narrate } = await project()
    const { stdout } = await narrate(['plan', '--json', '--yes', '--target', 'val_auc=0.8'])
    const { document, evidence, plan } = JSON.parse(stdout)
    const low = planListSchema.parse(plan).experiments[1]?.expected?.low ?? 0
    const record = JSON.parse(await readFile(path.join(cwd, evidence), 'utf8'))
    const finding = record.evidence.findings.find(
      (one: { readonly values: { readonly low?: { value: number } } }) => one.values.low?.value === low,
    )
    finding.values.low.value = 0.7999
    const printed = String(Number(low.toPrecision(4)))
    const by = '0.7999'
    expect(printed).toHaveLength(by.length)
    record.body = record.body.replaceAll(printed, by)
    for (const span of record.spans)
      if (span.printed === printed) Object.assign(span, { printed: by, exact: by })
    const markdown = await readFile(path.join(cwd, document.path), 'utf8')
    const composer = { templates: templateEngine(PACKAGE_ROOT), version: readVersion() }
    const found = rederive(record, resealed(record, markdown), composer)
    expect(found.map(({ kind }) => kind)).toContain('finding')
    expect(JSON.stringify(found)).toContain('low: 0.7999 is frozen')
  })

  test('stands with a model, too', async () => {
    const { run: narrate } = await project()
    const model = scriptedModel([
      draft([
        { from: 'r3', set: { depth: '12' } },
        { from: 'r3', set: { lr: '0.05' } },
        { from: 'r2', set: {}, seeds: 5 },
      ]),
    ])
    const { stdout } = await narrate(['plan', '--yes', '--target', 'val_auc=0.8'], { model })
    expect(stdout).toContain('depth 12 may help')
    const verified = await narrate(['verify'])
    expect(verified.stdout).toMatch(/^stands/m)
    expect(verified.code).toBe(0)
  })
})

describe('narrate log after a plan', () => {
  test('holds what came out against what was expected', async () => {
    const { more, run: narrate } = await project()
    const { stdout } = await narrate(['plan', '--json', '--yes'])
    const { document, plan } = JSON.parse(stdout)
    const deeper = planListSchema.parse(plan).experiments.find(({ set }) => set.depth === '16')
    more([
      {
        ...run('ff66ff66', 11, { model: 'xgboost', learning_rate: '1e-1', depth: '16', seed: '1' }, 0.9),
        startedAt: '2026-11-21T10:00:00Z',
        endedAt: '2026-11-21T10:30:00Z',
      },
    ])
    const entry = await narrate(['log', '--yes', '--since', '2026-11-21'], {
      now: Date.parse('2026-11-21T18:00:00Z'),
    })
    expect(entry.stdout).toMatch(
      new RegExp(`ran ${deeper?.id} of the plan ${document.id}: val\\\\?_auc is 0\\.9, above the expected`),
    )
    expect((await narrate(['verify'])).code).toBe(0)
  })
})
