import type { LoggedWords } from './check-mentions.ts'
import { isStatusWord } from './check-statuses.ts'
import { relationAt } from './lexicon.ts'
import { type NamePhrase, phraseAt } from './name-phrases.ts'
import { bare, type Problem, unsupported } from './problem.ts'
import type { Sentence } from './tokens.ts'
import type { Value } from './value.ts'

/**
 * An observation reads something off the log. A sentence that only names runs ("[[r4]] is ready for production") reads
 * nothing, whatever is checked beside it: no value, no status, no logged setting, no relation, and no metric or parameter
 * with a check of its own.
 */
export function checkUnread(
  sentences: readonly Sentence[],
  holding: readonly Value[],
  phrases: readonly NamePhrase[],
  logged: LoggedWords,
  logs: (run: string, name: string) => boolean,
): readonly Problem[] {
  const unread = sentences.filter((sentence) => !readsSomething(sentence, holding, phrases, logged, logs))
  if (unread.length === 0) return []
  const reason =
    'Nothing is read off the log here: print a value as a slot, name what a check is about, or set basis to "inferred".'
  const hasValue = sentences.some(({ tokens }) =>
    tokens.some((token) => token.kind === 'slot' && token.value.kind === 'number'),
  )
  return [hasValue || holding.length > 0 ? unsupported(reason) : bare(reason)]
}

function readsSomething(
  { tokens }: Sentence,
  holding: readonly Value[],
  phrases: readonly NamePhrase[],
  logged: LoggedWords,
  logs: (run: string, name: string) => boolean,
): boolean {
  const words = tokens.map((token) => (token.kind === 'word' ? token.lower : null))
  return tokens.some((token, at) => {
    if (token.kind === 'slot') return !/^(run|group)$/.test(token.value.kind) || token.value.made !== null
    if (token.kind !== 'word') return false
    return (
      (isStatusWord(token.lower) && !/^(down|through|stopped)$/.test(token.lower)) ||
      logged.has(token.lower) ||
      relationAt(words, at) !== null ||
      (holding.length > 0 && phraseAt(phrases, words, at) !== null) ||
      isMissing(tokens, words, at, phrases, logs) ||
      holding.some((check) => isOfItem(check, token.lower))
    )
  })
}

/** Whether a word stands in the item that a check looks for: "Lyngsaana" in `includes(r9.variables, "Q_Lyngsaana")`. */
function isOfItem(check: Value, word: string): boolean {
  const wanted = check.made?.by === 'includes' ? check.made.operands[1] : undefined
  return (
    wanted?.kind === 'text' &&
    word.length > 2 &&
    wanted.text
      .toLowerCase()
      .split(/[\W_]+/u)
      .includes(word)
  )
}

/** "[[r4]] logged no val_auc": a metric or parameter that none of the runs named has. */
function isMissing(
  tokens: Sentence['tokens'],
  words: readonly (string | null)[],
  at: number,
  phrases: readonly NamePhrase[],
  logs: (run: string, name: string) => boolean,
): boolean {
  if (words[at] !== 'no') return false
  const names = phraseAt(phrases, words, at + 1)?.names ?? []
  const runs = tokens.flatMap((token) =>
    token.kind === 'slot' && token.value.kind === 'run' ? token.value.runs : [],
  )
  return names.length > 0 && runs.length > 0 && runs.every((run) => names.every((name) => !logs(run, name)))
}
