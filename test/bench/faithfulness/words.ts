import type { Random } from '../../support/seeded-random.ts'
import type { Ground, GroundRun } from './ground.ts'

const SPELLED: Readonly<Record<string, string>> = {
  val: 'validation',
  valid: 'validation',
  acc: 'accuracy',
  lr: 'learning rate',
  num: 'number of',
  auc: 'AUC',
  f1: 'F1',
}

/** A metric or parameter in a writer's words: as it is logged, or spelled out where the name is plain enough. */
export function nameIn(name: string, random: Random): string {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name) || random.chance(0.55)) return name
  const words = name.split('_')
  if (words.some((word) => /^\d+$/.test(word))) return name
  return random.chance(0.5) ? words.join(' ') : words.map((word) => SPELLED[word] ?? word).join(' ')
}

const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/
const TAKEN = new Set([
  'status',
  'started',
  'ended',
  'duration',
  'user',
  'commit',
  'name',
  'error',
  'tag',
  'param',
  'metric',
  'last',
  'min',
  'max',
  'at',
])

/** The address of a metric of a run or group: short where that is unambiguous, else in full. */
export function metricAt(ground: Ground, root: string, metric: string): string {
  return `${root}.${fieldOf(ground, metric, 'metric')}`
}

export function paramAt(ground: Ground, root: string, param: string): string {
  return `${root}.${fieldOf(ground, param, 'param')}`
}

/** A field without its root: `val_auc`, `metric["val/auc"]`. */
export function fieldOf(ground: Ground, name: string, kind: 'metric' | 'param'): string {
  const clashes = ground.evidence.runs.some(({ run }) =>
    kind === 'metric' ? run.params.has(name) : run.metrics.has(name),
  )
  return PLAIN.test(name) && !TAKEN.has(name) && !clashes ? name : `${kind}["${name}"]`
}

export function pickOf<T>(random: Random, choices: readonly T[]): T | null {
  return choices.length === 0 ? null : (choices[random.whole(0, choices.length - 1)] ?? null)
}

/** Several different ones, in chance order; null where there are too few. */
export function pickSome<T>(random: Random, choices: readonly T[], count: number): readonly T[] | null {
  return choices.length < count ? null : random.shuffled(choices).slice(0, count)
}

export function slot(expression: string): string {
  return `[[${expression}]]`
}

export function mention(run: GroundRun): string {
  return slot(run.address)
}

export function capital(text: string): string {
  return text.startsWith('[[') || /^[a-z]+[_/@0-9.-]/.test(text)
    ? text
    : text.slice(0, 1).toUpperCase() + text.slice(1)
}
