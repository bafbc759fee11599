import { beforeAll, describe, expect, it } from 'vitest'
import { checkStatement } from '../../src/claims/check-draft.ts'
import type { Basis } from '../../src/claims/statement.ts'
import { composeLog } from '../../src/documents/compose-log.ts'
import { fitLimits } from '../../src/documents/log-limits.ts'
import { PLAIN_SUBJECT } from '../../src/documents/log-subject.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { factAt } from '../../src/evidence/fact-at.ts'
import { numberOfCell } from '../../src/evidence/reported-cell.ts'
import { evidenceContexts } from '../../src/render/evidence-contexts.ts'
import { createMarks } from '../../src/render/marks.ts'
import { createPrinter } from '../../src/render/print-evidence.ts'
import { EMPTY_LOG_DRAFT } from '../support/empty-log-draft.ts'
import { gatherNote, noteRunSets } from '../support/note-run-sets.ts'

const NOTE = `## Seeds

| run | val_acc | val_loss | remark |
|---|---|---|---|
| resnet18-base | 0.871 | 0,402 | ok |
| resnet18-flips | 88.4 % | 0.317 | typo? |
| resnet50-long | 0.903 |

a sentence between

| no-sampling | 0.759 | 0.000 |
| smote-0.3 | 0.753 | 0.079 |
| smote-0.3 | 0.753 | 0.097 |
`

let evidence: Evidence

beforeAll(async () => {
  const set = (await noteRunSets()).get('cells')
  if (set === undefined) throw new Error('no such runs')
  evidence = gatherNote(set, NOTE)
})

describe('the number of a cell', () => {
  it.each([
    ['0.871', 0.871, null],
    ['.5', 0.5, null],
    ['1e-3', 0.001, null],
    ['88.4 %', 88.4, '%'],
    ['0,402', 0.402, null],
    ['12,5', 12.5, null],
  ])('%s is read', (cell, value, unit) => {
    expect(numberOfCell(cell)).toMatchObject({ value, unit })
  })

  it.each(['1,234', '0.42 ± 0.01', 'ok', '', '3/4', '0.8 0.9', 'v1.2'])('"%s" is no number', (cell) => {
    expect(numberOfCell(cell)).toBeNull()
  })
})

describe('a table in a note', () => {
  it('has addresses for its cells, and they hold what was reported', () => {
    expect(factAt(evidence, 't1.row1.col3')).toMatchObject({
      address: 't1.row1.col3',
      standing: 'reported',
      value: { kind: 'number', value: 0.402, text: '0,402' },
    })
    expect(factAt(evidence, 't1.row2.col2')).toMatchObject({ value: { value: 88.4 }, unit: '%' })
  })

  it.each([
    ['t1', 'is a table of the notes'],
    ['t1.row9', 't1.row1 to t1.row3'],
    ['t1.row1.col9', 't1.row1.col1 to t1.row1.col4'],
    ['t1.row1.col4', 'holds no number but "ok"'],
    ['t3.row1.col1', 'There is no table of the notes t3; there are t1 to t2.'],
  ])('%s is refused', (address, why) => {
    expect(factAt(evidence, address)).toMatchObject({ kind: 'refused', reason: expect.stringContaining(why) })
  })

  it('is shown to the model with its heading, its columns, its rows and what is wrong with them', () => {
    const [first] = evidenceContexts(evidence)
    expect(first?.context.reported).toEqual([
      {
        title:
          't1 (notes.md under "Seeds") col1 <<<run>>> col2 <<<val_acc>>> col3 <<<val_loss>>> col4 <<<remark>>>',
        rows: [
          't1.row1 <<<| resnet18-base | 0.871 | 0,402 | ok |>>>',
          't1.row2 <<<| resnet18-flips | 88.4 % | 0.317 | typo? |>>>',
          't1.row3 <<<| resnet50-long | 0.903 |>>> (malformed)',
        ],
      },
      {
        title: 't2 (notes.md under "Seeds") no head: do not guess what its columns are',
        rows: [
          't2.row1 <<<| no-sampling | 0.759 | 0.000 |>>>',
          't2.row2 <<<| smote-0.3 | 0.753 | 0.079 |>>>',
          't2.row3 <<<| smote-0.3 | 0.753 | 0.097 |>>> (differs from its double)',
        ],
      },
    ])
  })

  it('is cut to few rows in a prompt that must be short, and the prompt says so', () => {
    const last = [...evidenceContexts(evidence)].at(-1)
    expect(last?.leftOut.join('\n')).toContain('1 of 6 rows of tables in the notes')
  })

  it.each([
    ['You reported val_acc [[t1.row1.col2]].', 'noted'],
    ['You wrote validation accuracy [[t1.row1.col2]].', 'noted'],
    ['The table says val_loss [[t1.row1.col3]] of [[r1]].', 'noted'],
    ['[[quote(t2.row2, "smote-0.3 | 0.753")]]', 'noted'],
    [
      '[[quote(t1.row2, "resnet18-flips | 88.4 % | 0.317")]]: the log has val_loss [[r2.val_loss]] for [[r2]].',
      'inferred',
    ],
  ] as const)('may be told as reported: %s', (text, basis) => {
    expect(judged(text, basis)).toBe('supported')
  })

  it.each([
    ['val_acc of [[r1]] is [[t1.row1.col2]].', 'observed', 'is no observation'],
    ['val_acc [[t1.row1.col2]].', 'noted', 'was written by a person'],
    ['You wrote val_loss [[t1.row1.col2]].', 'noted', 'stands in the column "val_acc"'],
    ['You wrote val_acc [[t1.row1.col2]] for [[r2]].', 'noted', 'names no such run'],
    ['You wrote val_acc [[t2.row2.col2]].', 'noted', 'names no such column'],
    ['You wrote val_acc [[t1.row3.col2]].', 'noted', 'names no such column'],
    ['You reported a great success with [[t1.row1.col2]].', 'noted', 'not the scientist'],
  ] as const)('is never told otherwise: %s', (text, basis, why) => {
    expect(judged(text, basis)).toContain(why)
  })

  it('is shown as reported by hand, with its place, marked row by row, never as logged', () => {
    const verdict = checkStatement(
      { path: 'unworked[0]', text: 'You reported val_acc [[t1.row1.col2]].', basis: 'noted', checks: [] },
      evidence,
    )
    const marks = createMarks()
    const view = fitLimits(true, (limits) => ({
      fits: true,
      shown: composeLog(
        {
          evidence,
          subject: PLAIN_SUBJECT,
          draft: EMPTY_LOG_DRAFT,
          verdicts: new Map([['unworked[0]', verdict]]),
          span: 'today',
          checked: null,
          provenance: [],
        },
        createPrinter(evidence, marks),
        limits,
      ),
    }))
    const plain = (text: string | null | undefined): string => marks.plain(text ?? '')
    expect(view.sections.map(({ inline }) => plain(inline))).toContain(
      'You reported val_acc 0.871. (reported by hand, notes.md:5)',
    )
    const tables = view.folded.find(({ summary }) => summary.startsWith('Tables in the notes'))
    expect(tables?.summary).toBe('Tables in the notes: reported by hand, not logged')
    expect(tables?.items.map(plain)).toEqual([
      'run | val_acc | val_loss | remark',
      'resnet18-base | 0.871 | 0,402 | ok – notes.md:5',
      'resnet18-flips | 88.4 % | 0.317 | typo? – notes.md:6',
      'resnet50-long | 0.903 – notes.md:7 (malformed)',
      'no-sampling | 0.759 | 0.000 – notes.md:11',
      'smote-0.3 | 0.753 | 0.079 – notes.md:12',
      'smote-0.3 | 0.753 | 0.097 – notes.md:13 (differs from its double)',
    ])
  })
})

function judged(text: string, basis: Basis): string {
  const verdict = checkStatement({ path: 'reading[0]', text, basis, checks: [] }, evidence)
  return verdict.kind === 'supported' ? 'supported' : `${verdict.kind}: ${verdict.reason}`
}
