/** A project on a server of Weights & Biases. */
export interface WandbAddress {
  /** What `/graphql` is appended to, without a slash at its end. */
  readonly base: string
  /** What people see of it: `/ENTITY/PROJECT/runs/ID` is appended. */
  readonly shown: string
  readonly entity: string
  readonly project: string
}

/** Where the server is that nobody named another for: its interface, and its pages. */
const PUBLIC = { base: 'https://api.wandb.ai', shown: 'https://wandb.ai' }
const PUBLIC_HOSTS = new Set(['wandb.ai', 'www.wandb.ai', 'app.wandb.ai', 'api.wandb.ai'])
/** Pages of a project that people copy the address of. */
const PAGES = new Set(['workspace', 'overview', 'runs', 'table', 'sweeps', 'reports', 'artifacts'])

/**
 * The project that a location names, or null where it names none: `wandb://ENTITY/PROJECT`, on the server of WANDB_BASE_URL or else the
 * public one; `https://wandb.ai/ENTITY/PROJECT`; the same at the host that WANDB_BASE_URL names. It looks at nothing but the text, so that
 * other kinds can tell what is not theirs.
 */
export function wandbAddress(
  location: string,
  env: Readonly<Record<string, string | undefined>>,
): WandbAddress | null {
  const own = baseOf(env.WANDB_BASE_URL)
  const plain = /^wandb:\/\/([^?#]*)$/i.exec(location)
  if (plain !== null) return addressOf(own ?? PUBLIC, plain[1] ?? '')
  if (!/^https?:\/\//i.test(location)) return null
  const url = URL.parse(location)
  if (url === null || url.username !== '' || url.password !== '') return null
  if (own !== null && url.host === URL.parse(own.base)?.host) {
    const root = URL.parse(own.shown)?.pathname.replace(/\/$/, '') ?? ''
    return url.pathname.startsWith(`${root}/`) ? addressOf(own, url.pathname.slice(root.length + 1)) : null
  }
  return url.protocol === 'https:' && PUBLIC_HOSTS.has(url.host) ? addressOf(PUBLIC, url.pathname) : null
}

function baseOf(written: string | undefined): Pick<WandbAddress, 'base' | 'shown'> | null {
  const url = written ? URL.parse(written) : null
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  if (PUBLIC_HOSTS.has(url.host)) return PUBLIC
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  return { base, shown: base.replace(/^(https:\/\/)api\.(?=[^/]*\bwandb\.ai)/, '$1') }
}

function addressOf(server: Pick<WandbAddress, 'base' | 'shown'>, path: string): WandbAddress | null {
  const [entity, project, page, ...more] = path
    .replace(/^\/+|\/+$/g, '')
    .split('/')
    .map(decoded)
  if (!isName(entity) || !isName(project) || more.length > 0) return null
  if (page !== undefined && (page === null || !PAGES.has(page))) return null
  return { ...server, entity, project }
}

/** W&B forbids these characters in names. */
function isName(name: string | null | undefined): name is string {
  return (
    typeof name === 'string' && name.length <= 256 && /^[^/\\#?%:\p{Cc}]+$/u.test(name) && !/^\.+$/.test(name)
  )
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}
