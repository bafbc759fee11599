import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import type { SigningKeys } from './commit.ts'

/** A detached signature in its own armour. */
export interface DetachedSignature {
  readonly format: 'ssh' | 'gpg'
  readonly text: string
}

/** Whether a signature is of a text, and whose it is as far as this machine can tell. */
export type SignatureCheck =
  | { readonly kind: 'good'; readonly signer: string; readonly isKnown: boolean }
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'unchecked'; readonly why: string }

/** The namespace of `ssh-keygen -Y`: a signature made for narrate is good for nothing else. */
const NAMESPACE = 'narrate'

/**
 * Signs a text with the key that git signs commits with. Throws `NarrateError('usage')` where none is set or the
 * program that signs is missing or refuses.
 */
export async function signText(
  text: string,
  { format, key }: SigningKeys,
  world: Pick<World, 'env' | 'signal' | 'home'>,
): Promise<DetachedSignature> {
  if (format === 'gpg') {
    const args = ['--armor', '--detach-sign', ...(key === null ? [] : ['--local-user', key])]
    return { format, text: await outputOf('gpg', args, text, world) }
  }
  if (key === null) {
    throw new NarrateError('usage', 'git has no ssh key to sign with (user.signingkey is not set).', {
      hint: 'git config user.signingkey ~/.ssh/id_ed25519.pub, or accept without --sign.',
    })
  }
  return await inFolder(async (folder) => {
    const literal = key.replace(/^key::/, '')
    const isLiteral = key.startsWith('key::') || key.startsWith('ssh-')
    const file = isLiteral ? join(folder, 'key.pub') : atHome(key, world)
    if (isLiteral) await writeFile(file, `${literal}\n`)
    return {
      format,
      text: await outputOf('ssh-keygen', ['-Y', 'sign', '-n', NAMESPACE, '-f', file], text, world),
    }
  })
}

/** Holds a signature against a text. A signer is known where git's allowed signers, or the gpg keyring, name the key. */
export async function checkSignature(
  text: string,
  signature: DetachedSignature,
  allowedSigners: string | null,
  world: Pick<World, 'env' | 'signal' | 'home'>,
): Promise<SignatureCheck> {
  return await inFolder(async (folder) => {
    const file = join(folder, 'signature')
    await writeFile(file, signature.text)
    if (signature.format === 'gpg') {
      const verified = await run('gpg', ['--batch', '--status-fd', '1', '--verify', file, '-'], text, world)
      if (verified.kind === 'missing') return { kind: 'unchecked', why: 'gpg is not installed' }
      const signer = /^\[GNUPG:\] GOODSIG \S+ (.+)$/m.exec(verified.stdout)?.[1]
      if (signer !== undefined) return { kind: 'good', signer, isKnown: true }
      const unknown = /^\[GNUPG:\] (?:ERRSIG|NO_PUBKEY) (\S+)/m.exec(verified.stdout)?.[1]
      return unknown === undefined
        ? { kind: 'bad', why: 'gpg does not find it good' }
        : { kind: 'unchecked', why: `gpg does not have the key ${unknown}` }
    }
    if (allowedSigners !== null) {
      const signers = atHome(allowedSigners, world)
      const found = await run('ssh-keygen', ['-Y', 'find-principals', '-s', file, '-f', signers], text, world)
      const signer = found.kind === 'ended' && found.code === 0 ? (found.stdout.split('\n')[0] ?? '') : ''
      if (signer !== '') {
        const args = ['-Y', 'verify', '-n', NAMESPACE, '-s', file, '-f', signers, '-I', signer]
        const verified = await run('ssh-keygen', args, text, world)
        return verified.kind === 'ended' && verified.code === 0
          ? { kind: 'good', signer, isKnown: true }
          : { kind: 'bad', why: 'ssh-keygen does not find it good' }
      }
    }
    const args = ['-Y', 'check-novalidate', '-n', NAMESPACE, '-s', file]
    const checked = await run('ssh-keygen', args, text, world)
    if (checked.kind === 'missing') return { kind: 'unchecked', why: 'ssh-keygen is not installed' }
    const signer = /with (\S+ key \S+)/.exec(checked.stdout)?.[1]
    return checked.code === 0 && signer !== undefined
      ? { kind: 'good', signer, isKnown: false }
      : { kind: 'bad', why: 'ssh-keygen does not find it good' }
  })
}

async function outputOf(
  program: string,
  args: readonly string[],
  input: string,
  world: Pick<World, 'env' | 'signal' | 'home'>,
): Promise<string> {
  const ended = await run(program, args, input, world)
  if (ended.kind === 'missing') {
    throw new NarrateError('usage', `${program} is not installed, so nothing can be signed.`, {
      hint: 'Accept without --sign.',
    })
  }
  if (ended.code === 0) return ended.stdout
  const why = ended.stderr.trim().split('\n').at(-1) ?? ''
  throw new NarrateError('usage', `${program} did not sign: ${why.replace(/\.$/, '')}.`, {
    hint: 'git config user.signingkey says which key is used; accept without --sign needs none.',
  })
}

type Ended =
  | { readonly kind: 'ended'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing'; readonly stdout: '' }

function run(
  program: string,
  args: readonly string[],
  input: string,
  { env, signal }: Pick<World, 'env' | 'signal'>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { env: { ...env, LC_ALL: 'C' }, signal },
      (error, stdout, stderr) => {
        if (error === null) resolve({ kind: 'ended', code: 0, stdout, stderr })
        else if (error.name === 'AbortError') reject(error)
        else if (error.code === 'ENOENT') resolve({ kind: 'missing', stdout: '' })
        else if (typeof error.code === 'number') resolve({ kind: 'ended', code: error.code, stdout, stderr })
        else resolve({ kind: 'ended', code: 1, stdout, stderr: messageOf(error) })
      },
    )
    // A program that ends early closes its input: its exit code tells why.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

async function inFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'narrate-sign-'))
  try {
    return await action(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function atHome(path: string, { home }: Pick<World, 'home'>): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path
}
