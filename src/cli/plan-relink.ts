import { NarrateError } from '../errors.ts'
import { maskRun } from '../evidence/mask-run.ts'
import { type Gap, isGap } from '../gap.ts'
import { listWholeRuns } from '../runs/list-runs.ts'
import type { RunKey, RunSummary } from '../runs/run.ts'
import type { KeyLink } from '../stores/relink.ts'
import type { Store } from '../stores/store.ts'
import { differingFacts } from '../verify/compare-live.ts'
import { findMoved, type LostRun, type Move, mayBeLost } from '../verify/find-moved.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'
import { findRunOrName } from './find-run.ts'
import { mayHideRuns } from './gap-weight.ts'
import { maskOf } from './gather-day.ts'
import type { OpenedSources } from './open-sources.ts'
import { isMeant } from './read-key-history.ts'
import { type NamedRuns, presentKeys, readNamedRuns } from './read-named-runs.ts'

/** A link that may be written down, with what it mends. */
export interface PlannedLink extends KeyLink {
  readonly lost: LostRun
}

/** What is to be done for the runs that documents or notes name and no source has. */
export interface RelinkPlan {
  readonly links: readonly PlannedLink[]
  readonly unsure: readonly Extract<Move, { kind: 'unsure' }>[]
  readonly gone: readonly Extract<Move, { kind: 'gone' }>[]
  /** Runs of sources that could not be read: whether they are there is not known. */
  readonly unread: readonly LostRun[]
  readonly gaps: readonly Gap[]
}

/** What was named on the command line: an alias or a key that documents use, and what it is now. */
export interface AskedLink {
  readonly old: string
  readonly now: string
  /** Also where the facts differ. */
  readonly force: boolean
}

/**
 * Reads what documents and notes name, what the sources have, and where the rest went. With `asked` only that is linked.
 * Throws `NarrateError('usage')` where what was asked is not so.
 */
export async function planRelink(
  asked: AskedLink | null,
  opened: OpenedSources,
  store: Store,
  project: Project,
  world: World,
): Promise<RelinkPlan> {
  const named = await readNamedRuns(store, project, world)
  const present = await presentKeys(opened, world)
  const unreadAliases = new Set(opened.unread.map(({ what }) => what.replace(/^source /, '')))
  const missing = [...named.runs.values()].filter(({ key }) => !present.keys.has(key))
  const isPartial = present.gaps.some(mayHideRuns)
  const lost: LostRun[] = []
  const unread: LostRun[] = []
  for (const one of missing) {
    // A run that is there and cannot be read is not lost.
    if (unreadAliases.has(aliasOf(one.key)) || (isPartial && (await isListed(one.key, opened))))
      unread.push(one)
    else lost.push(one)
  }
  const gaps = [...opened.unread, ...named.gaps, ...present.gaps.filter(mayHideRuns)]
  const links =
    asked === null
      ? null
      : await askedLinks(asked, { lost, named, present: present.keys }, opened, project, world)
  const linked = new Set(links?.map(({ from }) => from))
  const mask = maskOf(project.settings, world)
  const candidates: RunSummary[] = []
  const isCandidate = mayBeLost(lost)
  if (lost.length > 0)
    for await (const found of listWholeRuns(opened.sources, { includeDeleted: true })) {
      world.signal.throwIfAborted()
      if (isGap(found)) continue
      const run = maskRun(found.run, mask)
      if (isCandidate(run)) candidates.push(run)
    }
  const moves = findMoved(lost, candidates, (id) => named.heldBy.get(id) ?? new Set()).filter(
    (move) => !linked.has(move.lost.key),
  )
  return {
    links:
      links ??
      moves.flatMap((move) =>
        move.kind === 'found' ? [{ from: move.lost.key, to: move.to, why: move.why, lost: move.lost }] : [],
      ),
    unsure: moves.filter((move) => move.kind === 'unsure'),
    gone: moves.filter((move) => move.kind === 'gone'),
    unread,
    gaps,
  }
}

async function isListed(key: RunKey, { sources }: OpenedSources): Promise<boolean> {
  const source = sources.find((one) => one.source.alias === aliasOf(key))?.source
  if (source === undefined) return false
  return (await source.find(key.slice(key.search(/[^:/]*$/)))).includes(key)
}

interface Known {
  readonly lost: readonly LostRun[]
  readonly named: NamedRuns
  readonly present: ReadonlySet<RunKey>
}

async function askedLinks(
  asked: AskedLink,
  known: Known,
  opened: OpenedSources,
  project: Project,
  world: World,
): Promise<readonly PlannedLink[]> {
  const [oldAlias, newAlias] = [asked.old.replace(/:$/, ''), asked.now.replace(/:$/, '')]
  const ofAlias = known.lost.filter(({ key }) => aliasOf(key) === oldAlias)
  const isAlias = opened.sources.some(({ source }) => source.alias === newAlias)
  if (ofAlias.length > 0 && !isAlias && !newAlias.includes(':') && !newAlias.includes('/'))
    throw new NarrateError('usage', `No source is called ${newAlias}.`, {
      hint: `There are ${opened.sources.map(({ source }) => source.alias).join(', ')}.`,
    })
  if (ofAlias.length > 0 && isAlias) {
    const pairs = ofAlias
      .map((lost) => ({ lost, to: `${newAlias}${lost.key.slice(oldAlias.length)}` }))
      .filter(({ to }) => known.present.has(to))
    if (pairs.length === 0)
      throw new NarrateError('usage', `No run of ${newAlias} has the id of one that was ${oldAlias}'s.`, {
        hint: '`narrate relink` alone looks at what the runs logged; OLD and NEW may also be two keys.',
      })
    const links: PlannedLink[] = []
    for (const { lost, to } of pairs)
      links.push(await checked(lost, to, asked, known, opened, project, world))
    return links
  }
  const lost = namedRun(asked, known)
  const { key } = await findRunOrName(asked.now, opened)
  return [await checked(lost, key, asked, known, opened, project, world)]
}

/** The one run that documents or notes name by a key, or the beginning of one. */
function namedRun({ old, force }: AskedLink, { lost, named, present }: Known): LostRun {
  const whole = named.runs.get(named.history.everCalled(old).find((key) => named.runs.has(key)) ?? old)
  const found =
    whole === undefined ? lost.filter(({ key }) => isMeant(old, key) || key.startsWith(old)) : [whole]
  const [only] = found
  if (only === undefined)
    throw new NarrateError('usage', `No document or note names a run "${old}" that is lost.`, {
      hint: '`narrate relink` alone shows those that are.',
    })
  if (found.length > 1)
    throw new NarrateError('usage', `"${old}" may be any of ${found.length} runs.`, {
      hint: `Type more of one of: ${found
        .slice(0, 10)
        .map(({ key }) => key)
        .join(', ')}${found.length > 10 ? ', …' : ''}`,
    })
  if (present.has(only.key) && !force)
    throw new NarrateError('usage', `${only.key} is still there: it was not moved.`, {
      hint: '--force relinks it all the same, where another run has its key by now.',
    })
  return only
}

/** A link that was asked for, unless documents speak against it. */
async function checked(
  lost: LostRun,
  to: RunKey,
  { force }: AskedLink,
  { named }: Known,
  opened: OpenedSources,
  project: Project,
  world: World,
): Promise<PlannedLink> {
  const from = lost.key
  if (from === to) throw new NarrateError('usage', `${from} is its own key already.`)
  const both = lost.documents.find((id) => named.heldBy.get(id)?.has(to) === true)
  if (both !== undefined && !force)
    throw new NarrateError('usage', `${both} holds ${from} and ${to} side by side: they are two runs.`, {
      hint: '--force takes them as one all the same.',
    })
  const source = opened.sources.find((one) => one.source.alias === aliasOf(to))?.source
  if (source === undefined) throw new Error(`${to} was found in no source.`)
  const run = maskRun(await source.read(to, { withHistory: true }), maskOf(project.settings, world))
  const differs = lost.frozen === null ? [] : differingFacts(lost.frozen, run)
  if (differs.length > 0 && !force)
    throw new NarrateError(
      'usage',
      `${to} is not the run that was ${from}: ${differs.slice(0, MOST_SHOWN).join('; ')}${differs.length > MOST_SHOWN ? `; and ${differs.length - MOST_SHOWN} more` : ''}.`,
      { hint: '--force relinks it all the same; verify --live goes on telling what differs.' },
    )
  const held = lost.frozen === null ? 'nothing to hold it against' : 'the same facts'
  return { from, to, lost, why: differs.length > 0 ? 'asked for, though facts differ' : `asked for, ${held}` }
}

const MOST_SHOWN = 3

function aliasOf(key: RunKey): string {
  return key.slice(0, Math.max(0, key.indexOf(':')))
}
