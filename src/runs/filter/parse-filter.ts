import type { NarrateError } from '../../errors.ts'
import type { Comparison, Condition, Field, Filter, NumberOperator } from './filter.ts'
import { filterError } from './filter-error.ts'
import { likePattern } from './like-pattern.ts'
import { fieldOf, fieldText } from './parse-field.ts'
import { STATUS_WORDS } from './status-words.ts'
import { type Token, tokenise } from './tokenise.ts'

const NUMBER_OPERATORS: readonly NumberOperator[] = ['=', '!=', '>', '>=', '<', '<=']

/** What may stand between a field and a value, by what the field holds. */
interface Possible {
  readonly operators: readonly string[]
  readonly holds: 'number' | 'text'
}

/**
 * Parses a filter in the search syntax of MLflow's `search_runs` (`mlflow/utils/search_utils.py`, 2.x and 3.x):
 * conditions joined by AND. Parameters and tags compare as text, metrics as numbers by their last value. Stricter than
 * MLflow where that would pass a slip in silence: a missing or trailing AND and a status that does not exist are
 * errors. Statuses may be written in small letters. Throws `NarrateError('usage')`, which names the place.
 */
export function parseFilter(text: string): Filter {
  const tokens = tokenise(text)
  const conditions: Condition[] = []
  let next = 0

  while (next < tokens.length) {
    if (conditions.length > 0) expectAnd()
    conditions.push(readCondition())
  }
  return { text, conditions }

  function expectAnd(): void {
    const token = tokens[next]
    if (isWord(token, 'AND')) {
      next += 1
      if (next === tokens.length) throw wrong(token, 'a condition must follow AND')
      return
    }
    if (isWord(token, 'OR')) {
      throw wrong(
        token,
        'OR is not possible: conditions are joined by AND only, as in MLflow',
        'Ask twice, or use LIKE, or IN where it is possible (run_id, datasets.name).',
      )
    }
    const previous = tokens[next - 1]
    const isQuote = previous?.kind === 'text' && token?.joined === true
    throw wrong(
      token,
      'AND is expected between conditions',
      isQuote ? 'A text that holds one kind of quote stands in the other kind: "it\'s".' : undefined,
    )
  }

  function readCondition(): Condition {
    const start = tokens[next]
    const field = readField()
    const possible = possibleFor(field)
    const operator = readOperator(field, possible, start)
    return { field, comparison: readComparison(field, possible, operator) }
  }

  function readField(): Field {
    const first = tokens[next]
    if (first === undefined) throw wrong(first, 'a condition is expected')
    if (first.text === '(' && first.quote === null) {
      throw wrong(
        first,
        'conditions cannot stand in parentheses',
        'They are joined by AND only, as in MLflow.',
      )
    }
    if (isWord(first, 'NOT')) throw wrong(first, 'NOT cannot stand before a condition', 'Use != or NOT IN.')
    if (
      first.kind === 'operator' ||
      first.kind === 'punctuation' ||
      first.kind === 'number' ||
      first.quote === "'"
    ) {
      throw wrong(
        first,
        'a field is expected',
        'A field is metrics.NAME, params.NAME, tags.NAME, datasets.NAME or an attribute.',
      )
    }
    next += 1
    const words = [first]
    while (isDot(tokens[next])) {
      const name = tokens[next + 1]
      if (name === undefined || !name.joined || !isNamePart(name))
        throw wrong(name ?? tokens[next], 'a name must follow the dot')
      words.push(name)
      next += 2
    }
    const after = tokens[next]
    if (after?.joined === true && after.kind !== 'operator' && after.kind !== 'punctuation')
      throw unquotedName(after)
    const [entity, ...rest] = words
    const found =
      rest.length === 0 || entity === undefined
        ? fieldOf(null, first.text)
        : fieldOf(entity.text, rest.map(({ text: part }) => part).join('.'))
    if (found.field === null) throw wrong(first, found.why, found.hint)
    return found.field
  }

  function readOperator(field: Field, possible: Possible, start: Token | undefined): string {
    const token = tokens[next]
    if (token === undefined)
      throw wrong(token, `${fieldText(field)} is compared with nothing`, listOf(field, possible))
    const written = operatorAt()
    if (written === null) {
      if (isWord(token, 'AND') || start === undefined)
        throw wrong(token, `${fieldText(field)} is compared with nothing`, listOf(field, possible))
      throw wrong(token, `an operator must follow ${fieldText(field)}`, listOf(field, possible))
    }
    if (!possible.operators.includes(written.operator)) {
      throw wrong(
        token,
        `${written.operator} is not possible for ${describe(field)}`,
        listOf(field, possible),
      )
    }
    next += written.length
    return written.operator
  }

  function operatorAt(): { readonly operator: string; readonly length: number } | null {
    const words = tokens.slice(next, next + 3)
    const [first, second, third] = words.map((token) =>
      token.quote === null ? token.text.toUpperCase() : '',
    )
    if (words[0]?.kind === 'operator') return { operator: words[0].text, length: 1 }
    if (first === 'IS' && second === 'NOT' && third === 'NULL') return { operator: 'IS NOT NULL', length: 3 }
    if (first === 'IS' && second === 'NULL') return { operator: 'IS NULL', length: 2 }
    if (first === 'NOT' && (second === 'IN' || second === 'LIKE' || second === 'ILIKE')) {
      return { operator: `NOT ${second}`, length: 2 }
    }
    if (first === 'IN' || first === 'LIKE' || first === 'ILIKE' || first === 'RLIKE')
      return { operator: first, length: 1 }
    return null
  }

  function readComparison(field: Field, possible: Possible, operator: string): Comparison {
    if (operator === 'IS NULL' || operator === 'IS NOT NULL') {
      return { kind: 'presence', isThere: operator === 'IS NOT NULL' }
    }
    if (operator === 'IN' || operator === 'NOT IN') return { kind: 'list', operator, values: readList(field) }
    if (possible.holds === 'number')
      return { kind: 'number', operator: numberOperator(operator), value: readNumber(field) }
    const { value, token } = readText(field)
    if (operator === 'LIKE' || operator === 'ILIKE') {
      return { kind: 'pattern', operator, pattern: likePattern(value, operator === 'ILIKE') }
    }
    if (field.kind === 'attribute' && field.name === 'status') checkStatus(value, token)
    return { kind: 'text', operator: operator === '=' ? '=' : '!=', value }
  }

  function readNumber(field: Field): number {
    const token = tokens[next]
    if (token?.kind !== 'number') {
      const isTime = field.kind === 'attribute'
      throw wrong(
        token,
        `${fieldText(field)} is compared with a number${token?.quote != null ? ', without quotes' : ''}`,
        isTime
          ? 'Times are milliseconds since 1970; --since and --until take dates.'
          : 'Write it as 0.8, -1 or 1e-3. NaN and infinities cannot be asked for.',
      )
    }
    next += 1
    return Number(token.text)
  }

  function readText(field: Field): { readonly value: string; readonly token: Token } {
    const token = tokens[next]
    if (token?.kind !== 'text') {
      const isParam = field.kind === 'param'
      throw wrong(
        token,
        `${fieldText(field)} is compared with a text in quotes`,
        `Write ${fieldText(field)} = '${token?.text ?? 'text'}'.${isParam ? ' Parameters are compared as the text that was logged.' : ''}`,
      )
    }
    next += 1
    return { value: token.text, token }
  }

  function readList(field: Field): readonly string[] {
    const hint = `Write ${fieldText(field)} IN ('a', 'b').`
    const open = tokens[next]
    if (open === undefined || open.text !== '(' || open.quote !== null)
      throw wrong(open, 'a list in parentheses must follow', hint)
    next += 1
    const values: string[] = []
    for (;;) {
      const token = tokens[next]
      if (isPunctuation(token, ')') && values.length > 0) break
      if (token?.kind !== 'text')
        throw wrong(
          token,
          values.length === 0
            ? 'the list holds no text in quotes'
            : 'a text in quotes is expected in the list',
          hint,
        )
      values.push(token.text)
      next += 1
      const after = tokens[next]
      if (isPunctuation(after, ')')) break
      if (!isPunctuation(after, ',')) throw wrong(after, 'a comma or ) is expected in the list', hint)
      next += 1
    }
    next += 1
    return values
  }

  function checkStatus(value: string, token: Token): void {
    if (STATUS_WORDS.includes(value.toUpperCase())) return
    throw wrong(token, `"${value}" is no status`, `It is one of ${STATUS_WORDS.join(', ')}.`)
  }

  function wrong(token: Token | undefined, what: string, hint?: string): NarrateError {
    return filterError(text, token?.at ?? text.length, what, hint)
  }

  function unquotedName(token: Token): NarrateError {
    return wrong(
      token,
      'the name is not over, and no operator follows',
      'A name with special characters stands in backticks or double quotes: metrics.`val/loss`.',
    )
  }
}

function possibleFor(field: Field): Possible {
  switch (field.kind) {
    case 'metric':
      return { operators: NUMBER_OPERATORS, holds: 'number' }
    case 'param':
    case 'tag':
      return { operators: ['=', '!=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL'], holds: 'text' }
    case 'data set':
      return { operators: ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'], holds: 'text' }
    case 'attribute':
      if (field.name === 'start_time' || field.name === 'end_time') {
        return { operators: NUMBER_OPERATORS, holds: 'number' }
      }
      return field.name === 'run_id'
        ? { operators: ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'], holds: 'text' }
        : { operators: ['=', '!=', 'LIKE', 'ILIKE'], holds: 'text' }
    default:
      return field satisfies never
  }
}

function describe(field: Field): string {
  switch (field.kind) {
    case 'metric':
      return 'a metric'
    case 'param':
      return 'a parameter, which is text'
    case 'tag':
      return 'a tag, which is text'
    case 'data set':
      return 'a data set'
    case 'attribute':
      return field.name
    default:
      return field satisfies never
  }
}

function listOf(field: Field, possible: Possible): string {
  return `Possible for ${fieldText(field)}: ${possible.operators.join(', ')}.`
}

function numberOperator(operator: string): NumberOperator {
  const found = NUMBER_OPERATORS.find((known) => known === operator)
  if (found === undefined) throw new Error(`${operator} was let through for a number`)
  return found
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'name' && token.text.toUpperCase() === word
}

function isPunctuation(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'punctuation' && token.text === mark
}

function isDot(token: Token | undefined): boolean {
  return isPunctuation(token, '.') && token?.joined === true
}

function isNamePart(token: Token): boolean {
  return token.kind === 'name' || token.kind === 'backticked' || token.quote === '"'
}
