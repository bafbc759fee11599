import type { Evidence } from '../../evidence/evidence.ts'
import { isResource } from '../../evidence/is-resource.ts'
import { joined } from '../../evidence/listed-runs.ts'
import type { DecisionSection } from './decision-draft.ts'
import type { DecisionSubject, PeopleField } from './decision-subject.ts'
import type { DecisionTable } from './score-finalists.ts'

const NOT_RECORDED = 'not recorded'

const MOST_LISTED = 5

/** The first few fields that are not recorded; the rest, and what is recorded in part, stands in the record. */
export function listedFields(labels: readonly string[], fields: readonly RecordField[]): string {
  const isPartly = fields.some(({ text }) => text.startsWith('in part'))
  const shown = labels.slice(0, MOST_LISTED).map((label) => label.toLowerCase())
  const more = [
    ...(labels.length > MOST_LISTED ? ['more'] : []),
    ...(isPartly ? [labels.length === 0 ? 'some fields in part' : 'others in part'] : []),
  ]
  if (shown.length + more.length === 0) return 'nothing of the record'
  return more.length === 0
    ? shown.join('; ')
    : `${shown.length === 0 ? '' : `${shown.join('; ')}; `}${joined(more)}, listed in the record below`
}

/** A field of the record, and where in the document it stands, "in part: …", or "not recorded". */
export interface RecordField {
  readonly label: string
  readonly text: string
}

/** The fields that a record of a model selection should hold, each with where it stands here, or "not recorded". */
export function recordFields(
  evidence: Evidence,
  subject: DecisionSubject,
  table: DecisionTable,
  hasSaid: (section: DecisionSection) => boolean,
): readonly RecordField[] {
  const has = (...fields: readonly PeopleField[]): boolean =>
    fields.some((field) => (subject.people[field] ?? []).length > 0)
  const runs = table.finalists.flatMap((one) => one.runs)
  const all = <T>(list: readonly T[], test: (one: T) => boolean, whole: string, some: string): string =>
    list.length > 0 && list.every(test) ? whole : list.some(test) ? some : NOT_RECORDED
  /** Whole where people filled every field; what a model wrote of it is a part. */
  const partly = (
    fields: readonly PeopleField[],
    place: string,
    sections: readonly DecisionSection[] = [],
  ): string => {
    if (fields.every((field) => has(field))) return place
    return has(...fields) || sections.some(hasSaid) ? `in part: ${place}` : NOT_RECORDED
  }
  const nonFunctional =
    table.criteria.some(({ measure }) => measure.kind !== 'metric' || isResource(measure.name)) ||
    evidence.findings.some(({ kind }) => kind === 'cost')
  const row = (label: string, text: string): RecordField => ({ label, text })
  return [
    row('Id, title, status, date', 'front matter and head; status proposed until `narrate accept`'),
    row('Decision-makers, consulted, informed', partly(['deciders', 'consulted', 'informed'], 'Sign-off')),
    row('Purpose, users, out-of-scope use', partly(['purpose', 'users', 'out_of_scope'], 'Purpose and use')),
    row(
      'Context and problem',
      has('context') || hasSaid('context') || evidence.project.goal !== null
        ? 'Context and Problem Statement'
        : NOT_RECORDED,
    ),
    row(
      'Criteria, weights, thresholds, when fixed',
      subject.fixed.asserted === null && subject.fixed.history?.since === undefined
        ? 'in part: Decision Drivers; when they were fixed is not recorded'
        : 'Decision Drivers',
    ),
    row('Candidates considered and rejected', 'Considered Options; Candidates that are no finalists'),
    row('Search effort, failed runs counted', 'Candidates that are no finalists'),
    row(
      'Data: identity, version, splits, exclusions',
      all(
        runs,
        ({ run }) => run.dataSets.length > 0,
        has('data') ? 'Comparability and data' : 'in part: digests in Comparability and data',
        has('data') ? 'in part: Comparability and data' : 'in part: digests of some finalists',
      ),
    ),
    row(
      'Metrics: definition, direction, aggregation',
      all(
        table.criteria,
        ({ direction }) => direction !== null,
        'Decision Drivers; no definition beyond the name is logged',
        'in part: Decision Drivers',
      ),
    ),
    row('Results of the finalists, by run', 'the table of results; All runs'),
    row(
      'Uncertainty',
      all(
        table.finalists,
        ({ runs: own }) => own.length > 1,
        'Uncertainty',
        'in part: some finalists are single runs',
      ),
    ),
    row('Results by group', has('groups') ? 'Results by group' : NOT_RECORDED),
    row(
      'Latency, cost, size, energy',
      nonFunctional ? 'in part: Cost and speed; Decision Drivers' : NOT_RECORDED,
    ),
    row('Comparability', 'Comparability and data'),
    row('Outcome, score, sensitivity', 'Decision Outcome; Sensitivity'),
    row(
      'Trade-offs accepted',
      has('tradeoffs')
        ? 'Trade-offs'
        : hasSaid('tradeoffs')
          ? 'in part: Trade-offs, accepted by nobody yet'
          : NOT_RECORDED,
    ),
    row(
      'Assumptions, limitations',
      partly(['assumptions', 'limitations'], 'Risks and limitations', ['assumptions']),
    ),
    row('Risks, ethics, human oversight', partly(['risks', 'oversight'], 'Risks and limitations', ['risks'])),
    row(
      'Challenge and independent check',
      partly(['dissent', 'independent_check'], 'Challenge', ['dissent']),
    ),
    row(
      'Confirmation, trigger to revisit',
      partly(['confirmation', 'revisit'], 'Confirmation; When to decide again', ['confirmation', 'revisit']),
    ),
    row(
      'Code and environment',
      all(
        runs,
        ({ run }) => run.code.commit !== null,
        'Code and environment',
        'in part: Code and environment',
      ),
    ),
    row('Evidence cited', 'All runs; the evidence frozen beside this file'),
    row('What is missing', 'this table'),
    row('Use of AI', 'How this record was made and checked'),
    row('Sign-off, retention', has('approvers') ? 'in part: Sign-off; no signature yet' : NOT_RECORDED),
  ]
}
