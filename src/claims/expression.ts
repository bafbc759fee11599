import { scanAddress, scanString, type WrittenAddress } from '../evidence/address.ts'
import { type Refusal, refuse } from '../evidence/refusal.ts'
import { isUnitWord } from './units.ts'

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>='

/** What stands in a slot or a check, as parsed; the evidence has not been asked yet. */
export type Expression =
  | { readonly kind: 'address'; readonly address: WrittenAddress; readonly written: string }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly operands: readonly Expression[]
      readonly written: string
    }
  | {
      readonly kind: 'number'
      readonly value: number
      /** The unit written behind it, as in `2 h`; null where none was. */
      readonly unit: string | null
      readonly written: string
    }
  | { readonly kind: 'text'; readonly text: string; readonly written: string }
  | {
      readonly kind: 'comparison'
      readonly left: Expression
      readonly operator: Operator
      readonly right: Expression
      /** The tolerance written behind `within`; null where none was. */
      readonly within: number | null
      readonly written: string
    }

const LONGEST = 4000
const DEEPEST = 12
const MOST_OPERANDS = 400

interface Read {
  readonly expression: Expression
  readonly end: number
}

/** Parses a check: one comparison, or a call that is true or false. */
export function parseCheck(text: string): Expression | Refusal {
  if (text.length > LONGEST)
    return refuse(`A check of ${text.length} characters is too long; write several checks.`)
  const left = readExpression(text, spaces(text, 0), 0)
  if ('reason' in left) return left
  const position = spaces(text, left.end)
  if (position === text.length) return left.expression
  const operator = /^(==|!=|<=|>=|<|>)/.exec(text.slice(position, position + 2))?.[0] as Operator | undefined
  if (operator === undefined) return refuse(operatorHint(text.slice(position, position + 12)))
  const right = readExpression(text, spaces(text, position + operator.length), 0)
  if ('reason' in right) return right
  const tail = text.slice(right.end).trim()
  const within = /^within\s+(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)$/i.exec(tail)?.[1] ?? null
  if (tail !== '' && within === null) return refuse(operatorHint(tail.slice(0, 12)))
  return {
    kind: 'comparison',
    left: left.expression,
    operator,
    right: right.expression,
    within: within === null ? null : Number(within),
    written: text.trim(),
  }
}

/**
 * Reads the expression of a slot, `start` being behind its opening brackets, up to the closing `]]`. Gives the position
 * behind them.
 */
export function scanSlot(text: string, start: number): Read | Refusal {
  const read = readExpression(text.slice(0, start + LONGEST), spaces(text, start), 0)
  if ('reason' in read) return read
  const end = spaces(text, read.end)
  if (text.startsWith(']]', end)) return { expression: read.expression, end: end + 2 }
  const rest = text.slice(end, end + 16)
  if (/^(==|!=|<|>)/.test(rest)) return refuse('A comparison belongs in checks, not in a slot.')
  return refuse(`The slot [[${text.slice(start, end).trim()} is not closed with ]].`)
}

function readExpression(text: string, start: number, depth: number): Read | Refusal {
  if (depth > DEEPEST) return refuse(`Expressions nest at most ${DEEPEST} deep.`)
  const string = scanString(text, start)
  if (string !== null)
    return {
      expression: { kind: 'text', text: string.text, written: text.slice(start, string.end) },
      end: string.end,
    }
  const literal =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\s*(%)|\s*(\p{L}{1,8})(?![\p{L}\p{N}_]))?(?![\p{L}\p{N}_])/iu.exec(
      text.slice(start, start + 56),
    )
  if (literal?.[1] !== undefined) {
    const word = literal[2] ?? literal[3] ?? null
    const unit = word !== null && isUnitWord(word) ? word : null
    const end = start + (unit === null ? literal[1].length : literal[0].length)
    // A word that is no unit is left where it stands: "within", or a name that the next reader complains of.
    return {
      expression: { kind: 'number', value: Number(literal[1]), unit, written: text.slice(start, end) },
      end,
    }
  }
  // A parameter's own name inside a call, slashes and all: same(r9, r10, hparams/max_depth).
  const path =
    depth === 0
      ? null
      : /^[A-Za-z_][\w.-]*(?:\/[\w.-]+)+(?=\s*[,)])/.exec(text.slice(start, start + 200))?.[0]
  if (path !== null && path !== undefined)
    return { expression: { kind: 'text', text: path, written: path }, end: start + path.length }
  const scanned = scanAddress(text, start)
  if ('kind' in scanned) return scanned
  const { address, end } = scanned
  if (text[spaces(text, end)] === '(' && address.steps.length === 0)
    return readCall(text, start, address.root, spaces(text, end) + 1, depth)
  return { expression: { kind: 'address', address, written: text.slice(start, end) }, end }
}

function readCall(text: string, start: number, name: string, open: number, depth: number): Read | Refusal {
  const operands: Expression[] = []
  let position = spaces(text, open)
  if (text[position] === ')') return refuse(`${name}() needs something in its brackets.`)
  while (operands.length < MOST_OPERANDS) {
    const operand = readExpression(text, position, depth + 1)
    if ('reason' in operand) return operand
    operands.push(operand.expression)
    position = spaces(text, operand.end)
    const next = text[position]
    position = spaces(text, position + 1)
    if (next === ')') {
      const end = text.indexOf(')', spaces(text, operand.end)) + 1
      return { expression: { kind: 'call', name, operands, written: text.slice(start, end) }, end }
    }
    if (next !== ',') return refuse(`${name}(…) lacks a comma or its closing bracket.`)
  }
  return refuse(`${name}(…) takes at most ${MOST_OPERANDS} operands; name a group instead.`)
}

function spaces(text: string, start: number): number {
  let position = start
  while (/[\s\u00a0]/.test(text[position] ?? '.')) position++
  return position
}

function operatorHint(found: string): string {
  if (/^=/.test(found)) return 'Equality is written ==.'
  if (/^(and|or|&&|\|\|)/i.test(found)) return 'A check holds one comparison; write two checks.'
  if (/^[-+*/]/.test(found))
    return 'There is no arithmetic by signs; use delta(a, b), pct(a, b), ratio(a, b), mean(a, b).'
  if (/^within/i.test(found)) return 'A tolerance is a plain number at the end: a == 0.85 within 0.005.'
  return `"${found}" is no operator; there are == != < <= > >= and a tolerance "within 0.005" at the end.`
}
