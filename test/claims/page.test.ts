import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import { evaluate } from '../../src/claims/evaluate.ts'
import { parseCheck } from '../../src/claims/expression.ts'
import { findFreeDigits } from '../../src/claims/find-free-digits.ts'
import { printValue } from '../../src/claims/print-value.ts'
import { isRefusal } from '../../src/evidence/refusal.ts'
import { type MadeRun, makeEvidence } from '../support/make-evidence.ts'

const page = readFileSync(new URL('../../prompts/README.md', import.meta.url), 'utf8')

/** The rows of the page's tables whose head begins with these words, cell by cell. */
function table(...head: readonly string[]): readonly (readonly string[])[] {
  const rows: string[][] = []
  let isInside = false
  for (const line of page.split('\n')) {
    const cells = line.startsWith('|')
      ? line
          .slice(1, -1)
          .split(/ \| ?|^ /)
          .map((cell) => cell.trim())
          .slice(line.startsWith('| |') ? 0 : 1)
      : null
    if (cells === null) isInside = false
    else if (head.every((word, index) => cells[index] === word)) isInside = true
    else if (isInside && !/^-+/.test(cells[0] ?? '') && !line.startsWith('|---')) rows.push(cells)
  }
  return rows
}

const code = (cell: string | undefined) =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')

function sampleRuns(): readonly MadeRun[] {
  const rows = page
    .split('\n')
    .filter((line) => /^\| (name|status|duration|parameter|metric) /.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  return [1, 2, 3, 4].map((column) => {
    const cell = (label: string) => rows.find(([head]) => head === label)?.[column] ?? ''
    const of = (kind: string) =>
      rows.flatMap((row) => {
        const name = row[0]?.startsWith(`${kind} `) === true ? code(row[0])[0] : undefined
        const text = row[column] ?? ''
        return name === undefined || text === '' ? [] : [[name, text] as const]
      })
    return {
      name: cell('name'),
      status: cell('status') as 'finished' | 'failed',
      seconds: Number(cell('duration')),
      params: Object.fromEntries(of('parameter')),
      metrics: Object.fromEntries(of('metric').map(([name, text]) => [name, text.split(' ').map(Number)])),
    }
  })
}

const evidence = makeEvidence({
  primary: 'val_auc',
  runs: sampleRuns(),
  groups: [{ label: 'two seeds', runs: ['r1', 'r2'], word: 'seeds' }],
  notes: [/\*(wider did[^*]+)\*/.exec(page.replace(/\n/g, ' '))?.[1] ?? ''],
  directions: { val_auc: 'higher', test_auc: 'higher', val_loss: 'lower', train_loss: 'lower' },
  units: { 'eval/acc': '%', fit_time: 'min' },
})

function told(text: string): string {
  const parsed = parseCheck(text.replace(/^\[\[|\]\]$/g, ''))
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  if (isRefusal(value)) return `refused: ${value.reason}`
  return value.kind === 'truth' ? String(value.holds) : printValue(value, evidence)
}

function judged(text: string, checks: readonly string[]): string {
  const verdict = checkStatement({ path: 'page', text, basis: 'observed', checks }, evidence)
  return 'reason' in verdict ? `${verdict.kind}: ${verdict.reason}` : verdict.kind
}

describe('the page on slots and checks', () => {
  const printed = [...table('expression', 'is printed as'), ...table('check', 'holds')]
  it.each(printed)('says what %s is: %s', (expression, expected) => {
    expect(told(code(expression)[0] ?? '')).toBe(expected)
  })

  it.each(table('refused', 'because', 'instead'))('says what is refused: %s', (refused, _reason, instead) => {
    expect(told(code(refused)[0] ?? '')).toMatch(/^refused: /)
    expect(told(code(instead)[0] ?? '')).not.toMatch(/^refused/)
  })

  it.each(table('wrong', 'right'))('tells a wrong sentence from a right one: %s', (wrong, right) => {
    expect(judged(wrong ?? '', [])).not.toBe('supported')
    expect(judged(right ?? '', [])).toBe('supported')
  })

  it.each(table('words', 'sentence', 'check', 'never'))(
    'gives the check that words need: %s',
    (_words, sentence, check, never) => {
      const checks = code(check)
      expect(judged(sentence ?? '', checks)).toBe('supported')
      expect(judged(never ?? '', checks)).not.toBe('supported')
      expect(judged(never ?? '', [])).not.toBe('supported')
    },
  )

  const numbers = table('refused', 'free')
  it.each(numbers.flatMap(([refused]) => code(refused)))('lists as a number that is no slot: %s', (text) => {
    expect(findFreeDigits(`There is ${text}`, ['lag_7'])).not.toEqual([])
  })

  it.each(numbers.flatMap(([, free]) => (free ?? '').split(' · ')))('lists as free: %s', (text) => {
    expect(findFreeDigits(text.replace(/`/g, ''), ['lag_7'])).toEqual([])
  })

  it('has all its tables read', () => {
    expect([printed.length, numbers.length, sampleRuns().length]).toEqual([60, 5, 4])
    expect(table('refused', 'because', 'instead')).toHaveLength(16)
    expect(table('wrong', 'right')).toHaveLength(13)
    expect(table('words', 'sentence', 'check')).toHaveLength(17)
  })
})
