import { NarrateError } from '../../errors.ts'
import { metricRules } from '../../evidence/metric-rules.ts'
import { type Gap, isGap } from '../../gap.ts'
import type { JsonObject } from '../../json.ts'
import type { SessionNote } from '../../notes/note.ts'
import { splitOf } from '../../runs/pair-metrics.ts'
import type { Run } from '../../runs/run.ts'
import type { RunSource } from '../../runs/run-source.ts'
import { thinCurve } from '../../runs/thin-curve.ts'
import type { DocumentSummary } from '../../stores/store.ts'
import { curveFamilies } from '../curve-families.ts'
import { dayRule, findProject } from '../find-project.ts'
import { findRelatives, type Relative, type Relatives } from '../find-relatives.ts'
import { findRunOrName } from '../find-run.ts'
import { mayHideRuns } from '../gap-weight.ts'
import { notesNaming, readAllNotes } from '../notes-naming.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { type RunSurroundings, renderRun } from '../render-run.ts'
import { runsToJson } from '../runs-json.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgressAtTerminal } from '../terminal/progress.ts'
import type { PlotLine } from '../terminal/render-plot.ts'
import { type PagerOptions, showPaged } from '../terminal/show-paged.ts'

interface Options extends GlobalOptions, PagerOptions {
  readonly history?: boolean
  readonly metric?: readonly string[]
}

/** So many plots are drawn where nobody asked for others. */
const PLOTS = 2
/** So many histories are looked into for something to draw. */
const MOST_HISTORIES = 24

/**
 * `narrate runs show RUN…`: all that is logged of the runs named, what they belong with, their curves, and the documents
 * that tell them. Exit 1 where a source could not be read; a value of a run that could not be read is told.
 */
export const runsShow: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  const rules = metricRules(project.settings.metrics, [])
  try {
    requireSources(opened)
    for (const unread of opened.unread) print.warn(sentence(unread))
    const written = await readAllNotes(project, world)
    const shown: { readonly run: Run; readonly around: RunSurroundings }[] = []
    for (const word of words) {
      const { source, key, formerly } = await whileReading(() => findRunOrName(word, opened))
      if (formerly !== undefined) print.say(`${cleanLine(formerly)} is ${cleanLine(key)} now.`)
      const run = await source.read(key, { withHistory: options.history === true })
      shown.push({ run, around: await whileReading(() => lookAround(run, source, written.notes)) })
    }
    const gaps = [...shown.flatMap(({ around }) => around.gaps), ...written.gaps]
    if (options.json === true) {
      print.json({
        ...runsToJson(
          shown.map(({ run }) => run),
          [...opened.unread, ...gaps],
        ),
        related: Object.fromEntries(shown.map(({ run, around }) => [run.key, aroundToJson(around)])),
      })
    } else {
      const look = {
        width: world.stdout.columns,
        style: print.style,
        timeZone: dayRule(project, world).timeZone,
        now: world.now(),
        settings: project.settings,
      }
      const text = shown.map(({ run, around }) => renderRun(run, look, around)).join('\n\n')
      await showPaged(text, world, options)
    }
    return opened.unread.length > 0 || gaps.some(mayHideRuns) ? 1 : 0
  } finally {
    await opened.close()
  }

  async function whileReading<Value>(read: () => Promise<Value>): Promise<Value> {
    const progress = startProgressAtTerminal(world, options, opened.reading)
    try {
      return await read()
    } finally {
      progress.clear()
    }
  }

  async function lookAround(
    run: Run,
    source: RunSource,
    written: readonly SessionNote[],
  ): Promise<RunSurroundings> {
    const gaps: Gap[] = []
    const { sources } = opened
    const { repeats } = project.settings
    const relatives = await findRelatives(run, source, { sources, repeats }, gaps)
    const drawn = options.json === true ? { plots: [], notPlotted: [] } : await plotsOf(run, source, gaps)
    const documents: DocumentSummary[] = []
    const store = await parts.store(project, world)
    for (const key of [run.key, ...(run.also ?? []).map((one) => one.key)])
      for await (const found of store.list({ run: key })) {
        if (isGap(found)) gaps.push(found)
        else if (!documents.some(({ id }) => id === found.id)) documents.push(found)
      }
    const told = new Set(run.gaps.map((one) => `${one.where} ${one.why}`))
    // Its relatives are looked for in its own experiment, which was read: what other ones lack is no matter here.
    const own = gaps.filter(
      (one) => !told.has(`${one.where} ${one.why}`) && mayHideRuns(one) && !/^experiments? /.test(one.what),
    )
    const maybeSame = await opened.maybeSame(run)
    const formerly = (await opened.keys()).formerly(run.key)
    return {
      relatives,
      maybeSame,
      formerly,
      ...drawn,
      documents,
      notes: notesNaming(run, written),
      gaps: own,
    }
  }

  async function plotsOf(
    run: Run,
    source: RunSource,
    gaps: Gap[],
  ): Promise<Pick<RunSurroundings, 'plots' | 'notPlotted'>> {
    const families = curveFamilies(run, rules, (metric) => run.metrics.get(metric)?.count === 1)
    const asked = options.metric?.map((name) => familyNamed(name, run, families))
    const plots: (readonly PlotLine[])[] = []
    let histories = 0
    let looked = 0
    for (const family of asked ?? families) {
      if (asked === undefined && (plots.length === PLOTS || histories >= MOST_HISTORIES)) break
      looked += 1
      const lines: PlotLine[] = []
      for (const name of family) {
        world.signal.throwIfAborted()
        histories += 1
        const curve = await thinCurve(source.history(run.key, name))
        gaps.push(...curve.gaps)
        if (curve.count > 1 || asked !== undefined) lines.push({ name, curve })
      }
      if (lines.length > 0) plots.push(lines)
    }
    const notPlotted = asked === undefined && plots.length === PLOTS ? families.slice(looked).flat() : []
    return { plots, notPlotted }
  }
}

/** The metric asked for, before the others of its family. Throws `NarrateError('usage')` where the run has none of this name. */
function familyNamed(name: string, run: Run, families: readonly (readonly string[])[]): readonly string[] {
  if (!run.metrics.has(name)) {
    const names = [...run.metrics.keys()]
    throw new NarrateError('usage', `Run ${run.name} has no metric "${name}".`, {
      hint:
        names.length === 0
          ? 'It has no metrics.'
          : `It has ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`,
    })
  }
  const family = families.find((names) => names.includes(name)) ?? []
  return [name, ...family.filter((other) => other !== name && splitOf(other).stem === splitOf(name).stem)]
}

function aroundToJson({ relatives, maybeSame, formerly, documents, notes }: RunSurroundings): JsonObject {
  const { parent, children, replicates, repeats, nearest } = relatives
  return {
    parent: parent === null ? null : relativeToJson(parent),
    children: children.map(relativeToJson),
    replicates: replicates.map(relativeToJson),
    repeats: repeats.map(relativeToJson),
    nearest: nearest === null ? null : nearestToJson(nearest),
    ...(maybeSame.length === 0
      ? {}
      : { maybeSame: maybeSame.map(({ runs, why }) => ({ key: runs[1], why })) }),
    ...(formerly.length === 0 ? {} : { formerly }),
    documents: documents.map(({ id, kind, title, path }) => ({ id, kind, title, path })),
    notes: notes.map(({ text, place, line }) => ({ text, place, line })),
  }
}

function relativeToJson({ key, id, name, status }: Relative): JsonObject {
  return { key, id, name, status }
}

function nearestToJson({ run, differs }: NonNullable<Relatives['nearest']>): JsonObject {
  return {
    ...relativeToJson(run),
    differs: differs.map(({ param, other, own }) => ({ param, there: other, here: own })),
  }
}
