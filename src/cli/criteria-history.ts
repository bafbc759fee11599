import { criteriaSchema } from '../documents/decision/criteria.ts'
import type { DecisionSubject } from '../documents/decision/decision-subject.ts'
import type { FileVersion } from '../repository/commit.ts'
import { parseYaml } from './parse-yaml.ts'

/** How criteria.yaml is read: the words of its errors. */
export function criteriaFile(shown: string) {
  return {
    schema: criteriaSchema,
    shown,
    called: 'field',
    see: '`narrate decide --help` shows an example.',
    start: 'Begin with "criteria:", and below it "- metric: val_auc" and "  weight: 1".',
    written: { fixed: 'a date like 2026-11-01' },
  }
}

/**
 * Since which commit the criteria of a file have stood as they do now, out of its versions (newest first): names, measures,
 * weights, thresholds and scales; figures that were typed in for the finalists and all other fields may change.
 */
export function criteriaHistory(
  now: string,
  versions: readonly FileVersion[],
): NonNullable<DecisionSubject['fixed']['history']> | null {
  const oldest = versions.at(-1)
  if (oldest === undefined) return null
  const wanted = signatureOf(now)
  const signatures = versions.map(({ text }) => (text === null ? null : signatureOf(text)))
  let since: FileVersion | null = null
  for (const [index, version] of versions.entries()) {
    if (signatures[index] !== wanted) break
    since = version
  }
  const changes = signatures.filter((one, index) => index > 0 && one !== signatures[index - 1]).length
  return { since: since === null ? null : told(since), first: told(oldest), changes }
}

function told({ at, author, commit }: FileVersion): { commit: string; at: string; author: string } {
  return { commit, at: new Date(at).toISOString(), author }
}

/** What of a file decides, in one text; null where it is no file of criteria. */
function signatureOf(text: string): string | null {
  try {
    const { value } = parseYaml(text, criteriaFile('criteria.yaml'))
    return JSON.stringify(value.criteria.map(({ value: _, why: __, unit: ___, ...decides }) => decides))
  } catch {
    return null
  }
}
