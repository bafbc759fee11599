import type { JsonObject } from '../json.ts'
import { plainSentence } from '../render/plain-sentence.ts'
import type { FoundPassage } from '../search/rank-passages.ts'
import { headlineOfRun } from '../search/top-asked.ts'
import type { AnswerMatter } from './gather-answer.ts'
import { isRecorded } from './render-answer.ts'
import { gapToJson, isoTime, numberToJson } from './runs-json.ts'

/** What was found, as the `--json` of `narrate ask` tells it beside the answer of a model. */
export function answerToJson(matter: AnswerMatter): JsonObject {
  const { question, passages, runs, printed, findings, evidence, unheard, searched, gaps, users } = matter
  return {
    question,
    facts: [...matter.facts],
    recorded: isRecorded(matter),
    unheard: [...unheard],
    passages: passages.map((one) => ({ ...passageToJson(one), against: [...one.against] })),
    runs: runs.found.map(({ run, score, why }) => ({
      key: run.key,
      id: run.id,
      name: run.name,
      experiment: run.experiment.name,
      user: run.user,
      status: run.status,
      deleted: run.deleted,
      startedAt: isoTime(run.startedAt),
      score: rounded(score),
      why: [...why],
      // What was asked after: the metrics that the question names.
      metrics: Object.fromEntries(
        runs.metrics.flatMap((name) => {
          const value = headlineOfRun(run, name, evidence.metrics)
          return value === null ? [] : [[name, numberToJson(value)]]
        }),
      ),
    })),
    users: users.map((one) => ({ ...one })),
    holding: runs.holding.map((one) => ({ ...one })),
    printed: printed.map(({ id, of, date, place, printed: text, exact, name, run }) => ({
      document: id,
      kind: of,
      date,
      path: place,
      printed: text,
      exact,
      name,
      run,
    })),
    findings: findings.map(({ kind, sentence }) => ({
      kind,
      text: plainSentence(sentence, evidence, 'names'),
    })),
    searched: { ...searched },
    gaps: gaps.map(gapToJson),
  }
}

/** A passage with the place where it stands. */
export function passageToJson({ passage, score }: FoundPassage): JsonObject {
  const { kind, id, of, title, place, line, date, text } = passage
  return { kind, id, document: of, title, path: place, line, date, text, score: rounded(score) }
}

function rounded(score: number): number {
  return Math.round(score * 1000) / 1000
}
