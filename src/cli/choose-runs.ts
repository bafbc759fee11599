import { NarrateError } from '../errors.ts'
import type { Span } from '../notes/note.ts'
import { matches } from '../runs/filter/matches.ts'
import type { Run, RunKey } from '../runs/run.ts'
import { dayRule } from './find-project.ts'
import { findRunOrName } from './find-run.ts'
import type { LogSession } from './log-session.ts'
import { openSources, requireSources } from './open-sources.ts'
import { parseSpan } from './parse-span.ts'
import { readFilter } from './run-query.ts'
import { withUsersMeant } from './with-users-meant.ts'

/** Runs that a person chose for an entry. */
export interface ChosenRuns {
  readonly isChosen: (run: Run) => boolean
  /** The span that was named with them; null: from the first of them to the last. */
  readonly span: Span | null
  /** The choice as it was typed. */
  readonly words: string
}

/**
 * The runs that words behind `narrate log`, `--filter` or `--experiment` choose; `--since` and `--until` narrow them, and
 * `--user`. Null where nothing is chosen. Throws `NarrateError('usage')` for a word that names no run, or several.
 */
export async function chooseRuns(named: readonly string[], session: LogSession): Promise<ChosenRuns | null> {
  const { options, parts, print, project, world } = session
  const { experiment = [], filter: typed = [] } = options
  if (named.length + experiment.length + typed.length === 0) return null
  const filter = readFilter(options)
  const isSpanned = options.since !== undefined || options.until !== undefined
  const span = isSpanned
    ? parseSpan(options, world.now(), dayRule(project, world), { from: 0, until: world.now() + 1 })
    : null
  const { keys, users } = await lookedUp()
  return {
    isChosen: (run) =>
      (keys.size === 0 || keys.has(run.key)) &&
      (experiment.length === 0 ||
        experiment.some((one) => one === run.experiment.id || one === run.experiment.name)) &&
      (users === undefined || (run.user !== null && users.includes(run.user))) &&
      (span === null || isActive(run, span)) &&
      matches(filter, run),
    span,
    words: [
      ...named,
      ...experiment.map((one) => `experiment ${one}`),
      ...typed,
      ...(options.user ?? []).map((name) => `by ${name}`),
    ].join(', '),
  }

  /** The runs that are named, and the users as they are logged. */
  async function lookedUp(): Promise<{
    readonly keys: ReadonlySet<RunKey>
    readonly users: readonly string[] | undefined
  }> {
    const found = new Set<RunKey>()
    if (named.length === 0 && options.user === undefined) return { keys: found, users: undefined }
    const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
    try {
      requireSources(opened)
      for (const word of named) found.add((await findRunOrName(word, opened).catch(hintAtNotes)).key)
      const asked = options.user === undefined ? {} : { users: options.user }
      const { users } = await withUsersMeant(asked, opened.sources, print.say, world)
      return { keys: found, users }
    } finally {
      await opened.close()
    }
  }
}

/** Words behind `narrate log` are rarely a run that there is not: they are a note. */
function hintAtNotes(error: unknown): never {
  if (!(error instanceof NarrateError) || error.kind !== 'usage') throw error
  throw new NarrateError('usage', error.message, {
    hint: `${error.hint ?? ''} A note goes behind -m.`.trim(),
    cause: error,
  })
}

function isActive({ startedAt, endedAt }: Run, { from, until }: Span): boolean {
  const start = startedAt ?? endedAt
  return start !== null && start < until && (endedAt ?? start) >= from
}
