import { withChoice } from '../../documents/decision/decision-findings.ts'
import { decisionKind } from '../../documents/decision/decision-kind.ts'
import { AUDIENCES, type Audience, type DecisionSubject } from '../../documents/decision/decision-subject.ts'
import { directionOf, measureOf } from '../../documents/decision/finalist-value.ts'
import { scoreFinalists } from '../../documents/decision/score-finalists.ts'
import { NarrateError } from '../../errors.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { recompose } from '../../narrate.ts'
import { dayOf } from '../../notes/user-day.ts'
import { keyHistory } from '../../stores/key-history.ts'
import { readFrozen } from '../../verify/frozen-record.ts'
import { type ChosenFinalist, chooseFinalists } from '../choose-finalists.ts'
import { chooseModelFor } from '../choose-model.ts'
import { closest } from '../closest.ts'
import { type DocumentSession, openDocumentSession } from '../document-session.ts'
import type { WrittenMatter } from '../draft-document.ts'
import { dayRule } from '../find-project.ts'
import { maskOf } from '../gather-day.ts'
import { gatherMatter } from '../gather-matter.ts'
import { openSources, requireSources } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { type CriteriaOptions, type ReadCriterion, readCriteria } from '../read-criteria.ts'
import { askLine, mayAsk } from '../terminal/ask.ts'
import { renderMarkdown } from '../terminal/render-markdown.ts'
import { withKeysNow } from '../with-keys-now.ts'
import { writeDocument } from '../write-document.ts'

interface DecideOptions extends CriteriaOptions {
  readonly finalists?: readonly string[]
  readonly asNamed?: boolean
  readonly select?: string
  readonly because?: string
  readonly title?: string
  readonly for?: string
  readonly of?: string
}

/** Notes of so many days before the first finalist started are evidence, and all since. */
const DAYS_BEFORE = 30

/**
 * `narrate decide`: finalists, judged by criteria, become a decision record. Without `--select` it is a proposal. With
 * `--of` a saved decision is printed for another audience, from the statements that were checked when it was written, or
 * with `--select` the choice is made on it.
 */
export const decide: Action<DecideOptions> = async (command) => {
  const session = await openDocumentSession(command)
  const { options, parts, print, project, world } = session
  const audience = audienceOf(options.for)
  if (options.of !== undefined && options.select === undefined) return printFor(options.of, audience, session)
  if (options.of !== undefined && options.select !== undefined) {
    const matter = await choose(options.of, options.select, session)
    return writeDocument(matter, await chooseModelFor(project, options, world, parts), session)
  }
  const read = await readCriteria(session)
  const typed = await typedFinalists(session)
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  let finalists: readonly ChosenFinalist[]
  try {
    requireSources(opened)
    finalists = await chooseFinalists(typed, opened, options.asNamed === true)
  } finally {
    await opened.close()
  }
  for (const { name, added, runs } of finalists)
    if (added > 0)
      print.say(`${name} stands with its ${runs.length} replicates (--as-named: only the run named).`)
  const rule = dayRule(project, world)
  const selected = await selection(finalists, session)
  const subject: DecisionSubject = masked(
    {
      date: dayOf(world.now(), rule.timeZone, rule.endsAtHour),
      audience,
      title: options.title ?? read.title,
      finalists: finalists.map(({ name, runs, added }) => ({ name, runs: [...runs], added })),
      criteria: read.criteria.map(({ value, ...one }) => ({
        ...one,
        values: value === null ? null : givenValues(value, one, finalists),
      })),
      fixed: read.fixed,
      selected,
      people: read.people,
    },
    maskOf(project.settings, world),
  )
  const keys = new Set(finalists.flatMap(({ runs }) => runs))
  const starts = finalists.flatMap(({ read: runs }) => runs.flatMap(({ startedAt }) => startedAt ?? []))
  const matter = await gatherMatter(
    {
      kind: decisionKind,
      subject,
      isTold: ({ key }) => keys.has(key),
      span: {
        from: Math.min(...starts, world.now()) - DAYS_BEFORE * 86_400_000,
        until: world.now() + 1,
      },
      withUndatedNotes: true,
      isCited: () => true,
    },
    session,
  )
  checkCriteria(matter, subject, session)
  const choice = await chooseModelFor(project, options, world, parts)
  return writeDocument(matter, choice, session, {
    json: (_, { evidence }) => decisionToJson(evidence, subject),
  })
}

/** What `--json` adds: the finalists with their scores, best first, and where each weight turns the decision. */
function decisionToJson(evidence: Evidence, subject: DecisionSubject): object {
  const { finalists, moves, ranking, shares, winner } = scoreFinalists(evidence, subject)
  const nameOf = (place: number | null): string | null => finalists[place ?? -1]?.name ?? null
  const places = [...ranking, ...finalists.flatMap((_, place) => (ranking.includes(place) ? [] : [place]))]
  return {
    decision: {
      selected: nameOf(subject.selected?.finalist ?? null),
      winner: nameOf(winner),
      finalists: places.flatMap((place) => {
        const one = finalists[place]
        if (one === undefined) return []
        const rank = ranking.indexOf(place)
        return [
          {
            name: one.name,
            runs: one.runs.map(({ run }) => run.key),
            rank: rank < 0 ? null : rank + 1,
            score: one.isComplete ? one.score.low : null,
            mayWin: one.row.mayWin,
            values: Object.fromEntries(
              subject.criteria.map(({ name }, index) => [name, one.values[index]?.value ?? null]),
            ),
          },
        ]
      }),
      flips: moves.flatMap(({ up, down }, place) =>
        [up, down].flatMap((flip) =>
          flip === null
            ? []
            : [
                {
                  criterion: subject.criteria[place]?.name ?? null,
                  share: shares[place] ?? null,
                  flipsAt: flip.share,
                  winner: nameOf(flip.by),
                },
              ],
        ),
      ),
    },
  }
}

function audienceOf(text: string | undefined): Audience {
  if (text === undefined) return 'everyone'
  const found = AUDIENCES.find((one) => one === text.toLowerCase())
  if (found !== undefined) return found
  throw new NarrateError('usage', `There is no audience called "${text}".`, {
    hint: `--for ${AUDIENCES.join(', ')}.`,
  })
}

async function typedFinalists({
  options,
  world,
}: DocumentSession<DecideOptions>): Promise<readonly string[]> {
  if (options.finalists !== undefined) return options.finalists
  return mayAsk(world, options)
    ? [await askLine(world, 'Which runs are the finalists? (ids or names, with commas)')]
    : []
}

/** Which finalist was chosen, by its name or one of its runs, and why. */
async function selection(
  finalists: readonly ChosenFinalist[],
  { options, world }: DocumentSession<DecideOptions>,
): Promise<DecisionSubject['selected']> {
  const { select } = options
  if (select === undefined) return null
  const named = finalists.findIndex(({ name }) => name.toLowerCase() === select.toLowerCase())
  const place =
    named >= 0 ? named : finalists.findIndex(({ read }) => read.some((run) => isCalled(run, select)))
  if (place < 0)
    throw new NarrateError('usage', `--select ${select} is none of the finalists.`, {
      hint: `They are ${finalists.map(({ name }) => name).join(', ')}.`,
    })
  const because = options.because?.trim() ?? ''
  if (because === '' && !mayAsk(world, options))
    throw new NarrateError('usage', 'Why this one is chosen is not said.', {
      hint: `--select ${select} --because "…"`,
    })
  return {
    finalist: place,
    because:
      because !== '' ? because : (await askLine(world, `Why ${finalists[place]?.name ?? select}?`)).trim(),
  }
}

function isCalled(
  run: { readonly key: string; readonly id: string; readonly name: string },
  typed: string,
): boolean {
  return (
    run.key === typed ||
    run.name.toLowerCase() === typed.toLowerCase() ||
    (typed.length >= 4 && run.id.startsWith(typed.slice(typed.lastIndexOf('/') + 1)))
  )
}

/** Figures that were given by the names of finalists or of their runs; of several runs of one finalist their mean. */
function givenValues(
  value: Readonly<Record<string, number>>,
  { name, from }: Pick<ReadCriterion, 'name' | 'from'>,
  finalists: readonly ChosenFinalist[],
): (number | null)[] {
  const left = new Set(Object.keys(value))
  const found = finalists.map((finalist) => {
    const own = Object.entries(value).filter(
      ([called]) =>
        finalist.name.toLowerCase() === called.toLowerCase() ||
        finalist.read.some((run) => isCalled(run, called)),
    )
    for (const [called] of own) left.delete(called)
    const figures = own.map(([, figure]) => figure)
    return figures.length === 0 ? null : figures.reduce((sum, figure) => sum + figure, 0) / figures.length
  })
  const [unknown] = left
  if (unknown !== undefined)
    throw new NarrateError('usage', `${from}: ${name} has a value for "${unknown}", which is no finalist.`, {
      hint: `They are ${finalists.map((one) => one.name).join(', ')}.`,
    })
  return found
}

/** Refuses a criterion that nobody can tell the good end of; says which one no finalist has a value of. */
function checkCriteria(
  { evidence }: WrittenMatter,
  subject: DecisionSubject,
  { print }: DocumentSession<DecideOptions>,
): void {
  const metrics = new Set(evidence.runs.flatMap(({ run }) => [...run.metrics.keys()]))
  for (const criterion of subject.criteria) {
    if (directionOf(criterion, evidence) === null)
      throw new NarrateError('usage', `Whether higher or lower ${criterion.name} is better is not known.`, {
        hint: `Say "direction: lower" in the file, or --criterion lower:${criterion.name}=${criterion.weight}.`,
      })
    const measure = measureOf(criterion)
    if (measure.kind !== 'metric' || metrics.has(measure.name)) continue
    const near = closest(measure.name, [...metrics])
    print.warn(
      `No finalist logs ${measure.name}: it is printed as not recorded.${near === null ? '' : ` Did you mean ${near}?`}`,
    )
  }
}

/** A decision of the store with its frozen evidence. */
async function readDecision(id: string, { store }: DocumentSession<DecideOptions>) {
  const { summary, evidence: record } = await store.read(id)
  if (summary.kind !== 'decision')
    throw new NarrateError('usage', `${summary.id} is no decision but a ${summary.kind}.`)
  const read = readFrozen(record)
  if ('why' in read)
    throw new NarrateError('store', `The evidence of ${summary.id} cannot be read: ${read.why}.`)
  return { summary, frozen: read.frozen, subject: decisionKind.subjectSchema.parse(record.subject) }
}

/** A decision that was saved, printed for an audience from its frozen evidence and the statements that were checked then. */
async function printFor(
  id: string,
  audience: Audience,
  session: DocumentSession<DecideOptions>,
): Promise<number> {
  const { options, print, templates, world } = session
  const { frozen, subject, summary } = await readDecision(id, session)
  const { gathered, draft, leftOutOfPrompt, provenance } = frozen
  const { body, title } = recompose({
    kind: frozen.kind,
    language: frozen.language,
    subject: { ...subject, audience },
    evidence: gathered,
    templates,
    version: provenance.narrate,
    dayEndsAtHour: provenance.dayEndsAtHour ?? 4,
    draft,
    fallback: provenance.fallback,
    leftOutOfPrompt,
    model: provenance.model,
  })
  if (options.json === true)
    print.json({ document: { id: summary.id, kind: summary.kind, title }, for: audience, body })
  else if (!world.stdout.isTerminal) print.answer(body)
  else
    print.answer(
      `\n${renderMarkdown(body, { width: Math.min(world.stdout.columns, 100), style: print.style, unfold: false })}`,
    )
  return 0
}

/**
 * The choice that was made on a saved proposal: a new decision over the same frozen evidence, tracker or not, which
 * supersedes it.
 */
async function choose(
  id: string,
  select: string,
  session: DocumentSession<DecideOptions>,
): Promise<WrittenMatter> {
  const { options, project, store, world } = session
  const { frozen, subject: before, summary } = await readDecision(id, session)
  if (summary.supersededBy !== null)
    throw new NarrateError('usage', `${summary.id} is superseded by ${summary.supersededBy}.`, {
      hint: `narrate decide --of ${summary.supersededBy} --select ${select}`,
    })
  const history = keyHistory(await store.relinks())
  const now = (key: string): string => history.now(key, summary.savedAt)
  const gathered = withKeysNow(frozen.gathered, now)
  const runs = new Map(gathered.runs.map(({ run }) => [run.key, run]))
  const finalists = before.finalists.map((one) => ({
    ...one,
    runs: one.runs.map(now),
    read: one.runs.flatMap((key) => runs.get(now(key)) ?? []),
  }))
  const rule = dayRule(project, world)
  const subject = masked(
    {
      ...before,
      finalists: finalists.map(({ name, runs: keys, added }) => ({ name, runs: keys, added })),
      date: dayOf(world.now(), rule.timeZone, rule.endsAtHour),
      audience: options.for === undefined ? before.audience : audienceOf(options.for),
      title: options.title ?? before.title,
      selected: await selection(finalists, session),
    },
    maskOf(project.settings, world),
  )
  return {
    kind: decisionKind,
    subject,
    evidence: withChoice({ ...gathered, given: decisionKind.given(subject) }, subject),
    noteIds: summary.notes,
    supersedes: summary.id,
    isPartial: false,
  }
}

/** The subject with secrets taken out of every text that a person typed. */
function masked(subject: DecisionSubject, mask: (text: string) => string): DecisionSubject {
  const whole = (text: string | null): string | null => (text === null ? null : mask(text))
  return {
    ...subject,
    title: whole(subject.title),
    criteria: subject.criteria.map((one) => ({ ...one, name: mask(one.name), why: whole(one.why) })),
    selected:
      subject.selected === null ? null : { ...subject.selected, because: mask(subject.selected.because) },
    people: Object.fromEntries(
      Object.entries(subject.people).map(([field, texts]) => [field, texts.map(mask)]),
    ),
  }
}
