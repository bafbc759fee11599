import { counted } from '../counted.ts'
import { dataFilesOf, sameFile } from '../data-files.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { restsOn } from '../listed-runs.ts'

const MOST_VALUES = 4
const FEWEST_RUNS = 2
const MOST_PARAMS = 2
const LETTERS = ['A', 'B', 'C', 'D']

/**
 * Data files by their names, where no digest tells the data: one that changed for good among the runs told, and others that
 * deleted runs had read. Paths with the same last name count as one file.
 */
export function dataFiles(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const names = [...new Set(evidence.runs.flatMap(({ run }) => [...dataFilesOf(run).keys()]))].sort()
  return [
    ...names.flatMap((name) => changed(name, evidence)).slice(0, MOST_PARAMS),
    ...names.flatMap((name) => ofDeleted(name, evidence)).slice(0, MOST_PARAMS),
  ]
}

/** Runs that follow each other with one data file. */
interface Block {
  readonly file: string
  readonly runs: readonly [EvidenceRun, ...EvidenceRun[]]
}

function changed(name: string, evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const dated = [...evidence.runs, ...evidence.earlier]
    .filter(({ run }) => run.startedAt !== null && run.params.has(name))
    .sort((a, b) => (a.run.startedAt ?? 0) - (b.run.startedAt ?? 0))
  if (dated.some(({ run }) => run.dataSets.length > 0)) return []
  const blocks = blocksOf(name, dated)
  const isSearched = new Set(blocks.map(({ file }) => file)).size < blocks.length
  if (isSearched || blocks.length > MOST_VALUES || blocks.some(({ runs }) => runs.length < FEWEST_RUNS))
    return []
  const own = new Set(evidence.runs)
  return blocks.flatMap((block, index): readonly NewFinding[] => {
    const before = blocks[index - 1]
    const [at] = block.runs
    const last = before?.runs.at(-1)
    if (before === undefined || last === undefined || !own.has(at)) return []
    return [
      {
        kind: 'protocol',
        scope: own.has(last) ? 'session' : 'project',
        sentence: `[[this.name]] changed at [[${at.address}]]: [[this.from]], then [[this.to]] ([[this.before]] runs before, [[this.after]] from there on); no digest of the data is logged: whether values from before and since may be compared is not known.`,
        rests: [last.address, at.address],
        values: {
          before: counted(before.runs.length, 'runs before it in order of start'),
          after: counted(block.runs.length, 'runs from there on in order of start'),
        },
        texts: {
          name: { text: name, from: 'parameter in the log' },
          from: { text: fileOf(name, last), from: 'parameter before' },
          to: { text: fileOf(name, at), from: 'parameter from there on' },
        },
      },
    ]
  })
}

function blocksOf(name: string, dated: readonly EvidenceRun[]): readonly Block[] {
  const blocks: { file: string; runs: [EvidenceRun, ...EvidenceRun[]] }[] = []
  for (const one of dated) {
    const file = sameFile(fileOf(name, one))
    const open = blocks.at(-1)
    if (open?.file === file) open.runs.push(one)
    else blocks.push({ file, runs: [one] })
  }
  return blocks
}

function ofDeleted(name: string, { deleted, runs, span }: EvidenceWithoutFindings): readonly NewFinding[] {
  const [told, ...others] = [
    ...new Map(
      runs
        .filter(({ run }) => run.params.has(name))
        .map((one) => [sameFile(fileOf(name, one)), fileOf(name, one)]),
    ),
  ]
  if (told === undefined || others.length > 0) return []
  const [own, shown] = told
  const before = deleted.filter(
    ({ run }) => run.startedAt !== null && run.startedAt < span.until && run.params.has(name),
  )
  const gone = before.filter((one) => sameFile(fileOf(name, one)) !== own)
  const same = before.length - gone.length
  const files = [...Map.groupBy(gone, (one) => sameFile(fileOf(name, one))).values()].sort(
    (a, b) => b.length - a.length,
  )
  if (files.length === 0 || files.length > MOST_VALUES) return []
  const parts = files.map(
    (_, index) =>
      `[[this.file${LETTERS[index]}]] in [[this.runs${LETTERS[index]}]]${index === 0 ? ' of them' : ''}`,
  )
  return [
    {
      kind: 'disappeared',
      scope: 'project',
      sentence: `Deleted runs had other data: [[this.name]] was ${parts.join(', ')}; [[this.own]] in the runs told here${
        same === 0 ? '' : ` and in [[this.same]] more deleted ${same === 1 ? 'run' : 'runs'}`
      }.`,
      rests: restsOn(before),
      values: {
        ...Object.fromEntries(
          files.map((members, index) => [
            `runs${LETTERS[index]}`,
            counted(members.length, 'deleted runs with this file'),
          ]),
        ),
        ...(same === 0 ? {} : { same: counted(same, 'deleted runs with the file of the runs told') }),
      },
      texts: {
        name: { text: name, from: 'parameter in the log' },
        own: { text: shown, from: 'parameter of the runs told' },
        ...Object.fromEntries(
          files.map(([first], index) => [
            `file${LETTERS[index]}`,
            { text: first === undefined ? '' : fileOf(name, first), from: 'parameter of deleted runs' },
          ]),
        ),
      },
    },
  ]
}

function fileOf(name: string, { run }: EvidenceRun): string {
  return run.params.get(name) ?? ''
}
