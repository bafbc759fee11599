import { findRun } from '../evidence/address.ts'
import type { EvidenceRun } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { behindWords, innerName, type Labelled, lowerAt } from './labelled.ts'
import { type Problem, unsupported } from './problem.ts'
import type { SlotToken, Token } from './tokens.ts'
import { dimensionOf } from './units.ts'
import type { NumberValue } from './value.ts'

/** "Took [[r1.duration]] per step", "[[r1.duration]] epochs": what no log divides or counts. */
export function perProblem(slot: Labelled, value: NumberValue): Problem | null {
  const [next, beyond] = [1, 2].map((on) => lowerAt(slot.tokens, slot.at + on) ?? '')
  const name = innerName(value) ?? ''
  const isCounted = (word: string) =>
    /^(epochs?|steps?|iterations?|batch|batches|folds?|runs?|seeds?|samples?|layers?|trees?|rounds?)$/.test(
      word,
    )
  const isPer = /^(per|each|every)$/.test(next ?? '') && isCounted(beyond ?? '')
  if (isPer && !/per|each|_s$|time/i.test(name))
    return unsupported(`[[${slot.written}]] is no value "${next} ${beyond}"; no log divides it so.`)
  const isUnit = isCounted(next ?? '') && value.unit !== 'step' && value.field !== 'param'
  const isNamed = name.toLowerCase().includes((next ?? '').replace(/e?s$/, ''))
  return isUnit && !isNamed && !/^(ratio|count|min|max)$/.test(value.made?.by ?? '')
    ? unsupported(`[[${slot.written}]] counts no ${next}, as the word behind it says.`)
    : null
}

/** "Took [[r1.val_recall]]": only times take. */
export function tookProblem(slot: Labelled, value: NumberValue): Problem | null {
  const verb = lowerAt(slot.tokens, slot.at - 1) ?? ''
  const next = slot.tokens[slot.at + 1]
  const isCounted =
    value.field === 'param' ||
    (next?.kind === 'word' && /^(steps?|epochs?|iterations?|runs?)$/.test(next.lower))
  const isTime =
    dimensionOf(value.unit) === 'time' ||
    /time|sec|dur|min|hour|latency|runtime/i.test(innerName(value) ?? '')
  return /^(took|takes|lasted|lasts)$/.test(verb) && value.field === 'metric' && !isCounted && !isTime
    ? unsupported(
        `[[${slot.written}]] is ${innerName(value) ?? 'no time'}, but the words before it say "${verb}".`,
      )
    : null
}

const TIMES: readonly (readonly [RegExp, RegExp])[] = [
  [/^milliseconds$/, /ms$|milli/i],
  [/^seconds$/, /sec|_s$/i],
  [/^minutes$/, /min/i],
  [/^hours$/, /hour|hr|_h$/i],
  [/^days$/, /day/i],
]

/** "In seconds" before a value that is printed in minutes; "epoch" before a step. */
export function unitProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { tokens, at, before } = slot
  const name = innerName(value) ?? ''
  const said = before.find(
    (word, index) =>
      TIMES.some(([pattern]) => pattern.test(word)) &&
      (/^(in|of)$/.test(before[index + 1] ?? '') || /^(of|is|was|were)$/.test(before[index - 1] ?? '')),
  )
  const named = TIMES.find(([pattern]) => said !== undefined && pattern.test(said))
  if (said !== undefined && named !== undefined && !named[1].test(name))
    return unsupported(
      `"${said}" before [[${slot.written}]]: the slot prints its own unit; leave the word out.`,
    )
  if (value.unit !== 'step') return null
  const behind = tokens[at + 1]
  const beside = [
    before.find((word) => !/^(the|of|at|number|in|its|is|was|after|by|from|to|last|first)$/.test(word)) ?? '',
    behind?.kind === 'word' ? behind.lower : '',
  ]
  const epoch = beside.find((word) => /^(epochs?|batch|batches|rounds?|hours?|trees?)$/.test(word))
  return epoch === undefined ||
    (/^epoch/.test(epoch) && stepsAreEpochs(findRun(slot.evidence, value.runs[0]), name))
    ? null
    : unsupported(`[[${slot.written}]] is a step of the log, but the words say "${epoch}"; say "step".`)
}

/** Whether the log itself shows that a step is an epoch: as many as its parameter or its metric of epochs tells. */
function stepsAreEpochs(one: EvidenceRun | undefined, name: string): boolean {
  const metric = name.replace(/ step$/, '')
  const last = one?.run.metrics.get(metric)?.lastStep ?? null
  if (one === undefined || last === null) return false
  const counts = [
    ...[...one.run.params].filter(([param]) => /epochs?$/i.test(param)).map(([, text]) => parseNumber(text)),
    ...[...one.run.metrics].filter(([own]) => /^epochs?$/i.test(own)).map(([, summary]) => summary.last),
  ]
  return counts.some((count) => count !== null && last <= count)
}

const CHANGE_NOUNS =
  /^(gain|gap|difference|margin|drop|rise|increase|decrease|improvement|change|decline|reduction|loss)$/

const CHANGE_VERBS =
  /^(rose|rises|fell|falls|dropped|drops|increased|increases|decreased|decreases|declined|declines|improved|improves|worsened|worsens|degraded|grew|changed|changes|differ|differs|higher|lower|better|worse|above|below|longer|shorter|faster|slower|ahead|behind|beats|beat|outperforms|outperformed|exceeds|exceeded|trails|leads|wins|won|larger|smaller|gained|gains|lost|loses|reduced|reduces|raised|raises|lowers|lowered|up|down|more|less)$/

/** "Rose by" a value that is no change; "a factor of" and "times" beside what is no ratio. */
export function changeProblem(slot: Labelled, value: NumberValue): Problem | null {
  const { tokens, at } = slot
  const [last, beyond] = [-1, -2].map((back) => lowerAt(tokens, at + back))
  const by = value.made?.by ?? ''
  const isChange = /^(delta|pct|abs|sd)$/.test(by) || value.unit === 'pp'
  const hasVerb = tokens.slice(0, at).some((token) => token.kind === 'word' && CHANGE_VERBS.test(token.lower))
  const isNoun = last === 'of' && CHANGE_NOUNS.test(beyond ?? '') && beyond !== 'loss'
  const isLabelled = (last === 'by' && hasVerb) || isNoun || /^(gains|gained)$/.test(last ?? '')
  if (
    isLabelled &&
    !isChange &&
    !(by === 'ratio' && last === 'by') &&
    !/gain|gap|diff|change|delta/i.test(value.name ?? '')
  )
    return unsupported(
      `[[${slot.written}]] is no change, as the words before it say; write delta(a, b) or pct(a, b).`,
    )
  if (by === 'ratio' && isLabelled && last === 'by' && !/^(factor)$/.test(beyond ?? ''))
    return unsupported(
      `[[${slot.written}]] is a ratio, not what it changed by; write delta(a, b), pct(a, b), or "a factor of".`,
    )
  const isFactor =
    (last === 'of' && /^(factor|ratio|multiple)$/.test(beyond ?? '')) || lowerAt(tokens, at + 1) === 'times'
  // "val_auc falls with the ratio": what a value goes along with.
  const isWith = (index: number) =>
    slot.before[index + 1] === 'with' ||
    (slot.before[index + 1] === 'the' && slot.before[index + 2] === 'with')
  const nouns = slot.before.findLast(
    (word, index) => /^(ratio|quotient|difference|gap)$/.test(word) && !isWith(index),
  )
  const isOfNouns = nouns !== undefined && new RegExp(nouns, 'i').test(value.name ?? '')
  if (nouns !== undefined && !isOfNouns && value.field !== 'param') {
    const isRatio = /^(ratio|quotient)$/.test(nouns)
    if (isRatio ? by !== 'ratio' : !isChange && by !== 'ratio')
      return unsupported(
        `[[${slot.written}]] is no ${nouns}, as the words before it say; write ${isRatio ? 'ratio' : 'delta'}(a, b).`,
      )
  }
  return isFactor && by !== 'ratio' && by !== 'count' && !/ratio|factor|times/i.test(value.name ?? '')
    ? unsupported(`[[${slot.written}]] is no ratio, as the words beside it say; write ratio(a, b).`)
    : null
}

/** "Ended at" over a start. */
export function timeProblem(slot: Labelled, name: string): Problem | null {
  const words = [...slot.before, ...behindWords(slot.tokens, slot.at)]
  const said = words.find((word) => STARTS.test(word) || ENDS.test(word))
  if (said === undefined || !/^(started|ended)$/.test(name)) return null
  return STARTS.test(said) === (name === 'started')
    ? null
    : unsupported(`[[${slot.written}]] is when a run ${name}, but the words say "${said}".`)
}

const STARTS = /^(started|starts|start|starting|began|begins|begin|beginning|launched|since|from)$/

const ENDS =
  /^(ended|ends|end|ending|finished|finishes|completed|stopped|until|till|crashed|failed|killed|died|to)$/

/** Two values with nothing, or a sign of arithmetic, between them make a third that no slot stands behind. */
export function gluedProblem(slot: Labelled): Problem | null {
  const isValue = (token: Token | undefined): token is SlotToken =>
    token?.kind === 'slot' && token.value.kind === 'number'
  const next = slot.tokens[slot.at + 1]
  const beyond = slot.tokens[slot.at + 2]
  const sign = next?.kind === 'mark' || next?.kind === 'word' ? next.text : ''
  const isGlued =
    isValue(next) || (isValue(beyond) && /^([/*^×÷+·:~±^_'’`.]|x|e|times|plus|minus|over)$/i.test(sign))
  return isGlued
    ? unsupported(
        `[[${slot.written}]]: two values stand together${isValue(next) ? '' : ` with "${sign}" between them`}; part them by words.`,
      )
    : null
}
