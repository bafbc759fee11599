import { cutText } from '../../evidence/cut-text.ts'
import { isDataFile } from '../../evidence/data-files.ts'
import type { Evidence, Finding } from '../../evidence/evidence.ts'
import { judgeSetup, type Setup } from '../../evidence/setup/judge-setup.ts'
import { rerunScript } from '../../evidence/setup/rerun-script.ts'
import { addressOfItem } from '../../evidence/setup/setup-findings.ts'
import type { SetupItem } from '../../evidence/setup/setup-item.ts'
import { type SetupQuestion, setupQuestions } from '../../evidence/setup/setup-questions.ts'
import type { SetupSubject } from '../../evidence/setup/setup-subject.ts'
import { whatToLog } from '../../evidence/setup/what-to-log.ts'
import { isBookkeeping } from '../../evidence/what-varied.ts'
import { showSpan } from '../../render/show-time.ts'
import { shortId } from '../../runs/run.ts'
import type { DocumentParts } from '../document-kind.ts'
import { type Folded, recordFolds } from '../log-folds.ts'
import { otherLogs } from '../other-logs.ts'
import { printChecked } from '../print-counts.ts'
import type { PrintedTable } from '../print-table.ts'
import { printable, printTitle, printVerdict, statementsAt } from '../print-verdict.ts'
import type { Printer } from '../printer.ts'
import type { ReconstructionDraft } from './reconstruction-draft.ts'

/** A block of code for the template: finished lines, and a fence that none of them can close. */
interface CodeBlock {
  readonly fence: string
  readonly language: string
  readonly text: string
}

/** The context of `templates/reconstruction.md.hbs`. All texts are Markdown with marks. */
export interface ReconstructionView {
  readonly title: string
  readonly span: string
  readonly summary: string
  /** What the model makes of it; empty without one. */
  readonly setup: readonly string[]
  /** What stays open, with whom to ask. */
  readonly questions: readonly string[]
  readonly moreQuestions: readonly string[]
  readonly conflicts: readonly string[]
  readonly answers: readonly { readonly unclear: string; readonly answer: string | null }[]
  readonly table: PrintedTable
  readonly checks: readonly string[]
  readonly checkCommand: CodeBlock
  readonly script: CodeBlock
  readonly scriptNote: string | null
  readonly advice: readonly string[]
  readonly adviceCode: CodeBlock | null
  readonly description: CodeBlock
  readonly footer: string
  readonly folded: readonly Folded[]
}

const MOST_QUESTIONS = 5
const MOST_ROWS = 22
const MOST_CONFLICTS = 5
/** Findings that a reader of a setup must know of, whatever other kinds of documents tell. */
const TOLD: readonly Finding['kind'][] = [
  'setup',
  'setup-check',
  'failure',
  'repeat',
  'protocol',
  'discrepancy',
  'curve',
]

/**
 * A reconstruction: how much is known and how, what is not known and whom to ask, the items in a table with their labels and places,
 * what a reproduction is held against, a script, what to log next time.
 */
export function composeReconstruction(
  parts: DocumentParts<SetupSubject, ReconstructionDraft>,
  print: Printer,
): ReconstructionView {
  const { evidence, subject, draft } = parts
  const setup = judgeSetup(evidence, subject)
  const { items, target } = setup
  const own = evidence.findings.filter(({ kind }) => kind === 'setup')
  const [summary] = own
  const beside = own.filter(({ texts, address }) => texts.item === undefined && address !== summary?.address)
  const nearest = beside.filter(({ sentence }) => sentence.startsWith('Its nearest sibling'))
  const changes = beside.filter((one) => !nearest.includes(one))
  const questions = setupQuestions(setup, subject).map((one) => printQuestion(one, evidence, setup, print))
  const ofModel = statementsAt(parts.verdicts, 'questions').map((one) => printVerdict(one, print, true))
  const contested = items.filter(({ against }) => against.length > 0)
  const plain = items.filter(isPlain)
  const shown = shownItems(items.filter((item) => !isPlain(item)))
  const rest = items.filter((item) => !shown.includes(item))
  const script = rerunScript(items, subject)
  const advice = whatToLog(items)
  return {
    title: titleOf(parts, setup, print),
    span: printSpan(parts, setup, print),
    summary: summary === undefined ? '' : print.sentence(summary.sentence),
    setup: [
      ...statementsAt(parts.verdicts, 'setup').map((one) => printVerdict(one, print, true)),
      ...nearest
        .filter(({ rests }) => !isSaidBefore(rests, parts))
        .map(({ sentence }) => print.sentence(sentence)),
    ],
    questions: [...questions.slice(0, MOST_QUESTIONS), ...ofModel.slice(0, 2)],
    moreQuestions: [...questions.slice(MOST_QUESTIONS), ...ofModel.slice(2)],
    conflicts: [
      ...contested.slice(0, MOST_CONFLICTS).map((item) => print.sentence(sentenceOf(evidence, item))),
      ...statementsAt(parts.verdicts, 'conflicts').map((one) => printVerdict(one, print, true)),
      ...evidence.findings
        .filter((one) => one.kind === 'discrepancy' && isOfRunAlone(one, target.address))
        .map(({ sentence }) => print.sentence(sentence)),
    ],
    answers: subject.unclear.map((unclear) => ({
      unclear: print.own({
        expression: 'setup.unclear',
        printed: cutText(unclear, 300),
        exact: unclear,
        shows: 'quote',
        cites: [],
      }),
      answer: answerTo(unclear, draft, parts, print),
    })),
    table: withSettings(tableOf(shown, evidence, print), plain, evidence, print),
    checks: [
      ...evidence.findings
        .filter(({ kind }) => kind === 'setup-check')
        .map(({ sentence }) => print.sentence(sentence)),
      ...statementsAt(parts.verdicts, 'checks').map(
        (one) => `${printVerdict(one, print, true)} *(proposed)*`,
      ),
    ],
    checkCommand: codeBlock('bash', [`narrate reconstruct ${shortId(target.run.id)} --check NEWRUN`], print),
    script: codeBlock('bash', script.lines, print),
    scriptNote:
      script.open.length === 0
        ? null
        : 'What is not known stands as FILL_IN at its head: it does nothing until that is filled in.',
    advice: [
      ...advice.map(({ words }) => words),
      ...statementsAt(parts.verdicts, 'documentation').map((one) => printVerdict(one, print, true)),
    ],
    adviceCode:
      advice.length === 0
        ? null
        : codeBlock(
            'python',
            advice.flatMap(({ code }) => code),
            print,
          ),
    description: codeBlock('text', descriptionOf(setup, evidence), print),
    footer: printChecked(parts.checked, print),
    folded: [
      ...(rest.length === 0
        ? []
        : [{ summary: 'Further items', text: null, items: [], table: tableOf(rest, evidence, print) }]),
      ...(changes.length === 0
        ? []
        : [
            {
              summary: 'Code beside the neighbouring runs',
              text: null,
              items: changes.map(({ sentence }) => print.sentence(sentence)),
              table: null,
            },
          ]),
      ...sourcesFolded(subject, evidence, print),
      ...recordFolds(
        withoutOthers(evidence),
        new Set(evidence.findings.filter(({ kind }) => kind === 'setup' || kind === 'setup-check')),
        metricsOf(evidence),
        print,
      ).filter(
        ({ summary: title }) =>
          title !== 'What varied, what was held fixed' && title !== 'Data and code state',
      ),
      { summary: 'How this document was made and checked', text: null, items: parts.provenance, table: null },
    ],
  }
}

/** When the run ran; the evidence reaches further, for notes. */
function printSpan(
  { evidence, span }: DocumentParts<SetupSubject, ReconstructionDraft>,
  { target }: Setup,
  print: Printer,
): string {
  const { startedAt, endedAt } = target.run
  const own = startedAt === null ? span : showSpan(startedAt, endedAt ?? startedAt, evidence.span.timeZone)
  return print.own({
    expression: 'span',
    printed: own,
    exact: startedAt === null ? span : new Date(startedAt).toISOString(),
    shows: 'time',
    cites: [],
  })
}

/** Whether a statement on the setup names all of these runs. */
function isSaidBefore(
  runs: readonly string[],
  { verdicts }: DocumentParts<SetupSubject, ReconstructionDraft>,
): boolean {
  return statementsAt(verdicts, 'setup').some(
    (one) => one.kind === 'supported' && runs.slice(1).every((address) => one.cites.includes(address)),
  )
}

/** Whether a finding names this run and no other. */
function isOfRunAlone({ sentence }: Finding, address: string): boolean {
  const named = sentence.match(/\br\d+\b/g) ?? []
  return named.length > 0 && named.every((one) => one === address)
}

/** The evidence without findings about what other documents are for. */
function withoutOthers(evidence: Evidence): Evidence {
  return { ...evidence, findings: evidence.findings.filter(({ kind }) => TOLD.includes(kind)) }
}

function metricsOf(evidence: Evidence): readonly string[] {
  return evidence.lead === null ? [] : [evidence.lead.metric]
}

/** A setting that was logged and that nobody contests: told with others of its kind in one row. */
function isPlain({ id, label, group, against }: SetupItem): boolean {
  const isSetting = id.startsWith('param:') && !isBookkeeping(id.slice(6))
  return isSetting && label === 'LOGGED' && group === 'Hyperparameters' && against.length === 0
}

const MOST_SETTINGS = 24

/** The table with the plain settings as its last row. */
function withSettings(
  table: PrintedTable,
  plain: readonly SetupItem[],
  evidence: Evidence,
  print: Printer,
): PrintedTable {
  if (plain.length === 0) return table
  const told = plain.slice(0, MOST_SETTINGS).map((item) => {
    const address = addressOfItem(evidence, item)
    return `${print.value(`${address}.item`)} ${print.value(item.clue?.slot ?? `${address}.value`)}`
  })
  const more = plain.length > told.length ? ', … (further ones are folded)' : ''
  return {
    ...table,
    rows: [...table.rows, ['settings', `${told.join(', ')}${more}`, '**LOGGED**', 'its parameters']],
  }
}

/** A parameter that says nothing of what was done; where the data were read is no such thing. */
function isAside({ id, clue }: SetupItem): boolean {
  const name = id.slice(6)
  return id.startsWith('param:') && isBookkeeping(name) && !isDataFile(name, clue?.value ?? '')
}

/** What a reader needs first: whatever is not plainly logged, contested, or a part of every setup; logged settings come behind. */
function shownItems(items: readonly SetupItem[]): readonly SetupItem[] {
  const weight = (item: SetupItem): number => {
    if (item.group === 'Who and when' && item.id !== 'user') return 9
    if (isAside(item) && item.against.length === 0) return 9
    if (item.against.length > 0) return 0
    if (!item.id.startsWith('param:') && !item.id.startsWith('package:')) return 1
    if (item.id.startsWith('param:') && item.label !== 'LOGGED') return 2
    return item.id.startsWith('param:') ? 3 : 4
  }
  const chosen = new Set(items.toSorted((a, b) => weight(a) - weight(b)).slice(0, MOST_ROWS))
  return items.filter((item) => chosen.has(item) && weight(item) < 9)
}

function tableOf(items: readonly SetupItem[], evidence: Evidence, print: Printer): PrintedTable {
  return {
    header: ['item', 'value', 'known how', 'where'],
    rows: items.map((item) => {
      const address = addressOfItem(evidence, item)
      const { clue, candidates, label } = item
      const value =
        clue === null
          ? candidates.length === 0
            ? 'not recorded'
            : `not recorded; runs like it: ${print.value(`${address}.candidates`)}`
          : print.value(clue.slot ?? `${address}.value`)
      return [
        print.value(`${address}.item`),
        item.against.length > 0 ? `${value} (contested)` : value,
        `**${label}**`,
        clue === null
          ? '–'
          : `${print.value(`${address}.where`)}${clue.how === null ? '' : `; ${print.value(`${address}.how`)}`}`,
      ]
    }),
  }
}

function sentenceOf(evidence: Evidence, item: SetupItem): string {
  const address = addressOfItem(evidence, item)
  return evidence.findings.find((one) => one.address === address)?.sentence ?? ''
}

function printQuestion(
  { item, asks, whom }: SetupQuestion,
  evidence: Evidence,
  { target }: Setup,
  print: Printer,
): string {
  const address = addressOfItem(evidence, item)
  const hint =
    item.candidates.length === 0 ? '' : ` Runs like it had ${print.value(`${address}.candidates`)}.`
  const person =
    whom === null
      ? 'nobody is named in the log'
      : whom.kind === 'user'
        ? `ask ${print.value(`${target.address}.user`)}, who ran it`
        : `ask ${print.own({ expression: 'setup.person', printed: whom.name, exact: whom.name, shows: 'text', cites: [] })}, ${print.own({ expression: 'setup.person', printed: whom.about, exact: whom.about, shows: 'text', cites: [] })}`
  return `**${print.value(`${address}.item`)}**: ${asks}${hint} (${person})`
}

function answerTo(
  unclear: string,
  draft: ReconstructionDraft | null,
  parts: DocumentParts<SetupSubject, ReconstructionDraft>,
  print: Printer,
): string | null {
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase()
  const index = draft?.answers.findIndex((one) => plain(one.unclear) === plain(unclear)) ?? -1
  const verdict = printable(parts.verdicts.get(`answers[${index}]`))
  return verdict === null ? null : printVerdict(verdict, print, true)
}

function titleOf(
  parts: DocumentParts<SetupSubject, ReconstructionDraft>,
  { target, items }: Setup,
  print: Printer,
): string {
  const told = printTitle(parts.verdicts, print)
  if (told !== null) return told
  const open = items.filter(({ isNeeded, label }) => isNeeded && label === 'UNKNOWN').slice(0, 3)
  const lacking = open.map((item) => print.value(`${addressOfItem(parts.evidence, item)}.item`))
  const what = lacking.length === 0 ? 'nothing that it needs is unknown' : `${lacking.join(', ')} unknown`
  return `How ${print.value(target.address)} was run: ${what}`
}

/** Lines as a fenced block; each line is a value at a known place. */
function codeBlock(language: string, lines: readonly string[], print: Printer): CodeBlock {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)),
  )
  return {
    fence: '`'.repeat(longest + 1),
    language,
    text: lines
      .map((line) =>
        line === ''
          ? ''
          : print.own({ expression: 'script', printed: line, exact: line, shows: 'code', cites: [] }),
      )
      .join('\n'),
  }
}

/** The setup in short lines, to be put where the next reader of the run looks first: its description in the tracker. */
function descriptionOf({ items, target }: Setup, evidence: Evidence): readonly string[] {
  const told = items.filter(({ clue, group }) => clue !== null && group !== 'Who and when')
  const open = items.filter(({ isNeeded, label }) => isNeeded && label === 'UNKNOWN').map(({ name }) => name)
  const line = (text: string): string => cutText(text.replace(/\s+/g, ' '), 160)
  return [
    `Setup of ${line(target.run.name)} (${shortId(target.run.id)}), as reconstructed by narrate`,
    ...told.map(({ name, clue, label }) => line(`${name}: ${clue?.value ?? ''} [${label}]`)),
    ...(open.length === 0 ? [] : [line(`not recorded: ${open.join(', ')}`)]),
    ...(evidence.lead === null ? [] : [line(`decided by: ${evidence.lead.metric}`)]),
  ]
}

function sourcesFolded(
  { looked, commit, answers }: SetupSubject,
  { runs }: Evidence,
  print: Printer,
): readonly Folded[] {
  const own = (text: string): string =>
    print.own({
      expression: 'setup.source',
      printed: cutText(text, 200),
      exact: text,
      shows: 'text',
      cites: [],
    })
  const told = [
    ...(commit === null
      ? []
      : [
          `Commit ${own(`${commit.id.slice(0, 12)} "${commit.subject}"`)}, by ${own(commit.author)}${commit.isAssumed ? ': assumed, since the log names none' : ''}.`,
        ]),
    ...answers.map(
      ({ item, value, by, at }) =>
        `Answered: ${own(`${item} = ${value}`)}, by ${own(by)} on ${own(new Date(at).toISOString().slice(0, 10))}.`,
    ),
    ...(looked.length === 0
      ? ['No file of the run and no code could be read.']
      : [`Read: ${looked.slice(0, 30).map(own).join(', ')}.`]),
    ...otherLogs(runs, print.words),
  ]
  return [{ summary: 'What was read for it', text: null, items: told, table: null }]
}
