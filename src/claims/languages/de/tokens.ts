import { isRefusal, type Refusal, refuse } from '../../../evidence/refusal.ts'
import { splitText } from '../../split-text.ts'
import { isAuxiliary, PREFIXES, VERB_FORMS, type VerbForm } from './verbs.ts'
import { COMPOUNDS, COUNTING, type Entry, LONGEST_PHRASE, WORDS } from './words.ts'

/** A word, phrase, slot or mark of a German statement, with all that it may be. */
export interface Token {
  readonly kind: 'word' | 'name' | 'slot' | 'mark'
  /** As it was written; in lower case for words. */
  readonly written: string
  readonly entries: readonly Entry[]
  readonly verbs: readonly VerbForm[]
  readonly isPrefix: boolean
  /** What a slot is of: a run or group, or a value. */
  readonly shows: 'run' | 'group' | 'value' | 'quote' | 'relation' | null
}

const NOTHING = { entries: [], verbs: [], isPrefix: false, shows: null } as const
const MARKS = /^[.,;:!?()–—-]$/

/** Cuts a statement into tokens; refuses words that this grammar does not know, and marks that it does not read. */
export function germanTokens(text: string, isName: (word: string) => boolean): readonly Token[] | Refusal {
  const pieces = splitText(text)
  if (isRefusal(pieces)) return pieces
  const tokens: Token[] = []
  const unknown: string[] = []
  const counting: string[] = []
  let quotation = false
  for (const piece of pieces) {
    if (piece.kind === 'slot') {
      tokens.push({ ...NOTHING, kind: 'slot', written: piece.written, shows: showsOf(piece.written) })
      continue
    }
    const words = [
      ...piece.text.normalize('NFC').matchAll(/[\p{L}\p{N}_]+(?:[-'’./+*][\p{L}\p{N}_]+)*|[^\s]/gu),
    ].map(([word]) => word)
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? ''
      if (!/^[\p{L}\p{N}_]/u.test(word)) {
        if (MARKS.test(word)) tokens.push({ ...NOTHING, kind: 'mark', written: word })
        else if (/[„“”"»«‚‘]/.test(word)) quotation = true
        else unknown.push(word)
        continue
      }
      const phrase = phraseAt(words, at)
      if (phrase !== null) {
        tokens.push({ ...NOTHING, kind: 'word', written: phrase.written, entries: phrase.entries })
        at += phrase.length - 1
        continue
      }
      const token = tokenOf(word, isName, tokens.length === 0)
      if (token !== null) tokens.push(token)
      else if (COUNTING.test(word.toLowerCase()) || /\p{N}/u.test(word)) counting.push(word)
      else unknown.push(word)
    }
  }
  const quoted = (words: readonly string[]): string =>
    [...new Set(words)]
      .slice(0, 6)
      .map((word) => `"${word}"`)
      .join(', ')
  if (counting.length > 0)
    return refuse(
      `${quoted(counting)}: a number that is no slot; write the value as a slot, such as [[run.metric]] or [[count(finished)]], or leave it out.`,
    )
  if (quotation)
    return refuse('Words in quotation marks are no quotation; quote with [[quote(n1, "exact words")]].')
  if (unknown.length > 0)
    return refuse(
      `Not checked: ${quoted(unknown)} ${unknown.length > 1 ? 'are no words' : 'is no word'} of the German that the checker reads; say it in plain German words and the names of the log.`,
    )
  return tokens
}

function phraseAt(
  words: readonly string[],
  at: number,
): { readonly written: string; readonly entries: readonly Entry[]; readonly length: number } | null {
  for (let length = Math.min(LONGEST_PHRASE, words.length - at); length > 1; length--) {
    const written = words
      .slice(at, at + length)
      .join(' ')
      .toLowerCase()
    const entries = WORDS.get(written)
    if (entries !== undefined) return { written, entries, length }
  }
  return null
}

function tokenOf(word: string, isName: (word: string) => boolean, isFirst: boolean): Token | null {
  const written = word.toLowerCase()
  const isPrefix = PREFIXES.has(written)
  const [entries, verbs] = byItsCase(word, isFirst)
  if (entries.length > 0 || verbs.length > 0 || isPrefix || isAuxiliary(written) || written === 'am')
    return { kind: 'word', written, entries, verbs, isPrefix, shows: null }
  if (isName(written)) return { ...NOTHING, kind: 'name', written: word }
  const compound = COMPOUNDS.find(([first]) => written.startsWith(first))
  if (compound !== undefined) {
    const rest = written.slice(compound[0].length).replace(/^-/, '')
    const noun = WORDS.get(rest)?.find(({ kind }) => kind === 'noun')
    if (noun !== undefined) return nounToken(written, `${compound[1]} ${noun.english}`)
  }
  // "smote-Läufe", "val_auc-Wert": a name before a noun.
  const [, name = '', last = ''] = /^(.+)-(\p{L}+)$/u.exec(word) ?? []
  const noun = WORDS.get(last.toLowerCase())?.find(({ kind }) => kind === 'noun')
  if (noun !== undefined && isName(name.toLowerCase())) return nounToken(written, `${name} ${noun.english}`)
  return null
}

/** What a word may be: written large within a sentence it is a noun where it may be one, written small it is none where it may be a verb. */
function byItsCase(
  word: string,
  isFirst: boolean,
): readonly [entries: readonly Entry[], verbs: readonly VerbForm[]] {
  const entries = WORDS.get(word.toLowerCase()) ?? []
  const verbs = VERB_FORMS.get(word.toLowerCase()) ?? []
  const isLarge = /^\p{Lu}/u.test(word)
  const hasNoun = entries.some(({ kind }) => kind === 'noun')
  if (isLarge && hasNoun && !isFirst) return [entries, []]
  if (!isLarge && verbs.length > 0) return [entries.filter(({ kind }) => kind !== 'noun'), verbs]
  return [entries, verbs]
}

function nounToken(written: string, english: string): Token {
  return { ...NOTHING, kind: 'word', written, entries: [{ kind: 'noun', english }] }
}

/** What an expression prints, by how it begins; what cannot be told so is a value. */
function showsOf(expression: string): Token['shows'] {
  if (/^quote\(/.test(expression)) return 'quote'
  if (/^compare\(/.test(expression)) return 'relation'
  if (/^(r\d+|argbest\(.*\)|first\(\w+\)|last\(\w+\))$/s.test(expression)) return 'run'
  if (/^(g\d+|all|finished|failed|killed|running|[a-z]\w*)$/.test(expression)) return 'group'
  return 'value'
}
