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

/**
 * The words of a note from the one that words depend on ("whether", "if", "doubt", "never saw") up to their end, or from their
 * begin to a condition behind them, wherever the note has them: cut out of it they say what it leaves open or denies. Or null.
 */
export function governedBy(note: string, words: string): string | null {
  let whole: string | null = null
  if (OPENS.exec(words)?.index === 0) return null
  for (let at = note.indexOf(words); at >= 0; at = note.indexOf(words, at + 1)) {
    const found = wholeAround(note, at, at + words.length)
    if (found === null) return null
    whole ??= found
  }
  return whole
}

function wholeAround(note: string, from: number, to: number): string | null {
  const sentence = note.slice(0, from).search(/[^.!?;:\n]*$/)
  const clause = note.slice(0, from).search(/[^.!?;:,()\n]*$/)
  const before = note.slice(clause, from)
  if (OPENS.test(before) || DENIED_VIEW.test(before)) return note.slice(clause, to).trim()
  // "If the seeds agree, we keep it": what the opening of a sentence sets as a condition holds behind its comma.
  const opening = note.slice(sentence, from)
  if (
    /^\s*(if|unless|falls|sofern|wenn)(?![\p{L}])[^,]*,\s*(then\s+)?[^,]*$/iu.test(opening) &&
    !/,\s*(and|but|und|aber)\b/i.test(opening)
  )
    return note.slice(sentence, to).trim()
  // A condition behind the end of a sentence begins one of its own.
  const behind = /[.!?;:]["”’)]*$/.test(note.slice(from, to))
    ? undefined
    : /^[ \t]*,?[ \t]*(only\s+)?(if|unless|falls|sofern)(?![\p{L}])[^.!?;\n]*/iu.exec(note.slice(to))?.[0]
  return behind === undefined ? null : note.slice(from, to + behind.length).trim()
}

/** What leaves open all that follows it in its clause. */
const OPENS =
  /(?<![\p{L}\p{N}])(whether|if|unless|lest|doubts?|doubted|doubtful|wonders?|wondering|wondered|unclear|unsure|ob|falls|sofern)(?![\p{L}\p{N}])/iu
/** "Never saw …", "i dont think that …", "no sign that …": a view that is denied, right before what it is of. */
const DENIED_VIEW =
  /(?<![\p{L}\p{N}])(not|no|never|nothing|nobody|none|without|nor|neither|hardly|cannot|isnt|arent|wasnt|werent|dont|doesnt|didnt|cant|couldnt|wont|wouldnt|havent|hasnt|\p{L}+n['’]t)\s+(?:\p{L}+\s+){0,2}?(?:think|thinks|thought|believe|believes|believed|see|sees|saw|seen|expect|expects|expected|know|knows|knew|known|show|shows|shown|showed|say|says|said|mean|means|find|finds|found|prove|proves|proof|evidence|sign|signs|idea|clue|reason|sure|clear|certain|convinced|true)\s+(?:yet\s+)?(?:that\s+|why\s+|how\s+)?$/iu

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
