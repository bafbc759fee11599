import type { Verdict } from '../../claims/statement.ts'
import { whyUnsound } from '../../claims/why-unsound.ts'
import type { Evidence, Finding } from '../../evidence/evidence.ts'
import { joined } from '../../evidence/listed-runs.ts'
import { REPRODUCIBILITY_ITEMS, reproducibilityOf } from '../../evidence/reproducibility.ts'
import { capital } from '../../render/capital.ts'
import type { DocumentParts } from '../document-kind.ts'
import { type Folded, recordFolds } from '../log-folds.ts'
import { printChecked } from '../print-counts.ts'
import type { PrintedTable } from '../print-table.ts'
import { printVerdict, statementsAt } from '../print-verdict.ts'
import type { Printer } from '../printer.ts'
import type { DecisionDraft, DecisionSection } from './decision-draft.ts'
import { letterOf, optionSlot } from './decision-findings.ts'
import { fieldName } from './decision-given.ts'
import {
  criterionAddress,
  type DecisionSubject,
  optionAddress,
  type PeopleField,
} from './decision-subject.ts'
import type { FinalistValue } from './finalist-value.ts'
import { listedFields, recordFields } from './record-fields.ts'
import { type DecisionTable, scoreFinalists } from './score-finalists.ts'

type Parts = DocumentParts<DecisionSubject, DecisionDraft>

const NOT_RECORDED = 'not recorded'

/** A line under its label: it is there whether or not anything is recorded. */
interface Labelled {
  readonly label: string
  readonly text: string
}

/** A part under its heading, folded where its audience does not read it first. */
interface Part {
  readonly heading: string
  readonly isOpen: boolean
  readonly lines: readonly string[]
  readonly items: readonly string[]
  readonly table: PrintedTable | null
  /** Lines of a diagram in Mermaid's language, or none. */
  readonly diagram: readonly string[]
}

interface Option {
  readonly name: string
  readonly good: readonly string[]
  readonly neutral: readonly string[]
  readonly bad: readonly string[]
}

/** The context of `templates/decision.md.hbs`. All texts are Markdown with marks. */
export interface DecisionView {
  readonly title: string
  readonly head: readonly Labelled[]
  readonly context: readonly string[]
  readonly drivers: PrintedTable
  readonly driverNotes: readonly string[]
  readonly options: readonly string[]
  readonly outcome: readonly string[]
  readonly results: PrintedTable
  /** Lines of a diagram in Mermaid's language, or none. */
  readonly profile: readonly string[]
  readonly resultNotes: readonly string[]
  readonly consequences: readonly string[]
  readonly confirmation: readonly string[]
  readonly pros: readonly Option[]
  readonly isProsOpen: boolean
  readonly parts: readonly Part[]
  readonly footer: string
  readonly folded: readonly Folded[]
}

/** Which parts stand open for whom; all others are folded, and none is left out. */
const OPEN: Readonly<Record<DecisionSubject['audience'], readonly string[]>> = {
  everyone: ['Sensitivity', 'Risks and limitations', 'Sign-off'],
  executive: ['Risks and limitations', 'Trade-offs', 'Sign-off'],
  auditor: [
    'Sensitivity',
    'Uncertainty',
    'Trade-offs',
    'Candidates that are no finalists',
    'Comparability and data',
    'Risks and limitations',
    'Challenge',
    'The record, field by field',
    'Sign-off',
  ],
  engineer: [
    'Sensitivity',
    'Uncertainty',
    'Trade-offs',
    'Comparability and data',
    'Cost and speed',
    'Code and environment',
  ],
}

/**
 * A decision as MADR orders it (context, drivers, options, outcome, pros and cons, more information), behind a head that
 * tells winner, margin, flip point, risk, gaps and who must sign. Everything computed is there whether or not a model wrote.
 */
export function composeDecision(parts: Parts, print: Printer): DecisionView {
  const { evidence, subject } = parts
  const table = scoreFinalists(evidence, subject)
  const told = findingsOf(evidence, print)
  const fields = recordFields(
    evidence,
    subject,
    table,
    (section) => statementsAt(parts.verdicts, section).length > 0,
  )
  const missing = fields.filter(({ text }) => text === NOT_RECORDED)
  const chosen = subject.selected?.finalist ?? table.winner
  const risks = riskLines(evidence, print)
  const sign = people(subject, 'approvers', print).concat(
    (subject.people.approvers ?? []).length > 0 ? [] : people(subject, 'deciders', print),
  )
  const isAgainst = table.winner !== null && subject.selected !== null && chosen !== table.winner
  const isOpen = (heading: string): boolean => OPEN[subject.audience].includes(heading)
  const part = (
    heading: string,
    lines: readonly string[],
    items: readonly string[],
    rest: Partial<Pick<Part, 'table' | 'diagram'>> = {},
  ): Part => ({
    heading,
    isOpen: isOpen(heading),
    lines,
    items:
      lines.length + items.length === 0 && rest.table === undefined ? [capital(`${NOT_RECORDED}.`)] : items,
    table: rest.table ?? null,
    diagram: rest.diagram ?? [],
  })
  const [firstFlip] = told('flip')
  const [firstMargin, metricMargin] = told('margin')
  const others = evidence.findings.filter(({ kind }) => kind === 'selection' || kind === 'protocol')
  const ownRisks = [...said(parts, 'risks', print), ...peopleSaid(subject, 'risks', print)]
  return {
    title: titleOf(parts, table, print),
    head: [
      {
        label: 'Winner',
        text:
          chosen === null
            ? 'none: no finalist may win and has every value that weighs'
            : `${optionOf(table, chosen, print)}, ${
                subject.selected === null
                  ? 'by score; proposed, nobody has chosen it yet'
                  : table.winner === chosen
                    ? 'chosen; it has the highest score'
                    : 'chosen, and not by its score'
              }`,
      },
      { label: 'Runner-up', text: runnerUpOf(table, chosen, print) },
      {
        label: 'Margin',
        text: isAgainst ? told('chosen').slice(0, 1).join(' ') : (firstMargin ?? NOT_RECORDED),
      },
      {
        label: 'Flip point',
        text: (isAgainst ? told('chosen').at(-1) : firstFlip) ?? 'none: nothing is ranked against the winner',
      },
      { label: 'Biggest risk', text: risks[0] ?? ownRisks[0] ?? NOT_RECORDED },
      {
        label: 'Not recorded',
        text: listedFields(
          missing.map(({ label }) => label),
          fields,
        ),
      },
      { label: 'Must sign', text: sign.length === 0 ? `${NOT_RECORDED}: name approvers` : sign.join(', ') },
      { label: 'Standing', text: standingOf(parts, print) },
    ],
    context: contextOf(parts, print),
    drivers: driversTable(evidence, table, print),
    driverNotes: [...told('criterion').slice(0, 1), ...assumedEnds(table, print)],
    options: table.finalists.map((_, place) => considered(table, subject, place, print)),
    outcome: outcomeOf(parts, table, chosen, print),
    results: resultsTable(evidence, table, print),
    profile: profileDiagram(evidence, table, print),
    resultNotes: resultNotes(evidence, table, print),
    consequences: [
      ...said(parts, 'consequences', print),
      ...peopleSaid(subject, 'consequences', print),
      ...givenUp(evidence, table, chosen, print),
    ],
    confirmation: [...said(parts, 'confirmation', print), ...peopleSaid(subject, 'confirmation', print)],
    pros: table.finalists.map((_, place) => prosOf(parts, table, place, print)),
    isProsOpen: subject.audience !== 'executive',
    parts: openFirst([
      part('Sensitivity', [], [...told('flip'), ...told('chosen').slice(1)]),
      part(
        'Uncertainty',
        [],
        [
          ...(isAgainst && firstMargin !== undefined ? [firstMargin] : []),
          ...(metricMargin === undefined ? [] : [metricMargin]),
          ...singleRuns(table, print),
          ...findingSentences(evidence, ['replicates', 'cross-validation'], print),
        ],
      ),
      part(
        'Trade-offs',
        [],
        [...said(parts, 'tradeoffs', print), ...peopleSaid(subject, 'tradeoffs', print), ...told('front')],
        { diagram: frontDiagram(evidence, table, print) },
      ),
      part('Candidates that are no finalists', [], [...told('candidates'), ...told('disappeared')]),
      part(
        'Comparability and data',
        [],
        [
          ...told('comparability'),
          ...others.map((one) => print.sentence(one.sentence)),
          ...dataLines(evidence, print),
          ...peopleSaid(subject, 'data', print),
        ],
      ),
      part('Results by group', [], peopleSaid(subject, 'groups', print)),
      part('Cost and speed', [], costLines(evidence, table, print)),
      part(
        'Code and environment',
        [],
        [...environmentLines(evidence, print), ...peopleSaid(subject, 'environment', print)],
      ),
      part(
        'Purpose and use',
        [],
        [
          ...labelled('Purpose', subject, 'purpose', print),
          ...labelled('Users', subject, 'users', print),
          ...labelled('Out of scope', subject, 'out_of_scope', print),
        ],
      ),
      part(
        'Risks and limitations',
        [],
        [
          ...risks,
          ...ownRisks,
          ...said(parts, 'assumptions', print),
          ...labelled('Assumption', subject, 'assumptions', print),
          ...labelled('Limitation', subject, 'limitations', print),
          ...labelled('Human oversight', subject, 'oversight', print),
        ],
      ),
      part(
        'Challenge',
        [],
        [
          ...said(parts, 'dissent', print),
          ...labelled('Dissent', subject, 'dissent', print),
          ...labelled('Independent check', subject, 'independent_check', print),
          ...said(parts, 'questions', print),
        ],
      ),
      part(
        'When to decide again',
        [],
        [...said(parts, 'revisit', print), ...peopleSaid(subject, 'revisit', print)],
      ),
      part('The record, field by field', [], [], {
        table: {
          header: ['field', 'recorded'],
          rows: fields.map(({ label, text }) => [label, text]),
        },
      }),
      part('Sign-off', [], signOff(subject, print)),
    ]),
    footer:
      parts.checked === null
        ? '*Written without a model: every value is read from the log, worked out of it, or was given.*'
        : printChecked(parts.checked, print),
    folded: [
      ...recordFolds(evidence, shownFindings(evidence), metricsOf(table), print, 'Other runs of the project'),
      { summary: 'How this record was made and checked', text: null, items: parts.provenance, table: null },
    ],
  }
}

/** Parts that stand open for their audience come first; each keeps its place among its like. */
function openFirst(parts: readonly Part[]): readonly Part[] {
  return [...parts.filter((one) => one.isOpen), ...parts.filter((one) => !one.isOpen)]
}

type Told = (kind: Finding['kind']) => readonly string[]

/** The sentences of the findings of one kind, printed. */
function findingsOf(evidence: Evidence, print: Printer): Told {
  return (kind) =>
    evidence.findings.filter((one) => one.kind === kind).map((one) => print.sentence(one.sentence))
}

const SHOWN: readonly Finding['kind'][] = [
  'criterion',
  'score',
  'margin',
  'flip',
  'front',
  'chosen',
  'comparability',
  'candidates',
  'disappeared',
  'selection',
  'protocol',
  'replicates',
  'cross-validation',
]

function shownFindings({ findings }: Evidence): ReadonlySet<Finding> {
  return new Set(findings.filter(({ kind }) => SHOWN.includes(kind)))
}

function findingSentences(
  evidence: Evidence,
  kinds: readonly Finding['kind'][],
  print: Printer,
): readonly string[] {
  return evidence.findings
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ sentence }) => print.sentence(sentence))
}

/** A finalist as it is called in the text: its run, linked, or its name. */
function optionOf(table: DecisionTable, place: number, print: Printer): string {
  const finalist = table.finalists[place]
  if (finalist === undefined) throw new Error('a finalist of the table')
  return print.sentence(optionSlot(finalist, place))
}

function titleOf({ subject, evidence }: Parts, table: DecisionTable, print: Printer): string {
  if (subject.title !== null) return print.value('decision.title')
  const chosen = subject.selected?.finalist ?? table.winner
  const project = print.words(evidence.project.name)
  if (chosen === null) return `${project}: no finalist can be recommended`
  const other = table.ranking.find((place) => place !== chosen)
  const over = other === undefined ? '' : ` over ${print.value(optionAddress(other))}`
  return `${project}: ${print.value(optionAddress(chosen))}${over}${subject.selected === null ? ', proposed' : ''}`
}

function runnerUpOf(table: DecisionTable, chosen: number | null, print: Printer): string {
  const second = table.ranking.find((place) => place !== chosen)
  if (second === undefined) return 'none: no other finalist may win and has every value that weighs'
  const first = second === table.winner ? ', which has the highest score' : ''
  return `${optionOf(table, second, print)}${first}`
}

function standingOf({ evidence }: Parts, print: Printer): string {
  const first = evidence.runs.find(({ run }) => run.startedAt !== null)
  const last = evidence.runs
    .filter(({ run }) => run.endedAt !== null)
    .toSorted((a, b) => (a.run.endedAt ?? 0) - (b.run.endedAt ?? 0))
    .at(-1)
  const ran =
    first === undefined || last === undefined
      ? ''
      : `; the finalists ran from ${print.value(`${first.address}.started`)} to ${print.value(`${last.address}.ended`)}`
  return `proposed ${print.value('decision.date')}${ran}; \`narrate accept\` signs it`
}

/** Statements of one section that may be printed. */
function said(
  { verdicts }: Parts,
  section: DecisionSection | `options[${number}].${'good' | 'bad'}`,
  print: Printer,
): readonly string[] {
  return statementsAt(verdicts, section)
    .filter(({ statement }) => /^\[\d+\]$/.test(statement.path.slice(section.length)))
    .map((verdict) => printStatement(verdict, print))
}

/** Sections of what is proposed; in all others an inference says that it is one. */
const PROPOSED = /^(?:confirmation|revisit|questions)/

function printStatement(verdict: Verdict, print: Printer): string {
  const { basis, path } = verdict.statement
  const printed = printVerdict(verdict, print, !PROPOSED.test(path))
  return basis === 'proposed' ? `${printed} *(proposed)*` : printed
}

/** Names that a person gave. */
function people(subject: DecisionSubject, field: PeopleField, print: Printer): readonly string[] {
  return (subject.people[field] ?? []).map((_, index) => print.value(`decision.${fieldName(field, index)}`))
}

/** What a person wrote, in their words. */
function peopleSaid(subject: DecisionSubject, field: PeopleField, print: Printer): readonly string[] {
  return (subject.people[field] ?? []).map((text, index) => {
    return spoken(`decision.${fieldName(field, index)}`, text, print)
  })
}

function labelled(
  label: string,
  subject: DecisionSubject,
  field: PeopleField,
  print: Printer,
): readonly string[] {
  const texts = peopleSaid(subject, field, print)
  return texts.length === 0 ? [`${label}: ${NOT_RECORDED}.`] : texts.map((text) => `${label}: ${text}`)
}

function contextOf(parts: Parts, print: Printer): readonly string[] {
  const { evidence, subject } = parts
  const goal = evidence.project.goal
  const lines = [
    ...(goal === null ? [] : [`Goal of the project: ${print.words(goal)}`]),
    ...peopleSaid(subject, 'context', print),
    ...said(parts, 'context', print),
  ]
  return lines.length === 0 ? [capital(`${NOT_RECORDED}.`)] : lines
}

function driversTable(evidence: Evidence, { criteria }: DecisionTable, print: Printer): PrintedTable {
  const scales = criteria.map((_, place) => findingAbout(evidence, 'criterion', criterionAddress(place)))
  const shares = columnOf(
    scales.map((scale) => (scale === null ? null : `${scale.address}.share`)),
    print,
  )
  const end = (place: number, which: 'worst' | 'best'): string => {
    const scale = scales[place] ?? null
    return scale?.values[which] === undefined ? '–' : print.value(`${scale.address}.${which}`)
  }
  return {
    header: ['criterion', 'measured by', 'better', 'weight', 'share', 'must be', 'worst', 'best', 'why'],
    rows: criteria.map(({ criterion, direction, measure }, place) => [
      print.value(criterionAddress(place)),
      measure.kind === 'given'
        ? 'given, in no log'
        : `${print.words('name' in measure ? measure.name : measure.kind.replace('_', ' '))}${criterion.aggregation === null ? '' : ` (${print.words(criterion.aggregation)})`}`,
      direction ?? 'not known',
      print.value(`${criterionAddress(place)}.weight`),
      shares[place] ?? '–',
      criterion.threshold === null ? '–' : print.value(`${criterionAddress(place)}.threshold`),
      end(place, 'worst'),
      end(place, 'best'),
      criterion.why === null ? NOT_RECORDED : spoken(`${criterionAddress(place)}.why`, criterion.why, print),
    ]),
  }
}

/** Which scales end where the finalists do, since nobody said where they end. */
function assumedEnds({ criteria }: DecisionTable, print: Printer): readonly string[] {
  const own = criteria.flatMap(({ assumed }, place) =>
    assumed.length > 0 ? [print.value(criterionAddress(place))] : [],
  )
  return own.length === 0
    ? []
    : [
        `The ends of ${own.length === criteria.length ? (own.length === 1 ? 'the scale' : 'all scales') : `the ${own.length === 1 ? 'scale' : 'scales'} of ${joined(own)}`} are the finalists’ own extremes where nobody gave them: scores shift when a finalist leaves.`,
      ]
}

/** The finding of a kind that is first of all about an address; null where it could not be told. */
function findingAbout(evidence: Evidence, kind: Finding['kind'], address: string): Finding | null {
  return evidence.findings.find((one) => one.kind === kind && one.rests[0] === address) ?? null
}

/** A column of values in one precision; a dash where there is none. */
function columnOf(expressions: readonly (string | null)[], print: Printer): readonly string[] {
  const printed = print.column(expressions.filter((one) => one !== null))
  let next = 0
  return expressions.map((one) => (one === null ? '–' : (printed[next++] ?? '–')))
}

/** What a person wrote, whole and in quotation marks. */
function spoken(expression: string, text: string, print: Printer): string {
  return print.own({ expression, printed: text, exact: text, shows: 'quote', cites: [expression] })
}

/** One finalist as it was considered: which runs, how many of them nobody named, what it is. */
function considered(table: DecisionTable, subject: DecisionSubject, place: number, print: Printer): string {
  const finalist = table.finalists[place]
  if (finalist === undefined) throw new Error('a finalist of the table')
  const { areReplicates, runs } = finalist
  const added = subject.finalists[place]?.added ?? 0
  const named = runs.map(({ address }) => print.value(address)).join(', ')
  const name = print.value(optionAddress(place))
  if (runs.length === 1)
    return finalist.name === runs[0]?.run.name ? `${named}: a single run` : `${name}: ${named}, a single run`
  return `${name}: ${runs.length === 0 ? 'no run of it was read' : `${added > 0 ? 'replicates, taken along by their settings' : areReplicates ? 'replicates' : 'runs that differ in more than the seed'}: ${named}`}`
}

/** Finalists over criteria: each value with its spread, and the score. */
function resultsTable(evidence: Evidence, table: DecisionTable, print: Printer): PrintedTable {
  const found = table.finalists.map((_, place) => findingAbout(evidence, 'score', optionAddress(place)))
  const columns = table.criteria.map((_, index) => {
    // Value and spread together, so that the column has one precision.
    const pairs = table.finalists.map((finalist, place) => cellOf(finalist.values[index], place, index))
    const printed = columnOf(pairs.flat(), print)
    let next = 0
    return table.finalists.map((finalist, place) => {
      const own = finalist.values[index]
      const [value, spread] = (pairs[place] ?? []).map(() => printed[next++] ?? '–')
      if (own === undefined || value === undefined)
        return own?.why === undefined || own.why === null ? NOT_RECORDED : `${NOT_RECORDED} (${own.why})`
      const bar = finalist.bars.some(({ criterion, kind }) => criterion === index && kind === 'fails')
      return `${value}${spread === undefined ? '' : ` ± ${spread}`}${bar ? ' ✗' : ''}`
    })
  })
  const scores = columnOf(
    table.finalists.map((_, place) => kept(place, 'score')),
    print,
  )
  const order = [
    ...table.ranking,
    ...table.finalists.map((_, place) => place).filter((place) => !table.ranking.includes(place)),
  ]
  return {
    header: [
      'finalist',
      ...table.criteria.map(({ criterion }) => print.words(criterion.name)),
      'score',
      'rank',
    ],
    rows: order.map((place) => {
      const rank = table.ranking.indexOf(place)
      const low = kept(place, 'low')
      const high = kept(place, 'high')
      return [
        optionOf(table, place, print),
        ...columns.map((column) => column[place] ?? '–'),
        low === null || high === null
          ? (scores[place] ?? '–')
          : `${print.value(low)} to ${print.value(high)}`,
        rank < 0
          ? 'none'
          : print.own({
              expression: 'decision.rank',
              printed: String(rank + 1),
              exact: String(rank + 1),
              shows: 'number',
              cites: [],
            }),
      ]
    }),
  }

  /** The expressions of one cell: its value, and of several runs their spread; none where nothing is recorded. */
  function cellOf(own: FinalistValue | undefined, place: number, index: number): readonly string[] {
    if (own === undefined || own.value === null) return []
    const value = kept(place, `value${letterOf(index)}`)
    const spread = kept(place, `sd${letterOf(index)}`)
    if (own.expression !== null) {
      const both = own.sd === null ? [] : [own.expression.replace(/^(?:mean|min|max)\(/, 'sd(')]
      const expressions = [own.expression, ...both]
      if (expressions.every((one) => whyUnsound(`[[${one}]]`, evidence) === null)) return expressions
    }
    return [value, spread].filter((one) => one !== null)
  }

  function kept(place: number, name: string): string | null {
    const finding = found[place] ?? null
    return finding?.values[name] === undefined ? null : `${finding.address}.${name}`
  }
}

function resultNotes(evidence: Evidence, table: DecisionTable, print: Printer): readonly string[] {
  const hasSpread = table.finalists.some(({ values }) => values.some(({ sd }) => sd !== null))
  const fails = table.finalists.some(({ bars }) => bars.some(({ kind }) => kind === 'fails'))
  return [
    `(Score: each value between the worst and the best end of its criterion, times the criterion’s share of all weight.${hasSpread ? ' ±: standard deviation over the runs of the finalist.' : ''}${fails ? ' ✗: does not keep its threshold.' : ''})`,
    ...evidence.findings
      .filter(({ kind, values, warns }) => kind === 'score' && (warns || values.low !== undefined))
      .map(({ sentence }) => print.sentence(sentence)),
  ]
}

function outcomeOf(
  parts: Parts,
  table: DecisionTable,
  chosen: number | null,
  print: Printer,
): readonly string[] {
  const { evidence, subject } = parts
  if (chosen === null)
    return ['Chosen option: none, because no finalist may win and has every value that weighs.']
  const name = print.value(optionAddress(chosen))
  const because = subject.selected?.because ?? ''
  const score = findingAbout(evidence, 'score', optionAddress(chosen))
  const why =
    because !== ''
      ? spoken('decision.because', because, print)
      : table.winner === chosen && score?.values.score !== undefined
        ? `it has the highest weighted score, ${print.value(`${score.address}.score`)}`
        : `${NOT_RECORDED}`
  return [
    `Chosen option: "${name}", because ${why}.${subject.selected === null ? ' This is a proposal: nobody has chosen yet.' : ''}`,
    ...said(parts, 'rationale', print),
  ]
}

/** What the choice gives up: on each criterion a finalist that is better there. */
function givenUp(
  evidence: Evidence,
  table: DecisionTable,
  chosen: number | null,
  print: Printer,
): readonly string[] {
  const own = table.finalists[chosen ?? -1]
  if (chosen === null || own === undefined) return []
  const mine = findingAbout(evidence, 'score', optionAddress(chosen))
  const worse = table.criteria.flatMap(({ criterion }, index) => {
    const utility = own.row.utilities[index] ?? null
    const best = table.finalists
      .map(({ row }, place) => ({ place, utility: row.utilities[index] ?? null }))
      .filter((one): one is { place: number; utility: number } => one.utility !== null)
      .toSorted((a, b) => b.utility - a.utility)[0]
    if (utility === null || best === undefined) return []
    const label = print.words(criterion.name)
    const theirs = findingAbout(evidence, 'score', optionAddress(best.place))
    const values = [mine, theirs].map((finding) =>
      finding?.values[`value${letterOf(index)}`] === undefined
        ? null
        : `${finding.address}.value${letterOf(index)}`,
    )
    const [a, b] = columnOf(values, print)
    return best.utility > utility
      ? [`Bad, because ${label} is worse than in ${optionOf(table, best.place, print)}: ${a} against ${b}.`]
      : []
  })
  return worse.length > 0 || own.row.utilities.some((utility) => utility === null)
    ? worse
    : ['Good, because no finalist is better on any criterion.']
}

/** What speaks for and against a finalist: computed, then what the model added. */
function prosOf(parts: Parts, table: DecisionTable, place: number, print: Printer): Option {
  const { evidence, draft } = parts
  const finalist = table.finalists[place]
  if (finalist === undefined) throw new Error('a finalist of the table')
  const finding = findingAbout(evidence, 'score', optionAddress(place))
  const [good, neutral, bad]: [string[], string[], string[]] = [[], [], []]
  for (const [index, { criterion }] of table.criteria.entries()) {
    const utility = finalist.row.utilities[index] ?? null
    const all = table.finalists.flatMap(({ row }) => row.utilities[index] ?? [])
    const name = `value${letterOf(index)}`
    const label = print.words(criterion.name)
    if (utility === null) {
      bad.push(`${label} is not recorded.`)
      continue
    }
    if (finding?.values[name] === undefined || all.every((other) => other === utility)) continue
    const value = print.value(`${finding.address}.${name}`)
    if (utility === Math.max(...all)) good.push(`${label} is the best of the finalists: ${value}.`)
    else if (utility === Math.min(...all)) bad.push(`${label} is the worst of the finalists: ${value}.`)
    else neutral.push(`${label} is neither the best nor the worst of the finalists: ${value}.`)
  }
  for (const { kind, criterion } of finalist.bars)
    bad.push(
      kind === 'unfinished'
        ? 'it did not finish.'
        : `${print.value(criterionAddress(criterion))} ${kind === 'fails' ? 'is not' : 'is not shown to be'} ${print.value(`${criterionAddress(criterion)}.threshold`)}.`,
    )
  if (finalist.dominatedBy.length > 0)
    bad.push(
      `it is no better anywhere than ${finalist.dominatedBy.map((by) => optionOf(table, by, print)).join(', ')}.`,
    )
  if (finalist.runs.length === 1) bad.push('it is a single run: how far it scatters is not known.')
  const at = (draft?.options ?? []).flatMap(({ option }, index) =>
    option === optionAddress(place) ? [index] : [],
  )
  return {
    name: optionOf(table, place, print),
    good: [
      ...good.map((text) => `Good, because ${text}`),
      ...at.flatMap((index) => said(parts, `options[${index}].good`, print)).map((text) => `Good: ${text}`),
    ],
    neutral: neutral.map((text) => `Neutral, because ${text}`),
    bad: [
      ...bad.map((text) => `Bad, because ${text}`),
      ...at.flatMap((index) => said(parts, `options[${index}].bad`, print)).map((text) => `Bad: ${text}`),
    ],
  }
}

/** What a reader is misled by who has not seen it, the most consequential first. */
const RISKY: readonly Finding['kind'][] = [
  'comparability',
  'chosen',
  'margin',
  'selection',
  'candidates',
  'criterion',
]

function riskLines(evidence: Evidence, print: Printer): readonly string[] {
  // The head tells these two as the margin.
  const told = (['chosen', 'margin'] as const).map((kind) =>
    evidence.findings.find((one) => one.kind === kind),
  )
  return RISKY.flatMap((wanted) =>
    evidence.findings.filter((one) => one.warns && one.kind === wanted && !told.includes(one)),
  ).map(({ sentence }) => print.sentence(sentence))
}

function singleRuns(table: DecisionTable, print: Printer): readonly string[] {
  const single = table.finalists.flatMap(({ runs }, place) => (runs.length === 1 ? [place] : []))
  if (single.length === 0) return []
  return [
    `${single.map((place) => optionOf(table, place, print)).join(', ')}: ${single.length === 1 ? 'a single run' : 'single runs'}; nothing tells how far ${single.length === 1 ? 'it scatters' : 'they scatter'}.`,
  ]
}

function dataLines(evidence: Evidence, print: Printer): readonly string[] {
  return evidence.dataSets.map(
    ({ name, digest, context, runs }) =>
      `Data ${print.words(`${name}, digest ${digest}${context === null ? '' : ` (${context})`}`)}: ${runs.length === evidence.runs.length ? 'all finalists' : runs.map((address) => print.shortRun(address)).join(', ')}.`,
  )
}

function costLines(evidence: Evidence, table: DecisionTable, print: Printer): readonly string[] {
  const times = table.finalists.flatMap(({ runs }, place) => {
    const known = runs.filter(({ run }) => run.startedAt !== null && run.endedAt !== null)
    return known.length === 0
      ? []
      : [
          `${optionOf(table, place, print)} took ${print.column(known.map(({ address }) => `${address}.duration`)).join(', ')} to run.`,
        ]
  })
  return [...times, ...findingSentences(evidence, ['cost'], print)]
}

function environmentLines(evidence: Evidence, print: Printer): readonly string[] {
  const byCommit = Map.groupBy(evidence.runs, ({ run }) => run.code.commit)
  const runs = (list: Evidence['runs']): string =>
    list.map(({ address }) => print.shortRun(address)).join(', ')
  const dirty = evidence.runs.filter(({ run }) => run.code.dirty === true)
  const lacking = REPRODUCIBILITY_ITEMS.flatMap((item) => {
    const without = evidence.runs.filter(({ run }) => reproducibilityOf(run).missing.includes(item))
    return without.length === 0 ? [] : [{ item, without }]
  })
  return [
    ...[...byCommit].map(([commit, members]) =>
      commit === null
        ? `No commit is recorded for ${runs(members)}.`
        : `Commit ${print.value(`${members[0]?.address}.commit`)}: ${runs(members)}.`,
    ),
    ...(dirty.length === 0 ? [] : [`Uncommitted changes: ${runs(dirty)}.`]),
    ...lacking
      .filter(({ item }) => item !== 'commit')
      .map(
        ({ item, without }) =>
          `Not logged: ${item} (${without.length === evidence.runs.length ? 'all finalists' : runs(without)}).`,
      ),
  ]
}

function signOff(subject: DecisionSubject, print: Printer): readonly string[] {
  const line = (label: string, field: PeopleField): string => {
    const names = people(subject, field, print)
    return `${label}: ${names.length === 0 ? `${NOT_RECORDED}.` : names.join(', ')}`
  }
  return [
    line('Decides', 'deciders'),
    line('Approves', 'approvers'),
    line('Consulted', 'consulted'),
    line('Informed', 'informed'),
    `Retention: ${peopleSaid(subject, 'retention', print)[0] ?? `${NOT_RECORDED}.`}`,
    '`narrate accept` puts a name and a date under this very text, as a record of its own.',
  ]
}

/** The trade-off between the two criteria that weigh most, as a Mermaid quadrant chart: up and right is better. */
function frontDiagram(evidence: Evidence, table: DecisionTable, print: Printer): readonly string[] {
  const [across, up] = table.criteria
    .map((one, place) => ({ one, place }))
    .filter(({ one }) => one.share > 0)
    .toSorted((a, b) => b.one.share - a.one.share)
  if (across === undefined || up === undefined) return []
  const points = table.finalists.flatMap((finalist, place) => {
    const finding = findingAbout(evidence, 'score', optionAddress(place))
    const [x, y] = [across, up].map((axis) => `utility${letterOf(axis.place)}`)
    if (finding === null || x === undefined || y === undefined) return []
    if (finding.values[x] === undefined || finding.values[y] === undefined) return []
    return [
      `  "${inDiagram(finalist.name)}": [${print.value(`${finding.address}.${x}`)}, ${print.value(`${finding.address}.${y}`)}]`,
    ]
  })
  if (points.length < 2) return []
  const axis = (name: string): string => `"worst ${inDiagram(name)}" --> "best ${inDiagram(name)}"`
  return [
    'quadrantChart',
    '  title Trade-off of the two heaviest criteria',
    `  x-axis ${axis(across.one.criterion.name)}`,
    `  y-axis ${axis(up.one.criterion.name)}`,
    ...points,
  ]
}

/** Each finalist over the criteria that weigh, from the worst end of a scale in the middle to the best one outside. */
function profileDiagram(evidence: Evidence, table: DecisionTable, print: Printer): readonly string[] {
  const axes = table.criteria.flatMap(({ criterion, share }, place) =>
    share > 0 ? [{ name: inDiagram(criterion.name), letter: letterOf(place) }] : [],
  )
  const curves = table.finalists.flatMap((finalist, place) => {
    const finding = findingAbout(evidence, 'score', optionAddress(place))
    if (finding === null) return []
    if (axes.some(({ letter }) => finding.values[`utility${letter}`] === undefined)) return []
    const values = print.column(axes.map(({ letter }) => `${finding.address}.utility${letter}`))
    return [`  curve ${optionAddress(place)}["${inDiagram(finalist.name)}"]{${values.join(', ')}}`]
  })
  if (axes.length < FEWEST_AXES || curves.length < 2) return []
  return [
    'radar-beta',
    '  title The finalists over the criteria, worst in the middle',
    `  axis ${axes.map(({ name, letter }) => `${letter.toLowerCase()}["${name}"]`).join(', ')}`,
    ...curves,
    '  min 0',
    '  max 1',
  ]
}

/** Of two axes a line is left, which shows nothing. */
const FEWEST_AXES = 3

/** A name as it may stand between quotation marks of a diagram: letters, digits and a few signs, and not too long. */
function inDiagram(name: string): string {
  return name
    .replace(/[^\p{L}\p{N} ._+=-]/gu, ' ')
    .trim()
    .slice(0, 40)
}

function metricsOf({ criteria }: DecisionTable): readonly string[] {
  return [...new Set(criteria.flatMap(({ measure }) => (measure.kind === 'metric' ? [measure.name] : [])))]
}
