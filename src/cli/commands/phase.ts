import { phaseKind } from '../../documents/phase/phase-kind.ts'
import type { PhaseSubject } from '../../documents/phase/phase-subject.ts'
import { NarrateError } from '../../errors.ts'
import { metricRules } from '../../evidence/metric-rules.ts'
import { isGap } from '../../gap.ts'
import type { Span } from '../../notes/note.ts'
import { matches } from '../../runs/filter/matches.ts'
import { listRuns } from '../../runs/list-runs.ts'
import { isDone, type Run } from '../../runs/run.ts'
import type { Settings } from '../../settings.ts'
import type { DocumentSummary } from '../../stores/store.ts'
import { chooseModelFor } from '../choose-model.ts'
import { type DocumentSession, openDocumentSession, type WriteOptions } from '../document-session.ts'
import { dayRule } from '../find-project.ts'
import { gatherMatter } from '../gather-matter.ts'
import { openSources, requireSources } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { parseSpan } from '../parse-span.ts'
import { parseTarget, refuseUnlogged } from '../parse-target.ts'
import { readFilter } from '../run-query.ts'
import { nothingToJson, writeDocument } from '../write-document.ts'

interface Options extends WriteOptions {
  readonly entries?: readonly string[]
  readonly experiment?: readonly string[]
  readonly filter?: readonly string[]
  /** "20", "val_auc". */
  readonly top?: readonly string[]
  readonly target?: string
}

type Session = DocumentSession<Options>

/** `narrate phase`: what a span of time, some entries or a selection of runs came to. Exit codes as DESIGN section 5. */
export const phase: Action<Options> = async (command) => {
  const session = await openDocumentSession(command)
  const { options, print, project, world } = session
  const rule = dayRule(project, world)
  const spanned = options.since !== undefined || options.until !== undefined
  const span = spanned ? parseSpan(options, world.now(), rule, { from: 0, until: world.now() + 1 }) : null
  const filter = readFilter(options)
  const subject = subjectOf(options, project.settings)
  const entries = options.entries === undefined ? null : await findEntries(options.entries, session)
  const top = options.top === undefined ? null : await topRuns(options.top, session)
  const ofEntries = entries === null ? null : new Set(entries.flatMap(({ runs }) => runs))
  const isTold = (run: Run): boolean =>
    (span === null || isWithin(run, span)) &&
    (ofEntries === null || ofEntries.has(run.key)) &&
    (top === null || top.has(run.key)) &&
    (options.experiment === undefined ||
      options.experiment.some((name) => name === run.experiment.name || name === run.experiment.id)) &&
    matches(filter, run)
  const isCited = (document: DocumentSummary): boolean =>
    entries === null
      ? document.kind === 'log' && (span === null || isDayWithin(document.date, span))
      : entries.some(({ id }) => id === document.id)
  const matter = await gatherMatter(
    {
      kind: phaseKind,
      subject,
      isTold,
      span,
      withUndatedNotes: true,
      withPoints: false,
      isCited,
    },
    session,
  )
  if (matter.evidence.runs.length === 0) {
    print.say('Nothing to tell: no run is in this phase (narrate runs list shows what there is).')
    if (options.json === true) print.json(nothingToJson(matter.evidence.gaps))
    return matter.isPartial ? 1 : 0
  }
  // The project's target may be of another phase than this one; one that was typed is meant.
  if (options.target !== undefined) refuseUnlogged(subject.target, matter.evidence)
  const choice = await chooseModelFor(project, options, world, session.parts)
  return writeDocument(matter, choice, session)
}

function subjectOf(options: Options, settings: Settings): PhaseSubject {
  return {
    asked: [
      ...(['since', 'until'] as const).flatMap((name) =>
        options[name] === undefined ? [] : [`--${name} ${options[name]}`],
      ),
      ...(['entries', 'experiment', 'filter'] as const).flatMap((name) =>
        (options[name] ?? []).map((value) => `--${name} ${value}`),
      ),
      ...(options.top === undefined ? [] : [`--top ${options.top.join(' ')}`]),
      ...(options.target === undefined ? [] : [`--target ${options.target}`]),
    ],
    target: parseTarget(options.target, settings),
  }
}

function isWithin({ endedAt, startedAt }: Run, { from, until }: Span): boolean {
  return [startedAt, endedAt].some((at) => at !== null && at >= from && at < until)
}

/** Whether any of a calendar day lies in the span. */
function isDayWithin(date: string, { from, until }: Span): boolean {
  const at = Date.parse(date)
  return at + 36 * 3_600_000 >= from && at - 12 * 3_600_000 < until
}

/** The documents that `--entries` names, each by its id or an unambiguous part of it. */
async function findEntries(
  names: readonly string[],
  { store }: Session,
): Promise<readonly DocumentSummary[]> {
  const found: DocumentSummary[] = []
  for (const name of names.flatMap((one) => one.split(',')).filter((one) => one.trim() !== '')) {
    const [one, ...others] = await store.find(name.trim())
    if (one === undefined || others.length > 0)
      throw new NarrateError(
        'usage',
        one === undefined
          ? `No document has an id like "${name}".`
          : `Several documents have an id like "${name}".`,
        {
          hint:
            one === undefined
              ? 'narrate list shows the documents there are.'
              : [one, ...others]
                  .map(({ id }) => id)
                  .slice(0, 5)
                  .join(', '),
        },
      )
    found.push(one)
  }
  return found
}

/** The keys of the best runs by a metric's last value: `--top 20 val_auc`; without a metric the primary one. */
async function topRuns(words: readonly string[], session: Session): Promise<ReadonlySet<string>> {
  const { options, parts, project, world } = session
  const [count = '', metric = project.settings.metrics.primary ?? ''] = words
  if (!/^[1-9]\d{0,5}$/.test(count) || metric === '')
    throw new NarrateError('usage', `--top ${words.join(' ')} is no count with a metric.`, {
      hint: 'Write it like this: --top 20 val_auc',
    })
  const direction = metricRules(project.settings.metrics, []).direction(metric)
  if (direction === null)
    throw new NarrateError('usage', `Whether a higher or a lower ${metric} is better is not known.`, {
      hint: `Say it in narrate.yaml: metrics: { directions: { ${metric}: higher } }`,
    })
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  try {
    requireSources(opened)
    const valued: { readonly key: string; readonly value: number }[] = []
    for await (const found of listRuns(opened.sources, {})) {
      if (isGap(found)) continue
      const value = isDone(found.run) ? found.run.metrics.get(metric)?.last : undefined
      if (value !== undefined && Number.isFinite(value)) valued.push({ key: found.run.key, value })
    }
    if (valued.length === 0)
      throw new NarrateError('usage', `No finished run logged ${metric}.`, {
        hint: 'narrate runs list shows what the runs logged.',
      })
    valued.sort((a, b) => (direction === 'lower' ? a.value - b.value : b.value - a.value))
    return new Set(valued.slice(0, Number(count)).map(({ key }) => key))
  } finally {
    await opened.close()
  }
}
