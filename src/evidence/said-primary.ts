import type { Run } from '../runs/run.ts'
import type { EvidenceQuote } from './evidence.ts'

const NAME = String.raw`[\x60"'*]*(?<name>[\p{L}][\p{L}\p{N}_/.@-]{0,60}(?:[ -](?:score|auc|loss|accuracy))?)[\x60"'*]*`
const ARE = String.raw`(?:\s+(?:metric|number|figure|one))?\s*(?:is|are|=|:|becomes?|now|will be)\s+(?:now\s+|from now on\s+)?(?:the\s+)?`

/** How people say which metric decides. A bare mention of a metric says nothing. */
const SAID: readonly RegExp[] = [
  String.raw`\b(?:primary|main|key|headline|deciding|decisive|target|selection)\s+metric(?:\s+(?:here|for us|of this))?${ARE}${NAME}`,
  String.raw`\bdecides?\s*:\s*${NAME}`,
  String.raw`\b(?:from (?:today|now|here)(?: on(?:wards?)?)?|as of (?:today|now)|from (?:here|now) on)\b[^.!?\n]{0,24}?\b(?:we|i|they|everybody)\s+(?:only\s+|mainly\s+)?(?:look at|report|go by|select (?:on|by)|optimi[sz]e(?: for)?|care about|decide (?:on|by)|use)\s+${NAME}`,
  String.raw`\bfrom (?:today|now|here)(?: on(?:wards?)?)?\b[:,]?\s+${NAME}(?:\s+at\s+[^.!?\n]{0,30}?)?\s+(?:decides?|counts?|is what (?:we|i) (?:look at|report|go by)|is the (?:primary|main|deciding) metric)`,
  String.raw`\b(?:we|i)\s+(?:now\s+)?(?:report|select (?:on|by)|go by|decide (?:on|by))\s+${NAME}(?:\s+(?:now|from now on|from here on|as the main metric))?\s*(?:[.!;,]|$)`,
  String.raw`${NAME}\s+(?:is|becomes)\s+(?:now\s+)?(?:the|our|my)\s+(?:new\s+)?(?:primary|main|key|headline|deciding)\s+metric`,
].map((source) => new RegExp(source, 'iu'))

const DENIED = /\b(?:not|no longer|never|instead of|used to|was|n't)\b[^.!?\n]{0,12}$/i
const HELD_OUT = /(^|[^a-z])(val|valid|validation|dev|cv)([^a-z]|$)/i
const TESTED = /(^|[^a-z])(test|holdout|hold_out)([^a-z]|$)/i

/**
 * The primary metric that people state in words, as the runs log it, and where they say so: the newest note first, then
 * descriptions of experiments. Null where nobody does, or where the word fits no logged metric, or several.
 */
export function saidPrimary(
  quotes: readonly EvidenceQuote[],
  runs: readonly Run[],
): { readonly metric: string; readonly from: string } | null {
  const logged = new Set(runs.flatMap((run) => [...run.metrics.keys()]))
  if (logged.size === 0) return null
  const ordered = quotes
    .toReversed()
    .sort(
      (a, b) =>
        Number(a.kind === 'experiment') - Number(b.kind === 'experiment') ||
        (b.at ?? Number.NEGATIVE_INFINITY) - (a.at ?? Number.NEGATIVE_INFINITY),
    )
  for (const quote of ordered) {
    if (quote.kind === 'commit') continue
    const metric = primaryIn(quote.text, logged)
    if (metric !== null)
      return {
        metric,
        from: quote.kind === 'experiment' ? `the description of experiment ${quote.heading}` : 'your note',
      }
  }
  return null
}

/** The last statement in a text decides: people append. */
function primaryIn(text: string, logged: ReadonlySet<string>): string | null {
  const found = SAID.flatMap((pattern) => [...text.matchAll(new RegExp(pattern, 'giu'))])
    .filter((match) => !DENIED.test(text.slice(0, match.index)))
    .sort((a, b) => b.index - a.index)
  for (const match of found) {
    const metric = loggedAs(match.groups?.name ?? '', logged)
    if (metric !== null) return metric
  }
  return null
}

/** The logged metric that a word means: by its full name, else the one held-out metric that ends in it. */
function loggedAs(word: string, logged: ReadonlySet<string>): string | null {
  const wanted = plain(word)
  const exact = [...logged].filter((name) => plain(name) === wanted)
  if (exact.length === 1) return exact[0] ?? null
  const ending = [...logged].filter((name) => plain(name).endsWith(` ${wanted}`))
  const heldOut = ending.filter((name) => HELD_OUT.test(name))
  const fitting = heldOut.length > 0 ? heldOut : ending.filter((name) => TESTED.test(name))
  const chosen = fitting.length > 0 ? fitting : ending
  return chosen.length === 1 ? (chosen[0] ?? null) : null
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/ score$/, '')
    .trim()
}
