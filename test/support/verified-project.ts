import { cp, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { main } from '../../src/cli/main.ts'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'
import { PARTS } from '../../src/cli/parts.ts'
import type { LogDraft } from '../../src/documents/log-draft.ts'
import type { JsonObject } from '../../src/json.ts'
import { makeWorld, type TestWorldOptions } from './make-world.ts'
import { scriptedModel } from './scripted-model.ts'

const EXAMPLE = path.join(PACKAGE_ROOT, 'examples', 'forty-seven-runs')

/** What a model says of 9 March in the example. */
export const DRAFT: LogDraft = {
  title: '[[r4]] and [[r1]]',
  title_checks: [],
  conclusions: [
    {
      hypothesis: '',
      outcome: 'inconclusive',
      reason: {
        text: 'val_f1 is [[r4.val_f1]] in [[r4]], higher than [[r1.val_f1]] in [[r1]].',
        basis: 'observed',
        checks: ['r4.val_f1 > r1.val_f1'],
      },
    },
  ],
  table: { axis: null, metrics: [], remarks: [] },
  discrepancies: [],
  reading: [
    { text: 'The status of [[r7]] is [[r7.status]].', basis: 'observed', checks: ['r7.status == "failed"'] },
    { text: 'The fit_seconds of [[r1]] is [[r1.fit_seconds]].', basis: 'observed', checks: [] },
  ],
  unworked: [],
  decisions: [],
  next_steps: [],
  suggestions: [],
  questions: [],
}

/** A copy of the example with entries for some of its days; that of 9 March is drafted by a model. */
export interface VerifiedProject {
  readonly root: string
  /** Ids in order of their dates. */
  readonly ids: readonly string[]
  run(
    argv: readonly string[],
    options?: Partial<TestWorldOptions>,
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
  record(id: string): Promise<JsonObject>
  markdown(id: string): Promise<string>
  pathOf(id: string): string
  evidencePathOf(id: string): string
  remove(): Promise<void>
}

export async function verifiedProject(
  days: readonly string[] = ['2026-03-03', '2026-03-09'],
  draft: LogDraft = DRAFT,
): Promise<VerifiedProject> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'narrate-verify-')))
  for (const name of ['mlflow.db', 'narrate.yaml', 'notes'])
    await cp(path.join(EXAMPLE, name), path.join(root, name), { recursive: true })
  const run: VerifiedProject['run'] = async (argv, options = {}) => {
    const { world, stdout, stderr } = makeWorld({
      cwd: root,
      timeZone: 'Europe/Oslo',
      env: { PATH: process.env.PATH, LOGNAME: 'ines', GIT_CEILING_DIRECTORIES: path.dirname(root) },
      ...options,
    })
    const isDrafted = argv.includes('2026-03-09')
    const parts = {
      ...PARTS,
      chooseModel: async () => ({
        model: isDrafted ? scriptedModel([JSON.stringify(draft)]) : null,
        reason: 'none',
        remember: null,
      }),
    }
    const code = await main(argv, world, parts)
    return { code, stdout: stdout(), stderr: stderr() }
  }
  for (const day of days) {
    const note = 'the naïve baseline was ahead; prüfen'
    const written = await run(['log', '-m', note, '--yes', '--all-users', '--since', day, '--until', day], {
      now: Date.parse(`${day}T22:00:00Z`),
    })
    if (written.code !== 0) throw new Error(`${day} was not written: ${written.stderr}`)
  }
  const names = days.length === 0 ? [] : await readdir(path.join(root, 'narrative/log'))
  const pathOf = (id: string): string => path.join(root, 'narrative/log', `${id}.md`)
  const evidencePathOf = (id: string): string => path.join(root, 'narrative/evidence', `${id}.json`)
  return {
    root,
    ids: names.map((name) => path.basename(name, '.md')).sort(),
    run,
    record: async (id) => JSON.parse(await readFile(evidencePathOf(id), 'utf8')),
    markdown: (id) => readFile(pathOf(id), 'utf8'),
    pathOf,
    evidencePathOf,
    remove: () => rm(root, { recursive: true, force: true }),
  }
}
