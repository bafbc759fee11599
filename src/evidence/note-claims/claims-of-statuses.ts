import { isBroken, type Run } from '../../runs/run.ts'
import type { EvidenceRun } from '../evidence.ts'
import { type ClaimFinder, claimOf, type NoteClause, slot, strangeWords, subjectOf } from './ground.ts'

const DONE = `(?:trained|finished|fini?shed|ran(?: through)?|completed|converged|worked|went (?:well|fine|through|ok)|succeeded|done|through|came through|made it)`
const ALL_WELL = new RegExp(
  String.raw`\b(?:all|every(?:thing)?|each|both)(?: of (?:the|them|these|my))?(?: [\w.-]+){0,3}(?: (?:runs?|ones?|trainings?|jobs?|experiments?|seeds?|models?))?(?: (?:have|has|are|were|is))? ${DONE}(?=\s*(?:$|[.,;:!)])|\s+(?:fine|ok|okay|well|nicely|great|good|without|w\/o|now|so|and|though|today|by now|before|overnight|successfully|normally|eventually|cleanly|properly|smoothly)\b)`,
  'i',
)
const NONE_FAILED =
  /\b(?:no|zero|without(?: any)?)\s+(?:crash\w*|fail(?:ed|ures?)\b(?: runs?)?|failing runs?|errors?)\b(?! (?:bars?|analysis|on|in|for)\b)|\bnothing\s+(?:failed|crashed|broke)\b|\bnone(?: of (?:the|them|these|my)(?: \w+)?(?: runs)?)?(?: (?:have|has))? (?:failed|crashed|died)\b|\bno runs? (?:failed|crashed|died)\b/i
const WENT_WELL =
  /\b(?:ran|went|came) (?:through|thru)\b|\b(?:fini?shed|completed|converged|succeeded|done)\b|\b(?:trained|ran|worked) (?:fine|ok|okay|well|without (?:problems|issues|errors))\b|\b(?:ran|trained|worked)\s*$|\bdid (?:fine|ok|okay)\b|^\S+(?: is| was)? (?:ok|okay)\W*$/i
const WENT_WRONG = /\b(?:crashed|died|oom(?:ed|'d)?|out of memory|killed|segfault\w*|dead|failed(?! to\b))\b/i
const DIVERGED = /\b(?:nan|diverged|blew up|exploded)\b/i
const STILL_RUNNING =
  /\bstill (?:running|going|training|on)\b|\bnot (?:done|finished) yet\b|\bhasn'?t finished\b/i
const NEGATED = /\b(?:not|never|no|without|nor)\b|n't\b|\bdidnt\b|\bhasnt\b|\bisnt\b/i

/** How runs ended: "all of them trained fine", "rf with interactions ran through", "r7 crashed". */
export const claimsOfStatuses: ClaimFinder = (clause, ground) => {
  const { text } = clause
  const told = ground.evidence.runs
  const all = ALL_WELL.exec(text)
  const none = NONE_FAILED.exec(text)
  const found = all ?? none
  if (found !== null) {
    const before = clause.mentions.filter((one) => one.start < found.index + found[0].length)
    if (all !== null && NEGATED.test(text.slice(0, all.index + all[0].length).replace(all[0], ''))) return []
    const subject = subjectOf(before.filter((one) => one.kind === 'level' || one.kind === 'setting'))
    const [strange] = strangeWords(text.slice(0, found.index), clause.mentions)
    const inner =
      all === null ? [] : strangeWords(all[0], clause.mentions, all.index).filter((word) => !KNOWN.has(word))
    if (all !== null && inner.length > 0) return []
    if (
      subject === null &&
      strange !== undefined &&
      all !== null &&
      /\b(?:only|except|apart|besides)\b/i.test(text)
    )
      return []
    const meant = subject === null ? told : told.filter((one) => subject.runs.includes(one))
    if (meant.length === 0) return []
    const broken = meant.filter(({ run }) => (none === null ? isUndone(run) : run.status === 'failed'))
    return broken.length === 0
      ? [claimOf(clause, 'status', 'agree', { runs: meant.slice(0, 5) })]
      : [
          claimOf(clause, 'status', 'contradict', {
            runs: broken,
            log: statusesOf(broken),
            consequence: 'conclusion',
          }),
        ]
  }
  const described = subjectOf(clause.mentions.filter((one) => one.kind === 'level'))
  const named =
    runsMeant(clause, ground.evidence.runs) ??
    (described !== null && STILL_RUNNING.test(text) ? { runs: described.runs, isExact: false } : null)
  if (named === null || named.runs.length === 0) return []
  const isNegated = NEGATED.test(text)
  const isWell =
    WENT_WELL.test(text) &&
    !isNegated &&
    !WENT_WRONG.test(text) &&
    !STILL_RUNNING.test(text) &&
    !/\b(?:almost|half|nearly|not)\b|\b(?:fini?shed|completed|done|trained|ran)\s+(?:(?:the|its|only|about|~)\s+)*(?:\d|epoch|step|first|most|half|one|two|three|four|five|ten)/i.test(
      text,
    )
  const isWrong = WENT_WRONG.test(text) && !isNegated
  const isRunning = STILL_RUNNING.test(text)
  if (isRunning) {
    const running = named.runs.filter(({ run }) => run.status === 'running')
    return [claimOf(clause, 'status', running.length > 0 ? 'agree' : 'cannot tell', { runs: running })]
  }
  if (isWell) {
    const against = named.runs.filter(({ run }) => isUndone(run))
    if (against.length === 0) return [claimOf(clause, 'status', 'agree', { runs: named.runs.slice(0, 5) })]
    if (!named.isExact && against.length < named.runs.length)
      return [claimOf(clause, 'status', 'cannot tell')]
    return [
      claimOf(clause, 'status', 'contradict', {
        runs: against,
        log: statusesOf(against),
        consequence: 'conclusion',
      }),
    ]
  }
  if (isWrong) {
    const against = named.runs.filter(({ run }) => run.status === 'finished')
    const agreeing = named.runs.filter(({ run }) => isBroken(run))
    if (agreeing.length > 0) return [claimOf(clause, 'status', 'agree', { runs: agreeing })]
    if (!named.isExact || named.runs.length !== 1 || against.length === 0 || DIVERGED.test(text))
      return [claimOf(clause, 'status', 'cannot tell')]
    return [claimOf(clause, 'status', 'contradict', { runs: against, log: statusesOf(against) })]
  }
  return []
}

const KNOWN = new Set(
  'everything runs ones trainings jobs experiments seeds models them fine well finished fnished finshed completed converged worked went succeeded through thru came made ran trained done'.split(
    ' ',
  ),
)

/** Whether a run failed, was killed or is still running. */
function isUndone(run: Run): boolean {
  return isBroken(run) || run.status === 'running'
}

/** Runs named beyond doubt, or all those that every word of their name stands for ("rf with interactions" for rf-500-interactions). */
function runsMeant(
  clause: NoteClause,
  told: readonly EvidenceRun[],
): { readonly runs: readonly EvidenceRun[]; readonly isExact: boolean } | null {
  const named = subjectOf(clause.mentions.filter((one) => one.kind === 'run'))
  if (named !== null) return { runs: named.runs, isExact: named.isExact }
  const words = new Set(clause.text.toLowerCase().match(/\p{L}+/gu) ?? [])
  const described = told.filter(({ run }) => {
    const nameWords = run.name.toLowerCase().match(/\p{L}{2,}/gu) ?? []
    return new Set(nameWords).size > 1 && nameWords.every((word) => words.has(word))
  })
  return described.length === 0 ? null : { runs: described, isExact: true }
}

/** "[[r4]] failed; [[r9]] still running." */
export function statusesOf(runs: readonly EvidenceRun[]): string {
  return `${[...Map.groupBy(runs, ({ run }) => run.status)]
    .map(([status, members]) => `${listed(members)} ${status === 'running' ? 'still running' : status}`)
    .join('; ')}.`
}

const MOST_NAMED = 5

function listed(runs: readonly EvidenceRun[]): string {
  const named = runs.slice(0, runs.length > MOST_NAMED ? MOST_NAMED - 1 : MOST_NAMED).map(slot)
  const rest = runs.slice(named.length, 300)
  return rest.length === 0
    ? named.join(', ')
    : `${named.join(', ')} and [[count(${rest.map(({ address }) => address).join(', ')})]] more`
}
