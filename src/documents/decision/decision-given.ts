import type { Given, GivenValue } from '../../evidence/evidence.ts'
import { parseThreshold } from './criteria.ts'
import {
  criterionAddress,
  type DecisionSubject,
  optionAddress,
  PEOPLE_FIELDS,
  type PeopleField,
  type SubjectCriterion,
} from './decision-subject.ts'

/**
 * What a decision was given, as values that may be cited: `c1.weight`, `c1.o2` (the figure given for a finalist), `o1` (a
 * finalist's name), `decision.because`, `decision.risks1`.
 */
export function decisionGiven(subject: DecisionSubject): readonly Given[] {
  return [
    ...subject.criteria.map(givenCriterion),
    ...subject.finalists.map(({ name }, index) => ({
      address: optionAddress(index),
      name,
      value: text(name),
      fields: new Map<string, GivenValue>(),
      from: '--finalists',
    })),
    {
      address: 'decision',
      name: 'the decision',
      value: null,
      fields: new Map<string, GivenValue>([
        ['date', text(subject.date)],
        ...(subject.title === null ? [] : [['title', text(subject.title)] as const]),
        ...(subject.selected === null || subject.selected.because === ''
          ? []
          : [['because', text(subject.selected.because)] as const]),
        ...(subject.fixed.asserted === null ? [] : [['fixed', text(subject.fixed.asserted)] as const]),
        ...PEOPLE_FIELDS.flatMap((field) =>
          (subject.people[field] ?? []).map((said, index) => [fieldName(field, index), text(said)] as const),
        ),
      ]),
      from: subject.fixed.file ?? 'the command line',
    },
  ]
}

/** How a text that a person gave is addressed behind `decision.`: `risks1`. */
export function fieldName(field: PeopleField, index: number): string {
  return `${field}${index + 1}`
}

function givenCriterion(criterion: SubjectCriterion, index: number): Given {
  const { name, weight, threshold, worst, best, why, unit, from } = criterion
  return {
    address: criterionAddress(index),
    name,
    value: text(name),
    fields: new Map<string, GivenValue>([
      ['weight', number(weight, null)],
      ...(threshold === null ? [] : [['threshold', text(boundInWords(threshold))] as const]),
      ...(worst === null ? [] : [['worst', number(worst, unit)] as const]),
      ...(best === null ? [] : [['best', number(best, unit)] as const]),
      ...(why === null ? [] : [['why', text(why)] as const]),
      ...(criterion.values ?? []).flatMap((value, place) =>
        value === null ? [] : [[optionAddress(place), number(value, unit)] as const],
      ),
    ]),
    from,
  }
}

const WORDS = { '<=': 'at most', '>=': 'at least', '<': 'below', '>': 'above' } as const

/** `<= 0.3` as it reads in a sentence: "at most 0.3". */
function boundInWords(threshold: string): string {
  const { operator } = parseThreshold(threshold)
  return `${WORDS[operator]} ${threshold.replace(/[<>=\s]/g, '')}`
}

function text(said: string): GivenValue {
  return { value: { kind: 'text', text: said }, unit: null }
}

function number(value: number, unit: string | null): GivenValue {
  return { value: { kind: 'number', value, text: String(value) }, unit }
}
