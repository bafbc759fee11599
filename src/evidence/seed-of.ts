import type { Run } from '../runs/run.ts'
import { remember } from './remember.ts'
import { settingValue } from './setting-value.ts'
import { isFoldName, isSeed } from './what-varied.ts'

/** The seeds of a run in one text; folds are none. Null where it logged no seed. */
export const seedOf = remember((run: Pick<Run, 'params'>): string | null => {
  const seeds = [...run.params].filter(([name]) => isSeed(name) && !isFoldName(name))
  return seeds.length === 0
    ? null
    : JSON.stringify(
        seeds
          .map(([name, text]) => [name, settingValue(name, text).key])
          .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      )
})
