import { isLooseMap, leavesOf, numberOfLoose, numberOfText, parseLooseJson } from '../../files/loose-json.ts'
import { type LinePattern, NUMBER, valuesOfNumbers } from './line-values.ts'

const BEFORE_KEY = /(?:[\s,;|:()[\]]|-(?=\s|$))*/y
const KEY = /[A-Za-z_µ][\w./@]{0,80}(?:[ -](?!(?:nan|inf)(?![\w.]))[A-Za-z_][\w./@]{0,80}){0,2}/iy
const AFTER_KEY = /\s{0,20}([:=])\s{0,20}[[(]?|\s{1,20}[[(]?/y
const CLOCK = /\d+:\d\d(?::\d\d)?(?:\.\d+)?(?![\w:])/y
const VALUE = new RegExp(`(${NUMBER})([A-Za-zµ%][A-Za-zµ%/]{0,11})?(?:/(\\d+))?(?=[\\s,;|:()[\\]]|$)`, 'iy')
const WORD = /[^\s,;|]+/y

/**
 * Names with numbers, one of which counts: `step:1000/5100 val_loss:3.5 step_avg:178.89ms`, `step 250: train loss 1.9, val loss 2.1`, `Epoch [3/10], Loss: 0.5`.
 * The whole line must be made of them. A unit goes with the name (`step_avg_ms`), so that seconds never stand beside milliseconds; what a count runs to is no
 * value of the step; a word (`mode:fast`) is passed over.
 */
const stepValues: LinePattern = (line) => {
  const numbers: (readonly [string, number])[] = []
  const totals: (readonly [string, string])[] = []
  let at = 0
  take(BEFORE_KEY)
  while (at < line.length) {
    const name = take(KEY)?.[0]
    const between = name === undefined ? null : take(AFTER_KEY)
    if (name === undefined || between === null) return null
    if (take(CLOCK) === null) {
      const value = take(VALUE)
      if (value !== null) {
        const [, written = '', unit, total] = value
        numbers.push([named(name, unit), numberOfText(written) ?? Number.NaN])
        if (total !== undefined) totals.push([name, total])
      } else if (between[1] === undefined || take(WORD) === null) return null
    }
    take(BEFORE_KEY)
  }
  return valuesOfNumbers(numbers, totals)

  function take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at
    const found = pattern.exec(line)
    if (found !== null) at = pattern.lastIndex
    return found
  }
}

function named(name: string, unit: string | undefined): string {
  if (unit === undefined) return name
  return `${name}_${unit === '%' ? 'percent' : unit}`
}

const DICT_KEY = /\s*(?:'([^'\\]{1,200})'|"([^"\\]{1,200})")\s*:\s*/y
const DICT_VALUE = new RegExp(`(?:(${NUMBER})|'([^'\\\\]*)'|"([^"\\\\]*)"|None|True|False)\\s*([,}])`, 'iy')

/** A dictionary as Python prints it: `{'loss': 0.5, 'learning_rate': 5e-05, 'epoch': 1.0}`, as Hugging Face's trainer does. */
const dict: LinePattern = (line) => {
  if (!line.startsWith('{') || !line.endsWith('}')) return null
  const numbers: (readonly [string, number])[] = []
  let at = 1
  for (;;) {
    DICT_KEY.lastIndex = at
    const key = DICT_KEY.exec(line)
    if (key === null) return null
    DICT_VALUE.lastIndex = DICT_KEY.lastIndex
    const value = DICT_VALUE.exec(line)
    if (value === null) return null
    at = DICT_VALUE.lastIndex
    const number = numberOfText(value[1] ?? value[2] ?? value[3] ?? '')
    if (number !== null) numbers.push([key[1] ?? key[2] ?? '', number])
    if (value[4] === '}') return at === line.length ? valuesOfNumbers(numbers) : null
  }
}

/** A JSON object: `{"epoch": 1, "num_updates": "100", "loss": "8.2"}`, as fairseq prints it. Names of nested ones are joined with dots. */
const json: LinePattern = (line) => {
  if (!line.startsWith('{') || !line.endsWith('}')) return null
  const parsed = parseLooseJson(line)
  if (parsed.kind === 'broken' || !isLooseMap(parsed.value)) return null
  return valuesOfNumbers(
    [...leavesOf(parsed.value)].flatMap(([name, value]) => {
      const number = numberOfLoose(value)
      return number === null ? [] : [[name, number] as const]
    }),
  )
}

const KERAS_EPOCH = /^Epoch (\d+)\/(\d+)$/
const KERAS_STEPS = /^(\d+)\/(\d+) /
const KERAS_VALUE = new RegExp(`^([A-Za-z_][\\w./]{0,80}): (${NUMBER})$`, 'i')

/** Keras' progress: `Epoch 3/10`, then at its end `938/938 [=====] - 2s 2ms/step - loss: 0.2 - val_loss: 0.3`. What a bar says before its end is not the epoch's. */
const keras: LinePattern = (line) => {
  const epoch = KERAS_EPOCH.exec(line)
  if (epoch !== null)
    return {
      step: null,
      epoch: Number(epoch[1]),
      metrics: [],
      params: [],
      totals: [['Epoch', epoch[2] ?? '']],
    }
  const steps = KERAS_STEPS.exec(line)
  if (steps === null || steps[1] !== steps[2]) return null
  const metrics = line.split(' - ').flatMap((part) => {
    const [, name, written] = KERAS_VALUE.exec(part.trim()) ?? []
    const value = written === undefined ? null : numberOfText(written)
    return name === undefined || value === null || name === 'ETA' ? [] : [[name, value] as const]
  })
  return metrics.length === 0 ? null : { step: null, epoch: null, metrics, params: [], totals: [] }
}

/** Shapes of lines that many trainings print, by the name that narrate.yaml calls them by. */
export const READY_MADE: ReadonlyMap<string, LinePattern> = new Map([
  ['step-values', stepValues],
  ['dict', dict],
  ['json', json],
  ['keras', keras],
])
