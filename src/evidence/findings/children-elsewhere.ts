import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { listRuns, restsOn, unnamedOf } from '../listed-runs.ts'

const MOST_PARENTS = 2

/**
 * Nested runs of which the document tells some children, while others of the same parent lie outside its span: what a
 * note says of "all five seeds" is then said of runs that are not told here. Told where the project's other runs hold such
 * a child that was not deleted, for the parents with the most children told.
 */
export function childrenElsewhere({ runs, earlier }: EvidenceWithoutFindings): readonly NewFinding[] {
  const inside = byParent(runs)
  const outside = byParent(earlier)
  const known = new Map([...runs, ...earlier].map((one) => [one.run.key, one]))
  return [...inside]
    .flatMap(([key, children]) => {
      const parent = known.get(key)
      const others = outside.get(key) ?? []
      return parent === undefined || others.length === 0 ? [] : [{ parent, children, others }]
    })
    .sort((a, b) => b.children.length - a.children.length)
    .slice(0, MOST_PARENTS)
    .map(({ parent, children, others }): NewFinding => {
      const isOne = others.length === 1
      return {
        kind: 'variation',
        scope: 'project',
        warns: true,
        sentence: `[[this.told]] of the [[this.all]] runs nested in [[${parent.address}]] are told here; ${isOne ? 'one lies' : 'others lie'} outside this session: ${listRuns(others, 'this.more')}.`,
        rests: restsOn([parent, ...children, ...others]),
        values: {
          told: counted(children.length, 'runs of this parent that are told here'),
          all: counted(children.length + others.length, 'runs of this parent that the project holds'),
          ...(unnamedOf(others) === 0 ? {} : { more: counted(unnamedOf(others), 'runs not named') }),
        },
      }
    })
}

function byParent(runs: readonly EvidenceRun[]): ReadonlyMap<string, readonly EvidenceRun[]> {
  return Map.groupBy(
    runs.filter(({ run }) => run.parent !== null),
    ({ run }) => run.parent ?? '',
  )
}
