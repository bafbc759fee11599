import { isDone } from '../../runs/run.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from '../evidence.ts'
import { parseNumber } from '../fact-at.ts'
import { withoutFolds } from '../folds.ts'
import { modelFamily } from '../model-family.ts'
import { leastDifference } from '../noise-floor.ts'
import { runError } from '../run-error.ts'
import { seedOf } from '../seed-of.ts'
import { triedValue } from '../setting-of.ts'
import { settingValue } from '../setting-value.ts'
import { bestValue, isHeldOut, tellingCurves } from '../telling-curves.ts'
import { isSeed, isTelling } from '../what-varied.ts'
import { anyChange, type Bucket, bucketsOf, inOrder, sameChange } from './effects.ts'
import { dataInUse } from './lint-proposal.ts'
import type { Past, PastCell } from './past.ts'
import type { Proposal } from './proposal.ts'

/** Why narrate itself proposes an experiment: what the runs show, and leave open. */
export type CandidateReason =
  /** The best setting, or one as good as seeds tell, has fewer than three seeds. */
  | 'few seeds'
  /** A change that helped with another setting was never made to the best. */
  | 'helped elsewhere'
  /** The best lies at the edge of what was tried. */
  | 'edge'
  /** There is room between the best value and its better neighbour. */
  | 'between'
  /** The metric was still getting better when the run ended. */
  | 'still improving'
  /** A model's best run, or a baseline, was never run on the present data or under the present protocol. */
  | 'not under present conditions'
  /** The best and another setting differ in several parameters at once: one of them alone. */
  | 'tell apart'
  /** A run failed for a reason that nobody logged, and its setting never finished. */
  | 'failed once'
  /** A number that usually matters had one value in all runs. */
  | 'never varied'

export interface Candidate extends Proposal {
  readonly reason: CandidateReason
  /** The runs that show it, beside the one that it begins from. */
  readonly shownBy: readonly EvidenceRun[]
}

const SEEDS = 3
const MOST_OF_REASON = 2
const MOST_RUNS_UP = 1
/** A longer text is an input, not a setting to change. */
const LONGEST_VALUE = 400
const LENGTH = /(^|[_./-])(n_|num_|max_)?(epochs?|steps|iterations|iters)$/i
const LONGER = 1.5

/**
 * Experiments that the runs themselves suggest, without any model: for each reason at most two. Nothing is proposed that only guesses:
 * every value lies next to one that ran, or ran elsewhere. They are not yet held against past runs.
 */
export function candidatesOf(
  past: Past,
  evidence: Pick<EvidenceWithoutFindings, 'runs' | 'metrics' | 'rules'>,
): readonly Candidate[] {
  return [
    ...fewSeeds(past),
    ...helpedElsewhere(past),
    ...alongLines(past),
    ...stillImproving(past, evidence),
    ...underPresentConditions(past, evidence),
    ...tellApart(past),
    ...failedOnce(evidence.runs),
    ...neverVaried(past, evidence),
  ]
}

/** From the best, one of the parameters in which it and the next settings differ: those that a comparison is about first. */
function tellApart({ present }: Past): readonly Candidate[] {
  const [best, ...others] = present
  if (best === undefined) return []
  return others
    .flatMap((other): readonly Candidate[] => {
      const differ = [...new Set([...best.values.keys(), ...other.values.keys()])].filter(
        (name) => best.values.get(name)?.key !== other.values.get(name)?.key,
      )
      if (differ.length < 2) return []
      const settable = differ.filter(
        (name) =>
          best.values.has(name) &&
          other.values.has(name) &&
          !MODEL.test(name) &&
          (textOf(name, other)?.length ?? 0) <= LONGEST_VALUE,
      )
      const param = settable.find((name) => isTelling(name)) ?? settable[0]
      const text = param === undefined ? null : textOf(param, other)
      if (param === undefined || text === null) return []
      return [
        {
          from: best.runs[0].address,
          set: new Map([[param, text]]),
          seeds: 1,
          reason: 'tell apart',
          shownBy: [other.runs[0]],
        },
      ]
    })
    .slice(0, MOST_OF_REASON)
}

const MODEL =
  /(^|[_./-])(model|arch(itecture)?|estimator|algorithm|classifier|learner)([_.-]?(name|type|class))?$/i
const USUAL =
  /(^|[_./-])(learning_?rate|lr|weight_?decay|dropout(_rate)?|batch_?size|max_?depth|num_?leaves|reg_?lambda|hidden_?(size|dim)|alpha|C)$/

/** Half of a number that was the same in every run; of a learning rate twice as much comes second. */
function neverVaried(
  { present, best }: Past,
  { runs }: Pick<EvidenceWithoutFindings, 'runs'>,
): readonly Candidate[] {
  return [...best.run.params]
    .filter(([name, text]) => USUAL.test(name) && (parseNumber(text) ?? 0) > 0)
    .filter(([name, text]) => {
      const { key } = settingValue(name, text)
      return [...present.flatMap((cell) => cell.runs), ...runs].every(({ run }) => {
        const other = run.params.get(name)
        return other === undefined || settingValue(name, other).key === key
      })
    })
    .slice(0, MOST_OF_REASON)
    .map(([name, text]) => {
      const half = (parseNumber(text) ?? 0) / 2
      return {
        from: best.address,
        set: new Map([
          [name, /^\d+$/.test(text.trim()) ? String(Math.max(1, Math.round(half))) : inFigures(half)],
        ]),
        seeds: 1,
        reason: 'never varied' as const,
        shownBy: [],
      }
    })
}

/** The best setting first, then one that seeds cannot tell from it. */
function fewSeeds({ present, floor, direction }: Past): readonly Candidate[] {
  const [best, ...others] = present
  if (best === undefined) return []
  const close = others.filter(({ mean, runs }) => {
    if (floor === null) return false
    const gap = direction === 'higher' ? best.mean - mean : mean - best.mean
    return gap <= leastDifference(floor, best.runs.length, runs.length)
  })
  return [best, ...close.slice(0, MOST_RUNS_UP)]
    .filter(({ runs }) => new Set(runs.map(({ run }) => seedOf(run))).size < SEEDS)
    .map(({ runs: [first] }) => ({
      from: first.address,
      set: new Map(),
      seeds: SEEDS,
      reason: 'few seeds' as const,
      shownBy: [],
    }))
}

/** Changes that helped wherever they were made (beyond seeds, where these are known), and that the best does not have. */
function helpedElsewhere({ present, direction, floor }: Past): readonly Candidate[] {
  const [best] = present
  if (best === undefined) return []
  const sign = direction === 'higher' ? 1 : -1
  const least = floor === null ? 0 : leastDifference(floor)
  const found = paramsOf(present).flatMap((param) => {
    const own = best.values.get(param)?.key ?? null
    const byLevel = new Map<string, { gain: number; cells: PastCell[]; text: string }>()
    for (const effect of anyChange(bucketsOf(param, present)))
      for (const [to, from, by] of [
        [effect.to, effect.from, sign * effect.by],
        [effect.from, effect.to, -sign * effect.by],
      ] as const) {
        const text = textOf(param, to)
        const key = to.values.get(param)?.key
        if (key === undefined || text === null || key === own || [to, from].includes(best)) continue
        const known = byLevel.get(key) ?? { gain: by, cells: [], text }
        byLevel.set(key, { ...known, gain: Math.min(known.gain, by), cells: [...known.cells, from, to] })
      }
    return [...byLevel]
      .filter(([, { gain }]) => gain > least && gain > 0)
      .map(([key, one]) => ({ param, key, ...one }))
  })
  return (
    found
      .filter(({ param }) => isOwnOf(param, best, present))
      // What did not help from where the best stands is no news.
      .filter(({ param, key }) => {
        const known = sameChange(bucketsOf(param, present), best.values.get(param) ?? null, {
          kind: 'text',
          key,
        })
        return known.length === 0 || known.some(({ by }) => sign * by > 0)
      })
      .sort((a, b) => b.gain - a.gain)
      .slice(0, MOST_OF_REASON)
      .map(({ param, text, cells }) => ({
        from: best.runs[0].address,
        set: new Map([[param, text]]),
        seeds: 1,
        reason: 'helped elsewhere' as const,
        shownBy: [...new Set(cells.flatMap(({ runs }) => runs[0]))].slice(0, 4),
      }))
  )
}

/** Whether a setting has the parameter, or another of its model does: what belongs to other models is none of its own. */
function isOwnOf(param: string, best: PastCell, present: readonly PastCell[]): boolean {
  if (best.values.has(param)) return true
  const model = [...best.values].filter(([name]) => MODEL.test(name))
  return present.some(
    ({ values }) => values.has(param) && model.every(([name, { key }]) => values.get(name)?.key === key),
  )
}

/** The next value beyond an edge, or between the best and its better neighbour, in the lines that the best lies on. */
function alongLines({ present, direction }: Past): readonly Candidate[] {
  const [best] = present
  if (best === undefined) return []
  const sign = direction === 'higher' ? 1 : -1
  const found = paramsOf(present).flatMap((param): (Candidate & { readonly gain: number })[] => {
    const line = lineOf(bucketsOf(param, present), best)
    const at = line?.findIndex(({ cell }) => cell === best) ?? -1
    if (line === undefined || line === null || at < 0 || line.length < 2) return []
    const sides = [line[at - 1], line[at + 1]].filter((one) => one !== undefined)
    const neighbour = sides.toSorted((a, b) => sign * (b.cell.mean - a.cell.mean))[0]
    const [own, beside] = [line[at]?.value.value, neighbour?.value.value]
    if (own === undefined || beside === undefined || neighbour === undefined) return []
    const isEdge = at === 0 || at === line.length - 1
    const texts = line.flatMap(({ cell }) => textOf(param, cell) ?? [])
    const next = isEdge ? beyond(param, own, beside, texts) : between(own, beside, texts)
    if (next === null) return []
    return [
      {
        from: best.runs[0].address,
        set: new Map([[param, next]]),
        seeds: 1,
        reason: isEdge ? 'edge' : 'between',
        shownBy: [neighbour.cell.runs[0]],
        gain: sign * (best.mean - neighbour.cell.mean),
      },
    ]
  })
  return (['edge', 'between'] as const).flatMap((reason) =>
    found
      .filter((one) => one.reason === reason)
      .sort((a, b) => b.gain - a.gain)
      .slice(0, MOST_OF_REASON)
      .map(({ gain: _, ...candidate }) => candidate),
  )
}

function lineOf(buckets: readonly Bucket[], best: PastCell) {
  const bucket = buckets.find(({ levels }) => levels.some(({ cell }) => cell === best))
  return bucket === undefined ? undefined : inOrder(bucket.levels)
}

/** As far again as from the neighbour: by the same factor where all are positive, else by the same difference. Null where there is no room. */
function beyond(param: string, own: number, beside: number, texts: readonly string[]): string | null {
  const areWhole = texts.every((text) => /^-?\d+$/.test(text.trim()))
  const ratio = own / beside
  const isFactor = own > 0 && beside > 0 && (ratio >= 2 || ratio <= 0.5)
  const next = isFactor ? own * ratio : own + (own - beside)
  if (areWhole) {
    const whole = Math.round(next)
    return whole === own || (own > 0 && whole < 1) ? null : String(whole)
  }
  const isShare = /frac|ratio|dropout|subsample|colsample|momentum|beta|share|prob/i.test(param)
  if ((own > 0 && next <= 0) || (isShare && (next > 1 || next < 0))) return null
  return inFigures(next)
}

/** The middle, on a logarithmic scale where they lie a factor of four or more apart; null between whole neighbours. */
function between(own: number, beside: number, texts: readonly string[]): string | null {
  const areWhole = texts.every((text) => /^-?\d+$/.test(text.trim()))
  const isFactor = own > 0 && beside > 0 && Math.max(own / beside, beside / own) >= 4
  const middle = isFactor ? Math.sqrt(own * beside) : (own + beside) / 2
  if (!areWhole) return inFigures(middle)
  const whole = Math.round(middle)
  return whole === own || whole === beside ? null : String(whole)
}

/** Two significant digits: nobody tries 0.0316227. */
function inFigures(value: number): string {
  return String(Number(value.toPrecision(2)))
}

/** The best runs whose held-out curve was still getting better: half as long again. */
function stillImproving(
  { ranked }: Past,
  evidence: Pick<EvidenceWithoutFindings, 'runs' | 'metrics' | 'rules'>,
): readonly Candidate[] {
  return ranked
    .slice(0, 5)
    .flatMap((one): readonly Candidate[] => {
      const curves = tellingCurves(one, evidence as EvidenceWithoutFindings)
      const first = curves.find(({ metric }) => isHeldOut(metric))
      if (first === undefined || first.shape.lateFrom === null || !Number.isFinite(bestValue(first)))
        return []
      const length = [...one.run.params].find(
        ([name, text]) => LENGTH.test(name) && (parseNumber(text) ?? 0) > 0,
      )
      const now = length === undefined ? null : parseNumber(length[1])
      if (length === undefined || now === null) return []
      return [
        {
          from: one.address,
          set: new Map([[length[0], String(Math.round(now * LONGER))]]),
          seeds: 1,
          reason: 'still improving',
          shownBy: [],
        },
      ]
    })
    .slice(0, 1)
}

/** The best run of each model or method that was never run on the present data, or under the present protocol. */
function underPresentConditions(
  past: Past,
  { runs, metrics }: Pick<EvidenceWithoutFindings, 'runs' | 'metrics'>,
): readonly Candidate[] {
  const finished = withoutFolds(runs).filter(({ run }) => isDone(run) && run.metrics.has(past.metric))
  const now = past.ranked[0]
  if (now === undefined) return []
  const levels = new Map<
    string,
    { readonly one: EvidenceRun; readonly value: number; readonly order: number }
  >()
  const sign = past.direction === 'higher' ? 1 : -1
  const auxiliary = [...now.run.metrics.keys()].find(
    (name) => /auc|ap$|average_precision/i.test(name) && metrics.direction(name) === 'higher',
  )
  for (const one of finished) {
    for (const [name, text] of one.run.params) {
      if (!isTelling(name) || triedValue(name, text, one.run) === null || parseNumber(text) !== null) continue
      const key = settingValue(name, text).key
      if (past.present.some(({ values }) => values.get(name)?.key === key)) continue
      // What does not move with a threshold tells old runs apart better.
      const by = auxiliary !== undefined && one.run.metrics.has(auxiliary) ? auxiliary : past.metric
      const value = (by === past.metric ? sign : 1) * (one.run.metrics.get(by)?.last ?? Number.NaN)
      if (Number.isNaN(value)) continue
      const known = levels.get(`${name}=${key}`)
      const isBaseline = /^(linear|trivial)$/.test(modelFamily(one.run) ?? '')
      if (known === undefined || value > known.value)
        levels.set(`${name}=${key}`, { one, value, order: isBaseline ? 0 : 1 })
    }
  }
  const order = [...levels.values()].sort((a, b) => a.order - b.order || b.value - a.value)
  const threshold = [...now.run.params].find(([name]) => /(^|[_./-])threshold$/i.test(name))
  return [...new Map(order.map((one) => [one.one, one])).values()]
    .filter(({ one }) => modelFamily(one.run) !== 'trivial')
    .slice(0, MOST_OF_REASON + 1)
    .map(({ one }) => {
      const changed = threshold !== undefined && one.run.params.get(threshold[0]) !== threshold[1]
      return {
        from: one.address,
        set: new Map(changed ? [threshold] : []),
        seeds: 1,
        reason: 'not under present conditions' as const,
        shownBy: [],
      }
    })
    .filter(({ from, set }) => {
      const one = runs.find(({ address }) => address === from)
      return one !== undefined && (set.size > 0 || isOnGivenUpData(one, runs))
    })
}

function isOnGivenUpData(one: EvidenceRun, runs: readonly EvidenceRun[]): boolean {
  const own = one.run.dataSets
    .map(({ digest }) => digest)
    .sort()
    .join('+')
  return own !== '' && dataInUse(one, runs) !== own
}

/** The newest setting that failed without saying why; the same again with a known error would fail again. */
function failedOnce(runs: readonly EvidenceRun[]): readonly Candidate[] {
  const newest = runs.findLast(
    (one) => one.run.status === 'failed' && one.run.params.size > 0 && runError(one) === null,
  )
  return newest === undefined
    ? []
    : [{ from: newest.address, set: new Map(), seeds: 1, reason: 'failed once', shownBy: [] }]
}

/** Parameters that vary over the present settings. */
function paramsOf(cells: readonly PastCell[]): readonly string[] {
  const names = new Set(cells.flatMap(({ values }) => [...values.keys()]))
  return [...names]
    .filter((name) => !isSeed(name))
    .filter((name) => new Set(cells.map(({ values }) => values.get(name)?.key)).size > 1)
    .sort()
}

function textOf(param: string, { runs: [first] }: PastCell): string | null {
  return first.run.params.get(param) ?? null
}
