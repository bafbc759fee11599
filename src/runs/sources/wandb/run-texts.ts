import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import {
  isLooseList,
  isLooseMap,
  isLooseNumber,
  type LooseJson,
  textOfLoose,
} from '../../files/loose-json.ts'
import { parseTime } from '../../files/parse-time.ts'
import { type LooseRead, readLooseJson, readLooseYaml } from '../../files/read-loose.ts'
import type { RunDirectory } from './run-directories.ts'

/** The text files of one directory of a run, as far as they are there. */
export interface RunTexts {
  /** Hyper-parameters by their top-level key. */
  readonly config: { readonly file: string; readonly values: ReadonlyMap<string, LooseJson> } | null
  readonly summary: { readonly file: string; readonly values: ReadonlyMap<string, LooseJson> } | null
  readonly metadata: RunMetadata | null
  readonly gaps: readonly Gap[]
}

/** `wandb-metadata.json`; empty texts where not told. Times are milliseconds since 1970. */
export interface RunMetadata {
  readonly file: string
  readonly startedAt: number | null
  readonly heartbeatAt: number | null
  readonly state: string
  readonly exitCode: number | null
  readonly project: string
  readonly name: string
  readonly notes: string
  readonly jobType: string
  readonly group: string
  readonly tags: readonly string[]
  readonly sweep: string
  readonly python: string
  readonly program: string
  readonly codePath: string
  readonly args: readonly string[]
  readonly commit: string
  readonly root: string
  readonly username: string
  readonly email: string
  readonly host: string
  readonly gpu: string
  readonly gpuCount: number
  readonly docker: string
}

/**
 * Reads the text files of a directory; with `metadata` that one alone. One that is missing is silence; one that is empty, damaged,
 * or no such file, is a gap.
 */
export function readRunTexts(directory: RunDirectory, wanted: 'all' | 'metadata'): RunTexts {
  const gaps: Gap[] = []
  const isAll = wanted === 'all'
  const config = isAll ? readMap('config.yaml', 'the config file', readLooseYaml) : null
  const summary = isAll ? readMap('wandb-summary.json', 'the summary file', readLooseJson) : null
  const metadata = readMap('wandb-metadata.json', 'the metadata file', readLooseJson)
  return {
    config: config === null ? null : { file: config.file, values: configValues(config.values) },
    summary,
    metadata: metadata === null ? null : metadataOf(metadata.file, metadata.values),
    gaps,
  }

  function readMap(
    name: string,
    what: string,
    read: (path: string) => LooseRead,
  ): { readonly file: string; readonly values: ReadonlyMap<string, LooseJson> } | null {
    if (directory.files === null) return null
    const inside = directory.files === '' ? name : `${directory.files}/${name}`
    const file = `${directory.where}/${inside}`
    const found = read(join(directory.path, inside))
    if (found.kind === 'missing') return null
    if (found.kind !== 'json') {
      gaps.push(gap(what, file, found.why))
      return null
    }
    if (found.remark !== null) gaps.push(gap(what, file, found.remark))
    if (!isLooseMap(found.value)) {
      gaps.push(gap(what, file, 'it holds no names with values'))
      return null
    }
    // What stands last in a text that may be cut is not believed; JSON that is cut does not parse.
    const isSure = found.remark === null || read === readLooseJson
    return { file, values: isSure ? found.value : new Map([...found.value].slice(0, -1)) }
  }
}

/** `{value: …}` by key, in older files with a `desc` beside it. W&B's own keys are left out. */
export function configValues(written: ReadonlyMap<string, LooseJson>): ReadonlyMap<string, LooseJson> {
  return new Map(
    [...written].flatMap(([key, held]): readonly (readonly [string, LooseJson])[] => {
      if (key === 'wandb_version' || key === '_wandb') return []
      const value = isLooseMap(held) ? held.get('value') : undefined
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

function metadataOf(file: string, written: ReadonlyMap<string, LooseJson>): RunMetadata {
  const git = written.get('git')
  return {
    file,
    startedAt: timeOf('startedAt'),
    heartbeatAt: timeOf('heartbeatAt'),
    state: textAt(written.get('state')),
    exitCode: numberAt('exitcode'),
    project: textAt(written.get('project')),
    name: textAt(written.get('name')),
    notes: textAt(written.get('notes')),
    jobType: textAt(written.get('jobType')),
    group: textAt(written.get('group')),
    tags: textsAt('tags'),
    sweep: textAt(written.get('sweep')),
    python: textAt(written.get('python')),
    program: textAt(written.get('program')),
    codePath: textAt(written.get('codePath')),
    args: textsAt('args'),
    commit: isLooseMap(git) ? textAt(git.get('commit')) : '',
    root: textAt(written.get('root')),
    username: textAt(written.get('username')),
    email: textAt(written.get('email')),
    host: textAt(written.get('host')),
    gpu: textAt(written.get('gpu')),
    gpuCount: numberAt('gpu_count') ?? 0,
    docker: textAt(written.get('docker')),
  }

  // These times are UTC, and older files do not say so.
  function timeOf(name: string): number | null {
    return parseTime(textAt(written.get(name)), 'UTC')
  }

  function numberAt(name: string): number | null {
    const value = written.get(name)
    return isLooseNumber(value) ? value.value : null
  }

  function textsAt(name: string): readonly string[] {
    const value = written.get(name)
    return isLooseList(value) ? value.map(textOfLoose) : []
  }
}

function textAt(value: LooseJson | undefined): string {
  return typeof value === 'string' ? value : ''
}
