import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { DRAFT, type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

/** Typed by hand: the value of xgb-s3-f1 is right, that of lgbm-s2-f1 is not, and the last row has no log. */
const NOTE = `seeds again, by hand:

| run | val_auc | seen by |
|---|---|---|
| xgb-s3-f1 | 0,7642 | Ines |
| lgbm-s2-f1 | 0.7610 | Ines |
| catboost | 0.7701 | a colleague |
`

const DAY = ['--all-users', '--since', '2026-03-09', '--until', '2026-03-09']
const NOW = { now: Date.parse('2026-03-09T22:00:00Z') }

let project: VerifiedProject | undefined
afterEach(async () => {
  await project?.remove()
  project = undefined
})

async function written(reading: readonly { text: string; basis: 'observed' | 'noted' | 'inferred' }[]) {
  project = await verifiedProject([], {
    ...DRAFT,
    unworked: reading.map((one) => ({ ...one, checks: [] })),
  })
  const { code, stdout } = await project.run(['log', '-m', NOTE, '--yes', '--json', ...DAY], NOW)
  const reply = JSON.parse(stdout) as {
    document: { id: string }
    verdicts: { supported: number; contradicted: number; unsupported: number }
  }
  return {
    code,
    verdicts: reply.verdicts,
    id: reply.document.id,
    text: await project.markdown(reply.document.id),
  }
}

describe('a table in a note', () => {
  test('is cited cell by cell as reported, held against the log, and verified without a tracker', async () => {
    const { text, id } = await written([
      { text: 'You reported val_auc [[t1.row3.col2]].', basis: 'noted' },
      { text: '[[quote(t1.row3, "catboost | 0.7701")]]', basis: 'noted' },
    ])
    expect(text).toMatch(/You reported val_auc 0\.7701\. \(reported by hand, [^)]+\.md:\d+\)/)
    expect(text).toContain('Tables in the notes: reported by hand, not logged')
    // The wrong cell is a discrepancy; the right one with its comma is none.
    expect(text).toMatch(/lgbm-s2-f1.*logged val_auc 0\.751; 0\.7610 is reported by hand/)
    expect(text).not.toMatch(/0,7642 is reported by hand/)
    expect(text).toContain('*4 statements checked against the log, 2 quoted from notes.*')
    // What was reported stands in no table of results.
    const [visible = ''] = text.split('<details>')
    expect(visible.split('\n').filter((line) => line.startsWith('|') && line.includes('0.77'))).toEqual([])
    const verified = await project?.run(['verify', id, '--json'])
    expect([verified?.code, JSON.parse(verified?.stdout ?? '{}').findings]).toEqual([0, []])
  })

  test.each([
    ['as logged', 'val_auc of [[r6]] is [[t1.row1.col2]].', 'observed'],
    ['of a run that the row does not name', 'You wrote val_auc [[t1.row3.col2]] for [[r1]].', 'noted'],
    ['under another column', 'You wrote val_f1 [[t1.row3.col2]].', 'noted'],
    ['as read out of it', 'val_auc is probably [[t1.row3.col2]].', 'inferred'],
  ] as const)('is never told %s', async (_, reading, basis) => {
    const { text } = await written([{ text: reading, basis }])
    const [visible = ''] = text.split('<details>')
    expect(visible).not.toMatch(/0[.,]7642|0\.7701/)
  })

  test('whose figure was altered in the document is found', async () => {
    const { id } = await written([{ text: 'You reported val_auc [[t1.row3.col2]].', basis: 'noted' }])
    if (project === undefined) throw new Error('no project')
    const file = project.pathOf(id)
    const before = await readFile(file, 'utf8')
    await writeFile(file, before.replace('You reported val_auc 0.7701', 'You reported val_auc 0.7901'))
    const { code, stdout } = await project.run(['verify', id, '--json'])
    expect(code).toBe(1)
    expect(stdout).toContain('0.7901')
  })
})
