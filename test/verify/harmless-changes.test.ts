import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

let project: VerifiedProject
let narrative: string

beforeAll(async () => {
  project = await verifiedProject(['2026-03-03', '2026-03-09'])
  narrative = path.join(project.root, 'narrative')
  await cp(narrative, path.join(project.root, 'as-saved'), { recursive: true })
})

beforeEach(async () => {
  await rm(narrative, { recursive: true, force: true })
  await rm(path.join(project.root, '.git'), { recursive: true, force: true })
  await cp(path.join(project.root, 'as-saved'), narrative, { recursive: true })
})

afterAll(() => project.remove())

/** Rewrites every Markdown document, front matter and body apart. */
async function rewrite(body: (text: string) => string, frontMatter = (yaml: string) => yaml): Promise<void> {
  for (const name of await readdir(path.join(narrative, 'log'))) {
    const file = path.join(narrative, 'log', name)
    const text = await readFile(file, 'utf8')
    const end = text.indexOf('\n---\n', 4) + 5
    await writeFile(file, `${frontMatter(text.slice(0, end))}${body(text.slice(end))}`)
  }
}

async function rewriteEvidence(change: (text: string) => string): Promise<void> {
  for (const name of await readdir(path.join(narrative, 'evidence'))) {
    const file = path.join(narrative, 'evidence', name)
    await writeFile(file, change(await readFile(file, 'utf8')))
  }
}

function git(...words: readonly string[]): string {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main']
  return execFileSync('git', [...identity, '-C', project.root, ...words], {
    env: { PATH: process.env.PATH, HOME: project.root, GIT_CONFIG_NOSYSTEM: '1' },
    stdio: 'pipe',
    encoding: 'utf8',
  })
}

function commit(message: string): void {
  git('add', 'narrative')
  git('commit', '-qm', message)
}

function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith('|') || line.startsWith('#') || line.startsWith('<')) return line
      const indent = line.startsWith('- ') ? '  ' : ''
      const lines: string[] = []
      for (const word of line.split(' ')) {
        const last = lines.at(-1)
        // No formatter begins a line with what would make a list or a heading of it.
        if (last === undefined || last.length + word.length < width || /^([-+*#>=|]|\d+[.)])/.test(word))
          lines[Math.max(0, lines.length - 1)] = last === undefined ? word : `${last} ${word}`
        else lines.push(`${indent}${word}`)
      }
      return lines.join('\n')
    })
    .join('\n')
}

function padded(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line.startsWith('|')
        ? line
            .split(/(?<!\\)\|/)
            .map((cell) =>
              /^ ?-+ ?$/.test(cell) ? ` ${'-'.repeat(20)} ` : cell === '' ? '' : cell.padEnd(24),
            )
            .join('|')
        : line,
    )
    .join('\n')
}

/** A body changed outside of lines that hold quotations, where marks may be a person's. */
const outsideTables = (change: (line: string) => string) => (text: string) =>
  text
    .split('\n')
    .map((line) => (line.startsWith('|') ? line : change(line)))
    .join('\n')

const CHANGES: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'emphasis by underscores',
    () => rewrite((text) => text.replace(/(?<![*\\])\*([^*\n]+)(?<!\\)\*(?!\*)/g, '_$1_')),
  ],
  [
    'strong by underscores',
    () => rewrite((text) => text.replace(/(?<!\\)\*\*([^*\n]+)(?<!\\)\*\*/g, '__$1__')),
  ],
  ['list markers as stars', () => rewrite((text) => text.replace(/^- /gm, '* '))],
  ['list markers as pluses, indented', () => rewrite((text) => text.replace(/^- /gm, '  +   '))],
  ['padded tables', () => rewrite(padded)],
  [
    'tables without padding',
    () => rewrite((text) => text.replace(/^\|.*$/gm, (row) => row.replace(/ *(?<!\\)\| */g, '|'))),
  ],
  ['aligned columns', () => rewrite((text) => text.replace(/\| --- /g, '| :--: '))],
  ['lines wrapped at sixty characters', () => rewrite((text) => wrapped(text, 60))],
  ['empty lines between list items', () => rewrite((text) => text.replace(/\n- /g, '\n\n- '))],
  [
    'more characters escaped',
    () => rewrite(outsideTables((line) => line.replace(/(?<=\p{L})_(?=\p{L})/gu, '\\_'))),
  ],
  ['characters no longer escaped', () => rewrite((text) => text.replace(/\\~/g, '~'))],
  ['entities for characters', () => rewrite(outsideTables((line) => line.replace(/"/g, '&quot;')))],
  [
    'Windows line ends',
    () =>
      rewrite(
        (text) => text.replace(/\n/g, '\r\n'),
        (yaml) => yaml.replace(/\n/g, '\r\n'),
      ),
  ],
  [
    'a byte order mark',
    () =>
      rewrite(
        (text) => text,
        (yaml) => `\uFEFF${yaml}`,
      ),
  ],
  ['no newline at the end', () => rewrite((text) => text.trimEnd())],
  [
    'spaces at line ends and empty lines at the end',
    () => rewrite((text) => `${text.replace(/\n/g, '  \n')}\n\n\n`),
  ],
  [
    'decomposed characters in document and evidence',
    async () => {
      await rewrite(
        (text) => text.normalize('NFD'),
        (yaml) => yaml.normalize('NFD'),
      )
      await rewriteEvidence((text) => text.normalize('NFD'))
    },
  ],
  [
    'front matter in other quotes, in another order, with a field of mine',
    () =>
      rewrite(
        (text) => text,
        (yaml) => {
          const [open = '', ...lines] = yaml.trimEnd().split('\n')
          const fields = lines.slice(0, -1)
          const simple = fields.filter((line) => /^\w+: /.test(line))
          const lists = fields.filter((line) => !/^\w+: /.test(line))
          const quoted = simple.toReversed().map((line) => line.replace(/^(\w+): "?([^"']*?)"?$/, "$1: '$2'"))
          return `${[open, ...lists, ...quoted, 'tags: [mine]', '---'].join('\n')}\n`
        },
      ),
  ],
  ['evidence indented by four', () => rewriteEvidence((text) => JSON.stringify(JSON.parse(text), null, 4))],
  [
    'evidence on one line, its names in another order, with Windows line ends',
    () =>
      rewriteEvidence((text) => {
        const value: Record<string, unknown> = JSON.parse(text)
        return `\uFEFF${JSON.stringify(Object.fromEntries(Object.entries(value).toReversed()))}\r\n`
      }),
  ],
  [
    'documents renamed and moved into folders',
    async () => {
      await mkdir(path.join(narrative, 'log/2026/march'), { recursive: true })
      for (const [index, id] of project.ids.entries())
        await rename(project.pathOf(id), path.join(narrative, `log/2026/march/day ${index}.md`))
    },
  ],
  [
    'the whole store moved',
    async () => {
      await rename(narrative, path.join(project.root, 'docs'))
      await rename(path.join(project.root, 'docs'), narrative)
    },
  ],
  [
    'a history squashed into one commit',
    async () => {
      git('init', '-q')
      for (const id of project.ids) {
        git('add', project.pathOf(id), project.evidencePathOf(id))
        git('commit', '-qm', id)
      }
      git('checkout', '-q', '--orphan', 'squashed')
      commit('all')
      git('branch', '-D', 'main')
      git('gc', '-q', '--prune=now')
    },
  ],
  [
    'a checkout with core.autocrlf',
    async () => {
      git('init', '-q')
      commit('all')
      git('config', 'core.autocrlf', 'true')
      await rm(narrative, { recursive: true })
      git('checkout', '-q', '--', 'narrative')
    },
  ],
]

test.each(CHANGES)('%s: no finding', async (_, change) => {
  await change()
  const { code, stdout } = await project.run(['verify', '--json', '--quiet'])
  const { documents, findings } = JSON.parse(stdout)
  expect([findings, ...documents.map((one: { findings: unknown }) => one.findings)]).toEqual([[], [], []])
  expect(code).toBe(0)
})

test('the changes do change something', async () => {
  for (const [name, change] of CHANGES.slice(0, 20)) {
    const before = await contents()
    await change()
    expect(await contents(), name).not.toEqual(before)
    await rm(narrative, { recursive: true, force: true })
    await cp(path.join(project.root, 'as-saved'), narrative, { recursive: true })
  }
})

async function contents(): Promise<readonly string[]> {
  const all: string[] = []
  for (const folder of ['log', 'evidence'])
    for (const name of (await readdir(path.join(narrative, folder))).sort())
      all.push(await readFile(path.join(narrative, folder, name), 'latin1'))
  return all
}

describe('in git', () => {
  async function write(day: string): Promise<void> {
    const written = await project.run(['log', '--yes', '--all-users', '--since', day, '--until', day], {
      now: Date.parse(`${day}T22:00:00Z`),
    })
    expect(written.code).toBe(0)
    commit(day)
  }

  test('two branches with an entry each, merged: two heads and no finding; nor after the next entry', async () => {
    git('init', '-q')
    commit('base')
    git('checkout', '-qb', 'other')
    await write('2026-03-04')
    git('checkout', '-q', 'main')
    await write('2026-03-05')
    git('merge', '-q', '--no-edit', 'other')
    const merged = await project.run(['verify', '--json', '--quiet'])
    expect(JSON.parse(merged.stdout).heads).toHaveLength(2)
    expect(merged.code).toBe(0)
    await write('2026-03-06')
    const next = await project.run(['verify', '--json', '--quiet'])
    expect(JSON.parse(next.stdout).heads).toHaveLength(1)
    expect(next.code).toBe(0)
  })
})
