import { NarrateError } from '../../errors.ts'
import { type Gap, isGap } from '../../gap.ts'
import { parseMarkdownFile } from '../../stores/front-matter.ts'
import type { DocumentSummary, Store } from '../../stores/store.ts'
import { documentToJson } from '../documents-json.ts'
import { dayRule, findProject } from '../find-project.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { renderDocuments } from '../render-documents.ts'
import { type HistoryEvent, historyOf, lineageOf, renderHistory } from '../render-history.ts'
import { tellDespite } from '../tell-despite.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { makePrinter, type Printer } from '../terminal/printer.ts'
import { renderMarkdown } from '../terminal/render-markdown.ts'

interface Options extends GlobalOptions {
  readonly full?: boolean
  readonly history?: boolean
}

/**
 * `narrate show ID|RUN`: a document, or the newest one that tells a run, with the others named. Piped, it is the file as
 * it is. Throws `NarrateError('usage')` where nothing matches, and, with a list, where several documents or runs do; `'store'` where it is
 * there and cannot be read.
 */
export const show: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  const [typed = ''] = words
  const documents = await findDocuments(typed, store)

  const newest = documents.findLast(({ supersededBy }) => supersededBy === null) ?? documents.at(-1)
  if (newest === undefined) throw new Error('findDocuments gives at least one')
  if (options.history === true) {
    const { timeZone } = dayRule(project, world)
    const events = await readHistory(newest, store)
    if (options.json === true) {
      print.json({ history: events.map((one) => ({ ...one, at: new Date(one.at).toISOString() })) })
    } else {
      print.say(`${newest.id}: ${standing(newest)}.`)
      print.answer(renderHistory(events, { width: world.stdout.columns, style: print.style, timeZone }))
    }
    return 0
  }
  if (options.json === true) {
    const whole = await Promise.all(documents.map(({ id }) => store.read(id)))
    print.json({
      documents: whole.map(({ summary, markdown }) => ({ ...documentToJson(summary), markdown })),
    })
    return 0
  }
  const { markdown } = await store.read(newest.id)
  if (documents.length > 1) {
    const look = { width: world.stderr.columns, style: print.noteStyle }
    print.say(`${renderDocuments(documents, look)}\n\nThe newest of ${documents.length}, ${newest.id}:\n`)
  }
  sayStanding(newest, print)
  print.answer(
    world.stdout.isTerminal
      ? renderMarkdown(markdown, {
          width: Math.min(world.stdout.columns, 100),
          style: print.style,
          unfold: options.full === true,
        })
      : markdown,
  )
  return 0
}

function sayStanding(document: DocumentSummary, print: Printer): void {
  if (document.supersededBy !== null) print.say(`Superseded by ${document.supersededBy}.`)
  for (const { by, at, despite, isOfThisText } of document.acceptances) {
    const day = new Date(at).toISOString().slice(0, 10)
    print.say(
      `Accepted by ${cleanLine(by)} on ${day}${[tellDespite(despite), isOfThisText ? '' : 'edited since']
        .filter((text) => text !== '')
        .map((text) => `; ${text}`)
        .join('')}.`,
    )
  }
  for (const { by, at } of document.redactions)
    print.say(`Redacted${by === null ? '' : ` by ${cleanLine(by)}`} on ${at.slice(0, 10)}.`)
  if (document.relinked.length > 0)
    print.say(
      `${document.relinked.length === 1 ? 'One of its runs has another key' : `${document.relinked.length} of its runs have other keys`} now: narrate runs show finds ${document.relinked.length === 1 ? 'it by both' : 'them by both'}.`,
    )
  if (document.edited) print.say('Edited by hand since it was saved.')
}

function standing({ supersededBy, acceptances, edited }: DocumentSummary): string {
  if (supersededBy !== null) return `superseded by ${supersededBy}`
  const isAccepted = acceptances.some(({ isOfThisText }) => isOfThisText)
  if (isAccepted) return 'accepted'
  if (acceptances.length > 0) return 'accepted, and edited since'
  return edited ? 'a draft, edited by hand' : 'a draft'
}

async function readHistory(document: DocumentSummary, store: Store): Promise<readonly HistoryEvent[]> {
  const all: DocumentSummary[] = []
  for await (const found of store.list({ kind: document.kind })) if (!isGap(found)) all.push(found)
  const line = lineageOf(document, all)
  const drafted = new Map<string, { readonly author: string | null; readonly model: string | null }>()
  for (const { id } of line) {
    const parts = parseMarkdownFile((await store.read(id)).markdown)
    const { author, model } = parts.kind === 'parts' ? parts.frontMatter : {}
    drafted.set(id, {
      author: typeof author === 'string' ? author : null,
      model: typeof model === 'string' ? model : null,
    })
  }
  return historyOf(line, (id) => drafted.get(id) ?? { author: null, model: null })
}

/** One document by its id, or all that tell one run. */
async function findDocuments(typed: string, store: Store): Promise<readonly DocumentSummary[]> {
  const byId = await store.find(typed)
  const tellers: DocumentSummary[] = []
  const unread: Gap[] = []
  for await (const found of store.list({ run: typed })) {
    if (isGap(found)) unread.push(found)
    else tellers.push(found)
  }
  // Only the beginning or the end of an id is meant for sure; text from its middle may be a run's.
  const isSure = byId.some(({ id }) => id.startsWith(typed) || id.endsWith(typed))
  if (byId.length === 1 && (isSure || tellers.length === 0)) return byId
  if (tellers.length > 0 && !isSure) {
    const keys = [...new Set(tellers.flatMap(({ runs }) => runs.filter((key) => beginsWith(key, typed))))]
    if (keys.length > 1) throw ambiguous(typed, 'runs', keys)
    return tellers
  }
  if (byId.length > 1)
    throw ambiguous(
      typed,
      'documents',
      byId.map(({ id }) => id),
    )
  const broken = unread.find(({ what, where }) => typed !== '' && (what.includes(typed) || where === typed))
  if (broken !== undefined) {
    throw new NarrateError('store', `${broken.what} cannot be shown: ${broken.why.replace(/\.$/, '')}.`, {
      hint: `It is ${broken.where}; git may have it as it was.`,
    })
  }
  throw new NarrateError('usage', `Nothing is kept under "${typed}".`, {
    hint: '`narrate list` shows documents; `narrate runs show` shows a run that no document tells.',
  })
}

function beginsWith(key: string, typed: string): boolean {
  return (
    key.startsWith(typed) ||
    key.slice(key.search(/[^:/]*$/)).startsWith(typed) ||
    key.slice(key.indexOf(':') + 1).startsWith(typed)
  )
}

function ambiguous(typed: string, what: string, names: readonly string[]): NarrateError {
  const shown = names.slice(0, 10).join(', ')
  return new NarrateError('usage', `"${typed}" may be any of ${names.length} ${what}.`, {
    hint: `Type more of one of them: ${shown}${names.length > 10 ? ', …' : ''}`,
  })
}
