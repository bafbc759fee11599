import { maskNames } from './find-free-digits.ts'
import { type Problem, unsupported } from './problem.ts'
import { SLOT_MARK } from './split-text.ts'

/** Small words and relation words of other languages; two of them make a sentence that the lexicon cannot judge. */
const FOREIGN =
  /(?<![\p{L}\p{N}_])(ist|sind|als|der|das|und|nicht|auf|besser|schlechter|höher|niedriger|kleiner|größer|beste|bester|bestes|est|sont|les|des|une|dans|meilleur|meilleure|pire|moins|que|el|los|las|mejor|peor|más|menos|mayor|menor|beter|slechter|hoger|lager|dan|het|een|van|er|og|bedre|dårligere|høyere|lavere|enn|ikke|med|migliore|peggiore|della|più|meno|melhor|pior|mais)(?![\p{L}\p{N}_])/giu

/**
 * Words that could claim something unseen by the lexicon: relations in symbols, hidden or look-alike letters, split words,
 * other languages. `words` has slots replaced by `SLOT_MARK`; names of the evidence may hold anything.
 */
export function checkPlainWords(words: string, names: readonly string[]): readonly Problem[] {
  const text = maskNames(words, names)
  const problems: Problem[] = []
  const symbol = /[<>≤≥≪≫≈≃≅↑↓▲▼↗↘⬆⬇📈📉🏆🥇]/u.exec(text)?.[0]
  if (symbol !== undefined)
    problems.push(unsupported(`"${symbol}" is a relation in a symbol; say it in words, with a check.`))
  if (new RegExp(`${SLOT_MARK}\\s*[=~]+\\s*${SLOT_MARK}`).test(text))
    problems.push(unsupported('A sign stands between two slots; say the relation in words, with a check.'))
  if (new RegExp(`[$€£¥#]\\s?${SLOT_MARK}`).test(text))
    problems.push(
      unsupported('A sign of money or number stands before a slot; the slot prints its own unit.'),
    )
  if (new RegExp(`(^|[\\s(])[-−–±]\\s?${SLOT_MARK}|\\b(minus|negative)\\s${SLOT_MARK}`, 'i').test(text))
    problems.push(unsupported('A sign before a slot changes its value; the slot prints its own sign.'))
  const unit = new RegExp(
    `${SLOT_MARK}\\s?(%|‰|percent\\b|per cent\\b|percentage points?\\b|points?\\b|seconds?\\b|minutes?\\b|hours?\\b|days\\b|ms\\b|k\\b|s\\b|min\\b|h\\b)`,
    'i',
  ).exec(text)?.[1]
  if (unit !== undefined)
    problems.push(unsupported(`"${unit}" behind a slot is a unit typed by hand; the slot prints its own.`))
  if (/\p{Cf}/u.test(text))
    problems.push(unsupported('The text holds characters that are not seen; write plain letters.'))
  const strange = [...text].find(
    (letter) =>
      /\p{L}/u.test(letter) &&
      (!/\p{Script=Latin}/u.test(letter) || letter.normalize('NFKC') !== letter.normalize('NFC')),
  )
  if (strange !== undefined)
    problems.push(
      unsupported(
        `"${strange}" is no plain Latin letter; write English in plain letters, and names as they stand in the evidence.`,
      ),
    )
  if (/\p{L}[*_~`]{1,3}\p{L}|[\\]|&[a-z]{2,8};/iu.test(text))
    problems.push(unsupported('Marks inside a word hide it; write plain words.'))
  const foreign = [...text.matchAll(FOREIGN)].map((match) => match[0])
  if (new Set(foreign).size >= 2)
    problems.push(
      unsupported(
        `${foreign
          .slice(0, 4)
          .map((word) => `"${word}"`)
          .join(', ')}: only English can be checked; write English, and quote notes in their own language.`,
      ),
    )
  return problems
}
