import { basename, dirname } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import type { Gap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { RunPlace } from '../../files/loaded-run.ts'
import type { Experiment } from '../../run.ts'
import type { OpenOptions, RunSource } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { loadTrial } from './load-trial.ts'
import { isJournal, type JournalStudy, type JournalTrial, replayJournal } from './replay-journal.ts'
import type { Trial, TrialParts } from './stored-trial.ts'
import { experimentOfStudy, makeStudy, type Study } from './study.ts'

interface TrialPlace extends RunPlace {
  readonly study: Study
  readonly trial: Trial
  readonly kept: JournalTrial
}

/**
 * Opens a journal (`JournalFileBackend`) as a source of runs like those of a storage in SQLite. Its times tell their zone; those that do not, as Optuna 3
 * wrote them, are read in the reader's own.
 */
export async function openJournal(
  path: string,
  location: string,
  alias: string,
  world: World,
  options: OpenOptions,
): Promise<RunSource> {
  if (!(await isJournal(path)))
    throw new NarrateError('source', `${location} is no storage of Optuna.`, {
      hint: "Name the .db file of the study's storage, sqlite:///…, or the file of its journal.",
    })
  const file = idOfPath(basename(path))
  const replay = () => replayJournal(path, file, () => stopIfCancelled(world))
  return filesSource<TrialPlace>(
    {
      kind: 'optuna',
      alias,
      location,
      root: dirname(path),
      idsAreUnique: false,
      hasCheapList: false,
      keepsNothing: true,
      places,
      load: async ({ study, trial, kept, where }, reading) => {
        const origin = { where, file, line: kept.line }
        return loadTrial(study, trial, partsOf(kept), reading, origin, world.timeZone)
      },
      experiments,
    },
    world,
    options,
  )

  async function* places(): AsyncIterable<TrialPlace | Gap> {
    const { studies, gaps } = await replay()
    yield* gaps
    for (const own of studies) {
      const study = studyOf(own, file)
      yield* study.gaps
      for (const [index, kept] of own.trials.entries())
        yield {
          kind: 'place',
          id: `${idOfPath(study.name)}/${index}`,
          where: `${file}:${kept.line}`,
          files: [path],
          artifacts: null,
          experiment: { id: study.id, name: idOfPath(study.name) },
          study,
          trial: {
            id: String(kept.id),
            number: String(index),
            state: kept.state,
            start: kept.start,
            end: kept.end,
          },
          kept,
        }
    }
  }

  async function* experiments(): AsyncIterable<Experiment | Gap> {
    const { studies, gaps } = await replay()
    yield* gaps
    for (const own of studies) {
      const study = studyOf(own, file)
      yield experimentOfStudy(study, alias, file, { line: own.line })
      yield* study.gaps
    }
  }
}

function studyOf({ id, name, line, directions, user, system }: JournalStudy, file: string): Study {
  const where = `${file}:${line}`
  return makeStudy({ id: String(id), where, name, directions, user: { attributes: user, gaps: [] }, system })
}

function partsOf({ params, values, steps, broken, user, system }: JournalTrial): TrialParts {
  return {
    params: [...params].map(([name, param]) => ({ name, ...param })),
    values: values.map((each, objective) => ({ objective, ...each })),
    steps: () => [
      ...stepsOf(steps),
      ...broken.map(({ step, line }) => ({ step: null, written: step, value: null, line })),
    ],
    user: { attributes: user, gaps: [] },
    system: { attributes: system, gaps: [] },
  }
}

/** The last report of each step, in order of step. */
function stepsOf(steps: readonly number[]) {
  const last = new Map<number, { step: number; written: string; value: number; line: number }>()
  for (let at = 0; at < steps.length; at += 3) {
    const [step = 0, value = 0, line = 0] = steps.slice(at, at + 3)
    last.set(step, { step, written: String(step), value, line })
  }
  return [...last.values()].sort((left, right) => left.step - right.step)
}
