import { basename, extname } from 'node:path'
import { type Gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { fileAt, folderAt } from '../../files/path-at.ts'
import { isNoLogFolder, walkFolders } from '../../files/walk-folders.ts'

/** Where console logs are looked for: a folder, and which of its files are meant. */
export interface LogPlace {
  readonly root: string
  /** Whether a path below the root is a log. */
  readonly isLog: (name: string) => boolean
}

const DEEPEST = 8
const LOG_FILE = /\.(?:log|txt|out|stdout|err)$/i
/** Texts that stand beside logs and are none. */
const NO_LOG = /^(?:readme|licen[cs]e|requirements|changelog|notice|cmakelists|robots).*\.txt$/i

/** What a location means: a file, a folder (its `.log`, `.txt`, `.out`, `.stdout` and `.err`, at any level), or a glob (`runs/*\/log.txt`); null where nothing is there. */
export function logPlaceAt(location: string, world: World): LogPlace | null {
  const file = fileAt(location, world)
  if (file !== null) {
    const own = basename(file)
    const root = folderAt(file.slice(0, file.length - own.length), world)
    return root === null ? null : { root, isLog: (name) => name === own }
  }
  const folder = folderAt(location, world)
  if (folder !== null) return { root: folder, isLog: isLogName }
  const parts = location.split(/[\\/]/)
  const magic = parts.findIndex((part) => /[*?]/.test(part))
  if (magic === -1) return null
  const start = parts.slice(0, magic).join('/')
  const root = folderAt(start === '' ? (location.startsWith('/') ? '/' : '.') : start, world)
  const wanted = parts.slice(magic)
  return root === null ? null : { root, isLog: (name) => matchesParts(wanted, name.split('/')) }
}

/** Whether a file is called as logs are. */
export function isLogName(name: string): boolean {
  const own = basename(name)
  return LOG_FILE.test(extname(own)) && !NO_LOG.test(own)
}

/** The paths of the logs below the root, with `/`, in the order of a walk. */
export function* findLogs({
  root,
  isLog,
}: LogPlace): Generator<{ readonly name: string; readonly path: string } | Gap> {
  const enter = (name: string) => !isNoLogFolder(name) && name !== 'wandb' && name !== 'mlruns'
  for (const folder of walkFolders(root, { deepest: DEEPEST, enter })) {
    if (isGap(folder)) {
      yield folder
      continue
    }
    for (const file of folder.files) {
      const name = folder.name === '' ? file : `${folder.name}/${file}`
      if (isLog(name)) yield { name, path: `${folder.path}/${file}` }
    }
  }
}

/** Whether a path matches a glob, part by part: `**` is any number of folders, `*` and `?` stay within one. */
function matchesParts(wanted: readonly string[], parts: readonly string[]): boolean {
  const [first, ...others] = wanted
  if (first === undefined) return parts.length === 0
  if (first === '**')
    return matchesParts(others, parts) || (parts.length > 0 && matchesParts(wanted, parts.slice(1)))
  const [own, ...inner] = parts
  return own !== undefined && matchesName(first, own) && matchesParts(others, inner)
}

/** `*` and `?` without backtracking: each piece between stars stands at the first place it fits, the last at the end. */
function matchesName(wanted: string, name: string): boolean {
  const pieces = wanted.split('*')
  let at = 0
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1
    const from = isLast && index > 0 ? Math.max(at, name.length - piece.length) : at
    const found = placeOf(piece, name, from, index === 0 || (isLast && index > 0))
    if (found === -1) return false
    at = found + piece.length
  }
  return at === name.length || (pieces.length > 1 && pieces.at(-1) === '')
}

function placeOf(piece: string, name: string, from: number, isFixed: boolean): number {
  for (let at = from; at + piece.length <= name.length; at += 1) {
    let length = 0
    while (length < piece.length && (piece[length] === '?' || piece[length] === name[at + length]))
      length += 1
    if (length === piece.length) return at
    if (isFixed) return -1
  }
  return -1
}
