import {
  criterionAddress,
  type DecisionSubject,
  optionAddress,
} from '../documents/decision/decision-subject.ts'
import type { PromptLevel } from '../documents/document-kind.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { evidenceContexts, line } from './evidence-contexts.ts'

/**
 * The contexts of a decision's prompt from most to least detail: the evidence as a log entry shows it, and beside it
 * finalists, criteria, and what people said of the decision.
 */
export function* decisionPromptContexts(
  evidence: Evidence,
  subject: DecisionSubject,
): Generator<PromptLevel> {
  const own = {
    options: subject.finalists.map(
      ({ name, runs }, place) =>
        `${optionAddress(place)} ${line(name)}: ${evidence.runs
          .filter(({ run }) => runs.includes(run.key))
          .map(({ address }) => address)
          .join(' ')}`,
    ),
    criteria: subject.criteria.map(
      ({ name, measure, direction, weight, threshold, why }, place) =>
        `${criterionAddress(place)} ${line(name)}${measure === null || measure === name ? '' : `, measured by ${line(measure)}`}${direction === null ? '' : `, ${direction} is better`}, weight ${weight}${threshold === null ? '' : `, must be ${threshold}`}${why === null ? '' : `; why: <<<${line(why)}>>>`}`,
    ),
    selected:
      subject.selected === null
        ? null
        : `${optionAddress(subject.selected.finalist)}${subject.selected.because === '' ? '' : `, because <<<${line(subject.selected.because)}>>>`}`,
    people: Object.entries(subject.people).flatMap(([field, texts]) =>
      texts.map(
        (text, index) => `decision.${field}${index + 1} (${field.replace('_', ' ')}) <<<${line(text)}>>>`,
      ),
    ),
  }
  const measured = subject.criteria.map(({ measure, name }) => measure ?? name)
  for (const { context, leftOut } of evidenceContexts(evidence, Number.POSITIVE_INFINITY, measured))
    yield { context: { ...context, ...own }, leftOut }
}
