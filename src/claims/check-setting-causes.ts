import { clauseAround } from './clause.ts'
import { relationAt } from './lexicon.ts'
import { type Context, wordAt } from './relation-claim.ts'
import { isSingleDifference } from './relation-forms.ts'
import type { Sentence, Token } from './tokens.ts'
import type { Value } from './value.ts'

/** What stands right before a setting's name and belongs to it. */
const OWN_WORDS =
  /^(the|its|their|a|an|this|that|these|those|same|equal|identical|different|other|another|own|both|new|old|larger|smaller|higher|lower|shorter|longer|deeper|wider|greater|bigger|more|fewer|less|only|each|every|all|no|any|highest|lowest|largest|smallest|longest|shortest)$/
/** Of those, what holds settings against each other or tells that runs share one. */
const COMPARED =
  /^(same|equal|identical|different|other|another|larger|smaller|higher|lower|shorter|longer|deeper|wider|greater|bigger|more|fewer|less|highest|lowest|largest|smallest|longest|shortest)$/
/** Before a setting's name: what runs have, log and differ in, none of which says what came of it. */
const HAVING =
  /^(has|have|had|having|uses|used|use|using|logs|logged|sets|shares?|shared|keeps?|kept|vary|varies|varied|changes?|changed|differ|differs|differed|names?|lists?|whose|per|over|across|between|than|except|but|without|where)$/
/** Behind a setting's name that stands as a subject: what a setting is, and how it varies. */
const BEING =
  /^(is|are|was|were|differs?|differed|varies|vary|varied|ranges?|ranged|stays?|stayed|remains?|remained|changes?|changed|of|in|and|or|for|at|as|than|to|from|with|on|by|over|it|runs?|set|values?|has|have|had|equals?|not|only|both|the|a|rises?|rose|falls?|fell|grows?|grew|increases?|increased|decreases?|decreased|drops?|dropped|beats?|led|leads?|reached|reaches|logged|came|stands?|lies|lay|scored|scores|ran|finished|failed|ended|but|while|which|that|alone|too|respectively|instead)$/
/** Behind "is": what a setting can be. */
const STATES =
  /^(the|same|equal|identical|different|not|higher|lower|larger|smaller|longer|shorter|unchanged|fixed|set|logged|missing|at|in|also|both|again|still|left|kept|only|one|either|always|never)$/
/** Before a setting's name: what makes what follows the ground of something. */
const GROUND = /^(as|since|because|given|through|via|by|due|thanks|courtesy|so|for)$/
const OF_VALUES =
  /^(values?|levels?|ranges?|number|settings?|pairs?|grid|sweep|runs?|means?|lowest|highest|rest|half|all|choices|instead)$/
/** What of a comparison makes a sentence tell an outcome. */
const OUTCOME = /^(comparative|superlative|multiple|no-effect)$/

/**
 * The words that make a setting the cause of a result, in whatever wording: beside a comparison a setting may be printed with
 * its value, shared, differed in or held against another; every other place that a sentence can give it explains. Null where no
 * setting explains, or where a holding check shows that the runs differ in that one alone.
 */
export function settingAsCause(context: Context): string | null {
  const { sentences } = context
  if (!sentences.some(({ tokens }) => tellsOutcome(tokens))) return null
  for (const { tokens } of sentences) {
    const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
    for (let at = 0; at < words.length; at++) {
      const length = Math.max(context.settingAt(words, at), otherSettingAt(words, at, context))
      if (length === 0) continue
      const said = words.slice(at, at + length).join(' ')
      if (explains(tokens, at, at + length, context) && !isSettledPair(context, said)) return said
      at += length - 1
    }
  }
  return null
}

/** "The other model improved …": a setting whose name is an ordinary word, where another of it opens a clause. */
function otherSettingAt(
  words: readonly (string | null)[],
  at: number,
  { phraseNames, evidence }: Context,
): number {
  const [word, other, article] = [words[at], words[at - 1], words[at - 2] ?? null]
  const isOpening =
    article === null ? words[at - 2] === null || at < 2 : /^(the|a|an|its|their)$/.test(article)
  if (
    word === null ||
    word === undefined ||
    !/^(other|another|different|new|changed)$/.test(other ?? '') ||
    !isOpening
  )
    return 0
  if (/^(runs?|metrics?)$/.test(word)) return 0
  return phraseNames([word]).some((name) => evidence.runs.some(({ run }) => run.params.has(name))) ? 1 : 0
}

function tellsOutcome(tokens: Sentence['tokens']): boolean {
  const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  return words.some((_, at) => OUTCOME.test(relationAt(words, at)?.relation.kind ?? ''))
}

/** A minimal pair: a holding check that the runs differ in the setting that is spoken of, and in nothing else. */
function isSettledPair({ checks, phraseNames }: Context, said: string): boolean {
  const names = phraseNames(said.split(' '))
  return checks.some(
    (check) => isSingleDifference(check) && differingIn(check).some((name) => names.includes(name)),
  )
}

/** The settings that a check lists, itself or inside a count. */
function differingIn(value: Value): readonly string[] {
  return value.kind === 'names'
    ? value.names
    : (value.made?.operands ?? []).flatMap((side) => differingIn(side))
}

function explains(tokens: readonly Token[], at: number, end: number, context: Context): boolean {
  let from = at
  while (OWN_WORDS.test(wordAt(tokens, from - 1))) from--
  const own = tokens.slice(from, at).flatMap((token) => (token.kind === 'word' ? [token.lower] : []))
  const [start] = clauseAround(tokens, at)
  const isSubject = from <= start
  const head = wordAt(tokens, from - 1)
  const behind = behindValue(tokens, end, context)
  if (GROUND.test(head) && !isShared(tokens, from - 1, own)) return true
  if (isSubject) return behind.isClosed ? false : isDoing(tokens, behind.at)
  if (/^(would|could)$/.test(modalIn(tokens))) return true
  if (behind.isPrinted) return isGerund(tokens, start) && !behind.isClosed && isDoing(tokens, behind.at)
  if (HAVING.test(head) || own.some((word) => COMPARED.test(word)))
    return isSubjectBefore(tokens, start, behind.at)
  // "[[r7]] without HBV variables": what a run has or lacks, with a word of its own before it.
  const isBesideRun = [2, 3].some((back) => /^(with|without|using)$/.test(wordAt(tokens, from - back)))
  if (isBesideRun && !own.some((word) => /^(its|their)$/.test(word))) return false
  const before = wordAt(tokens, from - 2)
  if (head === 'of') return !OF_VALUES.test(before)
  if (head === 'in')
    return !isComparedBefore(tokens, start, from) || isDoingAfterChange(tokens, start, behind.at)
  if (head === 'with' || head === 'against') return !isChange(tokens, from - 1, context)
  if (/^(and|or|,)$/.test(head)) return false
  return true
}

/** "With the same lr", "for each lr": what a ground would be of no one run. */
function isShared(tokens: readonly Token[], at: number, own: readonly string[]): boolean {
  const head = wordAt(tokens, at)
  if (/^(for|by)$/.test(head)) return own.some((word) => /^(same|each|every|all|both|equal)$/.test(word))
  if (head === 'as') return /^(same|far|such)$/.test(wordAt(tokens, at - 1)) || own.includes('same')
  return head === 'by' && /^(grouped|sorted|ranked|split|divided|parted)$/.test(wordAt(tokens, at - 1))
}

/** Where the words go on behind a setting's name, its printed value and the runs that it is of. */
function behindValue(
  tokens: readonly Token[],
  end: number,
  { evidence }: Context,
): { readonly at: number; readonly isPrinted: boolean; readonly isClosed: boolean } {
  let at = end
  // "With encoder transformer": a value typed as its word.
  const typed = wordAt(tokens, end)
  let isPrinted =
    typed !== '' &&
    evidence.runs.some(({ run }) => [...run.params.values()].some((value) => value.toLowerCase() === typed))
  if (isPrinted) at++
  else if (/^(set|on|off|enabled|disabled|present|absent)$/.test(typed)) isPrinted = true
  while (at < tokens.length) {
    const token = tokens[at]
    if (token?.kind === 'slot') {
      isPrinted ||= token.value.kind !== 'run'
      at++
    } else if (
      (token?.kind === 'word' &&
        /^(of|at|in|to|from|for|set|instead|rather|and|or|than)$/.test(token.lower) &&
        hasSlotSoon(tokens, at)) ||
      (token?.kind === 'mark' && /^[=(]$/.test(token.text))
    )
      at++
    else break
  }
  const token = tokens[at]
  return {
    at,
    isPrinted,
    isClosed: token?.kind !== 'word' || /^(and|but|while|whereas|than|against)$/.test(token.lower),
  }
}

function hasSlotSoon(tokens: readonly Token[], at: number): boolean {
  const next = tokens.slice(at + 1, at + 3)
  return (
    next[0]?.kind === 'slot' ||
    (next[0]?.kind === 'word' && next[1]?.kind === 'slot' && /^(of|to|the|run|than)$/.test(next[0].lower))
  )
}

/** Whether the verb that a setting is the subject of does something to something. */
function isDoing(tokens: readonly Token[], at: number): boolean {
  const verb = wordAt(tokens, at)
  if (verb === '') return false
  if (!BEING.test(verb)) return true
  if (!/^(is|are|was|were)$/.test(verb)) return false
  const next = tokens[at + 1]
  if (next?.kind !== 'word') return false
  const then = wordAt(tokens, at + 2)
  return (
    !STATES.test(next.lower) ||
    (next.lower === 'the' && !/^(same|only|lowest|highest|largest|smallest|one)$/.test(then))
  )
}

/** "A different lr is behind …": a compared setting whose clause goes on with what it does. */
function isSubjectBefore(tokens: readonly Token[], start: number, behind: number): boolean {
  const opening = wordAt(tokens, start)
  return /^(with|by|from|without)$/.test(opening) ? false : isGerund(tokens, start) && isDoing(tokens, behind)
}

/** "Setting lr to …", "changing lr": an act on the setting that the clause begins with. */
function isGerund(tokens: readonly Token[], start: number): boolean {
  return (
    /^\p{L}{3,}ing$/u.test(wordAt(tokens, start)) &&
    !/^(during|including|excluding)$/.test(wordAt(tokens, start))
  )
}

function modalIn(tokens: readonly Token[]): string {
  return (
    tokens.flatMap((token) =>
      token.kind === 'word' && /^(would|could)$/.test(token.lower) ? [token.lower] : [],
    )[0] ?? ''
  )
}

/** "Differ in lr", "alike in lr": what stands before "in" tells a difference or that there is none. */
function isComparedBefore(tokens: readonly Token[], start: number, from: number): boolean {
  return tokens
    .slice(start, from)
    .some(
      (token) =>
        token.kind === 'word' &&
        /^(differ|differs|differed|differing|difference|differences|agree|agrees|agreed|alike|same|equal|vary|varies|varied|different|identical|changes?|changed|only|apart)$/.test(
          token.lower,
        ),
    )
}

/** "The change in lr bought …": a noun of change before the setting and a verb behind it. */
function isDoingAfterChange(tokens: readonly Token[], start: number, behind: number): boolean {
  const opening = [0, 1].map((on) => wordAt(tokens, start + on)).find((word) => !OWN_WORDS.test(word)) ?? ''
  return (
    /^(change|changes|difference|differences|increase|decrease|switch)$/.test(opening) &&
    isDoing(tokens, behind)
  )
}

/** "val_f1 rises with lr": how two series go along. */
function isChange(tokens: readonly Token[], at: number, { phraseNames }: Context): boolean {
  const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  const before = [1, 2].some((back) => relationAt(words, at - back)?.relation.kind === 'comparative')
  return before && phraseNames(words.slice(0, at).flatMap((word) => word ?? [])).length > 0
}
