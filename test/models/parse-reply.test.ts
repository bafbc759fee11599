import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseReply } from '../../src/models/parse-reply.ts'

const schema = z.strictObject({
  text: z.string(),
  reading: z.array(z.strictObject({ basis: z.enum(['observed', 'noted']), why: z.string().nullable() })),
})
const value = { text: 'a "}" and a { and a \\', reading: [{ basis: 'noted' as const, why: null }] }
const json = JSON.stringify(value)

describe('parseReply', () => {
  test.each([
    ['the object alone', json],
    ['spaces and a byte order mark', `\ufeff \n${json}\n`],
    ['a code fence', `\`\`\`json\n${json}\n\`\`\``],
    ['remarks around it', `Here it is:\n${json}\nI hope {this} helps.`],
    ['thinking before it', `<think>Is it {"text": 1}?</think>${json}`],
    ['thinking and a fence', `\n<think>\nhm {\n</think>\n\n\`\`\`\n${json}\n\`\`\``],
    ['thinking whose opening tag was swallowed', `Is it {"text": 1}? Yes.</think>${json}`],
    ['swallowed thinking with a brace that is never closed', `Is it { ? "</think>${json}`],
    ['thinking that is empty', `<think></think>${json}`],
    ['lines broken within it', JSON.stringify(value, null, 2)],
  ])('finds %s', (_name, text) => {
    expect(parseReply(text, schema)).toEqual({ kind: 'parsed', value })
  })

  test('leaves a tag within a string alone', () => {
    const quoting = { text: 'it wrote </think> {"text": 1} and <think>', reading: [] }
    expect(parseReply(`So: ${JSON.stringify(quoting)}`, schema)).toEqual({ kind: 'parsed', value: quoting })
  })

  test('finds what was written, whatever its strings hold', () => {
    const reply = z.strictObject({ text: z.string() })
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', 'So:\n', '```json\n', '<think>{"</think>'),
        (text, before) => {
          expect(parseReply(`${before}${JSON.stringify({ text })}\n\`\`\``, reply)).toEqual({
            kind: 'parsed',
            value: { text },
          })
        },
      ),
    )
  })

  test.each([
    ['', 'The answer holds no JSON object.'],
    ['I cannot.', 'The answer holds no JSON object.'],
    ['[1, 2]', 'The answer holds no JSON object.'],
    ['<think>hm', 'The answer ends before its thinking does.'],
    [json.slice(0, -1), 'The JSON of the answer breaks off before its last }.'],
    ['{"text": "a', 'The JSON of the answer breaks off before its last }.'],
    ["{'text': 1}", /^The answer is not JSON: .+\.$/],
    ['{"text": 1,}', /^The answer is not JSON: .+\.$/],
    ['{"text": NaN}', /^The answer is not JSON: .+\.$/],
    ['{"a": {"text": \n\n 0x10}}', /^The answer is not JSON: .+\.$/],
    ['{"text": 1, "reading": []}', 'text: Invalid input: expected string, received number'],
    ['{}', 'text: Invalid input: expected string, received undefined (and 1 more)'],
    [
      '{"text": "a", "reading": [{"basis": "guessed", "why": null}]}',
      'reading[0].basis: Invalid option: expected one of "observed"|"noted"',
    ],
    ['{"text": "a", "reading": [], "more": 1}', 'the answer: Unrecognized key: "more"'],
    ['{"text": "a", "reading": [], "__proto__": {"x": 1}}', 'the answer: Unrecognized key: "__proto__"'],
  ])('says in one line what is wrong with %j, and keeps it', (text, reason) => {
    const reply = parseReply(text, schema)
    expect(reply).toEqual({
      kind: 'invalid',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      text,
    })
    expect(JSON.stringify(reply)).not.toMatch(/\n/)
  })

  test('does not repeat a long or many-lined key of the reply', () => {
    const text = JSON.stringify({ text: 'a', reading: [], [`a\u001b[31m\n${'x'.repeat(5000)}`]: 1 })
    const reply = parseReply(text, schema)
    expect(reply.kind).toBe('invalid')
    if (reply.kind !== 'invalid') return
    expect(reply.reason.length).toBeLessThan(250)
    expect(reply.reason).not.toMatch(/\p{Cc}/u)
  })
})
