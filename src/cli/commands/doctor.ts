import path from 'node:path'
import { NarrateError } from '../../errors.ts'
import type { World } from '../../world.ts'
import { attempt, type Check, ok, troubleOf, warning } from '../doctor/check.ts'
import { checkConsent, checkKeys, checkModel } from '../doctor/check-models.ts'
import { checkDay, checkNode, checkTemplates, checkTerminal } from '../doctor/check-setup.ts'
import { checkSources, type SourceCheck } from '../doctor/check-sources.ts'
import { checkStore } from '../doctor/check-store.ts'
import { checkTold } from '../doctor/check-told.ts'
import { checkEditor, checkGit, checkNotes } from '../doctor/check-writing.ts'
import { findFaultyProject, findProject, type Project } from '../find-project.ts'
import { maskOf } from '../gather-day.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { displayWidth } from '../terminal/display-width.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'
import type { Style } from '../terminal/style.ts'
import { wrapText } from '../terminal/wrap-text.ts'

/** The worst first: with the first no command works at all. */
const BY_WEIGHT = [2, 3, 6, 4, 1]

/**
 * `narrate doctor`: every part of the setup looked at, one line each. Nothing is written but the cache of sources, no key is shown, and nothing but
 * this machine is contacted. Exit 0 without trouble, else the code that a command which needs the worst of it would end with.
 */
export const doctor: Action<GlobalOptions> = async ({ world, parts, options }) => {
  const print = makePrinter(world, options)
  const progress = startProgress(world, options, 'Looking at the setup')
  const checks: SourceCheck[] = [checkNode()]
  let project: Project
  try {
    const read = await readProject(options, world)
    project = read.project
    checks.push(read.check)
    const isFaulty = read.check.state === 'trouble'
    const add = async (name: string, check: () => Promise<readonly Check[] | Check>): Promise<void> => {
      progress.update(`Looking at ${name}`)
      checks.push(...(await attempt(name, check)))
    }
    if (isFaulty && options.source === undefined)
      checks.push(warning('sources', 'not looked at', 'Mend narrate.yaml first, or name them with --source.'))
    else
      await add('sources', async () =>
        checkSources(project, await parts.sourceKinds(), world, options.source),
      )
    await add('notes', () => checkNotes(project, world))
    await add('store', async () => checkStore(await parts.store(project, world), project, world))
    if (!isFaulty || options.source !== undefined)
      await add('told runs', async () =>
        checkTold(
          await parts.store(project, world),
          project,
          await parts.sourceKinds(),
          world,
          options.source,
        ),
      )
    await add('git', () => checkGit(project, world))
    await add('editor', () => checkEditor(world))
    checks.push(checkKeys(world))
    await add('model', () => checkModel(project, options, world))
    await add('consent', () => checkConsent(project))
    await add('templates', () => checkTemplates(project))
    checks.push(checkDay(project, world), checkTerminal(world))
  } finally {
    progress.clear()
  }

  const mask = maskOf(project.settings, world)
  const told = checks.map((check) => ({
    ...check,
    says: cleanLine(mask(check.says)),
    advice: check.advice === null ? null : cleanLine(mask(check.advice)),
  }))
  const exit = BY_WEIGHT.find((code) => told.some((check) => check.exit === code)) ?? 0
  if (options.json === true) print.json({ exit, checks: told })
  else print.answer(renderChecks(told, Math.min(world.stdout.columns, 100), print.style))
  return exit
}

async function readProject(
  options: GlobalOptions,
  world: World,
): Promise<{ readonly project: Project; readonly check: Check }> {
  try {
    const project = await findProject(world, options.project)
    const { settingsFile } = project
    const says =
      settingsFile === null
        ? 'none: everything has a default (narrate init writes one)'
        : `${path.relative(world.cwd, settingsFile)} is valid`
    return { project, check: ok('narrate.yaml', says) }
  } catch (error) {
    if (!(error instanceof NarrateError) || error.kind !== 'configuration') throw error
    return {
      project: await findFaultyProject(world, options.project),
      check: troubleOf('narrate.yaml', error),
    }
  }
}

const STATE_WIDTH = 9

/** One line a check, wrapped under itself, and a last one that counts. */
function renderChecks(checks: readonly Check[], width: number, style: Style): string {
  const names = Math.max(...checks.map(({ name }) => displayWidth(name))) + 2
  const indent = STATE_WIDTH + names
  const paint = { ok: style.good, warning: style.accent, trouble: style.bad }
  const lines = checks.map(({ name, state, says, advice }) => {
    const text = wrapText(advice === null ? `${says}.` : `${says}. ${advice}`, Math.max(30, width - indent))
    const head = `${paint[state](state)}${' '.repeat(STATE_WIDTH - state.length)}${name}${' '.repeat(names - displayWidth(name))}`
    return `${head}${text.replaceAll('\n', `\n${' '.repeat(indent)}`)}`
  })
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length
  const [warnings, troubles] = [count('warning'), count('trouble')]
  const sum =
    troubles === 0 && warnings === 0
      ? 'All is well.'
      : `${troubles === 0 ? 'No trouble' : troubles === 1 ? 'One trouble' : `${troubles} troubles`}, ${warnings === 1 ? 'one warning' : `${warnings} warnings`}.`
  return [...lines, '', sum].join('\n')
}
