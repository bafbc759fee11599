import { dayOf } from '../notes/user-day.ts'
import type { World } from '../world.ts'
import { dayRule, type Project } from './find-project.ts'
import type { GapGroup } from './group-gaps.ts'
import { sentence } from './open-sources.ts'
import type { Survey } from './survey-source.ts'

/** So many reasons are told. */
export const SHOWN_REASONS = 3

/** What a first look found, in words: "47 runs in 3 experiments, the newest of 2026-03-09". */
export function describeSurvey(survey: Survey, project: Project, world: World): string {
  const { runs, isCut, experiments } = survey
  const newest = newestDay(survey, project, world)
  if (runs === 0) return 'no runs'
  const many = `${isCut ? 'more than ' : ''}${runs} ${runs === 1 && !isCut ? 'run' : 'runs'}`
  const inside = `in ${isCut ? 'at least ' : ''}${experiments} ${experiments === 1 ? 'experiment' : 'experiments'}`
  return `${many} ${inside}${newest === null ? '' : `, the newest of ${newest}`}`
}

/** The day of the newest run; null where none tells its start. */
export function newestDay({ newest }: Survey, project: Project, world: World): string | null {
  const { timeZone, endsAtHour } = dayRule(project, world)
  return newest === null ? null : dayOf(newest, timeZone, endsAtHour)
}

/** The first few reasons why something was not read, each as a sentence, and how many more there are. */
export function describeGaps(gaps: readonly GapGroup[]): readonly string[] {
  const more = gaps.length - SHOWN_REASONS
  return [
    ...gaps
      .slice(0, SHOWN_REASONS)
      .map(({ first, count }) => `${sentence(first)}${count > 1 ? ` And ${count - 1} more like it.` : ''}`),
    ...(more > 0 ? [`And ${more} more ${more === 1 ? 'reason' : 'reasons'}: see --json.`] : []),
  ]
}

/** A survey as `--json` tells it. */
export function surveyToJson(survey: Survey, project: Project, world: World): object {
  return {
    runs: survey.unread === null ? survey.runs : null,
    isCut: survey.isCut,
    experiments: survey.unread === null ? survey.experiments : null,
    newest: newestDay(survey, project, world),
    gaps: survey.gaps.map(({ first: { what, where, why }, count }) => ({ what, where, why, count })),
  }
}
