import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import Handlebars from 'handlebars'
import { messageOf, NarrateError } from '../errors.ts'
import type { Templates } from '../narrate.ts'

type Render = (context: object, options?: object) => string

/**
 * The templates below a folder (`prompts/log` is `prompts/log.hbs`), with the partials beside them in `partials/`.
 * Nothing is escaped: what is printed is Markdown that was made safe before. A field that is missing, a file that is not
 * there or does not parse throws `NarrateError('template')` with file and line. Values never reach prototypes.
 */
export function templateEngine(root: string): Templates {
  const folders = new Map<string, Folder>()

  function folderOf(name: string): Folder {
    const directory = path.dirname(name)
    const known = folders.get(directory)
    if (known !== undefined) return known
    const folder = readFolder(root, directory)
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

interface Folder {
  template(name: string): Render
  /** The source of a template and of the partials it may use, by file. */
  sources(name: string): readonly (readonly [file: string, source: string])[]
}

function readFolder(root: string, directory: string): Folder {
  const handlebars = Handlebars.create()
  // It prints; a template has nobody to print to.
  handlebars.unregisterHelper('log')
  const partials = partialFiles(path.join(root, directory, 'partials')).map(
    (name): readonly [file: string, source: string] => {
      const file = `${directory}/partials/${name}.hbs`
      const source = readSource(root, file)
      handlebars.registerPartial(name, compile(handlebars, file, source))
      return [file, source]
    },
  )
  const templates = new Map<string, Render>()
  return {
    template(name) {
      const known = templates.get(name)
      if (known !== undefined) return known
      const file = `${directory}/${name}.hbs`
      const template = compile(handlebars, file, readSource(root, file))
      templates.set(name, template)
      return template
    },
    sources(name) {
      const file = `${directory}/${name}.hbs`
      return [[file, readSource(root, file)], ...partials]
    },
  }
}

function partialFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.hbs'))
      .map((name) => name.slice(0, -'.hbs'.length))
      .sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function readSource(root: string, file: string): string {
  try {
    return readFileSync(path.join(root, file), 'utf8').replaceAll('\r\n', '\n')
  } catch (error) {
    throw new NarrateError('template', `${file} could not be read: ${messageOf(error)}.`, {
      hint: 'It belongs to narrate: install it again.',
      cause: error,
    })
  }
}

function compile(handlebars: typeof Handlebars, file: string, source: string): Render {
  const template = handlebars.compile(source, { noEscape: true, strict: true, explicitPartialContext: false })
  return (context, options = {}) => {
    try {
      return template(context, {
        ...options,
        allowProtoPropertiesByDefault: false,
        allowProtoMethodsByDefault: false,
      })
    } catch (error) {
      if (error instanceof NarrateError) throw error
      throw new NarrateError('template', `${file}${lineOf(error)}: ${firstLine(messageOf(error))}.`, {
        hint: 'Mend the template, or put back the one that narrate brought.',
        cause: error,
      })
    }
  }
}

/** Handlebars tells the line of a missing field, and says "on line 3" where the template does not parse. */
function lineOf(error: unknown): string {
  const named = typeof error === 'object' && error !== null && 'lineNumber' in error ? error.lineNumber : null
  if (typeof named === 'number') return `:${named}`
  const line = /on line (\d+)/.exec(messageOf(error))?.[1]
  return line === undefined ? '' : `:${line}`
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ - \d+:\d+$/, '').replace(/[.:]$/, '')
}
