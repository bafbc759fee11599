import { describe, expect, test } from 'vitest'
import { whyUnsound } from '../../../src/claims/why-unsound.ts'
import type { Finding } from '../../../src/evidence/evidence.ts'
import { freezeEvidence, thawEvidence } from '../../../src/evidence/freeze-evidence.ts'
import type { GatherRequest } from '../../../src/evidence/gather-evidence.ts'
import type { RegisteredVersion, Run } from '../../../src/runs/run.ts'
import { gather } from '../../support/gather.ts'
import { makeRun, type RunSketch } from '../../support/make-run.ts'

const RULES = { repeats: { ignore: [], tolerance: 0.01 }, waivers: [], costs: { currency: 'USD' } }

/** Runs whose val_auc are the values, one after another. */
function runsOf(values: readonly number[], more: Partial<RunSketch> = {}, prefix = 'a'): readonly Run[] {
  return values.map((value, index) =>
    makeRun({
      id: `${prefix}${index + 1}`,
      startedAt: 100 + index * 10,
      endedAt: 105 + index * 10,
      metrics: { val_auc: value },
      params: { lr: String(0.1 / (index + 1)) },
      ...more,
    }),
  )
}

function inUse(more: Partial<RunSketch> = {}): Run {
  return makeRun({
    id: 'served',
    name: 'old-faithful',
    startedAt: 10,
    endedAt: 15,
    metrics: { val_auc: 0.8 },
    params: { lr: '1' },
    ...more,
  })
}

/** A run in production of the task `churn`. */
function served(more: Partial<RunSketch>): Run {
  return inUse({ tags: { stage: 'production' }, params: { target: 'churn' }, ...more })
}

function version(more: Partial<RegisteredVersion> = {}): RegisteredVersion {
  return {
    model: 'churn',
    version: '3',
    stage: null,
    aliases: [],
    origin: { source: 'mlflow', file: 'models/churn/version-3/meta.yaml' },
    ...more,
  }
}

function told(
  runs: readonly Run[],
  options: Partial<GatherRequest> = {},
  production: readonly string[] = [],
): readonly Finding[] {
  const evidence = gather(runs, [], { rules: { ...RULES, production: [...production] }, ...options })
  for (const { sentence } of evidence.findings) expect(whyUnsound(sentence, evidence)).toBeNull()
  return evidence.findings.filter(
    ({ kind, sentence }) => ['progress', 'untried'].includes(kind) && /produc|in use/i.test(sentence),
  )
}

function marksOf(found: readonly Finding[]): readonly (string | undefined)[] {
  return found.map(({ texts }) => texts.mark?.text)
}

describe('the run in production', () => {
  test('is what the best of today is held against', () => {
    const earlier = [inUse({ tags: { stage: 'Production' } })]
    const found = told(runsOf([0.7, 0.85, 0.75]), { earlier })
    expect(found).toMatchObject([
      {
        kind: 'progress',
        scope: 'project',
        sentence:
          'In production ([[this.mark]]) is [[r4]], with val_auc [[r4.metric["val_auc"]]]. The best run told here, [[r2]], leads it by [[abs(delta(r4.metric["val_auc"], r2.metric["val_auc"]))]], at [[r2.metric["val_auc"]]].'.replace(
            'this.',
            `${found[0]?.address}.`,
          ),
        rests: ['r2', 'r4'],
        texts: { mark: { text: 'tag stage=Production', from: 'a tag of the run' } },
      },
    ])
  })

  test('trails nobody where the best of today is worse', () => {
    const [found] = told(runsOf([0.7, 0.75]), { earlier: [inUse({ tags: { champion: 'true' } })] })
    expect(found?.sentence).toContain('[[r2]], trails it by')
  })

  test('is held against a metric that falls by its direction', () => {
    const loss = (value: number) => ({ metrics: { test_loss: value } })
    const earlier = [inUse({ ...loss(0.5), tags: { deployed: 'True' } })]
    expect(told([makeRun({ id: 'a', startedAt: 50, ...loss(0.4) })], { earlier })[0]?.sentence).toContain(
      '. [[r1]] leads it by',
    )
    expect(told([makeRun({ id: 'a', startedAt: 50, ...loss(0.6) })], { earlier })[0]?.sentence).toContain(
      '. [[r1]] trails it by',
    )
  })

  test('stands level with a run of the same value', () => {
    const [found] = told(runsOf([0.8]), { earlier: [inUse({ tags: { stage: 'production' } })] })
    expect(found?.sentence).toMatch(/\. \[\[r1\]\] stands level with it, at /)
  })

  test('is held against the noise between seeds where repeats tell it', () => {
    const seeds = [0.8, 0.804, 0.796, 0.802].map((value, index) =>
      makeRun({
        id: `s${index}`,
        startedAt: 100 + index,
        endedAt: 101 + index,
        metrics: { val_auc: value },
        params: { lr: '0.5', depth: '3', width: '8', seed: String(index) },
      }),
    )
    const params = { lr: '1', depth: '9', width: '4', batch: '2' }
    const old = (value: number) => [inUse({ metrics: { val_auc: value }, params, tags: { stage: 'prod' } })]
    const [near] = told(seeds, { earlier: old(0.8) })
    expect(near?.sentence).toContain(`, within the noise between seeds ([[${near?.address}.noise]])`)
    // t(0.975, 3) · sd · √2, sd = 0.0034157: 3.18245 · 0.0034157 · 1.41421.
    expect(near?.values.noise?.value).toBeCloseTo(0.015373, 5)
    expect(told(seeds, { earlier: old(0.7) })[0]?.sentence).toContain(', beyond the noise between seeds')
  })

  test('is not judged a second time where a pair of settings is', () => {
    const seeds = [0.8, 0.804, 0.796, 0.802].map((value, index) =>
      makeRun({
        id: `s${index}`,
        startedAt: 100 + index,
        metrics: { val_auc: value },
        params: { lr: '0.5', seed: String(index) },
      }),
    )
    const [found] = told([inUse({ tags: { stage: 'prod' } }), ...seeds])
    expect(found?.sentence).toMatch(/leads it by .*, at \[\[r3\.metric\["val_auc"\]\]\]\.$/)
  })

  test('may be told here itself: the others are held against it', () => {
    const [found] = told([inUse({ tags: { status: 'deployed' } }), ...runsOf([0.7, 0.75])])
    expect(found).toMatchObject({ scope: 'session', rests: ['r3', 'r1'] })
    expect(found?.sentence).toContain('The best other run, [[r3]], trails it by')
  })

  test('is not told a second time as the best of the project', () => {
    const earlier = [
      inUse({ tags: { stage: 'production' } }),
      ...runsOf([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], {}, 'b'),
    ]
    const evidence = gather(runsOf([0.9]), [], { earlier })
    const about = evidence.findings.filter(({ kind }) => kind === 'progress')
    expect(about.filter(({ sentence }) => sentence.startsWith('New best'))).toEqual([])
    expect(about.filter(({ sentence }) => sentence.startsWith('In production'))).toHaveLength(1)
  })

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['a stage', { stage: 'production' }],
    ['a stage in other words', { model_stage: 'in production' }],
    ['a stage of a name space', { 'release.status': 'Live' }],
    ['a status', { registry_status: 'champion' }],
    ['a role', { modelRole: 'incumbent' }],
    ['a flag', { deployed: 'True' }],
    ['a flag that is a number', { live: '1' }],
    ['a flag with a prefix', { is_production: 'yes' }],
    ['a flag that is the day it was deployed', { deployed: '03-03-2026 (10:15:00)' }],
  ])('is known by %s', (_, tags) => {
    expect(told(runsOf([0.7, 0.75]), { earlier: [inUse({ tags })] })).toHaveLength(1)
  })

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['ready for it', { production_ready: 'true' }],
    ['a candidate', { stage: 'candidate' }],
    ['a step of a pipeline', { stage: 'deployment' }],
    ['not deployed', { deployed: 'False' }],
    ['no longer deployed', { live: '0' }],
    ['the name of another run', { deployed_model: 'lgbm' }],
    ['about wells', { topic: 'oil production' }],
    ['run in an environment of that name', { env: 'production' }],
  ])('is none that is %s', (_, tags) => {
    expect(told(runsOf([0.7, 0.75]), { earlier: [inUse({ tags })] })).toEqual([])
  })

  test('is the newest of those that carry the tag', () => {
    const old = inUse({ id: 'older', startedAt: 1, endedAt: 2, tags: { stage: 'production' } })
    const [found, ...more] = told(runsOf([0.7, 0.75, 0.71, 0.72, 0.73, 0.74]), {
      earlier: [old, inUse({ tags: { stage: 'production' } })],
    })
    expect([found?.rests, more]).toEqual([['r2', 'r8'], []])
  })

  test('is not told by a tag that many runs carry', () => {
    expect(told(runsOf([0.7, 0.75, 0.8, 0.85], { tags: { stage: 'production' } }))).toEqual([])
  })

  test('is what the registry says, whatever old tags say', () => {
    const tagged = inUse({ id: 'tagged', tags: { stage: 'production' } })
    const earlier = [tagged, inUse({ startedAt: 20, registered: [version({ stage: 'Production' })] })]
    const found = told(runsOf([0.7]), { earlier })
    expect(marksOf(found)).toEqual(['version 3 of the model churn, stage Production'])
    expect(found[0]?.rests).toEqual(['r1', 'r3'])
  })

  test.each<readonly [string, readonly RegisteredVersion[], string]>([
    [
      'the newest version of a stage',
      [version({ version: '9', stage: 'Production' }), version({ version: '10', stage: 'Production' })],
      'version 10 of the model churn, stage Production',
    ],
    [
      'an alias before a stage',
      [version({ stage: 'Production', version: '4' }), version({ aliases: ['latest', 'prod'] })],
      'version 3 of the model churn, alias prod',
    ],
    [
      'a stage before a champion',
      [version({ stage: 'Production' }), version({ version: '4', aliases: ['champion'] })],
      'version 3 of the model churn, stage Production',
    ],
    [
      'a champion',
      [version({ stage: 'Archived' }), version({ version: '4', aliases: ['champion'] })],
      'version 4 of the model churn, alias champion',
    ],
  ])('is by the registry %s', (_, versions, mark) => {
    const earlier = versions.map((one, index) =>
      inUse({ id: `v${index}`, startedAt: index, endedAt: index + 1, registered: [one] }),
    )
    expect(marksOf(told(runsOf([0.7]), { earlier }))).toEqual([mark])
  })

  test.each<readonly [string, RegisteredVersion]>([
    ['archived', version({ stage: 'Archived' })],
    ['staged', version({ stage: 'Staging' })],
    ['a challenger', version({ aliases: ['challenger', 'latest_model'] })],
  ])('is no version that is %s', (_, one) => {
    expect(told(runsOf([0.7]), { earlier: [inUse({ registered: [one] })] })).toEqual([])
  })

  test('is the one that narrate.yaml names, by id, by the beginning of an id, by key or by name', () => {
    const earlier = [
      { ...inUse(), experiment: { id: '7', name: 'other' } },
      inUse({ id: 'x', registered: [version({ stage: 'Production' })] }),
    ]
    for (const name of ['served', 'serv', inUse().key, 'old-faithful'])
      expect(marksOf(told(runsOf([0.7]), { earlier: earlier.slice(0, 1) }, [name]))).toEqual(['narrate.yaml'])
    expect(told(runsOf([0.7]), { earlier }, ['served'])[0]?.rests).toEqual(['r1', 'r2'])
  })

  test('that narrate.yaml names and nobody finds is said to be unknown', () => {
    expect(told(runsOf([0.7]), {}, ['lgbm-2025'])).toMatchObject([
      { kind: 'untried', texts: { name: { text: 'lgbm-2025', from: 'narrate.yaml' } } },
    ])
  })

  test.each<readonly [string, boolean, Run]>([
    ['of the same task', true, served({})],
    ['of another experiment', false, { ...served({}), experiment: { id: '7', name: 'fraud' } }],
    ['that was deleted', false, served({ deleted: true })],
    ['that predicts something else', false, served({ params: { target: 'revenue' } })],
  ])('is told or not where there is one %s', (_, isTold, one) => {
    const found = told(runsOf([0.7, 0.75], { params: { target: 'churn' } }), { earlier: [one] })
    expect(found).toHaveLength(isTold ? 1 : 0)
  })

  test('of another experiment is one where it was measured on the same data', () => {
    const dataSets = [{ name: 'customers', digest: 'aa11', context: 'eval' }]
    const one = inUse({ tags: { stage: 'production' }, dataSets })
    const earlier = [{ ...one, experiment: { id: '7', name: 'other' } }]
    expect(told(runsOf([0.7, 0.75], { dataSets }), { earlier })).toHaveLength(1)
    expect(told(runsOf([0.7, 0.75]), { earlier })).toEqual([])
  })

  test('that was measured on other data is no baseline, and that is said', () => {
    const data = (digest: string) => [{ name: 'customers', digest, context: 'eval' }]
    const earlier = [inUse({ tags: { stage: 'Production' }, dataSets: data('v1') })]
    const found = told(runsOf([0.9, 0.95], { dataSets: data('v2') }), { earlier })
    const k = found[0]?.address
    expect(found).toMatchObject([
      {
        kind: 'untried',
        scope: 'project',
        sentence: `The run in production ([[${k}.mark]]), [[r3]], is no baseline for the runs told here: it was measured under another protocol ([[${k}.former]]; now [[${k}.present]]), and was not run again under this one.`,
        texts: { former: { text: 'data=v1' }, present: { text: 'data=v2' } },
      },
    ])
  })

  test.each<readonly [string, Partial<RunSketch>, string]>([
    ['lacks the metric', { metrics: { val_f1: 0.5 } }, 'it has no val_auc'],
    ['failed', { status: 'failed' }, 'its status is [[r2.status]]'],
  ])('that %s is no baseline, and that is said', (_, more, why) => {
    const [found] = told(runsOf([0.9]), { earlier: [inUse({ tags: { stage: 'Production' }, ...more })] })
    expect(found?.sentence).toContain(`is no baseline for the runs told here: ${why}.`)
  })

  test.each(['Beat the model in production', 'replace the incumbent', 'Better than the production model'])(
    'that only the goal speaks of is missed: %s',
    (goal) => {
      const runs = runsOf([0.7, 0.71, 0.72, 0.73, 0.74])
      expect(told(runs, { project: { name: 'x', goal } })).toMatchObject([{ kind: 'untried' }])
      expect(
        told([...runs, inUse({ tags: { stage: 'production' } })], { project: { name: 'x', goal } }),
      ).toMatchObject([{ kind: 'progress' }])
    },
  )

  test('is not missed where the goal speaks of wells', () => {
    const goal = 'Predict the production of oil wells'
    expect(told(runsOf([0.7, 0.71, 0.72, 0.73, 0.74]), { project: { name: 'x', goal } })).toEqual([])
  })

  test('stays known in frozen evidence', () => {
    const registered = [version({ stage: 'Production', aliases: ['prod'] })]
    const evidence = gather([inUse({ registered }), ...runsOf([0.7])])
    const thawed = thawEvidence(freezeEvidence(evidence))
    expect(thawed.runs[0]?.run.registered).toEqual(registered)
    expect(thawed.rules).toEqual(evidence.rules)
  })
})
