import type { DecisionSection } from '../documents/decision/decision-draft.ts'
import { optionAddress } from '../documents/decision/decision-subject.ts'
import { listedFields, recordFields } from '../documents/decision/record-fields.ts'
import type { Finding } from '../evidence/evidence.ts'
import { type Deciding, findingsOf, NOT_RECORDED, nameOf, people, peopleSaid, said } from './deciding.ts'
import { type Expected, ours, type Stretch, tableOf } from './outline.ts'
import { mark, plain, templateOf } from './source-lines.ts'

export function titleOf({ chosen, evidence, subject, table }: Deciding): Expected {
  const project = plain(evidence.project.name)
  const other = table.ranking.find((place) => place !== chosen)
  const over = other === undefined ? '' : ` over ${mark(optionAddress(other))}`
  return ours(
    'its title',
    `# ${
      subject.title !== null
        ? mark('decision.title')
        : chosen === null
          ? `${project}: no finalist can be recommended`
          : `${project}: ${mark(optionAddress(chosen))}${over}${subject.selected === null ? ', proposed' : ''}`
    }`,
  )
}

/** The lines at its head, each of which is there whatever is recorded. */
export function headOf(deciding: Deciding): Stretch {
  const { chosen, isAgainst } = deciding
  const tell = (finding: Finding | undefined): string | undefined =>
    finding === undefined ? undefined : (templateOf(finding.sentence) ?? '')
  const [choice] = findingsOf(deciding, 'chosen')
  const turned = findingsOf(deciding, 'chosen').at(-1)
  const [margin] = findingsOf(deciding, 'margin')
  const [flip] = findingsOf(deciding, 'flip')
  const risks = riskFindings(deciding).map((finding) => tell(finding) ?? '')
  const ownRisks = [
    ...said(deciding, 'risks').flatMap(({ forms }) => forms),
    ...peopleSaid(deciding, 'risks'),
  ]
  const approvers = people(deciding, 'approvers')
  const sign = approvers.length > 0 ? approvers : people(deciding, 'deciders')
  const line = (label: string, ...texts: readonly string[]): Expected =>
    ours(`the line “${label}” of its head`, ...texts.map((text) => `**${label}:** ${text}`.trim()))
  return [
    line(
      'Winner',
      chosen === null
        ? 'none: no finalist may win and has every value that weighs'
        : `${nameOf(deciding, chosen)}, ${standing(deciding)}`,
    ),
    line('Runner-up', runnerUp(deciding)),
    line('Margin', isAgainst ? (tell(choice) ?? '') : (tell(margin) ?? NOT_RECORDED)),
    line('Flip point', tell(isAgainst ? turned : flip) ?? 'none: nothing is ranked against the winner'),
    line(
      'Biggest risk',
      ...(risks.length > 0 ? risks.slice(0, 1) : ownRisks.length > 0 ? ownRisks : [NOT_RECORDED]),
    ),
    line(
      'Not recorded',
      ...fieldsOf(deciding).map((fields) =>
        plain(
          listedFields(
            fields.filter(({ text }) => text === NOT_RECORDED).map(({ label }) => label),
            fields,
          ),
        ),
      ),
    ),
    line('Must sign', sign.length === 0 ? `${NOT_RECORDED}: name approvers` : sign.join(', ')),
    line('Standing', `proposed ${mark('decision.date')}${ranFrom(deciding)}; \`narrate accept\` signs it`),
  ]
}

function standing({ chosen, subject, table }: Deciding): string {
  if (subject.selected === null) return 'by score; proposed, nobody has chosen it yet'
  return table.winner === chosen ? 'chosen; it has the highest score' : 'chosen, and not by its score'
}

function runnerUp(deciding: Deciding): string {
  const { chosen, table } = deciding
  const second = table.ranking.find((place) => place !== chosen)
  return second === undefined
    ? 'none: no other finalist may win and has every value that weighs'
    : `${nameOf(deciding, second)}${second === table.winner ? ', which has the highest score' : ''}`
}

function ranFrom({ evidence }: Deciding): string {
  const first = evidence.runs.find(({ run }) => run.startedAt !== null)
  const last = evidence.runs
    .filter(({ run }) => run.endedAt !== null)
    .toSorted((a, b) => (a.run.endedAt ?? 0) - (b.run.endedAt ?? 0))
    .at(-1)
  return first === undefined || last === undefined
    ? ''
    : `; the finalists ran from ${mark(`${first.address}.started`)} to ${mark(`${last.address}.ended`)}`
}

/** What a reader is misled by who has not seen it, the most consequential first. */
const RISKY: readonly Finding['kind'][] = [
  ...(['comparability', 'chosen', 'margin', 'selection', 'candidates', 'criterion'] as const),
]

/** Findings that warn, but for those that the head tells as the margin. */
export function riskFindings({ evidence }: Deciding): readonly Finding[] {
  const inHead = (['chosen', 'margin'] as const).map((kind) =>
    evidence.findings.find((one) => one.kind === kind),
  )
  return RISKY.flatMap((wanted) =>
    evidence.findings.filter((one) => one.warns && one.kind === wanted && !inHead.includes(one)),
  )
}

/** The fields of the record. Whether a statement that nothing bears out was printed, the record does not tell. */
export function fieldsOf({ entry, evidence, subject, table }: Deciding) {
  const { parts, frozen } = entry
  const isHeld = (section: DecisionSection): boolean =>
    frozen.statements.some(({ path, verdict }) => path.startsWith(`${section}[`) && verdict === 'supported')
  return [(section: DecisionSection) => parts.statements(section).length > 0, isHeld].map((hasSaid) =>
    recordFields(evidence, subject, table, hasSaid),
  )
}

export function tableOfFields(deciding: Deciding): Stretch {
  const [fields = [], held = []] = fieldsOf(deciding)
  const [heading, ...rows] = tableOf(
    'the record, field by field',
    ['field', 'recorded'],
    fields.map(({ label, text }) => [plain(label), plain(text)]),
  )
  return [
    ...(heading === undefined ? [] : [heading]),
    ...rows.map((row, at) => ({
      ...row,
      forms: [...row.forms, `| ${plain(held[at]?.label ?? '')} | ${plain(held[at]?.text ?? '')} |`],
    })),
  ]
}
