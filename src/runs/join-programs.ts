import type { RunGlimpse, RunSeen } from './join-runs.ts'
import { PROGRAM } from './programs/program.ts'

/** Texts as long as this, taken together, nobody writes twice by chance. */
const ENOUGH = 100

/** Two runs of optimisations whose accepted candidates have the very same texts. */
export interface SameOptimisation {
  readonly container: RunSeen
  readonly inner: RunSeen
  readonly why: string
}

/** Optimisations of different sources that came to the same candidates, word for word, iteration for iteration: one that two logs tell. */
export function sameOptimisations(all: readonly RunSeen[]): readonly SameOptimisation[] {
  const byKey = new Map(all.map((one) => [one.run.key, one]))
  const byTexts = new Map<string, RunSeen[]>()
  for (const [key, programs] of Map.groupBy(
    all.filter(({ run }) => PROGRAM.test(run.id)),
    ({ run }) => optimisationOf(run.key),
  )) {
    const optimisation = byKey.get(key) ?? byKey.get(`${key}.`)
    // The seed's texts stand in no table, and may be missing or cut.
    const found = programs
      .filter(({ run }) => run.tags.get('gepa.proposal') === 'accepted' && !run.id.endsWith('seed'))
      .map(({ run }) => [nameOf(run), ...textsOf(run)])
    const told = JSON.stringify(found.toSorted(([left = ''], [right = '']) => (left < right ? -1 : 1)))
    if (optimisation === undefined || found.length === 0 || told.length < ENOUGH) continue
    byTexts.set(told, [...(byTexts.get(told) ?? []), optimisation])
  }
  return [...byTexts.values()].flatMap(([first, ...others]) =>
    others.flatMap((inner) =>
      first === undefined || first.source.alias === inner.source.alias
        ? []
        : [{ container: first, inner, why: 'its candidates have the same texts' }],
    ),
  )
}

/**
 * What was tried in two optimisations that are one: programs of the same name, the other's first, each with whether a text of theirs is not
 * the same.
 */
export function samePrograms(
  one: RunGlimpse,
  other: RunGlimpse,
  all: readonly RunSeen[],
): readonly { readonly one: RunSeen; readonly other: RunSeen; readonly isDoubted: boolean }[] {
  const own = new Map(programsOf(one).map((each) => [nameOf(each.run), each]))
  return programsOf(other).flatMap((each) => {
    const same = own.get(nameOf(each.run))
    if (same === undefined) return []
    const isDoubted = [...each.run.params].some(
      ([name, text]) => name.startsWith('text:') && (same.run.params.get(name) ?? text) !== text,
    )
    return [{ one: same, other: each, isDoubted }]
  })

  function programsOf({ key }: RunGlimpse): readonly RunSeen[] {
    return all.filter(
      ({ run }) =>
        PROGRAM.test(run.id) && (optimisationOf(run.key) === key || `${optimisationOf(run.key)}.` === key),
    )
  }
}

/** The key of the run that a program's key lies below; that of a location's own run ends with a dot, which its programs' have not. */
function optimisationOf(key: string): string {
  return key.slice(0, key.search(PROGRAM) < 0 ? key.lastIndexOf(':') + 1 : key.search(PROGRAM))
}

/** A candidate by its index, whether its log tells the iteration or not; what was rejected by its iteration. */
function nameOf({ id, name }: RunGlimpse): string {
  return /^candidate \d+ /.exec(name)?.[0] ?? id.slice(id.lastIndexOf('/') + 1)
}

function textsOf({ params }: RunGlimpse): readonly string[] {
  return [...params].filter(([name]) => name.startsWith('text:')).flat()
}
