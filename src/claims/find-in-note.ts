/**
 * Where words stand in a note, forgiving what gets lost in copying: runs of white space and typographic quotation marks
 * and dashes. Gives the words as they stand in the note, or null. Two words of text or a whole short note at least: a
 * single letter is no quotation.
 */
export function findInNote(note: string, words: string): string | null {
  const wanted = normalised(words).text.trim()
  if (wanted.length < 2) return null
  const { text, places } = normalised(note)
  let from = 0
  while (from <= text.length) {
    const at = text.indexOf(wanted, from)
    if (at < 0) return null
    if (isWordEdge(text, at) && isWordEdge(text, at + wanted.length))
      return note.slice(places[at] ?? 0, (places[at + wanted.length - 1] ?? note.length) + 1)
    from = at + 1
  }
  return null
}

/** The negation that stands right before words wherever the note has them, since they mean the opposite with it; or null. */
export function deniedBy(note: string, words: string): string | null {
  if (
    /(?<![\p{L}])(no|not|never|no longer|without)$/iu.test(words.trimEnd()) &&
    !endsAClause(note, words.trimEnd())
  )
    return /\S+$/.exec(words.trimEnd())?.[0] ?? null
  let denied: string | null = null
  for (let at = note.indexOf(words); at >= 0; at = note.indexOf(words, at + 1)) {
    const negation = NEGATED.exec(note.slice(Math.max(0, at - 60), at))?.[1] ?? null
    if (negation === null) return null
    denied ??= negation
  }
  return denied
}

/** Whether words stand in a note right before a mark, a new line or its end: what they deny is not cut off. */
function endsAClause(note: string, words: string): boolean {
  for (let at = note.indexOf(words); at >= 0; at = note.indexOf(words, at + 1))
    if (/^\s*(?:[,.;:!?)\]\n]|$)/.test(note.slice(at + words.length))) return true
  return false
}

const NEGATED =
  /(?<![\p{L}\p{N}])(not|no|never|nothing|nobody|none|without|nor|neither|hardly|cannot|isnt|arent|wasnt|werent|dont|doesnt|didnt|cant|couldnt|wont|wouldnt|shouldnt|havent|hasnt|\p{L}+n['’]t)\s+(?:(?:really|much|any|so|very|that|at all|even|quite|sure|clear|certain|convinced)\s+)?$/iu

/** The text with white space and marks made alike, and for each of its characters where it stood. */
function normalised(text: string): { readonly text: string; readonly places: readonly number[] } {
  let made = ''
  const places: number[] = []
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    const plain = /\s/.test(character) ? ' ' : (MARKS[character] ?? character)
    if (plain === ' ' && made.endsWith(' ')) continue
    made += plain
    places.push(index)
  }
  return { text: made, places }
}

const MARKS: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '–': '-',
  '—': '-',
  '‑': '-',
  '−': '-',
}

/** A quotation may not begin or end inside a word or number: "0.02" is not "0.0". */
function isWordEdge(text: string, at: number): boolean {
  const [before, after] = [text[at - 1] ?? ' ', text[at] ?? ' ']
  const isInside = /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after)
  const isInNumber =
    (/[\d]/.test(before) && /[.,]\d/.test(text.slice(at, at + 2))) ||
    (/\d[.,]/.test(text.slice(Math.max(0, at - 2), at)) && /\d/.test(after))
  return !isInside && !isInNumber
}
