import { NarrateError } from '../../errors.ts'
import { answerToJson } from '../answer-json.ts'
import { openDocumentSession, type WriteOptions } from '../document-session.ts'
import { dayRule } from '../find-project.ts'
import { type AnswerMatter, gatherAnswer } from '../gather-answer.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { renderAnswer } from '../render-answer.ts'
import { type QueryOptions, readFilter, readRunQuery } from '../run-query.ts'
import { startProgress } from '../terminal/progress.ts'

interface Options extends QueryOptions, WriteOptions {}

const SHOWN_GAPS = 3

/**
 * `narrate ask "…"`: an answer out of documents, notes and runs. Without a model, the passages and runs that bear on it,
 * best first; with one, sentences that were each checked and cite what they rest on. Nothing is saved.
 */
export const ask: Action<Options> = async (command) => {
  const { world, parts, options, words } = command
  const question = words.join(' ').trim()
  if (!/[\p{L}\p{N}]/u.test(question))
    throw new NarrateError('usage', 'No question is given.', {
      hint: 'narrate ask "why did we drop random forest?"',
    })
  const session = await openDocumentSession(command)
  const { print, project } = session
  const asked = {
    query: { ...readRunQuery(options, world, dayRule(project, world)), includeDeleted: true },
    filter: readFilter(options),
  }
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  let matter: AnswerMatter
  try {
    requireSources(opened)
    const progress = startProgress(world, options, 'Reading runs')
    matter = await gatherAnswer(question, asked, opened, session, (done) =>
      progress.update(`Reading run ${done}`),
    ).finally(() => progress.clear())
  } finally {
    await opened.close()
  }
  for (const one of matter.gaps.slice(0, SHOWN_GAPS)) print.warn(sentence(one))
  if (matter.gaps.length > SHOWN_GAPS)
    print.warn(`${matter.gaps.length - SHOWN_GAPS} more could not be read: --json names them.`)
  if (options.json === true) print.json({ ...answerToJson(matter), answer: null, model: null })
  else print.answer(renderAnswer(matter, { width: world.stdout.columns, style: print.style }))
  return matter.isPartial ? 1 : 0
}
