import { comparableFor } from '../evidence/comparable-as.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { withoutFolds } from '../evidence/folds.ts'
import { headlineValue } from '../evidence/headline.ts'
import { isDone } from '../runs/run.ts'
import { isOfTrajectories, notOfTrajectories } from './account-for-trajectories.ts'
import { expressionsIn, MARK, mark, plain, type SourceLine } from './source-lines.ts'

/** What of a table nothing accounts for, and the runs that have a row of their own in it. */
export interface TableAccount {
  readonly unaccounted: readonly SourceLine[]
  readonly runs: readonly string[]
}

/** What an expression of a cell is the value of. */
interface Field {
  /** `r4`, or the group whose statistic it is. */
  readonly of: string
  readonly kind: 'run' | 'param' | 'metric' | 'attribute'
  readonly name: string
  /** `last`, `min`, `max`, `mean`, `sd`; null where it is not named. */
  readonly point: string | null
}

const ATTRIBUTES = ['status', 'started', 'ended', 'duration', 'user', 'commit']

/**
 * A table of runs or of results, its rows (heading and ruling first) against the evidence: each column holds values of
 * what its heading names, each row those of one run or of one level, and words are those of the runs beside them.
 */
export function accountForTable(rows: readonly SourceLine[], evidence: Evidence): TableAccount {
  const [heading, ruling, ...body] = rows
  if (heading === undefined || ruling === undefined) return { unaccounted: rows, runs: [] }
  if (isOfTrajectories(heading)) return { unaccounted: notOfTrajectories(rows, evidence), runs: [] }
  const unaccounted = new Set<SourceLine>()
  if (!ruling.cells.every((cell) => /^-+$/.test(cell))) unaccounted.add(ruling)
  const isOfRuns = body.some(({ cells }) => ANCHOR.test(cells[0] ?? ''))
  const runs: string[] = []
  if (isOfRuns && !/^run,(?:user,)?status(?:,|$)/.test(heading.cells.join())) unaccounted.add(heading)
  for (const row of body) {
    if (row.cells.length !== heading.cells.length) {
      unaccounted.add(row)
      continue
    }
    const own = isOfRuns ? runOfRow(row.cells[0] ?? '', evidence) : null
    if (own !== null) runs.push(own)
    const isSound = isOfRuns
      ? own !== null &&
        row.cells.slice(1).every((cell, at) => isCellOf(cell, own, heading.cells[at + 1] ?? '', evidence))
      : isResult(row.cells, heading.cells, evidence)
    if (!isSound) unaccounted.add(row)
  }
  for (const [at, title] of heading.cells.entries()) {
    const fields = body.flatMap(({ cells }) => expressionsIn(cells[at] ?? '')).map(fieldOf)
    if (!isHeading(title, fields, heading.cells[at - 1] ?? '', evidence)) unaccounted.add(heading)
  }
  if (!isOfRuns)
    for (const row of [...wronglyBest(body, evidence), ...wronglyUnranked(body, evidence)])
      unaccounted.add(row)
  return { unaccounted: [...unaccounted], runs }
}

const ANCHOR = /^<a id="(r\d+)"><\/a>/

function runAt(address: string, { runs, earlier, deleted }: Evidence) {
  return [...runs, ...earlier, ...deleted].find((one) => one.address === address)
}

function fieldOf(expression: string): Field | null {
  const whole = /^([rg]\d+)(?:\.(.+))?$/s.exec(expression)
  const [of, rest] = [whole?.[1], whole?.[2]]
  if (of === undefined) return null
  if (rest === undefined) return { of, kind: 'run', name: '', point: null }
  const named = /^(param|metric)\[("(?:[^"\\]|\\.)*")\](?:\.(\w+))?$/s.exec(rest)
  if (named?.[2] !== undefined)
    return {
      of,
      kind: named[1] === 'param' ? 'param' : 'metric',
      name: String(JSON.parse(named[2])),
      point: named[3] ?? null,
    }
  return ATTRIBUTES.includes(rest) ? { of, kind: 'attribute', name: rest, point: null } : null
}

/** The run of a row that begins with its anchor: its name and id stand behind. */
function runOfRow(cell: string, evidence: Evidence): string | null {
  const address = ANCHOR.exec(cell)?.[1]
  const one = address === undefined ? undefined : runAt(address, evidence)
  if (one === undefined) return null
  const rest = cell.replace(ANCHOR, '')
  const id = mark(one.address)
  return rest === id || rest === `${plain(one.run.name)} ${id}`.trim() ? one.address : null
}

/** One value of the row's run under its heading, or a dash where it has none. */
function isCellOf(cell: string, address: string, title: string, evidence: Evidence): boolean {
  const run = runAt(address, evidence)?.run
  if (run === undefined) return false
  const [expression, ...others] = expressionsIn(cell)
  if (expression === undefined) return cell === '–' && !isLogged(title, run)
  const field = fieldOf(expression)
  return others.length === 0 && cell === mark(expression) && field !== null && field.of === address
}

function isLogged(title: string, run: NonNullable<ReturnType<typeof runAt>>['run']): boolean {
  if (title === 'user') return run.user !== null
  if (title === 'started') return run.startedAt !== null
  if (title === 'duration') return run.startedAt !== null && run.endedAt !== null
  return [...run.params.keys(), ...run.metrics.keys()].some((name) => plain(name) === title)
}

/** Whether a heading names what stands below it: a run, an attribute, a parameter, or a metric with the value it is. */
function isHeading(
  title: string,
  fields: readonly (Field | null)[],
  before: string,
  evidence: Evidence,
): boolean {
  if (title === 'other runs')
    return fields.every(
      (field) => field?.kind === 'run' || (field?.kind === 'metric' && isNameOf(before, field, evidence)),
    )
  if (title === 'run' && fields.every((field) => field?.kind === 'run')) return true
  const told = fields.filter((field) => field?.kind !== 'run')
  if (told.length === 0)
    return (
      ['run', ...ATTRIBUTES].includes(title) ||
      [...evidence.runs, ...evidence.earlier, ...evidence.deleted].some(({ run }) =>
        [...run.params.keys(), ...run.metrics.keys()].some((name) => title.startsWith(plain(name))),
      ) ||
      evidence.factors.some(({ param }) => plain(param) === title)
    )
  return told.every((field) => field !== null && isNameOf(title, field, evidence))
}

/** `val_loss`, `val_loss (min)`, `latency (ms)` over values of it. */
function isNameOf(title: string, { kind, name, point }: Field, evidence: Evidence): boolean {
  if (kind !== 'metric') return title === plain(name)
  if (!title.startsWith(plain(name))) return false
  const behind = title.slice(plain(name).length).match(/\([^()]*\)/g) ?? []
  const told = title.slice(plain(name).length).replace(/ \([^()]*\)/g, '')
  const headline =
    point === 'last' || point === 'min' || point === 'max' ? point : evidence.metrics.headline(name)
  return (
    told === '' && behind.every((one) => [`(${headline})`, `(${evidence.metrics.unit(name)})`].includes(one))
  )
}

const STATUS = /\b(?:running|scheduled|finished|failed|killed|unknown)\b/g
const WORDS =
  /^(?:\*\*|[,;±…–\s]|not logged|no result|not ranked|earlier|running|scheduled|finished|failed|killed|unknown)*$/

/** A row of results: all of one run, or all of the runs at one level of what the first column names. */
function isResult(cells: readonly string[], heading: readonly string[], evidence: Evidence): boolean {
  const [first = ''] = cells
  if (!cells.every((cell) => isSaid(cell, evidence))) return false
  const fields = cells.flatMap(expressionsIn).map(fieldOf)
  const runs = fields.map((field) => runsOf(field, evidence))
  if (runs.some((list) => list === null)) return false
  const [level] = expressionsIn(first).map(fieldOf)
  const axis = heading[0] ?? ''
  if (level === undefined) {
    if (first !== 'not logged' && first !== '–') return false
    return runs.flatMap((list) => list ?? []).every((one) => !isLogged(axis, one.run))
  }
  if (level?.kind === 'run') return fields.every((field) => field?.of === level.of)
  if (level?.kind !== 'param') return false
  const value = runAt(level.of, evidence)?.run.params.get(level.name)
  return runs.flatMap((list) => list ?? []).every(({ run }) => run.params.get(level.name) === value)
}

function runsOf(field: Field | null | undefined, evidence: Evidence) {
  const group = evidence.groups.find(({ address }) => address === field?.of)
  const found = (group?.runs ?? [field?.of ?? '']).map((address) => runAt(address, evidence))
  const known = found.flatMap((one) => one ?? [])
  return known.length === found.length ? known : null
}

/** Words of a cell: a status is that of a run beside it, ± stands between a mean and its deviation. */
function isSaid(cell: string, evidence: Evidence): boolean {
  if (!WORDS.test(cell.replace(new RegExp(MARK, 'g'), ''))) return false
  const words = cell.search(STATUS)
  if (words >= 0) {
    // Statuses are those of the runs behind them.
    const told = new Set(cell.match(STATUS) ?? [])
    const of = (part: string): readonly string[] =>
      expressionsIn(part).map((one) => String(runAt(one, evidence)?.run.status))
    // A run of its own row has its status behind its name.
    const behind = /^[^;]*; \w+$/.test(cell) ? of(cell.slice(0, words)) : of(cell.slice(words))
    if (behind.length === 0 || !behind.every((one) => told.has(one)) || told.size > new Set(behind).size)
      return false
  }
  if (!isPlaced(cell, evidence)) return false
  const spreads = cell.match(/±/g) ?? []
  const pairs = [...cell.matchAll(new RegExp(`${MARK} ± ${MARK}`, 'g'))].filter(
    ([, mean = '', sd = '']) => mean.endsWith('.mean') && sd === mean.replace(/mean$/, 'sd'),
  )
  return spreads.length === pairs.length
}

/** Whether a run that is told to be no rival of the others, or of before, is. */
function isPlaced(cell: string, evidence: Evidence): boolean {
  const words = cell.replace(new RegExp(MARK, 'g'), '')
  const runs = expressionsIn(cell).flatMap((one) => runAt(one, evidence) ?? [])
  if (/earlier/.test(words)) return runs.length > 0 && runs.every((one) => evidence.earlier.includes(one))
  if (/not ranked/.test(words)) return runs.length > 0 && runs.every((one) => evidence.runs.includes(one))
  return true
}

/** Rows of a run that is told to be not ranked, and is of the same kind as those that are. */
function wronglyUnranked(body: readonly SourceLine[], evidence: Evidence): readonly SourceLine[] {
  const metric = evidence.lead?.metric ?? null
  const raced = withoutFolds(evidence.runs)
  const rows = body.map((row) => {
    const runs = row.cells.flatMap((cell) =>
      expressionsIn(cell).flatMap((one) => runAt(fieldOf(one)?.of ?? '', evidence) ?? []),
    )
    const isUnranked = row.cells.some((cell) => /not ranked/.test(cell.replace(new RegExp(MARK, 'g'), '')))
    return { row, runs, isUnranked }
  })
  const ranked = new Set(
    rows.flatMap(({ runs, isUnranked }) => (isUnranked ? [] : runs.map((one) => comparableFor(one, metric)))),
  )
  return rows
    .filter(({ isUnranked }) => isUnranked)
    .filter(({ runs }) =>
      runs.some(
        (one) =>
          raced.includes(one) &&
          one.run.params.size + one.run.metrics.size > 0 &&
          ranked.has(comparableFor(one, metric)),
      ),
    )
    .map(({ row }) => row)
}

/** Rows with a value in bold that another one of its column beats. */
function wronglyBest(body: readonly SourceLine[], evidence: Evidence): readonly SourceLine[] {
  const width = Math.max(0, ...body.map(({ cells }) => cells.length))
  return Array.from({ length: width }, (_, at) => at).flatMap((at) => {
    const values = body.map((row) => {
      const cell = row.cells[at] ?? ''
      const field = fieldOf(expressionsIn(cell)[0] ?? '')
      const one = field?.kind === 'metric' && field.point === null ? runAt(field.of, evidence) : undefined
      const value =
        one === undefined || field === null || !isDone(one.run)
          ? null
          : headlineValue(one, field.name, evidence.metrics)
      return { row, value, metric: field?.name ?? '', isBold: cell.includes('**') }
    })
    return values
      .filter(({ isBold }) => isBold)
      .filter(({ value, metric }) => {
        const direction = evidence.metrics.direction(metric)
        return (
          value === null ||
          direction === null ||
          values.some(
            (other) =>
              other.value !== null && (direction === 'lower' ? other.value < value : other.value > value),
          )
        )
      })
      .map(({ row }) => row)
  })
}
