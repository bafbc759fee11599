import { findLanguage } from '../claims/languages/find-language.ts'
import type { Language } from '../claims/languages/language.ts'
import { NarrateError } from '../errors.ts'
import type { ModelChoice } from '../models/registry.ts'
import {
  type Drafted,
  type Progress as DraftProgress,
  draftDocument as draftMatter,
  type Matter,
} from '../narrate.ts'
import { digestOf } from '../stores/canonical-json.ts'
import { checkLanguage } from './check-language.ts'
import type { DocumentSession } from './document-session.ts'
import { dayRule } from './find-project.ts'
import { maskOf } from './gather-day.ts'
import { readVersion } from './package-root.ts'
import { startProgress } from './terminal/progress.ts'

/** The longest answer that is asked for, and the longest that is waited for it. */
export const MAX_OUTPUT_TOKENS = 8000
const TIME_LIMIT = 5 * 60_000

/** What a document is written from, and what it is filed with. */
export interface WrittenMatter extends Matter {
  readonly noteIds: readonly string[]
  readonly supersedes: string | null
  /** Whether something among others could not be read: exit 1. */
  readonly isPartial: boolean
}

/**
 * Drafts a document and shows how it goes on stderr. Throws `NarrateError('model')` where a model was required and none
 * wrote it.
 */
export async function draftDocument(
  matter: WrittenMatter,
  choice: ModelChoice,
  { identity, options, project, templates, world }: DocumentSession,
): Promise<Drafted> {
  const isRequired = options.requireModel === true
  if (isRequired && choice.model === null) throw required(choice.reason)
  const name = choice.model === null ? null : `${choice.model.provider}/${choice.model.name}`
  const progress = name === null ? null : startProgress(world, options, `Asking ${name}: ${choice.reason}`)
  try {
    const drafted = await draftMatter({
      kind: matter.kind,
      subject: matter.subject,
      evidence: matter.evidence,
      language: languageOf({ options, project }),
      model: choice.model,
      noModelBecause: choice.model === null ? choice.reason : null,
      templates,
      promptTokens: project.settings.promptTokens,
      timeLimitMilliseconds: TIME_LIMIT,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      signal: world.signal,
      onProgress: (event) => progress?.update(describe(event, name ?? '')),
      dayEndsAtHour: dayRule(project, world).endsAtHour,
      noteIds: matter.noteIds,
      author: identity.author,
      version: readVersion(),
      settingsDigest: digestOf(JSON.parse(JSON.stringify(project.settings))),
      supersedes: matter.supersedes,
      mask: maskOf(project.settings, world),
    })
    if (isRequired && drafted.fallback !== null) throw required(drafted.fallback)
    if (drafted.fallback === null)
      progress?.done(`Drafted by ${name ?? ''}; ${drafted.statements} of its statements stand.`)
    return drafted
  } finally {
    progress?.clear()
  }
}

/** The language of what is written: the flag's, else that of the settings; English by default. */
export function languageOf({
  options,
  project,
}: Pick<DocumentSession, 'options' | 'project'>): Language | null {
  const code = checkLanguage(options.language ?? project.settings.language)
  const language = findLanguage(code)
  if (language === undefined) throw new Error(`there is no lexicon of ${code}`)
  return language
}

function required(reason: string): NarrateError {
  return new NarrateError('model', `No model wrote the document: ${reason}`, {
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
