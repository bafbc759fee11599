import type { Recomposed } from '../narrate.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/**
 * The frozen verdicts against those of the draft judged again. `isSame` tells whether the same version judges: another
 * one may have become stricter, so that it would mark what was supported, which `stricter` counts instead of finding
 * fault. What it would not print at all, marked or not, says something of values that they do not bear: a finding.
 */
export function checkVerdicts(
  { draft, kind, statements }: FrozenRecord,
  again: Pick<Recomposed, 'statements' | 'leftOut'>,
  isSame: boolean,
): { readonly findings: readonly VerifyFinding[]; readonly stricter: number } {
  const findings: VerifyFinding[] = []
  let stricter = 0
  const frozen = new Map(statements.map((one) => [one.path, one]))
  for (const judged of again.statements) {
    const path = String(judged.path)
    const before = frozen.get(path)
    frozen.delete(path)
    if (before === undefined) {
      findings.push(
        found('statement', path, 'The draft has this statement, and no verdict on it was frozen.'),
      )
      continue
    }
    if (before.text !== judged.text || before.basis !== judged.basis) {
      findings.push(
        found('statement', path, 'The statement that was judged is not the one of the draft.', [
          `- ${String(judged.text)}`,
          `+ ${before.text}`,
        ]),
      )
      continue
    }
    if (before.verdict === judged.verdict) {
      if (isSame && JSON.stringify(before.checks) !== JSON.stringify(judged.checks))
        findings.push(found('statement', path, 'The results of its checks are not those that were frozen.'))
      continue
    }
    if (!isSame && judged.verdict === 'unsupported' && !again.leftOut.includes(path)) stricter++
    else
      findings.push(
        found(
          'statement',
          path,
          `It was frozen as ${before.verdict}; judged again it is ${String(judged.verdict)}${judged.reason === null ? '' : `: ${String(judged.reason).split('\n')[0]}`}`.replace(
            /\.?$/,
            '.',
          ),
          [before.text],
        ),
      )
  }
  const wanted = draft === null ? [] : kind.statements(draft).map(({ path }) => path)
  for (const path of frozen.keys())
    findings.push(
      found(
        'statement',
        path,
        wanted.includes(path)
          ? 'A verdict was frozen on a statement that says nothing.'
          : 'A verdict was frozen on a statement that the draft does not have.',
      ),
    )
  return { findings, stricter }
}
