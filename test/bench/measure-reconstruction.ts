/**
 * How rightly setups are reconstructed: fields are deleted from complete runs of a real project, one at a time and a third at once,
 * and what is worked out is compared with what stood there. Run: `node test/bench/measure-reconstruction.ts [project …]`
 * (a folder with runs; default: examples/forty-seven-runs, with and without a script beside it).
 */
import path from 'node:path'
import process from 'node:process'
import { findIdentity } from '../../src/cli/find-identity.ts'
import { findProject } from '../../src/cli/find-project.ts'
import { openSources } from '../../src/cli/open-sources.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { readAllNotes } from '../../src/cli/read-all-notes.ts'
import { gatherEvidence } from '../../src/evidence/gather-evidence.ts'
import { settingValue } from '../../src/evidence/setting-value.ts'
import { cluesOfTexts } from '../../src/evidence/setup/clues-of-texts.ts'
import { judgeSetup } from '../../src/evidence/setup/judge-setup.ts'
import { isSameName, paramItem, SETUP_LABELS, type SetupItem } from '../../src/evidence/setup/setup-item.ts'
import { emptySubject, type SetupSubject } from '../../src/evidence/setup/setup-subject.ts'
import { isBookkeeping } from '../../src/evidence/what-varied.ts'
import { isGap } from '../../src/gap.ts'
import type { SessionNote } from '../../src/notes/note.ts'
import type { Run } from '../../src/runs/run.ts'
import { makeWorld } from '../support/make-world.ts'
import { type Random, seededRandom } from '../support/seeded-random.ts'

const MOST_RUNS = 40
const FEWEST_PARAMS = 4
const SHARE = 1 / 3

/** A field that was deleted: the item it is, and what stood there. */
interface Deleted {
  readonly id: string
  readonly truth: string
}

export interface Score {
  /** By label: how many restorations were right and how many wrong. */
  readonly labels: ReadonlyMap<string, { right: number; wrong: number }>
  readonly wrong: string[]
  runs: number
  deleted: number
}

const EXAMPLE = path.resolve(import.meta.dirname, '../../examples/forty-seven-runs')

/** Which parameters a script gives defaults to, and what it looks like. */
function scriptOf(runs: readonly Run[]): {
  readonly text: string
  readonly defaults: ReadonlyMap<string, string>
} {
  const defaults = new Map<string, string>()
  for (const run of runs)
    for (const [name, value] of run.params) if (!defaults.has(name)) defaults.set(name, value)
  const lines = [...defaults].map(
    ([name, value]) =>
      `parser.add_argument("--${name.replaceAll('_', '-')}", default=${/^-?[\d.]+$/.test(value) ? value : JSON.stringify(value)})`,
  )
  return { text: ['import argparse', 'parser = argparse.ArgumentParser()', ...lines].join('\n'), defaults }
}

/** The flags that a run must have been started with, where its script has these defaults. */
function commandOf({ params }: Run, defaults: ReadonlyMap<string, string>): string {
  const flags = [...params].flatMap(([name, value]) =>
    defaults.get(name) === value ? [] : [`--${name.replaceAll('_', '-')} '${value}'`],
  )
  return ['python train.py', ...flags].join(' ')
}

function deletable(run: Run): readonly Deleted[] {
  return [
    ...[...run.params]
      .filter(([name, value]) => !isBookkeeping(name) && value !== '' && !/^none$/i.test(value))
      .map(([name, truth]) => ({ id: paramItem(name), truth })),
    ...(run.code.commit === null ? [] : [{ id: 'commit', truth: run.code.commit }]),
    ...(run.code.entryPoint === null ? [] : [{ id: 'script', truth: run.code.entryPoint }]),
    ...(run.user === null ? [] : [{ id: 'user', truth: run.user }]),
    ...(run.dataSets.length !== 1 ? [] : [{ id: 'data', truth: run.dataSets[0]?.digest ?? '' }]),
  ]
}

function without(run: Run, deleted: readonly Deleted[]): Run {
  const ids = new Set(deleted.map(({ id }) => id))
  return {
    ...run,
    params: new Map([...run.params].filter(([name]) => !ids.has(paramItem(name)))),
    user: ids.has('user') ? null : run.user,
    dataSets: ids.has('data') ? [] : run.dataSets,
    code: {
      ...run.code,
      commit: ids.has('commit') ? null : run.code.commit,
      entryPoint: ids.has('script') ? null : run.code.entryPoint,
    },
  }
}

function isRight({ id, truth }: Deleted, value: string): boolean {
  if (id === 'data') return value.includes(truth)
  if (!id.startsWith('param:')) return value === truth
  return settingValue(id.slice(6), value).key === settingValue(id.slice(6), truth).key
}

function itemFor(id: string, items: readonly SetupItem[]): SetupItem | undefined {
  return (
    items.find((one) => one.id === id) ??
    items.find(
      (one) =>
        one.id.startsWith('param:') && id.startsWith('param:') && isSameName(one.id.slice(6), id.slice(6)),
    )
  )
}

interface Read {
  readonly runs: readonly Run[]
  readonly notes: readonly SessionNote[]
}

/** Deletes fields of a project's runs and scores what comes back. */
export function score(
  { runs, notes }: Read,
  choose: (run: Run, random: Random) => readonly (readonly Deleted[])[],
  subjectOf: (run: Run) => SetupSubject,
  seed: number,
  most = MOST_RUNS,
): Score {
  const random = seededRandom(seed)
  const complete = runs.filter(
    (run) => run.status === 'finished' && !run.deleted && run.params.size >= FEWEST_PARAMS,
  )
  const told: Score = {
    labels: new Map(SETUP_LABELS.map((label) => [label, { right: 0, wrong: 0 }])),
    wrong: [],
    runs: 0,
    deleted: 0,
  }
  for (const run of random.shuffled(complete).slice(0, most)) {
    told.runs += 1
    for (const deleted of choose(run, random)) {
      const evidence = gatherEvidence({
        project: { name: 'bench', goal: null },
        span: { from: run.startedAt ?? 0, until: (run.startedAt ?? 0) + 1, timeZone: 'UTC' },
        runs: [{ run: without(run, deleted), points: new Map(), curves: new Map() }],
        earlier: runs.filter(({ key }) => key !== run.key),
        otherRuns: { count: 0, users: [] },
        experiments: [],
        notes,
        gaps: [],
        metrics: { directions: {}, headline: {}, units: {} },
        rules: {
          repeats: { ignore: [], tolerance: 0.01 },
          waivers: [],
          costs: { currency: 'USD' },
          production: [],
        },
        mask: (text) => text,
        // Other findings matter to nothing here but to which of the other runs are kept: all.
        finder: ({ earlier }) => [
          { kind: 'cost', sentence: 'All.', rests: earlier.map(({ address }) => address) },
        ],
      })
      const { items } = judgeSetup(evidence, subjectOf(run))
      for (const one of deleted) {
        told.deleted += 1
        const item = itemFor(one.id, items)
        const label = item?.label ?? 'UNKNOWN'
        const counts = told.labels.get(label)
        if (counts === undefined) continue
        if (label === 'UNKNOWN') counts.wrong += 1
        else if (isRight(one, item?.clue?.value ?? '')) counts.right += 1
        else {
          counts.wrong += 1
          told.wrong.push(
            `${run.name} ${one.id}: ${item?.clue?.value} (${label}, ${item?.clue?.how}), was ${one.truth}`,
          )
        }
      }
    }
  }
  return told
}

export const eachAlone = (run: Run): readonly (readonly Deleted[])[] => deletable(run).map((one) => [one])

export const aThird = (run: Run, random: Random): readonly (readonly Deleted[])[] => {
  const all = random.shuffled(deletable(run))
  return [all.slice(0, Math.max(1, Math.round(all.length * SHARE)))]
}

/** Runs and notes of a project, read as commands read them. */
export async function readProject(folder: string): Promise<Read> {
  const { world } = makeWorld({ cwd: folder, env: { LOGNAME: 'bench' } })
  const project = await findProject(world, folder)
  const identity = await findIdentity(project, world)
  const opened = await openSources(project, await PARTS.sourceKinds(), world)
  try {
    const runs: Run[] = []
    const seen = new Set<string>()
    for (const { source } of opened.sources)
      for await (const found of source.readAll({ order: 'oldest' }))
        if (!isGap(found) && !seen.has(found.id)) {
          seen.add(found.id)
          runs.push(found)
        }
    const { notes } = await readAllNotes(project, { ...identity, repository: null }, world)
    return { runs, notes }
  } finally {
    await opened.close()
  }
}

/** With the script of that many defaults at each run's commit, and the command in the log of every second run. */
export function withScript(
  read: Read,
  isCommandLogged: boolean,
): { readonly read: Read; readonly subjectOf: (run: Run) => SetupSubject } {
  const { text, defaults } = scriptOf(read.runs)
  const commanded = read.runs.map((run) => ({
    ...run,
    tags: isCommandLogged ? new Map([...run.tags, ['command', commandOf(run, defaults)]]) : run.tags,
  }))
  const told = cluesOfTexts(
    [{ path: 'train.py', text, from: 'commit', prefix: '3fa2c1ab:' }],
    'train.py',
    () => false,
  )
  return {
    read: { ...read, runs: commanded },
    subjectOf: (run) => ({
      ...emptySubject(run.key),
      clues: [...told.clues],
      options: [...told.options],
      script: 'train.py',
      style: told.style,
    }),
  }
}

function print(title: string, { labels, wrong, runs, deleted }: Score, isLoud: boolean): void {
  const cells = SETUP_LABELS.map((label) => {
    const { right, wrong: bad } = labels.get(label) ?? { right: 0, wrong: 0 }
    return label === 'UNKNOWN'
      ? `${label} ${bad}`
      : right + bad === 0
        ? `${label} –`
        : `${label} ${right}/${right + bad}`
  })
  const lines = [`${title}: ${runs} runs, ${deleted} fields deleted`, `  right/restored: ${cells.join('  ')}`]
  if (isLoud) lines.push(...wrong.slice(0, 60).map((one) => `  - ${one}`))
  process.stdout.write(`${lines.join('\n')}\n`)
}

if (import.meta.main) {
  const isLoud = process.argv.includes('--wrong')
  const folders = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  const plain = (run: Run): SetupSubject => emptySubject(run.key)
  for (const folder of folders.length === 0 ? [EXAMPLE] : folders) {
    const read = await readProject(path.resolve(folder))
    const name = path.basename(folder)
    print(`${name}, one field at a time`, score(read, eachAlone, plain, 1), isLoud)
    print(`${name}, a third of them at once`, score(read, aThird, plain, 1), isLoud)
    if (folders.length > 0) continue
    for (const isCommandLogged of [true, false]) {
      const scripted = withScript(read, isCommandLogged)
      const beside = isCommandLogged ? 'a script and the command' : 'a script and no command'
      print(
        `${name}, ${beside}, one at a time`,
        score(scripted.read, eachAlone, scripted.subjectOf, 1),
        isLoud,
      )
    }
  }
}
