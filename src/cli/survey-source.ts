import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, NarrateError } from '../errors.ts'
import { gap, isGap } from '../gap.ts'
import type { RunSource } from '../runs/run-source.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'
import { addGap, type GapGroup } from './group-gaps.ts'
import { type FoundSource, openSource } from './open-sources.ts'

/** What a first look at a run log tells. */
export interface Survey {
  /** Runs that are not deleted. */
  readonly runs: number
  /** Whether there may be more: the look was stopped by its limits. */
  readonly isCut: boolean
  /** How many experiments hold those runs. */
  readonly experiments: number
  /** When the newest run started; null where none tells. */
  readonly newest: number | null
  /** What could not be read, one for each reason, oldest first. */
  readonly gaps: readonly GapGroup[]
  /** Why it could not be opened or listed at all; null where it could. */
  readonly unread: string | null
}

/** How long and how far a first look goes. */
export interface SurveyLimits {
  readonly runs: number
  readonly milliseconds: number
}

const LIMITS: SurveyLimits = { runs: 10_000, milliseconds: 8_000 }

/** Opens a run log and counts what it holds, newest runs first, within limits. What cannot be read is told and never thrown. */
export async function surveySource(
  found: FoundSource,
  project: Project,
  world: World,
  limits: SurveyLimits = LIMITS,
): Promise<Survey> {
  const limit = new AbortController()
  const done = new AbortController()
  const hurried = { ...world, signal: AbortSignal.any([world.signal, limit.signal]) }
  const late = sleep(limits.milliseconds, 'late' as const, { signal: done.signal }).catch(
    () => 'late' as const,
  )
  const count = { runs: 0, isCut: false, newest: null as number | null, experiments: new Set<string>() }
  const groups = new Map<string, GapGroup>()
  let source: RunSource | null = null
  try {
    const opening = openSource(found, project, hurried)
    const opened = await Promise.race([opening, late])
    if (opened === 'late') {
      opening.then((one) => one.close()).catch(() => undefined)
      return told(`It did not answer within ${limits.milliseconds / 1000} seconds.`)
    }
    source = opened
    const { experiments } = found
    const runs = source
      .list({
        order: 'newest',
        limit: limits.runs + 1,
        ...(experiments === undefined ? {} : { experiments }),
      })
      [Symbol.asyncIterator]()
    for (;;) {
      const next = await Promise.race([runs.next(), late])
      world.signal.throwIfAborted()
      if (next === 'late') {
        if (count.runs === 0) return told(`It gave no run within ${limits.milliseconds / 1000} seconds.`)
        count.isCut = true
        break
      }
      if (next.done === true) break
      if (isGap(next.value)) addGap(groups, next.value)
      else if (count.runs === limits.runs) {
        count.isCut = true
        break
      } else {
        count.runs += 1
        count.experiments.add(next.value.experiment.id)
        const { startedAt } = next.value
        if (startedAt !== null) count.newest = Math.max(count.newest ?? startedAt, startedAt)
      }
    }
    return told(null)
  } catch (error) {
    world.signal.throwIfAborted()
    if (!(error instanceof NarrateError) || (error.kind !== 'source' && error.kind !== 'cancelled'))
      throw error
    return told([error.message, error.hint].filter((text) => text !== undefined).join(' '))
  } finally {
    done.abort()
    limit.abort()
    await source?.close().catch((error: unknown) => addGap(groups, gap('source', '', messageOf(error))))
  }

  function told(unread: string | null): Survey {
    return { ...count, experiments: count.experiments.size, gaps: [...groups.values()], unread }
  }
}
