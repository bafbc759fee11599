import { whyUnsound } from '../claims/why-unsound.ts'
import { letterOf } from '../documents/decision/decision-findings.ts'
import { criterionAddress, optionAddress } from '../documents/decision/decision-subject.ts'
import { joined } from '../evidence/listed-runs.ts'
import {
  cellOf,
  type Deciding,
  findingAbout,
  findingsOf,
  NOT_RECORDED,
  nameOf,
  said,
  spoken,
} from './deciding.ts'
import { ours, own, type Stretch, tableOf, told } from './outline.ts'
import { mark, plain } from './source-lines.ts'

/** The criteria in their table, and what is said of them. */
export function driversOf(deciding: Deciding): Stretch {
  const { criteria } = deciding.table
  const assumed = criteria.flatMap(({ assumed: ends }, place) =>
    ends.length > 0 ? [mark(criterionAddress(place))] : [],
  )
  const which =
    assumed.length === criteria.length
      ? assumed.length === 1
        ? 'the scale'
        : 'all scales'
      : `the ${assumed.length === 1 ? 'scale' : 'scales'} of ${joined(assumed)}`
  return [
    ...tableOf(
      'the table of criteria',
      ['criterion', 'measured by', 'better', 'weight', 'share', 'must be', 'worst', 'best', 'why'],
      criteria.map(({ criterion, direction, measure }, place) => {
        const address = criterionAddress(place)
        const scale = findingAbout(deciding, 'criterion', address)
        const by = 'name' in measure ? measure.name : measure.kind.replace('_', ' ')
        return [
          mark(address),
          measure.kind === 'given'
            ? 'given, in no log'
            : `${plain(by)}${criterion.aggregation === null ? '' : ` (${plain(criterion.aggregation)})`}`,
          direction ?? 'not known',
          mark(`${address}.weight`),
          cellOf(scale, 'share'),
          criterion.threshold === null ? '–' : mark(`${address}.threshold`),
          ...[cellOf(scale, 'worst'), cellOf(scale, 'best')],
          criterion.why === null ? NOT_RECORDED : spoken(`${address}.why`),
        ]
      }),
    ),
    ...findingsOf(deciding, 'criterion')
      .slice(0, 1)
      .map((one) => told(one, 'when the criteria were fixed')),
    ...(assumed.length === 0
      ? []
      : [
          ours(
            'which ends of scales nobody gave',
            `The ends of ${which} are the finalists’ own extremes where nobody gave them: scores shift when a finalist leaves.`,
          ),
        ]),
  ]
}

/** The finalists as they were considered: which runs, how many of them nobody named, what they are. */
export function optionsOf({ subject, table }: Deciding): Stretch {
  return table.finalists.map(({ areReplicates, name, runs }, place) => {
    const named = runs.map(({ address }) => mark(address)).join(', ')
    const called = mark(optionAddress(place))
    const added = subject.finalists[place]?.added ?? 0
    const [only, another] = runs
    const text =
      only !== undefined && another === undefined
        ? name === only.run.name
          ? `${named}: a single run`
          : `${called}: ${named}, a single run`
        : only === undefined
          ? `${called}: no run of it was read`
          : `${called}: ${added > 0 ? 'replicates, taken along by their settings' : areReplicates ? 'replicates' : 'runs that differ in more than the seed'}: ${named}`
    return ours('a finalist', text)
  })
}

/** What was chosen and why. */
export function outcomeOf(deciding: Deciding): Stretch {
  const { chosen, subject, table } = deciding
  if (chosen === null)
    return [
      ours(
        'that none is chosen',
        'Chosen option: none, because no finalist may win and has every value that weighs.',
      ),
    ]
  const score = findingAbout(deciding, 'score', optionAddress(chosen))
  const why =
    subject.selected !== null && subject.selected.because !== ''
      ? spoken('decision.because')
      : table.winner === chosen && score?.values.score !== undefined
        ? `it has the highest weighted score, ${cellOf(score, 'score')}`
        : NOT_RECORDED
  const proposal = subject.selected === null ? ' This is a proposal: nobody has chosen yet.' : ''
  return [
    ours('what was chosen', `Chosen option: "${mark(optionAddress(chosen))}", because ${why}.${proposal}`),
    ...said(deciding, 'rationale'),
  ]
}

/** The finalists over the criteria in the order of their ranks, and what is said of their scores. */
export function resultsOf(deciding: Deciding): Stretch {
  const { table } = deciding
  const { criteria, finalists, ranking } = table
  const order = [
    ...ranking,
    ...finalists.map((_, place) => place).filter((place) => !ranking.includes(place)),
  ]
  const scores = finalists.map((_, place) => findingAbout(deciding, 'score', optionAddress(place)))
  const hasSpread = finalists.some(({ values }) => values.some(({ sd }) => sd !== null))
  const fails = finalists.some(({ bars }) => bars.some(({ kind }) => kind === 'fails'))
  return [
    ...tableOf(
      'the table of results',
      ['finalist', ...criteria.map(({ criterion }) => plain(criterion.name)), 'score', 'rank'],
      order.map((place) => {
        const score = scores[place] ?? null
        const rank = ranking.indexOf(place)
        const isBetween = score?.values.low !== undefined && score.values.high !== undefined
        return [
          nameOf(deciding, place),
          ...criteria.map((_, index) => resultOf(deciding, place, index)),
          isBetween ? `${cellOf(score, 'low')} to ${cellOf(score, 'high')}` : cellOf(score, 'score'),
          rank < 0 ? 'none' : own('decision.rank', String(rank + 1)),
        ]
      }),
    ),
    ours(
      'what a score is',
      `(Score: each value between the worst and the best end of its criterion, times the criterion’s share of all weight.${hasSpread ? ' ±: standard deviation over the runs of the finalist.' : ''}${fails ? ' ✗: does not keep its threshold.' : ''})`,
    ),
    ...findingsOf(deciding, 'score')
      .filter(({ values, warns }) => warns || values.low !== undefined)
      .map((one) => told(one, 'what is to be known of a score')),
  ]
}

/** A finalist's value by a criterion with its spread, and whether it fails the threshold. */
function resultOf(deciding: Deciding, place: number, index: number): string {
  const finalist = deciding.table.finalists[place]
  const value = finalist?.values[index]
  const score = findingAbout(deciding, 'score', optionAddress(place))
  const slots = (['value', 'sd'] as const).flatMap((name) =>
    score?.values[`${name}${letterOf(index)}`] === undefined
      ? []
      : [`${score.address}.${name}${letterOf(index)}`],
  )
  if (value === undefined || value.value === null)
    return value?.why == null ? NOT_RECORDED : `${NOT_RECORDED} (${value.why})`
  const whole =
    value.expression === null
      ? []
      : [
          value.expression,
          ...(value.sd === null ? [] : [value.expression.replace(/^(?:mean|min|max)\(/, 'sd(')]),
        ]
  const isSound = whole.every((one) => whyUnsound(`[[${one}]]`, deciding.evidence) === null)
  const [shown, spread] = whole.length > 0 && isSound ? whole : slots
  if (shown === undefined) return NOT_RECORDED
  const bar = finalist?.bars.some(({ criterion, kind }) => criterion === index && kind === 'fails')
  return `${mark(shown)}${spread === undefined ? '' : ` ± ${mark(spread)}`}${bar === true ? ' ✗' : ''}`
}

/** What the choice gives up: on each criterion a finalist that is better there. */
export function givenUp(deciding: Deciding): Stretch {
  const { chosen, table } = deciding
  const mine = table.finalists[chosen ?? -1]
  if (chosen === null || mine === undefined) return []
  const worse = table.criteria.flatMap(({ criterion }, index) => {
    const utility = mine.row.utilities[index] ?? null
    const [best] = table.finalists
      .flatMap(({ row }, place) => {
        const theirs = row.utilities[index] ?? null
        return theirs === null ? [] : [{ place, utility: theirs }]
      })
      .toSorted((a, b) => b.utility - a.utility)
    if (utility === null || best === undefined || best.utility <= utility) return []
    const [a, b] = [chosen, best.place].map((place) =>
      cellOf(findingAbout(deciding, 'score', optionAddress(place)), `value${letterOf(index)}`),
    )
    return [
      ours(
        'what the choice gives up',
        `Bad, because ${plain(criterion.name)} is worse than in ${nameOf(deciding, best.place)}: ${a} against ${b}.`,
      ),
    ]
  })
  return worse.length > 0 || mine.row.utilities.some((utility) => utility === null)
    ? worse
    : [
        ours(
          'that no finalist is better on any criterion',
          'Good, because no finalist is better on any criterion.',
        ),
      ]
}

/** What speaks for and against a finalist: computed, then what a model added. */
export function prosOf(deciding: Deciding, place: number): Stretch {
  const { options, table } = deciding
  const finalist = table.finalists[place]
  if (finalist === undefined) return []
  const score = findingAbout(deciding, 'score', optionAddress(place))
  const [good, neutral, bad]: [string[], string[], string[]] = [[], [], []]
  for (const [index, { criterion }] of table.criteria.entries()) {
    const utility = finalist.row.utilities[index] ?? null
    const all = table.finalists.flatMap(({ row }) => row.utilities[index] ?? [])
    const value = cellOf(score, `value${letterOf(index)}`)
    const label = plain(criterion.name)
    if (utility === null) bad.push(`${label} is not recorded.`)
    else if (value === '–' || all.every((other) => other === utility)) continue
    else if (utility === Math.max(...all)) good.push(`${label} is the best of the finalists: ${value}.`)
    else if (utility === Math.min(...all)) bad.push(`${label} is the worst of the finalists: ${value}.`)
    else neutral.push(`${label} is neither the best nor the worst of the finalists: ${value}.`)
  }
  for (const { kind, criterion } of finalist.bars) {
    const address = criterionAddress(criterion)
    bad.push(
      kind === 'unfinished'
        ? 'it did not finish.'
        : `${mark(address)} ${kind === 'fails' ? 'is not' : 'is not shown to be'} ${mark(`${address}.threshold`)}.`,
    )
  }
  if (finalist.dominatedBy.length > 0)
    bad.push(
      `it is no better anywhere than ${finalist.dominatedBy.map((by) => nameOf(deciding, by)).join(', ')}.`,
    )
  if (finalist.runs.length === 1) bad.push('it is a single run: how far it scatters is not known.')
  const theirs = (side: 'good' | 'bad', lead: string): Stretch =>
    options.flatMap(({ option }, index) =>
      option === optionAddress(place) ? said(deciding, `options[${index}].${side}`, lead) : [],
    )
  const computed = (word: string, texts: readonly string[]): Stretch =>
    texts.map((text) => ours('what speaks for or against a finalist', `${word}, because ${text}`))
  return [
    ...computed('Good', good),
    ...theirs('good', 'Good: '),
    ...computed('Neutral', neutral),
    ...computed('Bad', bad),
    ...theirs('bad', 'Bad: '),
  ]
}
