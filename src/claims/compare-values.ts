import type { Evidence } from '../evidence/evidence.ts'
import { type Refusal, refuse } from '../evidence/refusal.ts'
import { inOneUnit, whyNotComparable } from './comparable.ts'
import type { Operator } from './expression.ts'
import { printExact } from './print-value.ts'
import { type NumberValue, united, type Value } from './value.ts'

/** Whether a comparison holds, with both sides told in full; refused where it means nothing. */
export function compareValues(
  left: Value,
  operator: Operator,
  right: Value,
  within: number | null,
  evidence: Evidence,
): Value | Refusal {
  const actual = `${printExact(left, evidence)} against ${printExact(right, evidence)}`
  const runs = united([left.runs, right.runs])
  const cites = united([left.cites, right.cites])
  if (cites.length === 0)
    return refuse('A check must speak of something in the evidence, not of literals alone.')
  const holds = judge(left, operator, right, within)
  if (typeof holds !== 'boolean') return holds
  return { kind: 'truth', holds, actual, runs, cites, made: { by: operator, operands: [left, right] } }
}

function judge(left: Value, operator: Operator, right: Value, within: number | null): boolean | Refusal {
  if (left.kind === 'number' && right.kind === 'number') {
    if (within !== null && operator !== '==' && operator !== '!=')
      return refuse('A tolerance belongs to == and != only; write the bound itself: a < 0.9.')
    const reason = whyNotComparable([left, right])
    const [a, b] = inOneUnit([left, right])
    return reason ?? holdsForNumbers(a ?? left, operator, b ?? right, within)
  }
  if (within !== null) return refuse('A tolerance belongs to numbers only.')
  if (left.kind === 'time' && right.kind === 'time') return ordered(left.at - right.at, operator)
  const [a, b] = [wordsOf(left), wordsOf(right)]
  if (a === null || b === null || left.kind === 'number' || right.kind === 'number')
    return refuse(`A ${left.kind} cannot be held against a ${right.kind}.`)
  if (operator !== '==' && operator !== '!=') return refuse('Words are compared with == and != only.')
  return (a === b) === (operator === '==')
}

/**
 * Equality of logged numbers is exact (computed ones to twelve digits). Against a literal with a decimal point and three
 * or more digits, a number is equal if it rounds to it; `within` states any other tolerance.
 */
function holdsForNumbers(
  left: NumberValue,
  operator: Operator,
  right: NumberValue,
  within: number | null,
): boolean {
  const difference = left.value - right.value
  const size = Math.max(Math.abs(left.value), Math.abs(right.value))
  const literal = left.field === 'literal' ? left : right.field === 'literal' ? right : null
  const tolerance = within ?? Math.max(size * 1e-12, literal === null ? 0 : halfUnit(literal.text ?? ''))
  const isEqual = Math.abs(difference) <= tolerance
  if (operator === '==') return isEqual
  if (operator === '!=') return !isEqual
  return ordered(Math.abs(difference) <= size * 1e-12 ? 0 : difference, operator)
}

/** Half a unit of a literal's last place, where it is written with enough digits to mean a rounded value. */
function halfUnit(text: string): number {
  const digits = /^[+-]?(\d*)\.(\d+)$/.exec(text)
  if (digits === null) return 0
  const significant = `${digits[1]}${digits[2]}`.replace(/^0+/, '').length
  return significant >= 3 ? 0.5000001 * 10 ** -(digits[2] ?? '').length : 0
}

function ordered(difference: number, operator: Operator): boolean {
  switch (operator) {
    case '==':
      return difference === 0
    case '!=':
      return difference !== 0
    case '<':
      return difference < 0
    case '<=':
      return difference <= 0
    case '>':
      return difference > 0
    case '>=':
      return difference >= 0
    default:
      return operator satisfies never
  }
}

function wordsOf(value: Value): string | null {
  if (value.kind === 'text') return value.text.trim()
  if (value.kind === 'run') return value.address
  if (value.kind === 'names') return value.names.join(', ')
  return null
}
