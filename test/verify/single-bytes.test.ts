import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseMarkdown } from '../../src/cli/markdown-parser.ts'
import { PACKAGE_ROOT, readVersion } from '../../src/cli/package-root.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import type { JsonObject, JsonValue } from '../../src/json.ts'
import { parseMarkdownFile } from '../../src/stores/front-matter.ts'
import { parseRecordText } from '../../src/stores/parse-record-text.ts'
import type { Store } from '../../src/stores/store.ts'
import { verifyStore } from '../../src/verify/verify-store.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

/** How many bytes are changed: NARRATE_BYTES=1000 reports on a thousand. */
const CHANGES = Number(process.env.NARRATE_BYTES ?? 40)
const DAYS = ['2026-03-03', '2026-03-09']

const composer = { templates: templateEngine(PACKAGE_ROOT), version: readVersion() }
let project: VerifiedProject

beforeAll(async () => {
  project = await verifiedProject(DAYS)
})

afterAll(() => project.remove())

type Files = Readonly<Record<string, { readonly markdown: Buffer; readonly evidence: Buffer }>>

const parsed = new WeakMap<Buffer, JsonObject>()

/** A store over bytes in memory that reads them as the store of folders does. */
function storeOf(files: Files): Pick<Store, 'contents' | 'evidence'> {
  return {
    contents: async () => ({
      documents: Object.entries(files).map(([id, { markdown }]) => ({
        id,
        path: `log/${id}.md`,
        markdown: markdown.toString('utf8'),
      })),
      recordIds: Object.keys(files),
      redactions: [],
      gaps: [],
    }),
    async evidence(id) {
      const bytes = files[id]?.evidence ?? Buffer.of()
      const known = parsed.get(bytes)
      if (known !== undefined) return { value: known }
      const read = parseRecordText(bytes.toString('utf8'))
      if ('value' in read) parsed.set(bytes, read.value)
      return read
    },
  }
}

function changed(bytes: Buffer, random: ReturnType<typeof seededRandom>): { bytes: Buffer; how: string } {
  const at = random.whole(0, bytes.length - 1)
  const before = bytes[at] ?? 0
  const near = JSON.stringify(bytes.toString('latin1', Math.max(0, at - 12), at + 12))
  switch (random.whole(0, 3)) {
    case 0: {
      const flipped = Buffer.from(bytes)
      flipped[at] = before ^ (1 << random.whole(0, 7))
      return { bytes: flipped, how: `bit of byte ${at} flipped: ${near}` }
    }
    case 1: {
      const written = Buffer.from(bytes)
      written[at] = random.whole(32, 126)
      return { bytes: written, how: `byte ${at} becomes ${String.fromCharCode(written[at] ?? 0)}: ${near}` }
    }
    case 2:
      return {
        bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
        how: `byte ${at} taken out: ${near}`,
      }
    default: {
      const put = random.whole(32, 126)
      return {
        bytes: Buffer.concat([bytes.subarray(0, at), Buffer.from([put]), bytes.subarray(at)]),
        how: `${String.fromCharCode(put)} put in at ${at}: ${near}`,
      }
    }
  }
}

/** What a Markdown file says, as a parser that verification does not use reads it. */
function meaningOf(markdown: string): string {
  const parts = parseMarkdownFile(markdown)
  if (parts.kind !== 'parts') return markdown
  const words = (value: unknown): unknown =>
    typeof value === 'string'
      ? value.replace(/\s+/g, ' ').trim()
      : Array.isArray(value)
        ? value.map(words)
        : value
  const frontMatter = Object.entries(parts.frontMatter)
    .map(([name, value]) => [name, words(value)])
    .filter(([name]) => KNOWN.has(String(name)))
  return JSON.stringify([frontMatter, tokensOf(parseMarkdown(parts.body) ?? parts.body)])
}

/** The names of front matter that narrate writes; others are a person's own. */
const KNOWN = new Set(
  'id kind title date project author runs notes model supersedes evidence evidenceDigest'.split(' '),
)

function tokensOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tokensOf).filter((one) => one !== null)
  if (typeof value !== 'object' || value === null) return value
  const { type, ...token } = value as Record<string, unknown>
  if (type === 'space') return null
  const inner = type === 'table' ? [] : (token.tokens ?? token.items)
  const text = inner === undefined ? String(token.text ?? token.raw ?? '').replace(/\s+/g, ' ') : undefined
  const cells = type === 'table' ? [tokensOf(token.header), tokensOf(token.rows)] : undefined
  return [type, token.depth, token.href, cells, inner === undefined ? text?.trim() : tokensOf(inner)]
}

function isSameJson(a: string, b: string): boolean {
  const sorted = (value: JsonValue): JsonValue =>
    typeof value !== 'object' || value === null
      ? value
      : Array.isArray(value)
        ? value.map(sorted)
        : Object.fromEntries(
            Object.entries(value)
              .toSorted(([x], [y]) => (x < y ? -1 : 1))
              .map(([name, member]) => [name, sorted(member)]),
          )
  try {
    return JSON.stringify(sorted(JSON.parse(a))) === JSON.stringify(sorted(JSON.parse(b)))
  } catch {
    return false
  }
}

test(`each of ${CHANGES} changed bytes is found, or carried no meaning`, {
  timeout: 60_000 + CHANGES * 1000,
}, async () => {
  const files: Record<string, { markdown: Buffer; evidence: Buffer }> = {}
  for (const id of project.ids)
    files[id] = {
      markdown: Buffer.from(await project.markdown(id)),
      evidence: Buffer.from(`${JSON.stringify(await project.record(id), null, 2)}\n`),
    }
  const random = seededRandom(20261121)
  const missed: string[] = []
  const harmless: string[] = []
  let found = 0
  let unchanged = 0
  for (let index = 0; index < CHANGES; index++) {
    const id = project.ids[random.whole(0, project.ids.length - 1)] ?? ''
    const kind = random.chance(0.6) ? 'markdown' : 'evidence'
    const whole = files[id]
    if (whole === undefined) throw new Error(`no document ${id}`)
    const { bytes, how } = changed(whole[kind], random)
    if (bytes.equals(whole[kind])) {
      unchanged++
      continue
    }
    const store = storeOf({ ...files, [id]: { ...whole, [kind]: bytes } })
    const { documents, findings } = await verifyStore(store, composer, 'all', () => undefined)
    const count = findings.length + documents.reduce((sum, one) => sum + one.findings.length, 0)
    if (count > 0) {
      found++
      continue
    }
    const [before, after] = [whole[kind].toString('utf8'), bytes.toString('utf8')]
    const isHarmless =
      kind === 'markdown' ? meaningOf(before) === meaningOf(after) : isSameJson(before, after)
    ;(isHarmless ? harmless : missed).push(`${kind} ${how}`)
  }
  if (process.env.NARRATE_BYTES !== undefined)
    process.stdout.write(
      `${CHANGES} single-byte changes: ${found} found, ${harmless.length} without meaning, ${missed.length} missed, ${unchanged} changed nothing\n${harmless.map((one) => `  harmless: ${one}`).join('\n')}\n${missed.map((one) => `  MISSED: ${one}`).join('\n')}\n`,
    )
  expect(missed).toEqual([])
  expect(found).toBeGreaterThan(CHANGES / 2)
})
