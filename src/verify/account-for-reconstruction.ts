import { otherLogs } from '../documents/other-logs.ts'
import {
  type ReconstructionDraft,
  reconstructionDraftSchema,
} from '../documents/reconstruction/reconstruction-draft.ts'
import { cutText } from '../evidence/cut-text.ts'
import type { Evidence, Finding } from '../evidence/evidence.ts'
import { judgeSetup, type Setup } from '../evidence/setup/judge-setup.ts'
import { rerunScript } from '../evidence/setup/rerun-script.ts'
import { type SetupQuestion, setupQuestions } from '../evidence/setup/setup-questions.ts'
import { type SetupSubject, setupSubjectSchema } from '../evidence/setup/setup-subject.ts'
import { whatToLog } from '../evidence/setup/what-to-log.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import { shortId } from '../runs/run.ts'
import type { Account } from './account.ts'
import { isProvenance } from './account-for-folds.ts'
import type { FrozenRecord } from './frozen-record.ts'
import type { LogAccount } from './log-account.ts'
import {
  accountByOutline,
  type Expected,
  type Outline,
  optional,
  ours,
  own,
  rowOf,
  type Stretch,
  stated,
  statedIn,
  told,
} from './outline.ts'
import { MARK, mark, plain, type SourceLine, templateOf } from './source-lines.ts'

/** The lines of a reconstruction against what its record says, as `accountForLog` holds those of a log entry. */
export function accountForReconstruction(frozen: FrozenRecord, lines: readonly SourceLine[]): Account {
  return accountByOutline(frozen, lines, outlineOf)
}

interface Asked {
  readonly entry: LogAccount
  readonly evidence: Evidence
  readonly subject: SetupSubject
  readonly draft: ReconstructionDraft | null
  readonly setup: Setup
  /** The findings of its items, in their order. */
  readonly items: readonly Item[]
}

function outlineOf(entry: LogAccount): Outline {
  const { evidence, frozen } = entry
  const subject = setupSubjectSchema.parse(frozen.subject)
  const setup = judgeSetup(evidence, subject)
  const ofSetup = evidence.findings.filter(({ kind }) => kind === 'setup')
  const [summary, ...others] = ofSetup
  const items = others.flatMap(itemOf)
  const beside = others.filter(({ texts }) => texts.item === undefined)
  const nearest = beside.filter(({ rests }) => rests.includes(setup.target.address))
  const asked: Asked = {
    ...{ entry, evidence, subject, setup, items },
    draft: frozen.draft === null ? null : reconstructionDraftSchema.parse(frozen.draft),
  }
  const questions = setupQuestions(setup, subject).map((one) => questionOf(one, asked))
  const theirs = statedIn(entry, 'questions', true)
  const contested = items.filter(({ finding }) => finding.warns)
  const advice = whatToLog(setup.items)
  const script = rerunScript(setup.items, subject)
  const checks = evidence.findings.filter(({ kind }) => kind === 'setup-check')
  const rows = items.map((item) => optional(rowFor(item)))
  const header = ours('the heading of the table of items', rowOf('item', 'value', 'known how', 'where'))
  const short = shortId(setup.target.run.id)
  return {
    places: new Map<string, readonly Stretch[]>([
      ['', [[titleOf(asked), spanAndSummary(summary)]]],
      ['Most likely setup', [statedIn(entry, 'setup', true), nearest.map((one) => told(one))]],
      ['Not known: to ask', [questions, theirs]],
      ['Further questions', [questions, theirs]],
      [
        'Sources that disagree',
        [
          [
            ...contested.map(({ finding }, at) =>
              told(finding, at < MOST_CONFLICTS ? 'where sources disagree' : null),
            ),
            ...statedIn(entry, 'conflicts', true),
            ...evidence.findings
              .filter((one) => one.kind === 'discrepancy' && isOfRunAlone(one, setup.target.address))
              .map((one) => told(one, 'where sources disagree')),
          ],
        ],
      ],
      ['What was unclear', [subject.unclear.map((unclear) => answerOf(unclear, asked))]],
      ['## The setup', [[header, ...rows, ...settingsRow(asked), ours('what its labels mean', LEGEND)]]],
      ['Further items', [[optional(header), ...rows.map((row) => ({ ...row }))]]],
      [
        '## To verify a reproduction',
        [
          [
            ...checks.map((one) => told(one)),
            ...statedIn(entry, 'checks', true, (text) => `${text} *(proposed)*`),
            ...code('the command that checks a reproduction', [
              `narrate reconstruct ${short} --check NEWRUN`,
            ]),
          ],
        ],
      ],
      [
        '## To run it again',
        [
          [
            ...(script.open.length === 0
              ? []
              : [
                  ours(
                    'that its script is to be filled in',
                    'What is not known stands as FILL_IN at its head: it does nothing until that is filled in.',
                  ),
                ]),
            ...code('the script', script.lines),
          ],
        ],
      ],
      [
        'What to log next time',
        [
          [
            ...advice.map(({ words }) => ours('what to log', words)),
            ...statedIn(entry, 'documentation', true),
            ...(advice.length === 0
              ? []
              : code(
                  'how to log it',
                  advice.flatMap((one) => one.code),
                )),
          ],
        ],
      ],
      ['For the run’s description in the tracker', [code('the description', descriptionOf(asked))]],
      [
        'Code beside the neighbouring runs',
        [beside.filter((one) => !nearest.includes(one)).map((one) => told(one))],
      ],
      ['What was read for it', [[...sourcesOf(subject), ...otherLogsOf(asked)]]],
    ]),
    folds: new Map([['How this document was made and checked', isProvenance]]),
    mayLeaveOut: (owner) => isUntold(owner, asked, nearest),
  }
}

/** Kinds of findings that a reader of a setup must know of, whatever other kinds of documents tell. */
const TOLD: readonly Finding['kind'][] = [
  ...(['setup', 'setup-check', 'failure', 'repeat', 'protocol', 'discrepancy', 'curve'] as const),
]

/** Settings and state stand among the items; a neighbour that a statement tells already is not told again. */
function isUntold(owner: string, { evidence, entry }: Asked, nearest: readonly Finding[]): boolean {
  if (/^(?:settings?|commit|changes|data) /.test(owner)) return true
  const finding = evidence.findings.find(({ address }) => owner === `finding ${address}`)
  if (finding === undefined) return false
  return (
    !TOLD.includes(finding.kind) ||
    (nearest.includes(finding) && entry.frozen.statements.some(({ path }) => path.startsWith('setup[')))
  )
}

function titleOf({ entry, items, setup }: Asked): Expected {
  const drafted = entry.parts.titles.map(({ text }) => `# ${text}`)
  const open = setup.items.filter(({ isNeeded, label }) => isNeeded && label === 'UNKNOWN').slice(0, 3)
  const lacking = open.flatMap(({ name }) => items.find((item) => item.name === name)?.item ?? [])
  const what = lacking.length === 0 ? 'nothing that it needs is unknown' : `${lacking.join(', ')} unknown`
  return ours(
    'its title',
    ...(drafted.length > 0 ? drafted : [`# How ${mark(setup.target.address)} was run: ${what}`]),
  )
}

function spanAndSummary(summary: Finding | undefined): Expected {
  const line = summary === undefined ? ours('how much of it is known') : told(summary)
  return {
    ...line,
    forms: (summary === undefined ? [''] : line.forms).map((text) => `${mark('span')} · ${text}`.trim()),
    what: 'how much of it is known',
  }
}

/** An item of the setup as its finding tells it. All but its name is in the form in which lines are compared. */
interface Item {
  readonly finding: Finding
  readonly name: string
  readonly item: string
  /** The value that it is known by; null where nothing tells it. */
  readonly value: string | null
  readonly label: string
}

function itemOf(finding: Finding): readonly Item[] {
  const { address, sentence, texts } = finding
  const [item, label] = [texts.item?.text, texts.label?.text]
  if (item === undefined || label === undefined) return []
  const lead = mark(`${address}.item`)
  const whole = templateOf(sentence) ?? ''
  const value = new RegExp(`^: (${MARK}) \\(`).exec(whole.slice(lead.length))?.[1] ?? null
  return [{ finding, name: item, item: lead, value, label }]
}

function rowFor({ finding, item, label, value }: Item): Expected {
  const { address, texts, warns } = finding
  const [candidates, how, where] = ['candidates', 'how', 'where'].map((name) => mark(`${address}.${name}`))
  const known =
    value ?? (texts.candidates === undefined ? 'not recorded' : `not recorded; runs like it: ${candidates}`)
  return {
    ...ours(
      'an item of the setup',
      rowOf(
        item,
        warns ? `${known} (contested)` : known,
        `**${label}**`,
        value === null ? '–' : `${where}${texts.how === undefined ? '' : `; ${how}`}`,
      ),
    ),
    owners: [`finding ${address}`],
  }
}

const MOST_SETTINGS = 24

/** Settings that were logged and that nobody contests, in one row. */
function settingsRow({ items, setup }: Asked): Stretch {
  const plain = setup.items.filter(
    ({ id, label, group, against }) =>
      id.startsWith('param:') &&
      !isBookkeeping(id.slice(6)) &&
      label === 'LOGGED' &&
      group === 'Hyperparameters' &&
      against.length === 0,
  )
  const pairs = plain.flatMap(({ name }) => {
    const known = items.find((item) => item.name === name && item.label === 'LOGGED')
    return known?.value == null ? [] : [`${known.item} ${known.value}`]
  })
  if (pairs.length === 0) return []
  const more = pairs.length > MOST_SETTINGS ? ', … (further ones are folded)' : ''
  return [
    ours(
      'the settings that were logged',
      rowOf('settings', `${pairs.slice(0, MOST_SETTINGS).join(', ')}${more}`, '**LOGGED**', 'its parameters'),
    ),
  ]
}

const LEGEND =
  'LOGGED: its own record · REPORTED: a person wrote it · GIT: code at its commit · SIBLING: other runs agree · INFERRED: it follows from something else · UNKNOWN: nothing tells.'

const MOST_CONFLICTS = 5

function questionOf(
  { item: { name, candidates }, asks, whom }: SetupQuestion,
  { items, setup }: Asked,
): Expected {
  const item = items.find((one) => one.name === name)
  const hint =
    candidates.length === 0 ? '' : ` Runs like it had ${mark(`${item?.finding.address}.candidates`)}.`
  const person =
    whom === null
      ? 'nobody is named in the log'
      : whom.kind === 'user'
        ? `ask ${mark(`${setup.target.address}.user`)}, who ran it`
        : `ask ${own('setup.person', whom.name)}, ${own('setup.person', whom.about)}`
  return ours('what is to be asked', `**${item?.item}**: ${asks}${hint} (${person})`)
}

function answerOf(unclear: string, { draft, entry }: Asked): Expected {
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase()
  const index = draft?.answers.findIndex((one) => plain(one.unclear) === plain(unclear)) ?? -1
  const lead = `“${own('setup.unclear', unclear)}”:`
  const [answer] = stated(entry, `answers[${index}]`, true, (text) => `${lead} ${text}`)
  const none = ours('what was unclear', `${lead} not recorded.`)
  return answer === undefined
    ? none
    : answer.what === null
      ? { ...answer, forms: [...answer.forms, ...none.forms], what: none.what }
      : answer
}

/** A block of code: its lines between two fences. */
function code(what: string, lines: readonly string[]): Stretch {
  const fence: Expected = { ...ours(what), isForm: (text) => /^`{3,}\w*$/.test(text) }
  return [
    fence,
    ...lines.filter((line) => line !== '').map((line) => ours(`a line of ${what}`, own('script', line))),
    { ...fence },
  ]
}

function descriptionOf({ evidence, setup }: Asked): readonly string[] {
  const { items, target } = setup
  const open = items.filter(({ isNeeded, label }) => isNeeded && label === 'UNKNOWN').map(({ name }) => name)
  const line = (text: string): string => cutText(text.replace(/\s+/g, ' '), 160)
  return [
    `Setup of ${line(target.run.name)} (${shortId(target.run.id)}), as reconstructed by narrate`,
    ...items
      .filter(({ clue, group }) => clue !== null && group !== 'Who and when')
      .map(({ name, clue, label }) => line(`${name}: ${clue?.value ?? ''} [${label}]`)),
    ...(open.length === 0 ? [] : [line(`not recorded: ${open.join(', ')}`)]),
    ...(evidence.lead === null ? [] : [line(`decided by: ${evidence.lead.metric}`)]),
  ]
}

/** Earlier versions did not say in which logs a run stands. */
function otherLogsOf({ evidence }: Asked): Stretch {
  return otherLogs(evidence.runs, plain).map((line) => optional(ours('the other logs of the run', line)))
}

function sourcesOf({ looked, commit, answers }: SetupSubject): Stretch {
  const source = (text: string): string => own('setup.source', text)
  const what = 'what was read for it'
  return [
    ...(commit === null
      ? []
      : [
          ours(
            what,
            `Commit ${source(`${commit.id.slice(0, 12)} "${commit.subject}"`)}, by ${source(commit.author)}${commit.isAssumed ? ': assumed, since the log names none' : ''}.`,
          ),
        ]),
    ...answers.map(({ item, value, by, at }) =>
      ours(
        what,
        `Answered: ${source(`${item} = ${value}`)}, by ${source(by)} on ${source(new Date(at).toISOString().slice(0, 10))}.`,
      ),
    ),
    looked.length === 0
      ? ours(what, 'No file of the run and no code could be read.')
      : ours(what, `Read: ${looked.slice(0, 30).map(source).join(', ')}.`),
  ]
}

/** Whether a finding names this run and no other. */
function isOfRunAlone({ sentence }: Finding, address: string): boolean {
  const named = sentence.match(/\br\d+\b/g) ?? []
  return named.length > 0 && named.every((one) => one === address)
}
