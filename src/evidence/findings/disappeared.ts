import { isBroken, type Run } from '../../runs/run.ts'
import { clauseAround } from '../clause-around.ts'
import { counted } from '../counted.ts'
import type { EvidenceQuote, EvidenceRun, EvidenceWithoutFindings, NewFinding } from '../evidence.ts'
import { listRuns, restsOn, unnamedOf } from '../listed-runs.ts'
import { errorTags } from '../run-error.ts'
import { triedIn } from '../setting-of.ts'
import { dropped } from './dropped.ts'

const MOST_EXCLUDED = 2
const MOST_ERRORS = 3

/** Words by which people take a run out of a comparison. */
const EXCLUDES =
  /\b(drop(?:ped|ping)?(?!\s*[=:]?\s*\.?\d)|exclud(?:e|ed|ing)|ignor(?:e|ed|ing)|discard(?:ed|ing)?|disregard(?:ed)?|thr(?:ow|ew|own) (?:away|out)|left out|leave out|leaving out|do(?:es)?n['’]t count|not count(?:ed)?|abandon(?:ed)?|gave up on|give up on|invalid|botched)\b/i

/**
 * Candidates that a comparison does not show: runs that were deleted in the tracker, runs that the user's own words take
 * out, and settings that failed or were killed and never finished in any other run. With the reasons that are recorded.
 * And what was tried for a while and then left (`dropped`).
 */
export function disappeared(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  return [...deletedRuns(evidence), ...excluded(evidence), ...neverFinished(evidence), ...dropped(evidence)]
}

/** Runs of the span that were deleted since; where no other run of the project is older, what was deleted before it as well. */
function deletedRuns(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const { from, until } = evidence.span
  const since = evidence.earlier.length === 0 ? Number.NEGATIVE_INFINITY : from
  const experiments = new Set(evidence.runs.map(({ run }) => run.experiment.id))
  const deleted = evidence.deleted.filter(
    ({ run: { startedAt } }) => startedAt !== null && startedAt >= since && startedAt < until,
  )
  const isOwn = ({ run }: EvidenceRun): boolean =>
    experiments.size === 0 || experiments.has(run.experiment.id)
  return [
    ...told(deleted.filter(isOwn), ''),
    ...told(
      deleted.filter((one) => !isOwn(one)),
      ' of other experiments',
    ),
  ]
}

function told(gone: readonly EvidenceRun[], which: string): readonly NewFinding[] {
  if (gone.length === 0) return []
  const finished = gone.filter(({ run }) => run.status === 'finished').length
  const unnamed = unnamedOf(gone)
  const reasons = gone.filter((one) => errorTags(one).length > 0).slice(0, MOST_ERRORS)
  const why =
    reasons.length === 0
      ? 'no reason is recorded'
      : reasons.map((one) => `[[${one.address}]]: ${errorsOf(one)}`).join('; ')
  return [
    {
      kind: 'disappeared',
      scope: 'project',
      sentence: `[[this.deleted]] ${gone.length === 1 ? 'run' : 'runs'}${which} ${gone.length === 1 ? 'was' : 'were'} deleted in the tracker (${listRuns(gone, 'this.others')}), [[this.finished]] with a finished status; ${why}.`,
      rests: restsOn(gone),
      values: {
        deleted: counted(
          gone.length,
          'runs deleted in the tracker, of the span and of before the first run that is left',
        ),
        finished: counted(finished, 'deleted runs with the status finished'),
        ...(unnamed === 0 ? {} : { others: counted(unnamed, 'runs not named') }),
      },
    },
  ]
}

/** Runs that a note names by name or id in a clause that takes them out. */
function excluded(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  if (evidence.quotes.every(({ text }) => !EXCLUDES.test(text))) return []
  const names = new Map<string, EvidenceRun | null>()
  const know = (name: string, one: EvidenceRun): void => {
    // A name that two runs share names neither.
    if (/\p{L}/u.test(name) && name.length >= 4) names.set(name, names.has(name) ? null : one)
  }
  for (const one of evidence.runs) {
    know(one.run.name.toLowerCase(), one)
    const { id } = one.run
    for (const length of [6, 7, 8]) if (id.length > length) know(id.slice(0, length).toLowerCase(), one)
    know(id.toLowerCase(), one)
  }
  const found = evidence.quotes
    .filter(({ kind }) => kind !== 'experiment' && kind !== 'commit')
    .flatMap((quote) => exclusionsIn(quote, names))
  const once = [...new Map(found.map((one) => [one.run.address, one])).values()]
  return once.slice(0, MOST_EXCLUDED).map(({ run, quote, clause }) => ({
    kind: 'disappeared' as const,
    sentence: `Taken out by your note: [[${run.address}]] ([[quote(${quote.address}, ${JSON.stringify(clause)})]]).`,
    rests: [run.address, quote.address],
  }))
}

function exclusionsIn(
  quote: EvidenceQuote,
  names: ReadonlyMap<string, EvidenceRun | null>,
): readonly { readonly run: EvidenceRun; readonly quote: EvidenceQuote; readonly clause: string }[] {
  const match = EXCLUDES.exec(quote.text)
  if (match === null) return []
  const clause = clauseAround(quote.text, match.index)
  const words = clause.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}_.+-]*[\p{L}\p{N}]/gu) ?? []
  return words.flatMap((word) => {
    const run = names.get(word)
    return run === undefined || run === null ? [] : [{ run, quote, clause }]
  })
}

/** Settings that only ever failed or were killed, told where others finished: nobody knows what they would have given. */
function neverFinished(evidence: EvidenceWithoutFindings): readonly NewFinding[] {
  const all = [...evidence.runs, ...evidence.earlier]
  const done = new Set(
    all.filter(({ run }) => isUsable(run) && run.status === 'finished').map(({ run }) => triedIn(run)),
  )
  const open = new Set(
    all
      .filter(({ run }) => run.status === 'running' || run.status === 'scheduled')
      .map(({ run }) => triedIn(run)),
  )
  const lost = evidence.runs.filter(
    ({ run }) => isUsable(run) && isBroken(run) && !done.has(triedIn(run)) && !open.has(triedIn(run)),
  )
  const settings = [...Map.groupBy(lost, ({ run }) => triedIn(run)).values()].flatMap(
    ([first]) => first ?? [],
  )
  if (settings.length === 0 || done.size === 0) return []
  const unnamed = unnamedOf(settings)
  const metric = evidence.lead?.metric
  // A run that broke after it had logged its metric left a value behind.
  const isKnown = metric !== undefined && lost.some(({ run }) => run.metrics.has(metric))
  return [
    {
      kind: 'disappeared',
      scope: evidence.earlier.length > 0 ? 'project' : 'session',
      sentence: `Failed or killed, and never finished with the same settings: ${listRuns(settings, 'this.others')}.${isKnown ? '' : ' What they would have given is not known.'}`,
      rests: restsOn(lost),
      ...(unnamed === 0 ? {} : { values: { others: counted(unnamed, 'settings not named') } }),
    },
  ]
}

function isUsable(run: Run): boolean {
  return triedIn(run) !== null && !run.deleted
}

function errorsOf(one: EvidenceRun): string {
  return errorTags(one)
    .map((name) => `[[${one.address}.tag[${JSON.stringify(name)}]]]`)
    .join(': ')
}
