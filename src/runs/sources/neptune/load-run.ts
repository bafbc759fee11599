import { setImmediate } from 'node:timers/promises'
import { type Gap, gap } from '../../../gap.ts'
import { type ArtifactFolder, countArtifacts } from '../../files/artifact-folder.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, LoggedText, Reading } from '../../files/loaded-run.ts'
import { sideOfName } from '../../files/side-of-name.ts'
import { quoted } from '../../quoted.ts'
import type { RunStatus } from '../../run.ts'
import { type PartRow, readPart } from './read-part.ts'

/** The files of one run, in the order of their numbers, with those numbers; and where its own files lie, or null. */
export interface ExportedRun {
  readonly project: string
  readonly run: string
  readonly parts: readonly { readonly number: number; readonly path: string; readonly where: string }[]
  readonly filesRoot: { readonly path: string; readonly where: string } | null
}

/** What Neptune keeps of a run itself, and of the machine it ran on. */
const OWN = /^(?:sys|monitoring|source_code)\//
const FILES: ReadonlySet<string> = new Set(['file', 'file_series', 'file_set', 'artifact'])
const TOLD: ReadonlySet<string> = new Set([
  'int',
  'float',
  'string',
  'bool',
  'datetime',
  'string_set',
  'float_series',
  ...FILES,
])

/**
 * Reads a run out of the parts of its export. Series of numbers are metrics, with their steps as they are (fractions too) and their times. Single values are
 * settings, or results where their names say so: Neptune keeps both in one tree. Series of texts and histograms, and what Neptune measured of the machine,
 * are left out.
 */
export async function loadRun(exported: ExportedRun, id: string, reading: Reading): Promise<LoadedRun | Gap> {
  const [first] = exported.parts
  const own = new Map<string, unknown>()
  const params = new Map<string, LoggedText>()
  const tags = new Map<string, string>()
  const files = new Set<string>()
  const gaps: Gap[] = []
  for (const [index, { path, where, number }] of exported.parts.entries()) {
    if (number !== index && index > 0 && exported.parts[index - 1]?.number !== number - 1)
      gaps.push(gap(`the run's part ${number - 1}`, where, 'it is missing'))
    const why = await readPart(
      path,
      (type) => TOLD.has(type),
      (row) => takeRow(row, where),
      reading.stop,
    )
    await setImmediate()
    if (why === null) continue
    if (index === 0) return gap(`run ${quoted(id)}`, where, why)
    gaps.push(gap(`the run's part ${number}`, where, why))
  }
  const entryPoint = own.get('source_code/entrypoint')
  const hasDiff = own.has('source_code/diff')
  const startedAt = numberAt('sys/creation_time')
  const folders = artifactFolders(exported, [...files])
  return {
    experiment: experimentOf(exported.project),
    name: textAt('sys/name') ?? textAt('sys/custom_run_id') ?? exported.run,
    status: statusOf(textAt('sys/state'), own.get('sys/failed')),
    deleted: own.get('sys/trashed') === true,
    startedAt,
    // Neptune keeps no end; the last sign of life of a run that is over is nearest to it.
    endedAt: isActive(textAt('sys/state')) ? null : numberAt('sys/ping_time'),
    user: textAt('sys/owner'),
    params,
    tags: new Map([...tags, ...ownTags()]),
    note: textAt('sys/description'),
    code: {
      ...(typeof entryPoint === 'string' ? { entryPoint } : {}),
      ...(hasDiff ? { dirty: true, diffKept: true } : {}),
    },
    artifacts:
      folders === null ? null : folders.reduce((sum, folder) => sum + (countArtifacts(folder) ?? 0), 0),
    gaps:
      folders === null
        ? [...gaps, gap(`artifacts of ${quoted(id)}`, first?.where ?? '', 'the artifacts are elsewhere')]
        : gaps,
    origin: { file: first?.where ?? '' },
  }

  function takeRow(row: PartRow, where: string): void {
    const { path, type, value, step, time, number } = row
    if (FILES.has(type)) {
      const file = typeof value === 'object' && value !== null && 'path' in value ? value.path : null
      if (typeof file === 'string') files.add(file.replaceAll('\\', '/'))
      if (OWN.test(path)) own.set(path, file)
      return
    }
    if (OWN.test(path)) {
      if (type !== 'float_series') own.set(path, value)
      return
    }
    if (type === 'float_series') {
      if (typeof value === 'number') reading.series(path, where)?.(step, time, value, number)
      else gaps.push(gap(`metric ${path}`, `${where}:${number}`, 'a value of it is missing'))
      return
    }
    const text = type === 'datetime' ? instantOf(value) : textOf(value)
    if (text === null) return
    const isNumeric = type === 'float' || type === 'int'
    const side = sideOfName(path, { isNumeric, isWhole: type === 'int' })
    if (side === 'metrics') reading.series(path, where)?.(null, null, Number(value), number)
    else if (side === 'neither') tags.set(path, text)
    else params.set(path, { text, file: where, line: number })
  }

  function ownTags(): readonly (readonly [string, string])[] {
    const labels = ['sys/tags', 'sys/group_tags'].flatMap((name) => listOf(own.get(name)))
    const forked = textAt('sys/forking/parent')
    const host = textAt('sys/hostname')
    return [
      ...labels.map((label) => [label, 'true'] as const),
      ...(forked === null ? [] : [['forked_from', forked] as const]),
      ...(host === null ? [] : [['host', host] as const]),
    ]
  }

  function textAt(name: string): string | null {
    const value = own.get(name)
    return typeof value === 'string' && value !== '' ? value : null
  }

  function numberAt(name: string): number | null {
    const value = own.get(name)
    return typeof value === 'number' && Number.isFinite(value) ? value : null
  }
}

/** A project as an experiment; its name is written `workspace/project`. */
export function experimentOf(project: string): LoadedRun['experiment'] {
  return { id: idOfPath(project), name: idOfPath(project.slice(project.lastIndexOf('/') + 1)) }
}

/** Where the files lie that an export names; null where it names some, and they were not brought here. Paths of old exporters begin with the run's own. */
export function artifactFolders(
  { project, run, filesRoot }: ExportedRun,
  files: readonly string[],
): readonly ArtifactFolder[] | null {
  if (files.length === 0) return []
  if (filesRoot === null) return null
  const prefix = `${project}/${run}/`
  const inner = files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length))
  const others = files.filter((file) => !file.startsWith(prefix))
  const { path, where } = filesRoot
  return [
    ...(inner.length === 0
      ? []
      : [{ path: `${path}/${prefix.slice(0, -1)}`, where: `${where}/${prefix.slice(0, -1)}`, files: inner }]),
    ...(others.length === 0 ? [] : [{ path, where, files: others }]),
  ]
}

/** The paths of the files that an export names of a run. */
export async function readFileNames({ parts }: ExportedRun, stop: () => void): Promise<readonly string[]> {
  const files = new Set<string>()
  for (const { path } of parts)
    await readPart(
      path,
      (type) => FILES.has(type),
      ({ value }) => {
        const file = typeof value === 'object' && value !== null && 'path' in value ? value.path : null
        if (typeof file === 'string') files.add(file.replaceAll('\\', '/'))
      },
      stop,
    )
  return [...files]
}

function statusOf(state: string | null, failed: unknown): RunStatus {
  if (failed === true) return 'failed'
  if (isActive(state)) return 'running'
  return state === null ? 'unknown' : 'finished'
}

/** Neptune's page says `Active`, its server `running`. */
function isActive(state: string | null): boolean {
  return state !== null && /^(?:active|running)$/i.test(state)
}

function instantOf(value: unknown): string | null {
  const isTime = typeof value === 'number' && Math.abs(value) <= 8.64e15
  return isTime ? new Date(value).toISOString() : null
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  return Array.isArray(value) ? listOf(value).join(', ') : null
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').toSorted() : []
}
