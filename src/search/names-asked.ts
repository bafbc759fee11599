import { plainWords, type Term } from './terms.ts'

/** Names that a question holds, and the question without them. */
export interface NamesAsked {
  readonly names: readonly string[]
  readonly rest: string
}

/**
 * The names, of experiments or runs, that a question holds: "latent 96" is `latent96`, and "test of interface 6" is
 * `Test_of_interface_6`. The longest wins. A name of one plain word is none: it may be any word.
 */
export function namesAsked(question: string, known: Iterable<string>): NamesAsked {
  let rest = question
  const names: string[] = []
  // A pattern is made only of names that the question may hold: among a hundred thousand they are few.
  const heard = question.replaceAll('\u017f', 's').toLowerCase()
  const isHeard = (word: string): boolean => !PLAIN.test(word) || heard.includes(word)
  for (const name of [...new Set(known)].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))) {
    const words = plainWords(name).flatMap((word) => word.match(/\p{N}+|\p{L}+/gu) ?? [])
    if (words.length < 2 || words.join('').length < 3 || !words.some((word) => /\p{L}{2}/u.test(word)))
      continue
    if (!words.every(isHeard)) continue
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}_]|[.-](?=\\S))${words.join('[^\\p{L}\\p{N}]?')}(?![\\p{L}\\p{N}_]|[.-][\\p{L}\\p{N}])`,
      'giu',
    )
    if (!pattern.test(rest)) continue
    names.push(name)
    rest = rest.replace(pattern, ' ')
  }
  return { names, rest }
}

/** Letters and digits whose other cases lower-casing finds, the long s aside. */
const PLAIN = /^[a-z0-9]+$/

/** A name as a term: passages that hold it count, and runs are found by it already. */
export function nameTerm(name: string): Term {
  return { words: name, forms: [plainWords(name).join(' ')], weight: NAME_WEIGHT }
}

const NAME_WEIGHT = 0.9
