import { cutText } from '../evidence/cut-text.ts'
import { chooseSiblings } from '../evidence/setup/choose-siblings.ts'
import { cluesOfTexts, isLog, isStatus, type ReadText } from '../evidence/setup/clues-of-texts.ts'
import { notebookCode } from '../evidence/setup/notebook-code.ts'
import { isConfigFile } from '../evidence/setup/parse-config.ts'
import { isEnvironmentFile } from '../evidence/setup/parse-environment.ts'
import { parseScript } from '../evidence/setup/parse-script.ts'
import { isSameName } from '../evidence/setup/setup-item.ts'
import { emptySubject, type SetupSubject } from '../evidence/setup/setup-subject.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { CodeHistory } from '../repository/code-history.ts'
import type { Commit } from '../repository/commit.ts'
import type { Artifact, Run } from '../runs/run.ts'
import type { RunSource } from '../runs/run-source.ts'

/** What a setup is read from: the run, its source, the other runs of its experiment, the code's history where there is one. */
export interface SetupPlace {
  readonly run: Run
  readonly source: RunSource
  readonly others: readonly Run[]
  readonly history: CodeHistory | null
  readonly mask: (text: string) => string
  readonly signal: AbortSignal
}

const MOST_ARTIFACTS = 16
const MOST_BYTES = 256 * 1024
/** Most of a notebook is its pictures. */
const MOST_NOTEBOOK_BYTES = 8 * 1024 * 1024
const HEAD_BYTES = 48 * 1024
const MOST_SCRIPTS = 40
const MOST_CONFIGS = 8
const MOST_ENVIRONMENTS = 6
const MOST_MODULES = 6
const MOST_CHANGED = 40
const FEWEST_OPTIONS = 3
const FEWEST_NAMED = 4

/** Reads what the run left and what its code says; what cannot be read is a gap. Everything is masked before it is parsed. */
export async function readSetup(
  place: SetupPlace,
): Promise<{ readonly subject: SetupSubject; readonly gaps: readonly Gap[] }> {
  const { run } = place
  const gaps: Gap[] = []
  const artifacts = await readArtifacts(place, gaps)
  const code = await readCode(place, artifacts, gaps)
  const told = cluesOfTexts(
    [...artifacts, ...(code?.texts ?? [])],
    code?.script ?? scriptAmong(artifacts, run),
    (path) => code?.named.has(path) === true,
  )
  const environment =
    artifacts.find(({ path }) => /(^|\/)requirements[\w.-]*\.txt$/.test(path)) ??
    code?.texts.find(({ path }) => /(^|\/)requirements[\w.-]*\.txt$/.test(path))
  return {
    subject: {
      ...emptySubject(run.key),
      clues: told.clues.map((clue) => ({ ...clue, value: cutText(clue.value, 300) })),
      options: [...told.options],
      style: told.style,
      commit: code?.commit ?? null,
      script: code?.script ?? null,
      requirements: environment === undefined ? null : { path: environment.path, from: environment.from },
      changes: code === null ? [] : [...code.changes],
      remote: code?.remote ?? null,
      people: code === null ? [] : [...code.people],
      looked: [...artifacts, ...(code?.texts ?? [])].map(({ prefix, path }) => `${prefix}${path}`),
    },
    gaps,
  }
}

/** The run's own files that may tell of its setup: environments, configurations, code, heads of logs, what git said. */
async function readArtifacts(
  { run, source, mask, signal }: SetupPlace,
  gaps: Gap[],
): Promise<readonly ReadText[]> {
  const wanted: Artifact[] = []
  for await (const found of source.artifacts(run.key)) {
    signal.throwIfAborted()
    if (isGap(found)) gaps.push(found)
    else if (found.size > 0 && rankOfArtifact(found.path) !== null) wanted.push(found)
  }
  const texts: ReadText[] = []
  const chosen = wanted
    .toSorted(
      (a, b) => (rankOfArtifact(a.path) ?? 9) - (rankOfArtifact(b.path) ?? 9) || (a.path < b.path ? -1 : 1),
    )
    .slice(0, MOST_ARTIFACTS)
  for (const { path } of chosen) {
    signal.throwIfAborted()
    const bytes = await source.readArtifact(run.key, path, {
      from: 'head',
      bytes: isLog(path) ? HEAD_BYTES : MOST_BYTES,
    })
    if ('kind' in bytes) gaps.push(bytes)
    else if (!bytes.includes(0))
      texts.push({ path, text: mask(new TextDecoder().decode(bytes)), from: 'artifact', prefix: '' })
  }
  return texts
}

function rankOfArtifact(path: string): number | null {
  if (isEnvironmentFile(path)) return 0
  if (isConfigFile(path)) return 1
  if (isStatus(path)) return 2
  if (isLog(path)) return 3
  return path.endsWith('.py') ? 4 : null
}

/** The script among files that the run kept. */
function scriptAmong(texts: readonly ReadText[], { code }: Run): string | null {
  const scripts = texts.filter(({ path }) => path.endsWith('.py')).map(({ path }) => path)
  const name = lastPart(code.entryPoint ?? '')
  return (
    scripts.find((path) => lastPart(path) === name) ?? (scripts.length === 1 ? (scripts[0] ?? null) : null)
  )
}

interface ReadCode {
  readonly commit: NonNullable<SetupSubject['commit']>
  readonly texts: readonly ReadText[]
  readonly script: string | null
  /** Configurations that a command or the script names. */
  readonly named: ReadonlySet<string>
  readonly changes: SetupSubject['changes']
  readonly people: SetupSubject['people']
  readonly remote: string | null
}

async function readCode(
  place: SetupPlace,
  artifacts: readonly ReadText[],
  gaps: Gap[],
): Promise<ReadCode | null> {
  const { run, history, mask } = place
  if (history === null) return null
  const commit = await findCommit(place, gaps)
  if (commit === null) return null
  const { id, isAssumed } = commit
  const files = await history.files(id)
  if (isGap(files)) {
    gaps.push(files)
    return null
  }
  const prefix = `${id.slice(0, 8)}:`
  const from = isAssumed ? ('assumed commit' as const) : ('commit' as const)
  const read = async (path: string): Promise<ReadText | null> => {
    place.signal.throwIfAborted()
    const isNotebook = path.endsWith('.ipynb')
    const text = await history.read(id, path, isNotebook ? MOST_NOTEBOOK_BYTES : MOST_BYTES)
    if (text === null || typeof text !== 'string') return null
    const code = isNotebook ? notebookCode(text) : text
    return code === null ? null : { path, text: mask(code), from, prefix }
  }
  const script = await findScript(place, files, read)
  const main = script === null ? null : await read(script)
  const parsed = main === null ? null : parseScript(main)
  const words = [
    run.tags.get('command') ?? '',
    ...run.params.values(),
    ...artifacts.filter(({ path }) => isLog(path)).map(({ text }) => text.slice(0, 4000)),
  ].join('\n')
  const configs = files.filter((path) => isConfigFile(path) && path.split('/').length <= 4)
  const named = new Set(
    configs.filter(
      (path) =>
        words.includes(path) ||
        (words.includes(lastPart(path)) && lastPart(path).length > 6) ||
        (parsed?.hydra != null &&
          lastPart(path).replace(/\.ya?ml$/, '') === parsed.hydra.name.replace(/\.ya?ml$/, '')),
    ),
  )
  const chosen = [
    ...files
      .filter((path) => isEnvironmentFile(path) && path.split('/').length <= 2)
      .slice(0, MOST_ENVIRONMENTS),
    ...(named.size > 0 ? configs.filter((path) => named.has(path)) : configs).slice(0, MOST_CONFIGS),
    ...modulesOf(script, parsed?.imports ?? [], files).slice(0, MOST_MODULES),
  ]
  const texts: ReadText[] = main === null ? [] : [main]
  for (const path of new Set(chosen)) {
    const text = path === script ? null : await read(path)
    if (text !== null) texts.push(text)
  }
  return {
    commit,
    texts,
    script,
    named,
    changes: await changesBeside(place, id, gaps),
    people: await peopleOf(history, commit, script, parsed, gaps),
    remote: await remoteOf(history, mask),
  }
}

/** The commit that the log names; where it names none, the newest at the run's start, which is assumed. */
async function findCommit(
  { run, history }: SetupPlace,
  gaps: Gap[],
): Promise<NonNullable<SetupSubject['commit']> | null> {
  if (history === null) return null
  const logged = run.code.commit
  const found =
    logged !== null
      ? await history.commit(logged)
      : run.startedAt === null
        ? null
        : await history.newestBefore(run.startedAt)
  if (found === null) {
    if (logged !== null)
      gaps.push(
        gap(
          `commit ${logged.slice(0, 12)}`,
          history.root,
          'the repository does not have it: no code could be read',
        ),
      )
    return null
  }
  if (isGap(found)) {
    gaps.push(found)
    return null
  }
  return toCommit(found, logged === null)
}

function toCommit(
  { id, at, author, subject }: Commit,
  isAssumed: boolean,
): NonNullable<SetupSubject['commit']> {
  return { id, at, author, subject: cutText(subject, 200), isAssumed }
}

/** The script in the repository: the one that the log names; else the only one that takes the run's settings as options. */
async function findScript(
  { run }: SetupPlace,
  files: readonly string[],
  read: (path: string) => Promise<ReadText | null>,
): Promise<string | null> {
  const entry = (run.code.entryPoint ?? '').replaceAll('\\', '/')
  const scripts = files.filter((path) => /\.(?:py|ipynb)$/.test(path) && !/checkpoint/i.test(path))
  const isEnd = (path: string): boolean =>
    entry === path || entry.endsWith(`/${path}`) || path.endsWith(`/${entry}`)
  const exact = scripts.filter(isEnd)
  const alike =
    exact.length > 0 ? exact : scripts.filter((path) => entry !== '' && lastPart(path) === lastPart(entry))
  if (alike.length > 0) return alike.toSorted((a, b) => b.length - a.length)[0] ?? null
  if (/\.(?:py|ipynb)$/.test(entry) || run.params.size === 0) return null
  const likely = scripts
    .filter((path) => !/(^|\/)(tests?|docs?|setup)(\/|_|\.py)/.test(path))
    .toSorted(
      (a, b) => Number(/train|main|run|fit|pipeline/.test(b)) - Number(/train|main|run|fit|pipeline/.test(a)),
    )
    .slice(0, MOST_SCRIPTS)
  const params = [...run.params.keys()]
  const scored: { readonly path: string; readonly options: number; readonly named: number }[] = []
  for (const path of likely) {
    const text = await read(path)
    if (text === null) continue
    const values = /add_argument|@click|hydra\.main|DEFINE_|@dataclass/.test(text.text)
      ? parseScript(text).values
      : []
    scored.push({
      path,
      options: params.filter((name) => values.some((one) => one.flag !== null && isSameName(one.name, name)))
        .length,
      named: params.filter((name) => text.text.includes(`"${name}"`) || text.text.includes(`'${name}'`))
        .length,
    })
  }
  return (
    mostOf(scored, 'options', Math.min(FEWEST_OPTIONS, Math.max(2, params.length))) ??
    mostOf(scored, 'named', Math.max(FEWEST_NAMED, params.length / 2))
  )
}

/** The file that has the most, where it has enough and no other as many. */
function mostOf<Name extends string>(
  scored: readonly ({ readonly path: string } & Readonly<Record<Name, number>>)[],
  what: Name,
  least: number,
): string | null {
  const [best, second] = scored.toSorted((a, b) => b[what] - a[what])
  return best !== undefined && best[what] >= least && best[what] > (second?.[what] ?? 0) ? best.path : null
}

/** Files of the repository that the script imports. */
function modulesOf(
  script: string | null,
  imports: readonly string[],
  files: readonly string[],
): readonly string[] {
  const folder = script === null ? '' : script.split('/').slice(0, -1).join('/')
  return imports.flatMap((name) => {
    const path = name.replace(/^\.+/, '').replaceAll('.', '/')
    if (path === '') return []
    const places = [`${path}.py`, ...(folder === '' ? [] : [`${folder}/${path}.py`]), `src/${path}.py`]
    return places.filter((one) => files.includes(one)).slice(0, 1)
  })
}

/** What changed between the run's commit and those of the nearest runs before and after it that have another one. */
async function changesBeside(
  { run, others, history }: SetupPlace,
  id: string,
  gaps: Gap[],
): Promise<SetupSubject['changes']> {
  const { startedAt } = run
  if (history === null || startedAt === null) return []
  const siblings = chooseSiblings(
    { run },
    others.map((one) => ({ run: one })),
  )
    .map((one) => one.run)
    .filter((one) => one.startedAt !== null && one.code.commit !== null)
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))
  const before = siblings.findLast((one) => (one.startedAt ?? 0) < startedAt)
  const after = siblings.find((one) => (one.startedAt ?? 0) > startedAt)
  const told: SetupSubject['changes'][number][] = []
  for (const [which, one] of [
    ['before', before],
    ['after', after],
  ] as const) {
    const other = one?.code.commit ?? null
    if (one === undefined || other === null) continue
    const known = await history.commit(other)
    if (known === null || isGap(known)) continue
    const changed =
      known.id === id
        ? []
        : await (which === 'before' ? history.changes(known.id, id) : history.changes(id, known.id))
    if (isGap(changed)) gaps.push(changed)
    else
      told.push({
        run: one.key,
        commit: known.id,
        which,
        files: changed
          .filter(({ path }) => !/(^|\/)mlruns\//.test(path))
          .slice(0, MOST_CHANGED)
          .map(({ path, added, removed }) => ({
            path: cutText(path, 120),
            lines: added === null || removed === null ? null : added + removed,
          })),
      })
  }
  return told
}

/** Who wrote the lines that split, seed and prepare, else the script, else the commit. */
async function peopleOf(
  history: CodeHistory,
  commit: NonNullable<SetupSubject['commit']>,
  script: string | null,
  parsed: ReturnType<typeof parseScript> | null,
  gaps: Gap[],
): Promise<SetupSubject['people']> {
  const ofCommit = { name: commit.author, about: `who made commit ${commit.id.slice(0, 8)}` }
  if (script === null) return [ofCommit]
  const blamed = await history.blame(commit.id, script)
  if (isGap(blamed)) {
    gaps.push(blamed)
    return [ofCommit]
  }
  const telling =
    parsed === null ? [] : [...parsed.splits, ...parsed.preparations, ...parsed.seeds].map(({ line }) => line)
  const lines = telling.length > 0 ? telling.flatMap((line) => blamed.get(line) ?? []) : [...blamed.values()]
  const [first] = [...Map.groupBy(lines, ({ author }) => author)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  )
  if (first === undefined) return [ofCommit]
  return [
    { name: first[0], about: `who wrote ${telling.length > 0 ? 'those lines of' : 'most of'} ${script}` },
    ofCommit,
  ]
}

async function remoteOf(history: CodeHistory, mask: (text: string) => string): Promise<string | null> {
  const remote = await history.remote()
  return remote === null ? null : mask(remote.replace(/\/\/[^/@]*@/, '//'))
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}
