import {
  CAPITAL_DATES,
  DATES,
  DOUBTFUL,
  HAN,
  HARMLESS,
  LOOKALIKES,
  ROMAN,
  ROMAN_ALONE,
  SCORE,
  SPELLED,
  TERMS,
} from './number-words.ts'
import { SLOT_MARK } from './split-text.ts'

/**
 * The numbers in a text's words that are no slot, as written, in the order they stand; empty where there are none.
 * `text` has its slots replaced by `SLOT_MARK`; `names` are those of the evidence, in lower case, longest first.
 *
 * Found in any form: numerals of every script, superscripts and other number characters, spelled numbers, ordinals and
 * fractions (also split by markup, invisible characters or look-alike letters), months and weekdays, Roman numerals
 * behind a counted noun, HTML entities. Vague quantities ("several", "few", "many") are none.
 */
export function findFreeDigits(text: string, names: readonly string[]): readonly string[] {
  const found: string[] = []
  for (const entity of text.matchAll(/&(#x?[\da-f]+|frac\w+|sup\w+|half|[a-z]+digit);?/gi))
    found.push(entity[0])
  for (const character of text.matchAll(/[\p{Nl}\p{No}]/gu)) found.push(character[0])
  const visible = withoutInvisible(text)
  const masked = maskNames(visible, names)
  for (const token of masked.matchAll(/[^\s\uFFFC]+/gu))
    if (/[\p{N}\u{1F51F}\u{1F4AF}]/u.test(token[0])) found.push(token[0])
  for (const token of masked.matchAll(/(?<![\p{L}\p{N}])[OolI|]+[.,][OolI|]+(?![\p{L}\p{N}])/gu))
    found.push(token[0])
  for (const character of masked) if (HAN.test(character)) found.push(character)
  const plain = plainLetters(masked)
  found.push(...spelledNumbers(plain))
  const joined = plain.replace(/(?<![\p{L}\p{N}])(?:\p{L}[ .\-_]){2,}\p{L}(?![\p{L}\p{N}])/gu, (letters) =>
    letters.replace(/[ .\-_]/g, ''),
  )
  if (joined !== plain) found.push(...spelledNumbers(joined))
  const bare = plain
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/(?<=\p{L})[!|$@](?=\p{L})/gu, (sign) => SIGNS[sign] ?? sign)
  if (bare !== plain) for (const match of bare.matchAll(SPELLED)) found.push(match[0])
  return [...new Set(found)]
}

function spelledNumbers(text: string): readonly string[] {
  const found: string[] = []
  const rest = text.replace(TERMS, (term) => ' '.repeat(term.length))
  for (const match of rest.matchAll(SPELLED)) found.push(match[0])
  for (const match of rest.matchAll(DATES)) found.push(match[0])
  for (const match of rest.matchAll(CAPITAL_DATES)) found.push(match[0])
  for (const match of rest.matchAll(ROMAN_ALONE)) if (match[0] !== '') found.push(match[0])
  for (const match of rest.matchAll(ROMAN))
    if (match[1] !== undefined && match[1] !== '') found.push(match[0])
  for (const match of rest.matchAll(DOUBTFUL)) if (counts(rest, match[0], match.index)) found.push(match[0])
  if (/orders? of magnitude/i.test(rest)) found.push('order of magnitude')
  for (const match of rest.matchAll(SCORE)) found.push(match[0])
  return found
}

/** Whether "one", "both" or "second" counts something where it stands. */
function counts(text: string, word: string, at: number): boolean {
  const marked = `${text.slice(0, at)}<${word}>${text.slice(at + word.length)}`.toLowerCase()
  const near = marked.slice(Math.max(0, at - 40), at + word.length + 42)
  if (word.toLowerCase() === 'both') return sentenceAround(text, at).split(SLOT_MARK).length - 1 < 2
  return !HARMLESS.some((pattern) => pattern.test(near))
}

function sentenceAround(text: string, at: number): string {
  const begin = Math.max(0, text.slice(0, at).search(/[.!?]\s[^.!?]*$/))
  return text.slice(begin, at) + (/^.*?(?:[.!?](?:\s|$)|$)/s.exec(text.slice(at))?.[0] ?? '')
}

/** Compatibility forms made plain, and characters that are not seen taken out. */
function withoutInvisible(text: string): string {
  return decodePercent(unboxed(text))
    .normalize('NFC')
    .replace(/[\p{Cf}\p{Mn}\p{Me}]|[\u115F\u1160\u3164\uFFA0]/gu, '')
    .normalize('NFKC')
}

function decodePercent(text: string): string {
  return text.replace(/%3[0-9]/g, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
}

/** Marks of emphasis and tags taken out and look-alike letters made Latin, so that words are read as a reader would. */
function plainLetters(text: string): string {
  return text
    .replace(/<\/?[a-z][^<>]{0,200}>/gi, '')
    .replace(/(?<=\p{L})(\*{1,3}|_{1,3}|~~|`|\\)(?=\p{L})/gu, '')
    .replace(
      /[\u0370-\u03FF\u0400-\u058F\u0131\u0192\u0261\u0262\u0269\u026A\u0274\u0280\u028F\u0299\u029C\u029F\u1D00-\u1D22\uA730\uA731]/gu,
      (letter) => LOOKALIKES[letter.toLowerCase()] ?? letter,
    )
}

/** Signs written for letters inside a word. */
const SIGNS: Readonly<Record<string, string>> = { '!': 'i', '|': 'l', $: 's', '@': 'a' }

/** Letters in boxes, which Unicode calls no letters: 🅢, 🆂 and the flags' 🇸. */
function unboxed(text: string): string {
  return text.replace(/[\u{1F150}-\u{1F169}\u{1F170}-\u{1F189}\u{1F1E6}-\u{1F1FF}]/gu, (letter) => {
    const code = letter.codePointAt(0) ?? 0
    const base = code >= 0x1f1e6 ? 0x1f1e6 : code >= 0x1f170 ? 0x1f170 : 0x1f150
    return String.fromCharCode(97 + code - base)
  })
}

/** The text with the evidence's own names blanked out where they stand as whole words. */
export function maskNames(text: string, names: readonly string[]): string {
  let masked = text
  let lower = text.toLowerCase()
  if (lower.length !== text.length) return text
  for (const name of names) {
    let from = 0
    for (;;) {
      const at = lower.indexOf(name, from)
      if (at < 0) break
      from = at + name.length
      if (!standsAlone(lower, at, from)) continue
      masked = masked.slice(0, at) + '\u2022'.repeat(name.length) + masked.slice(from)
      lower = lower.slice(0, at) + '\u2022'.repeat(name.length) + lower.slice(from)
    }
  }
  return masked
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start)
  const after = text.slice(end, end + 2)
  return (
    !/[\p{L}\p{N}_]$/u.test(before) &&
    !/\d[.,]$/.test(before) &&
    !/^[\p{L}\p{N}_]/u.test(after) &&
    !/^[.,]\d/.test(after)
  )
}
