import type { Gap } from '../gap.ts'

/** What a gap inside a run is about; the run itself was read. */
const INSIDE_A_RUN =
  /^(metric|param|parameter|tag|status|started|ended|start|end|times?|data sets?|a data set|the (?:end of the log|history|start|id|project|time zone)|a part of the history|how the run ended|the run itself|(\d+ )?artifacts?|\d+ metrics|(?:the )?texts?|the run's|experiment of|note|user|source|name|logs? of) ?/i

/** What was left alone on purpose, because it is so much: every run is told all the same. */
const LEFT_ALONE = /^(histories of \d+ runs|runs of the project|\d+ calls? of no evaluation)$/

/** What hides runs though it begins like the others. */
const WHOLE_SOURCE = /^source [a-z][a-z0-9_-]*$/

/**
 * Whether runs may be missing for a gap's sake: a source, an experiment or a run that could not be read. That is exit
 * code 1; a value inside a run that could not be read is told, and is no failure. A gap that is not known counts as the first.
 */
export function mayHideRuns({ what }: Gap): boolean {
  return WHOLE_SOURCE.test(what) || !(INSIDE_A_RUN.test(what) || LEFT_ALONE.test(what))
}
