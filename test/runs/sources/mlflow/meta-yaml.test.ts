import fc from 'fast-check'
import { FAILSAFE_SCHEMA, load, nullCoreTag, realMapTag } from 'js-yaml'
import { expect, it } from 'vitest'
import { metaText, parseMetaYaml } from '../../../../src/runs/sources/mlflow/meta-yaml.ts'

function fieldsOf(text: string): unknown {
  const parsed = parseMetaYaml(text)
  return parsed.kind === 'meta' ? Object.fromEntries(parsed.meta) : parsed.why
}

it.each([
  ['an id of 18 digits', 'experiment_id: 259453113964109221\n', { experiment_id: '259453113964109221' }],
  ['a quoted id', "experiment_id: '0123'\n", { experiment_id: '0123' }],
  [
    'an id like a float',
    'run_id: 12345678e90123456789012345678901\n',
    { run_id: '12345678e90123456789012345678901' },
  ],
  ['a missing end', 'end_time: null\n', { end_time: null }],
  ['a run called null', "run_name: 'null'\n", { run_name: 'null' }],
  ['an empty text', "name: ''\n", { name: '' }],
  ['a URI', 'artifact_uri: file:///C:/a b/mlruns\n', { artifact_uri: 'file:///C:/a b/mlruns' }],
  ['a Windows path', 'artifact_uri: file:C:\\Users\\lb/1\n', { artifact_uri: 'file:C:\\Users\\lb/1' }],
  ['quotes inside', "name: 'it''s'\n", { name: "it's" }],
  ['escapes', 'name: "a\\tb\\u00e9"\n', { name: 'a\tbé' }],
  ['a folded text', 'name: one\n  two\nstatus: 3\n', { name: 'one two', status: '3' }],
  ['a comment', 'name: churn # the old one\n', { name: 'churn' }],
  ['Windows line ends', 'name: churn\r\nstatus: 3\r\n', { name: 'churn', status: '3' }],
  ['a key that JavaScript knows', '__proto__: x\nname: y\n', JSON.parse('{"__proto__": "x", "name": "y"}')],
])('reads %s', (_, text, fields) => {
  expect(fieldsOf(text)).toEqual(fields)
})

it.each([
  ['a list', '- 1\n- 2\n', 'it holds no map'],
  ['a text', 'hello\n', 'it holds no map'],
  ['nothing', '', /it holds no map|it is no YAML/],
  ['a name twice', 'a: 1\na: 2\n', /^it is no YAML: .*, line 2$/],
  ['a Python object', 'a: !!python/object:os.system x\n', /^it is no YAML/],
  ['no YAML', 'name: [secret\n', /^it is no YAML/],
  ['folders without end', `${'a: {'.repeat(2000)}`, /^it is no YAML/],
])('says why where there is %s, without quoting the file', (_, text, why) => {
  expect(fieldsOf(text)).toEqual(typeof why === 'string' ? why : expect.stringMatching(why))
  expect(JSON.stringify(fieldsOf(text))).not.toContain('secret')
})

it('refuses a bomb of aliases before it expands', () => {
  const levels = Array.from({ length: 30 }, (_, level) => {
    const inner = level === 0 ? '"lol"' : `*l${level - 1}`
    return `l${level}: &l${level} [${Array.from({ length: 9 }, () => inner).join(', ')}]`
  })
  expect(fieldsOf(`${levels.join('\n')}\n`)).toMatch(/^it is no YAML: .*alias/i)
})

it('gives only texts as texts', () => {
  const parsed = parseMetaYaml('tags: []\nmap:\n  a: b\nname: x\n')
  if (parsed.kind !== 'meta') throw new Error(parsed.why)
  expect(['tags', 'map', 'name', 'missing'].map((name) => metaText(parsed.meta, name))).toEqual([
    null,
    null,
    'x',
    null,
  ])
})

it('reads on its fast path what the YAML parser reads', () => {
  const schema = FAILSAFE_SCHEMA.withTags(nullCoreTag, realMapTag)
  const character = fc.constantFrom(...'aZ09_./:\\\'"#- @%{}[]&*!|>?~=+,éfile:null')
  const value = fc.oneof(
    fc.string({ unit: character, maxLength: 12 }),
    fc.constantFrom('null', '~', 'file:///a/b', "''", "'x y'", '[]', '1e5', '-1', 'a: b', 'a #b', 'x:'),
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('name', 'run_id', 'status'), value), { maxLength: 3 }),
      (pairs) => {
        const text = pairs.map(([key, written]) => `${key}: ${written}\n`).join('')
        let expected: unknown
        try {
          expected = load(text, { schema })
        } catch {
          expected = null
        }
        const parsed = parseMetaYaml(text)
        const fields = (map: unknown) =>
          map instanceof Map ? [...map].filter(([, each]) => typeof each === 'string') : null
        expect(parsed.kind === 'meta' ? fields(parsed.meta) : null).toEqual(fields(expected))
      },
    ),
    { numRuns: 2000, seed: 1 },
  )
})
