import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { main } from '../../src/cli/main.ts'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'
import { PARTS } from '../../src/cli/parts.ts'
import type { JsonObject } from '../../src/json.ts'
import { makeWorld, type TestWorldOptions } from './make-world.ts'
import { scriptedModel } from './scripted-model.ts'

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures')

/** Real projects that decisions are made over, each with what decides there. */
export const DECIDED = {
  example: {
    from: path.join(PACKAGE_ROOT, 'examples', 'forty-seven-runs'),
    files: ['mlflow.db', 'narrate.yaml', 'notes'],
    criteria: `fixed: 2026-03-09
criteria:
  - metric: val_f1
    weight: 5
    worst: 0.25
    best: 0.35
    why: a call costs 2 h of work
  - metric: val_auc
    weight: 2
  - metric: fit_seconds
    weight: 1
    threshold: "<= 2"
    worst: 2
    best: 0
    why: it is refitted every night
approvers: [Marit]
purpose: One call list for the campaign of 2026.
dissent: Tomas would wait for 3 seeds of the smaller trees.
`,
    finalists: '8ab27e98,68f50f2c,12a4eed7',
  },
  'lost-pet': {
    from: path.join(FIXTURES, 'decisions', 'lost-pet'),
    files: ['mlruns'],
    criteria: `criteria:
  - metric: Found_recall
    weight: 3
    why: a pet that is overlooked stays lost
  - metric: Found_precision
    weight: 1
  - name: memory
    value: {colorful-eel-293: 410, angry-stoat-620: 388}
    unit: MB
    direction: lower
    weight: 1
`,
    finalists: 'cf96c425,4276a9c3,adb0dbee',
  },
  'stock-quant': {
    from: path.join(FIXTURES, 'mlflow', 'stock-quant'),
    files: [],
    criteria: `criteria:
  - metric: l2.valid
    direction: lower
    weight: 1
    threshold: "< 1"
`,
    finalists: 'ranker=76af9459,broken=3164e19a',
  },
} as const

/** A copy of one of these projects in which a decision, or another document, can be written. */
export interface DecidedProject {
  readonly root: string
  run(
    argv: readonly string[],
    options?: Partial<TestWorldOptions> & { readonly draft?: object },
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
  /** The id of its only decision. */
  id(): Promise<string>
  markdown(id: string): Promise<string>
  record(id: string): Promise<JsonObject>
  evidencePathOf(id: string): string
  remove(): Promise<void>
}

export async function decidedProject(name: keyof typeof DECIDED): Promise<DecidedProject> {
  const { criteria, files, from } = DECIDED[name]
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'narrate-decide-')))
  const copied = files.length === 0 ? await readdir(from) : files
  for (const file of copied) await cp(path.join(from, file), path.join(root, file), { recursive: true })
  if (!copied.some((file) => file === 'narrate.yaml'))
    await writeFile(
      path.join(root, 'narrate.yaml'),
      `project: ${name}\nusers: all\nsources:\n  - at: ${files.length === 0 ? '.' : 'mlruns'}\n    as: mlflow\n`,
    )
  await writeFile(path.join(root, 'criteria.yaml'), criteria)
  const evidencePathOf = (id: string): string => path.join(root, 'narrative/evidence', `${id}.json`)
  return {
    root,
    async run(argv, { draft, ...options } = {}) {
      const { world, stdout, stderr } = makeWorld({
        cwd: root,
        timeZone: 'Europe/Oslo',
        env: { PATH: process.env.PATH, LOGNAME: 'ines', GIT_CEILING_DIRECTORIES: path.dirname(root) },
        now: Date.parse('2026-03-11T18:00:00Z'),
        ...options,
      })
      const parts = {
        ...PARTS,
        chooseModel: async () => ({
          model: draft === undefined ? null : scriptedModel([JSON.stringify(draft)]),
          reason: 'none',
          remember: null,
        }),
      }
      const code = await main(argv, world, parts)
      return { code, stdout: stdout(), stderr: stderr() }
    },
    async id() {
      const names = await readdir(path.join(root, 'narrative/decisions'))
      return path.basename(names[0] ?? '', '.md')
    },
    markdown: (id) => readFile(path.join(root, 'narrative/decisions', `${id}.md`), 'utf8'),
    record: async (id) => JSON.parse(await readFile(evidencePathOf(id), 'utf8')),
    evidencePathOf,
    remove: () => rm(root, { recursive: true, force: true }),
  }
}
