/**
 * What a restart made obsolete: values of this step or a later one that were written before the record, of one tag or of all.
 */
export interface Purge {
  readonly file: number
  readonly record: number
  readonly step: number
  /** Null for all tags. */
  readonly tag: string | null
}

/** Tells restarts from the events of one folder, in the order they are read. */
export interface RestartWatch {
  see(event: {
    readonly step: number | null
    readonly fileVersion: string | null
    readonly isRestart: boolean
    readonly values: readonly { readonly tag: string }[] | null
    readonly file: number
    readonly record: number
  }): void
  readonly purges: readonly Purge[]
}

/**
 * As TensorBoard does (`event_accumulator.py`): since `brain.Event:2` a session log of status START makes all values from its step on
 * obsolete; in older logs a step that goes back does, for the tags of that event.
 */
export function watchRestarts(): RestartWatch {
  const purges: Purge[] = []
  let version = 0
  let newest = -1
  return {
    purges,
    see({ step, fileVersion, isRestart, values, file, record }) {
      if (fileVersion !== null) version = versionOf(fileVersion)
      if (step === null) return
      if (version >= 2) {
        if (isRestart) purges.push({ file, record, step, tag: null })
      } else if (step < newest && values !== null)
        purges.push(...values.map(({ tag }) => ({ file, record, step, tag })))
      else newest = step
    },
  }
}

/** Whether a value is obsolete by any of the purges. */
export function purgedBy(
  purges: readonly Purge[],
): (tag: string, step: number | null, file: number, record: number) => boolean {
  if (purges.length === 0) return () => false
  const all = horizon(purges.filter(({ tag }) => tag === null))
  const byTag = new Map(
    [...Map.groupBy(purges, ({ tag }) => tag)].map(([tag, own]) => [tag, horizon(own)] as const),
  )
  return (tag, step, file, record) =>
    step !== null &&
    (step >= all(file, record) || step >= (byTag.get(tag)?.(file, record) ?? Number.POSITIVE_INFINITY))
}

/** The least step that a purge after a record names; purges come in the order they were read. */
function horizon(purges: readonly Purge[]): (file: number, record: number) => number {
  const least: number[] = []
  let step = Number.POSITIVE_INFINITY
  for (const purge of purges.toReversed()) {
    step = Math.min(step, purge.step)
    least.push(step)
  }
  least.reverse()
  return (file, record) => {
    let [low, high] = [0, purges.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const purge = purges[middle]
      const isAfter =
        purge !== undefined && (purge.file > file || (purge.file === file && purge.record > record))
      if (isAfter) high = middle
      else low = middle + 1
    }
    return least[low] ?? Number.POSITIVE_INFINITY
  }
}

function versionOf(written: string): number {
  const version = Number(/^brain\.Event:(\d+(?:\.\d+)?)$/.exec(written)?.[1] ?? '')
  return Number.isNaN(version) ? 0 : version
}
