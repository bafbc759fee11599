import { basename, dirname, extname } from 'node:path'
import { NarrateError } from '../../../errors.ts'
import { type Gap, gap, isGap } from '../../../gap.ts'
import type { World } from '../../../world.ts'
import { filesSource } from '../../files/files-source.ts'
import { fingerprintOf } from '../../files/fingerprint.ts'
import { idOfPath } from '../../files/id-of-path.ts'
import type { LoadedRun, Reading, RunPlace } from '../../files/loaded-run.ts'
import { fileAt } from '../../files/path-at.ts'
import type { OpenOptions, RunSource, RunSourceKind } from '../../run-source.ts'
import { stopIfCancelled } from '../../stop-if-cancelled.ts'
import { findLogs, isLogName, logPlaceAt } from './find-logs.ts'
import { type GuessedLogs, guessLogs, guessShape } from './guess-logs.ts'
import { parseLinePattern } from './line-template.ts'
import { loadTraining } from './load-training.ts'
import { readLog } from './read-log.ts'
import { splitTrainings } from './split-trainings.ts'

const KIND = 'console'
/** Names of logs that say nothing of what they log: their folder does. */
const PLAIN_NAME =
  /^(?:log|logs|logfile|train|training|train_?log|output|out|stdout|stderr|console|main|run)$/i

/**
 * What trainings print to the console, kept in files: one run a file, read by the `lines` that narrate.yaml declares for it. None is ever read by a guess: `guess`
 * is for `narrate init` to show.
 */
export const console: RunSourceKind & {
  /** Logs below a folder whose lines look like a training's, with the shape they look like. */
  guess(directory: string, world: World): Promise<readonly GuessedLogs[]>
} = { name: KIND, recognises, detect: async () => [], open, guess: guessLogs }

/** A file that looks like a training's log is one; that its lines must be declared is said where it is opened. */
async function recognises(location: string, world: World): Promise<boolean> {
  const path = fileAt(location, world)
  return path !== null && isLogName(path) && (await guessShape(path)) !== null
}

async function open(
  location: string,
  alias: string,
  world: World,
  options: OpenOptions = {},
): Promise<RunSource> {
  const place = logPlaceAt(location, world)
  if (place === null)
    throw new NarrateError('source', `${location} holds no console log.`, {
      hint: 'Name a file, a folder or a glob such as runs/*/log.txt.',
    })
  const logs = place
  const { lines } = options
  if (lines === undefined || lines.length === 0) {
    const guess = await guessAt(location, world)
    throw new NarrateError('source', `${location} is a console log: what its lines mean must be told.`, {
      hint: `In narrate.yaml, beside its \`at\`: ${guess === null ? 'lines: ["step {step}: loss {loss}"]' : `lines: [${guess}] (what it looks like)`}.`,
    })
  }
  const patterns = lines.map(parseLinePattern)
  const trainings = rememberOne(async (found: FoundLog) => {
    const log = await readLog(found.path, found.where, patterns, world.timeZone, () => stopIfCancelled(world))
    return 'kind' in log ? log : { gaps: log.gaps, trainings: splitTrainings(log) }
  })
  return filesSource<TrainingPlace>(
    { kind: KIND, alias, location, root: logs.root, idsAreUnique: false, hasCheapList: false, places, load },
    world,
    options,
  )

  async function* places(): AsyncIterable<TrainingPlace | Gap> {
    for (const found of findLogs(logs)) {
      if (isGap(found)) {
        yield found
        continue
      }
      const where = idOfPath(found.name)
      const log = { ...found, where }
      const read = await trainings(log)
      const count = 'kind' in read ? 1 : Math.max(1, read.trainings.length)
      for (let index = 0; index < count; index += 1)
        yield {
          kind: 'place',
          // Another training that is appended to a log leaves the ids of those before it.
          id: index === 0 ? where : `${where}#${index + 1}`,
          where,
          files: [found.path],
          artifacts: null,
          // What is called by its folder tells the training of that folder, whoever else logged it.
          ...(isCalledByFolder(found.name) ? { logs: [dirname(found.path)] } : {}),
          experiment: experimentOf(logs.root, found.name),
          log,
          index,
        }
    }
  }

  async function load({ log, index, experiment }: TrainingPlace, reading: Reading): Promise<LoadedRun | Gap> {
    const read = await trainings(log)
    if ('kind' in read) return read
    const training = read.trainings[index]
    if (training === undefined || (training.rows.length === 0 && training.failed === null))
      return gap(`log ${log.where}`, log.where, 'none of its lines is of a shape that `lines` tells')
    const name = idOfPath(nameOf(logs.root, log.name))
    return {
      experiment,
      name: index === 0 ? name : `${name} #${index + 1}`,
      // What cannot be read stands near the end of a log, as a rule.
      ...loadTraining(training, log.where, index === read.trainings.length - 1 ? read.gaps : [], reading),
    }
  }
}

/** A log as a walk finds it, and what it is called in gaps. */
interface FoundLog {
  readonly name: string
  readonly path: string
  readonly where: string
}

/** One training of a log, by its number from 0. */
interface TrainingPlace extends RunPlace {
  readonly experiment: NonNullable<RunPlace['experiment']>
  readonly log: FoundLog
  readonly index: number
}

/** Keeps what was read of the log that was asked for last, as long as it does not change: its trainings are asked for one after the other. */
function rememberOne<Value>(read: (log: FoundLog) => Promise<Value>): (log: FoundLog) => Promise<Value> {
  let kept: { readonly path: string; readonly print: string; readonly value: Value } | null = null
  return async (log) => {
    const print = fingerprintOf([log.path]).text
    if (kept !== null && kept.path === log.path && kept.print === print) return kept.value
    const value = await read(log)
    kept = { path: log.path, print, value }
    return value
  }
}

async function guessAt(location: string, world: World): Promise<string | null> {
  const place = logPlaceAt(location, world)
  if (place === null) return null
  for (const found of findLogs(place)) {
    const shape = isGap(found) ? null : await guessShape(found.path)
    if (shape !== null) return shape.lines
  }
  return null
}

function isCalledByFolder(name: string): boolean {
  return PLAIN_NAME.test(basename(name, extname(name))) && dirname(name) !== '.'
}

function nameOf(root: string, name: string): string {
  const stem = basename(name, extname(name))
  if (!PLAIN_NAME.test(stem)) return stem
  const folder = dirname(name)
  return folder === '.' ? basename(root) : basename(folder)
}

/** Logs belong to the folder they lie in; one that is called by its folder, to the one above. */
function experimentOf(root: string, name: string): { readonly id: string; readonly name: string } {
  const folder = dirname(name)
  const owner = isCalledByFolder(name) ? dirname(folder) : folder
  return owner === '.'
    ? { id: '.', name: idOfPath(basename(root)) }
    : { id: idOfPath(owner), name: idOfPath(basename(owner)) }
}
