import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from './temporary-folder.ts'

/** A run as a test writes it into a file store. */
export interface WrittenRun {
  readonly id: string
  readonly name: string
  /** ISO time. */
  readonly started: string
  readonly params: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
  readonly tags?: Readonly<Record<string, string>>
  readonly artifacts?: Readonly<Record<string, string>>
  readonly user?: string
}

/** A folder with code under git and a tracker's file store, removed when the test is over. */
export interface CodeProject {
  readonly root: string
  /** Commits all files but the store at a time; gives the commit's id. */
  commit(
    message: string,
    at: string,
    files: Readonly<Record<string, string>>,
    author?: string,
  ): Promise<string>
  write(run: WrittenRun): Promise<void>
}

export async function codeProject(): Promise<CodeProject> {
  const root = await temporaryFolder({ '.gitignore': 'mlruns\nnarrative\n.narrate\n' })
  const env = { PATH: process.env.PATH ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1' }
  const git = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    promisify(execFile)('git', [...args], { cwd: root, env: { ...env, ...more } })
  await git(['init', '--quiet', '--initial-branch=main'])
  await git(['config', 'user.name', 'Ada Lovelace'])
  await git(['config', 'user.email', 'ada@example.org'])
  const put = async (file: string, text: string): Promise<void> => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true })
    await writeFile(path.join(root, file), text)
  }
  await put(
    'mlruns/1/meta.yaml',
    "artifact_location: mlruns/1\nexperiment_id: '1'\nlifecycle_stage: active\nname: rain\n",
  )
  return {
    root,
    async commit(message, at, files, author = 'Ada Lovelace <ada@example.org>') {
      for (const [file, text] of Object.entries(files)) await put(file, text)
      await git(['add', '-A'])
      await git(['commit', '--quiet', '--allow-empty', `--author=${author}`, '-m', message], {
        GIT_AUTHOR_DATE: at,
        GIT_COMMITTER_DATE: at,
      })
      return (await git(['rev-parse', 'HEAD'])).stdout.trim()
    },
    async write({ id, name, started, params, metrics, tags = {}, artifacts = {}, user = 'bo' }) {
      const folder = `mlruns/1/${id}`
      const at = Date.parse(started)
      await put(
        `${folder}/meta.yaml`,
        [
          `artifact_uri: mlruns/1/${id}/artifacts`,
          `end_time: ${at + 60_000}`,
          "entry_point_name: ''",
          "experiment_id: '1'",
          'lifecycle_stage: active',
          `run_id: ${id}`,
          `run_name: ${name}`,
          `run_uuid: ${id}`,
          "source_name: ''",
          'source_type: 4',
          "source_version: ''",
          `start_time: ${at}`,
          'status: 3',
          'tags: []',
          `user_id: ${user}`,
          '',
        ].join('\n'),
      )
      for (const [param, value] of Object.entries(params)) await put(`${folder}/params/${param}`, value)
      for (const [metric, value] of Object.entries(metrics))
        await put(`${folder}/metrics/${metric}`, `${at + 50_000} ${value} 0\n`)
      for (const [tag, value] of Object.entries(tags)) await put(`${folder}/tags/${tag}`, value)
      for (const [file, text] of Object.entries(artifacts)) await put(`${folder}/artifacts/${file}`, text)
    },
  }
}
