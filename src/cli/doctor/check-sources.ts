import path from 'node:path'
import type { RunSourceKind } from '../../runs/run-source.ts'
import { serverAccess as mlflowAccess } from '../../runs/sources/mlflow/server-access.ts'
import { serverAccess as wandbAccess } from '../../runs/sources/wandb/server-access.ts'
import { wandbAddress } from '../../runs/wandb-address.ts'
import type { World } from '../../world.ts'
import { describeGaps, describeSurvey, surveyToJson } from '../describe-survey.ts'
import type { Project } from '../find-project.ts'
import { type FoundSource, findSources, onDisk, sentence, shown } from '../open-sources.ts'
import { surveySource } from '../survey-source.ts'
import { isElsewhere, namedPlaces } from '../tracker-variables.ts'
import { attempt, type Check, ok, trouble, warning } from './check.ts'

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
      const [check] = await attempt(name, async () =>
        ok(
          name,
          `${what}, a server that was not asked: doctor asks nothing but this machine (${await keyOf(source.location, here)})`,
        ),
      )
      if (check?.state === 'ok') read += 1
      if (check !== undefined) checks.push({ ...check, exit: Math.min(check.exit, 1) })
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
  if (read === 0) return checks.map((check) => ({ ...check, exit: 3 }))
  return given === undefined ? [...checks, ...checkVariables(project, found, kinds, world)] : checks
}

/** With which key a server would be asked, by where it stands. Throws `NarrateError('source')` where what is set for it cannot be read. */
async function keyOf(location: string, world: World): Promise<string> {
  const address = wandbAddress(location, world.env)
  const { authorizedBy, withheld } =
    address === null ? await mlflowAccess(location, world) : wandbAccess(address, world)
  return authorizedBy === null ? (withheld ?? 'there is no key for it') : `with the key of ${authorizedBy}`
}

/** Places that trackers write to by the environment and that no command reads. */
function checkVariables(
  project: Project,
  found: readonly FoundSource[],
  kinds: readonly RunSourceKind[],
  world: World,
): readonly Check[] {
  const inProject = { ...world, cwd: project.root }
  const read = new Set(found.map(({ location }) => onDisk(location, inProject)))
  // W&B makes a folder of its own in the one it is given.
  const isRead = (place: string): boolean => read.has(place) || read.has(path.join(place, 'wandb'))
  return namedPlaces(world)
    .filter(({ kind }) => kinds.some(({ name }) => name === kind))
    .map(({ variable, location }) => ({ variable, place: onDisk(location, world) }))
    .filter(({ place }) => !isRead(place))
    .map(({ variable, place }) =>
      warning(
        'environment',
        `${variable} ${variable.includes(' and ') ? 'name' : 'names'} ${shown(place, project)}, which is not read`,
        'List it under sources in narrate.yaml where its runs belong to the project.',
      ),
    )
}
