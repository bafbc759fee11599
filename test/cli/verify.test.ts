import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

let project: VerifiedProject
let saved: Readonly<Record<string, string>>

beforeAll(async () => {
  project = await verifiedProject()
  const files = project.ids.flatMap((id) => [project.pathOf(id), project.evidencePathOf(id)])
  saved = Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
  )
})

beforeEach(async () => {
  for (const [file, text] of Object.entries(saved)) await writeFile(file, text)
})

afterAll(() => project.remove())

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  if (!text.includes(from)) throw new Error(`${from} does not stand in ${file}`)
  await writeFile(file, text.replace(from, to))
}

function id(index: number): string {
  return project.ids[index] ?? ''
}

describe('documents of the store', () => {
  test('that stand are told in a line each: exit code 0', async () => {
    const { code, stdout } = await project.run(['verify', '--quiet'])
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      `stands  ${id(0)}`,
      `stands  ${id(1)}`,
      '',
      '2 documents: 2 stand.',
    ])
    expect(code).toBe(0)
  })

  test('no line is wider than eighty columns, whatever is found', async () => {
    await change(project.pathOf(id(0)), '0.7419', '0.9419')
    await change(project.evidencePathOf(id(1)), '"finished"', '"killed"')
    const { stdout } = await project.run(['verify', '--quiet'])
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('a figure edited by hand is shown with what stood there and with what it may be', async () => {
    await change(project.pathOf(id(0)), 'val_auc: 0.7419', 'val_auc: 0.7247')
    const { code, stdout } = await project.run(['verify', '--quiet', id(0)])
    expect(stdout).toContain('0.7247 was written by hand; in the evidence it may be:')
    expect(stdout).toContain('val_auc of rf-500-leaf20-dedup (9911f3ab): 0.7247091972034716, rounded')
    expect(code).toBe(1)
  })

  test('a figure that stands nowhere in the evidence is said to', async () => {
    await change(project.pathOf(id(0)), 'val_auc: 0.7419', 'val_auc: 0.9931')
    const { stdout } = await project.run(['verify', '--quiet', id(0)])
    expect(stdout).toContain('0.9931, written by hand, stands nowhere in the evidence.')
  })

  test('words edited by hand are a finding, and nothing else', async () => {
    await change(project.pathOf(id(0)), '# caravan cross-sell', '# Caravan, cross-sell')
    const { stdout } = await project.run(['verify', '--quiet', '--json', id(0)])
    const [document] = JSON.parse(stdout).documents
    expect(document.findings).toMatchObject([
      {
        kind: 'edit',
        where: expect.stringMatching(/^line \d+$/),
        says: 'The text was changed since it was saved.',
      },
    ])
    const line = Number(document.findings[0].where.slice(5))
    const lines = (await project.markdown(id(0))).split('\n')
    expect(lines[line - 1]).toContain('# Caravan, cross-sell')
  })

  test('an altered value of the evidence breaks the digest, the chain and what was worked out of it', async () => {
    await change(project.evidencePathOf(id(0)), '0.7418861499517839', '0.8418861499517839')
    const { stdout, code } = await project.run(['verify', '--quiet', '--json'])
    const [first, second] = JSON.parse(stdout).documents
    const kinds = new Set(first.findings.map(({ kind }: { kind: string }) => kind))
    expect([...kinds].slice(0, 2)).toEqual(['altered', 'chain'])
    expect(kinds.has('value')).toBe(true)
    expect([second.stands, code]).toEqual([true, 1])
  })

  test('missing evidence is found, and the chain says who named it', async () => {
    await rm(project.evidencePathOf(id(0)))
    const { stdout, code } = await project.run(['verify', '--quiet', '--json'])
    const [first] = JSON.parse(stdout).documents
    expect(first.findings).toEqual([
      { kind: 'missing', where: null, says: `Its evidence is missing: evidence/${id(0)}.json.`, lines: [] },
      {
        kind: 'chain',
        where: null,
        says: `The chain is broken: ${id(1)} names this evidence, and it is gone.`,
        lines: [],
      },
    ])
    expect(code).toBe(1)
  })

  test('evidence without its document is found', async () => {
    await rm(project.pathOf(id(0)))
    const { stdout, code } = await project.run(['verify', '--quiet', '--json'])
    expect(JSON.parse(stdout).findings).toMatchObject([{ kind: 'orphan', where: `evidence/${id(0)}.json` }])
    expect(code).toBe(1)
  })

  test('evidence that is no JSON is said to be unreadable, and not missing from the chain', async () => {
    await writeFile(project.evidencePathOf(id(0)), '{')
    const { stdout } = await project.run(['verify', '--quiet', '--json'])
    const { documents, findings } = JSON.parse(stdout)
    expect(documents[0].findings).toMatchObject([{ kind: 'unreadable' }])
    expect(findings).toEqual([])
  })

  test.each([
    ['title: ', 'title: A better '],
    ['  - mlflow:1/', '  - mlflow:2/'],
    ['date: "2026-03-03"', 'date: "2026-03-04"'],
    ['model: none', 'model: openai/gpt'],
  ])('front matter that is changed is found: %s', async (from, to) => {
    await change(project.pathOf(id(0)), from, to)
    const { stdout } = await project.run(['verify', '--quiet', '--json', id(0)])
    expect(JSON.parse(stdout).documents[0].findings).toMatchObject([{ kind: 'front-matter' }])
  })

  test('one is named by a part of its id, by its path, and as a copy elsewhere', async () => {
    const copy = path.join(project.root, 'copy.md')
    await writeFile(copy, await project.markdown(id(1)))
    for (const [words, path] of [
      [['2026-03-03'], `narrative/log/${id(0)}.md`],
      [[id(0).slice(-4)], `narrative/log/${id(0)}.md`],
      [[`narrative/log/${id(1)}.md`], `narrative/log/${id(1)}.md`],
      [['copy.md'], 'copy.md'],
    ] as const) {
      const { stdout, code } = await project.run(['verify', '--quiet', '--json', ...words])
      expect([JSON.parse(stdout).documents.map((one: { path: string }) => one.path), code]).toEqual([
        [path],
        0,
      ])
    }
    await rm(copy)
  })

  test('an acceptance stands with its document, and falls with evidence altered after it', async () => {
    const cwd = project.root
    const folder = path.join(cwd, 'narrative/evidence')
    const before = new Set(await readdir(folder))
    expect((await project.run(['accept', id(1), '--by', 'Marit', '--yes'])).code).toBe(0)
    const [added = ''] = (await readdir(folder)).filter((name) => !before.has(name))
    try {
      expect(await project.run(['verify', '--quiet'])).toMatchObject({ code: 0 })
      await change(project.evidencePathOf(id(1)), '"finished"', '"killed"')
      const { stdout } = await project.run(['verify', '--quiet', '--json', id(1)])
      const says = JSON.parse(stdout).documents[0].findings.map((one: { says: string }) => one.says)
      expect(says).toContain(
        'The evidence that Marit accepted is not the one that is here: it was altered since.',
      )
      await change(path.join(folder, added), 'Marit', 'Mirat')
      const forged = JSON.parse((await project.run(['verify', '--quiet', '--json'])).stdout)
      expect(forged.findings).toMatchObject([
        { kind: 'altered', says: 'It is no longer the acceptance that was saved.' },
      ])
    } finally {
      await rm(path.join(folder, added))
    }
  })

  test('what names nothing is a matter of usage', async () => {
    expect(await project.run(['verify', 'nowhere'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No document in narrative has an id like "nowhere"'),
    })
    expect(await project.run(['verify', 'nowhere.md'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no file nowhere.md.'),
    })
  })

  test('a project without documents has nothing to verify: exit code 3', async () => {
    const cwd = await temporaryFolder({ 'narrate.yaml': 'project: churn\n' })
    const { world, stderr } = makeWorld({ cwd })
    expect(await main(['verify'], world)).toBe(3)
    expect(stderr()).toContain('There is no document in narrative to verify.')
  })
})

describe('--live', () => {
  async function alter(sql: string): Promise<void> {
    const database = new DatabaseSync(path.join(project.root, 'mlflow.db'))
    database.exec(sql)
    database.close()
  }

  test('says nothing where the tracker says what was frozen', async () => {
    expect(await project.run(['verify', '--live', '--quiet'])).toMatchObject({ code: 0 })
  })

  test('a changed value, a changed setting, a status and a deleted run are drift', async () => {
    const before = await readFile(path.join(project.root, 'mlflow.db'))
    try {
      for (const table of ['metrics', 'latest_metrics'])
        await alter(`update ${table} set value=0.5 where key='val_f1' and run_uuid like '12a4eed7%'`)
      await alter(`update params set value='0.5' where key='learning_rate' and run_uuid like 'aa4a21f0%'`)
      await alter(`update runs set lifecycle_stage='deleted' where run_uuid like 'f848f24c%'`)
      await alter(`update runs set status='FAILED' where run_uuid like '1d89a2e7%'`)
      await alter(`pragma foreign_keys = off; delete from runs where run_uuid like 'eb699636%'`)
      const { stdout, code } = await project.run(['verify', '--live', '--quiet', '--json', id(1)])
      const { findings } = JSON.parse(stdout).documents[0]
      expect(
        findings.map((one: { where: string; lines: readonly string[]; says: string }) => [
          one.where,
          one.lines[0] ?? one.says,
        ]),
      ).toEqual([
        ['lgbm-s2-f1 (1d89a2e7)', 'status: finished then, failed now'],
        ['lgbm-s3-f1 (f848f24c)', 'It was deleted in the tracker.'],
        ['xgb-s1-f1 (12a4eed7)', 'val_f1: 0.28703703703703703 then, 0.5 now'],
        ['xgb-s2-f1 (eb699636)', 'The tracker has no such run any more.'],
        ['xgb-s3-f1 (aa4a21f0)', 'learning_rate: 0.01 then, 0.5 now'],
      ])
      expect(code).toBe(1)
    } finally {
      await writeFile(path.join(project.root, 'mlflow.db'), before)
    }
  })

  test('without a run log that can be read: exit code 3', async () => {
    const { code, stderr } = await project.run(['verify', '--live', '--quiet', '--source', 'nowhere.db'])
    expect(stderr).toContain('No run log could be read')
    expect(code).toBe(3)
  })
})

describe('any other Markdown', () => {
  const README = `---
title: mine
---
# Caravan

The best model, xgb-s1-f1, reaches a validation F1 of 0.287; lgbm-s1-f1 has 0.2814.
Its val_auc is 76.2 %. With learning rate 0.01 and 3 seeds
we saw val_f1 0.391 once. Costs rose by 12.5 last year.

| run | val_f1 | AUC [%] |
|---|---|---|
| 12a4eed7 | 0.2870 | 76.2 |
| 68f50f2c | 0.31 | 74.7 |
`
  type Checked = {
    readonly line: number
    readonly text: string
    readonly candidates: readonly { run: string; name: string; how: string }[]
  }

  async function check(argv: readonly string[] = []) {
    await writeFile(path.join(project.root, 'README.md'), README)
    const { stdout, code } = await project.run(['verify', 'README.md', '--json', '--quiet', ...argv])
    const [file] = JSON.parse(stdout).files
    const rows = file.figures.map(({ line, text, candidates: [first] }: Checked) => [
      line,
      text,
      first === undefined ? null : `${first.name} of ${first.run} ${first.how}`,
    ])
    return { rows, unnamed: file.unnamed, code }
  }

  const EXPECTED = [
    [6, '0.287', 'val_f1 of xgb-s1-f1 (12a4eed7) rounded'],
    [6, '0.2814', 'val_f1 of lgbm-s1-f1 (68f50f2c) rounded'],
    [7, '76.2 %', 'val_auc of xgb-s1-f1 (12a4eed7) in per cent'],
    [8, '0.391', null],
    [12, '0.2870', 'val_f1 of xgb-s1-f1 (12a4eed7) rounded'],
    [12, '76.2', 'val_auc of xgb-s1-f1 (12a4eed7) in per cent'],
    [13, '0.31', null],
    [13, '74.7', 'val_auc of lgbm-s1-f1 (68f50f2c) in per cent'],
  ]

  test('each number beside a metric or a run has its candidates in the runs, or none', async () => {
    const { rows, unnamed, code } = await check()
    expect(rows.filter(([, text]: [number, string]) => text !== '0.01')).toEqual(EXPECTED)
    expect([unnamed, code]).toEqual([2, 1])
  })

  test('without a run log, in what documents hold frozen', async () => {
    const yaml = path.join(project.root, 'narrate.yaml')
    const database = path.join(project.root, 'mlflow.db')
    const [settings, bytes] = [await readFile(yaml, 'utf8'), await readFile(database)]
    try {
      await rm(database)
      await writeFile(yaml, 'project: caravan\nusers: all\n')
      const { rows } = await check()
      expect(rows.filter(([, text]: [number, string]) => text !== '0.01')).toEqual(EXPECTED)
    } finally {
      await writeFile(yaml, settings)
      await writeFile(database, bytes)
    }
  })

  test('it never says that a number is supported', async () => {
    await writeFile(path.join(project.root, 'README.md'), README)
    const { stdout } = await project.run(['verify', 'README.md', '--quiet'])
    expect(stdout).not.toMatch(/support|correct|verified|holds/i)
    expect(stdout).toContain('A candidate says where a number may come from, not that it is right.')
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('a file without such numbers: exit code 0', async () => {
    await writeFile(path.join(project.root, 'README.md'), 'In 2026 we sold 12.5 tons.\n')
    expect(await project.run(['verify', 'README.md', '--quiet'])).toMatchObject({ code: 0 })
  })
})
