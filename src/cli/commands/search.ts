import { NarrateError } from '../../errors.ts'
import { dayOf } from '../../notes/user-day.ts'
import { type FoundPassage, rankPassages } from '../../search/rank-passages.ts'
import { termsOf } from '../../search/terms.ts'
import { passageToJson } from '../answer-json.ts'
import { findIdentity } from '../find-identity.ts'
import { dayRule, findProject } from '../find-project.ts'
import { openSearch } from '../open-search.ts'
import { sentence } from '../open-sources.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { parseSpan } from '../parse-span.ts'
import { renderPassages } from '../render-passages.ts'
import { gapToJson } from '../runs-json.ts'
import { makePrinter } from '../terminal/printer.ts'

interface Options extends GlobalOptions {
  readonly kind?: string
  readonly limit?: string
}

const SHOWN = 10

/** `narrate search WORDS`: passages of documents, notes and commits that hold the words, best first. Exit 1 where something was unread. */
export const search: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const asked = words.join(' ')
  if (!/[\p{L}\p{N}]/u.test(asked))
    throw new NarrateError('usage', 'No words to search for are given.', {
      hint: 'narrate search random forest',
    })
  const limit = readLimit(options.limit)
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  const rule = dayRule(project, world)
  const span = parseSpan(options, world.now(), rule, { from: 0, until: world.now() + 1 })
  const day = (at: number): string => dayOf(at, rule.timeZone, rule.endsAtHour)
  const from = options.since === undefined ? null : day(span.from)
  const until = options.until === undefined ? null : day(span.until - 1)
  const { index, gaps } = await openSearch(project, store, await findIdentity(project, world), world)
  try {
    const terms = termsOf(asked, (phrase) => index.find([phrase]).size > 0).map((term) => ({
      ...term,
      weight: 1,
    }))
    const wanted = terms.length > 0 ? terms : [{ words: asked, forms: [asked], weight: 1 }]
    const found = rankPassages(asked, wanted, index, { from: null, until: null, of: null }).filter(isWanted)
    for (const one of gaps) print.warn(sentence(one))
    if (options.json === true)
      print.json({
        passages: found.slice(0, limit).map(passageToJson),
        found: found.length,
        gaps: gaps.map(gapToJson),
      })
    else if (found.length === 0)
      print.say(`Nothing in ${index.count} passages holds ${JSON.stringify(asked)}.`)
    else {
      print.answer(renderPassages(found.slice(0, limit), { width: world.stdout.columns, style: print.style }))
      if (found.length > limit) print.say(`${found.length - limit} more: --limit, --json.`)
    }
    return gaps.length > 0 ? 1 : 0
  } finally {
    index.close()
  }

  function isWanted({ passage }: FoundPassage): boolean {
    const { date, kind, of } = passage
    if (options.kind !== undefined && options.kind !== (of ?? kind)) return false
    if (from !== null && (date === null || date < from)) return false
    return until === null || (date !== null && date <= until)
  }
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return SHOWN
  const limit = Number(text)
  if (Number.isSafeInteger(limit) && limit > 0) return limit
  throw new NarrateError('usage', `--limit ${text} is no whole number above zero.`)
}
