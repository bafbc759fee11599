import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { messageOf, NarrateError } from '../../errors.ts'
import { LANGUAGE_CODES } from '../check-language.ts'
import { findProject, type Project } from '../find-project.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { templatePlaces } from '../project-templates.ts'
import { ownKindNames } from '../read-own-kind.ts'
import { partialNames, readTemplate, type TemplateSource, templateProblem } from '../template-engine.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { makePrinter } from '../terminal/printer.ts'
import { renderTable } from '../terminal/render-table.ts'

type Folder = 'prompts' | 'templates'

/** `narrate prompts list`, `narrate templates list`: each with the file it comes from. Exit 4 where one does not parse. */
export const listTemplates =
  (folder: Folder): Action<GlobalOptions> =>
  async ({ world, options }) => {
    const print = makePrinter(world, options)
    const project = await findProject(world, options.project)
    const places = templatePlaces(project)
    const rows = (await namesOf(folder, project)).map((name) => {
      const read = readTemplate(places, `${folder}/${name}`)
      return { name, file: read.file, isOwn: read.isOwn, problem: templateProblem(read) }
    })
    if (options.json === true)
      print.json({
        [folder]: rows.map(({ name, file, isOwn, problem }) => ({
          name,
          from: isOwn ? file : null,
          problem,
        })),
      })
    else
      print.answer(
        renderTable(
          [{ head: 'name' }, { head: 'from', least: 20 }],
          rows.map(({ name, file, isOwn }) => [name, isOwn ? cleanLine(file) : 'narrate']),
          world.stdout.columns,
          print.style,
        ),
      )
    const broken = rows.filter(({ problem }) => problem !== null)
    for (const { problem } of broken) print.warn(problem ?? '')
    return broken.length > 0 ? 4 : 0
  }

/** `narrate prompts show NAME`: its source, as it is used. */
export const showTemplate =
  (folder: Folder): Action<GlobalOptions> =>
  async ({ world, options, words }) => {
    const print = makePrinter(world, options)
    const project = await findProject(world, options.project)
    const read = await findTemplate(folder, words[0] ?? '', project)
    if (options.json === true) print.json({ file: read.file, own: read.isOwn, source: read.source })
    else {
      print.say(print.noteStyle.dim(read.isOwn ? read.file : `${read.file} of narrate`))
      print.answer(read.source)
    }
    return 0
  }

/**
 * `narrate prompts eject NAME`: a copy in the project's folder, which is used from then on. Throws `NarrateError('usage')`
 * where there is one already: nothing is overwritten.
 */
export const ejectTemplate =
  (folder: Folder): Action<GlobalOptions> =>
  async ({ world, options, words }) => {
    const print = makePrinter(world, options)
    const project = await findProject(world, options.project)
    const [name = ''] = words
    const read = await findTemplate(folder, name, project)
    if (read.isOwn)
      throw new NarrateError('usage', `${read.file} is there already.`, { hint: 'Edit that file.' })
    const shown = `${project.settings.store.replaceAll('\\', '/')}/${read.file}`
    const file = path.join(project.root, shown)
    if (options.dryRun !== true) {
      try {
        await mkdir(path.dirname(file), { recursive: true })
        await writeFile(file, read.source, { flag: 'wx' })
      } catch (error) {
        throw new NarrateError('store', `${shown} could not be written: ${messageOf(error)}.`, {
          cause: error,
        })
      }
    }
    if (options.json === true) print.json({ file: shown, written: options.dryRun !== true })
    else {
      print.answer(shown)
      print.say(
        options.dryRun === true
          ? 'Not written: --dry-run.'
          : 'It is used from now on; without it narrate’s own is. A newer narrate does not change it.',
      )
    }
    return 0
  }

async function findTemplate(folder: Folder, typed: string, project: Project): Promise<TemplateSource> {
  const names = await namesOf(folder, project)
  const name = typed.replace(/\.hbs$/, '')
  const found = [name, `${name}.md`, `partials/${name}`, `languages/${name}`].find((one) =>
    names.includes(one),
  )
  if (found !== undefined) return readTemplate(templatePlaces(project), `${folder}/${found}`)
  throw new NarrateError(
    'usage',
    `There is no ${folder === 'prompts' ? 'prompt' : 'template'} called ${typed}.`,
    {
      hint: `There are: ${names.join(', ')}.`,
    },
  )
}

/** The names below a folder: narrate's own, those that the project puts in their place, partials, kinds of its own. */
export async function namesOf(folder: Folder, project: Project): Promise<readonly string[]> {
  const places = templatePlaces(project)
  const folders = [places.root, ...(places.own === null ? [] : [places.own.root])]
  const own = (await ownKindNames(project)).map((kind) => (folder === 'prompts' ? kind : `${kind}.md`))
  const files = (await Promise.all(folders.map((root) => templatesIn(path.join(root, folder))))).flat()
  return [
    ...[...new Set([...files, ...own])].sort(),
    ...partialNames(places, folder).map((name) => `partials/${name}`),
    ...(folder === 'prompts'
      ? LANGUAGE_CODES.filter((code) => code !== 'en').map((code) => `languages/${code}`)
      : []),
  ]
}

async function templatesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return []
    throw error
  })
  return names.filter((name) => name.endsWith('.hbs')).map((name) => name.slice(0, -'.hbs'.length))
}
