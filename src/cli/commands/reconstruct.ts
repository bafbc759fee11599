import { NarrateError } from '../../errors.ts'
import { judgeSetup } from '../../evidence/setup/judge-setup.ts'
import type { SetupSubject } from '../../evidence/setup/setup-subject.ts'
import { checkReproduction } from '../check-reproduction.ts'
import { chooseModelFor } from '../choose-model.ts'
import { type DocumentSession, openDocumentSession } from '../document-session.ts'
import { gatherReconstruction, type ReconstructOptions } from '../gather-reconstruction.ts'
import { describeMasked, keepNote } from '../keep-note.ts'
import type { Action } from '../options.ts'
import { writeDocument } from '../write-document.ts'

/**
 * `narrate reconstruct RUN`: how a run was most likely set up, each item labelled by how it is known. With `--answer` what
 * somebody knows goes in, dated and by name, and the labels follow; with `--check NEWRUN` a reproduction is held against it (exit 1 where
 * it does not hold).
 */
export const reconstruct: Action<ReconstructOptions> = async (command) => {
  const { options, words, world } = command
  const [typed, ...rest] = words
  if (typed === undefined || rest.length > 0)
    throw new NarrateError('usage', 'Name one run: narrate reconstruct RUN.', {
      hint: '`narrate runs list` shows ids.',
    })
  const session = await openDocumentSession<ReconstructOptions>(command)
  if (options.check !== undefined) {
    if ((options.answer ?? []).length > 0)
      throw new NarrateError('usage', '--check and --answer exclude each other.', {
        hint: 'Leave one of them out.',
      })
    return checkReproduction(typed, options.check, session)
  }
  const answers = answersOf(options.answer ?? [], session, world.now())
  if (options.by !== undefined && answers.length === 0)
    throw new NarrateError('usage', '--by goes with --answer.', {
      hint: 'narrate reconstruct RUN --answer "seed=7" --by Ada',
    })
  await keepAnswers(answers, typed, session)
  const matter = await gatherReconstruction(typed, answers, session)
  const choice = await chooseModelFor(session.project, options, world, command.parts)
  return writeDocument(matter, choice, session, {
    json: (_, { evidence, subject }) => ({ setup: setupToJson(judgeSetup(evidence, subject).items) }),
  })
}

/** `item=value` pairs with who says so and when. */
function answersOf(
  typed: readonly string[],
  { identity, options }: DocumentSession<ReconstructOptions>,
  at: number,
): SetupSubject['answers'] {
  const by = options.by ?? identity.author
  return typed.map((text) => {
    const [, item, value] = /^\s*([^=]+?)\s*=\s*(\S[\s\S]*?)\s*$/.exec(text) ?? []
    if (item === undefined || value === undefined)
      throw new NarrateError('usage', `"${text}" is no answer.`, {
        hint: 'Write item=value, as in --answer "seed=7".',
      })
    if (by === null)
      throw new NarrateError('usage', 'Nobody is known to answer.', { hint: 'Say who with --by NAME.' })
    return { item, value, by, at }
  })
}

/** An answer is kept as a note of the run before anything else is done with it. */
async function keepAnswers(
  answers: SetupSubject['answers'],
  run: string,
  { isDry, print, project, world }: DocumentSession<ReconstructOptions>,
): Promise<void> {
  for (const { item, value, by } of answers) {
    const { masked } = await keepNote(
      { text: `${item} = ${value}`, author: by, runs: [run] },
      project,
      world,
      { dryRun: isDry },
    )
    if (masked.length > 0) print.warn(describeMasked(masked))
  }
}

function setupToJson(items: ReturnType<typeof judgeSetup>['items']): readonly object[] {
  return items.map(({ id, name, group, label, clue, against, candidates }) => ({
    item: id,
    name,
    group,
    label,
    value: clue?.value ?? null,
    where: clue?.where ?? null,
    how: clue?.how ?? null,
    against: against.map((one) => ({ value: one.value, label: one.label, where: one.where })),
    candidates,
  }))
}
