import { access, stat } from 'node:fs/promises'
import path from 'node:path'
import { NarrateError } from '../errors.ts'
import type { UserDay } from '../notes/in-span.ts'
import type { Settings } from '../settings.ts'
import type { World } from '../world.ts'
import { readAnswers, withAnswers } from './answers-file.ts'
import { defaultSettings, readSalvaged, readSettings } from './read-settings.ts'

/** Where documents are kept and what narrate.yaml says. All paths that narrate prints are relative to `root`. */
export interface Project {
  /** Absolute. */
  readonly root: string
  /** Absolute; null where the project has no narrate.yaml. */
  readonly settingsFile: string | null
  readonly name: string
  readonly settings: Settings
}

export const SETTINGS_FILE = 'narrate.yaml'

/**
 * The project a command works in: the folder given, or the nearest folder upward that holds a narrate.yaml, or the
 * current one. Throws `NarrateError('usage')` for a folder that does not exist, `'configuration'` for a faulty file.
 */
export async function findProject(world: World, directory?: string): Promise<Project> {
  const { root, settingsFile } = await findPlace(world, directory)
  const settings =
    settingsFile === null
      ? defaultSettings()
      : await readSettings(settingsFile, path.relative(world.cwd, settingsFile) || SETTINGS_FILE)
  const metrics = withAnswers(settings.metrics, await readAnswers(root))
  return {
    root,
    settingsFile,
    name: settings.project ?? path.basename(root),
    settings: { ...settings, metrics },
  }
}

/** The same project with what its faulty narrate.yaml still tells (`readSalvaged`), so that a note finds its place. */
export async function findFaultyProject(world: World, directory?: string): Promise<Project> {
  const { root, settingsFile } = await findPlace(world, directory)
  const settings = settingsFile === null ? defaultSettings() : await readSalvaged(settingsFile)
  return { root, settingsFile, name: path.basename(root), settings }
}

async function findPlace(
  world: World,
  directory: string | undefined,
): Promise<Pick<Project, 'root' | 'settingsFile'>> {
  const root = directory === undefined ? await walkUp(world.cwd) : path.resolve(world.cwd, directory)
  if (directory !== undefined && !(await isDirectory(root))) {
    throw new NarrateError('usage', `--project ${directory} is not a folder.`, {
      hint: 'Name an existing folder.',
    })
  }
  const file = path.join(root, SETTINGS_FILE)
  return { root, settingsFile: (await exists(file)) ? file : null }
}

async function walkUp(from: string): Promise<string> {
  let directory = from
  for (;;) {
    if (await exists(path.join(directory, SETTINGS_FILE))) return directory
    const parent = path.dirname(directory)
    if (parent === directory) return from
    directory = parent
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function isDirectory(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** When the user's days begin: the zone and hour of narrate.yaml, else the machine's zone and 4 o'clock. */
export function dayRule(project: Project, world: World): UserDay {
  const { day } = project.settings
  return { timeZone: day.zone ?? world.timeZone, endsAtHour: day.endsAtHour }
}
