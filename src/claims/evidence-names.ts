import type { Evidence } from '../evidence/evidence.ts'
import { parseNumber } from '../evidence/fact-at.ts'
import { runError } from '../evidence/run-error.ts'
import { listItems } from './functions-of-runs.ts'
import { SPELLED } from './number-words.ts'

/** A number, or a number with a unit, ordinal or multiplier: never a name, however it stands in the evidence. */
const NUMBER_WITH_UNIT =
  /^[~<>=±+\-−#$€£v]?[\d.,:/_×-]*\d[\d.,:/_×x-]*(e[+-]?\d+)?-?(st|nd|rd|th|x|×|%|‰|°|°c|s|ms|us|µs|ns|sec|secs|seconds?|m|min|mins|minutes?|h|hr|hrs|hours?|d|days?|w|weeks?|months?|years?|k|mm|cm|km|kg|mg|g|b|bn|mb|gb|tb|kb|mib|gib|kib|bits?|bytes?|px|pt|pp|pct|percent|hz|khz|mhz|ghz|w|kw|kwh|v|mv|a|ma|epochs?|steps?|runs?|seeds?|layers?|folds?|times|pm|am|usd|eur)?$/i

/** Names that may stand in words although they hold digits or number words, longest first, in lower case. */
export function exemptNames(evidence: Evidence): readonly string[] {
  const whole = new Set<string>()
  const pieces = new Set<string>()
  const addWithPieces = (name: string) => {
    whole.add(name)
    // `seq_len` for `model.seq_len`.
    for (const part of name.split(/[./:]+/)) if (part.includes('_')) whole.add(part)
    for (const piece of name.split(/[\s_./:=,+-]+/)) pieces.add(piece)
  }
  for (const { run } of [...evidence.runs, ...evidence.earlier]) {
    whole.add(run.name)
    whole.add(run.experiment.name)
    for (const name of run.metrics.keys()) addWithPieces(name)
    for (const [name, text] of run.params) {
      addWithPieces(name)
      if (parseNumber(text) === null && text.length <= 4000)
        for (const value of [text, ...listItems(text)]) if (value.length <= 200) addWithPieces(value)
    }
    for (const dataSet of run.dataSets) whole.add(dataSet.name)
    for (const name of run.tags.keys()) if (name.includes('_')) whole.add(name)
  }
  for (const experiment of evidence.experiments) whole.add(experiment.name)
  for (const dataSet of evidence.dataSets) whole.add(dataSet.name)
  whole.add(evidence.project.name)
  // `customer_age` of "KeyError: 'customer_age'".
  for (const one of evidence.runs)
    for (const [name] of (runError(one)?.line ?? '').matchAll(/\p{L}[\p{L}\p{N}]*(?:_[\p{L}\p{N}]+)+/gu))
      whole.add(name)
  const names = [
    ...[...whole].filter(isName),
    ...[...pieces].filter((piece) => /\d/.test(piece) && isName(piece)),
  ]
  return [...new Set(names.map((name) => name.toLowerCase()))].sort(
    (a, b) => b.length - a.length || (a < b ? -1 : 1),
  )
}

/** Whether a name is worth exempting: it has a letter, and none of its words is a number or a number with a unit. */
function isName(name: string): boolean {
  if (name.length < 2 || name.length > 200 || !/\p{L}/u.test(name)) return false
  // A value such as "two" or "first quarter" must not open the door to that word everywhere.
  if (/^[\p{L}\s-]+$/u.test(name) && name.search(SPELLED) >= 0) return false
  return name
    .split(/\s+/)
    .every((word) => !/\p{N}/u.test(word) || (/\p{L}/u.test(word) && !NUMBER_WITH_UNIT.test(word)))
}
