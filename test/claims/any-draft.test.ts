import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkStatements } from '../../src/claims/check-draft.ts'
import { evaluate } from '../../src/claims/evaluate.ts'
import { parseCheck } from '../../src/claims/expression.ts'
import { findFreeDigits } from '../../src/claims/find-free-digits.ts'
import { printDuration, printValue } from '../../src/claims/print-value.ts'
import { roundDecimal } from '../../src/claims/round-decimal.ts'
import { splitText } from '../../src/claims/split-text.ts'
import { COMPUTED } from '../../src/claims/value.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import { type LogDraft, statementsOfLog } from '../../src/documents/log-draft.ts'
import { logKind } from '../../src/documents/log-kind.ts'
import { isRefusal } from '../../src/evidence/refusal.ts'
import { draftDocument } from '../../src/narrate.ts'
import { gather } from '../support/gather.ts'
import { makeEvidence } from '../support/make-evidence.ts'
import { makeRun } from '../support/make-run.ts'
import { riverEvidence } from '../support/river-evidence.ts'
import { scriptedModel } from '../support/scripted-model.ts'

const river = riverEvidence()
const templates = templateEngine(path.resolve(import.meta.dirname, '../..'))

const PIECES = [
  ...['[[r1]]', '[[r2]]', '[[r9]]', '[[g1]]', '[[finished]]', '[[r1.test_loss]]', '[[r2.test_loss.min]]'],
  ...['[[r1.val_loss.first]]', '[[r1.train_loss.min.step]]', '[[g1.test_loss.mean]]', '[[count(failed)]]'],
  ...['[[delta(r1.test_loss, r2.test_loss)]]', '[[compare(r1.test_loss, r2.test_loss)]]', '[[r1.started]]'],
  ...[
    '[[quote(n1, "the")]]',
    '[[n1.v1]]',
    '[[k1]]',
    '[[first(all)]]',
    '[[duration(finished)]]',
    '[[differ(r1, r2)]]',
  ],
  ...[
    '[[',
    ']]',
    '[[min(',
    'r1',
    '.',
    ', ',
    '; ',
    ': ',
    '(',
    ')',
    '"',
    "'s",
    '7',
    'seven',
    '\u0000',
    '٣',
    '😀',
    '\n',
  ],
  ...[
    ' is ',
    ' than ',
    ' lower ',
    ' best ',
    ' highest of ',
    ' mean ',
    ' test loss ',
    ' validation ',
    ' at step ',
  ],
  ...[
    ' all ',
    ' none ',
    ' only ',
    ' because ',
    ' failed ',
    ' first ',
    ' not ',
    ' same ',
    ' no effect ',
    ' leads ',
  ],
  ...[
    ' from ',
    ' to ',
    ' by ',
    ' runs ',
    ' together ',
    ' took ',
    ' started after ',
    ' You wrote ',
    ' on the test set ',
  ],
]
const CHECKS = [
  ...[
    'r1.test_loss < r2.test_loss',
    'r1.test_loss == min(test_loss, finished)',
    'same(r1, r2)',
    'count(all) > 0',
  ],
  ...[
    'argbest(test_loss, finished) == r1',
    'first(all) == r1',
    'includes(r1.inputs, "x")',
    'r1',
    '1 <',
    'within',
  ],
  ...['r1.duration < 2 h', 'abs(pct(r1.test_loss, r2.test_loss)) < 5', 'status(r1) == failed', '[[r1]]', ''],
]
const soup = (maxLength: number) =>
  fc.array(fc.constantFrom(...PIECES), { maxLength }).map((pieces) => pieces.join(''))
const text = fc.oneof(soup(14), fc.string(), fc.string({ unit: 'binary' }))
const statement = fc.record({
  text,
  basis: fc.constantFrom('observed', 'noted', 'inferred', 'proposed'),
  checks: fc.array(fc.oneof(fc.constantFrom(...CHECKS), text), { maxLength: 3 }),
})
const statements = fc.array(statement, { maxLength: 2 })
const draft: fc.Arbitrary<LogDraft> = fc.record({
  title: text,
  title_checks: fc.array(text, { maxLength: 3 }),
  conclusions: fc.array(
    fc.record({
      hypothesis: text,
      outcome: fc.constantFrom('supported', 'refuted', 'inconclusive'),
      reason: statement,
    }),
    { maxLength: 1 },
  ),
  table: fc.record({
    axis: fc.option(text),
    metrics: fc.array(text, { maxLength: 2 }),
    remarks: statements,
  }),
  discrepancies: statements,
  reading: statements,
  unworked: statements,
  decisions: statements,
  next_steps: statements,
  suggestions: statements,
  questions: statements,
})

describe('any draft', () => {
  it('is judged, statement by statement, without a throw', () => {
    fc.assert(
      fc.property(draft, (one) => {
        const given = statementsOfLog(one)
        return checkStatements(given, river).length === given.length
      }),
      { numRuns: 1000 },
    )
  })

  it('is refused without naming a run that neither the log nor the draft has', () => {
    const known = new Set(river.runs.map(({ address }) => address))
    fc.assert(
      fc.property(statement, (one) => {
        const [verdict] = checkStatements([{ path: 'x', ...one }], river)
        const written = [one.text, ...one.checks].join(' ')
        const named =
          verdict === undefined || !('reason' in verdict) ? [] : (verdict.reason.match(/\br\d+\b/g) ?? [])
        return named.every((run) => known.has(run) || written.includes(run))
      }),
      { numRuns: 1000 },
    )
  })

  it('becomes the same document when it is rendered twice', async () => {
    const evidence = gather(
      [
        makeRun({ id: 'aaaa1111', name: 'base', params: { lr: '0.1' }, metrics: { test_loss: 0.3 } }),
        makeRun({ id: 'bbbb2222', name: 'wide', params: { lr: '0.2' }, metrics: { test_loss: 0.2 } }),
      ],
      ['the wide one is lower, about 0.2'],
    )
    const rendered = async (reply: string) => {
      const drafted = await draftDocument({
        kind: logKind,
        subject: {},
        evidence,
        model: scriptedModel([reply, reply, reply]),
        noModelBecause: null,
        templates,
        promptTokens: 24_000,
        timeLimitMilliseconds: 60_000,
        maxOutputTokens: 4000,
        signal: new AbortController().signal,
        onProgress: () => {},
        dayEndsAtHour: 4,
        noteIds: [],
        author: 'ines',
        version: '0.1.0',
        settingsDigest: '00',
        supersedes: null,
        mask: (words) => words,
      })
      return drafted.document
    }
    await fc.assert(
      fc.asyncProperty(draft, async (one) => {
        const reply = JSON.stringify(one)
        expect(await rendered(reply)).toEqual(await rendered(reply))
      }),
      { numRuns: 60 },
    )
  })
})

const LONG = 100_000
const ENDLESS: readonly (readonly [string, string])[] = [
  ...['(', ')', '[', ']', '[[', ']]', '"', "'", '.', ',', ' ', '\n', '<', '=', '-', '7', 'a', 'é', '😀'],
  ...[
    'min(',
    'r1.',
    'r1.param["',
    'min(r1, ',
    'r1 < ',
    '[[r1]] ',
    '[[r1',
    'a-',
    'a.a',
    '1e',
    '&#',
    '0.',
    '-1 ',
  ],
  ...[
    'one ',
    'seven ',
    'I',
    'VI',
    'half-',
    'the ',
    'a b ',
    'lower than ',
    'r1, ',
    '[[r1]], ',
    '<b',
    '**a',
    '%3',
  ],
].map((piece) => [JSON.stringify(piece), piece.repeat(Math.ceil(LONG / piece.length))])

describe('a hundred kilobytes of', () => {
  it.each(ENDLESS)('%s come to an end', (_name, endless) => {
    const parsed = parseCheck(endless)
    if (!isRefusal(parsed)) evaluate(parsed, river)
    splitText(endless)
    findFreeDigits(endless, ['lag_7'])
    const judged = checkStatements(
      [
        { path: 'x', text: endless, basis: 'inferred', checks: [endless] },
        {
          path: 'y',
          text: `[[r1]] has a test loss of [[r1.test_loss]] ${endless}`,
          basis: 'observed',
          checks: [],
        },
      ],
      river,
    )
    expect(judged).toHaveLength(2)
  })
})

describe('deep nesting', () => {
  it.each([1, 11, 12, 13, 100, 10_000])('of %d brackets is a value or a refusal', (depth) => {
    const parsed = parseCheck(`${'abs('.repeat(depth)}r1.test_loss${')'.repeat(depth)}`)
    const value = isRefusal(parsed) ? parsed : evaluate(parsed, river)
    expect(isRefusal(value)).toBe(depth > 12)
  })
})

describe('a printed number, read again', () => {
  const none = makeEvidence({})
  const number = fc.double({ noNaN: true, min: -1e300, max: 1e300 })
  /** Half a unit of the last place that a decimal text shows, a hair more for the arithmetic of the test itself. */
  const halfUnit = (shown: string) => {
    const [, digits = '', exponent = '0'] = /^-?([\d.]+)(?:e(-?\d+))?$/.exec(shown) ?? []
    const places = digits.includes('.') ? digits.length - digits.indexOf('.') - 1 : 0
    return 0.5 * 10 ** (Number(exponent) - places)
  }

  it('is within half a unit of its last place, whatever the number and the digits', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 17 }), (value, digits) => {
        const shown = roundDecimal(value, digits)
        // Zeros at the end are dropped: the last place that was rounded may be further right than the last one shown.
        return Math.abs(Number(shown) - value) <= halfUnit(shown) + Math.abs(value) * 1e-15
      }),
      { numRuns: 5000 },
    )
  })

  it('does not lose its sign, and rounds both signs alike', () => {
    fc.assert(
      fc.property(number, (value) => {
        const [plus, minus] = [roundDecimal(Math.abs(value), 4), roundDecimal(-Math.abs(value), 4)]
        return minus === (plus === '0' ? '0' : `-${plus}`)
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps its order: what is printed higher is not lower', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [low, high] = a <= b ? [a, b] : [b, a]
        return Number(roundDecimal(low, 4)) <= Number(roundDecimal(high, 4))
      }),
      { numRuns: 2000 },
    )
  })

  it('is a duration within half a unit of its last place', () => {
    const seconds = { s: 1, min: 60, h: 3600, days: 86_400 } as const
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
        const [shown = '', unit = 's'] = printDuration(value).split(' ')
        const size = seconds[unit as keyof typeof seconds]
        return Math.abs(Number(shown) * size - value) <= halfUnit(shown) * size + value * 1e-12
      }),
      { numRuns: 2000 },
    )
  })

  it('prints as a number whatever its unit', () => {
    fc.assert(
      fc.property(number, fc.constantFrom(null, 's', '%', 'pp', 'MB', 'step'), (value, unit) => {
        const shown = printValue({ ...COMPUTED, value, unit, runs: [], cites: ['r1'], made: null }, none)
        return /^-?\d+(\.\d+)?(e-?\d+)?(%| \p{L}+( \p{L}+)?)?$/u.test(shown)
      }),
      { numRuns: 1000 },
    )
  })
})
