import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { PACKAGE_ROOT, readVersion } from '../../src/cli/package-root.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import type { DecisionDraft } from '../../src/documents/decision/decision-draft.ts'
import type { JsonObject } from '../../src/json.ts'
import { rederive, resealed } from '../../src/verify/rederive.ts'
import { DECIDED, type DecidedProject, decidedProject } from '../support/decided-project.ts'

const FINALISTS = ['--finalists', DECIDED.example.finalists]
const DRAFT: DecisionDraft = {
  context: [],
  rationale: [
    {
      text: '[[r7]] has the highest val_f1 of the finished runs, [[r7.val_f1]].',
      basis: 'observed',
      checks: ['r7.val_f1 == max(val_f1, finished)'],
    },
    { text: '[[r7]] has val_f1 0.99.', basis: 'observed', checks: [] },
  ],
  options: [
    {
      option: 'o1',
      good: [{ text: '[[quote(n2, "dummy")]]', basis: 'noted', checks: [] }],
      bad: [
        {
          text: '[[r7]] has lower val_auc, [[r7.val_auc]], than [[r1]], [[r1.val_auc]].',
          basis: 'observed',
          checks: ['r7.val_auc < r1.val_auc'],
        },
      ],
    },
  ],
  consequences: [],
  tradeoffs: [],
  assumptions: [],
  risks: [],
  dissent: [],
  confirmation: [],
  revisit: [{ text: 'Run [[r7]] again with other seeds.', basis: 'proposed', checks: [] }],
  questions: [],
}

/** A project of this test alone. */
async function project(name: keyof typeof DECIDED = 'example'): Promise<DecidedProject> {
  const made = await decidedProject(name)
  onTestFinished(() => made.remove())
  return made
}

describe('narrate decide', () => {
  let decided: DecidedProject
  let written: Awaited<ReturnType<DecidedProject['run']>>

  beforeAll(async () => {
    decided = await decidedProject('example')
    written = await decided.run(['decide', ...FINALISTS, '--no-model', '--yes'])
  })
  afterAll(() => decided.remove())

  test('saves a proposal whose first ten lines tell what decides and what is missing', async () => {
    expect(written.code).toBe(0)
    const lines = written.stdout.split('\n').slice(0, 10)
    expect(lines[0]).toBe('# caravan cross-sell: xgb-depth2 over xgb-f1, proposed')
    expect(lines.slice(2).map((line) => /^- \*\*(.+?):\*\*/.exec(line)?.[1])).toEqual([
      'Winner',
      'Runner-up',
      'Margin',
      'Flip point',
      'Biggest risk',
      'Not recorded',
      'Must sign',
      'Standing',
    ])
    expect(lines[8]).toBe('- **Must sign:** Marit')
  })

  test('is a record as MADR has it: its headings in their order, the chosen option and why', () => {
    const headings = written.stdout.split('\n').filter((line) => line.startsWith('## '))
    expect(headings).toEqual([
      '## Context and Problem Statement',
      '## Decision Drivers',
      '## Considered Options',
      '## Decision Outcome',
      '## Pros and Cons of the Options',
      '## More Information',
    ])
    expect(written.stdout).toContain('\n### Consequences\n')
    expect(written.stdout).toContain('\n### Confirmation\n')
    expect(written.stdout).toMatch(
      /^Chosen option: "xgb-depth2", because it has the highest weighted score, /m,
    )
  })

  test('has all twenty-five fields, each with its place or "not recorded"', () => {
    const table = written.stdout.slice(written.stdout.indexOf('| field | recorded |')).split('\n\n')[0] ?? ''
    const rows = table.split('\n').slice(2)
    expect(rows).toHaveLength(25)
    expect(rows.filter((row) => / \| .+ \|$/.test(row))).toHaveLength(25)
    expect(rows).toContain('| Results by group | not recorded |')
  })

  test('takes the replicates of a finalist along, and says so', () => {
    expect(written.stderr).toContain('lgbm-f1 stands with its 3 replicates')
    expect(written.stdout).toMatch(/lgbm-f1: replicates, taken along .*lgbm-s1-f1.*lgbm-s2-f1.*lgbm-s3-f1/)
  })

  test('stands when it is verified', async () => {
    const { code, stdout } = await decided.run(['verify', '--json', '--quiet'])
    expect(JSON.parse(stdout).documents).toMatchObject([{ stands: true, findings: [] }])
    expect(code).toBe(0)
  })

  test('a saved one is printed for another audience, from the same statements', async () => {
    const id = await decided.id()
    const opened = async (audience: string): Promise<readonly string[]> => {
      const { stdout } = await decided.run(['decide', '--of', id, '--for', audience])
      return stdout
        .slice(stdout.indexOf('## More Information'))
        .split('\n')
        .filter((line) => line.startsWith('### '))
    }
    expect(await opened('executive')).toEqual(['### Trade-offs', '### Risks and limitations', '### Sign-off'])
    expect(await opened('auditor')).toContain('### The record, field by field')
    expect(await opened('engineer')).toContain('### Code and environment')
    const words = async (audience: string): Promise<readonly string[]> => {
      const { stdout } = await decided.run(['decide', '--of', id, '--for', audience])
      return stdout
        .replace(/<\/?(?:details|summary)>|For and against each finalist|#/g, '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .toSorted()
    }
    expect(await words('executive')).toEqual(await words('auditor'))
  })

  test('a forged score, margin or flip point is found, though every digest was made anew', async () => {
    const id = await decided.id()
    const record = await decided.record(id)
    const markdown = await decided.markdown(id)
    const composer = { templates: templateEngine(PACKAGE_ROOT), version: readVersion() }
    expect(rederive(record, markdown, composer)).toEqual([])
    const forged = (kind: string, name: string, value: number): JsonObject => {
      const copy = structuredClone(record) as unknown as {
        evidence: { findings: { kind: string; values: Record<string, { value: number }> }[] }
      }
      const one = copy.evidence.findings.find((finding) => finding.kind === kind && name in finding.values)
      const frozen = one?.values[name]
      if (frozen === undefined) throw new Error(`no ${kind} has a ${name}`)
      frozen.value = value
      return copy as unknown as JsonObject
    }
    for (const [kind, name, value] of [
      ['score', 'score', 0.99],
      ['score', 'valueA', 0.99],
      ['score', 'utilityA', 0.5],
      ['margin', 'margin', 0.5],
      ['margin', 'blur', 0.01],
      ['flip', 'flip', 99],
      ['criterion', 'share', 10],
    ] as const) {
      const lie = forged(kind, name, value)
      const kinds = rederive(lie, resealed(lie, markdown), composer).map((found) => found.kind)
      expect([kind, name, kinds.includes('finding')]).toEqual([kind, name, true])
    }
  })

  test('a forged weight is found: the scores do not follow from it', async () => {
    const id = await decided.id()
    const record = structuredClone(await decided.record(id)) as unknown as {
      subject: { criteria: { weight: number }[] }
    }
    const [first] = record.subject.criteria
    if (first === undefined) throw new Error('there is a criterion')
    first.weight = 1
    const lie = record as unknown as JsonObject
    const found = rederive(lie, resealed(lie, await decided.markdown(id)), {
      templates: templateEngine(PACKAGE_ROOT),
      version: readVersion(),
    })
    expect(found.map(({ kind }) => kind)).toContain('finding')
  })
})

test('a model’s statements are checked: what holds is printed, what does not is left out', async () => {
  const { run } = await project()
  const { code, stdout, stderr } = await run(['decide', ...FINALISTS, '--model', 'scripted/one', '--yes'], {
    draft: DRAFT,
  })
  expect([code, stderr]).toEqual([0, expect.stringContaining('statements did not hold and were left out')])
  expect(stdout).toContain(
    '[xgb-depth2](#r7) has the highest val\\_f1 of the finished runs'.replace('\\', ''),
  )
  expect(stdout).not.toContain('0.99')
  expect(stdout).not.toMatch(/has lower val_auc/)
  expect(stdout).toMatch(/Run \[xgb-depth2\]\(#r7\) again with other seeds\. \*\(proposed\)\*/)
  const verified = await run(['verify', '--json', '--quiet'])
  expect(JSON.parse(verified.stdout).documents).toMatchObject([{ stands: true }])
})

test('a choice against the score is printed as one, with the words of who chose', async () => {
  const { run } = await project()
  const { stdout } = await run([
    'decide',
    ...FINALISTS,
    '--select',
    'lgbm-f1',
    '--because',
    'refit must stay under 1 s',
    '--no-model',
    '--yes',
  ])
  expect(stdout).toContain('- **Winner:** lgbm-f1, chosen, and not by its score')
  expect(stdout).toContain('- **Margin:** Chosen against the score: lgbm-f1 has ')
  expect(stdout).toContain('Chosen option: "lgbm-f1", because “refit must stay under 1 s”.')
})

test('a choice on a saved proposal supersedes it, over the same evidence and without the tracker', async () => {
  const { id, root, run } = await project()
  await run(['decide', ...FINALISTS, '--no-model', '--yes'])
  const proposal = await id()
  await rm(path.join(root, 'mlflow.db'))
  const { code, stdout } = await run(
    [
      'decide',
      '--of',
      proposal,
      '--select',
      'xgb-f1',
      '--because',
      'three seeds agree',
      '--no-model',
      '--yes',
    ],
    { now: Date.parse('2026-03-12T18:00:00Z') },
  )
  expect(code).toBe(0)
  expect(stdout).toContain('Chosen option: "xgb-f1", because “three seeds agree”.')
  expect(stdout).toContain('Chosen against the score: xgb-f1 has ')
  expect(stdout).toContain('chosen out of 47 runs of the project')
  const listed = JSON.parse((await run(['list', '--kind', 'decision', '--json'])).stdout)
  expect(listed.documents.find((one: { id: string }) => one.id === proposal)).toMatchObject({
    supersededBy: expect.stringContaining('2026-03-12-'),
  })
  const again = await run([
    'decide',
    '--of',
    proposal,
    '--select',
    'lgbm-f1',
    '--because',
    'x',
    '--no-model',
    '--yes',
  ])
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is superseded by 2026-03-12-')])
  const verified = JSON.parse((await run(['verify', '--json', '--quiet'])).stdout)
  expect(verified.documents.map(({ stands }: { stands: boolean }) => stands)).toEqual([true, true])
})

test('--json names the document, the scores and the flip points', async () => {
  const { run } = await project()
  const { stdout } = await run(['decide', ...FINALISTS, '--no-model', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    document: { kind: 'decision', path: expect.stringMatching(/^narrative\/decisions\/2026-03-11-/) },
    runs: expect.arrayContaining([expect.stringContaining('8ab27e98')]),
    model: null,
    decision: {
      selected: null,
      winner: 'xgb-depth2',
      finalists: [
        { name: 'xgb-depth2', rank: 1, score: expect.closeTo(0.596947, 6), mayWin: true },
        { name: 'xgb-f1', rank: 2, runs: [expect.any(String), expect.any(String), expect.any(String)] },
        { name: 'lgbm-f1', rank: 3, values: { val_auc: expect.closeTo(0.748792, 6) } },
      ],
      flips: [
        { criterion: 'fit_seconds', share: 0.125, flipsAt: expect.closeTo(0.4403, 4), winner: 'lgbm-f1' },
      ],
    },
  })
})

test('criteria that stood in git before the finalists ran are proven by commit, later ones are not', async () => {
  const { root, run } = await project()
  const git = async (at: string, ...args: string[]): Promise<void> => {
    const env = { PATH: process.env.PATH, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at, HOME: root }
    await promisify(execFile)('git', ['-c', 'user.name=Ines', '-c', 'user.email=i@x.no', ...args], {
      cwd: root,
      env,
    })
  }
  await git('2026-03-08T10:00:00Z', 'init', '-q')
  await git('2026-03-08T10:00:00Z', 'add', 'criteria.yaml')
  await git('2026-03-08T10:00:00Z', 'commit', '-qm', 'criteria')
  const decide = ['decide', ...FINALISTS, '--no-model', '--dry-run']
  expect((await run(decide)).stdout).toMatch(/have stood as they are since commit .* proven by commit/)
  await writeFile(
    path.join(root, 'criteria.yaml'),
    DECIDED.example.criteria.replace('weight: 5', 'weight: 6'),
  )
  expect((await run(decide)).stdout).toContain(
    'asserted to stand since 2026-03-09; nothing proves it: the file was changed since it was last committed',
  )
  await git('2026-03-11T10:00:00Z', 'commit', '-qam', 'more weight')
  expect((await run(decide)).stdout).toMatch(
    /after the last finalist had ended .* the results could be known/,
  )
})

test('flags take the place of the file, with a bound on what does not weigh', async () => {
  const { run } = await project()
  const { stdout } = await run([
    'decide',
    '--finalists',
    'xgb=12a4eed7,lgbm=68f50f2c',
    '--as-named',
    '--criterion',
    'max:val_auc=2',
    '--criterion',
    'lower:fit_seconds=1',
    '--threshold',
    'val_f1 >= 0.285',
    '--no-model',
    '--dry-run',
  ])
  expect(stdout).toContain('| val_auc | val_auc (max) | higher | 2 | 66.67% |')
  expect(stdout).toContain('lgbm may not win: val_f1 is 0.2814 and must be at least 0.285.')
})

test('without criteria a form opens at the terminal, and is kept as criteria.yaml', async () => {
  const { root, run } = await project()
  const file = path.join(root, 'criteria.yaml')
  await rm(file)
  let form = ''
  const { code, stderr, stdout } = await run(['decide', ...FINALISTS, '--no-model'], {
    terminal: 100,
    keys: ['q'],
    env: {
      PATH: process.env.PATH,
      LOGNAME: 'ines',
      EDITOR: 'ed',
      GIT_CEILING_DIRECTORIES: path.dirname(root),
    },
    onInteractive: async () => {
      form = await readFile(file, 'utf8')
      await writeFile(file, form.replace('  - metric: val_auc ', '  - metric: val_f1 '))
      return 0
    },
  })
  expect(form).toContain('criteria:\n  - metric: val_auc')
  expect(stderr).toContain('criteria.yaml opens in your editor')
  expect(stdout).toContain('val_f1')
  expect(await readFile(file, 'utf8')).toContain('metric: val_f1')
  expect(code).toBe(0)
})

test('a name of a finalist stands for its figures; what nobody recorded stays so', async () => {
  const { run } = await project('lost-pet')
  const { stdout } = await run([
    'decide',
    '--finalists',
    DECIDED['lost-pet'].finalists,
    '--no-model',
    '--dry-run',
  ])
  expect(stdout).toMatch(/\| \[industrious-pig-800.* not recorded \(no value given\) \|/)
  expect(stdout).toMatch(/industrious-pig-800.* has no rank: memory is not recorded \(no value given\)/)
})

test.each([
  [['--finalists', '8ab27e98'], 'A decision needs two finalists or more.'],
  [[], 'A decision needs two finalists or more.'],
  [['--finalists', '8ab27e98,nobody'], 'No run\'s id begins with "nobody", and none is called so.'],
  [['--finalists', '12a4eed7,eb699636'], 'stands behind two finalists, xgb-f1 and xgb-f1.'],
  [[...FINALISTS, '--select', 'rf'], '--select rf is none of the finalists.'],
  [[...FINALISTS, '--select', 'lgbm-f1'], 'Why this one is chosen is not said.'],
  [[...FINALISTS, '--criteria', 'missing.yaml'], '--criteria missing.yaml is not there.'],
  [[...FINALISTS, '--criterion', 'val_f1'], '--criterion "val_f1" is no criterion.'],
  [[...FINALISTS, '--criterion', 'val_f1=0'], 'No criterion has any weight.'],
  [[...FINALISTS, '--criterion', 'n_train=1'], 'Whether higher or lower n_train is better is not known.'],
  [[...FINALISTS, '--threshold', 'val_f1'], '--threshold "val_f1" is no bound.'],
])('%j is refused with what to do: exit code 2', async (argv, says) => {
  const { run } = await project()
  const { code, stderr } = await run([
    'decide',
    ...argv,
    ...(argv.includes('--select') ? ['--yes'] : []),
    '--no-model',
  ])
  expect(stderr).toContain(says)
  expect(code).toBe(2)
})

test.each([
  ['criteria:\n  - weight: 1\n', 'criteria.yaml:2: this criterion has neither a name nor a metric.'],
  ['criteria:\n  - metric: val_f1\n', 'criteria.yaml:2: criteria[1].weight is missing.'],
  [
    'criteria:\n  - metric: val_f1\n    weight: 1\n    thresold: ">= 1"\n',
    'criteria.yaml:4: there is no field called "criteria[1].thresold".',
  ],
  [
    'criteria:\n  - metric: val_f1\n    weight: 1\n    threshold: "a lot"\n',
    'criteria.yaml:4: criteria[1].threshold',
  ],
  [
    'criteria:\n  - metric: a\n    weight: 1\n    value: {rf: 1}\n    direction: lower\n',
    'a has a value for "rf", which is no finalist.',
  ],
])('a faulty file is refused with its line: %j', async (text, says) => {
  const { root, run } = await project()
  await writeFile(path.join(root, 'criteria.yaml'), text)
  const { code, stderr } = await run(['decide', ...FINALISTS, '--no-model', '--yes'])
  expect(stderr).toContain(says)
  expect(code).toBe(2)
})
