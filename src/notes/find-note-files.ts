import type { Dirent } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { messageOf } from '../errors.ts'
import { type Gap, gap } from '../gap.ts'

/** Folders that hold nothing a person wrote down. */
const SKIPPED = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.narrate',
  '.ipynb_checkpoints',
])

/**
 * Files of the project that the globs name, as paths relative to it with `/`, sorted. `*` and `?` stay within a name, `**`
 * crosses folders, `[a-z]`, `[!a]` and `{a,b}` are known; `!` before a glob takes files away. Folders that are links are
 * not followed, nor are links to files outside. A glob that leads out of the project or finds nothing is a gap.
 */
export async function findNoteFiles(
  project: string,
  globs: readonly string[],
  exclude: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly gaps: readonly Gap[] }> {
  const gaps: Gap[] = []
  const root = await realpath(project)
  const found = new Set<string>()
  const excluded = [...exclude.map((folder) => `${withoutDots(folder)}/`)]
  const without = globs
    .filter((glob) => glob.startsWith('!'))
    .map((glob) => globPattern(withoutDots(glob.slice(1))))
  for (const glob of globs.filter((one) => !one.startsWith('!'))) {
    const path = withoutDots(glob)
    if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.split('/').includes('..')) {
      gaps.push(gap('notes', glob, 'The pattern leads out of the project; only files in it are read.'))
      continue
    }
    const pattern = globPattern(path)
    const before = found.size
    const names = path.split('/')
    const magic = names.findIndex((name) => /[*?[{]/.test(name))
    const depth = names.includes('**') || /\*\*/.test(path) ? Number.POSITIVE_INFINITY : names.length
    const start = magic < 0 ? names.slice(0, -1) : names.slice(0, magic)
    let matched = 0
    for await (const entry of walk(root, start.join('/'), depth, gaps)) {
      if (!pattern.test(entry) || without.some((other) => other.test(entry))) continue
      if (excluded.some((folder) => `${entry}/`.startsWith(folder))) continue
      if (!(await staysInside(root, entry))) {
        gaps.push(gap('notes', entry, 'The file is a link that leads out of the project.'))
        continue
      }
      matched += 1
      found.add(entry)
    }
    if (matched === 0 && found.size === before) gaps.push(gap('notes', glob, 'No file matches the pattern.'))
  }
  return { files: [...found].toSorted(), gaps }
}

/** A glob as a regular expression over a path relative to the project. */
export function globPattern(glob: string): RegExp {
  let source = ''
  let braces = 0
  for (let index = 0; index < glob.length; index += 1) {
    const sign = glob.charAt(index)
    const set = sign === '[' ? /^\[([!^]?)([^\]/]+)\]/.exec(glob.slice(index)) : null
    if (glob.startsWith('**/', index)) {
      source += '(?:[^/]+/)*'
      index += 2
    } else if (glob.startsWith('**', index)) {
      source += '.*'
      index += 1
    } else if (sign === '*') source += '[^/]*'
    else if (sign === '?') source += '[^/]'
    else if (set) {
      source += `[${set[1] ? '^/' : ''}${(set[2] ?? '').replace(/[\\^[]/g, '\\$&')}]`
      index += set[0].length - 1
    } else if (sign === '{' && glob.includes('}', index)) {
      source += '(?:'
      braces += 1
    } else if (sign === '}' && braces > 0) {
      source += ')'
      braces -= 1
    } else if (sign === ',' && braces > 0) source += '|'
    else source += sign.replace(/[\\^$.|+()[\]{}]/, '\\$&')
  }
  return new RegExp(`^${source}${')'.repeat(braces)}$`, 'su')
}

async function* walk(root: string, folder: string, depth: number, gaps: Gap[]): AsyncGenerator<string> {
  let entries: readonly Dirent[]
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      gaps.push(gap('notes', folder, `The folder cannot be read: ${messageOf(error)}.`))
    }
    return
  }
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name) && path.split('/').length < depth) yield* walk(root, path, depth, gaps)
    } else if (entry.isFile() || entry.isSymbolicLink()) yield path
  }
}

async function staysInside(root: string, path: string): Promise<boolean> {
  try {
    const inside = relative(root, await realpath(join(root, path)))
    return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !/^[A-Za-z]:/.test(inside)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true
    throw error
  }
}

function withoutDots(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '')
}
