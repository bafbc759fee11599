import { NarrateError } from '../errors.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { ModelChoice } from '../models/registry.ts'
import { type Drafted, type Progress as DraftProgress, draftLog, type Templates } from '../narrate.ts'
import { digestOf } from '../stores/canonical-json.ts'
import type { World } from '../world.ts'
import { dayRule, type Project } from './find-project.ts'
import { maskOf } from './gather-day.ts'
import type { GlobalOptions } from './options.ts'
import { readVersion } from './package-root.ts'
import { startProgress } from './terminal/progress.ts'

/** The longest answer that is asked for, and the longest that is waited for it. */
export const MAX_OUTPUT_TOKENS = 8000
const TIME_LIMIT = 5 * 60_000

export interface EntryRequest {
  readonly evidence: Evidence
  readonly choice: ModelChoice
  readonly noteIds: readonly string[]
  readonly author: string | null
  readonly supersedes: string | null
  readonly requireModel: boolean
}

/**
 * Drafts a log entry and shows how it goes on stderr. Throws `NarrateError('model')` where a model was required and none
 * wrote it.
 */
export async function draftEntry(
  request: EntryRequest,
  project: Project,
  templates: Templates,
  options: GlobalOptions,
  world: World,
): Promise<Drafted> {
  const { choice } = request
  if (request.requireModel && choice.model === null) throw required(choice.reason)
  const name = choice.model === null ? null : `${choice.model.provider}/${choice.model.name}`
  const progress = name === null ? null : startProgress(world, options, `Asking ${name}: ${choice.reason}`)
  try {
    const drafted = await draftLog({
      evidence: request.evidence,
      model: choice.model,
      noModelBecause: choice.model === null ? choice.reason : null,
      templates,
      promptTokens: project.settings.promptTokens,
      timeLimitMilliseconds: TIME_LIMIT,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      signal: world.signal,
      onProgress: (event) => progress?.update(describe(event, name ?? '')),
      dayEndsAtHour: dayRule(project, world).endsAtHour,
      noteIds: request.noteIds,
      author: request.author,
      version: readVersion(),
      settingsDigest: digestOf(JSON.parse(JSON.stringify(project.settings))),
      supersedes: request.supersedes,
      mask: maskOf(project.settings, world),
    })
    if (request.requireModel && drafted.fallback !== null) throw required(drafted.fallback)
    if (drafted.fallback === null)
      progress?.done(`Drafted by ${name ?? ''}; ${drafted.statements} of its statements stand.`)
    return drafted
  } finally {
    progress?.clear()
  }
}

function required(reason: string): NarrateError {
  return new NarrateError('model', `No model wrote the entry: ${reason}`, {
    hint: 'Nothing was saved. Without --require-model it is written without a model.',
  })
}

function describe(event: DraftProgress, name: string): string {
  switch (event.kind) {
    case 'asking':
      return event.round === 0
        ? `${name} reads the evidence (about ${event.promptTokens} tokens)`
        : `${name} mends what did not hold (${event.round})`
    case 'text':
      return `${name} writes: ${event.characters} characters`
    case 'waiting':
      return `${event.reason}; trying again in ${Math.ceil(event.milliseconds / 1000)} s`
    case 'checked':
      return `${event.held} statements hold, ${event.failed} do not`
    default:
      return event satisfies never
  }
}
