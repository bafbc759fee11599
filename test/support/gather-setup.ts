import type { EvidenceRun, EvidenceWithoutFindings } from '../../src/evidence/evidence.ts'
import { gatherEvidence } from '../../src/evidence/gather-evidence.ts'
import { judgeSetup, type Setup } from '../../src/evidence/setup/judge-setup.ts'
import type { SetupItem } from '../../src/evidence/setup/setup-item.ts'
import { emptySubject, type SetupSubject } from '../../src/evidence/setup/setup-subject.ts'
import { sessionNote } from '../../src/notes/session-note.ts'
import { makeRun, type RunSketch } from './make-run.ts'

/** Evidence of the first run given, with the others behind it and notes of its day. */
export function gatherSetup(
  [first, ...others]: readonly RunSketch[],
  notes: readonly { readonly text: string; readonly runs?: readonly string[] }[] = [],
): EvidenceWithoutFindings & { readonly target: EvidenceRun } {
  if (first === undefined) throw new Error('a setup is of a run')
  const run = makeRun(first)
  const evidence = gatherEvidence({
    project: { name: 'test', goal: null },
    span: { from: 0, until: Date.UTC(2027, 0, 1), timeZone: 'UTC' },
    runs: [{ run, points: new Map(), curves: new Map() }],
    earlier: others.map(makeRun),
    otherRuns: { count: 0, users: [] },
    experiments: [],
    notes: notes.map(({ text, runs = [] }) => ({
      ...sessionNote({
        text,
        author: 'Ada',
        runs,
        kind: 'journal',
        place: 'notes/day.md',
        time: { kind: 'dated', at: run.startedAt ?? 0, precision: 'instant', by: 'journal' },
      }),
    })),
    gaps: [],
    metrics: { directions: {}, headline: {}, units: {} },
    rules: {
      repeats: { ignore: [], tolerance: 0.01 },
      waivers: [],
      costs: { currency: 'USD' },
      production: [],
    },
    mask: (text) => text,
    finder: ({ earlier }) => [
      { kind: 'setup', sentence: 'All.', rests: earlier.map(({ address }) => address) },
    ],
  })
  const [target] = evidence.runs
  if (target === undefined) throw new Error('no run was gathered')
  return { ...evidence, target }
}

/** The setup of the first run given. */
export function setupOf(
  runs: readonly RunSketch[],
  given: {
    readonly notes?: Parameters<typeof gatherSetup>[1]
    readonly subject?: Partial<SetupSubject>
  } = {},
): Setup & { readonly item: (id: string) => SetupItem | undefined; readonly told: (id: string) => string } {
  const evidence = gatherSetup(runs, given.notes)
  const setup = judgeSetup(evidence, { ...emptySubject(evidence.target.run.key), ...given.subject })
  const item = (id: string): SetupItem | undefined => setup.items.find((one) => one.id === id)
  return {
    ...setup,
    item,
    told: (id) => {
      const one = item(id)
      return one === undefined ? 'no item' : `${one.label} ${one.clue?.value ?? ''}`.trim()
    },
  }
}
