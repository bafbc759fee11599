import { execFileSync } from 'node:child_process'
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { getuid, seteuid } from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NarrateError } from '../../src/errors.ts'
import type { JsonObject } from '../../src/json.ts'
import { type FileOperations, fileOperations } from '../../src/stores/atomic-write.ts'
import { digestOf } from '../../src/stores/canonical-json.ts'
import { checkChain } from '../../src/stores/chain.ts'
import { directoryStore } from '../../src/stores/directory-store.ts'
import { stores } from '../../src/stores/registry.ts'
import type { Store } from '../../src/stores/store.ts'
import { listed, sampleDocument, storeContract } from '../support/store-contract.ts'
import { storeWorld } from './store-world.ts'

for (const [name, openStore] of Object.entries(stores)) {
  storeContract(`the ${name} store`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'narrate-store-'))
    const world = storeWorld()
    return {
      open: () => openStore({ root, folder: 'narrative', world }),
      remove: () => rm(root, { recursive: true, force: true }),
    }
  })
}

describe('directoryStore', () => {
  const id = '2026-11-20-smote-and-lag-features-7f3a'
  const page = `narrative/log/${id}.md`
  let root: string
  let store: Store

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'narrate-store-'))
    store = directoryStore({ root, folder: 'narrative', world: storeWorld() })
  })

  afterEach(async () => {
    await rm(root, { recursive: true, force: true })
  })

  async function filesOf(folder = 'narrative'): Promise<readonly string[]> {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .toSorted()
  }

  async function change(path: string, how: (text: string) => string): Promise<void> {
    await writeFile(join(root, path), how(await readFile(join(root, path), 'utf8')))
  }

  function storeWith(changes: Partial<FileOperations>): Store {
    return directoryStore({
      root,
      folder: 'narrative',
      world: storeWorld(),
      files: { ...fileOperations, ...changes },
    })
  }

  describe('what it writes', () => {
    it('is a Markdown file in the folder of its kind and its evidence, and nothing else', async () => {
      const kinds = ['log', 'phase', 'plan', 'decision', 'reconstruction'] as const
      const paths = []
      for (const kind of kinds) {
        paths.push((await store.save(sampleDocument({ id: `2026-11-20-x-${kind}`, kind }))).path)
      }
      expect(paths).toEqual([
        'narrative/log/2026-11-20-x-log.md',
        'narrative/phases/2026-11-20-x-phase.md',
        'narrative/plans/2026-11-20-x-plan.md',
        'narrative/decisions/2026-11-20-x-decision.md',
        'narrative/reconstructions/2026-11-20-x-reconstruction.md',
      ])
      const evidence = kinds.map((kind) => `narrative/evidence/2026-11-20-x-${kind}.json`)
      expect(await filesOf()).toEqual([...paths, ...evidence].toSorted())
    })

    it('reads well', async () => {
      await store.save(sampleDocument())
      const digest = digestOf((await store.read(id)).evidence)
      expect(await readFile(join(root, page), 'utf8')).toBe(`---
id: ${id}
kind: log
title: SMOTE and lag features
date: "2026-11-20"
runs:
  - mlflow:2/3fa2c1
  - mlflow:2/9bd044
narrate: 0.1.0
evidence: ../evidence/${id}.json
evidenceDigest: ${digest}
---

# SMOTE and lag features

**Inconclusive.** r1 and r2 differ as much.
`)
      expect(await readFile(join(root, `narrative/evidence/${id}.json`), 'utf8')).toBe(`{
  "schemaVersion": 1,
  "id": "${id}",
  "kind": "log",
  "title": "SMOTE and lag features",
  "date": "2026-11-20",
  "runs": [
    "mlflow:2/3fa2c1",
    "mlflow:2/9bd044"
  ],
  "notes": [
    "a1b2c3d4e5f60718"
  ],
  "supersedes": null,
  "savedAt": "2026-11-20T18:30:02.000Z",
  "previous": [],
  "told": [
    {
      "key": "mlflow:2/3fa2c1",
      "status": "finished",
      "endedAt": 1795000000000
    }
  ],
  "facts": [
    {
      "address": "r1.metric[\\"auc\\"].last",
      "value": 0.8471
    }
  ],
  "body": "# SMOTE and lag features\\n\\n**Inconclusive.** r1 and r2 differ as much.\\n"
}
`)
    })

    it('keeps the store’s own word on what the document is, and takes moments in either form', async () => {
      const told = [{ key: 'mlflow:1/a', status: 'failed', endedAt: '2026-11-20T19:00:00+01:00' }]
      const evidence = {
        id: 'x',
        kind: 'plan',
        previous: ['x'],
        runs: [],
        savedAt: '2026-11-20T12:00:00Z',
        told,
      }
      const summary = await store.save(sampleDocument({ evidence }))
      expect(summary).toMatchObject({
        id,
        kind: 'log',
        runs: ['mlflow:2/3fa2c1', 'mlflow:2/9bd044'],
        savedAt: Date.parse('2026-11-20T12:00:00Z'),
        told: [{ key: 'mlflow:1/a', status: 'failed', endedAt: Date.parse('2026-11-20T18:00:00Z') }],
      })
      expect((await store.read(id)).evidence).toMatchObject({ id, kind: 'log', previous: [] })
      expect((await store.read(id)).summary).toEqual(summary)
    })

    it('never takes the name of a file that a person put there', async () => {
      await mkdir(join(root, 'narrative/log'), { recursive: true })
      await writeFile(join(root, page), 'my own words\n')
      const summary = await store.save(sampleDocument())
      expect(summary.path).not.toBe(page)
      expect(await readFile(join(root, page), 'utf8')).toBe('my own words\n')
      expect((await listed(store)).summaries).toEqual([summary])
    })

    it('never takes the name of evidence that is there, whosever it is', async () => {
      await mkdir(join(root, 'narrative/evidence'), { recursive: true })
      await writeFile(join(root, `narrative/evidence/${id}.json`), '{"mine": true}')
      const summary = await store.save(sampleDocument())
      expect(summary.id).not.toBe(id)
      expect(await readFile(join(root, `narrative/evidence/${id}.json`), 'utf8')).toBe('{"mine": true}')
    })

    it.each(['../outside', 'a/b', 'a\\b', '.hidden', '', 'x'.repeat(201), 'C:x'])(
      'refuses the id %j',
      async (bad) => {
        await expect(store.save(sampleDocument({ id: bad }))).rejects.toThrow('may not be called')
        await expect(filesOf()).rejects.toThrow('ENOENT')
      },
    )

    it('goes through where the file system has no hard links', async () => {
      const without = storeWith({
        link: () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM', syscall: 'link' })),
      })
      const first = await without.save(sampleDocument())
      const second = await without.save(sampleDocument())
      expect((await listed(store)).summaries).toEqual([first, second])
      expect(await filesOf()).toHaveLength(4)
    })
  })

  describe('a file that a person or a tool touched', () => {
    it.each([
      ['autocrlf', (text: string) => text.replaceAll('\n', '\r\n'), false],
      ['trailing space', (text: string) => text.replaceAll('\n', '  \n'), false],
      ['a formatter', (text: string) => `${text.replace('---\n\n#', '---\n#')}\n\n`, false],
      ['other quotes in the front matter', (text: string) => text.replaceAll('"', "'"), false],
      ['decomposed letters', (text: string) => text.normalize('NFD'), false],
      ['a word', (text: string) => text.replace('Inconclusive', 'Conclusive'), true],
      ['a line more', (text: string) => `${text}\nMine.\n`, true],
    ])('counts as edited only where its words are others: %s', async (_name, how, edited) => {
      await store.save(sampleDocument({ body: '# Régularisation\n\n**Inconclusive.**\n' }))
      await change(page, how)
      const { summaries, gaps } = await listed(store)
      expect(summaries.map((summary) => summary.edited)).toEqual([edited])
      expect(gaps).toEqual([])
    })

    it('is found wherever it was moved and however it was renamed', async () => {
      await store.save(sampleDocument())
      await mkdir(join(root, 'narrative/archive/2026'), { recursive: true })
      await rename(join(root, page), join(root, 'narrative/archive/2026/smote.md'))
      const { summary, markdown } = await store.read(id)
      expect(summary.path).toBe('narrative/archive/2026/smote.md')
      expect(markdown).toContain('Inconclusive')
      const next = await store.save(sampleDocument())
      expect(next.id).not.toBe(id)
      expect((await store.read(next.id)).evidence.previous).toMatchObject([{ id }])
    })

    it('shows a title and a date that a person mended, and keeps the frozen runs', async () => {
      await store.save(sampleDocument())
      await change(page, (text) =>
        text
          .replace('title: SMOTE and lag features', 'title: Oversampling')
          .replace('2026-11-20"', '2026-11-19"')
          .replace('  - mlflow:2/9bd044\n', ''),
      )
      const { summary } = await store.read(id)
      expect(summary).toMatchObject({
        title: 'Oversampling',
        date: '2026-11-19',
        runs: ['mlflow:2/3fa2c1', 'mlflow:2/9bd044'],
        edited: false,
        acceptances: [],
      })
    })

    it('keeps its place in the chain when its front matter is broken', async () => {
      const first = await store.save(sampleDocument())
      await change(page, (text) => text.replace('kind: log', 'kind: [log'))
      const second = await store.save(sampleDocument({ id: '2026-11-21-next-0000' }))
      expect((await store.read(second.id)).evidence.previous).toMatchObject([{ id: first.id }])
    })
  })

  describe('what cannot be read', () => {
    beforeEach(async () => {
      await store.save(sampleDocument())
    })

    const evidence = `narrative/evidence/${id}.json`
    const table: readonly [string, () => Promise<void>, { what: string; where: string; why: string }][] = [
      [
        'broken front matter',
        () => change(page, (text) => text.replace('kind: log', 'kind: [log')),
        { what: `log/${id}.md`, where: page, why: 'not YAML' },
      ],
      [
        'front matter without an end',
        () => change(page, (text) => text.replace('---\n\n', '\n')),
        { what: `log/${id}.md`, where: page, why: 'has no end' },
      ],
      [
        'front matter that was taken out',
        () => writeFile(join(root, page), '# SMOTE\n'),
        { what: `log/${id}.md`, where: page, why: 'no longer says its id' },
      ],
      ['missing evidence', () => unlink(join(root, evidence)), { what: id, where: page, why: 'missing' }],
      [
        'evidence that is no JSON',
        () => writeFile(join(root, evidence), '<<<<<<< ours'),
        { what: id, where: page, why: 'not JSON' },
      ],
      [
        'evidence with a number too large to be one',
        () => writeFile(join(root, evidence), '{"id": 1e999}'),
        { what: id, where: page, why: 'a number that is none' },
      ],
      [
        'evidence that is a list',
        () => writeFile(join(root, evidence), '[]'),
        { what: id, where: page, why: 'not a JSON object' },
      ],
      [
        'evidence of a newer narrate',
        () => change(evidence, (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')),
        { what: id, where: evidence, why: 'by a newer narrate (schema 2; this one knows 1)' },
      ],
      [
        'evidence whose fields are others',
        () => change(evidence, (text) => text.replace('"savedAt": "', '"savedAt": "not ')),
        { what: id, where: evidence, why: 'savedAt is not as it was saved' },
      ],
      [
        'evidence of another document',
        () => change(evidence, (text) => text.replace(`"id": "${id}"`, '"id": "2026-11-19-other-0000"')),
        { what: id, where: evidence, why: 'it is the evidence of 2026-11-19-other-0000' },
      ],
      [
        'evidence that is a link',
        async () => {
          await rename(join(root, evidence), join(root, 'elsewhere.json'))
          await symlink(join(root, 'elsewhere.json'), join(root, evidence))
        },
        { what: id, where: page, why: 'symbolic link' },
      ],
      [
        'a page that is a link',
        async () => {
          await rename(join(root, page), join(root, 'elsewhere.md'))
          await symlink(join(root, 'elsewhere.md'), join(root, page))
        },
        { what: `log/${id}.md`, where: page, why: 'symbolic link' },
      ],
    ]
    it.each(table)('is told as a gap: %s', async (_name, breakIt, expected) => {
      const whole = await store.save(sampleDocument({ id: '2026-11-21-whole-0000', date: '2026-11-21' }))
      await breakIt()
      const { summaries, gaps } = await listed(store)
      expect(summaries).toEqual([whole])
      expect(gaps).toEqual([{ kind: 'gap', ...expected, why: expect.stringContaining(expected.why) }])
      const error = await store.read(id).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ kind: 'store', message: expect.stringContaining(expected.why) })
    })

    it('is told of a copy that carries the same id', async () => {
      await writeFile(join(root, 'narrative/log/a-copy.md'), await readFile(join(root, page)))
      const { summaries, gaps } = await listed(store)
      expect(summaries.map(({ path }) => path)).toEqual([page])
      expect(gaps).toMatchObject([
        { where: 'narrative/log/a-copy.md', why: `it carries the id of log/${id}.md, ${id}` },
      ])
    })

    it('is not said of a person’s own files', async () => {
      await writeFile(join(root, 'narrative/README.md'), '# What is this?\n')
      await writeFile(join(root, 'narrative/log/todo.md'), '---\ntags: [todo]\n---\n')
      await writeFile(join(root, 'narrative/log/other.md'), '---\nid: my-own\n---\n')
      await writeFile(join(root, 'narrative/log/plot.png'), '')
      await mkdir(join(root, 'narrative/notes'))
      await writeFile(join(root, 'narrative/notes/2026-11-20.md'), '---\nid: [\n---\n')
      const { summaries, gaps } = await listed(store)
      expect(summaries).toHaveLength(1)
      expect(gaps).toEqual([])
    })

    it('never leads outside, whatever id a file claims', async () => {
      await writeFile(join(root, 'secret.json'), await readFile(join(root, evidence)))
      await writeFile(join(root, 'narrative/log/x.md'), '---\nid: ../../secret\nkind: log\n---\n')
      const { gaps } = await listed(store)
      expect(gaps).toMatchObject([{ what: '../../secret', why: 'its id is no plain name' }])
    })
  })

  describe('a folder that is not as it should be', () => {
    it('is refused where it is a link out of the store', async () => {
      await mkdir(join(root, 'narrative'))
      await mkdir(join(root, 'outside'))
      await symlink(join(root, 'outside'), join(root, 'narrative/log'))
      const error = await store.save(sampleDocument()).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ kind: 'store', message: expect.stringContaining('is a symbolic link') })
      expect(await readdir(join(root, 'outside'))).toEqual([])
    })

    it('is named where a file is in its place', async () => {
      await writeFile(join(root, 'narrative'), '')
      const error = await store.save(sampleDocument()).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        kind: 'store',
        message: `Saving ${id} in narrative failed: ${join(root, 'narrative')}/log is in the way: a folder was expected there.`,
      })
    })

    it('is named where it may not be written, and nothing is changed', async () => {
      await store.save(sampleDocument())
      const before = await filesOf()
      await chmod(join(root, 'narrative'), 0o555)
      await chmod(join(root, 'narrative/evidence'), 0o555)
      const error = await asOrdinaryUser(() =>
        store.save(sampleDocument()).catch((thrown: unknown) => thrown),
      )
      expect(error).toBeInstanceOf(NarrateError)
      expect(error).toMatchObject({
        kind: 'store',
        message: expect.stringContaining('may not be written or read by this user.'),
        hint: expect.stringContaining('narrate.yaml'),
      })
      expect(await filesOf()).toEqual(before)
    })

    /** Root may write anywhere; a test of permissions must be somebody else. */
    async function asOrdinaryUser<T>(action: () => Promise<T>): Promise<T> {
      if (getuid?.() !== 0 || seteuid === undefined) return await action()
      await chmod(root, 0o755)
      seteuid(65534)
      try {
        return await action()
      } finally {
        seteuid(0)
      }
    }
  })

  describe('a disk that fails', () => {
    const codes = ['ENOSPC', 'EDQUOT', 'EIO'] as const
    const refused = (code: string) => Object.assign(new Error(`${code}: refused`), { code, syscall: 'write' })
    const isEvidence = (path: unknown) => basename(dirname(String(path))) === 'evidence'

    /** Every step of a save that can fail, in its order. */
    const steps: readonly [string, (code: string) => Partial<FileOperations>][] = [
      ['making the folders', (code) => ({ mkdir: () => Promise.reject(refused(code)) })],
      ['opening the evidence', (code) => ({ open: failing(code, (path) => isEvidence(path)) })],
      ['opening the page', (code) => ({ open: failing(code, (path) => !isEvidence(path)) })],
      ['writing the evidence', (code) => ({ open: halfWritten(code, (path) => isEvidence(path)) })],
      ['writing the page', (code) => ({ open: halfWritten(code, (path) => !isEvidence(path)) })],
      ['showing the evidence', (code) => ({ link: failingLink(code, (path) => isEvidence(path)) })],
      ['showing the page', (code) => ({ link: failingLink(code, (path) => !isEvidence(path)) })],
      [
        'syncing the folder of the page',
        (code) => ({ open: failing(code, (path) => basename(String(path)) === 'log') }),
      ],
    ]

    function failing(code: string, which: (path: unknown) => boolean): FileOperations['open'] {
      return (path, ...rest) => (which(path) ? Promise.reject(refused(code)) : open(path, ...rest))
    }

    function failingLink(code: string, which: (path: unknown) => boolean): FileOperations['link'] {
      return (from, to) => (which(to) ? Promise.reject(refused(code)) : link(from, to))
    }

    /** The first half of the text reaches the disk, then it is full. */
    function halfWritten(code: string, which: (path: unknown) => boolean): FileOperations['open'] {
      return async (path, ...rest) => {
        const handle = await open(path, ...rest)
        if (!which(path)) return handle
        const write = handle.writeFile.bind(handle)
        handle.writeFile = async (text) => {
          await write(String(text).slice(0, 40))
          throw refused(code)
        }
        return handle
      }
    }

    it.each(steps.flatMap(([step, make]) => codes.map((code) => [step, code, make(code)] as const)))(
      'leaves nothing behind when %s fails with %s, and the next save goes through',
      async (_step, code, operations) => {
        const first = await store.save(sampleDocument({ id: '2026-11-19-first-0000' }))
        const before = await filesOf()
        const error = await storeWith(operations)
          .save(sampleDocument())
          .catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({
          kind: 'store',
          message: expect.stringMatching(
            code === 'EIO'
              ? /^Saving .* failed: EIO: refused\.$/
              : /^Saving .* failed: there is no room left on the disk\.$/,
          ),
        })
        expect(await filesOf()).toEqual(before)
        const second = await store.save(sampleDocument())
        expect(second.id).toBe(id)
        expect((await store.read(id)).evidence.previous).toMatchObject([{ id: first.id }])
      },
    )

    it('lets a mistake of ours through with its stack', async () => {
      const mistake = new TypeError('a mistake')
      await expect(storeWith({ open: () => Promise.reject(mistake) }).save(sampleDocument())).rejects.toBe(
        mistake,
      )
    })
  })

  describe('what a killed save left', () => {
    const temporary = (name: string) => `.${name}.4242-abcdefghij.tmp`

    it('is not seen, is not chained to, and is gone after the next save', async () => {
      const first = await store.save(sampleDocument({ id: '2026-11-19-first-0000' }))
      await store.save(sampleDocument())
      await rename(join(root, page), join(root, 'narrative/log', temporary(`${id}.md`)))
      await writeFile(join(root, 'narrative/evidence', temporary('2026-11-20-other-0000.json')), '{"half')
      expect((await listed(store)).summaries).toEqual([first])
      expect((await listed(store)).gaps).toEqual([])
      const again = await store.save(sampleDocument())
      expect(again.id).toBe(id)
      expect((await store.read(id)).evidence.previous).toMatchObject([{ id: first.id }])
      expect((await filesOf()).filter((name) => name.includes('.tmp'))).toEqual([])
      expect(await filesOf()).toHaveLength(4)
    })

    it('is told from a document whose page a person deleted: its evidence stays, and is not chained to', async () => {
      const first = await store.save(sampleDocument({ id: '2026-11-19-first-0000' }))
      const second = await store.save(sampleDocument())
      await unlink(join(root, page))
      const third = await store.save(sampleDocument())
      expect(third.id).not.toBe(second.id)
      expect((await store.read(third.id)).evidence.previous).toMatchObject([{ id: first.id }])
      expect(await filesOf()).toContain(second.evidencePath)
    })

    it('never takes evidence away that a later record names', async () => {
      const first = await store.save(sampleDocument())
      const second = await store.save(sampleDocument({ id: '2026-11-21-next-0000' }))
      await rename(join(root, page), join(root, 'narrative/log', temporary(`${id}.md`)))
      const third = await store.save(sampleDocument({ id: '2026-11-22-next-0000' }))
      expect(await filesOf()).toContain(first.evidencePath)
      expect((await store.read(third.id)).evidence.previous).toMatchObject([{ id: second.id }])
    })

    it('is told from files that only look like it', async () => {
      await mkdir(join(root, 'narrative/log'), { recursive: true })
      const own = ['.draft.tmp', '.x.md.swp', 'a.tmp', '.x.md.4242-AB.tmp']
      for (const name of own) await writeFile(join(root, 'narrative/log', name), 'mine')
      await store.save(sampleDocument())
      expect(await readdir(join(root, 'narrative/log'))).toEqual(expect.arrayContaining(own))
    })
  })

  describe('in git', () => {
    function git(...words: readonly string[]): void {
      const identity = [
        '-c',
        'user.name=A',
        '-c',
        'user.email=a@example.org',
        '-c',
        'init.defaultBranch=main',
      ]
      execFileSync('git', [...identity, '-C', root, ...words], {
        env: { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
        stdio: 'pipe',
      })
    }

    async function commit(document: Parameters<Store['save']>[0]) {
      const summary = await store.save(document)
      git('add', '-A')
      git('commit', '-qm', summary.id)
      return summary
    }

    it('two branches with a save each merge without a conflict, and the next save names both', async () => {
      git('init', '-q')
      const base = await commit(sampleDocument())
      git('checkout', '-qb', 'other')
      const theirs = await commit(sampleDocument({ id: '2026-11-21-theirs-0000' }))
      git('checkout', '-q', 'main')
      const ours = await commit(sampleDocument({ id: '2026-11-21-ours-0000' }))
      git('merge', '-q', '--no-edit', 'other')
      const next = await store.save(sampleDocument({ id: '2026-11-22-next-0000' }))
      const previousOf = async (id: string) => (await store.read(id)).evidence.previous
      expect(await previousOf(ours.id)).toMatchObject([{ id: base.id }])
      expect(await previousOf(theirs.id)).toMatchObject([{ id: base.id }])
      expect(await previousOf(next.id)).toMatchObject([{ id: ours.id }, { id: theirs.id }])
      expect(await chainOf(store)).toMatchObject({ breaks: [], heads: [{ id: next.id }] })
    })

    it('a checkout with Windows line ends breaks nothing', async () => {
      git('init', '-q')
      await commit(sampleDocument())
      await commit(sampleDocument({ id: '2026-11-21-next-0000' }))
      git('config', 'core.autocrlf', 'true')
      await rm(join(root, 'narrative'), { recursive: true })
      git('checkout', '-q', '.')
      expect(await readFile(join(root, page), 'utf8')).toContain('\r\n')
      expect((await listed(store)).summaries.map(({ edited }) => edited)).toEqual([false, false])
      expect(await chainOf(store)).toMatchObject({ breaks: [] })
    })
  })

  async function chainOf(from: Store) {
    const { summaries } = await listed(from)
    const records = await Promise.all(
      summaries.map(
        async ({ id: one }): Promise<{ id: string; evidence: JsonObject }> => ({
          id: one,
          evidence: (await from.read(one)).evidence,
        }),
      ),
    )
    return checkChain(records)
  }
})
