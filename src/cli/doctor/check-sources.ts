import { localEndpoint } from '../../models/endpoint.ts'
import type { RunSourceKind } from '../../runs/run-source.ts'
import { parseLocation } from '../../runs/sources/mlflow/location.ts'
import type { World } from '../../world.ts'
import { describeGaps, describeSurvey, surveyToJson } from '../describe-survey.ts'
import type { Project } from '../find-project.ts'
import { findSources, sentence, shown } from '../open-sources.ts'
import { surveySource } from '../survey-source.ts'
import { type Check, ok, trouble, warning } from './check.ts'

/** A check of a run log, with what `--json` tells beside it. */
export interface SourceCheck extends Check {
  readonly survey?: object
}

/**
 * Every run log that a command would read, opened and counted. A server elsewhere is not asked. Where none can be read
 * the exit code is 3, else 1.
 */
export async function checkSources(
  project: Project,
  kinds: readonly RunSourceKind[],
  world: World,
  given: readonly string[] | undefined,
): Promise<readonly SourceCheck[]> {
  const { found, unread, from } = await findSources(project, kinds, world, given)
  // Relative URIs of narrate.yaml are meant from its folder, as in `openSources`.
  const here = from === 'narrate.yaml' ? { ...world, cwd: project.root } : world
  const checks: SourceCheck[] = unread.map((one) =>
    trouble(
      'sources',
      sentence(one).replace(/\.$/, ''),
      `Mend the place that ${from} names, or name another.`,
      1,
    ),
  )
  let read = 0
  for (const source of found) {
    const name = `source ${source.alias}`
    const at = shown(source.location, project)
    const what = at === source.alias ? source.kind.name : `${source.kind.name} at ${at}`
    if (isElsewhere(source.location, here)) {
      read += 1
      checks.push(ok(name, `${what}, a server that was not asked: doctor asks nothing but this machine`))
      continue
    }
    const survey = await surveySource(source, project, here)
    const told = surveyToJson(survey, project, here)
    if (survey.unread !== null) {
      const advice = `Mend that, or name another log with --source or in narrate.yaml.`
      checks.push({
        ...trouble(name, `${what}: ${survey.unread.replace(/\.$/, '')}`, advice, 1),
        survey: told,
      })
      continue
    }
    read += 1
    const says = `${what}: ${describeSurvey(survey, project, here)}`
    if (survey.gaps.length === 0) {
      checks.push({ ...ok(name, says), survey: told })
      continue
    }
    const advice = describeGaps(survey.gaps).join(' ')
    const hides = survey.gaps.some(({ hidesRuns }) => hidesRuns)
    checks.push({
      ...(hides
        ? trouble(name, `${says}; some could not be read`, advice, 1)
        : warning(name, `${says}; some values could not be read`, advice)),
      survey: told,
    })
  }
  if (checks.length === 0)
    return [
      trouble(
        'sources',
        'no run log is in sight',
        'Name one with --source PATH, set MLFLOW_TRACKING_URI, or list it in narrate.yaml (narrate init).',
        3,
      ),
    ]
  return read > 0 ? checks : checks.map((check) => ({ ...check, exit: 3 }))
}

/** Whether a location is a server that is not of this machine. */
export function isElsewhere(location: string, world: World): boolean {
  return parseLocation(location, world.cwd).kind === 'service' && localEndpoint(location) === null
}
