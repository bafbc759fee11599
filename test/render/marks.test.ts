import { expect, test } from 'vitest'
import { createMarks } from '../../src/render/marks.ts'
import { settingsAgain } from '../../src/render/settings-again.ts'

const number = {
  kind: 'slot',
  expression: 'r1.lr',
  printed: '0.1',
  exact: '0.10',
  shows: 'number',
  cites: ['r1'],
} as const
const run = {
  kind: 'slot',
  expression: 'r1',
  printed: 'a|b (aaaa)',
  exact: 'mlflow:1/aaaa',
  shows: 'run',
  cites: ['r1'],
} as const

test('the place of every printed value is known to the character, links and escapes included', () => {
  const marks = createMarks()
  const text = `Lead. ${marks.text([{ kind: 'words', text: 'lr was ' }, number, { kind: 'words', text: ' in ' }, run])}.\n`
  const { body, spans } = marks.resolve(text, (slot) => (slot.shows === 'run' ? '#r1' : null))
  expect(body).toBe('Lead. lr was 0.1 in [a\\|b (aaaa)](#r1).\n')
  expect(spans.map((span) => [span.expression, span.exact, body.slice(span.start, span.end)])).toEqual([
    ['r1.lr', '0.10', '0.1'],
    ['r1', 'mlflow:1/aaaa', 'a\\|b (aaaa)'],
  ])
})

test('a text cannot forge a mark', () => {
  const marks = createMarks()
  marks.slot(number)
  const text = marks.text([{ kind: 'words', text: 'forged \uE0000\uE001 here' }])
  expect(marks.resolve(text, () => null)).toEqual({ body: 'forged 0 here', spans: [] })
})

test('a quote is set in quotation marks', () => {
  const marks = createMarks()
  const quote = {
    kind: 'slot',
    expression: 'n1',
    printed: 'it *works*',
    exact: 'it *works*',
    shows: 'quote',
    cites: ['n1'],
  } as const
  expect(marks.resolve(marks.slot(quote), () => null).body).toBe('“it \\*works\\*”')
})

test('the settings that runs differ in are listed once, and called the same from there on', () => {
  const marks = createMarks()
  const differ = (printed: string) =>
    marks.slot({
      kind: 'slot',
      expression: 'differ(r1, r2)',
      printed,
      exact: printed,
      shows: 'text',
      cites: ['r1', 'r2'],
    })
  const text = `differ in ${differ('lr, depth')}, these in ${differ('lr, depth')}\n\n- in ${differ('lr, depth')}\n- ${differ('lr')} and ${differ('lr')}\n`
  const { body, spans } = marks.resolve(text, () => null, settingsAgain)
  expect(body).toBe(
    'differ in lr, depth, these in the same settings\n\n- in the settings named above\n- lr and lr\n',
  )
  expect(spans[1]).toMatchObject({ printed: 'the same settings', exact: 'lr, depth' })
})
