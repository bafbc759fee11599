import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { escapeMarkdown } from '../../src/render/escape-markdown.ts'
import { fileOperations } from '../../src/stores/atomic-write.ts'
import { directoryStore } from '../../src/stores/directory-store.ts'
import { planRedaction } from '../../src/stores/plan-redaction.ts'
import { eraserOf } from '../../src/stores/redaction.ts'
import { storeWorld } from '../stores/store-world.ts'
import { exampleCopy } from '../support/example-copy.ts'
import { type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

let project: VerifiedProject
let id: string
const WORDS = 'naïve baseline'

beforeEach(async () => {
  project = await verifiedProject(['2026-03-03'])
  id = project.ids[0] ?? ''
})

afterEach(() => project.remove())

async function everything(): Promise<Readonly<Record<string, string>>> {
  const folder = path.join(project.root, 'narrative')
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const read = files
    .filter((file) => file.isFile())
    .map(async (file) => {
      const at = path.join(file.parentPath, file.name)
      return [at, await readFile(at, 'utf8')] as const
    })
  return Object.fromEntries(await Promise.all(read))
}

describe('redact', () => {
  test('with --dry-run shows what changes and writes nothing', async () => {
    const before = await everything()
    const { code, stdout, stderr } = await project.run(['redact', id, '--text', WORDS, '--dry-run'])
    expect(code).toBe(0)
    expect(stderr).toContain('Notes stay as they are; --notes')
    expect(stderr).toContain('“the [redacted] was ahead; prüfen”')
    expect(stdout).toBe(`words in 2 places would be taken out of ${id}. --dry-run wrote nothing.\n`)
    expect(await everything()).toEqual(before)
  })

  test('asks at a terminal, where Enter is no, and refuses where it cannot ask', async () => {
    const before = await everything()
    const asked = await project.run(['redact', id, '--text', WORDS], { terminal: 100, keys: ['\r'] })
    expect(asked.stderr).toContain('Nothing was changed.')
    const piped = await project.run(['redact', id, '--text', WORDS])
    expect(piped.code).toBe(2)
    expect(piped.stderr).toContain('--yes does it')
    expect(await everything()).toEqual(before)
    const yes = await project.run(['redact', id, '--text', WORDS], { terminal: 100, keys: ['y'] })
    expect(yes.code).toBe(0)
    expect(await everything()).not.toEqual(before)
  })

  test('leaves the journal unless --notes says so, and show tells it', async () => {
    const note = path.join(project.root, 'narrative/notes/2026-03-03.md')
    const before = await readFile(note, 'utf8')
    await project.run(['redact', id, '--text', 'prüfen', '--yes'], {
      now: Date.parse('2026-11-20T08:00:00Z'),
    })
    expect(await readFile(note, 'utf8')).toBe(before)
    await project.run(['redact', id, '--text', WORDS, '--notes', '--because', 'asked to', '--yes'])
    expect(await readFile(note, 'utf8')).toBe(before.replace(WORDS, '[redacted]'))
    expect((await project.run(['show', id])).stderr).toContain('Redacted by ines on 2026-11-20.')
    const { history } = JSON.parse((await project.run(['show', id, '--history', '--json'])).stdout)
    expect(history.map(({ what, detail }: Record<string, string>) => [what, detail])).toEqual([
      ['drafted', 'without a model'],
      ['redacted', '2 places'],
      ['redacted', '2 places, “asked to”'],
    ])
  })

  test('takes words out of what was edited by hand, too, and keeps the edit', async () => {
    await writeFile(project.pathOf(id), `${await project.markdown(id)}\nMine: the Naïve Baseline again.\n`)
    const done = await project.run(['redact', id, '--text', WORDS, '--yes'])
    expect(done.stdout).toContain('words in 3 places')
    expect(await project.markdown(id)).toContain('Mine: the [redacted] again.\n')
    const { documents } = JSON.parse((await project.run(['verify', '--json'])).stdout)
    expect(documents[0].findings.map(({ kind }: { kind: string }) => kind)).toEqual(['edit'])
  })

  test('takes words out of what the title quotes, in all places, and names no file by them', async () => {
    expect(await project.markdown(id)).toMatch(/^# caravan cross-sell: “rf is out”$/m)
    expect(id).toMatch(/^2026-03-03-caravan-cross-sell-[0-9a-f]{4}$/)
    const done = await project.run(['redact', id, '--text', 'rf is out', '--yes'])
    expect(done).toMatchObject({ code: 0 })
    const [page, record] = [await project.markdown(id), await project.record(id)]
    expect(page).toMatch(/^# caravan cross-sell: “\[redacted\]”$/m)
    expect(record.title).toBe('caravan cross-sell: “[redacted]”')
    expect(`${page}${JSON.stringify(record)}`).not.toMatch(/rf.is.out/i)
    expect((await project.run(['verify', '--quiet'])).code).toBe(0)
    const { stderr } = await project.run(['redact', id, '--text', 'caravan cross-sell', '--yes'])
    expect(stderr).toContain('it stands in a heading')
  })

  test('refuses a reason that holds the words, and no words', async () => {
    const told = await project.run(['redact', id, '--text', WORDS, '--because', `the ${WORDS}`, '--yes'])
    expect(told.stderr).toContain('The reason holds the words')
    expect((await project.run(['redact', id, '--yes'])).stderr).toContain('No words are given')
  })

  test('names other records in which the words still stand', async () => {
    const folder = path.join(project.root, 'narrative/evidence')
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'other.json'), JSON.stringify({ text: `the ${WORDS}` }))
    const { stderr } = await project.run(['redact', id, '--text', WORDS, '--dry-run'])
    expect(stderr).toContain('They also stand in other: redact each.')
  })
})

describe('redact, of a summary of a phase', () => {
  test.each([
    ['a name', 'Kaja (ops)', 'the lead was the duplicates, (2) [redacted] wants the thing'],
    ['words at its beginning', 'every single xgb seed', '[redacted] beats every lgbm seed on f1'],
  ])('takes %s out of its slots as out of the note, and the rest stands', async (_, words, left) => {
    const copy = await exampleCopy()
    await copy.run(['phase', '--no-model', '--yes', '--quiet'])
    const file = await copy.file('phases')
    const name = path.basename(file, '.md')
    const evidence = path.join(copy.root, 'narrative/evidence', `${name}.json`)
    const slots = (record: string): string =>
      JSON.parse(record)
        .spans.map(({ expression }: { readonly expression: string }) => expression)
        .filter((expression: string) => expression.startsWith('quote('))
        .join('\n')
    expect(slots(await readFile(evidence, 'utf8'))).toContain(words)
    expect(await copy.run(['redact', name, '--text', words, '--yes'])).toMatchObject({ code: 0 })
    const [page, record] = [await readFile(file, 'utf8'), await readFile(evidence, 'utf8')]
    expect(page).toContain(left)
    expect(slots(record)).toContain(left)
    expect(`${page}${record}`).not.toContain(words)
    const { code, stdout } = await copy.run(['verify', '--json', '--quiet'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).documents).toMatchObject([
      { stands: true, findings: [], notices: [{ kind: 'redacted' }] },
    ])
    // What is left of a quotation is the note's, and no other words.
    await writeFile(evidence, record.replaceAll(left, `${left} for good`))
    await writeFile(file, page.replaceAll(left, `${left} for good`))
    expect((await copy.run(['verify', '--quiet'])).code).toBe(1)
  })
})

describe('a store that redacts', () => {
  test.each([1, 2, 3])('puts all back where the disk fails at file %i', async (failing) => {
    const before = await everything()
    let renamed = 0
    const store = directoryStore({
      root: project.root,
      folder: 'narrative',
      world: storeWorld(),
      files: {
        ...fileOperations,
        rename: async (from, to) => {
          renamed += 1
          if (renamed === failing) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
          await fileOperations.rename(from, to)
        },
      },
    })
    const name = '2026-03-03.md'
    const journal = new Map([
      [name, await readFile(path.join(project.root, 'narrative/notes', name), 'utf8')],
    ])
    const plan = planRedaction(await store.read(id), [WORDS], escapeMarkdown, journal)
    await expect(store.redact(plan, { by: null, why: null })).rejects.toThrow('no space')
    expect(await everything()).toEqual(before)
    await store.redact(plan, { by: null, why: null })
    expect(Object.values(await everything()).filter((text) => text.includes(WORDS))).toEqual([])
  })

  test('refuses a plan of a document that was changed since', async () => {
    const store = directoryStore({ root: project.root, folder: 'narrative', world: storeWorld() })
    const plan = planRedaction(await store.read(id), [WORDS], escapeMarkdown, new Map())
    await writeFile(project.pathOf(id), `${await project.markdown(id)}\nMore.\n`)
    const before = await everything()
    await expect(store.redact(plan, { by: null, why: null })).rejects.toThrow('changed by somebody else')
    expect(await everything()).toEqual(before)
  })
})

test.each([
  ['Ada', 'commit 1adae0ff99 of Ada and ADA', 'commit 1adae0ff99 of [redacted] and [redacted]'],
  ['Acme Corp', 'Acme\n corp; Acm…', '[redacted]; [redacted]…'],
  ['a*b_c', 'a\\*b_c and a*b_c', '[redacted] and [redacted]'],
  ['Ada', 'Ada', '[redacted]'],
  ['Zoé', 'Zoe\u0301', '[redacted]'],
])('an eraser of %s', (words, text, without) => {
  expect(eraserOf([words], escapeMarkdown).erase(text)).toBe(without)
})
