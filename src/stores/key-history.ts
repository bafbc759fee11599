import type { RunKey } from '../runs/run.ts'
import type { Relink } from './relink.ts'

/** How keys are followed from what runs were called to what they are called now. */
export interface KeyHistory {
  /**
   * The key that a run has now which was called so at a time (ms since 1970). Relinks that were written down later than that are
   * followed in their order, each once: a key that another run got afterwards is that other run's.
   */
  now(key: RunKey, at: number): RunKey
  /** What a run of this key was called before, oldest first. */
  formerly(key: RunKey): readonly RunKey[]
  /** The keys that runs have now of which one was ever called so; the key itself only where it was never given up. */
  everCalled(key: RunKey): readonly RunKey[]
  /** Keys that were given up. */
  readonly givenUp: readonly RunKey[]
}

/** The history of keys that relinks make, in any order; without any, every key is what it was. */
export function keyHistory(relinks: readonly Pick<Relink, 'id' | 'at' | 'links'>[]): KeyHistory {
  const steps = relinks
    .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    // Of one record all links hold at the same time: two runs may have changed their keys for each other's.
    .map(({ at, links }) => ({ at, to: new Map(links.map((link) => [link.from, link.to])) }))
  const givenUp = [...new Set(steps.flatMap(({ to }) => [...to.keys()]))]
  const since = (key: RunKey, first: number): RunKey =>
    steps.slice(first).reduce((at, { to }) => to.get(at) ?? at, key)
  /** What every key became that was given up, and when. */
  const became = steps.flatMap(({ to }, index) =>
    [...to.keys()].map((from) => ({ from, to: since(from, index) })),
  )
  const beforeOf = new Map<RunKey, Set<RunKey>>()
  const afterOf = new Map<RunKey, Set<RunKey>>()
  for (const { from, to } of became) {
    afterOf.set(from, (afterOf.get(from) ?? new Set()).add(to))
    if (from !== to) beforeOf.set(to, (beforeOf.get(to) ?? new Set()).add(from))
  }
  return {
    now: (key, at) => {
      const first = steps.findIndex((step) => step.at >= at)
      return first < 0 || !afterOf.has(key) ? key : since(key, first)
    },
    formerly: (key) => [...(beforeOf.get(key) ?? [])],
    everCalled: (key) => [...(afterOf.get(key) ?? [key])],
    givenUp,
  }
}
