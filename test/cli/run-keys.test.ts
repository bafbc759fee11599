import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findProject } from '../../src/cli/find-project.ts'
import { main } from '../../src/cli/main.ts'
import { openSources } from '../../src/cli/open-sources.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { isGap } from '../../src/gap.ts'
import { folders } from '../../src/runs/sources/folders/folders.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const NOW = Date.parse('2026-11-20T18:30:00Z')

/** A project whose logs are folders of runs that may all be called the same: what a run is stands in its parameter `uid`. */
async function projectOfFolders() {
  const cwd = await temporaryFolder()
  let minutes = 0
  let uids = 0
  const world = () => {
    minutes += 1
    return makeWorld({ cwd, now: NOW + minutes * 60_000 })
  }
  /** Keys by uid, as a command finds them. */
  async function keys(given: readonly string[] = []): Promise<ReadonlyMap<string, string>> {
    const { world: here } = world()
    const opened = await openSources(await findProject(here), [folders], here, given)
    const found: (readonly [string, string])[] = []
    for (const { source } of opened.sources)
      for await (const run of source.list({ includeDeleted: true })) {
        if (isGap(run)) throw new Error(`${run.what}: ${run.why}`)
        found.push([run.params.get('uid') ?? '', run.key])
      }
    await opened.close()
    expect(new Set(found.map(([, key]) => key)).size).toBe(found.length)
    return new Map(found)
  }
  return {
    cwd,
    keys,
    async addRun(store: string, id: string): Promise<string> {
      uids += 1
      const folder = path.join(cwd, store, id)
      await mkdir(folder, { recursive: true })
      await writeFile(path.join(folder, 'params.json'), `{"uid": "u${uids}", "lr": 0.1}`)
      await writeFile(path.join(folder, 'metrics.json'), `{"auc": 0.${500 + uids}}`)
      await writeFile(
        path.join(folder, 'metadata.yaml'),
        `status: finished\nstarted_at: 2026-11-20T10:0${uids % 10}:00Z\nended_at: 2026-11-20T11:00:0${uids % 10}Z\n`,
      )
      return `u${uids}`
    },
    async tell(given: readonly string[] = []): Promise<void> {
      const { world: here, stderr } = world()
      const sources = given.flatMap((place) => ['--source', place])
      const span = ['--since', '2026-11-01', '--all-users']
      const code = await main(['log', ...span, '--no-model', '-m', 'a word', '--yes', ...sources], here, {
        ...PARTS,
        sourceKinds: async () => [folders],
        chooseModel: async () => ({ model: null, reason: 'none', remember: null }),
      })
      if (code !== 0) throw new Error(stderr())
    },
    /** The same run goes on: what it logged is no longer what was told. */
    async resume(store: string, id: string): Promise<void> {
      uids += 1
      await writeFile(path.join(cwd, store, id, 'metrics.json'), `{"auc": 0.${500 + uids}}`)
    },
    remove: (store: string) => rm(path.join(cwd, store), { recursive: true }),
    move: (store: string, to: string) => rename(path.join(cwd, store), path.join(cwd, to)),
  }
}

const STORES = ['a', 'b', 'c', 'd', 'e'] as const
const store = fc.constantFrom(...STORES)
const id = fc.constantFrom('exp-1', 'exp-2', 'exp-3')

type Step =
  | { readonly kind: 'run' | 'resume'; readonly store: string; readonly id: string }
  | { readonly kind: 'remove' | 'tell-one'; readonly store: string }
  | { readonly kind: 'move'; readonly store: string; readonly to: string }
  | { readonly kind: 'tell' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('run' as const), store, id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume' as const), store, id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), store }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tell-one' as const), store }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const), store, to: store }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'tell' as const }) },
)

describe('keys of runs whose ids are names of folders', () => {
  test('stay as documents tell them, and no run is ever given the key of another one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), async (steps) => {
        const project = await projectOfFolders()
        const held = new Map([['c', new Map([['exp-1', await project.addRun('c', 'exp-1')]])]])
        const told = new Map<string, string>()
        /** Places that a log was at and is no more: another one there would be taken for it, and rightly so. */
        const left = new Set<string>()
        const moved = new Set<string>()
        const tell = (keys: ReadonlyMap<string, string>): void => {
          for (const [uid, key] of keys) {
            for (const [other, its] of told) if (its === key) expect(other).toBe(uid)
            told.set(uid, key)
            moved.delete(uid)
          }
        }
        for (const one of steps) {
          if (one.kind === 'run') {
            const runs = held.get(one.store) ?? new Map<string, string>()
            if (runs.has(one.id) || left.has(one.store)) continue
            runs.set(one.id, await project.addRun(one.store, one.id))
            held.set(one.store, runs)
          } else if (one.kind === 'resume') {
            if (held.get(one.store)?.has(one.id) === true) await project.resume(one.store, one.id)
          } else if (one.kind === 'remove') {
            if (!held.has(one.store)) continue
            await project.remove(one.store)
            for (const uid of held.get(one.store)?.values() ?? []) moved.add(uid)
            held.delete(one.store)
            left.add(one.store)
          } else if (one.kind === 'move') {
            const runs = held.get(one.store)
            if (runs === undefined || held.has(one.to) || left.has(one.to)) continue
            await project.move(one.store, one.to)
            held.delete(one.store)
            held.set(one.to, runs)
            left.add(one.store)
            for (const uid of runs.values()) moved.add(uid)
          } else if (held.size > 0) {
            const given = one.kind === 'tell' ? [] : [one.store]
            if (one.kind === 'tell-one' && !held.has(one.store)) continue
            const keys = await project.keys(given)
            await project.tell(given)
            tell(keys)
          }
          if (held.size === 0) continue
          const all = await project.keys()
          const views = [all]
          for (const place of held.keys()) views.push(await project.keys([place]))
          for (const view of views)
            for (const [uid, key] of view) {
              const before = told.get(uid)
              if (before !== undefined && !moved.has(uid)) expect(key).toBe(before)
              // The key of a run that is told is nobody else's, whether that is there or not.
              for (const [other, its] of told) if (its === key) expect(other).toBe(uid)
            }
        }
      }),
      { numRuns: 25 },
    )
  }, 240_000)
})
