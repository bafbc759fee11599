import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { listRuns, restsOn, unnamedOf } from '../listed-runs.ts'

const MOST_PARENTS = 2

/**
 * Nested runs of which the document tells some children, while others of the same parent lie before or behind its span: what
 * a note says of "all five seeds" is then said of runs that are not told here as well. For the parents with the most
 * children told; what was deleted does not count.
 */
export function childrenElsewhere({
  runs,
  earlier,
  laterChildren = new Map(),
}: EvidenceWithoutFindings): readonly NewFinding[] {
  const inside = byParent(runs)
  const before = byParent(earlier)
  const known = new Map([...runs, ...earlier].map((one) => [one.run.key, one]))
  return [...inside]
    .flatMap(([key, children]) => {
      const parent = known.get(key)
      const others = before.get(key) ?? []
      const later = laterChildren.get(key) ?? 0
      return parent === undefined || others.length + later === 0 ? [] : [{ parent, children, others, later }]
    })
    .sort((a, b) => b.children.length - a.children.length)
    .slice(0, MOST_PARENTS)
    .map(({ parent, children, others, later }): NewFinding => {
      const where = [
        ...(others.length === 0 ? [] : [`others lie outside this session: ${listRuns(others, 'this.more')}`]),
        ...(later === 0 ? [] : ['[[this.later]] started after this session']),
      ]
      return {
        kind: 'variation',
        scope: 'project',
        warns: true,
        sentence: `[[this.told]] of the [[this.all]] runs nested in [[${parent.address}]] are told here; ${where.join(', and ')}.`,
        rests: restsOn([parent, ...children, ...others]),
        values: {
          told: counted(children.length, 'runs of this parent that are told here'),
          all: counted(children.length + others.length + later, 'runs of this parent that the project holds'),
          ...(unnamedOf(others) === 0 ? {} : { more: counted(unnamedOf(others), 'runs not named') }),
          ...(later === 0
            ? {}
            : { later: counted(later, 'runs of this parent that started after the span') }),
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
