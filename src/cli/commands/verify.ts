import { type VerifiedStore, verifyStore } from '../../verify/verify-store.ts'
import { chooseDocuments } from '../choose-documents.ts'
import { findProject } from '../find-project.ts'
import { type OpenedSources, openSources, requireSources } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { PACKAGE_ROOT, readVersion } from '../package-root.ts'
import { withLive } from '../read-live.ts'
import { renderVerified } from '../render-verified.ts'
import { templateEngine } from '../template-engine.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'
import { verifiedToJson } from '../verified-json.ts'

interface Options extends GlobalOptions {
  readonly live?: boolean
}

/**
 * `narrate verify [DOC…]`: everything in documents worked out again from their frozen evidence; with `--live` also held
 * against the run logs as they are now. Exit 0 where all stands, 1 with findings, 3 where there is nothing to verify or,
 * with `--live`, no run log can be read.
 */
export const verify: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  const chosen = await chooseDocuments(words, await store.contents(), store.location, project, world.cwd)
  const composer = { templates: templateEngine(PACKAGE_ROOT), version: readVersion() }
  let opened: OpenedSources | null = null
  try {
    if (options.live === true) {
      opened = await openSources(project, await parts.sourceKinds(), world, options.source)
      requireSources(opened)
    }
    const progress = startProgress(world, options, 'Verifying')
    let verified: VerifiedStore
    try {
      verified = await verifyStore(
        { contents: async () => chosen.contents, evidence: store.evidence },
        composer,
        chosen.wanted,
        (done, of) => {
          world.signal.throwIfAborted()
          progress.update(`Verifying ${done} of ${of}`)
        },
      )
      if (opened !== null)
        verified = await withLive(verified, opened, store, project, world, (done) =>
          progress.update(`Reading run ${done}`),
        )
    } finally {
      progress.clear()
    }
    if (options.json === true) print.json(verifiedToJson(verified))
    else {
      const look = { width: Math.min(world.stdout.columns, 100), style: print.style }
      print.answer(renderVerified(verified, look))
    }
    const isClean =
      verified.findings.length === 0 && verified.documents.every((one) => one.findings.length === 0)
    return isClean ? 0 : 1
  } finally {
    await opened?.close()
  }
}
