import type { SettingDifference, TriedSetting } from '../evidence/find-tried.ts'
import { isAside } from '../evidence/setting-of.ts'
import { isNone, settingValue } from '../evidence/setting-value.ts'
import { isSeed } from '../evidence/what-varied.ts'
import { shortId } from '../runs/run.ts'
import { formatNumber } from './format-run.ts'
import type { RunsLook } from './render-runs.ts'
import { cleanLine } from './terminal/clean-text.ts'
import { truncate } from './terminal/display-width.ts'
import { type Column, renderTable } from './terminal/render-table.ts'
import { wrapText } from './terminal/wrap-text.ts'
import { matchingRuns, shownSettings, type TriedAnswer, timeSpent } from './tried-json.ts'
import { headlineIn, type TriedRun } from './tried-run.ts'

const SHOWN_DIFFERENCES = 4
const LONGEST_VALUE = 24
/** Under the names, behind the eight characters of an id. */
const INDENT = 10

/** The answer of `narrate tried` for the terminal: a sentence, what came of it, and the settings it rests on. */
export function renderTried(answer: TriedAnswer, look: RunsLook): string {
  const { asked, found } = answer
  const shown = shownSettings(answer)
  const lines = [look.style.bold(wrapText(headline(answer), look.width))]
  if (found.answer !== 'no') lines.push(wrapText(outcome(answer), look.width))
  if (found.answer === 'near')
    lines.push(
      wrapText(
        `No run has exactly these values: they are within ${share(look.settings.repeats.tolerance)} of them (repeats.tolerance), which counts as tried.`,
        look.width,
      ),
    )
  if (shown.length === 0) return lines.join('\n')
  if (found.answer === 'no') lines.push('', 'Nearest:')
  else lines.push('')
  lines.push(table(shown, answer, look))
  const matching = found.settings.filter(({ match }) => match === found.answer).length
  if (found.answer !== 'no' && matching > shown.length)
    lines.push(look.style.dim(`and ${matching - shown.length} other settings with these values`))
  if (asked.scope === 'file' || asked.scope === 'run')
    lines.push(look.style.dim(wrapText(whatWasCompared(answer), look.width)))
  return lines.join('\n')
}

function headline(answer: TriedAnswer): string {
  const { found, runs } = answer
  const settings = describe(answer)
  if (runs === 0)
    return answer.isNarrowed
      ? 'Not tried: there are no runs in what was looked at (--experiment, --since, --until).'
      : 'Not tried: there are no runs yet.'
  switch (found.answer) {
    case 'exact':
      return `Tried: ${settings}`
    case 'near':
      return `Tried, nearly: ${settings}`
    case 'no':
      return `Not tried: none of ${runs} ${runs === 1 ? 'run has' : 'runs has'} ${settings}`
    default:
      return found.answer satisfies never
  }
}

/** "lr=0.1 depth=6", or where the setting comes from, with what was changed in it. */
function describe({ asked, of }: TriedAnswer): string {
  const typed = [...asked.params]
    .filter(([name]) => asked.typed.has(name))
    .map(([name, value]) =>
      value.trim() === '' ? `${cleanLine(name)} not set` : `${cleanLine(name)}=${shorten(value)}`,
    )
    .join(' ')
  if (of === null) return typed
  return typed === '' ? `the setting ${of}` : `the setting ${of} with ${typed}`
}

/** "3 runs (2 finished, 1 failed: out of memory; 1 deleted since), 1.2 h spent." */
function outcome(answer: TriedAnswer): string {
  const runs = matchingRuns(answer)
  const states = [...Map.groupBy(runs, ({ status }) => status)].map(([status, members]) => {
    const why = [...new Set(members.map(({ why }) => why).filter((reason) => reason !== null))]
    return `${members.length} ${status}${why.length > 0 ? ` (${why.slice(0, 2).join(', ')})` : ''}`
  })
  const deleted = runs.filter((run) => run.deleted).length
  const spent = timeSpent(runs)
  return [
    `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}: ${states.join(', ')}`,
    ...(deleted > 0 ? [`${deleted} deleted since`] : []),
    ...(spent > 0 ? [`${duration(spent)} spent`] : []),
  ].join('; ')
}

/** One setting a row, and under each, indented, what sets it apart. */
function table(shown: readonly TriedSetting<TriedRun>[], answer: TriedAnswer, look: RunsLook): string {
  const { found, metric, metrics } = answer
  const direction = metric === null ? null : metrics.direction(metric)
  const arrow = direction === null ? '' : direction === 'higher' ? ' ↑' : ' ↓'
  const columns: readonly Column[] = [
    { head: 'run' },
    { head: 'name', least: 8 },
    ...(metric === null ? [] : [{ head: `${cleanLine(metric)}${arrow}`, align: 'right' as const, least: 8 }]),
    { head: 'status', least: 8 },
    { head: 'age', align: 'right', optional: true },
  ]
  const rows = shown.map(({ runs }) => {
    const [first] = runs
    return [
      shortId(cleanLine(first.id)),
      `${cleanLine(first.name)}${runs.length > 1 ? ` ×${runs.length}` : ''}`,
      ...(metric === null ? [] : [valuesOf(runs, metric)]),
      statusOf(first),
      ageOf(first, look.now),
    ]
  })
  const [head = '', ...lines] = renderTable(columns, rows, look.width, look.style).split('\n')
  const apart = found.answer === 'exact' ? apartNames(shown, answer) : []
  const indent = ' '.repeat(INDENT)
  return [
    head,
    ...lines.flatMap((line, index) => {
      const setting = shown[index]
      if (setting === undefined) return [line]
      const what =
        found.answer === 'exact' ? settingsOf(setting.runs[0], apart) : differencesOf(setting.differs)
      if (what === '') return [line]
      const text = truncate(`${found.answer === 'exact' ? 'with' : 'there'} ${what}`, look.width - INDENT)
      return [line, look.style.dim(`${indent}${text}`)]
    }),
  ].join('\n')
}

/** Parameters, seeds aside, that set the shown runs apart from each other: those with the fewest values first. */
function apartNames(shown: readonly TriedSetting<TriedRun>[], { asked }: TriedAnswer): readonly string[] {
  const runs = shown.map(({ runs: [first] }) => first)
  const names = [...new Set(runs.flatMap(({ params }) => [...params.keys()]))].sort()
  return names
    .filter(
      (name) => !asked.params.has(name) && !isSeed(name) && !isAside(name, runs[0]?.params.get(name) ?? ''),
    )
    .map((name) => ({ name, values: new Set(runs.map(({ params }) => keyOf(name, params.get(name)))).size }))
    .filter(({ values }) => values > 1)
    .sort((a, b) => a.values - b.values)
    .map(({ name }) => name)
}

function keyOf(name: string, text: string | undefined): string {
  if (text === undefined) return ''
  const value = settingValue(name, text)
  return isNone(value) ? '' : value.key
}

function settingsOf({ params }: TriedRun, names: readonly string[]): string {
  const set = names.filter((name) => keyOf(name, params.get(name)) !== '')
  return withMore(set.map((name) => `${cleanLine(name)}=${shorten(params.get(name) ?? '')}`))
}

/** "lr=0.2, no dropout": the logged side, since the other was asked for. */
function differencesOf(differs: readonly SettingDifference[]): string {
  return withMore(
    differs.map(({ name, logged }) =>
      logged === null ? `no ${cleanLine(name)}` : `${cleanLine(name)}=${shorten(logged)}`,
    ),
  )
}

function withMore(parts: readonly string[]): string {
  const rest = parts.length - SHOWN_DIFFERENCES
  return `${parts.slice(0, SHOWN_DIFFERENCES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** One value, or the lowest and highest of replicates. */
function valuesOf(runs: readonly TriedRun[], metric: string): string {
  const values = runs.flatMap((run) => headlineIn(run, metric) ?? [])
  const [first] = values
  if (first === undefined) return '–'
  const [low, high] = [Math.min(...values), Math.max(...values)].map(formatNumber)
  return low === high ? formatNumber(first) : `${low} to ${high}`
}

function statusOf(run: TriedRun): string {
  return run.deleted ? 'deleted' : (run.why ?? run.status)
}

/** "3 h", "11 d", "5 mo": how long ago it started. */
function ageOf({ startedAt }: TriedRun, now: number): string {
  if (startedAt === null) return '–'
  const hours = Math.max(0, now - startedAt) / 3_600_000
  if (hours < 1) return `${Math.floor(hours * 60)} min`
  if (hours < 48) return `${Math.floor(hours)} h`
  const days = Math.floor(hours / 24)
  if (days < 60) return `${days} d`
  return days < 730 ? `${Math.floor(days / 30.44)} mo` : `${Math.floor(days / 365.25)} y`
}

function whatWasCompared({ asked }: TriedAnswer): string {
  const seeds = asked.scope === 'run' ? 'seeds' : 'seeds that the file does not name'
  return `All parameters were compared but ${seeds}, paths and the like.`
}

function shorten(value: string): string {
  const line = cleanLine(value)
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE - 1)}…` : line
}

function share(tolerance: number): string {
  return `${Number((tolerance * 100).toPrecision(3))} %`
}

function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${Number(seconds.toPrecision(2))} s`
  if (seconds < 3600) return `${Number((seconds / 60).toPrecision(2))} min`
  return `${Number((seconds / 3600).toPrecision(3))} h`
}
