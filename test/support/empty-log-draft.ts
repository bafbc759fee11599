import type { LogDraft } from '../../src/documents/log-draft.ts'

/** What a model answers that has nothing to say. */
export const EMPTY_LOG_DRAFT: LogDraft = {
  title: '',
  title_checks: [],
  conclusions: [],
  table: { axis: null, metrics: [], remarks: [] },
  discrepancies: [],
  reading: [],
  unworked: [],
  decisions: [],
  next_steps: [],
  suggestions: [],
  questions: [],
}
