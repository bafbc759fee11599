import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { env } from 'node:process'
import { describe, expect, test } from 'vitest'
import { checkSignature, signText } from '../../src/repository/signature.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A key pair of ssh in a home of its own. */
async function sshKey() {
  const home = await temporaryFolder()
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(home, 'key')])
  const world = { home, env: { PATH: env.PATH ?? '' }, signal: new AbortController().signal }
  const keys = { format: 'ssh', key: '~/key.pub', allowedSigners: null } as const
  return { home, world, keys }
}

describe.skipIf(!isThere('ssh-keygen', ['-?']))('a signature by ssh', () => {
  test('is good for its text, by a key that nobody vouches for', async () => {
    const { world, keys } = await sshKey()
    const signature = await signText('the record', keys, world)
    expect(signature.text).toMatch(/^-----BEGIN SSH SIGNATURE-----/)
    expect(await checkSignature('the record', signature, null, world)).toEqual({
      kind: 'good',
      signer: expect.stringMatching(/^ED25519 key SHA256:/),
      isKnown: false,
    })
  })

  test('is bad for any other text', async () => {
    const { world, keys } = await sshKey()
    const signature = await signText('the record', keys, world)
    expect(await checkSignature('the recorD', signature, null, world)).toMatchObject({ kind: 'bad' })
  })

  test('is of a known person where the allowed signers name the key', async () => {
    const { home, world, keys } = await sshKey()
    const key = await readFile(join(home, 'key.pub'), 'utf8')
    await writeFile(join(home, 'signers'), `ada@example.org ${key}`)
    const signature = await signText('the record', keys, world)
    expect(await checkSignature('the record', signature, '~/signers', world)).toEqual({
      kind: 'good',
      signer: 'ada@example.org',
      isKnown: true,
    })
    expect(await checkSignature('another', signature, '~/signers', world)).toMatchObject({ kind: 'bad' })
  })

  test('is refused in one sentence where the key is not there', async () => {
    const { world, keys } = await sshKey()
    await expect(signText('the record', { ...keys, key: '~/none' }, world)).rejects.toThrow(
      /^ssh-keygen did not sign: .*\.$/,
    )
    await expect(signText('the record', { ...keys, key: null }, world)).rejects.toThrow(
      'no ssh key to sign with',
    )
  })

  test('cannot be checked where the program is missing', async () => {
    const { world, keys } = await sshKey()
    const signature = await signText('the record', keys, world)
    const bare = { ...world, env: { PATH: world.home } }
    expect(await checkSignature('the record', signature, null, bare)).toEqual({
      kind: 'unchecked',
      why: 'ssh-keygen is not installed',
    })
    await expect(signText('the record', keys, bare)).rejects.toThrow('ssh-keygen is not installed')
  })
})

describe.skipIf(!isThere('gpg', ['--version']))('a signature by gpg', () => {
  test('is good for its text and bad for another', async () => {
    const home = await temporaryFolder()
    const own = { PATH: env.PATH ?? '', GNUPGHOME: home }
    const quietly = ['--batch', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback']
    const person = 'Ada <ada@example.org>'
    execFileSync('gpg', [...quietly, '--quick-generate-key', person, 'default', 'default', 'never'], {
      env: own,
      stdio: 'ignore',
    })
    const world = { home, env: own, signal: new AbortController().signal }
    const keys = { format: 'gpg', key: 'ada@example.org', allowedSigners: null } as const
    const signature = await signText('the record', keys, world)
    expect(await checkSignature('the record', signature, null, world)).toEqual({
      kind: 'good',
      signer: person,
      isKnown: true,
    })
    expect(await checkSignature('another', signature, null, world)).toMatchObject({ kind: 'bad' })
    execFileSync('gpgconf', ['--kill', 'gpg-agent'], { env: own })
  })
})

/** Whether a program can be started at all, whatever it answers. */
function isThere(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT')
  }
}
