import type { Evidence } from '../evidence/evidence.ts'
import { toldAfterFailure } from './check-causes.ts'
import { problemOf } from './check-claim.ts'
import { earlierAsNew } from './check-sessions.ts'
import { settingAsCause } from './check-setting-causes.ts'
import { isHarmless } from './is-harmless.ts'
import { relationAt } from './lexicon.ts'
import { asInference, contradicted, type Problem, unsupported } from './problem.ts'
import { type Claim, type Context, runsNamed, wordAt } from './relation-claim.ts'
import { hasFinding } from './relation-forms.ts'
import type { Token } from './tokens.ts'

const NEGATIONS = new Set([
  'not',
  'never',
  "isn't",
  "wasn't",
  "aren't",
  "doesn't",
  "didn't",
  'no',
  'nor',
  'neither',
  'hardly',
  'cannot',
  "don't",
  "weren't",
])

const BETTER = { kind: 'comparative', polarity: 'better', isTime: false } as const

/** "[[r3]] leads [[r1]]": better than that run, and not the best of all. */
function leadsOneRun(tokens: readonly Token[], end: number, written: string): boolean {
  const next = tokens[end]
  return /^(leads?|led)$/.test(written) && next?.kind === 'slot' && next.value.kind === 'run'
}

/** Every relation word of a statement must have a check or slot of its form behind it, on the same runs and the same way round. */
export function checkRelations(context: Context): readonly Problem[] {
  const problems: Problem[] = []
  const { sentences } = context
  const allRuns = new Set(
    sentences.flatMap((sentence) =>
      sentence.tokens.flatMap((token) => (token.kind === 'slot' ? runsNamed(token.value) : [])),
    ),
  )
  sentences.forEach((sentence, index) => {
    const { tokens } = sentence
    const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
    for (let at = 0; at < tokens.length; at++) {
      const named = context.longNameAt(words, at)
      if (named > 0) {
        at += named - 1
        continue
      }
      const found = relationAt(words, at)
      if (found === null) continue
      const end = at + found.length
      const written = words.slice(at, end).join(' ')
      const claim: Claim = {
        relation: leadsOneRun(tokens, end, written) ? BETTER : found.relation,
        written,
        tokens,
        at,
        end,
        previous: sentences[index - 1] ?? null,
        allRuns,
        isNegated: [1, 2, 3].some((back) => NEGATIONS.has(words[at - back] ?? '')),
      }
      at = end - 1
      const shown = tokens[end - 1]
      // "None" as a logged value is no quantity.
      const isValue =
        shown?.kind === 'word' &&
        found.length === 1 &&
        (isLoggedValue(shown.text, context.evidence) ||
          isValueBeside(words, at - (found.length - 1), context))
      if (isValue) continue
      const reason = context.basis === 'proposed' ? inReason(claim) : null
      const told = reason ?? claim
      const toldIn = reason === null ? context : { ...context, basis: 'inferred' as const }
      if (isHarmless(told, sentence, toldIn)) continue
      const problem = problemOf(told, toldIn)
      // "Since a single seed tells nothing": a reason in words alone is refused where the log says otherwise.
      const isOpen =
        reason !== null &&
        problem?.kind === 'unsupported' &&
        claim.relation.kind !== 'superlative' &&
        (isOnly(claim) || reason.tokens.every((token) => token.kind !== 'slot')) &&
        isHarmless(claim, sentence, context)
      if (problem !== null && !isOpen) problems.push(problem)
    }
  })
  for (const { tokens } of sentences) {
    const stranger = earlierAsNew(tokens, context)
    if (stranger !== null)
      problems.push(contradicted(`${stranger} is a run of an earlier session, not one told here as new.`))
  }
  if (context.basis === 'observed') problems.push(...causeProblems(context))
  return problems
}

/** "The only one with it": what "only" is of there the words before the reason tell. */
function isOnly({ relation }: Claim): boolean {
  return relation.kind === 'quantity' && relation.which === 'only'
}

/**
 * "Repeat [[r1]], since it beats [[r4]]", "…: it beats [[r4]]": the reason of a proposal says what is so, in a clause of its own. The
 * claim within that clause, the rest before it; null where the word stands in what is proposed.
 */
function inReason(claim: Claim): Claim | null {
  const { tokens, at, end } = claim
  const isMark = (index: number, marks: RegExp) => {
    const token = tokens[index]
    return token?.kind === 'mark' && marks.test(token.text)
  }
  const isAssertedAt = (index: number) => {
    const head = tokens[index]
    const isSubject =
      (head?.kind === 'slot' && head.value.kind === 'run') || /^(it|they)$/.test(wordAt(tokens, index))
    // "It is better to raise …" proposes.
    return (
      isSubject &&
      tokens.slice(index, end + 1).every((token) => token.kind !== 'word' || token.lower !== 'to') &&
      (/^(is|are|was|were|has|have|had|reached|reaches)$/.test(wordAt(tokens, index + 1)) || index + 1 === at)
    )
  }
  const starts = tokens.slice(0, at).findLastIndex((token, index) => {
    if (token.kind === 'mark') return /^[:–—]$/.test(token.text) && isAssertedAt(index + 1)
    if (token.kind !== 'word') return false
    if (/^(since|because)$/.test(token.lower)) return true
    const isHead = index === 0 || isMark(index - 1, /^[,:–—(]$/)
    if (token.lower === 'for') return isHead && /^(it|they)$/.test(wordAt(tokens, index + 1))
    // "Use [[r4]] as the control" gives no reason, ", as it beats …" does.
    return isHead && /^(as|given|which|considering|seeing)$/.test(token.lower)
  })
  const isWhole = starts < 0 && isAssertedAt(0)
  if (starts < 0 && !isWhole) return null
  const from = starts
  const close = tokens.findIndex(
    (token, index) =>
      index > from &&
      token.kind === 'mark' &&
      token.text === ',' &&
      tokens[index + 1]?.kind === 'word' &&
      !/^(and|or|but|with|which|than)$/.test(wordAt(tokens, index + 1)),
  )
  if (close >= 0 && close < at) return null
  // "Which beats …" is said of the run before it, as "it beats …" is.
  const isRelative = wordAt(tokens, from) === 'which'
  const start = isRelative ? from : from + 1
  const rest = tokens.slice(from + 1, close < 0 ? tokens.length : close)
  const clause: readonly Token[] = isRelative ? [{ kind: 'word', text: 'it', lower: 'it' }, ...rest] : rest
  const isSubjectBefore = clause.slice(0, at - start).every((token) => token.kind !== 'slot')
  const before = tokens.slice(0, Math.max(from, 0))
  return {
    ...claim,
    tokens: clause,
    at: at - start,
    end: end - start,
    previous: isSubjectBefore && before.length > 0 ? { tokens: before, isQuestion: false } : claim.previous,
  }
}

/** What explains an outcome without a word of cause; a minimal pair bears it out, and an inference may say it. */
function causeProblems(context: Context): readonly Problem[] {
  const problems: Problem[] = []
  if (context.sentences.some(({ tokens }) => toldAfterFailure(tokens)))
    problems.push(
      unsupported(
        'Why it failed stands in no slot: print [[run.error]], cite a finding, or set basis to "inferred".',
      ),
    )
  const cause = hasFinding(context, /minimal-pair/) ? null : settingAsCause(context)
  if (cause !== null)
    problems.push(
      unsupported(
        `"${cause}" stands as the cause of a result: it needs a minimal pair, or basis "inferred"; a setting beside a comparison is printed with its value, or is what runs share or differ in.`,
      ),
    )
  return problems.map(asInference)
}

function isLoggedValue(word: string, evidence: Evidence): boolean {
  return /^\p{Lu}/u.test(word) && evidence.runs.some(({ run }) => [...run.params.values()].includes(word))
}

/** "Features all": a value behind the name of its parameter is no quantity. */
function isValueBeside(
  words: readonly (string | null)[],
  at: number,
  { evidence, lastPhraseNames }: Context,
): boolean {
  const before = words.slice(Math.max(0, at - 3), at).flatMap((word) => (word === null ? [] : [word]))
  const [next] = before.slice(-1)
  const names = lastPhraseNames(before).filter((name) => name.toLowerCase().endsWith(next ?? ' '))
  return names.some((name) =>
    evidence.runs.some(({ run }) => run.params.get(name)?.toLowerCase() === words[at]),
  )
}
