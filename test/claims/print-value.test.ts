import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  digitsTogether,
  printDuration,
  printExact,
  printRun,
  printTime,
  printValue,
} from '../../src/claims/print-value.ts'
import { roundDecimal } from '../../src/claims/round-decimal.ts'
import { COMPUTED, type NumberValue, type Value } from '../../src/claims/value.ts'
import { makeEvidence } from '../support/make-evidence.ts'

const number = (value: number, more: Partial<NumberValue> = {}): NumberValue => ({
  ...COMPUTED,
  value,
  runs: [],
  cites: [],
  made: null,
  ...more,
})

describe('rounding', () => {
  it.each([
    [0.84715, 4, '0.8472'],
    [0.84725, 4, '0.8473'],
    [-0.84715, 4, '-0.8472'],
    [0.99996, 4, '1'],
    [9.9996, 4, '10'],
    [12345.678, 4, '12346'],
    [512, 4, '512'],
    [123456789, 4, '123456789'],
    [1e20, 4, '1e20'],
    [0.000109516, 4, '0.0001095'],
    [0.0000109516, 4, '1.095e-5'],
    [0.1 + 0.2, 4, '0.3'],
    [100, 1, '100'],
    [1005, 3, '1005'],
    [0, 4, '0'],
    [-0, 4, '0'],
    [Number.NaN, 4, 'NaN'],
  ])('of %d to %d digits is %s', (value, digits, expected) => {
    expect(roundDecimal(value, digits)).toBe(expected)
  })

  it('stays within half a unit of the last digit kept', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 1e12, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (value, digits) => {
          const rounded = Number(roundDecimal(value, digits))
          return Math.abs(rounded - value) <= 0.5000001 * 10 ** (Math.floor(Math.log10(value)) - digits + 1)
        },
      ),
    )
  })
})

describe('what is printed', () => {
  const evidence = makeEvidence({
    timeZone: 'Europe/Oslo',
    runs: [{ id: 'abcdef0123456789', name: 'smote-2' }, { id: 'abcdef9876543210' }],
  })

  it.each([
    [number(0.84715), '0.8472'],
    [number(2.71728, { unit: '%' }), '2.717%'],
    [number(1.5, { unit: 'pp' }), '1.5 percentage points'],
    [number(12.5, { unit: 'ms' }), '12.5 ms'],
    [number(301, { unit: 'step' }), '301'],
    [number(0.001, { field: 'param', text: '1e-3' }), '1e-3'],
    [number(0.02876080142, { field: 'param', text: '0.02876080142060031' }), '0.02876'],
    [number(85, { field: 'reported', text: '85', unit: '%' }), '85%'],
    [number(Number.NaN), 'NaN'],
    [number(Number.NEGATIVE_INFINITY), '-Infinity'],
  ])('of a number is short', (value, expected) => {
    expect(printValue(value, evidence)).toBe(expected)
  })

  it('of a change drops its sign where the words tell the direction, of a negative value never', () => {
    const change = number(-0.25, { made: { by: 'delta', operands: [] } })
    expect(printValue(change, evidence, { isMagnitude: true })).toBe('0.25')
    expect(printValue(change, evidence)).toBe('-0.25')
    expect(printValue(number(-0.25), evidence, { isMagnitude: true })).toBe('-0.25')
  })

  it.each([
    [0.35, '0.35 s'],
    [42, '42 s'],
    [204, '3.4 min'],
    [18_720, '5.2 h'],
    [267_840, '3.1 days'],
  ])('of %d seconds is %s', (seconds, expected) => {
    expect(printDuration(seconds)).toBe(expected)
  })

  it('of a time stands in the zone of the reader', () => {
    expect(printTime(Date.UTC(2026, 10, 20, 23, 30), 'Europe/Oslo')).toBe('2026-11-21 00:30')
  })

  it('of a run is its name and the beginning of its id, or the id alone', () => {
    expect([printRun('r1', evidence), printRun('r2', evidence)]).toEqual(['smote-2 (abcdef01)', 'abcdef98'])
  })

  it('of a text that fills screens is cut, and kept whole in the evidence', () => {
    const text: Value = {
      kind: 'text',
      text: 'x'.repeat(10_000),
      name: 'model',
      isLiteral: false,
      runs: [],
      cites: [],
      made: null,
    }
    expect(printValue(text, evidence)).toBe(`${'x'.repeat(299)}…`)
    expect(printExact(text, evidence)).toBe(text.text)
  })

  it('keeps two different values apart, however near', () => {
    expect(digitsTogether([number(0.84711), number(0.84713)])).toBe(5)
    expect(digitsTogether([number(0.8471), number(0.8471)])).toBe(4)
  })

  it('adds no digits for what only the rounding of a double keeps apart', () => {
    const gain = 0.842 - 0.8
    expect(digitsTogether([number(gain), number(gain / 0.9999999999999999)])).toBe(4)
    const logged = { field: 'metric' } as const
    expect(digitsTogether([number(gain, logged), number(0.042, logged)])).toBe(15)
  })
})
