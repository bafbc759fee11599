import type { Verdict } from '../../claims/statement.ts'
import type { Evidence, Finding } from '../../evidence/evidence.ts'
import { joined } from '../../evidence/listed-runs.ts'
import { isRange, type Planned, schedule } from '../../evidence/plans/plan-of.ts'
import type { PlanSubject } from '../../evidence/plans/plan-subject.ts'
import {
  addressed,
  findingOf,
  LEAST_SHARE,
  letterOf,
  tellPlanned,
} from '../../evidence/plans/tell-planned.ts'
import type { DocumentParts } from '../document-kind.ts'
import { type LabelledSection, labelledSection } from '../labelled-section.ts'
import { type Folded, recordFolds } from '../log-folds.ts'
import { countsOfRuns, printChecked } from '../print-counts.ts'
import { printSpan } from '../print-span.ts'
import type { PrintedTable } from '../print-table.ts'
import { printable, printTitle, printVerdict, statementsAt } from '../print-verdict.ts'
import type { Printer } from '../printer.ts'
import { sortQuotes } from '../sort-quotes.ts'
import { draftedPlan, tellDropped } from './drafted-plan.ts'
import type { PlanDraft } from './plan-draft.ts'

/** One experiment of the plan, as it is shown in full. */
interface ShownExperiment {
  readonly heading: string
  readonly why: string | null
  readonly items: readonly string[]
}

/** The context of `templates/plan.md.hbs`. All texts are Markdown with marks. */
export interface PlanView {
  readonly title: string
  readonly span: string
  readonly counts: string
  readonly facts: readonly string[]
  readonly pivot: string | null
  readonly table: PrintedTable | null
  readonly tableNote: string | null
  readonly experiments: readonly ShownExperiment[]
  readonly sections: readonly LabelledSection[]
  readonly footer: string
  readonly folded: readonly Folded[]
}

type Parts = DocumentParts<PlanSubject, PlanDraft>

const SHOWN = 3
const MOST_LOW = 3
const MOST_STANDING = 2
const MOST_QUESTIONS = 2
const LONGEST_QUOTE = 220

/** A plan as its reader needs it: the gap and whether to stay, the experiments in their order, what is not worth it. */
export function composePlan(parts: Parts, print: Printer): PlanView {
  const { evidence, draft, subject, verdicts } = parts
  const plan = draftedPlan(evidence, draft, subject)
  // An experiment whose finding was refused is not told: the gaps say so.
  const chosen = plan.chosen.filter(({ id }) => findingOf(id, evidence) !== undefined)
  const shown = chosen.slice(0, SHOWN)
  const ofKind = (kind: Finding['kind']): readonly Finding[] =>
    evidence.findings.filter((finding) => finding.kind === kind)
  const sentence = (finding: Finding): string => print.sentence(finding.sentence)
  const texts = (section: string, isSeen: boolean): readonly string[] =>
    statementsAt(verdicts, section).map((one) => printVerdict(one, print, isSeen))
  const quotes = sortQuotes(evidence.quotes)
  const asked =
    draft === null
      ? quotes.question.map((quote) => print.quote(quote, LONGEST_QUOTE))
      : texts('questions', false)
  const wished = quotes.next.map((quote) => print.quote(quote, LONGEST_QUOTE))
  const dropped = plan.judged.filter(({ problem }) => problem !== null)
  const low = [...ofKind('low-return').map(sentence), ...texts('low_return', true)]
  const told = new Set(
    evidence.findings.filter(({ kind }) => ['target', 'pivot', 'proposal', 'low-return'].includes(kind)),
  )
  const more = chosen.slice(SHOWN)
  return {
    title: printTitle(verdicts, print) ?? ownTitle(parts, shown, print),
    span: printSpan(parts, print),
    counts: print.sentence(countsOfRuns(evidence)),
    facts: [
      ...(plan.past === null ? [noPast(evidence, plan.metric, print)] : ofKind('target').map(sentence)),
      ...texts('standing', true).slice(0, MOST_STANDING),
    ],
    pivot: pivotOf(parts, ofKind('pivot').slice(-1).map(sentence), print),
    table: shown.length === 0 ? null : tableOf(shown, parts, print),
    tableNote: noteOf(shown, parts, print),
    experiments: shown.map((one) => experiment(one, parts, print)),
    sections: [
      ...labelledSection('Not worth it now', low.slice(0, MOST_LOW), 'the runs advise against nothing.'),
      ...labelledSection('Order', texts('order', false).slice(0, 1)),
      ...labelledSection(
        'Left out, since it was tried or closed',
        dropped.slice(0, 3).map((one) => print.sentence(tellDropped(one))),
      ),
      ...(draft === null ? labelledSection('Planned in the notes', wished.slice(-3)) : []),
      ...labelledSection('Open', asked.slice(draft === null ? -MOST_QUESTIONS : 0).slice(0, MOST_QUESTIONS)),
    ],
    footer: printChecked(parts.checked, print),
    folded: [
      ...(more.length === 0
        ? []
        : [
            {
              summary: 'Further experiments',
              text: null,
              items: more.map((one) => further(one, parts, print)),
              table: null,
            },
          ]),
      ...(low.length > MOST_LOW || dropped.length > 3
        ? [
            {
              summary: 'More that is not worth it now',
              text: null,
              items: [
                ...low.slice(MOST_LOW),
                ...dropped.slice(3).map((one) => print.sentence(tellDropped(one))),
              ],
              table: null,
            },
          ]
        : []),
      ...recordFolds(evidence, told, plan.metric === '' ? [] : [plan.metric], print),
      { summary: 'How this plan was made and checked', text: null, items: parts.provenance, table: null },
    ],
  }
}

function noPast(evidence: Evidence, metric: string, print: Printer): string {
  if (evidence.runs.length === 0) return 'No run is logged: there is nothing to plan from.'
  if (metric === '') return 'No run logs a metric: there is nothing to plan from.'
  return `No finished run carries ${print.words(metric)} with a direction that is known: narrate.yaml says which way is better (metrics.directions).`
}

function ownTitle({ evidence, subject }: Parts, shown: readonly Planned[], print: Printer): string {
  const project = print.words(evidence.project.name)
  const target = evidence.findings.find(({ kind, values }) => kind === 'target' && values.runs !== undefined)
  const [first] = shown
  const next =
    first === undefined
      ? 'nothing follows from the runs'
      : first.settled.changes.length === 0
        ? `next, ${first.proposal.seeds > 1 ? 'more seeds' : 'once more'} of [[${first.settled.from.address}]]`
        : `next, ${joined(first.settled.changes.map(({ param }) => param))} from [[${first.settled.from.address}]]`
  const gap =
    target?.values.gap === undefined || subject.target === null
      ? ''
      : `${subject.target.metric} [[${target.address}.gap]] ${/is reached/.test(target.sentence) ? 'past' : 'from'} the target; `
  return `${project}: ${print.sentence(`${gap}${next}`)}`
}

function pivotOf({ draft, verdicts }: Parts, own: readonly string[], print: Printer): string | null {
  const reason = printable(verdicts.get('pivot.reason'))
  const theirs =
    draft === null || reason === null
      ? []
      : [`*Reading: ${ANSWERS[draft.pivot.answer]}.* ${printVerdict(reason, print, true)}`]
  const all = [...own, ...theirs]
  return all.length === 0 ? null : all.join(' ')
}

const ANSWERS: Readonly<Record<PlanDraft['pivot']['answer'], string>> = {
  stay: 'stay',
  turn: 'turn elsewhere',
  confirm: 'confirm first',
  open: 'open',
}

/** The experiments side by side. */
function tableOf(shown: readonly Planned[], { evidence, subject }: Parts, print: Printer): PrintedTable {
  const metric = subject.target?.metric ?? evidence.lead?.metric ?? ''
  const shareOf = (planned: Planned): number | undefined =>
    findingOf(planned.id, evidence)?.values.share?.value
  const hasShare = subject.budget !== null && shown.some((planned) => shareOf(planned) !== undefined)
  const rows = shown.map((planned) => {
    const finding = findingOf(planned.id, evidence)
    const address = finding?.address ?? ''
    const cell = (name: string): string =>
      finding?.values[name] === undefined ? '–' : print.value(`${address}.${name}`)
    return [
      planned.id,
      print.sentence(changeOf(planned, address)),
      print.shortRun(planned.settled.from.address),
      isRange(planned.expected) ? `${cell('low')} – ${cell('high')}` : 'no ground',
      cell('runs'),
      cell('total'),
      ...(hasShare ? [(shareOf(planned) ?? LEAST_SHARE) < LEAST_SHARE ? 'hardly any' : cell('share')] : []),
    ]
  })
  return {
    header: [
      '',
      'change',
      'from',
      `expected ${print.words(metric)}`,
      'runs',
      'time',
      ...(hasShare ? ['of the budget'] : []),
    ],
    rows,
  }
}

function changeOf({ settled, proposal }: Planned, address: string): string {
  if (settled.changes.length === 0) return proposal.seeds > 1 ? 'none: more seeds' : 'none: once more'
  return joined(
    settled.changes.map(({ param, to }, index) =>
      to === null ? `no ${param}` : `${param} [[${address}.set${letterOf(index)}]]`,
    ),
  )
}

function noteOf(shown: readonly Planned[], { evidence, subject }: Parts, print: Printer): string | null {
  const last = shown.at(-1)
  const finding = last === undefined ? undefined : findingOf(last.id, evidence)
  if (finding?.values.done === undefined) return null
  const deadline = subject.deadline === null ? '' : ', the deadline is [[deadline]]'
  const few = shown.length < SHOWN ? ' Past runs lead to no further experiment.' : ''
  const done =
    shown.length === 1
      ? `It is done after [[${finding.address}.done]]`
      : `In this order they are done after [[${finding.address}.done]]`
  return print.sentence(
    `${done} of running${deadline}. A range is what past runs show, no promise; what is not set stays as in the run named.${few}`,
  )
}

function experiment(planned: Planned, parts: Parts, print: Printer): ShownExperiment {
  const { evidence, subject } = parts
  const finding = findingOf(planned.id, evidence)
  const plan = draftedPlan(evidence, parts.draft, subject)
  const [scheduled] = schedule([planned], subject, evidence)
  if (finding === undefined || plan.past === null || scheduled === undefined)
    throw new Error(`${planned.id} has no finding`)
  const position = plan.chosen.indexOf(planned)
  const own = schedule(plan.chosen, subject, evidence)[position] ?? scheduled
  const { told } = tellPlanned(own, plan.past, subject)
  const say = (text: string): string => print.sentence(addressed(text, finding.address))
  const isTheirs = planned.reason === null
  const [hypothesis = null, again = null] = wordsOf(planned, parts)
  return {
    heading: `${planned.id}: ${print.sentence(`${changeOf(planned, finding.address)}, from [[${planned.settled.from.address}]]`)}`,
    why: isTheirs ? (hypothesis === null ? null : printVerdict(hypothesis, print, false)) : say(told.reason),
    items: [
      `**Set:** ${say(told.set)}. ${say(told.tried)}${again === null ? '' : ` Again because: ${printVerdict(again, print, true)}`}`,
      [told.expected, told.ground]
        .filter((text) => text !== '')
        .map(say)
        .join(' ')
        .replace(/^Expected /, '**Expected** ')
        .replace(/^(.*?): no ground/, '**Expected** $1: no ground'),
      ...[told.stop, told.cost]
        .filter((text) => text !== '')
        .map((text) => say(text).replace(/^(Stop|Cost):/, '**$1:**')),
    ],
  }
}

/** One of the further experiments, in a line. */
function further(planned: Planned, parts: Parts, print: Printer): string {
  const finding = findingOf(planned.id, parts.evidence)
  const [why, again] = wordsOf(planned, parts).map((verdict) =>
    verdict === null ? '' : `${printVerdict(verdict, print, false)} `,
  )
  return finding === undefined
    ? ''
    : `${planned.id}: ${why ?? ''}${print.sentence(finding.sentence)}${again === '' ? '' : ` Again because: ${again?.trim() ?? ''}`}`
}

/** What a model says of its experiment: the hypothesis, and why to run again what was tried. */
function wordsOf({ id, reason }: Planned, { verdicts }: Parts): readonly (Verdict | null)[] {
  if (reason !== null) return [null, null]
  const path = `proposals[${Number(id.slice(1)) - 1}]`
  return [printable(verdicts.get(`${path}.hypothesis`)), printable(verdicts.get(`${path}.repeat_because`))]
}
