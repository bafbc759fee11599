import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a location points: a path on this machine, or a tracking service that is none. */
export type StoreLocation =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'service'; readonly scheme: string }

/**
 * What a tracking URI or a path means, relative paths taken from `directory`: `sqlite:///rel.db`, `sqlite:////abs.db`,
 * `file:` URIs and bare paths are on this machine, every other scheme is a service. Spelling: MLflow's tracking URIs,
 * SQLAlchemy's database URLs.
 */
export function parseLocation(location: string, directory: string): StoreLocation {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(location)?.[1]?.toLowerCase()
  if (scheme === 'file') return { kind: 'path', path: pathOfFileUri(location, directory) }
  if (scheme === 'sqlite' || scheme?.startsWith('sqlite+')) return databaseFile(location, scheme, directory)
  if (scheme !== undefined && (/^[^:]+:\/\//.test(location) || scheme.startsWith('databricks')))
    return { kind: 'service', scheme }
  if (/^databricks(-uc)?$/.test(location)) return { kind: 'service', scheme: location }
  return { kind: 'path', path: resolve(directory, location) }
}

function databaseFile(location: string, scheme: string, directory: string): StoreLocation {
  const path = location.slice(scheme.length + 1).replace(/\?.*$/s, '')
  // Three slashes begin a relative path, four an absolute one; no path, or `:memory:`, is a database in memory.
  if (!path.startsWith('///') || path === '///' || path === '///:memory:') return { kind: 'service', scheme }
  return { kind: 'path', path: resolve(directory, path.slice(3)) }
}

function pathOfFileUri(location: string, directory: string): string {
  const rest = location.slice('file:'.length)
  if (/^\/\/(localhost)?\//i.test(rest))
    return fileURLToPath(`file://${rest.replace(/^\/\/localhost/i, '//').slice(2)}`)
  // `file:mlruns` and `file://./mlruns` are no proper URIs, but MLflow takes them.
  const path = decodeURIComponent(rest.replace(/^\/\//, ''))
  return isAbsolute(path) ? path : resolve(directory, path)
}
