import {
  criterionAddress,
  type DecisionSubject,
  optionAddress,
} from '../documents/decision/decision-subject.ts'
import type { PromptLevel } from '../documents/document-kind.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { logPromptContexts, plainLine } from './log-prompt.ts'

/** An earlier document is shown by its first sentences. */
const MOST_PASSAGES = 12

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
        `${optionAddress(place)} ${plainLine(name)}: ${evidence.runs
          .filter(({ run }) => runs.includes(run.key))
          .map(({ address }) => address)
          .join(' ')}`,
    ),
    criteria: subject.criteria.map(
      ({ name, measure, direction, weight, threshold, why }, place) =>
        `${criterionAddress(place)} ${plainLine(name)}${measure === null || measure === name ? '' : `, measured by ${plainLine(measure)}`}${direction === null ? '' : `, ${direction} is better`}, weight ${weight}${threshold === null ? '' : `, must be ${threshold}`}${why === null ? '' : `; why: <<<${plainLine(why)}>>>`}`,
    ),
    selected:
      subject.selected === null
        ? null
        : `${optionAddress(subject.selected.finalist)}${subject.selected.because === '' ? '' : `, because <<<${plainLine(subject.selected.because)}>>>`}`,
    people: Object.entries(subject.people).flatMap(([field, texts]) =>
      texts.map(
        (text, index) =>
          `decision.${field}${index + 1} (${field.replace('_', ' ')}) <<<${plainLine(text)}>>>`,
      ),
    ),
    documents: evidence.documents.map(
      ({ address, date, kind, passages, title }) =>
        `${address} ${kind} of ${date}, ${plainLine(title)}: ${passages
          .slice(0, MOST_PASSAGES)
          .map((one) => `<<<${plainLine(one)}>>>`)
          .join(' ')}`,
    ),
  }
  for (const { context, leftOut } of logPromptContexts(evidence))
    yield { context: { ...context, ...own }, leftOut }
}
