import { type Gap, gap, isGap } from '../gap.ts'
import type { World } from '../world.ts'
import type { BlamedLine, Commit } from './commit.ts'
import { findWorkTree, firstLine, type Git, parseBlame, runGit } from './git.ts'

/** A file that differs between two commits; lines are null where git takes it for no text. */
export interface ChangedFile {
  readonly path: string
  readonly added: number | null
  readonly removed: number | null
}

/** The code as git keeps it, read at commits by their ids: no work tree, no network, no program of the user's. */
export interface CodeHistory {
  /** Absolute path of the work tree. */
  readonly root: string
  /** The address it was cloned from, as git keeps it (it may hold a password); null where there is none. */
  remote(): Promise<string | null>
  /** The commit that an id or the beginning of one names; null where it names none here. */
  commit(id: string): Promise<Commit | Gap | null>
  /** The newest commit of HEAD that was there at a time (milliseconds since 1970); null where there was none. */
  newestBefore(at: number): Promise<Commit | Gap | null>
  /** Paths of all files at a commit, in git's order. */
  files(id: string): Promise<readonly string[] | Gap>
  /** A file's text at a commit; a gap where it is larger than `mostBytes` or no text; null where it is not there. */
  read(id: string, path: string, mostBytes: number): Promise<string | Gap | null>
  /** The name git has for a file's content at a commit; null where it is not there. */
  blob(id: string, path: string): Promise<string | Gap | null>
  /** Who wrote each line of a file as it is at a commit. */
  blame(id: string, path: string): Promise<ReadonlyMap<number, BlamedLine> | Gap>
  /** The files that differ from one commit to another; renamed ones are told twice. */
  changes(from: string, to: string): Promise<readonly ChangedFile[] | Gap>
}

/**
 * The history of the repository that holds a folder; null where there is none, a gap where git is missing or refuses. Ids
 * and paths may come from anywhere: what is no id or leaves the tree names nothing.
 */
export async function openCodeHistory(
  folder: string,
  world: Pick<World, 'env' | 'signal'>,
): Promise<CodeHistory | Gap | null> {
  const root = await findWorkTree(folder, world)
  if (typeof root !== 'string') return root
  const git: Git = (args) => runGit(root, args, world)
  return {
    root,
    remote: async () => {
      const answer = await git(['config', '--get', 'remote.origin.url'])
      return !isGap(answer) && answer.kind === 'output' ? answer.text.trim() || null : null
    },
    commit: (id) => readCommit(git, id),
    newestBefore: async (at) => {
      const until = `--until=${new Date(Math.max(at, 86_400_000)).toISOString().slice(0, 19)}Z`
      const answer = await git(['rev-list', '--max-count=1', until, 'HEAD', '--'])
      if (isGap(answer)) return answer
      return answer.kind === 'refused' ? null : readCommit(git, answer.text.trim())
    },
    files: async (id) => {
      if (!isId(id)) return []
      const answer = await git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', `${id}^{commit}`, '--'])
      if (isGap(answer)) return answer
      return answer.kind === 'refused' ? refused('its files', id, answer) : fieldsOf(answer.text)
    },
    read: (id, path, mostBytes) => readFile(git, id, path, mostBytes),
    blob: async (id, path) => {
      if (!isId(id) || !isInside(path)) return null
      const answer = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${id}:${path}`])
      if (isGap(answer)) return answer
      return answer.kind === 'refused' ? null : answer.text.trim()
    },
    blame: async (id, path) => {
      if (!isId(id) || !isInside(path)) return new Map()
      const answer = await git([
        'blame',
        '--porcelain',
        '-w',
        '--no-textconv',
        '--encoding=UTF-8',
        id,
        '--',
        path,
      ])
      if (isGap(answer)) return answer
      return answer.kind === 'refused' ? refused('git blame', path, answer) : parseBlame(answer.text)
    },
    changes: async (from, to) => {
      if (!isId(from) || !isId(to)) return []
      const answer = await git([
        'diff',
        '--numstat',
        '-z',
        '--no-renames',
        '--no-ext-diff',
        '--no-textconv',
        '--ignore-submodules',
        from,
        to,
        '--',
      ])
      if (isGap(answer)) return answer
      return answer.kind === 'refused'
        ? refused('git diff', `${from} ${to}`, answer)
        : parseChanges(answer.text)
    },
  }
}

const ID = /^[0-9a-f]{7,64}$/

function isId(text: string): boolean {
  return ID.test(text)
}

/** Whether a path stays in the tree and is none of git's special forms. */
function isInside(path: string): boolean {
  return (
    path !== '' &&
    !/[\0\n\r]/.test(path) &&
    !path.startsWith('/') &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  )
}

async function readCommit(git: Git, id: string): Promise<Commit | Gap | null> {
  if (!isId(id)) return null
  const known = await git(['cat-file', '-t', id])
  if (isGap(known)) return known
  if (known.kind === 'refused' || known.text.trim() !== 'commit') return null
  const answer = await git([
    'log',
    '--max-count=1',
    '--no-show-signature',
    '--no-notes',
    '--no-patch',
    '--encoding=UTF-8',
    '--format=%H%x1f%at%x1f%an%x1f%ae%x1f%s%x1f%b',
    id,
    '--',
  ])
  if (isGap(answer)) return answer
  if (answer.kind === 'refused') return refused('git commit', id, answer)
  const [hash = '', time = '', author = '', email = '', subject = '', ...body] = answer.text.split('\x1f')
  return { id: hash, author, email, at: Number(time) * 1000, subject, body: body.join('\x1f').trim() }
}

/** A blob as it is stored: no filter, no conversion of line ends, no text conversion. */
async function readFile(git: Git, id: string, path: string, mostBytes: number): Promise<string | Gap | null> {
  if (!isId(id) || !isInside(path)) return null
  const name = `${id}:${path}`
  const size = await git(['cat-file', '-s', name])
  if (isGap(size)) return size
  if (size.kind === 'refused') return null
  if (Number(size.text) > mostBytes)
    return gap(`file ${path}`, name, `it has ${size.text.trim()} bytes, more than are read`)
  const answer = await git(['cat-file', 'blob', name])
  if (isGap(answer)) return answer
  if (answer.kind === 'refused') return null
  return answer.text.includes('\0') ? gap(`file ${path}`, name, 'it is no text') : answer.text
}

function parseChanges(text: string): readonly ChangedFile[] {
  return fieldsOf(text).flatMap((field) => {
    const [, added = '', removed = '', path = ''] = /^(\d+|-)\t(\d+|-)\t(.+)$/s.exec(field) ?? []
    const count = (written: string): number | null => (written === '-' ? null : Number(written))
    return path === '' ? [] : [{ path, added: count(added), removed: count(removed) }]
  })
}

function fieldsOf(text: string): readonly string[] {
  return text.split('\0').filter((field) => field !== '')
}

function refused(what: string, where: string, answer: { readonly message: string }): Gap {
  return gap(what, where, `git refused: ${firstLine(answer.message)}.`)
}
