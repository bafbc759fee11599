import { answerKind } from '../../documents/answer-kind.ts'
import { NarrateError } from '../../errors.ts'
import type { ModelChoice } from '../../models/registry.ts'
import type { Drafted } from '../../narrate.ts'
import { answerToJson } from '../answer-json.ts'
import { chooseModelFor } from '../choose-model.ts'
import { type DocumentSession, openDocumentSession, type WriteOptions } from '../document-session.ts'
import { draftDocument, type WrittenMatter } from '../draft-document.ts'
import { dayRule } from '../find-project.ts'
import { type AnswerMatter, gatherAnswer, subjectOf } from '../gather-answer.ts'
import { keepCallsOfAnswer } from '../keep-calls.ts'
import { openSources, sentence } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { isRecorded, renderAnswer } from '../render-answer.ts'
import { type QueryOptions, readFilter, readRunQuery } from '../run-query.ts'
import { startProgress } from '../terminal/progress.ts'
import { renderMarkdown } from '../terminal/render-markdown.ts'
import { showPayload } from '../write-document.ts'

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
    // Where the tracker is gone, documents and notes still answer.
    const progress = startProgress(world, options, opened.reading)
    matter = await gatherAnswer(question, asked, opened, session, (done) =>
      progress.update(`Reading run ${done}`),
    ).finally(() => progress.clear())
  } finally {
    await opened.close()
  }
  const choice = await chooseModelFor(project, options, world, parts)
  const written: WrittenMatter = {
    kind: answerKind,
    subject: subjectOf(matter),
    evidence: matter.evidence,
    noteIds: [],
    supersedes: null,
    isPartial: matter.isPartial,
  }
  if (options.showPayload === true) return showPayload(written, choice, session)
  for (const one of matter.gaps.slice(0, SHOWN_GAPS)) print.warn(sentence(one))
  if (matter.gaps.length > SHOWN_GAPS)
    print.warn(`${matter.gaps.length - SHOWN_GAPS} more could not be read: --json names them.`)
  const code = matter.isPartial ? 1 : 0
  const drafted = await answer(matter, written, choice, session)
  const found = { width: world.stdout.columns, style: print.style }
  if (options.json === true) {
    print.json({
      ...answerToJson(matter),
      answer: drafted === null || drafted.fallback !== null ? null : answered(drafted),
      model: drafted?.model ?? null,
    })
  } else if (drafted === null) print.answer(renderAnswer(matter, found))
  else if (drafted.fallback !== null) {
    print.warn(`The model failed, so this is what was found: ${drafted.fallback}`)
    print.answer(renderAnswer(matter, found))
  } else {
    const { body } = drafted.document
    const width = Math.min(world.stdout.columns, 100)
    print.answer(
      world.stdout.isTerminal ? renderMarkdown(body, { width, style: print.style, unfold: false }) : body,
    )
    // An answer of which nothing held still leaves what was found.
    if (drafted.statements === 0 && isRecorded(matter)) print.answer(`\n${renderAnswer(matter, found)}`)
  }
  return drafted !== null && drafted.fallback !== null ? 1 : code
}

/** What a model answers; null where none is asked: there is none, or nothing was found that it could answer from. */
async function answer(
  matter: AnswerMatter,
  written: WrittenMatter,
  choice: ModelChoice,
  session: DocumentSession<Options>,
): Promise<Drafted | null> {
  const { options, print, project } = session
  if (choice.model === null && options.requireModel !== true) {
    if (options.model !== false) print.say(print.noteStyle.dim(`No model was asked: ${choice.reason}`))
    return null
  }
  // A model adds nothing to lines that answer alone.
  if (matter.passages.length + matter.runs.found.length === 0) return null
  const drafted = await draftDocument(written, choice, session)
  if (options.dryRun !== true) await keepCallsOfAnswer(project.root, session.world.now(), drafted.calls)
  return drafted
}

/** The sentences that stand, as they are printed. */
function answered({ document, leftOut, verdicts }: Drafted): object {
  const sentences = document.body
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .map((line) => line.slice(2))
  return {
    sentences,
    markdown: document.body,
    verdicts,
    leftOut: leftOut.map(({ text, reason }) => ({ text, reason })),
  }
}
