import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { World } from '../world.ts'
import type { BlamedLine, Commit, CommitQuery, FileVersion, Repository, SigningKeys } from './commit.ts'

/** Nothing of a user's configuration may start a program, colour, page or reorder what is read here. */
const PLAIN = [
  '--no-pager',
  '--literal-pathspecs',
  ...[
    'color.ui=false',
    'core.fsmonitor=false',
    'core.quotePath=false',
    'log.showSignature=false',
    'log.mailmap=false',
    'log.follow=false',
    'log.showRoot=true',
    'i18n.logOutputEncoding=UTF-8',
    'blame.coloring=none',
    'diff.external=',
  ].flatMap((setting) => ['-c', setting]),
]
const LARGEST = 256 * 1024 * 1024

/** What git said, or that it refused, or why it could not be asked. */
export type GitOutput =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  | Gap

/**
 * The git repository that holds a folder, read through the `git` command: null where there is none, a gap where git is
 * missing or refuses to read it (a repository of another owner).
 */
export async function openRepository(
  folder: string,
  world: Pick<World, 'env' | 'signal'>,
): Promise<Repository | Gap | null> {
  const root = await findWorkTree(folder, world)
  if (typeof root !== 'string') return root
  const git = (args: readonly string[]) => runGit(folder, args, world)
  return {
    root,
    identity: () => readIdentity(git),
    signingKeys: () => readSigningKeys(git),
    commits: (query) => readCommits(git, query),
    blame: (file) => readBlame(git, root, isAbsolute(file) ? file : resolve(folder, file)),
    versions: (file, most) => readVersions(git, root, isAbsolute(file) ? file : resolve(folder, file), most),
  }
}

/**
 * Absolute path of the work tree that holds a folder: null where there is none, a gap where git is missing or refuses to
 * read it (a repository of another owner).
 */
export async function findWorkTree(
  folder: string,
  world: Pick<World, 'env' | 'signal'>,
): Promise<string | Gap | null> {
  const top = await runGit(folder, ['rev-parse', '--show-toplevel'], world)
  if (isGap(top)) return top
  if (top.kind === 'output') return top.text.replace(/\r?\n$/, '')
  return /not a git repository|must be run in a work tree/i.test(top.message)
    ? null
    : gap('git repository', folder, `git refuses to read it: ${firstLine(top.message)}.`)
}

/** Asks git, in one repository. */
export type Git = (args: readonly string[]) => Promise<GitOutput>

async function readIdentity(
  git: Git,
): Promise<{ readonly name: string | null; readonly email: string | null }> {
  return { name: await readSetting(git, 'user.name'), email: await readSetting(git, 'user.email') }
}

async function readSigningKeys(git: Git): Promise<SigningKeys> {
  return {
    format: (await readSetting(git, 'gpg.format')) === 'ssh' ? 'ssh' : 'gpg',
    key: await readSetting(git, 'user.signingkey'),
    allowedSigners: await readSetting(git, 'gpg.ssh.allowedSignersFile'),
  }
}

async function readSetting(git: Git, key: string): Promise<string | null> {
  const answer = await git(['config', '--get', key])
  return !isGap(answer) && answer.kind === 'output' ? answer.text.trim() || null : null
}

/**
 * `--since` of git looks at the time of committing, which is never earlier than the author's on the same clock; the
 * author's time, which a rebase keeps, decides here. A commit that a rebase left on two branches is told once.
 */
async function readCommits(git: Git, query: CommitQuery): Promise<readonly (Commit | Gap)[]> {
  const head = await git(['rev-parse', '--verify', '--quiet', 'HEAD'])
  const heads = !isGap(head) && head.kind === 'output' ? ['HEAD'] : []
  const answer = await git([
    'log',
    '-z',
    '--no-merges',
    '--no-show-signature',
    '--no-notes',
    '--no-patch',
    '--encoding=UTF-8',
    // git takes small numbers of seconds for something else, and 0 for now.
    `--since=${new Date(Math.max(query.since, 86_400_000)).toISOString().slice(0, 19)}Z`,
    '--format=%H%x1f%at%x1f%an%x1f%ae%x1f%B',
    '--branches',
    ...heads,
    '--',
  ])
  if (isGap(answer)) return [answer]
  if (answer.kind === 'refused') {
    return [gap('git commits', 'git log', `git refused: ${firstLine(answer.message)}.`)]
  }
  const wanted = query.authors?.map((author) => author.toLowerCase())
  const seen = new Set<string>()
  const commits: (Commit | Gap)[] = []
  for (const record of answer.text.split('\0')) {
    if (record === '') continue
    const commit = parseCommit(record)
    if (!isGap(commit)) {
      if (commit.at < query.since || commit.at >= query.until) continue
      if (
        wanted &&
        !wanted.includes(commit.author.toLowerCase()) &&
        !wanted.includes(commit.email.toLowerCase())
      ) {
        continue
      }
      const same = JSON.stringify([commit.at, commit.email, commit.subject, commit.body])
      if (seen.has(same)) continue
      seen.add(same)
    }
    commits.push(commit)
  }
  return commits.toSorted((one, other) => (isGap(one) || isGap(other) ? 0 : one.at - other.at))
}

function parseCommit(record: string): Commit | Gap {
  const [id = '', time = '', author = '', email = '', ...message] = record.split('\x1f')
  if (!/^[0-9a-f]{40,64}$/.test(id) || !/^-?\d+$/.test(time)) {
    return gap('git commit', 'git log', 'A record of git log has not the form that was asked for.')
  }
  const [subject = '', ...rest] = message
    .join('\x1f')
    .trim()
    .split(/\n[ \t]*\n/)
  return {
    id,
    author,
    email,
    at: Number(time) * 1000,
    subject: subject.replace(/\s*\n\s*/g, ' '),
    body: rest.join('\n\n').trim(),
  }
}

async function readBlame(
  git: Git,
  root: string,
  path: string,
): Promise<ReadonlyMap<number, BlamedLine> | Gap> {
  const file = relative(await realpath(root), await realpath(path)).replaceAll('\\', '/')
  const tracked = await git(['-C', root, 'ls-files', '--error-unmatch', '--', file])
  if (isGap(tracked)) return tracked
  if (tracked.kind === 'refused') return new Map()
  const answer = await git([
    '-C',
    root,
    'blame',
    '--porcelain',
    '-w',
    '--no-textconv',
    '--encoding=UTF-8',
    '--',
    file,
  ])
  if (isGap(answer)) return answer
  if (answer.kind === 'output') return parseBlame(answer.text)
  // A file that is staged and in no commit yet has no committed line.
  if (/no such (?:path|ref)|bad revision/i.test(answer.message)) return new Map()
  return gap('git blame', file, `git refused: ${firstLine(answer.message)}.`)
}

async function readVersions(
  git: Git,
  root: string,
  path: string,
  most: number,
): Promise<readonly FileVersion[] | Gap> {
  const file = relative(await realpath(root), await realpath(path)).replaceAll('\\', '/')
  const head = await git(['rev-parse', '--verify', '--quiet', 'HEAD'])
  if (isGap(head)) return head
  if (head.kind === 'refused') return []
  const log = await git([
    '-C',
    root,
    'log',
    '-z',
    `--max-count=${most}`,
    '--no-show-signature',
    '--no-notes',
    '--no-patch',
    '--encoding=UTF-8',
    '--format=%H%x1f%at%x1f%ct%x1f%an',
    'HEAD',
    '--',
    file,
  ])
  if (isGap(log)) return log
  if (log.kind === 'refused') return gap('git history', file, `git refused: ${firstLine(log.message)}.`)
  const versions: FileVersion[] = []
  for (const record of log.text.split('\0')) {
    const [commit = '', authored = '', committed = '', author = ''] = record.trim().split('\x1f')
    if (!/^[0-9a-f]{40,64}$/.test(commit)) continue
    const shown = await git(['-C', root, 'show', '--no-textconv', `${commit}:${file}`])
    if (isGap(shown)) return shown
    versions.push({
      commit,
      author,
      at: Math.max(Number(authored), Number(committed)) * 1000,
      text: shown.kind === 'output' ? shown.text : null,
    })
  }
  return versions
}

/** Porcelain form: a header per line, facts of a commit the first time it is named, the line behind a tab. */
export function parseBlame(text: string): ReadonlyMap<number, BlamedLine> {
  const lines = new Map<number, BlamedLine>()
  const commits = new Map<string, { author: string; at: number }>()
  let id = ''
  let number = 0
  for (const row of text.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$/.exec(row)
    if (row.startsWith('\t')) {
      const commit = commits.get(id)
      if (commit && !/^0+$/.test(id)) lines.set(number, { commit: id, ...commit })
    } else if (header?.[1]) {
      id = header[1]
      number = Number(header[2])
      if (!commits.has(id)) commits.set(id, { author: '', at: 0 })
    } else {
      const commit = commits.get(id)
      if (commit && row.startsWith('author ')) commit.author = row.slice(7)
      if (commit && row.startsWith('author-time ')) commit.at = Number(row.slice(12)) * 1000
    }
  }
  return lines
}

/** Runs git in a folder, without a shell, without what a user's configuration or environment would start, fetch or change. */
export function runGit(
  folder: string,
  args: readonly string[],
  world: Pick<World, 'env' | 'signal'>,
): Promise<GitOutput> {
  const options = {
    cwd: folder,
    env: environmentOf(world.env),
    maxBuffer: LARGEST,
    encoding: 'utf8',
    windowsHide: true,
    signal: world.signal,
  } as const
  return new Promise((resolveOutput, reject) => {
    execFile('git', [...PLAIN, ...args], options, (error, stdout, stderr) => {
      if (!error) resolveOutput({ kind: 'output', text: stdout })
      else if (error.name === 'AbortError') reject(error)
      else if (typeof error.code === 'number') {
        resolveOutput({ kind: 'refused', code: error.code, message: stderr })
      } else if (error.code === 'ENOENT') {
        resolveOutput(gap('git', folder, 'The git command is not installed, or the folder does not exist.'))
      } else resolveOutput(gap('git', folder, `git could not be run: ${messageOf(error)}.`))
    })
  })
}

/** The user's environment without what would point git at another repository, or let it ask or download. */
function environmentOf(env: World['env']): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|NAMESPACE|COMMON_DIR|EXTERNAL_DIFF|TRACE.*)$/.test(
        entry[0],
      ),
  )
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_PAGER: 'cat',
    LC_ALL: 'C',
    LANGUAGE: '',
  }
}

/** The first line of what git said, without its full stop. */
export function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/\.$/, '')
}
