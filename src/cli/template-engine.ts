import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import Handlebars from 'handlebars'
import { messageOf, NarrateError } from '../errors.ts'
import type { Templates } from '../narrate.ts'

type Render = (context: object, options?: object) => string

/** Where a project keeps templates of its own: absolute, and as messages name it. */
export interface OwnTemplates {
  readonly root: string
  readonly shown: string
}

/** One template as it is used: `prompts/log`, and the file that it comes from, as messages name it. */
export interface TemplateSource {
  readonly file: string
  readonly isOwn: boolean
  readonly source: string
}

/**
 * The templates below a folder (`prompts/log` is `prompts/log.hbs`), with the partials beside them in `partials/`. A file
 * of the same name below the project's own folder takes its place, partials included; the prompt and the template of a kind of
 * the project's own lie in `kinds/<name>/`.
 * Nothing is escaped: what is printed is Markdown that was made safe before. A field that is missing, a file that is not
 * there or does not parse throws `NarrateError('template')` with file and line. Values never reach prototypes.
 */
export function templateEngine(root: string, own: OwnTemplates | null = null): Templates {
  const folders = new Map<string, Folder>()

  function folderOf(name: string): Folder {
    const directory = path.dirname(name)
    const known = folders.get(directory)
    if (known !== undefined) return known
    const folder = readFolder({ root, own }, directory)
    folders.set(directory, folder)
    return folder
  }

  return {
    render: (name, context) => folderOf(name).template(path.basename(name))(context),
    digest(name) {
      const sources = folderOf(name).sources(path.basename(name))
      return createHash('sha256').update(JSON.stringify(sources)).digest('hex')
    },
  }
}

/** Where templates are looked for. */
export interface TemplatePlaces {
  readonly root: string
  readonly own: OwnTemplates | null
}

/** The source of a template (`prompts/partials/slots`) as it is used; throws `NarrateError('template')` where there is none. */
export function readTemplate({ root, own }: TemplatePlaces, name: string): TemplateSource {
  const file = `${name}.hbs`
  if (own !== null)
    for (const place of [file, ofOwnKind(name)]) {
      const source = place === null ? null : readText(path.join(own.root, place))
      if (source !== null) return { file: `${own.shown}/${place}`, isOwn: true, source }
    }
  const source = readText(path.join(root, file))
  if (source !== null) return { file, isOwn: false, source }
  const folder = own === null ? '' : ` Neither is there one in ${own.shown}.`
  throw new NarrateError('template', `${file} is not there.${folder}`, {
    hint: 'It belongs to narrate, or to a kind of document of your own: narrate templates list.',
  })
}

/** The names of the partials of `prompts` or `templates`, sorted. */
export function partialNames({ root, own }: TemplatePlaces, directory: string): readonly string[] {
  const folders = [root, ...(own === null ? [] : [own.root])]
  return [
    ...new Set(folders.flatMap((folder) => partialFiles(path.join(folder, directory, 'partials')))),
  ].sort()
}

/** What is wrong with a template that does not parse, with its line; null where it does. */
export function templateProblem({ file, isOwn, source }: TemplateSource): string | null {
  try {
    Handlebars.precompile(source)
    return null
  } catch (error) {
    return complaint(error, { file, isOwn, source }).message
  }
}

/** `prompts/retro` and `templates/retro.md` of a kind that the project brings. */
function ofOwnKind(name: string): string | null {
  const [, folder, kind] = /^(prompts|templates)\/([a-z0-9-]+)(?:\.md)?$/.exec(name) ?? []
  if (kind === undefined) return null
  return folder === 'prompts' ? `kinds/${kind}/prompt.hbs` : `kinds/${kind}/template.md.hbs`
}

interface Folder {
  template(name: string): Render
  /** The source of a template and of the partials it may use, by file. */
  sources(name: string): readonly (readonly [file: string, source: string])[]
}

function readFolder(places: TemplatePlaces, directory: string): Folder {
  const handlebars = Handlebars.create()
  // It prints; a template has nobody to print to.
  handlebars.unregisterHelper('log')
  const partials = partialNames(places, directory).map((name): readonly [file: string, source: string] => {
    const read = readTemplate(places, `${directory}/partials/${name}`)
    handlebars.registerPartial(name, compile(handlebars, read))
    // By its name alone: a copy that was not changed prints the same.
    return [`${directory}/partials/${name}.hbs`, read.source]
  })
  const templates = new Map<string, Render>()
  return {
    template(name) {
      const known = templates.get(name)
      if (known !== undefined) return known
      const template = compile(handlebars, readTemplate(places, `${directory}/${name}`))
      templates.set(name, template)
      return template
    },
    sources(name) {
      const { source } = readTemplate(places, `${directory}/${name}`)
      return [[`${directory}/${name}.hbs`, source], ...partials]
    },
  }
}

function partialFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.hbs'))
      .map((name) => name.slice(0, -'.hbs'.length))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Null where there is no such file. */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  } catch (error) {
    if (isMissing(error)) return null
    throw new NarrateError('template', `${file} could not be read: ${messageOf(error)}.`, { cause: error })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function compile(handlebars: typeof Handlebars, read: TemplateSource): Render {
  const template = handlebars.compile(read.source, {
    noEscape: true,
    strict: true,
    explicitPartialContext: false,
  })
  return (context, options = {}) => {
    try {
      return template(context, {
        ...options,
        allowProtoPropertiesByDefault: false,
        allowProtoMethodsByDefault: false,
      })
    } catch (error) {
      throw error instanceof NarrateError ? error : complaint(error, read)
    }
  }
}

/** What is wrong with a template, with its line. */
function complaint(error: unknown, { file, isOwn, source }: TemplateSource): NarrateError {
  return new NarrateError('template', `${file}${lineOf(error, source)}: ${sentenceOf(error)}.`, {
    hint: isOwn
      ? `Mend ${file}; without it narrate's own is used, where there is one.`
      : 'It belongs to narrate: install it again.',
    cause: error,
  })
}

/** Handlebars tells the line of a missing field, says "on line 3" where the template does not parse, and none of a partial. */
function lineOf(error: unknown, source: string): string {
  const named = typeof error === 'object' && error !== null && 'lineNumber' in error ? error.lineNumber : null
  if (typeof named === 'number') return `:${named}`
  const message = messageOf(error)
  const line = /on line (\d+)/.exec(message)?.[1]
  if (line !== undefined) return `:${line}`
  const partial = /The partial (\S+) could not be found/.exec(message)?.[1]
  const at = partial === undefined ? -1 : source.split('\n').findIndex((text) => isCallOf(partial, text))
  return at < 0 ? '' : `:${at + 1}`
}

function isCallOf(partial: string, line: string): boolean {
  return [...line.matchAll(/\{\{~?>\s*([^\s}~]+)/g)].some(([, name]) => name === partial)
}

function sentenceOf(error: unknown): string {
  const message = messageOf(error)
  const first = (message.split('\n')[0] ?? message).replace(/ - \d+:\d+$/, '').replace(/[.:]$/, '')
  // Of what does not parse Handlebars shows the place on lines of their own, then what it expected.
  const expected = /Expecting .*, (got '.*')/.exec(message)?.[1]
  return expected === undefined ? first : `${first}: ${expected.replace(/^got/, 'not expected here:')}`
}
