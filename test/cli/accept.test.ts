import { execFileSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { PARTS } from '../../src/cli/parts.ts'
import { fakeKind } from '../support/fake-source.ts'
import { makeWorld } from '../support/make-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A project in git, of Ada, with one saved entry. */
async function oneEntry() {
  const cwd = await temporaryFolder({ 'narrate.yaml': 'project: churn\nusers: all\n' })
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd, stdio: 'ignore' })
  git('init', '-q')
  git('config', 'user.name', 'Ada L')
  git('config', 'user.email', 'ada@example.org')
  const log = {
    runs: [
      { id: 'aaaa1111', name: 'first', startedAt: '2026-11-20T10:00:00Z', endedAt: '2026-11-20T10:30:00Z' },
    ],
  }
  const parts = {
    ...PARTS,
    sourceKinds: async () => [fakeKind({ [path.join(cwd, 'runs')]: log })],
    chooseModel: async () => ({ model: null, reason: 'none', remember: null }),
  }
  async function run(argv: readonly string[], now = '2026-11-20T18:00:00Z') {
    const { world, stdout, stderr } = makeWorld({ cwd, now: Date.parse(now) })
    const code = await main(argv, world, parts)
    return { code, stdout: stdout(), stderr: stderr() }
  }
  await run(['log', '-m', 'focal loss did nothing', '--since', '2026-11-20'])
  const [file = ''] = await readdir(path.join(cwd, 'narrative/log'))
  return { cwd, run, file: path.join(cwd, 'narrative/log', file), id: file.replace('.md', '') }
}

describe('accept', () => {
  test('puts the name in git under the document, and list and show tell it', async () => {
    const { run, file } = await oneEntry()
    const before = await readFile(file, 'utf8')
    const { code, stdout } = await run(['accept', '2026-11-20'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Accepted by Ada L: /)
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await run(['list'])).stdout).toContain('(accepted) ')
    expect((await run(['show', '2026-11-20'])).stderr).toContain('Accepted by Ada L on 2026-11-20.')
    const [document] = JSON.parse((await run(['list', '--json'])).stdout).documents
    expect(document.acceptances).toMatchObject([
      { by: 'Ada L', email: 'ada@example.org', signed: null, ofThisText: true },
    ])
  })

  test('says no to the same name under the same text, and yes to another name', async () => {
    const { run } = await oneEntry()
    await run(['accept', '2026-11-20'])
    expect(await run(['accept', '2026-11-20'])).toMatchObject({
      code: 2,
      stderr: 'narrate: Ada L accepted this very text on 2026-11-20.\n  --by names another person.\n',
    })
    const other = await run(['accept', '2026-11-20', '--by', 'Bo', '--because', 'for the pilot', '--json'])
    expect(JSON.parse(other.stdout).acceptance).toMatchObject({
      by: 'Bo',
      email: null,
      because: 'for the pilot',
    })
  })

  test('of an edited document is of the edited text, and an edit afterwards shows', async () => {
    const { run, file } = await oneEntry()
    await writeFile(file, `${await readFile(file, 'utf8')}\nMy own line.\n`)
    expect((await run(['accept', '2026-11-20', '--anyway'])).stderr).toContain(
      'that text is what was accepted',
    )
    expect((await run(['show', '2026-11-20'])).stderr).toContain(
      'Accepted by Ada L on 2026-11-20; despite 1 finding (1 edit).\n',
    )
    await writeFile(file, `${await readFile(file, 'utf8')}\nAnother.\n`)
    expect((await run(['show', '2026-11-20'])).stderr).toContain(
      'Accepted by Ada L on 2026-11-20; despite 1 finding (1 edit); edited since.',
    )
    expect((await run(['list'])).stdout).not.toContain('(accepted)')
    expect((await run(['accept', '2026-11-20', '--anyway'])).code).toBe(0)
  })

  test('refuses a document that verify has findings of, and with --anyway records how many', async () => {
    const { run, file, cwd } = await oneEntry()
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('1 run', '2 runs'))
    const refused = await run(['accept', '2026-11-20'])
    expect(refused.code).toBe(2)
    expect(refused.stdout).toBe('')
    expect(refused.stderr).toMatch(
      /^narrate: It was not accepted: verify has 2 findings of (\S+)\.\n {2}narrate verify \1 shows them; --anyway accepts it all the same, on record\.\n$/,
    )
    expect(await readdir(path.join(cwd, 'narrative/evidence'))).toHaveLength(1)
    const { code, stdout } = await run(['accept', '2026-11-20', '--anyway'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Accepted by Ada L, despite 2 findings \(1 figure, 1 front-matter\): /)
    const [document] = JSON.parse((await run(['list', '--json'])).stdout).documents
    expect(document.acceptances).toMatchObject([{ by: 'Ada L', despite: { figure: 1, 'front-matter': 1 } }])
    expect((await run(['show', '2026-11-20', '--history'])).stdout).toContain('despite 2 findings')
    await writeFile(file, text)
    expect((await run(['accept', '2026-11-20'])).code).toBe(0)
  })

  test('of a document that stands records no findings', async () => {
    const { run, cwd } = await oneEntry()
    await run(['accept', '2026-11-20', '--anyway'])
    const folder = path.join(cwd, 'narrative/evidence')
    const name = (await readdir(folder)).find((one) => one.includes('accepted')) ?? ''
    expect(JSON.parse(await readFile(path.join(folder, name), 'utf8'))).not.toHaveProperty('despite')
    const [document] = JSON.parse((await run(['list', '--json'])).stdout).documents
    expect(document.acceptances).toMatchObject([{ despite: null }])
  })

  test('of a superseded document names the one to accept', async () => {
    const { run, id } = await oneEntry()
    await run(['log', '--redraft', id, '-m', 'another thought'], '2026-11-20T19:00:00Z')
    const { code, stderr } = await run(['accept', id])
    expect(code).toBe(2)
    expect(stderr).toMatch(/was superseded by (\S+)\.\n {2}narrate accept \1\n$/)
  })

  test('with --dry-run writes nothing', async () => {
    const { run, cwd } = await oneEntry()
    const { stdout } = await run(['accept', '2026-11-20', '--dry-run'])
    expect(stdout).toContain('--dry-run wrote nothing')
    expect(await readdir(path.join(cwd, 'narrative/evidence'))).toHaveLength(1)
  })

  test('whose record was altered is a gap that list tells', async () => {
    const { run, cwd } = await oneEntry()
    await run(['accept', '2026-11-20'])
    const folder = path.join(cwd, 'narrative/evidence')
    const name = (await readdir(folder)).find((one) => one.includes('accepted')) ?? ''
    const record = JSON.parse(await readFile(path.join(folder, name), 'utf8'))
    await writeFile(path.join(folder, name), JSON.stringify({ ...record, by: 7 }))
    const { code, stderr } = await run(['list'])
    expect(code).toBe(1)
    expect(stderr).toContain('no longer the acceptance that was saved')
  })
})

describe.skipIf(!hasSshKeygen())('a signed acceptance', () => {
  test('is told by verify with the key that signed, and a changed one is found', async () => {
    const { run, cwd } = await oneEntry()
    const key = path.join(cwd, 'key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key])
    for (const [name, value] of Object.entries({ 'gpg.format': 'ssh', 'user.signingkey': `${key}.pub` }))
      execFileSync('git', ['config', name, value], { cwd })
    expect((await run(['accept', '2026-11-20', '--sign'])).stdout).toContain('signed with ssh')
    const signed = await run(['verify'])
    expect(signed.code).toBe(0)
    expect(signed.stdout).toMatch(/Accepted by Ada L; signed by ED25519 key/)
    const folder = path.join(cwd, 'narrative/evidence')
    const name = (await readdir(folder)).find((one) => one.includes('accepted')) ?? ''
    const text = await readFile(path.join(folder, name), 'utf8')
    await writeFile(path.join(folder, name), text.replace('"by": "Ada L"', '"by": "Eve"'))
    const forged = await run(['verify'])
    expect(forged.code).toBe(1)
    expect(forged.stdout).toContain('The signature under the acceptance by Eve is bad')
  })
})

describe('show --history', () => {
  test('tells drafts, acceptances and what superseded what, oldest first, from either end', async () => {
    const { run, id } = await oneEntry()
    await run(['accept', id, '--because', 'go'], '2026-11-20T18:10:00Z')
    await run(['log', '--redraft', id, '-m', 'another thought'], '2026-11-20T19:00:00Z')
    const shown = await run(['show', id, '--history'])
    expect(shown.stderr).toContain(`${id}: superseded by `)
    const rows = shown.stdout.trimEnd().split('\n').slice(1)
    expect(rows.map((row) => row.split(/\s{2,}/)[1])).toEqual([
      'drafted',
      'accepted',
      'drafted',
      'superseded',
    ])
    const { history } = JSON.parse((await run(['show', id, '--history', '--json'])).stdout)
    expect(history[1]).toMatchObject({
      at: '2026-11-20T18:10:00.000Z',
      what: 'accepted',
      by: 'Ada L',
      detail: '“go”',
    })
  })
})

function hasSshKeygen(): boolean {
  try {
    execFileSync('ssh-keygen', ['-?'], { stdio: 'ignore' })
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
  }
}
