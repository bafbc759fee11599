import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Gap, gap } from '../../../gap.ts'
import { collectLineGaps } from '../../files/collect-line-gaps.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import { isLooseMap, numberOfLoose, parseLooseJson, textOfLoose } from '../../files/loose-json.ts'
import { type Line, splitLines } from '../../files/stream-lines.ts'
import { quoted } from '../../quoted.ts'
import { type ExperimentFile, readExperimentFile } from './experiment-file.ts'
import { type Message, parseMessage } from './messages.ts'
import { type OpenArchive, withArchive } from './zip-archive.ts'

export const MESSAGES = 'messages.json'
const LONGEST_LINE = 16 * 1024 * 1024
const MOST_BYTES = 1024 * 1024 * 1024
const LONGEST_TAG = 500
/** How Comet begins what it says of a script that raised; the rest are failures of its own. */
const OF_THE_SCRIPT = /^Unexpected error detected in the user script/

/** One archive of an experiment: its path, and its path relative to the location. */
export interface ArchiveFile {
  readonly path: string
  readonly where: string
}

/**
 * Reads an experiment out of its archives, in the order in which they were begun: a script that goes on with an experiment writes another one.
 * Of a parameter that comes again the last value counts, and of its status the last archive's. An archive whose messages do not match their checksum is a gap, and none of it is told.
 */
export async function loadExperiment(
  archives: readonly ArchiveFile[],
  id: string,
  reading: Reading,
): Promise<LoadedRun | Gap> {
  const told = collectMessages(reading)
  const files: ExperimentFile[] = []
  const gaps: Gap[] = []
  const ordered = await inOrder(archives)
  for (const archive of ordered) {
    const read = await withArchive(archive.path, (open) => readArchive(open, archive, told, gaps, reading))
    const why =
      typeof read === 'string'
        ? read
        : !('kind' in read)
          ? null
          : read.kind === 'missing'
            ? 'it is gone'
            : read.why
    // What was taken of it cannot be taken back.
    if (why !== null) return gap(`run ${quoted(id)}`, archive.where, why)
    if (typeof read !== 'string' && !('kind' in read)) files.push(read)
  }
  const last = files.at(-1)
  const origin = { file: `${ordered[0]?.where ?? id}/experiment.json` }
  const workspace = files.find((file) => file.workspace !== null)?.workspace ?? null
  const project = files.find((file) => file.project !== null)?.project ?? 'general'
  const error = files.findLast((file) => file.error !== null)?.error ?? null
  const isOver = last !== undefined && last.endedAt !== null
  return {
    experiment: { id: workspace === null ? project : `${workspace}/${project}`, name: project },
    name: told.name() ?? id,
    status: OF_THE_SCRIPT.test(last?.error ?? '') ? 'failed' : isOver ? 'finished' : 'unknown',
    startedAt: files[0]?.startedAt ?? null,
    endedAt: last?.endedAt ?? null,
    ...told.fields(),
    tags: new Map([
      ...files.flatMap(({ tags }) => tags).map((tag) => [tag, 'true'] as const),
      ...told.tags(),
      ...(error === null ? [] : [['error', cut(error)] as const]),
    ]),
    gaps: [...told.gaps(), ...gaps],
    origin,
  }
}

/** By the time each was begun; one that cannot be read is told when it is its turn. */
async function inOrder(archives: readonly ArchiveFile[]): Promise<readonly ArchiveFile[]> {
  if (archives.length === 1) return archives
  const dated: { readonly archive: ArchiveFile; readonly start: number }[] = []
  for (const archive of archives) {
    const read = await withArchive(archive.path, readExperimentFile)
    const start = typeof read === 'string' || 'kind' in read ? null : read.startedAt
    dated.push({ archive, start: start ?? Number.POSITIVE_INFINITY })
  }
  return dated.toSorted((a, b) => a.start - b.start).map(({ archive }) => archive)
}

async function readArchive(
  open: OpenArchive,
  { where }: ArchiveFile,
  told: ReturnType<typeof collectMessages>,
  gaps: Gap[],
  reading: Reading,
): Promise<ExperimentFile | string> {
  const file = await readExperimentFile(open)
  if (typeof file === 'string') return file
  const lineGaps = collectLineGaps(`${where}/${MESSAGES}`)
  const why = await eachMessage(
    open,
    lineGaps,
    (message, line) => told.take(message, `${where}/${MESSAGES}`, line),
    reading.stop,
  )
  gaps.push(...lineGaps.all())
  told.countArtifacts(open)
  return why === null ? file : `${MESSAGES} cannot be read: ${why}`
}

/** Calls `take` with every message of an archive and its line; null, or why they cannot all be read. */
export async function eachMessage(
  archive: OpenArchive,
  gaps: ReturnType<typeof collectLineGaps>,
  take: (message: Message, line: number) => void,
  stop: () => void,
): Promise<string | null> {
  const lines = splitLines(LONGEST_LINE, (line) => takeLine(line))
  let isText = true
  const why = await archive.unpack(MESSAGES, MOST_BYTES, (piece) => {
    stop()
    isText = lines.add(piece)
    return isText
  })
  await setImmediate()
  lines.end()
  return isText ? why : 'it is UTF-16 text'

  function takeLine({ text, number, ended, damage }: Line): void {
    if (text.trim() === '') return
    const parsed = parseLooseJson(damage === 'too long' ? '' : text)
    if (damage === 'too long') gaps.add(number, `it is longer than ${LONGEST_LINE} bytes`)
    else if (parsed.kind === 'broken')
      gaps.add(number, ended ? parsed.why : 'the last line is not whole: it may be half written')
    else if (isLooseMap(parsed.value)) for (const message of parseMessage(parsed.value)) take(message, number)
    else gaps.add(number, 'it is no JSON object')
  }
}

/** Takes messages, and makes the fields of a run of them. */
function collectMessages(reading: Reading) {
  const params = new Map<string, LoggedText>()
  const others = new Map<string, string>()
  const gaps: Gap[] = []
  const machine = new Map<string, string>()
  let code: NonNullable<LoadedRun['code']> = {}
  let user: string | null = null
  let hasPackages = false
  let artifacts = 0
  let hasOutput = false
  return {
    name: () => others.get('Name') ?? null,
    gaps: () => gaps,
    take,
    countArtifacts({ members }: OpenArchive): void {
      artifacts += members.filter(({ name }) => isArtifact(name)).length
    },
    tags(): readonly (readonly [string, string])[] {
      return [
        ...machine,
        ...[...others]
          .filter(([name]) => name !== 'Name' && name !== 'Notes')
          .map(([name, text]) => [name, cut(text)] as const),
      ]
    },
    fields: (): Pick<LoadedRun, 'params'> & Partial<LoadedRun> => ({
      params,
      user,
      note: others.get('Notes') ?? null,
      code,
      ...(hasPackages ? { environmentKept: true } : {}),
      artifacts: artifacts + (hasOutput ? 1 : 0),
    }),
  }

  function take(message: Message, file: string, line: number): void {
    switch (message.kind) {
      case 'metric': {
        const value = numberOfLoose(message.value)
        if (value === null)
          gaps.push(
            gap(
              `metric ${message.name}`,
              `${file}:${line}`,
              `${quoted(textOfLoose(message.value))} is no number`,
            ),
          )
        else reading.series(message.name, file)?.(message.step, message.time, value, line)
        return
      }
      case 'param':
        params.set(message.name, { text: textOfLoose(message.value), file, line })
        return
      case 'other':
        others.set(message.name, textOfLoose(message.value))
        return
      case 'script':
        code = { ...code, entryPoint: message.path }
        return
      case 'git':
        code = { ...code, commit: message.commit, branch: message.branch }
        return
      case 'machine':
        user = message.user ?? user
        if (message.host !== null) machine.set('host', message.host)
        if (message.python !== null) machine.set('python_version', message.python)
        if (message.command.length > 1) machine.set('command', cut(message.command.join(' ')))
        return
      case 'packages':
        hasPackages = true
        return
      case 'output':
        hasOutput = true
        return
      case 'upload':
        // Comet keeps what was changed and not committed only where something was.
        if (message.type === 'git-patch') code = { ...code, dirty: true, diffKept: true }
        return
      case 'remote':
        gaps.push(gap(`artifact ${quoted(message.name)}`, `${file}:${line}`, 'the artifacts are elsewhere'))
        return
      default:
        message satisfies never
    }
  }
}

/** Whether a member of an archive is what a script left, not a log of Comet's own. */
export function isArtifact(member: string): boolean {
  return member !== 'experiment.json' && member !== MESSAGES && !member.endsWith('/')
}

/** What an artifact is called: as the script called it, without the way to it where it was absolute. */
export function artifactName(message: Extract<Message, { readonly kind: 'upload' }>): string {
  const { name, type, member } = message
  const isOwn = name === null || name === 'auto-generated-in-the-backend'
  const written = isOwn ? member : /^([/\\]|[a-z]:)/i.test(name) ? basename(name.replaceAll('\\', '/')) : name
  return type === 'asset' ? plainPath(written) : plainPath(`${type}/${written}`)
}

/** A path that only goes down. */
function plainPath(written: string): string {
  return idOfPath(
    written
      .split(/[/\\]/)
      .filter((part) => !['', '.', '..'].includes(part))
      .join('/'),
  )
}

function cut(text: string): string {
  return text.length > LONGEST_TAG ? `${text.slice(0, LONGEST_TAG)}…` : text
}
