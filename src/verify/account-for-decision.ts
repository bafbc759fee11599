import type { PeopleField } from '../documents/decision/decision-subject.ts'
import type { Account } from './account.ts'
import { isProvenance } from './account-for-folds.ts'
import {
  type Deciding,
  decidingOf,
  findingsOf,
  labelled,
  NOT_RECORDED,
  nameOf,
  people,
  peopleLines,
  peopleSaid,
  said,
} from './deciding.ts'
import {
  costLines,
  dataLines,
  environmentLines,
  frontDiagram,
  profileDiagram,
  singleRuns,
} from './decision-background.ts'
import { headOf, riskFindings, tableOfFields, titleOf } from './decision-head.ts'
import { driversOf, givenUp, optionsOf, outcomeOf, prosOf, resultsOf } from './decision-options.ts'
import type { FrozenRecord } from './frozen-record.ts'
import type { LogAccount } from './log-account.ts'
import { accountByOutline, type Outline, ours, type Stretch, told } from './outline.ts'
import { plain, type SourceLine } from './source-lines.ts'

/** The lines of a decision against what its record says, as `accountForLog` holds those of a log entry. */
export function accountForDecision(frozen: FrozenRecord, lines: readonly SourceLine[]): Account {
  return accountByOutline(frozen, lines, outlineOf)
}

function outlineOf(entry: LogAccount): Outline {
  const deciding = decidingOf(entry)
  const { evidence, table } = deciding
  const { goal } = evidence.project
  const elsewhere = new Set(
    findingsOf(deciding, 'criterion', 'score', 'margin', 'chosen', 'flip').map(
      ({ address }) => `finding ${address}`,
    ),
  )
  return {
    places: new Map<string, readonly Stretch[]>([
      ['', [[titleOf(deciding), ...headOf(deciding)]]],
      [
        '## Context and Problem Statement',
        [
          orNothing([
            ...(goal === null ? [] : [ours('the goal', `Goal of the project: ${plain(goal)}`)]),
            ...peopleLines(deciding, 'context'),
            ...said(deciding, 'context'),
          ]),
        ],
      ],
      ['## Decision Drivers', [driversOf(deciding)]],
      ['## Considered Options', [optionsOf(deciding)]],
      ['## Decision Outcome', [[...outcomeOf(deciding), ...resultsOf(deciding)]]],
      ['The finalists over the criteria', [profileDiagram(deciding)]],
      [
        '### Consequences',
        [
          orNothing([
            ...said(deciding, 'consequences'),
            ...peopleLines(deciding, 'consequences'),
            ...givenUp(deciding),
          ]),
        ],
      ],
      [
        '### Confirmation',
        [orNothing([...said(deciding, 'confirmation'), ...peopleLines(deciding, 'confirmation')])],
      ],
      ['## Pros and Cons of the Options', []],
      ['For and against each finalist', []],
      ...table.finalists.map(
        (_, place) => [`### ${nameOf(deciding, place)}`, [prosOf(deciding, place)]] as const,
      ),
      ['## More Information', []],
      // Which parts stand open and which are folded depends on the audience.
      ...partsOf(deciding).flatMap(([heading, lines]) => {
        const stretches = [lines.length === 0 ? orNothing([]) : lines]
        return [
          [heading, stretches],
          [`### ${heading}`, stretches],
        ] as const
      }),
    ]),
    folds: new Map([
      ['Other runs of the project', () => false],
      ['How this record was made and checked', isProvenance],
    ]),
    // Tables tell scales and scores; the head, and the parts that must hold them, the rest.
    mayLeaveOut: (owner) => elsewhere.has(owner),
  }
}

function orNothing(lines: Stretch): Stretch {
  return lines.length === 0 ? [ours(`the line “${NOT_RECORDED}”`, 'Not recorded.')] : lines
}

/** What stands under “More Information”, by its headings. */
function partsOf(deciding: Deciding): readonly (readonly [heading: string, lines: Stretch])[] {
  const { isAgainst } = deciding
  const findings = (...kinds: Parameters<typeof findingsOf>[1][]): Stretch =>
    findingsOf(deciding, ...kinds).map((one) => told(one, `what narrate computed (${one.address})`))
  const persons = (field: PeopleField): Stretch => peopleLines(deciding, field)
  const [firstMargin, metricMargin] = findings('margin')
  return [
    ['Sensitivity', [...findings('flip'), ...findings('chosen').slice(1)]],
    [
      'Uncertainty',
      [
        ...(isAgainst && firstMargin !== undefined ? [firstMargin] : []),
        ...(metricMargin === undefined ? [] : [metricMargin]),
        ...singleRuns(deciding),
        ...findings('replicates', 'cross-validation'),
      ],
    ],
    [
      'Trade-offs',
      [
        ...said(deciding, 'tradeoffs'),
        ...persons('tradeoffs'),
        ...findings('front'),
        ...frontDiagram(deciding),
      ],
    ],
    ['Candidates that are no finalists', [...findings('candidates'), ...findings('disappeared')]],
    [
      'Comparability and data',
      [
        ...findings('comparability'),
        ...findings('selection', 'protocol'),
        ...dataLines(deciding),
        ...persons('data'),
      ],
    ],
    ['Results by group', persons('groups')],
    ['Cost and speed', costLines(deciding)],
    ['Code and environment', [...environmentLines(deciding), ...persons('environment')]],
    [
      'Purpose and use',
      [
        ...labelled(deciding, 'Purpose', 'purpose'),
        ...labelled(deciding, 'Users', 'users'),
        ...labelled(deciding, 'Out of scope', 'out_of_scope'),
      ],
    ],
    [
      'Risks and limitations',
      [
        ...riskFindings(deciding).map((one) => told(one, 'what warns of a risk')),
        ...said(deciding, 'risks'),
        ...persons('risks'),
        ...said(deciding, 'assumptions'),
        ...labelled(deciding, 'Assumption', 'assumptions'),
        ...labelled(deciding, 'Limitation', 'limitations'),
        ...labelled(deciding, 'Human oversight', 'oversight'),
      ],
    ],
    [
      'Challenge',
      [
        ...said(deciding, 'dissent'),
        ...labelled(deciding, 'Dissent', 'dissent'),
        ...labelled(deciding, 'Independent check', 'independent_check'),
        ...said(deciding, 'questions'),
      ],
    ],
    ['When to decide again', [...said(deciding, 'revisit'), ...persons('revisit')]],
    ['The record, field by field', tableOfFields(deciding)],
    ['Sign-off', signOff(deciding)],
  ]
}

function signOff(deciding: Deciding): Stretch {
  const line = (label: string, field: PeopleField): string => {
    const names = people(deciding, field)
    return `${label}: ${names.length === 0 ? `${NOT_RECORDED}.` : names.join(', ')}`
  }
  return [
    line('Decides', 'deciders'),
    line('Approves', 'approvers'),
    line('Consulted', 'consulted'),
    line('Informed', 'informed'),
    `Retention: ${peopleSaid(deciding, 'retention')[0] ?? `${NOT_RECORDED}.`}`,
    '`narrate accept` puts a name and a date under this very text, as a record of its own.',
  ].map((text) => ours('a line of the sign-off', text))
}
