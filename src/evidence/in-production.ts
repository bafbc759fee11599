import type { RegisteredVersion, Run } from '../runs/run.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingText } from './evidence.ts'

/** A run whose model is in use, and what says so. */
export interface InProduction {
  readonly one: EvidenceRun
  readonly mark: FindingText
  /** Named in narrate.yaml, so that nobody need ask whether it does the same task. */
  readonly isNamed: boolean
}

/** Runs that are marked as in production, and names in narrate.yaml that are none of a run. */
export interface ProductionRuns {
  readonly runs: readonly InProduction[]
  readonly unknown: readonly string[]
}

/** Tags that say where a model stands, by the last part of their name. */
const STATE =
  /^(?:model_|run_|registry_|deploy(?:ment)?_|lifecycle_|release_)?(?:stage|status|state|role|alias)$|^(?:deployment|release|promoted|promoted_to)$/
const IN_USE = /^(?:in[ _-])?(?:production|prod)$|^(?:deployed|live|champion|incumbent|serving|in[ _-]use)$/i

/** Tags that are set to "true", or to a date, once a model is in use. `production_ready` says that it is not yet. */
const FLAG =
  /^(?:is_|in_|currently_)?(?:production|prod|deployed|live|champion|incumbent|serving)(?:_model)?$/
const TRUE = /^(?:true|yes|y|1|on)$/i
const DATE = /^(?:\d{4}-\d\d-\d\d|\d\d[-./]\d\d[-./]\d{4})/

/** Where more than one in so many runs carries the mark, it says how they were made, and not that they are in use. */
const MOST_SHARE = 1 / 4

/**
 * The runs whose models are in use now. narrate.yaml decides where it names some; else the tracker's registry of models: of each
 * model the version that an alias such as `production` points at, else the newest in the stage Production, else the
 * `champion`; else, of each experiment, the newest run with a tag that says so. Deleted runs are none.
 */
export function inProduction(evidence: EvidenceWithoutFindings): ProductionRuns {
  const all = [...evidence.runs, ...evidence.earlier]
  const { production } = evidence.rules
  if (production.length > 0) {
    const found = production.map((name) => ({ name, runs: runsCalled(name, all) }))
    return {
      runs: once(
        found.flatMap(({ runs }) =>
          runs.map((one) => ({
            one,
            mark: { text: 'narrate.yaml', from: 'narrate.yaml' },
            isNamed: true,
          })),
        ),
      ),
      unknown: found.flatMap(({ name, runs }) => (runs.length === 0 ? [name] : [])),
    }
  }
  const registered = inRegistry(all)
  return { runs: once(registered.length > 0 ? registered : byTag(all)), unknown: [] }
}

/** The run of this key or id, or of an id that begins so; else the runs of this name. */
function runsCalled(name: string, all: readonly EvidenceRun[]): readonly EvidenceRun[] {
  const exact = all.filter(({ run }) => run.key === name || run.id === name)
  if (exact.length > 0) return exact
  const begun = name.length < SHORTEST_ID ? [] : all.filter(({ run }) => run.id.startsWith(name))
  return begun.length === 1 ? begun : all.filter(({ run }) => run.name === name)
}

const SHORTEST_ID = 4

/** A run may stand for several models; it is told once. */
function once(found: readonly InProduction[]): readonly InProduction[] {
  return [...new Map(found.toReversed().map((each) => [each.one.address, each])).values()].reverse()
}

function inRegistry(all: readonly EvidenceRun[]): readonly InProduction[] {
  const used = all.flatMap((one) =>
    (one.run.registered ?? []).flatMap((version) => {
      const use = useOf(version)
      return use === null ? [] : [{ one, version, use }]
    }),
  )
  return [
    ...Map.groupBy(used, ({ one, version }) => JSON.stringify([one.run.source, version.model])).values(),
  ].flatMap((versions) => {
    const [first] = versions.toSorted(
      (a, b) => a.use.rank - b.use.rank || Number(b.version.version) - Number(a.version.version),
    )
    if (first === undefined) return []
    const { one, version, use } = first
    const text = `version ${version.version} of the model ${version.model}, ${use.words}`
    return [{ one, mark: { text, from: "the tracker's registry of models" }, isNamed: false }]
  })
}

/** What in the registry says that a version is in use; the surest ranks lowest. */
function useOf({
  stage,
  aliases,
}: RegisteredVersion): { readonly rank: number; readonly words: string } | null {
  const used = aliases.filter((alias) => IN_USE.test(alias))
  const sure = used.find((alias) => !/^(?:champion|incumbent)$/i.test(alias))
  if (sure !== undefined) return { rank: 0, words: `alias ${sure}` }
  if (stage !== null && IN_USE.test(stage)) return { rank: 1, words: `stage ${stage}` }
  const [alias] = used
  return alias === undefined ? null : { rank: 2, words: `alias ${alias}` }
}

function byTag(all: readonly EvidenceRun[]): readonly InProduction[] {
  const marked = all.flatMap((one) => {
    const tag = productionTag(one.run)
    return tag === null ? [] : [{ one, tag }]
  })
  if (marked.length > 1 && marked.length > all.length * MOST_SHARE) return []
  const byExperiment = Map.groupBy(marked, ({ one }) =>
    JSON.stringify([one.run.source, one.run.experiment.id]),
  )
  return [...byExperiment.values()].flatMap((own) => {
    const newest = own.reduce((last, next) =>
      (next.one.run.startedAt ?? 0) >= (last.one.run.startedAt ?? 0) ? next : last,
    )
    const [name, text] = newest.tag
    return [
      { one: newest.one, mark: { text: `tag ${name}=${text}`, from: 'a tag of the run' }, isNamed: false },
    ]
  })
}

/** The tag by which a run is marked as in use, with its text; null where it has none. */
export function productionTag({ tags }: Pick<Run, 'tags'>): readonly [string, string] | null {
  for (const [name, text] of tags) {
    const key = (name.split(/[./:]/).at(-1) ?? name)
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .replace(/[\s-]+/g, '_')
      .toLowerCase()
    const value = text.trim()
    if (STATE.test(key) && IN_USE.test(value)) return [name, value]
    if (FLAG.test(key) && (TRUE.test(value) || DATE.test(value))) return [name, value]
  }
  return null
}
