import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { main } from '../../../src/cli/main.ts'
import { PARTS } from '../../../src/cli/parts.ts'
import type { JsonObject } from '../../../src/json.ts'
import { makeWorld } from '../../support/make-world.ts'
import { scriptedModel } from '../../support/scripted-model.ts'

/** A plan, a decision or a reconstruction as the real command line wrote it. */
export interface WrittenKind {
  readonly kind: string
  /** Over which project, and whether a model drafted it. */
  readonly name: string
  readonly record: JsonObject
  readonly markdown: string
}

const ROOT = path.resolve(import.meta.dirname, '../../..')
const FIXTURES = path.join(ROOT, 'test', 'fixtures')
const NOW = Date.parse('2026-03-11T18:00:00Z')

interface Project {
  readonly name: string
  readonly from: string
  /** Files to copy; all where none is named. */
  readonly files?: readonly string[]
}

const PROJECTS: readonly Project[] = [
  {
    name: 'example',
    from: path.join(ROOT, 'examples', 'forty-seven-runs'),
    files: ['narrate.yaml', 'notes', 'mlflow.db'],
  },
  { name: 'lost-pet', from: path.join(FIXTURES, 'decisions', 'lost-pet') },
  { name: 'stock-quant', from: path.join(FIXTURES, 'mlflow', 'stock-quant') },
]

/** Documents of the kinds that are no log entry, over real projects, with and without a scripted model. */
export async function writeKinds(stores: string | null): Promise<readonly WrittenKind[]> {
  const below =
    stores === null
      ? []
      : (await readdir(stores, { withFileTypes: true }))
          .filter((entry) => entry.isDirectory())
          .map(({ name }): Project => ({ name, from: path.join(stores, name) }))
  const written: WrittenKind[] = []
  for (const project of [...PROJECTS, ...below]) written.push(...(await writeOver(project)))
  return written
}

interface ListedRun {
  readonly id: string
  readonly status: string
  readonly params: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, { readonly last: number | string }>>
}

async function writeOver({ files, from, name }: Project): Promise<readonly WrittenKind[]> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'narrate-kinds-')))
  try {
    const copied = files ?? (await readdir(from)).filter((file) => /^mlruns$|\.db$/.test(file))
    for (const file of copied) await cp(path.join(from, file), path.join(root, file), { recursive: true })
    const store = copied.find((file) => file.endsWith('.db')) ?? 'mlruns'
    if (!copied.includes('narrate.yaml'))
      await writeFile(
        path.join(root, 'narrate.yaml'),
        `project: ${name}\nusers: all\nsources:\n  - at: ${store}\n    as: mlflow\n`,
      )
    const run = async (argv: readonly string[], draft: object | null) => {
      const { world, stdout, stderr } = makeWorld({
        cwd: root,
        now: NOW,
        timeZone: 'UTC',
        env: { PATH: process.env.PATH, LOGNAME: 'ines', GIT_CEILING_DIRECTORIES: path.dirname(root) },
      })
      const reply = JSON.stringify(draft)
      const parts = {
        ...PARTS,
        chooseModel: async () => ({
          model: draft === null ? null : scriptedModel([reply, reply, reply]),
          reason: 'none was asked for',
          remember: null,
        }),
      }
      return { code: await main([...argv], world, parts), stdout: stdout(), stderr: stderr() }
    }
    const listed = await run(['runs', 'list', '--json', '--limit', '200'], null)
    const { runs } = JSON.parse(listed.stdout) as { readonly runs: readonly ListedRun[] }
    const metric = name === 'example' ? 'val_f1' : commonMetric(runs)
    if (metric === null) return []
    if (name !== 'example') {
      const yaml = await readFile(path.join(root, 'narrate.yaml'), 'utf8')
      const direction = /loss|error|rmse|mae|mse|l2/i.test(metric) ? 'lower' : 'higher'
      await writeFile(
        path.join(root, 'narrate.yaml'),
        `${yaml}metrics:\n  primary: ${JSON.stringify(metric)}\n  directions: { ${JSON.stringify(metric)}: ${direction} }\n`,
      )
    }
    const finished = runs.filter((one) => one.status === 'finished' && metric in one.metrics)
    const finalists =
      name === 'example'
        ? ['8ab27e98', '68f50f2c', '12a4eed7']
        : [
            finished.at(0),
            finished.at(-1),
            runs.find(({ status }) => status === 'failed') ?? finished.at(1),
          ].flatMap((one) => one?.id ?? [])
    const targets = name === 'example' ? ['c47640c4', '33a5450f', 'a1fa41d0'] : [finalists[0] ?? '']
    await writeFile(path.join(root, 'criteria.yaml'), criteriaOf(metric, finished, 1_000_000))
    // Here no finalist may win.
    await writeFile(path.join(root, 'strict.yaml'), criteriaOf(metric, finished, 0))
    const commands: readonly (readonly [string, readonly string[]])[] = [
      [
        'plan',
        [
          'plan',
          '--target',
          `${metric}=${targetOf(metric, finished)}`,
          '--budget',
          '2 hours',
          '--deadline',
          '2026-03-20',
        ],
      ],
      ['plan', ['plan', '--resources', 'one laptop', '--at-once', '2']],
      ['decision', ['decide', '--finalists', [...new Set(finalists)].join(',')]],
      [
        'decision',
        [
          'decide',
          '--finalists',
          [...new Set(finalists)].join(','),
          '--select',
          finalists[1] ?? '',
          '--because',
          'it is faster',
        ],
      ],
      ['decision', ['decide', '--finalists', [...new Set(finalists)].join(','), '--for', 'auditor']],
      [
        'decision',
        [
          'decide',
          '--finalists',
          [...new Set(finalists)].join(','),
          '--criteria',
          'strict.yaml',
          '--for',
          'executive',
        ],
      ],
      ...targets.map((id) => ['reconstruction', ['reconstruct', id, '--unclear', 'which data?']] as const),
    ]
    const written: WrittenKind[] = []
    for (const [kind, argv] of commands)
      for (const draft of [null, draftOf(kind, metric, finished)]) {
        await rm(path.join(root, 'narrative'), { recursive: true, force: true })
        const { code, stderr } = await run(
          [...argv, ...(draft === null ? ['--no-model'] : []), '--yes', '--quiet'],
          draft,
        )
        if (code > 1) {
          // A store may hold nothing that such a document can be written of.
          if (process.env.NARRATE_BENCH_SHOW !== undefined)
            process.stderr.write(`${name} ${argv.join(' ')}: ${stderr}`)
          continue
        }
        const folder = path.join(root, 'narrative', `${kind}s`)
        const [file = ''] = (await readdir(folder)).filter((one) => one.endsWith('.md'))
        const evidence = path.join(root, 'narrative', 'evidence', `${path.basename(file, '.md')}.json`)
        written.push({
          kind,
          name: `${name}: ${argv.slice(0, 2).join(' ')}${draft === null ? '' : ', drafted'}`,
          record: JSON.parse(await readFile(evidence, 'utf8')),
          markdown: await readFile(path.join(folder, file), 'utf8'),
        })
      }
    return written
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** The metric that most runs logged. */
function commonMetric(runs: readonly ListedRun[]): string | null {
  const names = runs
    .filter(({ status }) => status === 'finished')
    .flatMap(({ metrics }) => Object.keys(metrics))
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]) => ({ name, count: all.length }))
  return counts.toSorted((a, b) => b.count - a.count)[0]?.name ?? null
}

function targetOf(metric: string, runs: readonly ListedRun[]): number {
  const values = runs.map(({ metrics }) => Number(metrics[metric]?.last)).filter(Number.isFinite)
  return Number((Math.max(...values) * 1.05).toPrecision(3))
}

function criteriaOf(metric: string, runs: readonly ListedRun[], bound: number): string {
  const others = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))].filter(
    (one) => one !== metric,
  )
  return [
    'fixed: 2026-03-09',
    'criteria:',
    `  - metric: ${JSON.stringify(metric)}\n    weight: 5\n    why: it is what counts\n    direction: higher`,
    ...others
      .slice(0, 2)
      .map((one, at) => `  - metric: ${JSON.stringify(one)}\n    weight: ${2 - at}\n    direction: lower`),
    `  - metric: duration\n    weight: 1\n    threshold: "<= ${bound}"`,
    'approvers: [Marit]',
    'purpose: One call list for the campaign.',
    'risks: [Legal has not seen it.]',
    'dissent: Tomas would wait for three seeds.',
    '',
  ].join('\n')
}

/** What a model may say over any project: its first runs, their values and status. */
function draftOf(kind: string, metric: string, runs: readonly ListedRun[]): object {
  const seen = (text: string, ...checks: readonly string[]) => ({ text, basis: 'observed', checks })
  const read = (text: string) => ({ text, basis: 'inferred', checks: [] })
  const proposed = (text: string) => ({ text, basis: 'proposed', checks: [] })
  const param = Object.keys(runs[0]?.params ?? {})[0] ?? 'seed'
  const value = `[[r1.metric[${JSON.stringify(metric)}]]]`
  switch (kind) {
    case 'plan':
      return {
        title: '',
        title_checks: [],
        standing: [
          seen('The status of [[r1]] is [[r1.status]].'),
          read(`Probably [[r1]] says little with its ${metric} ${value}.`),
        ],
        proposals: [
          {
            from: 'r1',
            set: [{ param, value: '17' }],
            seeds: 2,
            hypothesis: proposed(`Another ${param} of [[r1]] may show more.`),
            repeat_because: proposed(''),
          },
          {
            from: 'r2',
            set: [],
            seeds: 3,
            hypothesis: proposed('More seeds of [[r2]] tell luck apart.'),
            repeat_because: proposed(''),
          },
          {
            from: 'r1',
            set: [],
            seeds: 1,
            hypothesis: proposed('Once more [[r1]].'),
            repeat_because: proposed(''),
          },
        ],
        low_return: [read('More of [[r1]] is probably not worth it.')],
        pivot: { answer: 'stay', reason: read('Too little was seen to leave [[r1]].') },
        order: [proposed('The cheap ones first, as in [[r1]].')],
        questions: [proposed('Who may start [[r1]] again?')],
      }
    case 'decision':
      return {
        context: [seen('The status of [[r1]] is [[r1.status]].')],
        rationale: [read('[[r1]] is probably the safer choice.')],
        options: [
          {
            option: 'o1',
            good: [seen('The status of [[r1]] is [[r1.status]].')],
            bad: [read('[[r1]] may be too slow.')],
          },
        ],
        consequences: [read('The refit of [[r1]] becomes a nightly job.')],
        tradeoffs: [read('Speed is given up with [[r1]].')],
        assumptions: [read('The data of [[r1]] stay as they are.')],
        risks: [read('[[r1]] may not hold on new data.')],
        dissent: [],
        confirmation: [proposed('Run [[r1]] once more on new data.')],
        revisit: [proposed('Decide again when [[r1]] has more seeds.')],
        questions: [proposed('Who looks after [[r1]]?')],
      }
    default:
      return {
        title: '',
        title_checks: [],
        setup: [
          seen('The status of [[r1]] is [[r1.status]].'),
          read('[[r1]] probably used the usual table.'),
        ],
        answers: [{ unclear: 'which data?', answer: read('Probably the data of its neighbours.') }],
        conflicts: [],
        questions: [proposed('Was the notebook of [[r1]] kept?')],
        checks: [proposed('Look whether it ends as [[r1]] did.')],
        documentation: [proposed('Keep the notebook of [[r1]].')],
      }
  }
}
