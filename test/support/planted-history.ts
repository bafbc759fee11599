import type { Experiment, Point, Run, RunKey } from '../../src/runs/run.ts'
import type { Settings } from '../../src/settings.ts'
import { type Shape, TELLING_SHAPES } from './planted-curves.ts'
import { type Level, THEMES, type Theme, type Tuned } from './planted-themes.ts'
import { type Random, seededRandom } from './seeded-random.ts'
import { writePlannedRuns } from './write-planned-runs.ts'

/**
 * What a history was made for: most hold planted events; `luck` is a search of equal arms with replicates beside it,
 * `better arm` one in which one arm is truly better, `noise` a random search in which nothing at all was planted.
 */
export type Flavour = 'planted' | 'luck' | 'better arm' | 'noise'

export type PlantedKind =
  | 'exact repeat'
  | 'near repeat'
  | 'replicates'
  | 'cross-validation'
  | 'minimal pair'
  | 'confounded pair'
  | 'protocol break'
  | 'failure'
  | 'luck'
  | 'better arm'
  | Exclude<Shape, 'healthy'>

/** One thing that a history was made to hold. */
export interface PlantedEvent {
  readonly kind: PlantedKind
  /** The runs it is about: those of a group, the two of a pair (earlier first), the first run behind a break. */
  readonly runs: readonly RunKey[]
  /** What it is about: the parameter of a pair, what broke, how a repeat was retyped, the cause of a failure. */
  readonly about: string
}

/** How two runs of a history stand to each other, by what was truly set; names, paths and hosts aside. */
export interface Relation {
  /** Settings truly different, and those that differ by a hair (at most one per cent). */
  readonly different: readonly string[]
  readonly near: readonly string[]
  readonly sameProtocol: boolean
  /** Whether values of one metric may be ranked: no break but one of the primary metric lies between them. */
  readonly rankable: boolean
  readonly sameCommit: boolean
  readonly sameSeed: boolean
}

/** A made-up project with the answers to what it holds. */
export interface PlantedHistory {
  readonly seed: number
  readonly flavour: Flavour
  readonly runs: readonly Run[]
  readonly experiments: readonly Experiment[]
  readonly histories: ReadonlyMap<RunKey, ReadonlyMap<string, readonly Point[]>>
  readonly metrics: Settings['metrics']
  readonly key: readonly PlantedEvent[]
  relation(a: RunKey, b: RunKey): Relation
  shape(run: RunKey): Shape
  /** What each setting is worth from its lowest to its highest level, in units of the noise over seeds, by its logged name. */
  readonly worth: ReadonlyMap<string, number>
  /** Whether the run is a parent of folds or one of them. */
  isFold(run: RunKey): boolean
}

/** One run before it is written down: what was truly set, and how it is to be written. */
export interface Planned {
  readonly setting: ReadonlyMap<string, Level>
  readonly seed: number
  readonly role: 'run' | 'parent' | 'fold'
  readonly fold: number | null
  /** The place of its parent among the planned runs. */
  readonly parent: number | null
  readonly shape: Shape
  /** The error it ends with, or null. */
  readonly failure: string | null
  /** Added to what the surface gives: the worth of an arm, in units of the noise. */
  readonly bonus: number
  /** Settings written otherwise than the project does, by name. */
  readonly retyped: ReadonlyMap<string, string>
  readonly protocol: number
}

export type Break = 'primary metric' | 'evaluation data' | 'threshold' | 'split' | 'budget'

/** How the people of a project log: decided once. */
export interface Habits {
  /** One seed for all runs, a fresh one for each, or none logged. */
  readonly seeds: 'constant' | 'fresh' | 'none'
  readonly seedName: string
  readonly prefix: string
  readonly bookkeeping: readonly string[]
  readonly names: 'settings' | 'numbers' | 'words' | 'animals'
  readonly commits: boolean
  readonly dataSets: 'both' | 'one' | 'none'
  /** Whether the same settings with the same seed give the same value. */
  readonly deterministic: boolean
  /** Whether the primary metric is logged at every step, not once at the end. */
  readonly primaryCurve: boolean
  /** Standard deviation of the primary metric over seeds. */
  readonly noise: number
  /** What each setting is worth from its lowest to its highest level. */
  readonly surface: ReadonlyMap<string, number>
}

/** A project on paper. */
export interface Plan {
  readonly flavour: Flavour
  readonly theme: Theme
  readonly habits: Habits
  readonly random: Random
  readonly runs: Planned[]
  readonly breaks: { readonly what: Break; readonly at: number }[]
  readonly events: { readonly kind: PlantedKind; readonly runs: readonly number[]; readonly about: string }[]
}

/** Errors as programs write them, with the tag that holds each. */
export const CAUSES: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['exception', 'CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 15.78 GiB total capacity)'],
  ['error', "KeyError: 'customer_age'"],
  ['exception', 'ValueError: Input contains NaN, infinity or a value too large for float64'],
  ['error_message', 'FileNotFoundError: no such file: data/processed/train.parquet'],
]

/** A history of about 20 to 120 runs. The same seed gives the same history, byte for byte. */
export function plantHistory(seed: number): PlantedHistory {
  const random = seededRandom(seed * 7919 + 17)
  const theme = random.pick(THEMES)
  const flavour = flavourOf(seed)
  const plan: Plan = {
    flavour,
    theme,
    habits: drawHabits(random, theme, flavour),
    random,
    runs: [],
    breaks: [],
    events: [],
  }
  planHistory(plan)
  const written = writePlannedRuns(plan)
  const place = new Map(written.runs.map(({ key }, index) => [key, index]))
  const plannedOf = (key: RunKey): Planned => {
    const planned = plan.runs[place.get(key) ?? -1]
    if (planned === undefined) throw new Error(`${key} is no run of this history`)
    return planned
  }
  const commitOf = (key: RunKey): string | null => written.runs[place.get(key) ?? -1]?.code.commit ?? null
  return {
    seed,
    flavour,
    ...written,
    metrics: {
      // Where the primary metric changes, the experiments say so; elsewhere the project's settings name it.
      ...(plan.breaks.some(({ what }) => what === 'primary metric') ? {} : { primary: theme.primary }),
      directions: {},
      headline: {},
      units: {},
    },
    key: plan.events.map(({ kind, runs, about }) => ({
      kind,
      about:
        kind === 'minimal pair' || kind === 'confounded pair'
          ? about
              .split(' ')
              .map((name) => `${plan.habits.prefix}${name}`)
              .join(' ')
          : about,
      runs: runs.flatMap((index) => written.runs[index]?.key ?? []),
    })),
    relation: (a, b) => {
      const [one, other] = [plannedOf(a), plannedOf(b)]
      return {
        ...compareSettings(one.setting, other.setting),
        sameProtocol: one.protocol === other.protocol,
        rankable: plan.breaks
          .slice(Math.min(one.protocol, other.protocol), Math.max(one.protocol, other.protocol))
          .every(({ what }) => what === 'primary metric'),
        sameCommit: commitOf(a) === commitOf(b),
        sameSeed: one.seed === other.seed && one.fold === other.fold,
      }
    },
    shape: (key) => plannedOf(key).shape,
    worth: new Map(
      [...plan.habits.surface].map(([name, worth]) => [
        `${plan.habits.prefix}${name}`,
        Math.abs(worth) / plan.habits.noise,
      ]),
    ),
    isFold: (key) => plannedOf(key).role !== 'run',
  }
}

function flavourOf(seed: number): Flavour {
  const place = seed % 10
  if (place === 3 || place === 7) return 'noise'
  if (place === 5) return 'luck'
  return place === 9 ? 'better arm' : 'planted'
}

function drawHabits(random: Random, theme: Theme, flavour: Flavour): Habits {
  const seeds = random.pick(['constant', 'constant', 'fresh', 'none'] as const)
  return {
    seeds: seeds === 'none' && (flavour === 'luck' || flavour === 'better arm') ? 'constant' : seeds,
    seedName: random.pick(['seed', 'random_state', 'random_seed']),
    prefix: random.pick(['', '', 'model.', 'hparams/']),
    bookkeeping: ['output_dir', 'timestamp', 'hostname', 'run_name', 'checkpoint_path'].filter(() =>
      random.chance(0.4),
    ),
    names: random.pick(['settings', 'numbers', 'words', 'animals']),
    commits: random.chance(0.75),
    dataSets: random.pick(['both', 'one', 'none']),
    deterministic: random.chance(0.6),
    primaryCurve: random.chance(0.3),
    noise: theme.base * random.between(0.003, 0.01),
    surface: new Map(
      theme.tuned.map(({ name }) => [
        name,
        flavour !== 'planted' || random.chance(0.4) ? 0 : theme.base * random.between(-0.08, 0.08),
      ]),
    ),
  }
}

function planHistory(plan: Plan): void {
  const { random, flavour } = plan
  switch (flavour) {
    case 'planted':
      planProject(plan)
      break
    case 'luck':
      planSearch(plan, random.whole(18, 40), 0)
      plan.events.push({ kind: 'luck', runs: since(plan, 0), about: 'a search of equal arms' })
      planReplicates(plan, random.whole(4, 5), 0)
      break
    case 'better arm':
      planArms(plan)
      break
    case 'noise':
      planSearch(plan, random.whole(20, 60), 0)
      break
    default:
      flavour satisfies never
  }
}

function planProject(plan: Plan): void {
  const { random, theme, habits } = plan
  const possible: readonly Break[] = [
    'primary metric',
    'split',
    'budget',
    ...(habits.dataSets === 'none' ? [] : ['evaluation data' as const]),
    ...(theme.second === 'val_f1' ? ['threshold' as const] : []),
  ]
  const kinds = random.shuffled(possible)
  const protocols = random.whole(1, 3)
  for (let protocol = 0; protocol < protocols; protocol += 1) {
    const what = protocol === 0 ? undefined : kinds[protocol]
    if (what !== undefined) {
      plan.events.push({ kind: 'protocol break', runs: [plan.runs.length], about: what })
      plan.breaks.push({ what, at: plan.runs.length })
    }
    planSearch(plan, protocol === 0 ? random.whole(18, 28) : random.whole(6, 14), protocol)
    if (random.chance(0.7)) planPairs(plan, protocol)
    if (random.chance(0.5)) planConfounded(plan, protocol)
    for (let group = random.whole(0, 2); group > 0 && habits.seeds !== 'none'; group -= 1)
      planReplicates(plan, random.whole(2, 5), protocol)
    if (random.chance(0.25)) planFolds(plan, protocol)
    if (random.chance(0.35)) planFailures(plan, protocol)
    if (random.chance(0.6)) planRepeat(plan, protocol, 'exact repeat')
    if (random.chance(0.6)) planRepeat(plan, protocol, 'near repeat')
  }
  planShapes(plan)
}

/** Gives a few ordinary runs curves that say something. */
function planShapes(plan: Plan): void {
  // Runs that were made again share their curves.
  const shared = new Set(
    plan.events.filter(({ kind }) => kind.endsWith('repeat')).flatMap(({ runs }) => runs),
  )
  const plain = plan.random.shuffled(
    plan.runs.flatMap((run, index) =>
      run.role === 'run' && run.failure === null && !shared.has(index) ? [index] : [],
    ),
  )
  for (const [place, shape] of TELLING_SHAPES.entries()) {
    const index = plain[place]
    const run = index === undefined ? undefined : plan.runs[index]
    if (index === undefined || run === undefined || !plan.random.chance(0.5)) continue
    plan.runs.splice(index, 1, { ...run, shape })
    plan.events.push({ kind: shape, runs: [index], about: 'curves' })
  }
}

/** A random search: each of its runs differs from every run before it in two settings or more. */
function planSearch(plan: Plan, count: number, protocol: number): void {
  for (let made = 0; made < count; made += 1) plan.runs.push(plainRun(plan, freshSetting(plan, 2), protocol))
}

/** Pairs that differ in one setting and nothing else, in one to three surroundings. */
function planPairs(plan: Plan, protocol: number): void {
  const tuned = plan.random.pick(plan.theme.tuned)
  const [from, to] = farApart(tuned, plan.random)
  for (let context = plan.random.whole(1, 3); context > 0; context -= 1) {
    const setting = freshSetting(plan, 3)
    const at = plan.runs.length
    plan.runs.push(plainRun(plan, new Map([...setting, [tuned.name, from]]), protocol))
    plan.runs.push(plainRun(plan, new Map([...setting, [tuned.name, to]]), protocol))
    plan.events.push({ kind: 'minimal pair', runs: since(plan, at), about: tuned.name })
  }
}

/** A pair in which a second setting changed along. */
function planConfounded(plan: Plan, protocol: number): void {
  const [tuned, other] = plan.random.shuffled(plan.theme.tuned)
  if (tuned === undefined || other === undefined) return
  const setting = freshSetting(plan, 4)
  const [from, to] = farApart(tuned, plan.random)
  const [otherFrom, otherTo] = farApart(other, plan.random)
  const at = plan.runs.length
  plan.runs.push(plainRun(plan, new Map([...setting, [tuned.name, from], [other.name, otherFrom]]), protocol))
  plan.runs.push(plainRun(plan, new Map([...setting, [tuned.name, to], [other.name, otherTo]]), protocol))
  plan.events.push({ kind: 'confounded pair', runs: since(plan, at), about: `${tuned.name} ${other.name}` })
}

function planReplicates(plan: Plan, count: number, protocol: number): void {
  const setting = freshSetting(plan, 3)
  const at = plan.runs.length
  const seeds = plan.random.shuffled([0, 1, 2, 3, 4, 7, 13, 123, 1337, 2024])
  for (const seed of seeds.slice(0, count)) plan.runs.push({ ...plainRun(plan, setting, protocol), seed })
  plan.events.push({ kind: 'replicates', runs: since(plan, at), about: 'seed' })
}

/** A parent with five children, one to a fold. */
function planFolds(plan: Plan, protocol: number): void {
  const run = plainRun(plan, freshSetting(plan, 3), protocol)
  const at = plan.runs.length
  plan.runs.push({ ...run, role: 'parent' })
  for (let fold = 0; fold < 5; fold += 1) plan.runs.push({ ...run, role: 'fold', fold, parent: at })
  plan.events.push({ kind: 'cross-validation', runs: since(plan, at + 1), about: 'fold' })
}

function planFailures(plan: Plan, protocol: number): void {
  const [, failure] = plan.random.pick(CAUSES)
  const at = plan.runs.length
  for (let count = plan.random.whole(2, 4); count > 0; count -= 1)
    plan.runs.push({ ...plainRun(plan, freshSetting(plan, 2), protocol), failure })
  plan.events.push({ kind: 'failure', runs: since(plan, at), about: failure })
}

/** An earlier plain run once more, word for word or with values typed otherwise. */
function planRepeat(plan: Plan, protocol: number, kind: 'exact repeat' | 'near repeat'): void {
  const taken = new Set(
    plan.events.filter((event) => event.kind !== 'minimal pair').flatMap(({ runs }) => runs),
  )
  const choices = plan.runs.flatMap((run, index) =>
    run.protocol === protocol && run.role === 'run' && run.failure === null && !taken.has(index)
      ? [index]
      : [],
  )
  const [at] = plan.random.shuffled(choices)
  const original = at === undefined ? undefined : plan.runs[at]
  if (at === undefined || original === undefined) return
  if (kind === 'exact repeat') {
    plan.runs.push(original)
    plan.events.push({ kind, runs: [at, plan.runs.length - 1], about: 'word for word' })
    return
  }
  const { setting, retyped, about } = retype(original.setting, plan)
  plan.runs.push({ ...original, setting, retyped })
  plan.events.push({ kind, runs: [at, plan.runs.length - 1], about })
}

/** One or two values typed as another hand or another program would: `1e-1` for `0.1`, `true` for `True`, a hair off. */
function retype(
  setting: ReadonlyMap<string, Level>,
  { random, theme }: Plan,
): Pick<Planned, 'setting' | 'retyped'> & { readonly about: string } {
  const retyped = new Map<string, string>()
  const changed = new Map(setting)
  const told: string[] = []
  for (const { name, kind } of random.shuffled(theme.tuned)) {
    const level = setting.get(name)
    if (told.length === 2) break
    if (typeof level === 'boolean') {
      retyped.set(name, level ? 'true' : 'false')
      told.push('case')
    }
    if (typeof level !== 'number' || kind !== 'real') continue
    const how = random.pick(['exponent', 'zeros', 'hair', 'per cent'] as const)
    told.push(how)
    if (how === 'exponent') retyped.set(name, level.toExponential())
    if (how === 'zeros') retyped.set(name, level.toFixed(9))
    if (how === 'hair') changed.set(name, level * (1 + 1e-6))
    if (how === 'per cent')
      changed.set(name, Number((level * (1 + random.between(0.001, 0.008))).toPrecision(6)))
  }
  return { setting: changed, retyped, about: told.join(' ') }
}

/** A set of arms, each with the same few seeds; one of them is better by far more than seeds move it. */
function planArms(plan: Plan): void {
  planSearch(plan, plan.random.whole(8, 14), 0)
  const arms = plan.random.whole(5, 9)
  const seeds = plan.random.whole(3, 4)
  const better = plan.random.whole(0, arms - 1)
  for (let arm = 0; arm < arms; arm += 1) {
    const setting = freshSetting(plan, 2)
    const at = plan.runs.length
    for (let seed = 0; seed < seeds; seed += 1)
      plan.runs.push({ ...plainRun(plan, setting, 0), seed, bonus: arm === better ? 8 : 0 })
    plan.events.push({ kind: 'replicates', runs: since(plan, at), about: 'seed' })
    if (arm === better)
      plan.events.push({ kind: 'better arm', runs: since(plan, at), about: 'arms with seeds' })
  }
}

function since(plan: Plan, at: number): readonly number[] {
  return plan.runs.flatMap((_, index) => (index >= at ? [index] : []))
}

function plainRun({ random, habits }: Plan, setting: ReadonlyMap<string, Level>, protocol: number): Planned {
  return {
    setting,
    seed: habits.seeds === 'fresh' ? random.whole(1, 99_999) : 42,
    role: 'run',
    fold: null,
    parent: null,
    shape: 'healthy',
    failure: null,
    bonus: 0,
    retyped: new Map(),
    protocol,
  }
}

/** Settings that differ from those of every run before in so many ways. */
function freshSetting({ runs, theme, random }: Plan, fewest: number): ReadonlyMap<string, Level> {
  for (let tried = 0; tried < 1000; tried += 1) {
    const setting = new Map(theme.tuned.map((tuned) => [tuned.name, tuned.draw(random)] as const))
    if (runs.every((run) => compareSettings(run.setting, setting).different.length >= fewest)) return setting
  }
  throw new Error(`${theme.name} has too few settings for so long a history`)
}

function farApart(tuned: Tuned, random: Random): readonly [Level, Level] {
  for (let tried = 0; tried < 1000; tried += 1) {
    const [from, to] = [tuned.draw(random), tuned.draw(random)]
    if (Math.abs(tuned.place(from) - tuned.place(to)) > 0.15) return [from, to]
  }
  throw new Error(`${tuned.name} has one level`)
}

function compareSettings(
  a: ReadonlyMap<string, Level>,
  b: ReadonlyMap<string, Level>,
): Pick<Relation, 'different' | 'near'> {
  const different: string[] = []
  const near: string[] = []
  for (const [name, level] of a) {
    const other = b.get(name)
    if (other === level) continue
    const close =
      typeof level === 'number' &&
      typeof other === 'number' &&
      Math.abs(level - other) <= 0.01 * Math.max(Math.abs(level), Math.abs(other))
    if (close) near.push(name)
    else different.push(name)
  }
  return { different, near }
}
