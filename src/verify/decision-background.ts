import { letterOf } from '../documents/decision/decision-findings.ts'
import { optionAddress } from '../documents/decision/decision-subject.ts'
import type { EvidenceRun } from '../evidence/evidence.ts'
import { REPRODUCIBILITY_ITEMS, reproducibilityOf } from '../evidence/reproducibility.ts'
import { cellOf, type Deciding, findingAbout, findingsOf, nameOf } from './deciding.ts'
import { type Expected, ours, type Stretch, told } from './outline.ts'
import { mark, plain } from './source-lines.ts'

export function singleRuns(deciding: Deciding): Stretch {
  const single = deciding.table.finalists.flatMap(({ runs }, place) => (runs.length === 1 ? [place] : []))
  if (single.length === 0) return []
  const names = single.map((place) => nameOf(deciding, place)).join(', ')
  return [
    ours(
      'which finalists are single runs',
      single.length === 1
        ? `${names}: a single run; nothing tells how far it scatters.`
        : `${names}: single runs; nothing tells how far they scatter.`,
    ),
  ]
}

export function dataLines({ evidence }: Deciding): Stretch {
  return evidence.dataSets.map(({ address, name, digest, context, runs }) => ({
    ...ours(
      'a data set',
      `Data ${plain(`${name}, digest ${digest}${context === null ? '' : ` (${context})`}`)}: ${runs.length === evidence.runs.length ? 'all finalists' : runs.map(mark).join(', ')}.`,
    ),
    owners: [`data ${address}`],
  }))
}

export function costLines(deciding: Deciding): Stretch {
  return [
    ...deciding.table.finalists.flatMap(({ runs }, place): Stretch => {
      const known = runs.filter(({ run }) => run.startedAt !== null && run.endedAt !== null)
      const times = known.map(({ address }) => mark(`${address}.duration`)).join(', ')
      return known.length === 0
        ? []
        : [ours('how long a finalist took', `${nameOf(deciding, place)} took ${times} to run.`)]
    }),
    ...findingsOf(deciding, 'cost').map((one) => told(one, 'what it cost')),
  ]
}

export function environmentLines({ evidence }: Deciding): Stretch {
  const names = (list: readonly EvidenceRun[]): string => list.map(({ address }) => mark(address)).join(', ')
  const dirty = evidence.runs.filter(({ run }) => run.code.dirty === true)
  return [
    ...[...Map.groupBy(evidence.runs, ({ run }) => run.code.commit)].map(([commit, members]) =>
      ours(
        'the commit of a finalist, or that it has none',
        commit === null
          ? `No commit is recorded for ${names(members)}.`
          : `Commit ${mark(`${members[0]?.address}.commit`)}: ${names(members)}.`,
      ),
    ),
    ...(dirty.length === 0
      ? []
      : [ours('that a finalist had uncommitted changes', `Uncommitted changes: ${names(dirty)}.`)]),
    ...REPRODUCIBILITY_ITEMS.filter((item) => item !== 'commit').flatMap((item): Stretch => {
      const without = evidence.runs.filter(({ run }) => reproducibilityOf(run).missing.includes(item))
      const whose = without.length === evidence.runs.length ? 'all finalists' : names(without)
      return without.length === 0
        ? []
        : [ours('what was not logged', `Not logged: ${plain(item)} (${whose}).`)]
    }),
  ]
}

/** The lines of a diagram in its block of code. */
function diagram(...lines: readonly string[]): Stretch {
  return ['```mermaid', ...lines, '```'].map((line): Expected => ours('a line of a diagram', line))
}

/** The two criteria that weigh most against one another. */
export function frontDiagram(deciding: Deciding): Stretch {
  const { criteria, finalists } = deciding.table
  const [across, up] = criteria
    .map((one, place) => ({ one, place }))
    .filter(({ one }) => one.share > 0)
    .toSorted((a, b) => b.one.share - a.one.share)
  if (across === undefined || up === undefined) return []
  const points = finalists.flatMap(({ name }, place) => {
    const score = findingAbout(deciding, 'score', optionAddress(place))
    const [x = '–', y = '–'] = [across, up].map((axis) => cellOf(score, `utility${letterOf(axis.place)}`))
    return x === '–' || y === '–' ? [] : [`"${inDiagram(name)}": [${x}, ${y}]`]
  })
  const axis = (name: string): string => `"worst ${inDiagram(name)}" --> "best ${inDiagram(name)}"`
  return points.length < 2
    ? []
    : diagram(
        'quadrantChart',
        'title Trade-off of the two heaviest criteria',
        `x-axis ${axis(across.one.criterion.name)}`,
        `y-axis ${axis(up.one.criterion.name)}`,
        ...points,
      )
}

const FEWEST_AXES = 3

/** Each finalist over the criteria that weigh. */
export function profileDiagram(deciding: Deciding): Stretch {
  const { criteria, finalists } = deciding.table
  const axes = criteria.flatMap(({ criterion, share }, place) =>
    share > 0 ? [{ name: inDiagram(criterion.name), letter: letterOf(place) }] : [],
  )
  const curves = finalists.flatMap(({ name }, place) => {
    const score = findingAbout(deciding, 'score', optionAddress(place))
    const values = axes.map(({ letter }) => cellOf(score, `utility${letter}`))
    return values.includes('–')
      ? []
      : [`curve ${optionAddress(place)}["${inDiagram(name)}"]{${values.join(', ')}}`]
  })
  return axes.length < FEWEST_AXES || curves.length < 2
    ? []
    : diagram(
        'radar-beta',
        'title The finalists over the criteria, worst in the middle',
        `axis ${axes.map(({ name, letter }) => `${letter.toLowerCase()}["${name}"]`).join(', ')}`,
        ...curves,
        'min 0',
        'max 1',
      )
}

/** A name as it may stand between quotation marks of a diagram. */
function inDiagram(name: string): string {
  return name
    .replace(/[^\p{L}\p{N} ._+=-]/gu, ' ')
    .trim()
    .slice(0, 40)
}
