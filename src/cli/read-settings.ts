import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { messageOf, NarrateError } from '../errors.ts'
import { type Settings, settingsSchema } from '../settings.ts'
import { parseYaml, withoutNulls } from './parse-yaml.ts'

/** The settings of a project without narrate.yaml. */
export function defaultSettings(): Settings {
  return settingsSchema.parse({})
}

/**
 * Reads a narrate.yaml. Throws `NarrateError('configuration')` that names file, line and what to do, for YAML that does
 * not parse, unknown keys, and values of the wrong kind. `shown` is the file's name as the user knows it.
 */
export async function readSettings(file: string, shown: string): Promise<Settings> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new NarrateError('configuration', `${shown} could not be read: ${messageOf(error)}.`, {
      cause: error,
    })
  }
  return parseSettings(text, shown)
}

/** Parses the text of a narrate.yaml; errors as `readSettings`. */
export function parseSettings(text: string, shown: string): Settings {
  const { value } = parseYaml(text, {
    schema: settingsSchema,
    shown,
    called: 'setting',
    see: 'See the comments that `narrate init` writes.',
    start: '`narrate init` in an empty folder writes one to start from.',
    written: WRITTEN,
  })
  return checkMeaning(value, shown)
}

const WRITTEN: Readonly<Record<string, string>> = {
  users: 'all, or a list of names in quotes ("[ines, tom]")',
}

/**
 * What a faulty narrate.yaml still tells of where and how a note is kept: its folder, the user's day, what is masked. The
 * rest, and what cannot be made out, is as in a project without the file.
 */
export async function readSalvaged(file: string): Promise<Settings> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const written = salvage(text)
  const { store, day, mask } = settingsSchema.shape
  const zoned = day.safeParse(written.day)
  const masks = z.array(z.string().refine(isPattern)).safeParse(written.mask)
  return {
    ...defaultSettings(),
    store: store.safeParse(written.store).data ?? defaultSettings().store,
    ...(zoned.success && (zoned.data.zone === undefined || isTimeZone(zoned.data.zone))
      ? { day: zoned.data }
      : {}),
    ...(masks.success ? { mask: mask.parse(masks.data) } : {}),
  }
}

function salvage(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = withoutNulls(parseDocument(text, { prettyErrors: false }).toJS())
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    // A file of which nothing can be made out tells nothing; its fault is reported by `readSettings`.
    return {}
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

/** What the schema cannot see: two sources of one alias would give two runs one key, and no clock shows an invented zone. */
function checkMeaning(settings: Settings, shown: string): Settings {
  const { zone } = settings.day
  if (zone !== undefined && !isTimeZone(zone)) {
    throw new NarrateError('configuration', `${shown}: day.zone "${zone}" is no time zone.`, {
      hint: 'Write one like Europe/Oslo or UTC, or leave it out: then the zone of the machine is used.',
    })
  }
  const seen = new Set<string>()
  for (const { as } of settings.sources) {
    if (seen.has(as)) {
      throw new NarrateError('configuration', `${shown}: two sources are called "${as}".`, {
        hint: 'Give each source an alias of its own (as: …): run keys begin with it.',
      })
    }
    seen.add(as)
  }
  return settings
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
