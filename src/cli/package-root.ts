import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json, prompts, templates and examples, in a checkout and in the published package. */
export const PACKAGE_ROOT: string = fileURLToPath(new URL('../..', import.meta.url))

/** The version that package.json states. */
export function readVersion(): string {
  const stated: unknown = JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'))
  if (typeof stated === 'object' && stated !== null && 'version' in stated) return String(stated.version)
  throw new Error('package.json states no version')
}
