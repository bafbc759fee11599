import { beforeAll, describe, expect, it } from 'vitest'
import { whyUnsound } from '../../src/claims/why-unsound.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { gatherNote, type NoteRunSet, noteRunSets } from '../support/note-run-sets.ts'

let sets: ReadonlyMap<string, NoteRunSet>
beforeAll(async () => {
  sets = await noteRunSets()
})

function gathered(note: string, name = 'cells'): Evidence {
  const set = sets.get(name)
  if (set === undefined) throw new Error(`no run set is called ${name}`)
  return gatherNote(set, note)
}

/** What is told of changes of the protocol, with the texts printed. */
function told({ findings }: Evidence): readonly string[] {
  return findings
    .filter(({ kind }) => kind === 'protocol')
    .map(({ address, sentence, texts }) =>
      Object.entries(texts).reduce(
        (words, [name, { text }]) => words.replace(`[[${address}.${name}]]`, text),
        sentence,
      ),
    )
}

const RERUN = `# Monday

resnet18-base 0.871 with the old script

# After bug fix eval

resnet50-flips at 0.897, resnet50-long at 0.903
`

describe('a heading that opens a new state', () => {
  it('is told as noted, with its source and the runs from it on', () => {
    const evidence = gathered(RERUN)
    expect(told(evidence)).toEqual([
      'Noted, not logged: “After bug fix eval” (notes.md:7) opens a change of what is measured: from it on [[r6]], [[r12]]; a ranking across it says so.',
    ])
    expect(evidence.findings.flatMap(({ sentence }) => whyUnsound(sentence, evidence) ?? [])).toEqual([])
  })

  it('puts a word into every ranking across it', () => {
    const across = (note: string): readonly string[] =>
      gathered(note)
        .findings.filter(
          ({ kind, sentence }) =>
            (kind === 'best' || kind === 'selection') && /noted, not logged/.test(sentence),
        )
        .map(({ kind }) => kind)
    expect(across(RERUN)).toContain('best')
    expect(across('# Monday\n\nresnet50-flips at 0.897')).toEqual([])
    // Where it names no runs, nobody knows what it parts, and that is what is said.
    const open = '# After bug fix eval\n\neverything looks better now'
    expect(across(open)).toEqual([])
    expect(told(gathered(open))).toEqual([
      'Noted, not logged: “After bug fix eval” (notes.md:3) opens a change of what is measured; which runs it parts is not told, and rankings do not know of it.',
    ])
  })

  it('takes the sting out of what is reported of one run on both of its sides', () => {
    const table = (value: string): string => `| run | val_acc |\n|---|---|\n| resnet50-drop | ${value} |\n`
    const both = `# Monday\n\n${table('0.841')}\n# After bug fix eval\n\n${table('0.889')}`
    expect(told(gathered(both))[0]).toContain('on both sides [[r9]]')
    const judgements = (note: string): readonly string[] =>
      gathered(note).noteClaims.map(({ kind, judgement }) => `${kind} ${judgement}`)
    expect(judgements(both)).toEqual(['table cannot tell', 'table agree'])
    expect(judgements(`# Monday\n\n${table('0.841')}`)).toEqual(['table contradict'])
  })

  it.each([
    'Post-fix',
    'New split',
    'Results since the dedup',
    'Runs with the corrected labels',
    'Fixed eval',
    'after fixing the split',
  ])('is one: %s', (heading) => {
    expect(told(gathered(`# ${heading}\n\nlooks better`))).toHaveLength(1)
  })

  it.each([
    'With fixed weighting',
    'Run 1: two heads with fixed weights',
    'After lunch',
    'Fixes',
    'New ideas',
    'Bug list',
    'Seeds',
    'After the meeting with Eva',
    'Evaluation',
  ])('is none: %s', (heading) => {
    expect(told(gathered(`# ${heading}\n\nlooks better`))).toEqual([])
  })
})

describe('a sentence', () => {
  it.each([
    'after I fixed the bug in the eval script everything is a point higher',
    'since the split was changed the numbers are lower',
    'from here on everything is on the deduplicated data',
    'please do not compare with the runs of Monday',
  ])('tells of a change that is noted: %s', (note) => {
    expect(told(gathered(note))).toEqual([
      expect.stringMatching(
        /^Noted, not logged: \[\[quote\(n1, ".+"\)\]\] \(notes\.md:1\) tells of a change/,
      ),
    ])
  })

  it.each([
    'fixed a bug in the plotting code',
    'after the fix it starts again',
    'tomorrow: fix the eval script',
    'we should not compare apples with pears',
    'compare with the old runs',
    'the eval took an hour',
    'after 20 epochs the val loss goes up',
  ])('does not: %s', (note) => {
    expect(told(gathered(note))).toEqual([])
  })

  it('is not told where the log shows the change itself', () => {
    const day = 'example 2026-03-03'
    expect(
      told(gathered('from here on everything is on the deduplicated data', day)).join(' '),
    ).not.toContain('Noted')
    expect(told(gathered('looks fine', day)).length).toBeGreaterThan(0)
  })
})
