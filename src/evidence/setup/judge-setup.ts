import { parseCommands } from '../../notes/said/parse-command.ts'
import type { EvidenceRun, EvidenceWithoutFindings } from '../evidence.ts'
import { isResource } from '../is-resource.ts'
import { settingValue } from '../setting-value.ts'
import { isBookkeeping, isSeed } from '../what-varied.ts'
import { chooseSiblings } from './choose-siblings.ts'
import { cluesOfNotes } from './clues-of-notes.ts'
import { cluesOfRun, DATA_VERSION, groupOfName, HARDWARE, SPLIT } from './clues-of-run.ts'
import { cluesOfSiblings } from './clues-of-siblings.ts'
import { isRead } from './clues-of-texts.ts'
import {
  clueOf,
  isSameName,
  paramItem,
  plainName,
  SETUP_GROUPS,
  SETUP_LABELS,
  type SetupClue,
  type SetupGroup,
  type SetupItem,
} from './setup-item.ts'
import type { ReadClue, SetupSubject } from './setup-subject.ts'

/** A run's setup: every item with its label, those of one group together, in a fixed order. */
export interface Setup {
  readonly target: EvidenceRun
  readonly siblings: readonly EvidenceRun[]
  readonly items: readonly SetupItem[]
}

/** Evidence as far as a setup rests on it. */
export type SetupEvidence = Pick<
  EvidenceWithoutFindings,
  'runs' | 'earlier' | 'quotes' | 'dataSets' | 'lead' | 'metrics'
>

/** Items that every setup has, whether or not anything tells them. */
const BASE: readonly (readonly [id: string, name: string, group: SetupGroup, isNeeded: boolean])[] = [
  ['data', 'data and version', 'Data', true],
  ['split', 'split', 'Data', true],
  ['commit', 'commit', 'Code', true],
  ['tree', 'working tree', 'Code', true],
  ['script', 'script', 'Code', true],
  ['command', 'command', 'Code', true],
  ['seed', 'seed', 'Randomness', true],
  ['python', 'Python', 'Environment', true],
  ['packages', 'packages', 'Environment', true],
  ['hardware', 'hardware', 'Environment', false],
  ['preprocessing', 'preprocessing', 'Preprocessing', true],
  ['metric', 'metric definition', 'Metric', true],
  ['user', 'run by', 'Who and when', false],
  ['started', 'started', 'Who and when', false],
  ['duration', 'duration', 'Who and when', false],
]
const OTHER_NAMES: Readonly<Record<string, readonly [string, SetupGroup]>> = {
  order: ['order of split and preparing', 'Preprocessing'],
  stopping: ['early stopping', 'Hyperparameters'],
  reading: ['line that reads data', 'Data'],
  image: ['container image', 'Environment'],
}
const MOST_ITEMS = 160

/**
 * Works out a run's setup: what the run itself logged, what people answered and wrote, what its code and files say, what its
 * siblings logged. For each item the surest source decides; those that say otherwise are kept beside it. Nothing is LOGGED that
 * the run's own record does not hold.
 */
export function judgeSetup(evidence: SetupEvidence, subject: SetupSubject): Setup {
  const target = evidence.runs.find(({ run }) => run.key === subject.run)
  if (target === undefined) throw new Error(`${subject.run} is not in the evidence`)
  const siblings = chooseSiblings(target, evidence.earlier)
  const logged = cluesOfRun(target, evidence.dataSets)
  const fromSiblings = cluesOfSiblings(target, siblings)
  const names = knownNames(target, siblings, subject)
  const answers = cluesOfAnswers(subject, names)
  const notes = cluesOfNotes(target, siblings, evidence.quotes, names)
  const commands = [...logged, ...answers, ...notes].filter(({ item }) => item === 'command')
  const read = subject.clues.filter(isRead)
  const commandClues = [
    ...commands.flatMap((one) => ofCommandText(one, names)),
    ...read
      .filter(({ item, from }) => item === 'command' && from === 'artifact')
      .flatMap((one) => ofCommandText(ofRead(one, null), names)),
  ]
  // A note may leave flags out; what the log holds is what was typed.
  const typed =
    commands.find(({ label }) => label === 'LOGGED')?.value ??
    read.find(({ item, from }) => item === 'command' && from === 'artifact')?.value
  const flags = typed === undefined ? null : flagsOf(typed)
  const ofTexts = read.flatMap((one) => {
    const known = one.item.startsWith('param:') ? nameOf(one.item.slice(6), names) : null
    const item = known === null ? one.item : paramItem(known)
    const isGiven = flags?.some(({ name }) => known !== null && isSameName(name, known)) === true
    const isOpen =
      flags === null && known !== null && isVaried(known, one.value, fromSiblings.candidates.get(item))
    return one.standing === 'default' && (isGiven || isOpen) ? [] : [{ ...ofRead(one, flags), item }]
  })
  const surest = ofTexts.filter(({ item }) => mayBeSetting(item, target, siblings, subject))
  const clues = [
    ...logged,
    ...answers,
    ...commandClues,
    ...notes,
    ...surest,
    ...fromSiblings.clues,
    ...cluesOfCommit(target, subject),
  ]
  return { target, siblings, items: itemsOf(clues, fromSiblings.candidates, target, evidence) }
}

/** The flags of a command; none where it has none. */
function flagsOf(command: string): readonly { readonly name: string }[] {
  return parseCommands(command).flatMap((block) => block.commands)[0]?.flags ?? []
}

/** Whether runs of its kind had another value than a default: then nobody knows whether this run kept it. */
function isVaried(name: string, value: string, candidates: readonly string[] = []): boolean {
  return candidates.some((one) => settingValue(name, one).key !== settingValue(name, value).key)
}

/** Settings of the run, of its siblings and of its script, by their names there. */
function knownNames(
  target: EvidenceRun,
  siblings: readonly EvidenceRun[],
  subject: SetupSubject,
): readonly string[] {
  const names = new Set([
    ...target.run.params.keys(),
    ...siblings.flatMap(({ run }) => [...run.params.keys()]),
  ])
  for (const { name } of subject.options)
    if (![...names].some((one) => isSameName(one, name))) names.add(name)
  if (![...names].some((name) => isSeed(name) && !/split/i.test(name))) names.add('seed')
  return [...names]
}

function nameOf(written: string, names: readonly string[]): string {
  const exact = names.find((name) => plainName(name) === plainName(written))
  const alike = names.filter((name) => isSameName(name, written))
  // A short name that several settings end in names none of them.
  return exact ?? (alike.length === 1 ? (alike[0] ?? written) : written)
}

/** A constant or a configuration's entry that no run ever logged and no option takes is no setting of this run that is known. */
function mayBeSetting(
  item: string,
  { run }: EvidenceRun,
  siblings: readonly EvidenceRun[],
  { options, clues }: SetupSubject,
): boolean {
  if (!item.startsWith('param:')) return true
  const name = item.slice(6)
  if (run.params.has(name) || siblings.some((one) => one.run.params.has(name))) return true
  if (isSeed(name)) return true
  if (isBookkeeping(name)) return false
  if (options.some((one) => isSameName(one.name, name))) return true
  // What the run itself left counts, whatever it is called.
  return clues.some(
    ({ item: own, from }) =>
      from === 'artifact' && own.startsWith('param:') && isSameName(own.slice(6), name),
  )
}

function cluesOfAnswers({ answers }: SetupSubject, names: readonly string[]): readonly SetupClue[] {
  return answers.map(({ item, value, by, at }, index) => {
    const base = BASE.find(
      ([id, name]) =>
        id !== 'seed' && (plainName(item) === plainName(id) || plainName(item) === plainName(name)),
    )
    return clueOf({
      item:
        base === undefined
          ? OTHER_NAMES[item] === undefined
            ? paramItem(nameOf(item, names))
            : item
          : base[0],
      value,
      label: 'REPORTED',
      where: `answered by ${by} on ${new Date(at).toISOString().slice(0, 10)}`,
      // Of two answers the later one counts.
      weight: 10 + index,
    })
  })
}

/** The flags of a command as settings, as sure as the command itself. */
function ofCommandText(command: SetupClue, names: readonly string[]): readonly SetupClue[] {
  const [parsed] = parseCommands(command.value).flatMap((block) => block.commands)
  if (parsed === undefined) return []
  return parsed.flags.map(({ name, value }) => ({
    ...command,
    item: paramItem(nameOf(name, names)),
    value,
    slot: null,
    how: 'a flag of the command',
  }))
}

/** A clue of a text with its label: an artifact is the run's own record; of code that was only assumed nothing is sure. */
function ofRead(clue: ReadClue, flags: readonly { readonly name: string }[] | null): SetupClue {
  const { item, value, from, where, standing } = clue
  const isDefault = standing === 'default' && flags === null
  if (from === 'artifact')
    return clueOf({
      item,
      value,
      where,
      label: standing === 'default' || item === 'order' ? 'INFERRED' : 'LOGGED',
      how: standing === 'default' ? 'a default of the script that it kept' : 'a file that the run left',
      weight: standing === 'stated' ? 0.9 : 0.5,
    })
  const isSure = from === 'commit' && item !== 'order' && !isDefault
  const how = [
    ...(from === 'assumed commit' ? ['the commit is assumed'] : []),
    ...(isDefault
      ? ['a default, unless the command line said otherwise']
      : standing === 'default'
        ? ['a default that the command did not change']
        : standing === 'asked' && item.startsWith('param:')
          ? ['one of several configurations']
          : item === 'order'
            ? ['by the order of the lines in one function']
            : []),
  ]
  const isLoose = isDefault || (standing === 'asked' && item.startsWith('param:'))
  return clueOf({
    item,
    value,
    where,
    label: isSure ? 'GIT' : 'INFERRED',
    how: how.length === 0 ? null : how.join('; '),
    weight: (isLoose ? 0.4 : 2) + (standing === 'stated' ? 0.2 : 0),
  })
}

/** A commit that nobody logged: the newest one of the branch when the run started. */
function cluesOfCommit({ run }: EvidenceRun, { commit, script }: SetupSubject): readonly SetupClue[] {
  if (commit === null) return []
  return [
    ...(commit.isAssumed && run.code.commit === null
      ? [
          clueOf({
            item: 'commit',
            value: commit.id,
            label: 'INFERRED',
            where: `git: the newest commit when it started`,
            weight: 1,
          }),
        ]
      : []),
    ...(script !== null && run.code.entryPoint === null
      ? [
          clueOf({
            item: 'script',
            value: script,
            label: 'INFERRED',
            where: `${commit.id.slice(0, 8)}:${script}`,
            how: 'the file there that names most of its settings',
            weight: 0.5,
          }),
        ]
      : []),
  ]
}

function itemsOf(
  clues: readonly SetupClue[],
  candidates: ReadonlyMap<string, readonly string[]>,
  target: EvidenceRun,
  evidence: SetupEvidence,
): readonly SetupItem[] {
  const byItem = new Map<string, SetupClue[]>()
  for (const clue of clues) {
    const id = idOf(clue.item, clues, evidence)
    if (id === null) continue
    byItem.set(id, [...(byItem.get(id) ?? []), { ...clue, item: id }])
  }
  const ids = [
    ...BASE.map(([id]) => id),
    ...[...byItem.keys(), ...candidates.keys()].filter((id) => !BASE.some(([base]) => base === id)),
  ]
  const items = [...new Set(ids)].flatMap((id): SetupItem[] => {
    const own = byItem.get(id) ?? []
    if (own.length === 0 && isToldOtherwise(id, [...byItem.keys(), ...candidates.keys()], byItem, target))
      return []
    return [itemOf(id, own, candidates.get(id) ?? [])]
  })
  return items
    .toSorted(
      (a, b) =>
        SETUP_GROUPS.indexOf(a.group) - SETUP_GROUPS.indexOf(b.group) ||
        placeOf(a.id) - placeOf(b.id) ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    )
    .slice(0, MOST_ITEMS)
}

/** The item that a clue belongs to: a line that logs the lead metric is its definition; other metrics' lines are of no item. */
function idOf(item: string, clues: readonly SetupClue[], { lead }: SetupEvidence): string | null {
  if (item.startsWith('metric:')) return lead !== null && item === `metric:${lead.metric}` ? 'metric' : null
  if (item !== 'seed') return item
  // A line that seeds stands beside the parameter that it reads.
  const param = clues.find((clue) => clue.item.startsWith('param:') && isSeedItem(clue.item))
  return param === undefined ? 'seed' : 'seeding'
}

function isSeedItem(item: string): boolean {
  return isSeed(item.slice(6)) && !/split|data|fold/i.test(item)
}

/** Whether an item of every setup is told by another one: the seed and the split by their parameters, packages one by one. */
function isToldOtherwise(
  id: string,
  told: readonly string[],
  byItem: ReadonlyMap<string, readonly SetupClue[]>,
  { run }: EvidenceRun,
): boolean {
  const has = (pattern: (name: string) => boolean): boolean =>
    told.some((item) => item.startsWith('param:') && pattern(item.slice(6)))
  switch (id) {
    case 'seed':
      return has((name) => isSeed(name) && !/split|fold|data/i.test(name))
    case 'split':
      return has((name) => SPLIT.test(name))
    case 'data':
      return has((name) => DATA_VERSION.test(name))
    case 'hardware':
      return has((name) => HARDWARE.test(name))
    case 'command':
      return (byItem.get('script') ?? []).some(({ value }) => value.endsWith('.ipynb'))
    case 'packages':
      return [...byItem.keys()].some((item) => item.startsWith('package:'))
    case 'preprocessing':
      return has((name) => groupOfName(name) === 'Preprocessing')
    case 'duration':
      return run.endedAt === null
    default:
      return false
  }
}

function placeOf(id: string): number {
  const index = BASE.findIndex(([base]) => base === id)
  return index === -1 ? BASE.length : index
}

/** Of the clues of one item the surest decides; what says the same agrees with it, the rest stands against it. */
function itemOf(id: string, clues: readonly SetupClue[], candidates: readonly string[]): SetupItem {
  const several = LISTS.has(id)
  const sorted = clues.toSorted((a, b) => sureness(b) - sureness(a))
  const clue = several ? together(sorted) : sorted[0]
  const others = sorted.slice(1)
  const base = BASE.find(([own]) => own === id)
  const other = OTHER_NAMES[id]
  const name = base?.[1] ?? other?.[0] ?? nameOfItem(id)
  const group =
    base?.[2] ??
    other?.[1] ??
    (id === 'seeding' ? 'Randomness' : id.startsWith('package:') ? 'Environment' : groupOfName(id.slice(6)))
  return {
    id,
    name,
    group,
    label: clue?.label ?? 'UNKNOWN',
    clue: clue ?? null,
    against: clue === undefined || several ? [] : once(others.filter((one) => isOtherwise(id, clue, one))),
    agreeing: clue === undefined || several ? [] : others.filter((one) => !isOtherwise(id, clue, one)),
    candidates: clue === undefined ? candidates : [],
    isNeeded: base?.[3] ?? (group !== 'Who and when' && !id.startsWith('package:')),
  }
}

/** Names are told apart, so that one finding tells one item. */
function nameOfItem(id: string): string {
  if (id === 'seeding') return 'line that seeds'
  if (id.startsWith('package:')) return `${id.slice(8)} (package)`
  const name = id.replace(/^param:/, '')
  const isTaken =
    BASE.some(([, own]) => own === name) || Object.values(OTHER_NAMES).some(([own]) => own === name)
  return isTaken && name !== 'seed' ? `${name} (parameter)` : name
}

/** Items of several lines that do not stand against each other. */
const LISTS = new Set(['preprocessing', 'split', 'stopping', 'reading', 'seeding', 'seed', 'metric'])

const MOST_LINES = 4

/** The lines of the surest source as one: `a.py:12`, `a.py:40`. */
function together(sorted: readonly SetupClue[]): SetupClue | undefined {
  const [first] = sorted
  if (first === undefined) return undefined
  const own = sorted
    .filter(({ label }) => label === first.label)
    .filter(({ where }, index, all) => all.findIndex((one) => one.where === where) === index)
    .slice(0, MOST_LINES)
  if (own.length === 1) return first
  const files = Map.groupBy(own, ({ where }) => where.replace(/:\d+$/, ''))
  return {
    ...first,
    value: [...new Set(own.map(({ value }) => value))].join(' ; '),
    where: [...files]
      .map(([file, lines]) => `${file}:${lines.map(({ where }) => where.slice(file.length + 1)).join(', ')}`)
      .join('; '),
    slot: null,
    rests: own.flatMap(({ rests }) => rests),
  }
}

/** LOGGED before all; a person's word before code; a default before nothing but a guess. */
function sureness({ label, weight }: SetupClue): number {
  const rank = SETUP_LABELS.length - SETUP_LABELS.indexOf(label)
  // What may have been changed on the command line is no surer than what siblings agree on.
  const isLoose = label === 'GIT' && weight < 1
  return (isLoose ? SETUP_LABELS.length - SETUP_LABELS.indexOf('SIBLING') - 0.5 : rank) * 100 + weight
}

function isOtherwise(id: string, a: SetupClue, b: SetupClue): boolean {
  if (id === 'commit') return !a.value.startsWith(b.value) && !b.value.startsWith(a.value)
  if (id === 'script') return lastPart(a.value) !== lastPart(b.value)
  if (id === 'tree') return a.value.startsWith('clean') !== b.value.startsWith('clean')
  if (id === 'python' || id.startsWith('package:')) return isOtherVersion(a.value, b.value)
  if (id === 'command') return a.value.replace(/\s+/g, ' ') !== b.value.replace(/\s+/g, ' ')
  return (
    settingValue(id.slice(id.indexOf(':') + 1), a.value).key !==
    settingValue(id.slice(id.indexOf(':') + 1), b.value).key
  )
}

/** Versions that exclude each other: a range that is asked for says nothing against an exact one. */
function isOtherVersion(a: string, b: string): boolean {
  const exact = /^\d[\w.+]*$/
  if (!exact.test(a) || !exact.test(b)) return false
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return long !== short && !long.startsWith(`${short}.`)
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

/** One clue for each value that is told. */
function once(clues: readonly SetupClue[]): readonly SetupClue[] {
  return clues.filter(
    (one, index) =>
      clues.findIndex(({ value, label }) => value === one.value && label === one.label) === index,
  )
}

/** What trainers count of themselves. */
const COUNTERS =
  /^(?:done|epochs?|(?:global_)?steps?|iterations?(?:_since_restore)?|training_iteration|episodes_total|should_checkpoint|trial_id|pid)$/i

/** Metrics that a reproduction is held against: the lead metric first; those of the machine are none. */
export function measuredIn({ run }: EvidenceRun, lead: string | null): readonly string[] {
  const names = [...run.metrics.keys()].filter((name) => !isResource(name) && !COUNTERS.test(name))
  return [...new Set([...(lead !== null && names.includes(lead) ? [lead] : []), ...names])]
}
