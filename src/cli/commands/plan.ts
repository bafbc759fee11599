import { planDraftSchema } from '../../documents/plan/plan-draft.ts'
import { planKind } from '../../documents/plan/plan-kind.ts'
import { planList } from '../../documents/plan/plan-list.ts'
import { NarrateError } from '../../errors.ts'
import { chooseModelFor } from '../choose-model.ts'
import { openDocumentSession, type WriteOptions } from '../document-session.ts'
import { dayRule } from '../find-project.ts'
import { gatherMatter } from '../gather-matter.ts'
import type { Action } from '../options.ts'
import { type PlanWords, parsePlan } from '../parse-plan.ts'
import { parseSpan } from '../parse-span.ts'
import { refuseUnlogged } from '../parse-target.ts'
import { nothingToJson, writeDocument } from '../write-document.ts'

interface Options extends WriteOptions, PlanWords {
  readonly experiment?: readonly string[]
}

/**
 * `narrate plan`: the gap to the target, the next experiments held against everything that was tried, and what is not worth
 * it. `--since`, `--until` and `--experiment` choose the runs that it is made from; it is held against all of them whatever
 * they say. Exit codes as DESIGN section 5.
 */
export const plan: Action<Options> = async (command) => {
  try {
    return await writePlan(command)
  } catch (error) {
    if (!command.world.signal.aborted) throw error
    throw new NarrateError('cancelled', 'Stopped. No plan was saved.', { cause: error })
  }
}

const writePlan: Action<Options> = async (command) => {
  const session = await openDocumentSession(command)
  const { options, project, world } = session
  const rule = dayRule(project, world)
  const subject = parsePlan(options, project.settings, world.now(), rule)
  const isSpanned = options.since !== undefined || options.until !== undefined
  const span = parseSpan(options, world.now(), rule, { from: 0, until: world.now() + 1 })
  const matter = await gatherMatter(
    {
      kind: planKind,
      subject,
      isTold: ({ experiment, startedAt, endedAt }) =>
        (options.experiment === undefined ||
          options.experiment.some((one) => one === experiment.name || one === experiment.id)) &&
        (!isSpanned || ((startedAt ?? 0) < span.until && (endedAt ?? startedAt ?? 0) >= span.from)),
      span: null,
      withUndatedNotes: true,
      isCited: ({ kind }) => kind === 'phase' || kind === 'decision' || kind === 'plan',
    },
    session,
  )
  if (matter.evidence.runs.length === 0) {
    session.print.say('Nothing to plan from: no runs were chosen, or none are logged.')
    if (options.json === true) session.print.json(nothingToJson(matter.evidence.gaps))
    return matter.isPartial ? 1 : 0
  }
  refuseUnlogged(subject.target, matter.evidence)
  const choice = await chooseModelFor(project, options, world, session.parts)
  return writeDocument(matter, choice, session, {
    json: ({ document }) => ({
      plan: planList(
        matter.evidence,
        planDraftSchema.nullable().parse(document.evidence.draft ?? null),
        subject,
      ),
    }),
  })
}
