import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REDACTED, redactRecord } from '../../src/stores/redaction.ts'
import { resealed } from '../../src/verify/rederive.ts'
import { type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

let project: VerifiedProject

beforeAll(async () => {
  project = await verifiedProject()
})

afterAll(() => project.remove())

const SECRET = 'the naïve baseline was ahead; prüfen'

test('a passage that was taken out on record is no finding and no break of the chain; without the record it is both', async () => {
  const [id = ''] = project.ids
  const before = await project.record(id)
  const quotes = (before.evidence as { quotes: { address: string; text: string }[] }).quotes
  const quote = quotes.find(({ text }) => text === SECRET)
  const { record, redaction } = redactRecord(before, [quote?.address ?? ''], {
    at: '2026-11-21T10:00:00Z',
    by: 'Ines',
    why: 'a name',
  })
  await writeFile(project.evidencePathOf(id), JSON.stringify(record, null, 2))
  await writeFile(project.pathOf(id), resealed(record, await project.markdown(id)))
  expect(await readFile(project.pathOf(id), 'utf8')).toContain(`“${REDACTED}”`)
  for (const file of [project.pathOf(id), project.evidencePathOf(id)])
    expect(await readFile(file, 'utf8')).not.toContain(SECRET)
  expect(JSON.stringify(redaction)).not.toContain(SECRET)

  const untold = await project.run(['verify', '--quiet', '--json'])
  const kinds = JSON.parse(untold.stdout).documents[0].findings.map(({ kind }: { kind: string }) => kind)
  expect(kinds).toContain('chain')
  expect(untold.code).toBe(1)

  await mkdir(path.join(project.root, 'narrative/redactions'))
  await writeFile(path.join(project.root, 'narrative/redactions', `${id}.json`), JSON.stringify(redaction))
  const told = await project.run(['verify', '--quiet', '--json'])
  const [first] = JSON.parse(told.stdout).documents
  expect(first.findings).toEqual([])
  expect(first.notices).toEqual([
    { kind: 'redacted', count: 1, says: 'Redacted on 2026-11-21 by Ines: a name (1).' },
  ])
  expect(told.code).toBe(0)

  // A redaction covers what it names: a value changed afterwards is found.
  await writeFile(
    project.evidencePathOf(id),
    (await readFile(project.evidencePathOf(id), 'utf8')).replace('0.7418861499517839', '0.8418861499517839'),
  )
  const altered = await project.run(['verify', '--quiet', '--json'])
  const found = JSON.parse(altered.stdout).documents[0].findings.map(({ kind }: { kind: string }) => kind)
  expect(found).toEqual(expect.arrayContaining(['altered', 'chain', 'value']))
})
