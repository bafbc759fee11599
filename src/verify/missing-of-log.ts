import { whyUnsound } from '../claims/why-unsound.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isBookkeeping } from '../evidence/what-varied.ts'
import { shortId } from '../runs/run.ts'
import type { Missing } from './account.ts'
import { JUDGEMENTS } from './account-for-folds.ts'
import { missingProjects } from './account-for-projects.ts'
import type { FrozenRecord } from './frozen-record.ts'
import type { LogAccount } from './log-account.ts'
import { plain } from './source-lines.ts'

/**
 * What every version prints of such a record, and this entry does not. `mayLeaveOut` tells what documents of another
 * kind do not print: `finding k3`, `settings Varied`.
 */
export function missingOfLog(
  entry: LogAccount,
  mayLeaveOut: (owner: string) => boolean = () => false,
): readonly Missing[] {
  const { frozen, evidence, told } = entry
  const isLog = frozen.kind.name === 'log'
  const missing: Missing[] = []
  const need = (owner: string, what: string, text: string | null = null): void => {
    if (!told.has(owner) && !mayLeaveOut(owner)) missing.push({ what, text })
  }
  for (const { address, sentence } of evidence.findings)
    need(`finding ${address}`, `what narrate computed (${address})`, sentence)
  for (const one of frozen.statements)
    if (one.verdict === 'supported' && isAlwaysPrinted(one))
      need(`statement ${one.path}`, `a statement that holds (${one.path})`, one.text)
  for (const { address, text } of evidence.quotes)
    need(`note ${address}`, `a passage of the notes (${address})`, text)
  const listed = told.has('the list of runs is cut') ? [] : evidence.runs
  for (const { address, run } of listed)
    need(`row of ${address}`, `the row of a run`, `${run.name} (${shortId(run.id)})`)
  for (const { address, run } of evidence.runs) {
    need(
      `commit of ${address}`,
      'the commit of a run, or that it has none',
      `${run.name} (${shortId(run.id)})`,
    )
    if (run.code.dirty === true)
      need(`changes of ${address}`, 'that a run had uncommitted changes', `${run.name} (${shortId(run.id)})`)
    if (run.also !== undefined)
      need(
        `other source of ${address}`,
        'that a run is logged in another source too',
        `${run.name} (${shortId(run.id)})`,
      )
    if (run.dataSets.length === 0)
      need(`data of ${address}`, 'that a run records no data set', `${run.name} (${shortId(run.id)})`)
  }
  for (const { address, name } of evidence.dataSets) need(`data ${address}`, 'a data set', name)
  for (const [index, { what, where, why }] of evidence.gaps.slice(0, MOST_GAPS).entries())
    need(`gap ${index}`, 'what could not be read', `${what} (${where}): ${why}`)
  if (evidence.runs.length > 0)
    for (const lead of ['Varied', 'Held fixed']) need(`settings ${lead}`, `the line “${lead}”`)
  const single = evidence.factors.filter(
    ({ param, levels }) => !isBookkeeping(param) && levels.filter(({ value }) => value !== null).length === 1,
  )
  // Which settings are bookkeeping may be decided otherwise by another version: all of them are left out by none.
  if (single.length > 0 && !single.some(({ param }) => told.has(`setting ${plain(param)}`)))
    need('settings of some runs', 'the settings that some runs alone logged')
  for (const [words, judgement] of JUDGEMENTS)
    if (isJudgedSo(evidence, judgement)) need(`judged ${judgement}`, `the line “${words}”`)
  if (isLog && evidence.runs.length > 0 && !told.has('label Decided, next'))
    for (const label of ['Decided', 'Next']) need(`label ${label}`, `the line “${label}”`)
  if (typeof frozen.subject.selection === 'string') need('selection', 'how its runs were chosen')
  if (typeof frozen.subject.writtenOn === 'string') need('written', 'when it was written')
  need('title', 'its title')
  need('footer', 'the line that says how it was checked')
  need('writer', 'who wrote it')
  need('version', 'the version of narrate that printed it')
  for (const [index, what] of frozen.leftOutOfPrompt.entries())
    need(`left out ${index}`, 'what the model was not shown', what)
  return [...missing, ...missingProjects(entry)]
}

/** As versions list them; further ones are in the evidence alone. */
const MOST_GAPS = 100

/** A title may give way to ours, a quotation to the same words above it, a discrepancy to the one that narrate found. */
function isAlwaysPrinted({ path, text }: FrozenRecord['statements'][number]): boolean {
  const isQuote = /^[^\p{L}\p{N}]*\[\[quote\((?:(?!\]\]).)*\]\][^\p{L}\p{N}]*$/su.test(text)
  return !/^(title|discrepancies|learned|approaches)|hypothesis$|outcome$/.test(path) && !isQuote
}

/** Whether a claim was judged so that the record can quote, and that no other judgement prints. */
function isJudgedSo(evidence: Evidence, judgement: string): boolean {
  const slots = (judged: (other: string) => boolean) =>
    evidence.noteClaims.flatMap((claim) => {
      const slot = `[[quote(${claim.quote}, ${JSON.stringify(claim.said)})]]`
      return judged(claim.judgement) &&
        claim.quote !== null &&
        claim.log === null &&
        whyUnsound(slot, evidence) === null
        ? [slot]
        : []
    })
  const others = new Set(slots((other) => other !== judgement))
  return slots((other) => other === judgement).some((slot) => !others.has(slot))
}
