import type { Run } from '../runs/run.ts'
import { isResource } from './is-resource.ts'

/** What a run measured, the machine aside, in one text: an exact repeat has the same. Of those metrics alone that are kept. */
export function outcomeOf(run: Run, keeps: (metric: string) => boolean = () => true): string {
  return JSON.stringify(
    [...run.metrics]
      .flatMap(([name, { last }]) => (isResource(name) || !keeps(name) ? [] : [[name, String(last)]]))
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  )
}
