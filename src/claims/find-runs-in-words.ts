import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'

/** Why words that name a run by its id or address are refused: runs are slots, so that they link and are checked. */
export function findRunsInWords(words: string, evidence: Evidence): readonly string[] {
  const reasons: string[] = []
  for (const [name, address] of namesOfRuns(evidence))
    if (isTyped(words, name)) reasons.push(`"${name}" is a run's name typed by hand; write [[${address}]].`)
  for (const match of words.matchAll(/[\p{L}\p{N}_-]+/gu)) {
    const token = match[0]
    const lower = token.toLowerCase()
    if (/^r\d+$/.test(lower))
      reasons.push(
        findRun(evidence, lower) === undefined
          ? `"${token}" is typed as a word, and no run has that address.`
          : `"${token}" is typed as a word; write [[${lower}]].`,
      )
    if (lower.length < 6) continue
    const run = [...evidence.runs, ...evidence.earlier].find((one) =>
      one.run.id.toLowerCase().startsWith(lower),
    )
    if (run !== undefined && /\d/.test(run.run.id))
      reasons.push(`"${token}" is a run's id typed by hand; write [[${run.address}]].`)
    else if (/^[0-9a-f]{8,}$/.test(lower) && /\d/.test(lower))
      reasons.push(`"${token}" looks like a run's id, but no run has it.`)
  }
  return reasons
}

/** Names that no text of a run but its name has, and that no sentence holds by chance: with a digit, a dash or an underscore. */
function namesOfRuns(evidence: Evidence): ReadonlyMap<string, string> {
  const logged = new Set(
    evidence.runs.flatMap(({ run }) => [
      // A parameter that holds the run's own name makes no word of it.
      ...[...run.params].flatMap(([name, value]) => (isBookkeeping(name) ? [] : [value])),
      ...run.params.keys(),
      ...run.metrics.keys(),
      run.experiment.name,
    ]),
  )
  return new Map(
    [...evidence.runs, ...evidence.earlier].flatMap(({ address, run: { name } }) =>
      name.length >= 5 &&
      /[-_\d]/.test(name) &&
      /^[\p{L}\p{N}][\p{L}\p{N}_.-]+$/u.test(name) &&
      !logged.has(name)
        ? [[name, address] as const]
        : [],
    ),
  )
}

function isTyped(words: string, name: string): boolean {
  const at = words.indexOf(name)
  if (at < 0) return false
  const isPart = (character: string | undefined) =>
    character !== undefined && /[\p{L}\p{N}_-]/u.test(character)
  return !isPart(words[at - 1]) && !isPart(words[at + name.length])
}
