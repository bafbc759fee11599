import { type ClaimFinder, claimOf, slot, strangeWords, subjectOf } from './ground.ts'

const NEVER =
  /\b(?:never|didn'?t|did not|haven'?t|have not|hasn'?t|has not|wasn'?t|was not|weren'?t|were not)\s+(?:(?:actually|really|even|ever|yet|been|get(?: round)? to|got(?: round)? to|to)\s+)*(?:ran|run|tried|try|tested|test|used|use|trained|train|rerun|reran|had|did|do|launched|launch|started)\b|\bno\s+(?:runs?|trainings?|experiments?)\b\s*(?:with|w\/|of|on|at|used|using|has|had|for)?|\bnone of the runs\s+(?:used|had|has|ran with)\b/i
const YET = /\b(?:yet|so far|still|until now)\b|\b(?:haven'?t|hasn'?t|have not|has not)\b/i
const EXCEPT =
  /\b(?:except|apart|besides|other than|only|again|properly|enough|any ?more|together|both|rerun|reran|since|after|before|without|w\/o|long|further|anything|much|finish\w*|alone|by itself|separately|on top)\b/i

/** What was not done: "never ran with dropout", "didn't try mixup on resnet50", "no run with lr 0.01". */
export const claimsOfNegatives: ClaimFinder = (clause, ground) => {
  const { text } = clause
  const never = NEVER.exec(text)
  if (never === null || EXCEPT.test(text)) return []
  const behind = clause.mentions.filter((one) => one.start >= never.index + never[0].length - 1)
  const what = text.slice(never.index + never[0].length)
  const params = behind.filter((one) => one.kind === 'param')
  const naming = behind.filter((one) => one.kind === 'level' || one.kind === 'setting')
  if (behind.some((one) => one.kind === 'run' || one.kind === 'metric')) return []
  // What a colleague ran is nothing that the author did.
  const authors = new Set(ground.evidence.runs.map(({ run }) => run.user))
  const all = ground.all.filter(({ run }) => !run.deleted && authors.has(run.user))
  // "with dropout": some value that is not nothing.
  const having = params.map((one) =>
    all.filter(({ run }) => one.kind === 'param' && one.params.some((name) => isOn(run.params.get(name)))),
  )
  const subject = naming.length === 0 ? null : subjectOf(naming)
  if (naming.length > 0 && subject === null) return [claimOf(clause, 'negative', 'cannot tell')]
  if (
    params.length > 1 ||
    (params.length > 0 &&
      params.some(
        (one) =>
          one.kind === 'param' &&
          !/dropout|warmup|decay|clip|augment|smooth|mixup|ema|schedul/i.test(one.params.join(' ')),
      ))
  )
    return [claimOf(clause, 'negative', 'cannot tell')]
  const sets = [...having, ...(subject === null ? [] : [subject.runs])]
  const strange = strangeWords(what, clause.mentions, never.index + never[0].length)
  if (sets.length === 0) {
    // A name that no log knows: nobody ran it, as far as the log tells.
    return strange.length === 1 &&
      /^\s*(?:with |w\/ |the |a |any )*[\p{L}\p{N}-]+\s*(?:yet)?$/u.test(what) &&
      isDistinctive(strange[0] ?? '', ground.all.length)
      ? [claimOf(clause, 'negative', 'agree')]
      : []
  }
  const found = all.filter((one) => sets.every((set) => set.includes(one)))
  if (found.length === 0) return [claimOf(clause, 'negative', 'agree')]
  const told = found.filter((one) => ground.evidence.runs.includes(one))
  // What was true when it was written may have been done later the same day.
  const at = clause.quote.kind === 'journal' ? clause.quote.at : null
  const before = found.filter(({ run }) => at === null || (run.startedAt ?? 0) <= at)
  if (
    strange.length > 0 ||
    before.length === 0 ||
    (YET.test(text) && at === null && told.length === found.length && /\byet\b/i.test(text))
  )
    return [claimOf(clause, 'negative', 'cannot tell', { runs: found })]
  const shown = before.slice(0, 3)
  const rest = before.slice(3, 300)
  const more =
    rest.length === 0 ? '' : ` and [[count(${rest.map(({ address }) => address).join(', ')})]] more`
  return [
    claimOf(clause, 'negative', 'contradict', {
      runs: before,
      log: `${shown.map(slot).join(', ')}${more} ${before.length === 1 ? 'is' : 'are'} logged with it.`,
    }),
  ]
}

function isOn(value: string | undefined): boolean {
  if (value === undefined || /^(none|null|false|no|off|nan|)$/i.test(value.trim())) return false
  return Number(value) !== 0
}

/** A word that could be the name of a method: no common verb or noun. */
function isDistinctive(word: string, runs: number): boolean {
  return (
    runs > 0 &&
    word.length >= 3 &&
    !/^(anything|everything|much|that|this|it|them|more|problem|time|idea|data|code|other|any|well|tuning|good|nan)$/.test(
      word,
    )
  )
}
