import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { DocumentKind } from '../documents/document-kind.ts'
import { kindNameProblem, makeOwnKind, type OwnSubject } from '../documents/own-kind.ts'
import { messageOf, NarrateError } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { Templates } from '../narrate.ts'
import { digestOf } from '../stores/canonical-json.ts'
import type { Project } from './find-project.ts'

/** A kind of document that the project brings, with what is frozen of it. */
export interface OwnKind {
  readonly kind: DocumentKind<OwnSubject, JsonObject>
  readonly schema: JsonObject
  readonly digest: string
}

const LARGEST_SCHEMA = 64 * 1024

/** The names of the kinds that lie in `kinds/` of the project's store, sorted. */
export async function ownKindNames({ root, settings }: Project): Promise<readonly string[]> {
  const folder = path.join(root, settings.store, 'kinds')
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    // Where a file is in the way of the store, saving says so.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return []
    throw error
  })
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
}

/**
 * A kind of the project's own, out of `kinds/<name>/schema.json`, `prompt.hbs` and `template.md.hbs`. Throws
 * `NarrateError('usage')` where there is no such folder, `'template'` for what is wrong in it, with its line or place.
 */
export async function readOwnKind(name: string, project: Project, templates: Templates): Promise<OwnKind> {
  const store = project.settings.store.replaceAll('\\', '/')
  const names = await ownKindNames(project)
  if (!names.includes(name))
    throw new NarrateError('usage', `The project has no kind of document called ${name}.`, {
      hint:
        names.length > 0
          ? `It has: ${names.join(', ')}.`
          : `A kind is a folder ${store}/kinds/NAME with schema.json, prompt.hbs and template.md.hbs: narrate write --help`,
    })
  const shown = `${store}/kinds/${name}/schema.json`
  const taken = kindNameProblem(name)
  if (taken !== null)
    throw new NarrateError('template', `${store}/kinds/${name}: ${taken}.`, {
      hint: 'Call the folder otherwise.',
    })
  const schema = parseSchema(await readText(path.join(project.root, shown), shown), shown)
  const kind = makeOwnKind(name, schema)
  if ('why' in kind)
    throw new NarrateError('template', `${shown}: ${kind.where}: ${kind.why}.`, {
      hint: 'narrate write --help shows a schema.',
    })
  // Both are read now: a kind that cannot be printed asks no model.
  const digest = digestOf({
    schema,
    prompt: templates.digest(`prompts/${name}`),
    template: templates.digest(`templates/${name}.md`),
  })
  return { kind, schema, digest }
}

async function readText(file: string, shown: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new NarrateError('template', `${shown} could not be read: ${messageOf(error)}.`, {
      hint: 'It is the JSON Schema of what a model answers.',
      cause: error,
    })
  })
  if (text.length <= LARGEST_SCHEMA) return text
  throw new NarrateError('template', `${shown} is larger than a schema of narrate may be (64 KiB).`)
}

function parseSchema(text: string, shown: string): JsonObject {
  let schema: JsonValue
  try {
    schema = JSON.parse(text)
  } catch (error) {
    const message = messageOf(error)
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN)
    const line = Number.isNaN(at) ? text.split('\n').length : text.slice(0, at).split('\n').length
    throw new NarrateError('template', `${shown}:${line}: it is no JSON: ${message.replace(/\.$/, '')}.`, {
      cause: error,
    })
  }
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as JsonObject
  throw new NarrateError('template', `${shown}:1: it is no JSON object.`)
}
