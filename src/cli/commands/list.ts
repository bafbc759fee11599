import { BUILT_IN_KINDS, type DocumentKindName } from '../../documents/document.ts'
import { NarrateError } from '../../errors.ts'
import { type Gap, isGap } from '../../gap.ts'
import { dayOf } from '../../notes/user-day.ts'
import type { DocumentQuery, DocumentSummary } from '../../stores/store.ts'
import { documentToJson } from '../documents-json.ts'
import { dayRule, findProject, type Project } from '../find-project.ts'
import { sentence } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { parseSpan } from '../parse-span.ts'
import { ownKindNames } from '../read-own-kind.ts'
import { renderDocuments } from '../render-documents.ts'
import { gapToJson } from '../runs-json.ts'
import { makePrinter } from '../terminal/printer.ts'

interface Options extends GlobalOptions {
  readonly kind?: DocumentKindName
  readonly run?: string
}

/** `narrate list`: the documents of the store, oldest first. Exit 1 where one of them could not be read. */
export const list: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  if (options.kind !== undefined) await refuseUnknown(options.kind, project)
  const documents: DocumentSummary[] = []
  const gaps: Gap[] = []
  for await (const found of store.list(readQuery())) {
    if (isGap(found)) gaps.push(found)
    else documents.push(found)
  }
  for (const one of gaps) print.warn(sentence(one))
  if (options.json === true) {
    print.json({ documents: documents.map(documentToJson), gaps: gaps.map(gapToJson) })
  } else if (documents.length === 0) {
    print.say(`No documents in ${store.location}.`)
  } else {
    print.answer(renderDocuments(documents, { width: world.stdout.columns, style: print.style }))
  }
  return gaps.length > 0 ? 1 : 0

  function readQuery(): DocumentQuery {
    const rule = dayRule(project, world)
    const day = (at: number): string => dayOf(at, rule.timeZone, rule.endsAtHour)
    const span = parseSpan(options, world.now(), rule, { from: 0, until: world.now() + 1 })
    return {
      ...(options.kind === undefined ? {} : { kind: options.kind }),
      ...(options.run === undefined ? {} : { run: options.run }),
      ...(options.since === undefined ? {} : { since: day(span.from) }),
      ...(options.until === undefined ? {} : { until: day(span.until - 1) }),
      ...(words.length === 0 ? {} : { text: words.join(' ') }),
    }
  }
}

/** A kind that neither narrate nor the project knows is a slip: its list would be empty for another reason. */
async function refuseUnknown(kind: string, project: Project): Promise<void> {
  const known = [...BUILT_IN_KINDS, ...(await ownKindNames(project))]
  if (known.includes(kind)) return
  throw new NarrateError('usage', `There is no kind of document called ${kind}.`, {
    hint: `There are: ${known.join(', ')}.`,
  })
}
