import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import type { World } from '../../../world.ts'
import type { WandbAddress } from '../../wandb-address.ts'

/** How a server of W&B is reached. */
export interface ServerAccess {
  /** What `/graphql` is appended to. */
  readonly base: string
  /** The header that says who asks; null where no key is known that belongs to this server. */
  readonly authorization: string | null
  /** Where the key came from, for a sentence; null where there is none. */
  readonly authorizedBy: string | null
  /** Why a key that is there is not sent; null where it is, or there is none. */
  readonly withheld: string | null
  /** How long one request may take, in milliseconds. */
  readonly timeLimit: number
}

const TIME_LIMIT = 60_000
/** The public server, under the names that people write it by. */
const PUBLIC_HOST = /^(?:(?:api|www|app)\.)?wandb\.ai$/

/**
 * How to reach the server of an address, with the key that W&B's own client would take: WANDB_API_KEY, else the password that `~/.netrc`
 * (or the file of NETRC) has for that host. The variable's key belongs to the host of WANDB_BASE_URL, or to the public server where that is
 * not set, and is sent nowhere else. Throws `NarrateError('source')`.
 */
export function serverAccess({ base }: WandbAddress, world: World): ServerAccess {
  const { env } = world
  const { host } = new URL(base)
  const named = env.WANDB_BASE_URL ? URL.parse(env.WANDB_BASE_URL) : null
  if (env.WANDB_BASE_URL && (named === null || !/^https?:$/.test(named.protocol)))
    throw new NarrateError('source', 'WANDB_BASE_URL is no address.', {
      hint: 'It looks like https://wandb.example.org.',
    })
  const timeLimit = timeLimitOf(env.WANDB_HTTP_TIMEOUT)
  const isMeant =
    named === null
      ? PUBLIC_HOST.test(host)
      : named.host === host || (PUBLIC_HOST.test(named.host) && PUBLIC_HOST.test(host))
  const key = env.WANDB_API_KEY?.trim() || null
  if (key !== null && isMeant) return { base, ...authorized(key, 'WANDB_API_KEY'), withheld: null, timeLimit }
  const kept = netrcKey(host, world)
  if (kept !== null) return { base, ...authorized(kept.key, kept.from), withheld: null, timeLimit }
  return {
    base,
    authorization: null,
    authorizedBy: null,
    withheld:
      key === null
        ? null
        : `WANDB_API_KEY is not sent to ${host}, since ${named === null ? 'WANDB_BASE_URL does not name it' : 'WANDB_BASE_URL names another host'}`,
    timeLimit,
  }
}

function authorized(key: string, from: string): Pick<ServerAccess, 'authorization' | 'authorizedBy'> {
  return {
    authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}`,
    authorizedBy: from,
  }
}

/** The password for a host. An entry for every other host (`default`) is none: a key belongs to one. */
function netrcKey(
  host: string,
  { env, home }: World,
): { readonly key: string; readonly from: string } | null {
  const files = env.NETRC
    ? [{ path: env.NETRC, from: 'the file of NETRC' }]
    : ['.netrc', '_netrc'].map((name) => ({ path: join(home, name), from: `~/${name}` }))
  for (const { path, from } of files) {
    if (!existsSync(path)) continue
    const key = passwordOf(textOf(path, from), host)
    if (key !== null) return { key, from }
  }
  return null
}

function textOf(path: string, from: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NarrateError('source', `The keys in ${from} cannot be read.`, {
      hint: 'Check the permissions of the file.',
      cause,
    })
  }
}

/** The format is that of ftp(1): words, in which `machine` begins an entry, and a `macdef` goes on to an empty line. */
function passwordOf(text: string, host: string): string | null {
  const plain = text
    .replace(/(^|\n)[ \t]*macdef[^\n]*\n(?:[^\n]*\S[^\n]*\n?)*/g, '$1')
    .replace(/^\s*#.*$/gm, '')
  const words = plain.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []
  const left = words.values()
  const next = () => unquoted(left.next().value ?? '')
  let machine: string | null = null
  for (const word of left)
    switch (word) {
      case 'machine':
        machine = next()
        break
      case 'default':
        machine = null
        break
      case 'login':
      case 'account':
        next()
        break
      case 'password': {
        const password = next()
        if (machine === host && password !== '') return password
        break
      }
      default:
    }
  return null
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word
}

function timeLimitOf(seconds: string | undefined): number {
  const limit = Number(seconds)
  return seconds && Number.isFinite(limit) && limit > 0 ? limit * 1000 : TIME_LIMIT
}
