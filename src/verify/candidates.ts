import type { Evidence, EvidenceRun } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { numberOfCell } from '../evidence/reported-cell.ts'
import type { RunSummary } from '../runs/run.ts'
import { shortId } from '../runs/run.ts'
import type { Figure } from './figures.ts'

/** A number that runs, findings or notes hold, with what it is the value of. */
export interface KnownNumber {
  /** The run's name and the beginning of its id; null for what is of no run. */
  readonly run: string | null
  /** The metric, parameter or finding it is a value of. */
  readonly name: string
  /** Which value: `last`, `min`, `max`, `at 12`, `param`, or where else it stands. */
  readonly point: string
  readonly value: number
  readonly unit: string | null
}

/** How a figure comes from a known number: it is that number, rounds or cuts it, or is its share in per cent. */
export type Rounding = 'exactly' | 'rounded' | 'cut off' | 'in per cent' | 'without its sign'

export interface Candidate {
  readonly known: KnownNumber
  readonly how: Rounding
}

/**
 * The numbers that a figure may stand for, the closest kind of rounding first. That there is one says nothing of whether
 * it is what the text means.
 */
export function candidatesFor(figure: Figure, known: readonly KnownNumber[]): readonly Candidate[] {
  const found = known.flatMap((one): Candidate[] => {
    const how = roundingOf(figure, one)
    return how === null ? [] : [{ known: one, how }]
  })
  return found.toSorted((a, b) => ORDER.indexOf(a.how) - ORDER.indexOf(b.how))
}

const ORDER: readonly Rounding[] = ['exactly', 'rounded', 'cut off', 'in per cent', 'without its sign']

function roundingOf(figure: Figure, { name, value, unit }: KnownNumber): Rounding | null {
  if (!Number.isFinite(value)) return null
  const isTime = unit === 's' || (unit === null && /sec|time|duration|took/i.test(name))
  if (figure.unit === 's' && !isTime) return null
  if (figure.value === value) return 'exactly'
  if (near(figure, value)) return 'rounded'
  const step = 2 * figure.tolerance
  if (step < 1 && Math.trunc(value / step + Math.sign(value) * 1e-9) === Math.round(figure.value / step))
    return 'cut off'
  if (unit !== '%' && figure.unit === '%' && near(figure, value * 100)) return 'in per cent'
  if (figure.value > 0 && value < 0 && near(figure, -value)) return 'without its sign'
  return null
}

function near(figure: Figure, value: number): boolean {
  return Math.abs(figure.value - value) <= figure.tolerance * (1 + 1e-9) + Math.abs(value) * 1e-12
}

/** All numbers of the evidence: metrics, parameters, times taken, findings' values, and those that notes report. */
export function numbersOfEvidence(evidence: Evidence): readonly KnownNumber[] {
  const runs = [...evidence.runs, ...evidence.earlier, ...evidence.deleted]
  return [
    ...runs.flatMap((one) => [
      ...numbersOfRun(one.run, (metric) => evidence.metrics.unit(metric)),
      ...numbersOfPoints(one, evidence),
    ]),
    ...evidence.findings.flatMap((finding) =>
      Object.values(finding.values).map((one) => ({
        run: null,
        name: one.metric === null ? finding.kind : `${finding.kind} of ${one.metric}`,
        point: one.how,
        value: one.value,
        unit: one.unit,
      })),
    ),
    ...evidence.groups.map((group) => ({
      run: null,
      name: group.label,
      point: 'count',
      value: group.runs.length,
      unit: null,
    })),
    ...evidence.quotes.flatMap((quote) =>
      quote.values.map((one) => ({
        run: null,
        name: 'a note',
        point: `${quote.place}${quote.line === null ? '' : `:${quote.line}`}`,
        value: one.value,
        unit: one.unit,
      })),
    ),
    ...evidence.reported.flatMap((table) =>
      table.rows.flatMap((row) =>
        row.cells.flatMap((cell) => {
          const number = numberOfCell(cell)
          return number === null
            ? []
            : [
                {
                  run: null,
                  name: 'a table in a note',
                  point: `${table.file}:${row.line}`,
                  value: number.value,
                  unit: number.unit,
                },
              ]
        }),
      ),
    ),
  ]
}

/** The numbers of one run as a list tells it. */
export function numbersOfRun(
  run: RunSummary,
  unitOf: (metric: string) => string | null = () => null,
): readonly KnownNumber[] {
  const label = runLabel(run)
  const took = run.startedAt === null || run.endedAt === null ? null : (run.endedAt - run.startedAt) / 1000
  return [
    ...[...run.metrics].flatMap(([name, { last, min, max }]) =>
      (
        [
          ['last', last],
          ['min', min],
          ['max', max],
        ] as const
      ).flatMap(([point, value]) =>
        value === null || (point !== 'last' && value === last)
          ? []
          : [{ run: label, name, point, value, unit: unitOf(name) }],
      ),
    ),
    ...[...run.params].flatMap(([name, text]) => {
      const value = parseNumber(text)
      return value === null ? [] : [{ run: label, name, point: 'param', value, unit: null }]
    }),
    ...(took === null ? [] : [{ run: label, name: 'duration', point: 'took', value: took, unit: 's' }]),
  ]
}

/** A run as people find it: its name and its short id. */
export function runLabel({ name, id }: Pick<RunSummary, 'name' | 'id'>): string {
  const short = shortId(id)
  return name === '' || name === id || name.startsWith(short) ? short : `${name} (${short})`
}

function numbersOfPoints(one: EvidenceRun, evidence: Evidence): readonly KnownNumber[] {
  return [...one.points].flatMap(([name, points]) =>
    points.flatMap(({ step, value }) =>
      step === null
        ? []
        : [{ run: runLabel(one.run), name, point: `at ${step}`, value, unit: evidence.metrics.unit(name) }],
    ),
  )
}

/** A candidate in words: `val_f1 of xgb-s1-f1 (12a4eed7): 0.287038, rounded`. */
export function tellCandidate({ known, how }: Candidate): string {
  const point = known.point === 'last' || known.point === 'param' ? '' : `, ${known.point}`
  const of = known.run === null ? '' : ` of ${known.run}`
  return `${known.name}${of}${point}: ${known.value}${known.unit === null || known.unit === 'step' ? '' : ` ${known.unit}`}, ${how}`
}
