import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { joined, listedRuns } from '../listed-runs.ts'
import {
  REPRODUCIBILITY_ITEMS,
  type Reproducibility,
  type ReproducibilityItem,
  reproducibilityOf,
} from '../reproducibility.ts'

const MOST_ITEMS = 2
const MOST_RESTS = 300
/** Most runs lack what this share of them or more lacks; what fewer lack is a matter of those runs. */
const MOST = 0.5
/** What the project's other runs lack is known from as many of them, and the newest tell. */
const FEWEST_EARLIER = 5
const MOST_EARLIER = 500

type Judged = { readonly one: EvidenceRun; readonly held: Reproducibility }

/**
 * What running the runs again would lack: the items of the checklist that half of the logs or more do not hold, the
 * two most frequent ones, with the median run's score ("n of m"); and the runs that stand out by lacking what the
 * others have. Silent where all is there, and where only the state of the tree is not logged, which trackers seldom do.
 * Beside other runs of the project, only what half of those hold is told: what is never logged need not be said every day.
 */
export function reproducibility(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const judged = evidence.runs.map((one) => ({ one, held: reproducibilityOf(one.run) }))
  const usual = lackedBefore(evidence)
  const lacking = new Map(
    REPRODUCIBILITY_ITEMS.filter((item) => usual?.has(item) !== true).map((item) => [
      item,
      judged.filter(({ held }) => held.missing.includes(item)),
    ]),
  )
  return [
    ...(usual === null ? lackedByMost(judged, lacking) : lackedNow(judged, lacking)),
    ...lackedByFew(judged, lacking),
  ]
}

/** What half of the project's other runs or more lack; null where there are too few of them to tell. */
function lackedBefore({ earlier }: EvidenceWithoutFindings): ReadonlySet<ReproducibilityItem> | null {
  if (earlier.length < FEWEST_EARLIER) return null
  const counts = new Map<ReproducibilityItem, number>()
  const known = earlier.slice(-MOST_EARLIER)
  for (const { run } of known)
    for (const item of reproducibilityOf(run).missing) counts.set(item, (counts.get(item) ?? 0) + 1)
  return new Set(
    [...counts]
      .filter(([item, count]) => item !== 'diff' && count >= known.length * MOST)
      .map(([item]) => item),
  )
}

/** What most of these runs lack and most of the project's other runs hold. */
function lackedNow(
  judged: readonly Judged[],
  lacking: ReadonlyMap<ReproducibilityItem, readonly Judged[]>,
): readonly NewFinding[] {
  const common = commonIn(judged, lacking)
  if (common.every(([item]) => item === 'tree state')) return []
  const named = common.map(
    ([item], index) =>
      `${WORDS[item]} ([[this.lack${camelCase(item)}]]${index === 0 ? ' of [[this.runs]] runs' : ''})`,
  )
  return [
    {
      kind: 'reproducibility',
      scope: 'project',
      sentence: `Not logged here, while most of the project’s other runs have it: ${joined(named)}.`,
      rests: restsOf(common),
      values: {
        runs: counted(judged.length, 'runs told'),
        ...Object.fromEntries(
          common.map(([item, without]) => [
            `lack${camelCase(item)}`,
            counted(without.length, `logs without ${item}`),
          ]),
        ),
      },
    },
  ]
}

type Lacked = readonly (readonly [ReproducibilityItem, readonly Judged[]])[]

/** What half of the runs or more lack, the most frequent items. */
function commonIn(
  judged: readonly Judged[],
  lacking: ReadonlyMap<ReproducibilityItem, readonly Judged[]>,
): Lacked {
  return [...lacking]
    .filter(([item, without]) => item !== 'diff' && without.length >= Math.max(1, judged.length * MOST))
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST_ITEMS)
}

function restsOf(common: Lacked): NewFinding['rests'] {
  const addresses = common.flatMap(([, without]) => without.map(({ one }) => one.address))
  return [...new Set(addresses)].slice(0, MOST_RESTS)
}

function lackedByMost(
  judged: readonly Judged[],
  lacking: ReadonlyMap<ReproducibilityItem, readonly Judged[]>,
): readonly NewFinding[] {
  const common = commonIn(judged, lacking)
  const typical = medianOf(judged)
  if (typical === null || common.every(([item]) => item === 'tree state')) return []
  const counts = common.map(
    ([item, without]) => [`lack${camelCase(item)}`, counted(without.length, `logs without ${item}`)] as const,
  )
  const told = common.map(([item], index) => {
    const [name] = counts[index] ?? ['']
    return `${WORDS[item]} ([[this.${name}]]${index === 0 ? ' of [[this.runs]] runs' : ''})`
  })
  const score =
    judged.length === 1
      ? 'its log holds [[this.held]] of [[this.asked]] items that running it again takes'
      : 'the median log holds [[this.held]] of [[this.asked]] items that running it again takes'
  return [
    {
      kind: 'reproducibility',
      sentence:
        judged.length === 1
          ? `Not logged: ${joined(common.map(([item]) => WORDS[item]))}; ${score}.`
          : `Most often not logged: ${joined(told)}; ${score}.`,
      rests: restsOf(common),
      values: {
        runs: counted(judged.length, 'runs told'),
        held: counted(typical.recorded.length, 'items of the checklist that the median log holds'),
        asked: counted(
          typical.recorded.length + typical.missing.length,
          'items of the checklist that apply to that run',
        ),
        ...Object.fromEntries(counts),
      },
    },
  ]
}

function lackedByFew(
  judged: readonly Judged[],
  lacking: ReadonlyMap<ReproducibilityItem, readonly Judged[]>,
): readonly NewFinding[] {
  const few = [...lacking].filter(
    ([item, without]) =>
      item !== 'diff' && item !== 'tree state' && without.length > 0 && without.length < judged.length * MOST,
  )
  // What the same runs lack is said in one breath.
  const odd = [...Map.groupBy(few, ([, without]) => without.map(({ one }) => one.address).join(' ')).values()]
  const dirty = lacking.get('diff') ?? []
  const told = [
    ...odd.slice(0, MOST_ITEMS).map((items) => {
      const without = items[0]?.[1] ?? []
      const lacked = joined(items.map(([item]) => `no ${SHORT[item]}`))
      const be = items.length === 1 ? 'is' : 'are'
      return {
        words: `${lacked.slice(0, 1).toUpperCase()}${lacked.slice(1)} ${be} logged for ${namesOf(without)}.`,
        without,
      }
    }),
    ...(dirty.length === 0
      ? []
      : [
          {
            words: `${namesOf(dirty)} ran with uncommitted changes that the log does not keep.`,
            without: dirty,
          },
        ]),
  ]
  if (told.length === 0) return []
  const others = odd.length === 1 && odd[0]?.length === 1 ? ' The other runs have it.' : ''
  const [first, ...rest] = told
  return [
    {
      kind: 'reproducibility',
      sentence: [`${first?.words}${others}`, ...rest.map(({ words }) => words)].join(' '),
      rests: [...new Set(told.flatMap(({ without }) => without.map(({ one }) => one.address)))].slice(
        0,
        MOST_RESTS,
      ),
    },
  ]
}

/** The run in the middle by the share of items its log holds; the lower one of two. */
function medianOf(judged: readonly Judged[]): Reproducibility | null {
  const share = ({ held }: Judged): number =>
    held.recorded.length / (held.recorded.length + held.missing.length)
  const ordered = [...judged].sort((a, b) => share(a) - share(b))
  return ordered[Math.floor((ordered.length - 1) / 2)]?.held ?? null
}

function namesOf(judged: readonly Judged[]): string {
  return listedRuns(judged.map(({ one }) => one.address))
}

function camelCase(item: ReproducibilityItem): string {
  return item
    .split(' ')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}

const SHORT: Readonly<Record<ReproducibilityItem, string>> = {
  commit: 'commit',
  diff: 'diff',
  'data version': 'version of the data',
  environment: 'environment',
  seed: 'seed',
  command: 'command',
  parameters: 'parameter',
  'tree state': 'state of the working tree',
  times: 'start or end',
  user: 'user',
}

const WORDS: Readonly<Record<ReproducibilityItem, string>> = {
  ...SHORT,
  environment: 'environment (packages and their versions)',
  'tree state': 'whether there were uncommitted changes',
}
