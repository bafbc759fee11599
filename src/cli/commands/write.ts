import { inSpan } from '../../notes/in-span.ts'
import { matches } from '../../runs/filter/matches.ts'
import type { Run } from '../../runs/run.ts'
import { chooseModelFor } from '../choose-model.ts'
import { openDocumentSession, type WriteOptions } from '../document-session.ts'
import { dayRule } from '../find-project.ts'
import { gatherMatter } from '../gather-matter.ts'
import type { Action } from '../options.ts'
import { parseSpan } from '../parse-span.ts'
import { readOwnKind } from '../read-own-kind.ts'
import { readFilter } from '../run-query.ts'
import { nothingToJson, writeDocument } from '../write-document.ts'

interface Options extends WriteOptions {
  readonly experiment?: readonly string[]
  readonly filter?: readonly string[]
}

/** `narrate write KIND`: a document of a kind that the project brings. Exit codes as DESIGN section 5. */
export const write: Action<Options> = async (command) => {
  const { words } = command
  const session = await openDocumentSession(command)
  const { options, print, project, templates, world } = session
  const own = await readOwnKind(words[0] ?? '', project, templates)
  const rule = dayRule(project, world)
  const spanned = options.since !== undefined || options.until !== undefined
  const span = spanned ? parseSpan(options, world.now(), rule, { from: 0, until: world.now() + 1 }) : null
  const filter = readFilter(options)
  const isTold = (run: Run): boolean =>
    (span === null ||
      [run.startedAt, run.endedAt].some((at) => at !== null && at >= span.from && at < span.until)) &&
    (options.experiment === undefined ||
      options.experiment.some((name) => name === run.experiment.name || name === run.experiment.id)) &&
    matches(filter, run)
  const matter = await gatherMatter(
    {
      kind: own.kind,
      subject: { schema: own.schema, digest: own.digest, asked: askedFor(options) },
      isTold,
      span,
      withUndatedNotes: span === null,
      isCited: ({ date }) => span === null || inSpan(dayAt(date), span, rule),
    },
    session,
  )
  if (matter.evidence.runs.length + matter.evidence.quotes.length === 0) {
    print.say('Nothing to tell: no run and no note is what was asked for.')
    if (options.json === true) print.json(nothingToJson(matter.evidence.gaps))
    return matter.isPartial ? 1 : 0
  }
  const choice = await chooseModelFor(project, options, world, session.parts)
  return writeDocument(matter, choice, session)
}

/** A day as the time of a note of which only the day is known. */
function dayAt(date: string) {
  return { kind: 'dated', at: Date.parse(`${date}T12:00:00Z`), precision: 'day', by: 'filename' } as const
}

function askedFor(options: Options): readonly string[] {
  return [
    ...(['since', 'until'] as const).flatMap((name) =>
      options[name] === undefined ? [] : [`--${name} ${options[name]}`],
    ),
    ...(['experiment', 'filter'] as const).flatMap((name) =>
      (options[name] ?? []).map((value) => `--${name} ${value}`),
    ),
  ]
}
