import { NarrateError } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import type { KeyLink, Relink } from '../../stores/relink.ts'
import type { LostRun } from '../../verify/find-moved.ts'
import { findIdentity } from '../find-identity.ts'
import { findProject, type Project } from '../find-project.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { type AskedLink, planRelink, type RelinkPlan } from '../plan-relink.ts'
import { renderRelink } from '../render-relink.ts'
import { gapToJson } from '../runs-json.ts'
import { askYes, mayAsk } from '../terminal/ask.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'

interface Options extends GlobalOptions {
  readonly because?: string
  readonly force?: boolean
}

/**
 * `narrate relink [OLD NEW]`: finds the runs that documents and notes name by keys that no run log has any more, and writes down what
 * they are called now, as a record of its own. Exit 0 where every run that is named is there, 1 where some are not, or
 * nothing was written down. Throws `NarrateError('usage')` where what was asked for is not so.
 */
export const relink: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const asked = readAsked(words, options)
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  let plan: RelinkPlan
  try {
    requireSources(opened)
    const progress = startProgress(world, options, opened.reading)
    try {
      plan = await planRelink(asked, opened, store, project, world)
    } finally {
      progress.clear()
    }
  } finally {
    await opened.close()
  }
  for (const one of plan.gaps) print.warn(sentence(one))
  const { links } = plan
  const isWhole = plan.unsure.length + plan.gone.length + plan.unread.length + plan.gaps.length === 0
  const shown = renderRelink(plan, { style: print.style, width: Math.min(world.stdout.columns, 100) })
  if (options.json !== true && shown !== '') print.answer(shown)
  const saved = links.length > 0 && (await isWanted()) ? await save(links) : null
  if (options.json === true) print.json(planToJson(plan, saved))
  else {
    if (links.length === 0 && isWhole) print.answer('Every run that documents and notes name is there.')
    if (saved !== null) {
      print.answer(`Relinked: ${counted(links.length)}. No document changed.`)
      print.say(print.noteStyle.dim(`Recorded beside the evidence, as ${saved.id}.`))
      for (const one of namedInSettings(links, project))
        print.say(`narrate.yaml names ${one.from} (${one.where}): write ${one.to} there.`)
    } else if (links.length > 0)
      print.say(
        options.dryRun === true ? '--dry-run wrote nothing.' : 'Nothing was written down; --yes does it.',
      )
    if (plan.unsure.length > 0) print.say('narrate relink OLD NEW settles what is not plain.')
  }
  return isWhole && (links.length === 0 || saved !== null) ? 0 : 1

  async function isWanted(): Promise<boolean> {
    if (options.dryRun === true) return false
    if (options.yes === true) return true
    return mayAsk(world, options) && (await askYes(world, `Write down ${counted(links.length)}?`))
  }

  async function save(chosen: readonly KeyLink[]): Promise<Relink> {
    const { author } = await findIdentity(project, world)
    return store.relink(chosen, { by: author, because: options.because?.trim() || null })
  }
}

function readAsked([old, now]: readonly string[], { force = false }: Options): AskedLink | null {
  if (old === undefined) {
    if (!force) return null
    throw new NarrateError('usage', '--force is for one run or one alias at a time.', {
      hint: 'narrate relink OLD NEW --force',
    })
  }
  if (now !== undefined) return { old, now, force }
  throw new NarrateError('usage', `What is ${old} called now?`, {
    hint: 'narrate relink OLD NEW, two keys or two aliases; narrate relink alone looks for all that moved.',
  })
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`
}

/** Keys that narrate.yaml names: it is the user's own, and not written to. */
function namedInSettings(links: readonly KeyLink[], { settings }: Project) {
  return links.flatMap(({ from, to }) => [
    ...(settings.production.includes(from) ? [{ from, to, where: 'production' }] : []),
    ...(Object.values(settings.aliases).includes(from) ? [{ from, to, where: 'aliases' }] : []),
  ])
}

function planToJson({ links, unsure, gone, unread, gaps }: RelinkPlan, saved: Relink | null): JsonObject {
  const where = ({ documents, notes }: LostRun): JsonObject => ({ documents, notes })
  return {
    relink:
      saved === null
        ? null
        : {
            id: saved.id,
            at: new Date(saved.at).toISOString(),
            by: saved.by,
            because: saved.because,
          },
    links: links.map(({ from, to, why, lost }) => ({ from, to, why, ...where(lost) })),
    unsure: unsure.map(({ lost, candidates, why }) => ({ key: lost.key, candidates, why, ...where(lost) })),
    gone: gone.map(({ lost, differs }) => ({
      key: lost.key,
      differs: differs === null ? null : { key: differs.key, lines: differs.lines },
      ...where(lost),
    })),
    unread: unread.map((lost) => ({ key: lost.key, ...where(lost) })),
    gaps: gaps.map(gapToJson),
  }
}
