import type { Store, StoreContents } from '../../stores/store.ts'
import { checkFigures } from '../../verify/check-figures.ts'
import { type VerifiedStore, verifyStore } from '../../verify/verify-store.ts'
import type { World } from '../../world.ts'
import { withSignatures } from '../check-signatures.ts'
import { type ChosenDocuments, chooseDocuments } from '../choose-documents.ts'
import { findProject, type Project } from '../find-project.ts'
import { knownFromSources, knownFromStore, type ReadKnownRuns } from '../known-runs.ts'
import { type OpenedSources, openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { readVersion } from '../package-root.ts'
import { projectTemplates } from '../project-templates.ts'
import { withLive } from '../read-live.ts'
import { readPassages } from '../read-passages.ts'
import { type FiguresOfFile, renderFigures } from '../render-figures.ts'
import { renderVerified } from '../render-verified.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'
import { figuresToJson, verifiedToJson } from '../verified-json.ts'

interface Options extends GlobalOptions {
  readonly live?: boolean
}

/**
 * `narrate verify [DOC…]`: everything in documents worked out again from their frozen evidence; with `--live` also held
 * against the run logs as they are now; the numbers of any other Markdown looked for in the runs. Exit 0 where all
 * stands, 1 with findings, 3 where there is nothing to verify or, where one is needed, no run log can be read.
 */
export const verify: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  const contents = await store.contents()
  const chosen = await chooseDocuments(words, contents, store.location, project, world.cwd)
  const hasDocuments = chosen.wanted === 'all' || chosen.wanted.size > 0
  const look = { width: Math.min(world.stdout.columns, 100), style: print.style }
  let opened: OpenedSources | null = null
  try {
    if (options.live === true || chosen.others.length > 0) {
      opened = await openSources(project, await parts.sourceKinds(), world, options.source)
      if ((options.live === true && hasDocuments) || options.source !== undefined) requireSources(opened)
    }
    const session: Session = { world, options, store, project, opened }
    const verified = hasDocuments ? await verifyDocuments(chosen, session) : null
    const figures = chosen.others.length > 0 ? await lookForFigures(chosen, contents, session) : null
    for (const gap of figures?.known.gaps ?? []) print.warn(sentence(gap))
    if (options.json === true)
      print.json({
        ...verifiedToJson(verified ?? { documents: [], findings: [], heads: [] }),
        files: (figures?.files ?? []).map(figuresToJson),
      })
    else
      print.answer(
        [
          ...(verified === null ? [] : [renderVerified(verified, look)]),
          ...(figures?.files ?? []).map((file) => renderFigures(file, figures?.known.runs.length ?? 0, look)),
        ].join('\n\n'),
      )
    const isClean =
      (verified === null ||
        (verified.findings.length === 0 && verified.documents.every((one) => one.findings.length === 0))) &&
      (figures === null ||
        (figures.known.gaps.length === 0 &&
          figures.files.every((file) => file.figures.every(({ candidates }) => candidates.length > 0))))
    return isClean ? 0 : 1
  } finally {
    await opened?.close()
  }
}

interface Session {
  readonly world: World
  readonly options: Options
  readonly store: Store
  readonly project: Project
  readonly opened: OpenedSources | null
}

async function verifyDocuments(
  { contents, wanted }: ChosenDocuments,
  { world, options, store, project, opened }: Session,
): Promise<VerifiedStore> {
  const composer = { templates: projectTemplates(project), version: readVersion() }
  const progress = startProgress(world, options, 'Verifying')
  try {
    const verified = await verifyStore(
      { contents: async () => contents, evidence: store.evidence },
      composer,
      wanted,
      (done, of) => {
        world.signal.throwIfAborted()
        progress.update(`Verifying ${done} of ${of}`)
      },
    )
    const signed = await withSignatures(verified, contents.recordIds, store, project, world)
    if (options.live !== true || opened === null) return signed
    return await withLive(signed, opened, store, project, world, (done) =>
      progress.update(`Reading run ${done}`),
    )
  } finally {
    progress.clear()
  }
}

/** Looks for the numbers of Markdown files in the run logs, or, where none is in sight, in what documents hold frozen. */
async function lookForFigures(
  { others }: ChosenDocuments,
  contents: StoreContents,
  { world, options, store, opened }: Session,
): Promise<{ readonly known: ReadKnownRuns; readonly files: readonly FiguresOfFile[] }> {
  const progress = startProgress(world, options, 'Reading runs')
  try {
    const known =
      opened !== null && opened.sources.length > 0
        ? await knownFromSources(opened, world.signal, (done) => progress.update(`Reading run ${done}`))
        : await knownFromStore(contents, store)
    const files = others.map(({ path, text }) => ({ path, ...checkFigures(readPassages(text), known) }))
    return { known, files }
  } finally {
    progress.clear()
  }
}
