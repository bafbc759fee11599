import type { MetricRules } from '../evidence/evidence.ts'
import { settingValue } from '../evidence/setting-value.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import { isBroken, type Run } from '../runs/run.ts'
import { candidatesFor, numbersOfRun } from '../verify/candidates.ts'
import { type Figure, figuresIn } from '../verify/figures.ts'
import { metricsAsked, withCounterparts } from './metrics-asked.ts'
import { namesAsked } from './names-asked.ts'
import type { PrintedValue } from './passage.ts'
import { rememberTexts } from './remember-texts.ts'
import { asksOfBadData, asksWhy, isOfData, plainWords, singular, type Term } from './terms.ts'
import { topAsked } from './top-asked.ts'
import { asksWhoMade, type UsersAsked } from './users-asked.ts'

/** A run that a question is about, and by what it was found. */
export interface FoundRun {
  readonly run: Run
  readonly score: number
  readonly why: readonly string[]
  /** Whether a number of the question is a value of it. */
  readonly isOfValue: boolean
}

/** How many runs hold all that is asked after, as opposed to a part of it. */
export interface RunsFound {
  /** Best first. */
  readonly found: readonly FoundRun[]
  /** The words of the question that some runs hold in their names, settings, tags or notes, and how many do. */
  readonly holding: readonly { readonly words: string; readonly runs: number }[]
  /** Words for things that no run holds. */
  readonly missing: readonly string[]
  /** The metrics that the question names, the experiments, and the users it asks after. */
  readonly metrics: readonly string[]
  readonly experiments: readonly string[]
  readonly users: UsersAsked | null
  /** Whether it asks who made what it is about. */
  readonly asksWho: boolean
}

const PRINTED = 12
const NAMED = 10
const LOGGED = 6
const SETTING = 5
const CONDITION = 4
const STATUS = 2
/** A run of a user that is asked after stands before what else the words of the question find. */
const OF_USER = 14
const METRIC = 16
const TOP = 3
const OF_EXPERIMENT = 16
const LEADERS = 5
/** Whoever leads by a metric that is named, before what its words find. */
const LEADER = 20
const OF_DAYS = 2
const LONGEST_VALUE = 60

/**
 * The runs that a question names, whose values, settings or status it speaks of, or that hold its words; those that
 * documents print as the figure asked after stand first. `inDays` are those of the days that it names, `users` whose runs it asks after.
 */
export function chooseRuns(
  question: string,
  terms: readonly Term[],
  runs: readonly Run[],
  printed: readonly PrintedValue[],
  metrics: MetricRules,
  inDays: readonly Run[],
  users: UsersAsked | null = null,
): RunsFound {
  const found = new Map<
    string,
    { readonly run: Run; score: number; readonly why: string[]; isOfValue: boolean }
  >()
  const byKey = new Map(runs.map((run) => [run.key, run]))
  const add = (run: Run, score: number, why: string, isOfValue = false): void => {
    const known = found.get(run.key) ?? { run, score: 0, why: [], isOfValue: false }
    known.isOfValue ||= isOfValue
    if (!known.why.includes(why)) {
      known.why.push(why)
      known.score += score
    }
    found.set(run.key, known)
  }
  for (const one of printed) {
    const run = byKey.get(one.run)
    if (run !== undefined) add(run, PRINTED, `${one.name} printed as ${one.printed} in ${one.id}`, true)
  }
  const experiments = namesAsked(
    question,
    runs.map(({ experiment }) => experiment.name),
  )
  const spokenNames = namesAsked(
    experiments.rest,
    runs.map(({ name }) => name),
  ).names
  const isNamed = namedIn(question)
  const spoken = new Set(spokenNames)
  for (const run of runs) if (isNamed(run) || spoken.has(run.name)) add(run, NAMED, 'named')
  const ofExperiments = runs.filter(({ experiment }) => experiments.names.includes(experiment.name))
  for (const run of ofExperiments) add(run, OF_EXPERIMENT, `in ${run.experiment.name}`)
  const settings = settingsAsked(question, runs)
  const conditions = conditionsAsked(question, runs)
  // What a setting or a condition says is no value to look for besides.
  const rest = [...settings, ...conditions].reduce(
    (text, { written }) => text.replace(written, ' '),
    question,
  )
  for (const figure of valuesAsked(rest))
    for (const run of runs) {
      const [best] = candidatesFor(
        figure,
        numbersOfRun(run, (metric) => metrics.unit(metric)),
      )
      if (best === undefined || best.how === 'cut off' || best.how === 'without its sign') continue
      const { name, point, value } = best.known
      const which = point === 'last' || point === 'param' ? '' : ` ${point}`
      add(run, best.how === 'exactly' ? LOGGED + 1 : LOGGED, `${name}${which} = ${value}`, true)
    }
  for (const { name, isMet, told } of settings)
    for (const run of runs) {
      const text = run.params.get(name)
      if (text !== undefined && isMet(text)) add(run, SETTING, told(text))
    }
  for (const { metric, isMet, told } of conditions)
    for (const run of runs) {
      const last = run.metrics.get(metric)?.last
      if (last !== undefined && isMet(last)) add(run, CONDITION, told, true)
    }
  const words = rememberTexts(spaced)
  const texts = runs.map((run) => ({ run, fields: fieldsOf(run, words) }))
  const holding: { words: string; runs: number }[] = []
  const missing: string[] = []
  for (const term of terms) {
    // A number is looked up among values.
    if (term.weight < 1 || !/\p{L}/u.test(term.words)) continue
    if (settings.some(({ name }) => term.forms.includes(plainWords(name).join(' ')))) continue
    // That runs speak of data, too, tells nothing of what ails it.
    if (isOfData(term) && asksOfBadData(question)) continue
    // A user's name is no word to look for in settings.
    if (users?.isByName === true && users.users.some((user) => plainWords(user).includes(term.words)))
      continue
    const forms = term.forms.map((form) => spaced(form))
    const holders = texts.flatMap(({ run, fields }) => {
      for (const field of fields) {
        const form = forms.find((one) => field.words.includes(one))
        if (form !== undefined)
          return [{ run, field: { weight: field.weight, told: field.told(form.trim()) } }]
      }
      return []
    })
    if (holders.length === 0) missing.push(term.words)
    else holding.push({ words: term.words, runs: holders.length })
    const rarity = Math.log(runs.length / Math.max(1, holders.length))
    for (const { run, field } of holders) if (rarity > 0) add(run, rarity * field.weight, field.told)
  }
  const status = statusAsked(question)
  if (status !== null) for (const run of runs) if (status(run)) add(run, STATUS, run.status)
  const logged = [...new Set(runs.flatMap((run) => [...run.metrics.keys()]))]
  const named = withCounterparts(question, metricsAsked(question, logged).metrics, logged)
  const top = topAsked(question, named, ofExperiments.length > 0 ? ofExperiments : runs, metrics)
  // The first leads; by a metric that the question names, the next ones stand behind it.
  const leaders = top === null ? [] : top.ranked.slice(0, named.length > 0 ? LEADERS : 1)
  for (const [place, { run }] of leaders.entries())
    add(
      run,
      named.length > 0 ? LEADER - place : TOP,
      place === 0
        ? `${top?.isHighest === true ? 'highest' : 'lowest'} ${top?.metric} logged`
        : `among the ${top?.isHighest === true ? 'highest' : 'lowest'} ${top?.metric}`,
    )
  const isOfNamed = [...found.values()].some(({ why }) => why.includes('named'))
  if (leaders.length === 0 && !isOfNamed && ofExperiments.length === 0 && !asksWhy(question)) {
    const wanted = named.filter((name) => !conditions.some(({ metric }) => metric === name))
    const isElse = terms.some(({ weight }) => weight === 1)
    for (const name of wanted) {
      const holders = runs.filter((run) => run.metrics.has(name))
      // What half of all runs logged tells none of them from another.
      const isRare = holders.length * 2 <= runs.length
      for (const run of holders)
        if (isRare || !isElse || found.has(run.key))
          add(run, isRare || !isElse ? METRIC : LOGGED, `logs ${name}`, true)
    }
  }
  const isOnlyWho = users !== null && !users.isByName && terms.length === 0
  if (users !== null && (users.isByName || isOnlyWho)) {
    const theirs = runs.filter(({ user }) => user !== null && users.users.includes(user))
    const known = theirs.filter((run) => found.has(run.key))
    const then = theirs.filter((run) => inDays.includes(run))
    const turns = new Map<string | null, number>()
    for (const run of known.length > 0 ? known : then.length > 0 ? then : theirs) {
      const turn = turns.get(run.user) ?? 0
      turns.set(run.user, turn + 1)
      // Of several users each comes in turn.
      add(run, OF_USER / (1 + turn / 1000), `by ${run.user}`)
    }
  }
  // Days alone find what ran then; beside anything else they only put it first.
  const isOnlyOfDays = found.size === 0
  for (const run of inDays) if (isOnlyOfDays || found.has(run.key)) add(run, OF_DAYS, 'of those days')
  return {
    found: [...found.values()].sort(
      (a, b) =>
        b.score - a.score ||
        (b.run.startedAt ?? 0) - (a.run.startedAt ?? 0) ||
        (a.run.key < b.run.key ? -1 : 1),
    ),
    holding,
    missing,
    metrics: named,
    experiments: experiments.names,
    asksWho: users !== null && asksWhoMade(question),
    users: users !== null && (users.isByName || terms.length === 0) ? users : null,
  }
}

const NEAR = 0.4
const MOST_TOLD = 10

/** The runs that are told of those that were found, best first: none far worse than the best. */
export function toldRuns(found: readonly FoundRun[]): readonly FoundRun[] {
  const best = found[0]?.score ?? 0
  return found.filter(({ score }) => score >= NEAR * best).slice(0, MOST_TOLD)
}

/** Numbers of a question that may be values: a count of things is none. */
export function valuesAsked(question: string): readonly Figure[] {
  return figuresIn(question).filter(
    ({ text, unit, value }) => /[.,]\d/.test(text) || unit === '%' || (unit === 's' && value > 0),
  )
}

/** Whether a word of the question is a run's key, the beginning of its id, or its name. */
function namedIn(question: string): (run: Run) => boolean {
  const words = question.toLowerCase().match(/[\p{L}\p{N}_.:/-]+/gu) ?? []
  const plain = words.map((word) => word.replace(/[.:/-]+$/, ''))
  const ids = plain.filter((word) => word.length >= 6 && /\d/.test(word))
  const names = plain.filter((word) => word.length >= 3 && /[^a-z]/.test(word))
  return ({ id, key, name }) =>
    plain.includes(key.toLowerCase()) ||
    ids.some((word) => id.toLowerCase().startsWith(word)) ||
    names.includes(name.toLowerCase())
}

interface AskedSetting {
  /** The words of the question. */
  readonly written: string
  readonly name: string
  isMet(text: string): boolean
  told(text: string): string
}

/** `lr=0.1`, "a learning rate of 0.1", "depth 6". */
function settingsAsked(question: string, runs: readonly Run[]): readonly AskedSetting[] {
  const names = [...new Set(runs.flatMap(({ params }) => [...params.keys()]))]
  const told = (name: string) => (text: string) => `${name}=${cut(text)}`
  const typed = [...question.matchAll(/([\p{L}_][\p{L}\p{N}_./-]*)\s*=\s*([^\s,;?]+)/gu)].flatMap(
    ([written, name = '', value = '']): AskedSetting[] =>
      names
        .filter((known) => known.toLowerCase() === name.toLowerCase())
        .map((known) => ({
          written,
          name: known,
          isMet: (text) => isSame(known, text, value),
          told: told(known),
        })),
  )
  const spoken = names.flatMap((name): AskedSetting[] => {
    const words = plainWords(name)
    if (words.length === 0 || words.join('').length < 2) return []
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}])${words.join('[^\\p{L}\\p{N}]?')}(?:\\s+(?:of|is|was|at|to))?\\s+([-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:e[-+]?\\d+)?)(?![\\p{L}\\p{N}]|\\.\\d)`,
      'iu',
    )
    const [written = '', value] = pattern.exec(question) ?? []
    return value === undefined
      ? []
      : [{ written, name, isMet: (text) => isSame(name, text, value), told: told(name) }]
  })
  return [...typed, ...spoken]
}

function isSame(name: string, logged: string, asked: string): boolean {
  return settingValue(name, logged).key === settingValue(name, asked).key
}

interface AskedCondition {
  readonly written: string
  readonly metric: string
  isMet(value: number): boolean
  readonly told: string
}

/** "val_auc above 0.8", "val_loss < 0.2". */
function conditionsAsked(question: string, runs: readonly Run[]): readonly AskedCondition[] {
  const names = [...new Set(runs.flatMap(({ metrics }) => [...metrics.keys()]))]
  return names.flatMap((metric): AskedCondition[] => {
    const words = plainWords(metric)
    if (words.length === 0) return []
    const match = new RegExp(
      `(?<![\\p{L}\\p{N}])${words.join('[^\\p{L}\\p{N}]?')}\\s*(?:is|was|were|of)?\\s*(above|over|more than|higher than|greater than|at least|>=|>|below|under|less than|lower than|at most|<=|<)\\s*([-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:e[-+]?\\d+)?)`,
      'iu',
    ).exec(question)
    if (match === null) return []
    const [written, word = '', text = ''] = match
    const limit = Number(text)
    const sign = /^(at least|>=)$/i.test(word)
      ? '>='
      : /^(at most|<=)$/i.test(word)
        ? '<='
        : /^(above|over|more|higher|greater|>)/i.test(word)
          ? '>'
          : '<'
    return [
      { written, metric, isMet: (value) => COMPARE[sign](value, limit), told: `${metric} ${sign} ${text}` },
    ]
  })
}

const COMPARE: Readonly<Record<'>=' | '<=' | '>' | '<', (value: number, limit: number) => boolean>> = {
  '>=': (value, limit) => value >= limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '<': (value, limit) => value < limit,
}

/** The words of a text between blanks, each without the ending of its plural. */
function spaced(text: string): string {
  return ` ${plainWords(text).map(singular).join(' ')} `
}

interface Field {
  readonly words: string
  readonly weight: number
  /** How it is told that it holds a form. */
  told(form: string): string
}

/** What a run says of itself, what tells most first. */
function fieldsOf(run: Run, words: (text: string) => string): readonly Field[] {
  return [
    { words: words(run.name), weight: 1.2, told: () => 'its name' },
    ...[...run.params]
      .filter(([name]) => !isBookkeeping(name))
      .map(([name, text]) => ({
        words: words(`${name} ${text}`),
        weight: 1,
        told: (form: string) => `${name}=${around(text, form)}`,
      })),
    ...[...run.tags].map(([name, text]) => ({
      words: words(`${name} ${text}`),
      weight: 0.8,
      told: (form: string) => `tag ${name}=${around(text, form)}`,
    })),
    ...(run.note === null ? [] : [{ words: words(run.note), weight: 1, told: () => 'its note' }]),
    { words: words(run.experiment.name), weight: 0.9, told: () => `in ${cut(run.experiment.name)}` },
    { words: [...run.metrics.keys()].map(words).join(''), weight: 0.7, told: () => 'a metric of that name' },
  ]
}

function statusAsked(question: string): ((run: Run) => boolean) | null {
  if (/\b(fail\w*|crash\w*|died|broke\w*|errors?)\b/i.test(question)) return isBroken
  if (/\b(killed|aborted)\b/i.test(question)) return ({ status }) => status === 'killed'
  if (/\b(still running|running now|not finished|unfinished)\b/i.test(question))
    return ({ status }) => status === 'running' || status === 'scheduled'
  return null
}

/** A long value by the part of it that was found. */
function around(text: string, form: string): string {
  const plain = text.replace(/\s+/g, ' ').trim()
  const at = new RegExp(form.split(' ').join('[^\\p{L}\\p{N}]*'), 'iu').exec(plain)?.index ?? 0
  if (plain.length <= LONGEST_VALUE || at < LONGEST_VALUE / 2) return cut(plain)
  return `…${cut(plain.slice(at - 10))}`
}

function cut(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim()
  return plain.length <= LONGEST_VALUE ? plain : `${plain.slice(0, LONGEST_VALUE - 1)}…`
}
