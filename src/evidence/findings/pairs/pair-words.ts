import { counted } from '../../counted.ts'
import type { FindingValue, NewFinding } from '../../evidence.ts'
import { metricSlot } from '../../headline.ts'
import type { Cell, Contrast, SettingPair } from '../../minimal-pairs.ts'
import { differenceOf } from '../difference-of.ts'
import { isSeeded, type Teller } from './teller.ts'

/** From so many comparisons on, it is said of single runs how many there were: the strongest of many is partly luck. */
const MANY_COMPARISONS = 20

const MOST_TOGETHER = 4

/** `rises by …`; better or worse where the direction is known. */
export function outcome(effect: number, { evidence, metric }: Teller): string {
  if (effect === 0) return 'unchanged'
  const direction = evidence.metrics.direction(metric)
  const word =
    direction === null
      ? effect > 0
        ? 'higher'
        : 'lower'
      : effect > 0 === (direction === 'higher')
        ? 'better'
        : 'worse'
  return `${word} by [[this.effect]]`
}

/** Both sides: one run by its name and value, replicates by their count. */
export function sidesOf({ from, to }: SettingPair, metric: string): string {
  const side = ({ runs }: Cell): string => {
    const [first] = runs
    if (first === undefined) return ''
    if (runs.length === 1) return `[[${metricSlot(first, metric)}]] in [[${first.address}]]`
    const listed = runs.slice(0, 30)
    return `mean [[mean(${listed.map((one) => metricSlot(one, metric)).join(', ')})]] over [[count(${listed.map(({ address }) => address).join(', ')})]] ${isSeeded({ runs }) ? 'seeds' : 'runs'} from [[${first.address}]] on`
  }
  return `${side(from)}; ${side(to)}`
}

/** `lr 0.1 → 0.2`; of parameters that change together each with its own values: `lr 0.1 → 0.2, decay 0 → 1 together`. */
export function changeOf(
  { param, together }: Pick<Contrast, 'param' | 'together'>,
  from: Cell,
  to: Cell,
  before: string,
  between: string,
): string {
  const names = [param, ...together]
  const shown = names.length > MOST_TOGETHER ? names.slice(0, MOST_TOGETHER - 1) : names
  const said = shown.map((name) => `${name} ${before}${levelOf(from, name)}${between}${levelOf(to, name)}`)
  const more = names.length > shown.length ? ' and more' : ''
  return `${said.join(', ')}${more}${together.length > 0 ? ' together' : ''}`
}

/** The value of a parameter in a cell as a slot, or the word `unset`. */
export function levelOf({ runs }: Cell, param: string): string {
  const [first] = runs
  return first?.run.params.has(param) === true
    ? `[[${first.address}.param[${JSON.stringify(param)}]]]`
    : 'unset'
}

/** Which runs these are, in brackets, where the session holds others that may not be held against them. */
export function among({ label }: Teller): string {
  return label === '' ? '' : ' ([[this.among]])'
}

/** The text that `among` prints. */
export function textsOf({ label }: Teller): Pick<NewFinding, 'texts'> {
  return label === '' ? {} : { texts: { among: { text: label, from: 'what the log tells apart' } } }
}

/** A noise floor from one setting is no more than that setting's: where these are others, it is said which. */
export function elsewhere(cells: readonly Cell[], { only }: Teller): string {
  if (only === null || cells.some(({ runs }) => runs.includes(only))) return ''
  return ` in the setting of [[${only.address}]]`
}

/** The difference that seeds alone rarely make, in brackets, with how many comparisons share the level; adds the values. */
export function needWords(
  need: number,
  { evidence, metric, comparisons }: Teller,
  values: Record<string, FindingValue>,
): string {
  const shared =
    comparisons === 1 ? '95 %' : `95 % over all ${comparisons} comparisons together, so that each needs more`
  values.need = differenceOf(
    evidence,
    metric,
    need,
    `t × pooled standard deviation over seeds × √(1/n + 1/m), ${shared}`,
  )
  if (comparisons === 1) return '([[this.need]])'
  values.compared = counted(comparisons, 'comparisons that share the level of 95 %')
  return '([[this.need]], for [[this.compared]] comparisons at once)'
}

/**
 * That these are single runs and how many comparisons there were, where nothing tells what seeds do; adds the value it prints.
 * Empty where there were few, or a side has several runs.
 */
export function singleRuns(
  cells: readonly Cell[],
  { floor, comparisons }: Teller,
  values: Record<string, FindingValue>,
): string {
  if (floor !== null || comparisons < MANY_COMPARISONS || cells.some(({ runs }) => runs.length > 1)) return ''
  values.compared = counted(comparisons, 'comparisons that could be told')
  return '; single runs, among [[this.compared]] comparisons, of which the strongest is partly luck'
}
