import type { Evidence } from '../evidence/evidence.ts'
import type { Checked } from './count-checked.ts'
import type { Printer } from './printer.ts'

/** A count of ours, at a known place like every other number. */
export function printCount(value: number, expression: string, print: Printer): string {
  return print.own({ expression, printed: String(value), exact: String(value), shows: 'number', cites: [] })
}

/** How far a document was checked, in one line that stands under each; `checked` is null where no model wrote. */
export function printChecked(checked: Checked | null, print: Printer): string {
  if (checked === null) return '*Written without a model: every value is read from the log.*'
  const { againstLog, quoted, proposed, inWords, marked, leftOut } = checked
  const told = [
    `${printCount(againstLog, 'statements', print)} ${againstLog === 1 ? 'statement' : 'statements'} checked against the log`,
    ...(quoted > 0 ? [`${printCount(quoted, 'statements.quoted', print)} quoted from notes`] : []),
    ...(proposed > 0 ? [`${printCount(proposed, 'statements.proposed', print)} suggested`] : []),
    ...(inWords > 0
      ? [`${printCount(inWords, 'statements.in_words', print)} in words that no log can bear out`]
      : []),
    ...(marked > 0 ? [`${printCount(marked, 'statements.marked', print)} marked unchecked`] : []),
    ...(leftOut > 0 ? [`${printCount(leftOut, 'statements.left_out', print)} left out`] : []),
  ]
  return `*${told.join(', ')}.*`
}

/** How many runs there are and how they ended, as a sentence of ours with slots: "[[count(all)]] runs, all finished". Some logs tell no ends. */
export function countsOfRuns(evidence: Evidence): string {
  if (evidence.runs.length === 0) return 'no runs'
  const statuses = evidence.groups.filter((group) => group.kind === 'status' && group.word !== 'all')
  const total = `[[count(all)]] ${evidence.runs.length === 1 ? 'run' : 'runs'}`
  const [only, ...others] = statuses
  const parts =
    only !== undefined && others.length === 0
      ? only.word === 'unknown'
        ? ', no end logged'
        : `, ${evidence.runs.length === 1 ? '' : 'all '}${only.word}`
      : `: ${statuses.map((group) => `[[count(${group.word})]] ${group.word}`).join(', ')}`
  const children = evidence.runs.filter(({ run }) => run.parent !== null).length
  const nested = children === 0 ? '' : ', some nested in others'
  return `${total}${parts}${nested}`
}
