import type { Run } from '../runs/run.ts'
import { remember } from './remember.ts'

/** The digests of a run's data in one text; empty where it logged none. */
export const dataOf = remember((run: Run): string => {
  return run.dataSets
    .map((set) => set.digest)
    .sort()
    .join('+')
})

/** Whether two runs stand on the same code and data, as far as both tell. */
export function isSameGround(a: Run, b: Run): boolean {
  const [dataA, dataB] = [dataOf(a), dataOf(b)]
  return isSameCode(a, b) && (dataA === '' || dataB === '' || dataA === dataB)
}

/** Whether two runs stand on the same commit, as far as both tell. */
export function isSameCode(a: Run, b: Run): boolean {
  return a.code.commit === null || b.code.commit === null || a.code.commit === b.code.commit
}
