import { z } from 'zod'
import { type JsonObject, type JsonValue, jsonNumber } from '../json.ts'
import type { Curve, CurvePoint, CurveShape, TrainingAt } from '../runs/curve.ts'
import { type MetricSummary, type Origin, RUN_STATUSES, type Run } from '../runs/run.ts'
import { type Direction, type Headline, settingsSchema } from '../settings.ts'
import { compactRun } from './compact-run.ts'
import {
  ATTRIBUTIONS,
  CONFIDENCES,
  type DirectionSource,
  type Evidence,
  type EvidenceRun,
  FINDING_KINDS,
  type Finding,
  type GivenValue,
} from './evidence.ts'
import { inPresentShape } from './in-present-shape.ts'
import { mapOf } from './map-of.ts'
import { OPEN } from './note-claims/attribute-notes.ts'
import { CONSEQUENCES, JUDGEMENTS, NOTE_CLAIM_KINDS } from './note-claims/note-claim.ts'

/**
 * Evidence as JSON, to be kept beside a document: with it every slot and check can be worked out again with no tracker
 * and no network. `thawEvidence` is its inverse.
 */
export function freezeEvidence(evidence: Evidence): JsonObject {
  const metrics = [
    ...new Set(
      [...evidence.runs, ...evidence.earlier, ...evidence.deleted].flatMap(({ run }) => [
        ...run.metrics.keys(),
      ]),
    ),
  ].sort()
  return {
    project: { ...evidence.project },
    span: {
      from: iso(evidence.span.from),
      until: iso(evidence.span.until),
      timeZone: evidence.span.timeZone,
    },
    metrics: Object.fromEntries(
      metrics.map((name) => [
        name,
        {
          direction: evidence.metrics.direction(name),
          directionFrom: evidence.metrics.directionFrom(name),
          headline: evidence.metrics.headline(name),
          unit: evidence.metrics.unit(name),
        },
      ]),
    ),
    primary: evidence.metrics.primary,
    primaryFrom: evidence.metrics.primaryFrom,
    ...(evidence.metrics.primaryNow === null ? {} : { primaryNow: evidence.metrics.primaryNow }),
    lead: evidence.lead === null ? null : { ...evidence.lead },
    runs: evidence.runs.map((one) => compactRun(freezeRun(one))),
    earlier: evidence.earlier.map((one) => compactRun(freezeRun(one))),
    deleted: evidence.deleted.map((one) => compactRun(freezeRun(one))),
    ...(evidence.unmentioned === undefined ? {} : { unmentioned: evidence.unmentioned }),
    otherRuns: { count: evidence.otherRuns.count, users: [...evidence.otherRuns.users] },
    experiments: evidence.experiments.map((one) => ({
      id: one.id,
      name: one.name,
      note: one.note,
      primaryMetric: one.primaryMetric === null ? null : { ...one.primaryMetric },
      origin: freezeOrigin(one.origin),
    })),
    factors: evidence.factors.map((factor) => ({
      param: factor.param,
      levels: factor.levels.map((level) => ({ value: level.value, runs: [...level.runs] })),
    })),
    constants: Object.fromEntries(evidence.constants),
    groups: evidence.groups.map((group) => ({ ...group, runs: [...group.runs] })),
    findings: evidence.findings.map((finding) => ({
      ...finding,
      rests: [...finding.rests],
      values: freezeValues(finding.values),
      texts: Object.fromEntries(Object.entries(finding.texts).map(([name, one]) => [name, { ...one }])),
    })),
    rules: {
      repeats: { ...evidence.rules.repeats, ignore: [...evidence.rules.repeats.ignore] },
      waivers: evidence.rules.waivers.map((one) => ({ ...one })),
      costs: JSON.parse(JSON.stringify(evidence.rules.costs)),
      production: [...evidence.rules.production],
      aliases: { ...evidence.rules.aliases },
    },
    quotes: evidence.quotes.map((quote) => ({
      ...quote,
      values: quote.values.map((value) => ({ ...value })),
      expectation:
        quote.expectation === null
          ? null
          : {
              runs: [...quote.expectation.runs],
              settings: [...quote.expectation.settings],
              recordedAt: quote.expectation.recordedAt,
            },
      about: { ...quote.about, runs: [...quote.about.runs] },
    })),
    reported: evidence.reported.map((table) => ({
      ...table,
      header: table.header === null ? null : [...table.header],
      rows: table.rows.map((row) => ({ ...row, cells: [...row.cells] })),
    })),
    noteClaims: evidence.noteClaims.map((claim) => ({
      ...claim,
      runs: [...claim.runs],
      values: freezeValues(claim.values),
      texts: Object.fromEntries(Object.entries(claim.texts).map(([name, one]) => [name, { ...one }])),
    })),
    question: evidence.question === null ? null : { ...evidence.question },
    dataSets: evidence.dataSets.map((set) => ({ ...set, runs: [...set.runs] })),
    gaps: evidence.gaps.map(({ what, where, why }) => ({ what, where, why })),
    documents: evidence.documents.map((one) => ({
      ...one,
      runs: [...one.runs],
      passages: [...one.passages],
    })),
    given: evidence.given.map((one) => ({
      ...one,
      value: one.value === null ? null : freezeGiven(one.value),
      fields: Object.fromEntries([...one.fields].map(([name, value]) => [name, freezeGiven(value)])),
    })),
    ...(evidence.planned === undefined || evidence.planned.length === 0
      ? {}
      : { planned: evidence.planned.map((one) => ({ ...one, params: Object.fromEntries(one.params) })) }),
  }
}

function freezeValues(values: Finding['values']): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, one]) => [name, { ...one, value: jsonNumber(one.value) }]),
  )
}

function freezeGiven({ value, unit }: GivenValue): JsonObject {
  if (value.kind === 'number') return { ...value, value: jsonNumber(value.value), unit }
  return { ...value, unit }
}

const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)])
const time = z
  .string()
  .nullable()
  .transform((text) => (text === null ? null : Date.parse(text)))
const origin = z.string().transform((text): Origin => {
  const [, source = '', file = '', line, row] =
    /^([^:]*):(.*?)(?:#L(\d+))?(?:#(?!L\d+$)(.*))?$/s.exec(text) ?? []
  return {
    source,
    file,
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(row === undefined ? {} : { row }),
  }
})
const texts = mapOf(z.string())
const gapSchema = z
  .object({ what: z.string(), where: z.string(), why: z.string() })
  .transform((one) => ({ kind: 'gap' as const, ...one }))
const summary = z.object({
  last: number,
  lastStep: z.number().nullable(),
  min: number.nullable(),
  max: number.nullable(),
  minStep: z.number().nullable(),
  maxStep: z.number().nullable(),
  count: z.number().nullable(),
  nonFinite: z.number().nullable(),
})
const curvePoint = z.object({ step: z.number().nullable(), value: number })
const SILENT: CurveShape = { lateFrom: null, flatFrom: null, worsenedBy: null, diverged: false }
/** Most curves tell nothing in one direction or in both: that is frozen as null. */
const shape = z
  .object({
    lateFrom: curvePoint.nullable(),
    flatFrom: z
      .object({ step: z.number().nullable(), share: z.number(), bestBefore: number, bestSince: number })
      .nullable(),
    worsenedBy: number.nullable(),
    diverged: z.boolean(),
  })
  .nullable()
  .transform((one): CurveShape => one ?? SILENT)
const trainingAt = z.object({ level: number, point: curvePoint })
const curve = z.object({
  count: z.number(),
  nonFinite: z.number(),
  first: curvePoint,
  last: curvePoint,
  lowest: curvePoint,
  highest: curvePoint,
  nonFiniteFrom: z.object({ step: z.number().nullable() }).nullable(),
  endsNonFinite: z.boolean(),
  steps: z.enum(['rising', 'repeated', 'none']),
  endLevel: number.nullable(),
  shape: z.object({ lower: shape, higher: shape }),
  training: z
    .object({
      metric: z.string(),
      atLowest: trainingAt.nullable(),
      atHighest: trainingAt.nullable(),
      last: curvePoint,
      endLevel: number.nullable(),
    })
    .nullable(),
})
const runSchema = z.object({
  address: z.string(),
  comparableAs: z.string(),
  protocol: z.object({ ground: z.string(), split: z.string(), threshold: z.string() }),
  key: z.string(),
  id: z.string(),
  source: z.string(),
  experiment: z.object({ id: z.string(), name: z.string() }),
  name: z.string(),
  user: z.string().nullable(),
  url: z.string().nullable(),
  status: z.enum(RUN_STATUSES),
  deleted: z.boolean(),
  startedAt: time,
  endedAt: time,
  parent: z.string().nullable(),
  params: texts,
  metrics: mapOf<MetricSummary>(summary),
  tags: texts,
  also: z.array(z.object({ key: z.string(), source: z.string(), why: z.string() })).exactOptional(),
  note: z.string().nullable(),
  code: z.object({
    commit: z.string().nullable(),
    dirty: z.boolean().nullable(),
    branch: z.string().nullable(),
    entryPoint: z.string().nullable(),
    diffKept: z.boolean().exactOptional(),
  }),
  environmentKept: z.boolean().exactOptional(),
  dataSets: z.array(z.object({ name: z.string(), digest: z.string(), context: z.string().nullable() })),
  registered: z
    .array(
      z.object({
        model: z.string(),
        version: z.string(),
        stage: z.string().nullable(),
        aliases: z.array(z.string()),
        origin,
      }),
    )
    .exactOptional(),
  artifacts: z.number().nullable(),
  gaps: z.array(gapSchema),
  origins: z.object({
    run: origin,
    params: mapOf(origin),
    metrics: mapOf(origin),
  }),
  points: mapOf(z.array(z.object({ step: z.number().nullable(), value: number, time, origin }))),
  curves: mapOf(curve),
  logTail: z.object({ path: z.string(), lines: z.array(z.string()), origin }).nullable(),
})
const addresses = z.array(z.string())
const findingValues = z.record(
  z.string(),
  z.object({ value: number, unit: z.string().nullable(), metric: z.string().nullable(), how: z.string() }),
)
const findingTexts = z.record(z.string(), z.object({ text: z.string(), from: z.string() }))
const givenValue = z
  .union([
    z.object({ kind: z.literal('number'), value: number, text: z.string(), unit: z.string().nullable() }),
    z.object({ kind: z.literal('text'), text: z.string(), unit: z.string().nullable() }),
    z.object({ kind: z.literal('time'), at: z.number(), unit: z.string().nullable() }),
  ])
  .transform(({ unit, ...value }): GivenValue => ({ value, unit }))
const frozenSchema = z.object({
  project: z.object({ name: z.string(), goal: z.string().nullable() }),
  span: z.object({ from: z.string(), until: z.string(), timeZone: z.string() }),
  metrics: mapOf(
    z.object({
      direction: z.enum(['higher', 'lower']).nullable(),
      directionFrom: z.enum(['narrate.yaml', 'tracker', 'name']).nullable(),
      headline: z.enum(['last', 'min', 'max']),
      unit: z.string().nullable(),
    }),
  ),
  primary: z.string().nullable(),
  primaryFrom: z.string().nullable(),
  primaryNow: z.string().optional(),
  lead: z.object({ metric: z.string(), assumed: z.boolean() }).nullable(),
  runs: z.array(runSchema),
  earlier: z.array(runSchema),
  deleted: z.array(runSchema),
  unmentioned: z.number().exactOptional(),
  otherRuns: z.object({ count: z.number(), users: z.array(z.string()) }),
  experiments: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      note: z.string().nullable(),
      primaryMetric: z.object({ name: z.string(), greaterIsBetter: z.boolean().nullable() }).nullable(),
      origin,
    }),
  ),
  factors: z.array(
    z.object({
      param: z.string(),
      levels: z.array(z.object({ value: z.string().nullable(), runs: addresses })),
    }),
  ),
  constants: texts,
  groups: z.array(
    z.object({
      address: z.string(),
      kind: z.enum(['status', 'comparable', 'level', 'replicates', 'experiment', 'family']),
      label: z.string(),
      word: z.string().nullable(),
      runs: addresses,
    }),
  ),
  findings: z.array(
    z.object({
      address: z.string(),
      kind: z.enum(FINDING_KINDS),
      warns: z.boolean(),
      scope: z.enum(['session', 'project']),
      sentence: z.string(),
      rests: addresses,
      values: findingValues,
      texts: findingTexts,
    }),
  ),
  rules: settingsSchema.pick({ repeats: true, waivers: true, costs: true, production: true, aliases: true }),
  quotes: z.array(
    z.object({
      address: z.string(),
      text: z.string(),
      noteId: z.string(),
      place: z.string(),
      line: z.number().nullable(),
      author: z.string().nullable(),
      at: z.number().nullable(),
      heading: z.string().nullable(),
      kind: z.enum(['journal', 'file', 'notebook', 'commit', 'experiment']),
      values: z.array(z.object({ value: z.number(), text: z.string(), unit: z.string().nullable() })),
      expectation: z
        .object({
          runs: z.array(z.string()),
          settings: z.array(z.string()),
          recordedAt: z.number().nullable(),
        })
        .nullable()
        .default(null),
      about: z
        .object({ runs: addresses, confidence: z.enum(CONFIDENCES), by: z.enum(ATTRIBUTIONS).nullable() })
        .default({ ...OPEN, runs: [] }),
    }),
  ),
  // Records of before the notes were judged hold none of these.
  reported: z
    .array(
      z.object({
        file: z.string(),
        line: z.number(),
        heading: z.string().nullable(),
        header: z.array(z.string()).nullable(),
        rows: z.array(
          z.object({
            line: z.number(),
            text: z.string(),
            cells: z.array(z.string()),
            mark: z.enum(['malformed', 'doubled', 'differs from its double']).nullable(),
          }),
        ),
      }),
    )
    .default([]),
  noteClaims: z
    .array(
      z.object({
        quote: z.string().nullable(),
        said: z.string(),
        place: z.string(),
        kind: z.enum(NOTE_CLAIM_KINDS),
        judgement: z.enum(JUDGEMENTS),
        consequence: z.enum(CONSEQUENCES),
        runs: addresses,
        log: z.string().nullable(),
        values: findingValues,
        texts: findingTexts,
      }),
    )
    .default([]),
  question: z.object({ quote: z.string(), sentence: z.string() }).nullable().default(null),
  dataSets: z.array(
    z.object({
      address: z.string(),
      name: z.string(),
      digest: z.string(),
      context: z.string().nullable(),
      runs: addresses,
    }),
  ),
  gaps: z.array(gapSchema),
  documents: z.array(
    z.object({
      address: z.string(),
      id: z.string(),
      kind: z.string(),
      title: z.string(),
      date: z.string(),
      path: z.string(),
      runs: z.array(z.string()),
      passages: z.array(z.string()),
    }),
  ),
  // Records of before anything could be given hold none of these.
  given: z
    .array(
      z.object({
        address: z.string(),
        name: z.string(),
        value: givenValue.nullable(),
        fields: mapOf(givenValue),
        from: z.string(),
      }),
    )
    .default([]),
  planned: z
    .array(
      z.object({
        plan: z.string(),
        id: z.string(),
        at: z.number(),
        metric: z.string(),
        params: texts,
        low: z.number(),
        high: z.number(),
      }),
    )
    .exactOptional(),
})

/** Frozen evidence as a value again. What is not of its shape throws zod's error, which names the place. */
export function thawEvidence(frozen: JsonValue): Evidence {
  const { primary, primaryFrom, primaryNow = null, ...parsed } = frozenSchema.parse(inPresentShape(frozen))
  const rules = parsed.metrics
  return {
    ...parsed,
    span: {
      from: Date.parse(parsed.span.from),
      until: Date.parse(parsed.span.until),
      timeZone: parsed.span.timeZone,
    },
    runs: parsed.runs.map(thawRun),
    earlier: parsed.earlier.map(thawRun),
    deleted: parsed.deleted.map(thawRun),
    metrics: {
      primary,
      primaryFrom,
      primaryNow,
      direction: (metric): Direction | null => rules.get(metric)?.direction ?? null,
      directionFrom: (metric): DirectionSource | null => rules.get(metric)?.directionFrom ?? null,
      headline: (metric): Headline => rules.get(metric)?.headline ?? 'last',
      unit: (metric) => rules.get(metric)?.unit ?? null,
    },
  }
}

function thawRun({
  address,
  comparableAs,
  protocol,
  points,
  curves,
  logTail,
  ...run
}: z.output<typeof runSchema>): EvidenceRun {
  return { address, comparableAs, protocol, points, curves, logTail, run }
}

function freezeRun(one: EvidenceRun): JsonObject {
  const { run } = one
  return {
    address: one.address,
    comparableAs: one.comparableAs,
    protocol: { ...one.protocol },
    key: run.key,
    id: run.id,
    source: run.source,
    experiment: { ...run.experiment },
    name: run.name,
    user: run.user,
    url: run.url,
    status: run.status,
    deleted: run.deleted,
    startedAt: iso(run.startedAt),
    endedAt: iso(run.endedAt),
    parent: run.parent,
    params: Object.fromEntries(run.params),
    metrics: Object.fromEntries([...run.metrics].map(([name, summary]) => [name, freezeSummary(summary)])),
    tags: Object.fromEntries(run.tags),
    ...(run.also === undefined ? {} : { also: run.also.map((one) => ({ ...one })) }),
    note: run.note,
    code: { ...run.code },
    ...(run.environmentKept === undefined ? {} : { environmentKept: run.environmentKept }),
    dataSets: run.dataSets.map((set) => ({ ...set })),
    ...(run.registered === undefined
      ? {}
      : {
          registered: run.registered.map((one) => ({
            ...one,
            aliases: [...one.aliases],
            origin: freezeOrigin(one.origin),
          })),
        }),
    artifacts: run.artifacts,
    gaps: run.gaps.map(({ what, where, why }) => ({ what, where, why })),
    origins: freezeOrigins(run.origins),
    points: Object.fromEntries(
      [...one.points].map(([name, points]) => [
        name,
        points.map((point) => ({
          step: point.step,
          value: jsonNumber(point.value),
          time: iso(point.time),
          origin: freezeOrigin(point.origin),
        })),
      ]),
    ),
    curves: Object.fromEntries([...one.curves].map(([name, curve]) => [name, freezeCurve(curve)])),
    logTail:
      one.logTail === null
        ? null
        : { path: one.logTail.path, lines: [...one.logTail.lines], origin: freezeOrigin(one.logTail.origin) },
  }
}

function freezeCurve(one: Curve): JsonObject {
  const point = freezePoint
  return {
    count: one.count,
    nonFinite: one.nonFinite,
    first: point(one.first),
    last: point(one.last),
    lowest: point(one.lowest),
    highest: point(one.highest),
    nonFiniteFrom: one.nonFiniteFrom === null ? null : { ...one.nonFiniteFrom },
    endsNonFinite: one.endsNonFinite,
    steps: one.steps,
    endLevel: orNull(one.endLevel),
    shape: { lower: freezeShape(one.shape.lower), higher: freezeShape(one.shape.higher) },
    training:
      one.training === null
        ? null
        : {
            metric: one.training.metric,
            atLowest: freezeTraining(one.training.atLowest),
            atHighest: freezeTraining(one.training.atHighest),
            last: point(one.training.last),
            endLevel: orNull(one.training.endLevel),
          },
  }
}

function freezePoint({ step, value }: CurvePoint): JsonObject {
  return { step, value: jsonNumber(value) }
}

function freezeTraining(one: TrainingAt | null): JsonValue {
  return one === null ? null : { level: jsonNumber(one.level), point: freezePoint(one.point) }
}

function freezeShape(one: CurveShape): JsonValue {
  const { lateFrom, flatFrom, worsenedBy, diverged } = one
  if (lateFrom === null && flatFrom === null && worsenedBy === null && !diverged) return null
  return {
    lateFrom: lateFrom === null ? null : freezePoint(lateFrom),
    flatFrom:
      flatFrom === null
        ? null
        : {
            ...flatFrom,
            bestBefore: jsonNumber(flatFrom.bestBefore),
            bestSince: jsonNumber(flatFrom.bestSince),
          },
    worsenedBy: orNull(one.worsenedBy),
    diverged: one.diverged,
  }
}

function orNull(value: number | null): JsonValue {
  return value === null ? null : jsonNumber(value)
}

function freezeSummary(summary: MetricSummary): JsonObject {
  return {
    last: jsonNumber(summary.last),
    lastStep: summary.lastStep,
    min: summary.min === null ? null : jsonNumber(summary.min),
    max: summary.max === null ? null : jsonNumber(summary.max),
    minStep: summary.minStep,
    maxStep: summary.maxStep,
    count: summary.count,
    nonFinite: summary.nonFinite,
  }
}

function freezeOrigins(origins: Run['origins']): JsonObject {
  const all = (map: ReadonlyMap<string, Origin>): JsonObject =>
    Object.fromEntries([...map].map(([name, one]) => [name, freezeOrigin(one)]))
  return { run: freezeOrigin(origins.run), params: all(origins.params), metrics: all(origins.metrics) }
}

/** An origin as one text: `mlflow:1/3fa2/metrics/val_auc#L12`, `mlflow:mlflow.db#params(run_uuid=3fa2, key=lr)`. */
function freezeOrigin(one: Origin): string {
  return `${one.source}:${one.file}${one.line === undefined ? '' : `#L${one.line}`}${one.row === undefined ? '' : `#${one.row}`}`
}

function iso(at: number): string
function iso(at: number | null): string | null
function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
