import type { EvidenceWithoutFindings, FindingText, NewFinding } from '../../evidence/evidence.ts'
import type { DecisionSubject } from './decision-subject.ts'

/**
 * Whether the criteria stood before the results: proven where git shows a commit, older than the start of every finalist, since
 * which they have not changed; else asserted by the file, or not recorded. A commit's time is the committer's word, which
 * the sentence does not hide.
 */
export function criteriaFixed(
  evidence: EvidenceWithoutFindings,
  { fixed }: DecisionSubject,
): readonly NewFinding[] {
  const started = evidence.runs.filter(({ run }) => run.startedAt !== null)
  const first = started.toSorted((a, b) => (a.run.startedAt ?? 0) - (b.run.startedAt ?? 0))[0]
  const last = evidence.runs
    .filter(({ run }) => run.endedAt !== null)
    .toSorted((a, b) => (b.run.endedAt ?? 0) - (a.run.endedAt ?? 0))[0]
  const { asserted, history } = fixed
  const since = history?.since ?? null
  const texts: Record<string, FindingText> = {
    ...(asserted === null ? {} : { asserted: { text: asserted, from: fixed.file ?? 'the command line' } }),
    ...(since === null
      ? {}
      : {
          commit: { text: since.commit.slice(0, 8), from: 'git' },
          at: { text: since.at, from: 'git, the later time of author and committer' },
        }),
  }
  const says = asserted === null ? '' : ' The file asserts [[this.asserted]].'
  const tell = (sentence: string, warns: boolean): readonly NewFinding[] => {
    const used = Object.fromEntries(
      Object.entries(texts).filter(([name]) => sentence.includes(`[[this.${name}]]`)),
    )
    return [
      { kind: 'criterion', warns, sentence, rests: first === undefined ? [] : [first.address], texts: used },
    ]
  }
  if (since === null) {
    const why =
      fixed.file === null
        ? 'they come from the command line'
        : history === null
          ? 'git does not keep the file'
          : 'the file was changed since it was last committed'
    return asserted === null
      ? tell(`When the criteria were fixed is not recorded: ${why}.`, true)
      : tell(`The criteria are asserted to stand since [[this.asserted]]; nothing proves it: ${why}.`, false)
  }
  const at = Date.parse(since.at)
  const before = first === undefined ? null : at < (first.run.startedAt ?? 0)
  const after = last === undefined ? null : at >= (last.run.endedAt ?? 0)
  const stand = 'The criteria have stood as they are since commit [[this.commit]] of [[this.at]]'
  if (before === null || first === undefined)
    return tell(`${stand}; when the finalists ran is not recorded.${says}`, true)
  if (before)
    return tell(
      `${stand}, before the first finalist started ([[${first.address}.started]]): proven by commit, as far as its time is true.`,
      false,
    )
  return tell(
    after === true && last !== undefined
      ? `${stand}, after the last finalist had ended ([[${last.address}.ended]]): the results could be known.${says}`
      : `${stand}, after the first finalist had started ([[${first.address}.started]]): some results could be known.${says}`,
    true,
  )
}
