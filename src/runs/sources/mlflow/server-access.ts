import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import type { World } from '../../../world.ts'

/** How a tracking server is reached. */
export interface ServerAccess {
  /** What request paths are appended to, without a slash at its end. */
  readonly base: string
  readonly isDatabricks: boolean
  /** Headers that every request carries; the authorization may be missing. */
  headers(): Promise<Readonly<Record<string, string>>>
  /** Where the authorization came from, for a sentence; null where there is none. */
  readonly authorizedBy: string | null
  /** Why credentials that are there are not sent; null where they are, or there are none. */
  readonly withheld: string | null
  readonly tls: TlsOptions | null
  /** How long one request may take, in milliseconds. */
  readonly timeLimit: number
}

/** What a connection needs beyond the certificates that Node trusts; texts are PEM. */
export interface TlsOptions {
  readonly isUnchecked: boolean
  readonly authorities: string | null
  /** Certificate and key of this side. */
  readonly own: string | null
}

const TIME_LIMIT = 120_000
const HINT =
  'Name it as http://HOST:PORT; user and password go into MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.'

/** Whether a location is a tracking server: an address, or Databricks by profile. */
export function isServer(location: string): boolean {
  return /^https?:\/\//i.test(location) || /^databricks(?::\/\/[\w.-]*)?$/i.test(location)
}

/**
 * How to reach the server of a location, from the variables and files that MLflow's own client reads
 * (`mlflow/utils/credentials.py`, `rest_utils.py`): user and password before a token, from the environment before
 * `~/.mlflow/credentials`; for Databricks its variables before `~/.databrickscfg`.
 *
 * Credentials that MLFLOW_TRACKING_URI belongs to are sent to its host alone. Throws `NarrateError('source')`.
 */
export async function serverAccess(location: string, world: World): Promise<ServerAccess> {
  const databricks = /^databricks(?::\/\/(?<profile>[\w.-]*))?$/i.exec(location)
  const common = {
    tls: tlsOptions(world),
    timeLimit: timeLimitOf(world.env.MLFLOW_HTTP_REQUEST_TIMEOUT),
  }
  if (databricks !== null)
    return { ...(await databricksAccess(databricks.groups?.profile || null, world)), ...common }
  const url = URL.parse(location)
  if (url === null)
    throw new NarrateError('source', 'The address of the tracking server cannot be read.', { hint: HINT })
  if (url.username !== '' || url.password !== '')
    throw new NarrateError(
      'source',
      `The address of the tracking server at ${url.host} holds a user name or a password.`,
      { hint: HINT },
    )
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  const workspace = world.env.MLFLOW_WORKSPACE
  const extra = workspace ? { 'x-mlflow-workspace': workspace } : {}
  const found = await credentials(world)
  const foreign = found !== null && isMeantForAnother(url, world.env.MLFLOW_TRACKING_URI)
  const isSent = found !== null && !foreign
  return {
    base,
    isDatabricks: false,
    headers: async () => ({ ...extra, ...(isSent ? { authorization: found.authorization } : {}) }),
    authorizedBy: isSent ? found.from : null,
    withheld:
      found !== null && foreign
        ? `${found.from} is not sent to ${url.host}, since MLFLOW_TRACKING_URI names another host`
        : null,
    ...common,
  }
}

interface Credentials {
  readonly authorization: string
  readonly from: string
}

async function credentials({ env, home }: World): Promise<Credentials | null> {
  const kept = await readIni(join(home, '.mlflow', 'credentials'))
  const own = kept?.mlflow
  const user = env.MLFLOW_TRACKING_USERNAME || own?.mlflow_tracking_username
  const password = env.MLFLOW_TRACKING_PASSWORD || own?.mlflow_tracking_password
  if (user && password)
    return {
      authorization: basic(user, password),
      from: env.MLFLOW_TRACKING_USERNAME ? 'MLFLOW_TRACKING_USERNAME' : '~/.mlflow/credentials',
    }
  const token = env.MLFLOW_TRACKING_TOKEN
  return token ? { authorization: `Bearer ${token}`, from: 'MLFLOW_TRACKING_TOKEN' } : null
}

// A narrate.yaml that came with somebody's repository may name any host.
function isMeantForAnother(url: URL, tracking: string | undefined): boolean {
  const meant = tracking === undefined ? null : URL.parse(tracking)
  return meant !== null && /^https?:$/.test(meant.protocol) && meant.host !== url.host
}

async function databricksAccess(
  profile: string | null,
  world: World,
): Promise<Omit<ServerAccess, 'tls' | 'timeLimit'>> {
  const { env, home } = world
  const file = env.DATABRICKS_CONFIG_FILE || join(home, '.databrickscfg')
  const named = profile ?? env.DATABRICKS_CONFIG_PROFILE ?? null
  const kept = (await readIni(file))?.[named ?? 'DEFAULT']
  // A profile that is named counts before the environment.
  const of = (variable: string | undefined, field: string) =>
    named === null ? variable || kept?.[field] : kept?.[field] || undefined
  const host = of(env.DATABRICKS_HOST, 'host')
  if (host === undefined)
    throw new NarrateError(
      'source',
      named === null
        ? 'No Databricks host is known.'
        : `The profile ${named} of .databrickscfg names no host.`,
      { hint: 'Set DATABRICKS_HOST and DATABRICKS_TOKEN, or keep them in ~/.databrickscfg.' },
    )
  const url = URL.parse(/^https?:\/\//i.test(host) ? host : `https://${host}`)
  if (url === null)
    throw new NarrateError('source', 'The Databricks host is no address.', {
      hint: 'It looks like https://my-workspace.cloud.databricks.com.',
    })
  const base = url.origin
  const from = named === null && env.DATABRICKS_HOST ? 'the DATABRICKS variables' : '~/.databrickscfg'
  const token = of(env.DATABRICKS_TOKEN, 'token')
  const id = of(env.DATABRICKS_CLIENT_ID, 'client_id')
  const secret = of(env.DATABRICKS_CLIENT_SECRET, 'client_secret')
  const bearer = token ?? (id && secret ? oauthToken(base, id, secret, world) : null)
  return {
    base,
    isDatabricks: true,
    headers: async () => {
      const sent = typeof bearer === 'function' ? await bearer() : bearer
      return sent === null ? {} : { authorization: `Bearer ${sent}` }
    },
    authorizedBy: bearer === null ? null : from,
    withheld: null,
  }
}

/** The token of a service principal, asked for once (OAuth 2.0 client credentials, RFC 6749 section 4.4). */
function oauthToken(
  base: string,
  id: string,
  secret: string,
  { fetch, signal }: World,
): () => Promise<string> {
  let asked: Promise<string> | null = null
  return () => {
    asked ??= ask()
    return asked
  }
  async function ask(): Promise<string> {
    const response = await fetch(`${base}/oidc/v1/token`, {
      method: 'POST',
      headers: {
        authorization: basic(id, secret),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=all-apis',
      signal,
    })
    const body: unknown = response.ok ? await response.json() : null
    if (
      body !== null &&
      typeof body === 'object' &&
      'access_token' in body &&
      typeof body.access_token === 'string'
    )
      return body.access_token
    throw new NarrateError(
      'source',
      `Databricks gave no token to the client id (status ${response.status}).`,
      {
        hint: 'Check DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.',
      },
    )
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

async function readIni(file: string): Promise<Record<string, Record<string, string> | undefined> | null> {
  if (!existsSync(file)) return null
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new NarrateError('source', `The credentials in ${file} cannot be read.`, {
      hint: 'Check the permissions of the file.',
      cause,
    })
  }
  const { parse } = await import('ini')
  return parse(text)
}

function tlsOptions({ env, cwd }: World): TlsOptions | null {
  const isUnchecked = /^(?:true|1)$/i.test(env.MLFLOW_TRACKING_INSECURE_TLS ?? '')
  const [authorities, own] = [
    pem('MLFLOW_TRACKING_SERVER_CERT_PATH', env.MLFLOW_TRACKING_SERVER_CERT_PATH, cwd),
    pem('MLFLOW_TRACKING_CLIENT_CERT_PATH', env.MLFLOW_TRACKING_CLIENT_CERT_PATH, cwd),
  ]
  if (!isUnchecked && authorities === null && own === null) return null
  return { isUnchecked, authorities, own }
}

function pem(variable: string, path: string | undefined, cwd: string): string | null {
  if (!path) return null
  try {
    return readFileSync(resolve(cwd, path), 'utf8')
  } catch (cause) {
    throw new NarrateError('source', `The certificate that ${variable} names cannot be read.`, {
      hint: 'It must be a PEM file.',
      cause,
    })
  }
}

function timeLimitOf(seconds: string | undefined): number {
  const limit = Number(seconds)
  return seconds && Number.isFinite(limit) && limit > 0 ? limit * 1000 : TIME_LIMIT
}
