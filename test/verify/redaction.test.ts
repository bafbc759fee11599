import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { REDACTED } from '../../src/stores/redaction.ts'
import { type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

let project: VerifiedProject

beforeEach(async () => {
  project = await verifiedProject()
})

afterEach(() => project.remove())

const SECRET = 'Naïve  baseline'
const OUT = /na.ve baseline/i

async function verified() {
  const { code, stdout } = await project.run(['verify', '--quiet', '--json'])
  return { code, ...JSON.parse(stdout) }
}

test('words taken out on record are no finding and no break of the chain; without the record they are both', async () => {
  const [id = ''] = project.ids
  expect((await project.record(project.ids[1] ?? '')).previous).toMatchObject([{ id }])
  const done = await project.run(['redact', id, '--text', SECRET, '--because', 'a name', '--yes', '--json'])
  expect(done).toMatchObject({ code: 0 })
  expect(done.stderr).toContain('What git, backups and the tracker have of it is out of reach')
  const { redaction } = JSON.parse(done.stdout)
  const folder = path.join(project.root, 'narrative/evidence')
  const recordPath = path.join(folder, `${redaction.id}.json`)
  expect(await readFile(project.pathOf(id), 'utf8')).toContain(`“the ${REDACTED} was ahead; prüfen”`)
  for (const file of [project.pathOf(id), project.evidencePathOf(id), recordPath])
    expect(await readFile(file, 'utf8')).not.toMatch(OUT)

  const told = await verified()
  expect(told.documents.map((one: { findings: unknown }) => one.findings)).toEqual([[], []])
  expect(told.documents[0].notices).toEqual([
    {
      kind: 'redacted',
      count: 2,
      says: expect.stringMatching(/^Words were taken out on record, in 2 places on .* by ines: a name\.$/),
    },
  ])
  expect(told.code).toBe(0)

  // A second redaction, and an acceptance after it, stand on the first.
  expect((await project.run(['redact', id, '--text', 'was ahead', '--yes'])).code).toBe(0)
  expect((await project.run(['accept', id])).code).toBe(0)
  expect((await verified()).code).toBe(0)

  // A redaction covers what it names: a value changed afterwards is found.
  const kept = await readFile(project.evidencePathOf(id), 'utf8')
  await writeFile(project.evidencePathOf(id), kept.replace('0.7418861499517839', '0.8418861499517839'))
  const kinds = (await verified()).documents[0].findings.map(({ kind }: { kind: string }) => kind)
  expect(kinds).toEqual(expect.arrayContaining(['altered', 'chain', 'value']))
  await writeFile(project.evidencePathOf(id), kept)

  // A record of it that somebody changed is none.
  const record = await readFile(recordPath, 'utf8')
  await writeFile(recordPath, record.replace('"ines"', '"Eve"'))
  expect(JSON.stringify((await verified()).findings)).toContain('it accounts for no words that are missing')
  await rm(recordPath)
  const untold = await verified()
  expect(untold.code).toBe(1)
  expect(JSON.stringify(untold)).toContain('The chain is broken')
})

test('a document whose evidence was altered is not redacted: that would hide it', async () => {
  const [id = ''] = project.ids
  const kept = await readFile(project.evidencePathOf(id), 'utf8')
  await writeFile(project.evidencePathOf(id), kept.replace('0.7418861499517839', '0.8418861499517839'))
  const { code, stderr } = await project.run(['redact', id, '--text', SECRET, '--yes'])
  expect(code).toBe(2)
  expect(stderr).toContain('does not stand, and a redaction would hide that')
})

test.each([
  ['0.7419', 'is a number, and only texts can be taken out'],
  ['zz', 'is too short'],
  ['a word of nowhere', 'stands nowhere in'],
  ['Next:', 'it stands in a heading'],
  ['computed from the log', 'it stands in a heading'],
  ['lightgbm-s1.val_f1', 'stands nowhere'],
  ['val_f1', 'cannot be taken out: it stands in'],
  ['mlflow', 'cannot be taken out: it stands in'],
  ['xgb-s1-f1', 'cannot be taken out: it stands in'],
])('%s is refused, and nothing is changed', async (words, says) => {
  const id = project.ids[1] ?? ''
  const before = [await project.markdown(id), await project.record(id)]
  const { code, stderr } = await project.run(['redact', id, '--text', words, '--yes'])
  expect(stderr).toMatch(new RegExp(says))
  expect(code).toBe(2)
  expect([await project.markdown(id), await project.record(id)]).toEqual(before)
  expect(await readdir(path.join(project.root, 'narrative/evidence'))).toHaveLength(2)
})

test('a name of a run, a parameter and words of a cut quote go out everywhere, and the rest stands', async () => {
  const id = project.ids[1] ?? ''
  const words = ['Marit', 'campaigns', 'all+product_pairs']
  const done = await project.run(['redact', id, ...words.flatMap((one) => ['--text', one]), '--yes'])
  expect(done.stderr).not.toContain('narrate:')
  expect(done.code).toBe(0)
  const whole = `${await project.markdown(id)}${JSON.stringify(await project.record(id))}`
  for (const one of words) expect(whole.toLowerCase()).not.toContain(one.toLowerCase())
  expect((await verified()).code).toBe(0)
})
