import { belowMinimum, coverageOf } from '../../documents/coverage.ts'
import { NarrateError } from '../../errors.ts'
import { coverageToJson } from '../coverage-json.ts'
import { dayRule, findProject } from '../find-project.ts'
import { openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { type CoverageReading, readCoverage } from '../read-coverage.ts'
import { renderCoverage } from '../render-coverage.ts'
import { type QueryOptions, readFilter, readRunQuery } from '../run-query.ts'
import { sayNoMatch } from '../say-no-match.ts'
import { makePrinter } from '../terminal/printer.ts'
import { startProgress } from '../terminal/progress.ts'
import { withUsersMeant } from '../with-users-meant.ts'

interface Options extends QueryOptions {
  readonly min?: string
}

const SHOWN_GAPS = 5

/**
 * `narrate coverage`: which runs no document tells, which failures nobody explained, which changes of the protocol have no
 * reason. Exit 1 below `--min` or where something could not be read.
 */
export const coverage: Action<Options> = async ({ world, parts, options }) => {
  const print = makePrinter(world, options)
  const min = options.min === undefined ? null : readMinimum(options.min)
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  const rule = dayRule(project, world)
  const typed = readRunQuery(options, world, rule)
  const filter = readFilter(options)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  try {
    requireSources(opened)
    const query = await withUsersMeant(typed, opened.sources, print.say, world)
    const progress = startProgress(world, options, opened.reading)
    let reading: CoverageReading
    try {
      reading = await readCoverage({ query, filter }, opened, store, project, world, (done) =>
        progress.update(`Reading run ${done}`),
      )
    } finally {
      progress.clear()
    }
    const found = coverageOf(reading)
    const below = min === null ? [] : belowMinimum(found, min)
    for (const one of reading.gaps.slice(0, SHOWN_GAPS)) print.warn(sentence(one))
    if (reading.gaps.length > SHOWN_GAPS)
      print.warn(`${reading.gaps.length - SHOWN_GAPS} more could not be read: --json names them.`)
    if (options.json === true) {
      print.json(coverageToJson(found, reading.explained, { min, below }, reading.gaps))
    } else if (reading.runs.length === 0) print.say(await sayNoMatch(filter, opened.sources))
    else {
      const look = { width: world.stdout.columns, style: print.style }
      print.answer(renderCoverage(found, { ...look, timeZone: rule.timeZone, now: world.now() }))
    }
    for (const name of below) {
      const { covered, count } = found.whole[name]
      print.warn(`Below --min ${min ?? 0} %: ${covered} of ${count} ${WORDS[name]}.`)
    }
    return below.length > 0 || reading.isPartial ? 1 : 0
  } finally {
    await opened.close()
  }
}

const WORDS = {
  runs: 'runs told in documents',
  failures: 'failures explained',
  changes: 'changes of the protocol with a reason',
} as const

function readMinimum(text: string): number {
  const value = Number(text.replace(/\s?%$/, ''))
  if (text.trim() !== '' && value >= 0 && value <= 100) return value
  throw new NarrateError('usage', `--min ${text} is no share between 0 and 100.`, {
    hint: 'narrate coverage --min 80',
  })
}
