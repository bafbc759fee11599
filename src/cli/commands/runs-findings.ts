import { withSoundFindings } from '../../claims/sound-findings.ts'
import { NarrateError } from '../../errors.ts'
import { FINDING_KINDS, type FindingKind } from '../../evidence/evidence.ts'
import { narrowQuery } from '../../runs/filter/filter-query.ts'
import { matches } from '../../runs/filter/matches.ts'
import { closest } from '../closest.ts'
import { dayRule, findProject } from '../find-project.ts'
import { findingToJson } from '../findings-json.ts'
import { type GatheredProject, gatherProject } from '../gather-project.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { renderFindings } from '../render-findings.ts'
import { type QueryOptions, readFilter, readRunQuery } from '../run-query.ts'
import { gapToJson } from '../runs-json.ts'
import { sayNoMatch } from '../say-no-match.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'
import { withUsersMeant } from '../with-users-meant.ts'

interface Options extends QueryOptions {
  readonly kind?: readonly string[]
  /** False for `--no-history`. */
  readonly history?: boolean
}

/**
 * `narrate runs findings`: what the runs say by themselves, with no note and no model. Exit 1 where something could not
 * be read, 3 where nothing could.
 */
export const runsFindings: Action<Options> = async ({ world, parts, options }) => {
  const print = makePrinter(world, options)
  const kinds = (options.kind ?? []).map(readKind)
  const project = await findProject(world, options.project)
  const filter = readFilter(options)
  let query = narrowQuery(readRunQuery(options, world, dayRule(project, world)), filter)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  try {
    requireSources(opened)
    query = await withUsersMeant(query, opened.sources, print.say, world)
    for (const unread of opened.unread) print.warn(sentence(unread))
    const progress = startProgress(world, options, opened.reading)
    let gathered: GatheredProject
    try {
      gathered = await gatherProject(
        {
          project,
          sources: opened.sources,
          query: { ...query, order: 'oldest' },
          isWanted: (run) => matches(filter, run),
          withHistory: options.history !== false,
          onRead: (done) => progress.update(`Reading run ${done}`),
        },
        world,
      )
    } finally {
      progress.clear()
    }
    const evidence = withSoundFindings(gathered.evidence)
    const primary = project.settings.metrics.primary
    const logged = new Set(
      [...evidence.runs, ...evidence.earlier].flatMap(({ run }) => [...run.metrics.keys()]),
    )
    if (primary !== undefined && evidence.runs.length > 0 && !logged.has(primary)) {
      const near = closest(primary, [...logged])
      print.warn(
        `metrics.primary in narrate.yaml is ${cleanLine(primary)}, which no run logs.${near === null ? '' : ` Did you mean ${cleanLine(near)}?`}`,
      )
    }
    const found = evidence.findings.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    const gaps = [...opened.unread, ...evidence.gaps]
    if (options.json === true) {
      const findings = found.map((one) => findingToJson(one, evidence))
      world.stdout.write(
        `${JSON.stringify({ runs: evidence.runs.length, findings, gaps: gaps.map(gapToJson) })}\n`,
      )
    } else if (evidence.runs.length === 0) print.say(await sayNoMatch(filter, opened.sources))
    else if (found.length === 0) print.say('The runs say nothing by themselves that is worth telling.')
    else print.answer(renderFindings(found, evidence, { width: world.stdout.columns, style: print.style }))
    for (const one of evidence.gaps.slice(0, SHOWN_GAPS)) print.warn(sentence(one))
    if (evidence.gaps.length > SHOWN_GAPS)
      print.warn(`${evidence.gaps.length - SHOWN_GAPS} more could not be read: --json names them.`)
    return gathered.isPartial || opened.unread.length > 0 ? 1 : 0
  } finally {
    await opened.close()
  }
}

const SHOWN_GAPS = 5

function readKind(text: string): FindingKind {
  const kind = FINDING_KINDS.find((known) => known === text.toLowerCase())
  if (kind !== undefined) return kind
  throw new NarrateError('usage', `"${text}" is no kind of finding.`, {
    hint: `It is one of ${FINDING_KINDS.join(', ')}.`,
  })
}
