import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PACKAGE_ROOT, readVersion } from '../../src/cli/package-root.ts'
import { templateEngine } from '../../src/cli/template-engine.ts'
import type { JsonObject } from '../../src/json.ts'
import { rederive, resealed } from '../../src/verify/rederive.ts'
import { type VerifiedProject, verifiedProject } from '../support/verified-project.ts'

const composer = { templates: templateEngine(PACKAGE_ROOT), version: readVersion() }

let project: VerifiedProject
let record: JsonObject
let markdown: string
let plain: { readonly record: JsonObject; readonly markdown: string }

beforeAll(async () => {
  project = await verifiedProject()
  const [first = '', second = ''] = project.ids
  record = await project.record(second)
  markdown = await project.markdown(second)
  plain = { record: await project.record(first), markdown: await project.markdown(first) }
})

afterAll(() => project.remove())

// biome-ignore lint/suspicious/noExplicitAny: a record is changed here in ways that its type forbids
type Loose = any

/** A lie in a record, told in its document too, with every digest made anew. */
function lie(change: (record: Loose) => void, of = { record, markdown }) {
  const changed: Loose = structuredClone(of.record)
  change(changed)
  return rederive(changed, resealed(changed, of.markdown), composer)
}

/** Replaces text in the body, and in the kept places and prints of values, as one who knows of them would. */
function replaceInBody(changed: Loose, from: string | RegExp, to: string): void {
  const match = typeof from === 'string' ? changed.body.indexOf(from) : changed.body.search(from)
  if (match < 0) throw new Error(`${from} does not stand in the body`)
  const old = typeof from === 'string' ? from : (from.exec(changed.body)?.[0] ?? '')
  const by = to.length - old.length
  changed.body = changed.body.slice(0, match) + to + changed.body.slice(match + old.length)
  for (const span of changed.spans) {
    if (span.start >= match + old.length) {
      span.start += by
      span.end += by
    } else if (span.end >= match + old.length) span.end += by
    span.printed = changed.body.slice(span.start, span.end)
  }
}

describe('a document', () => {
  test('stands as it was saved', () => {
    expect(rederive(record, markdown, composer)).toEqual([])
    expect(rederive(plain.record, plain.markdown, composer)).toEqual([])
  })

  test('tells a statement of the model', () => {
    expect(markdown).toContain('The status of [xgb-focal-g4')
  })
})

describe('a lie with every digest made anew is found:', () => {
  test.each<[string, (changed: Loose) => void, string]>([
    ['a changed value', (changed) => replaceInBody(changed, '0.287', '0.387'), 'value'],
    [
      'a changed value whose exact value and expression are changed too',
      (changed) => {
        replaceInBody(changed, '0.287', '0.387')
        for (const span of changed.spans) if (span.printed === '0.387') span.exact = '0.387'
      },
      'value',
    ],
    [
      'a run named in place of another',
      (changed) => replaceInBody(changed, 'xgb-s1-f1', 'xgb-s2-f1'),
      'value',
    ],
    ['a turned comparison', (changed) => replaceInBody(changed, 'higher than', 'lower than'), 'composition'],
    [
      'a turned comparison in the draft',
      (changed) => {
        const turned = (text: string) => text.replace('higher than', 'lower than')
        replaceInBody(changed, 'higher than', 'lower than')
        changed.draft.conclusions[0].reason.text = turned(changed.draft.conclusions[0].reason.text)
        for (const one of changed.statements) one.text = turned(one.text)
      },
      'statement',
    ],
    ['a unit', (changed) => replaceInBody(changed, / s(?= )/, ' h'), 'value'],
    ['a status', (changed) => replaceInBody(changed, ' failed', ' finished'), 'composition'],
    [
      'a status in the evidence',
      (changed) => {
        const failed = changed.evidence.runs.find((run: Loose) => run.status === 'failed')
        failed.status = 'finished'
      },
      'value',
    ],
    [
      'a metric of a run in the evidence, printed everywhere',
      (changed) => {
        const text = JSON.stringify(changed)
          .replaceAll('0.287', '0.387')
          .replaceAll('"last": 0.28', '"last": 0.38')
        Object.assign(changed, JSON.parse(text))
      },
      'finding',
    ],
    [
      'words of a finding, in the evidence and in the body',
      (changed) => {
        const finding = changed.evidence.findings.find((one: Loose) => one.kind === 'selection')
        finding.sentence = finding.sentence.replace('flatters', 'understates')
        replaceInBody(changed, 'flatters', 'understates')
      },
      'finding',
    ],
    [
      'a failure left out of evidence and body',
      (changed) => {
        changed.evidence.findings = changed.evidence.findings.filter((one: Loose) => one.kind !== 'failure')
        const start = changed.body.indexOf('**Failures:**')
        const end = changed.body.indexOf('\n\n', start) + 2
        const removed = end - start
        changed.body = changed.body.slice(0, start) + changed.body.slice(end)
        changed.spans = changed.spans
          .filter((span: Loose) => span.start < start || span.start >= end)
          .map((span: Loose) =>
            span.start >= end ? { ...span, start: span.start - removed, end: span.end - removed } : span,
          )
      },
      'finding',
    ],
    [
      'a free digit',
      (changed) => replaceInBody(changed, 'The status of', 'After 3 days the status of'),
      'free-digit',
    ],
    [
      'a cause',
      (changed) =>
        replaceInBody(changed, '(inferred):** The status', '(inferred):** Because of the seed the status'),
      'composition',
    ],
    [
      'a verdict',
      (changed) => {
        changed.statements[1].verdict = 'contradicted'
      },
      'statement',
    ],
    [
      'a check that is said to hold',
      (changed) => {
        const one = changed.statements.find(({ checks }: Loose) => checks.length > 0)
        one.checks[0].actual = '0.9 against 0.1'
      },
      'statement',
    ],
    [
      'a data set',
      (changed) => {
        changed.evidence.dataSets = [
          { address: 'data1', name: 'other', digest: 'abc', context: null, runs: ['r1'] },
        ]
      },
      'evidence',
    ],
    [
      'a number of a note',
      (changed) => {
        const quote = changed.evidence.quotes.find((one: Loose) => one.values.length > 0)
        quote.values[0].value += 1
      },
      'evidence',
    ],
    [
      'a time that is none',
      (changed) => {
        changed.evidence.runs[0].endedAt = '2026-13-99'
      },
      'evidence',
    ],
    [
      'the runs it tells',
      (changed) => {
        changed.told.pop()
      },
      'composition',
    ],
    [
      'its date',
      (changed) => {
        changed.date = '2026-03-08'
      },
      'composition',
    ],
  ])('%s', (_, change, kind) => {
    const kinds = lie(change).map((one) => one.kind)
    expect(kinds).toContain(kind)
    // Every digest was made anew: none of them tells.
    expect(kinds).not.toContain('altered')
  })
})

describe('a lie in a document that is said to be of another version', () => {
  test.each<[string, (changed: Loose) => void]>([
    ['a changed value', (changed) => replaceInBody(changed, '0.287', '0.387')],
    ['a free digit', (changed) => replaceInBody(changed, 'The status of', 'After 3 days the status of')],
    ['a run', (changed) => replaceInBody(changed, 'xgb-s1-f1', 'xgb-s2-f1')],
  ])('is still found: %s', (_, change) => {
    const found = lie((changed) => {
      changed.provenance.narrate = '0.0.1'
      change(changed)
    })
    expect(found.length).toBeGreaterThan(0)
  })

  test('an honest one stands', () => {
    const other: Loose = structuredClone(record)
    const text = `narrate ${other.provenance.narrate};`
    other.provenance.narrate = '0.0.1'
    replaceInBody(other, text, 'narrate 0.0.1;')
    expect(rederive(other, resealed(other, markdown), composer)).toEqual([])
  })
})
