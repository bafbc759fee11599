import { parseNumber } from './fact-at.ts'

/** What a parameter was set to, however it was written: `0.10` and `1e-1` are one number, `True` and `true` one word. */
export type SettingValue =
  | { readonly kind: 'number'; readonly value: number; readonly key: string }
  | { readonly kind: 'text'; readonly key: string }

/** A path under such a name says what went in: the file counts, the folder it lies in does not. */
const WENT_IN =
  /data|train|test|val|eval|corpus|pretrained|weights|init|feature|input|vocab|tokeni[sz]er|config|(^|[_./-])(resume|load)/i
const WENT_OUT = /out|save|log|cache|tmp|temp/i
const IS_PATH = /(path|dir|directory|folder|file|filename|ckpt|checkpoint)$/i

/** scikit-learn and others read 1 as "one of them" and 1.0 as "all of them" here. */
const COUNT_OR_SHARE =
  /(max_features|max_samples|min_samples_\w+|(test|train|val|validation)_size|n_components|val_check_interval|limit_\w+_batches|overfit_batches)$/i

/** The value of a parameter without its notation; of a path that something was read from, the file. */
export function settingValue(name: string, text: string): SettingValue {
  if (isInput(name)) return lastOfPath(text)
  const plain = /^\s*(["'])(.*)\1\s*$/s.exec(text)?.[2] ?? text.trim()
  const number = parseNumber(plain)
  if (number !== null && Number.isFinite(number)) {
    const isShare = number === 1 && COUNT_OR_SHARE.test(name) && /[.e]/i.test(plain)
    return isShare ? { kind: 'text', key: '1.0' } : { kind: 'number', value: number, key: numberKey(number) }
  }
  return { kind: 'text', key: textKey(plain) }
}

/** Whether a parameter names a file or folder that a run read, not one that it wrote. */
export function isInput(name: string): boolean {
  return IS_PATH.test(name) && WENT_IN.test(name) && !WENT_OUT.test(name)
}

function lastOfPath(text: string): SettingValue {
  return {
    kind: 'text',
    key:
      text
        .trim()
        .replace(/[/\\]+$/, '')
        .split(/[/\\]/)
        .at(-1) ?? '',
  }
}

/** Whether a parameter was set to nothing, which is the same as not setting it. */
export function isNone({ key }: SettingValue): boolean {
  return key === '' || /^(none|null)$/i.test(key)
}

function numberKey(value: number): string {
  return String(value === 0 ? 0 : value)
}

/** Words as they are; lists, tuples and dictionaries with one spacing, one kind of quotation mark and plain numbers. */
function textKey(text: string): string {
  const word = text.replace(/\s+/g, ' ')
  if (/^(true|false)$/i.test(word)) return word.toLowerCase()
  if (!/^[[({]/.test(word)) return word.replace(/ ?, ?/g, ',')
  return [...word.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[[\](){},:]|[^\s[\](){},:"']+/g)]
    .map(([piece]) => pieceKey(piece))
    .join('')
    .replace(/,(?=[\]}])/g, '')
}

/** A number in quotation marks is the number: some writers put all that stands in a list into them. */
function pieceKey(piece: string): string {
  if (piece === '(') return '['
  if (piece === ')') return ']'
  if (/^[[\]{},:]$/.test(piece)) return piece
  const word = /^["']/.test(piece) ? piece.slice(1, -1) : piece
  const number = parseNumber(word)
  if (number !== null && Number.isFinite(number)) return numberKey(number)
  if (/^(true|false)$/i.test(word)) return word.toLowerCase()
  return /^(none|null)$/i.test(word) ? 'null' : JSON.stringify(word)
}
