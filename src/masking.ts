import { NarrateError } from './errors.ts'

/** A text without its secrets, and how many of each kind were taken out. */
export interface MaskedText {
  readonly text: string
  readonly masked: readonly { readonly what: string; readonly count: number }[]
}

/** A kind of secret: where it may stand, and what takes its place (null: it is none after all). */
interface Rule {
  readonly what: string
  readonly pattern: RegExp
  replace(match: RegExpExecArray): string | null
}

const KINDS = [
  'private key',
  'API key',
  'cloud key',
  'access token',
  'web token',
  'password',
  'credentials',
  'e-mail address',
  'environment value',
  'custom pattern',
] as const
type Kind = (typeof KINDS)[number]

const MARK = '[masked: '
const mark = (kind: Kind) => `${MARK}${kind}]`
const MARKS = new RegExp(`\\[masked: (?:${KINDS.join('|')})\\]`, 'g')

/** A secret that its own form gives away. */
const token = (what: Kind, pattern: RegExp, holds: (text: string) => boolean = () => true): Rule => ({
  what,
  pattern,
  replace: (match) => (holds(match[0]) ? mark(what) : null),
})

const START = `(?<![A-Za-z0-9_-])`
const VALUE = String.raw`([^\s"'\`,;&<>()[\]{}|\\]{4,400})`
const NAME = `(?<![A-Za-z0-9])([A-Za-z0-9_.-]{0,60}(?:key|token|secret|password|passwd|passphrase|pwd|credentials?|passwort|auth|pat))`

/** In this order: the surest forms first, then names with a value, then what tells who and where a person is. */
const RULES: readonly Rule[] = [
  token('API key', new RegExp(`${START}sk-[A-Za-z0-9_-]{16,300}`, 'g'), hasRandomPart),
  token(
    'API key',
    new RegExp(`${START}(?:gsk_|xai-|nvapi-|r8_|AIza|pplx-|wandb_v1_|fw_|tgp_v1_)[A-Za-z0-9_-]{24,300}`, 'g'),
    hasRandomPart,
  ),
  token('API key', new RegExp(`${START}(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,200}`, 'g')),
  token('access token', new RegExp(`${START}gh[pousr]_[A-Za-z0-9]{20,255}`, 'g')),
  token('access token', new RegExp(`${START}github_pat_[A-Za-z0-9_]{20,255}`, 'g')),
  token(
    'access token',
    new RegExp(`${START}(?:glpat-|pypi-|dckr_pat_|dop_v1_)[A-Za-z0-9_-]{20,300}`, 'g'),
    hasRandomPart,
  ),
  token('access token', new RegExp(`${START}(?:hf|npm)_[A-Za-z0-9]{20,100}(?![A-Za-z0-9_])`, 'g'), isMixed),
  token('access token', new RegExp(`${START}dapi[0-9a-f]{32}(?:-\\d)?(?![A-Za-z0-9])`, 'g')),
  token('access token', new RegExp(`${START}xox[abeoprs]-[A-Za-z0-9-]{10,300}`, 'g'), (text) =>
    /\d/.test(text),
  ),
  token('access token', /(?<=hooks\.slack\.com\/services\/)[A-Za-z0-9/]{20,200}/g),
  token('cloud key', new RegExp(`${START}(?:AKIA|ASIA|AROA)[A-Z0-9]{16}(?![A-Za-z0-9])`, 'g')),
  token(
    'web token',
    new RegExp(`${START}eyJ[A-Za-z0-9_-]{8,4000}\\.eyJ[A-Za-z0-9_-]{4,8000}\\.[A-Za-z0-9_-]{8,2000}`, 'g'),
  ),
  {
    what: 'access token',
    pattern: /(?<![A-Za-z])(Bearer|Basic)([ \t]{1,4})([A-Za-z0-9._~+/=-]{12,4000})/gi,
    replace: ([, scheme = '', space = '', value = '']) =>
      /\d/.test(value) && /[A-Za-z]/.test(value) ? `${scheme}${space}${mark('access token')}` : null,
  },
  {
    what: 'credentials',
    pattern: /(?<=[a-z0-9]:\/\/)([^\s/:@'"<>`[\]]{0,100}):([^\s@'"<>`[\]]{1,200})@(?=[A-Za-z0-9[])/g,
    replace: ([, , password = '']) =>
      /^\d{1,5}(?:\/|$)/.test(password) && password.includes('/') ? null : `${mark('credentials')}@`,
  },
  {
    what: 'credentials',
    pattern: /(?<=[a-z0-9]:\/\/)[A-Za-z0-9_-]{20,200}@(?=[A-Za-z0-9])/g,
    replace: () => `${mark('credentials')}@`,
  },
  {
    what: 'API key',
    pattern:
      /(?<![A-Za-z])(wandb[ \t]{1,4}login(?:[ \t]{1,4}--?[\w-]{1,30}(?:=\S{1,60})?){0,4}[ \t]{1,4})([0-9a-f]{40}|[A-Za-z0-9_]{60,100})(?![A-Za-z0-9])/gi,
    replace: ([, before = '']) => `${before}${mark('API key')}`,
  },
  {
    what: 'API key',
    pattern:
      /(?<![A-Za-z])((?:wandb|w&b|weights (?:and|&) biases)[^\n]{0,30}?(?:key|token)[^\n0-9a-f][^\n]{0,12}?)(?<![A-Za-z0-9])([0-9a-f]{40})(?![A-Za-z0-9])/gi,
    replace: ([, before = '']) => `${before}${mark('API key')}`,
  },
  {
    what: 'password',
    pattern: new RegExp(
      `${NAME}(["'\`]?[ \\t]{0,4}(?::=|=>|[:=])[ \\t]{0,4}["'\`]?|["'\`]?\\][ \\t]{0,2}=[ \\t]{0,2}["'\`]?)${VALUE}`,
      'gi',
    ),
    replace: ([, name = '', between = '', value = '']) => replaceNamed(name, between, value),
  },
  {
    what: 'password',
    pattern: new RegExp(`(?<=^|[\\s"'])(--?[A-Za-z][\\w-]{0,40})([ \\t]{1,4}["']?)${VALUE}`, 'gm'),
    replace: ([, name = '', between = '', value = '']) => replaceNamed(name, between, value),
  },
  {
    what: 'password',
    pattern:
      /(?<![A-Za-z])(password|passwd|passphrase|passwort|passord)([ \t]{1,3}(?:is|was|ist|er|:|=)[ \t]{1,3}["'`]?)([^\s"'`,;<>()[\]{}]{6,100})/gi,
    replace: ([, name = '', between = '', value = '']) =>
      /\d/.test(value) && /[^\d.,]/.test(value) ? `${name}${between}${mark('password')}` : null,
  },
  {
    what: 'e-mail address',
    pattern:
      /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?=[A-Za-z0-9-]{0,62}[A-Za-z])[A-Za-z0-9-]{2,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,24}(?![A-Za-z0-9@-])(?!:\w)/g,
    replace: () => mark('e-mail address'),
  },
  {
    what: 'home path',
    pattern:
      /(?<![A-Za-z0-9])[A-Za-z]:(?:\\{1,2}|\/)Users(?:\\{1,2}|\/)(?!Public(?:[\\/]|$))(?:[^\\/:*?"<>|\s]{1,64}(?: [^\\/:*?"<>|\s]{1,30}){0,2}(?=[\\/])|[^\\/:*?"<>|\s]{1,64})/g,
    replace: () => '~',
  },
  {
    what: 'home path',
    pattern:
      /(?<![\w~.\-\]])\/(?:home|Users)\/(?!Shared(?:\/|$))(?:local\/[A-Za-z0-9._-]{1,64}\/)?[A-Za-z0-9._-]{1,64}(?![A-Za-z0-9._-])/g,
    replace: () => '~',
  },
]

/**
 * A text with its secrets replaced by `[masked: …]`, e-mail addresses among them, and home folders by `~`. Git hashes,
 * run ids, digests and values stay. `knownValues` (see `secretValues`) go first, wherever they stand; `extraPatterns`
 * are the user's own regular expressions. Masking a masked text changes nothing; time is linear in the text, as far as
 * the user's own patterns are.
 */
export function maskSecrets(
  text: string,
  extraPatterns: readonly string[] = [],
  knownValues: readonly string[] = [],
): MaskedText {
  const counts = new Map<string, number>()
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  const rules = [...RULES, ...extraPatterns.map(ruleOf)]
  const known = knownValues
    .filter((value) => value !== '')
    .toSorted((one, other) => other.length - one.length)
  let masked = text
  // What one rule takes out may uncover a name for another: again, until a pass finds nothing.
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const before = masked
    masked = maskOnce(masked, known, rules, count)
    if (masked === before) break
  }
  return { text: masked, masked: [...counts].map(([what, found]) => ({ what, count: found })) }
}

const MOST_PASSES = 10

function maskOnce(
  text: string,
  known: readonly string[],
  rules: readonly Rule[],
  count: (what: string) => void,
): string {
  let masked = text
  for (const value of known) {
    masked = outsideMarks(masked, (part) => {
      const pieces = part.split(value)
      for (let found = 1; found < pieces.length; found += 1) count('environment value')
      return pieces.join(mark('environment value'))
    })
  }
  masked = maskPrivateKeys(masked, count)
  for (const rule of rules) masked = outsideMarks(masked, (part) => applyRule(part, rule, count))
  return masked
}

/**
 * Values of the environment variables whose names speak of a secret (`…_API_KEY`, `…_TOKEN`, `…PASSWORD…`), for
 * `maskSecrets`. Paths, numbers, short values and plain words are none.
 */
export function secretValues(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined &&
    /(?:^|_)(?:KEY|APIKEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|PAT)(?:_|$)/i.test(name) &&
    !/^(?:OLD)?PWD$/i.test(name) &&
    value.length >= 8 &&
    !/^(?:[~./]|[A-Za-z]:\\)|^[\d.]+$|^[a-z_-]+$|^\S+:\/\//.test(value)
      ? [value]
      : [],
  )
}

/** Replaces what stands between the marks of earlier rules, never a mark itself. */
function outsideMarks(text: string, replace: (part: string) => string): string {
  if (!text.includes(MARK)) return replace(text)
  let masked = ''
  let at = 0
  for (const found of text.matchAll(MARKS)) {
    masked += replace(text.slice(at, found.index)) + found[0]
    at = found.index + found[0].length
  }
  return masked + replace(text.slice(at))
}

function applyRule(text: string, rule: Rule, count: (what: string) => void): string {
  // Nearly every text holds nothing to mask, and a search is cheaper than an iterator.
  if (text.search(rule.pattern) < 0) return text
  let masked = ''
  let at = 0
  for (const match of text.matchAll(rule.pattern)) {
    const replacement = match[0] === '' ? null : rule.replace(match)
    if (replacement === null || replacement === match[0]) continue
    count(KINDS.find((kind) => replacement.endsWith(mark(kind))) ?? rule.what)
    masked += text.slice(at, match.index) + replacement
    at = match.index + match[0].length
  }
  return masked + text.slice(at)
}

function ruleOf(source: string): Rule {
  try {
    return token('custom pattern', new RegExp(source, 'gu'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new NarrateError('configuration', `The mask pattern ${source} is no regular expression.`, {
      hint: 'Mend it under "mask" in narrate.yaml.',
      cause: error,
    })
  }
}

/** By hand, since a pattern for a key that nobody closed would read the rest of the text again and again. */
function maskPrivateKeys(text: string, count: (what: string) => void): string {
  const begin = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g
  let masked = ''
  let at = 0
  for (let start = begin.exec(text); start; start = begin.exec(text)) {
    const body = start.index + start[0].length
    const near = text.slice(body, body + 20_000)
    const closing = near.indexOf('-----END ')
    const closed =
      closing < 0 ? null : /^-----END [A-Z0-9 ]{0,80}-----/.exec(near.slice(closing, closing + 120))
    const length = closed
      ? closing + closed[0].length
      : (/^[A-Za-z0-9+/=\\\s]{0,20000}/.exec(near)?.[0].length ?? 0)
    count('private key')
    masked += text.slice(at, start.index) + mark('private key')
    at = body + length
    begin.lastIndex = at
  }
  return masked + text.slice(at)
}

const SURE = /^(?:password|passwd|passphrase|pwd|passwort|secret|credentials?)$/
const QUALIFIED =
  /^(?:api|secret|private|access|auth|account|encryption|signing|license|wandb|openai|anthropic|service|master|ssh|deploy|storage|subscription)$/
const PLACEHOLDER =
  /^(?:none|null|nil|undefined|true|false|str|string|int|bytes|optional|required|missing|expired|invalid|unknown|changeme|redacted|hidden|masked|x+|\*+|\.+|…+|your\W?.*|my\W?(?:api|key|token|secret).*|<.*|\$.*|%.*%|os\.environ.*|os\.getenv.*|getenv.*|process\.env.*|env\..*|config\..*|args\..*|settings\..*|self\..*|example.*|placeholder.*|todo)$/i

/** The value that a name speaks of: masked where the name is sure, or where the value looks like nothing but a secret. */
function replaceNamed(name: string, between: string, value: string): string | null {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_.-]+/)
    .filter((word) => word !== '')
  const last = words.at(-1) ?? ''
  const before = words.at(-2) ?? ''
  if (PLACEHOLDER.test(value) || isNumber(value)) return null
  const masked = `${name}${between}`
  if (SURE.test(last)) {
    const assigned = between.includes('=') || /\d|[^\w.]/.test(value.slice(0, -1)) || /["'`]$/.test(between)
    return assigned && value.length >= 4 ? `${masked}${mark('password')}` : null
  }
  const compound = /^(?:apikey|accesskey|secretkey|authkey|accountkey|authtoken|accesstoken|apitoken)$/.test(
    last,
  )
  if (compound || ((last === 'key' || last === 'token') && QUALIFIED.test(before))) {
    return value.length >= 8 && (/\d/.test(value) || isMixed(value)) ? `${masked}${mark('API key')}` : null
  }
  if (last === 'token' || last === 'pat') {
    return value.length >= 16 && hasRandomPart(value, true) ? `${masked}${mark('access token')}` : null
  }
  if (last === 'key') {
    const digest = /^(?:sha\d{1,3}[:-]|md5[:-])?[0-9a-f]{7,128}$|^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(value)
    return value.length >= 16 && !digest && hasRandomPart(value, true) ? `${masked}${mark('API key')}` : null
  }
  return null
}

function isNumber(text: string): boolean {
  return /^[+-]?[\d.,_]+(?:e[+-]?\d+)?[%a-z]{0,3}$/i.test(text)
}

/** Capitals beside small letters, or digits beside letters. */
function isMixed(text: string): boolean {
  return /\d/.test(text) ? /[A-Za-z]/.test(text) : /[a-z]/.test(text) && /[A-Z]{2}|[a-z][A-Z]/.test(text)
}

/** Whether some part between the marks is long and mixed, as names that people give (`sk-learn-rf-depth-10`) are not. */
function hasRandomPart(text: string, withDigits = false): boolean {
  return text
    .split(/[-_.:/]/)
    .some((part) => part.length >= 12 && isMixed(part) && (!withDigits || /\d/.test(part)))
}
