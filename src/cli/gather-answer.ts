import type { AnswerSubject } from '../documents/answer-kind.ts'
import { comparableAs } from '../evidence/comparable-as.ts'
import type { Evidence, EvidenceDocument, Finding } from '../evidence/evidence.ts'
import { gatherEvidence } from '../evidence/gather-evidence.ts'
import { metricRules } from '../evidence/metric-rules.ts'
import { contradictions } from '../evidence/note-claims/judge-notes.ts'
import { type Break, protocolTimeline } from '../evidence/protocol-timeline.ts'
import { reasonForBreak } from '../evidence/reason-for-break.ts'
import { type Gap, gap, isGap } from '../gap.ts'
import type { SessionNote } from '../notes/note.ts'
import { dayOf } from '../notes/user-day.ts'
import { plainSentence } from '../render/plain-sentence.ts'
import { readLogTails, withoutRepeats } from '../runs/collect-runs.ts'
import type { Filter } from '../runs/filter/filter.ts'
import { listWholeRuns } from '../runs/list-runs.ts'
import { readExperiments } from '../runs/read-experiments.ts'
import type { Experiment, LogTail, Run, RunKey } from '../runs/run.ts'
import type { RunQuery } from '../runs/run-source.ts'
import { usersCalled, usersMeant } from '../runs/users-called.ts'
import { chooseRuns, type RunsFound, toldRuns, valuesAsked } from '../search/choose-runs.ts'
import { metricsAsked } from '../search/metrics-asked.ts'
import { namesAsked, nameTerm } from '../search/names-asked.ts'
import type { Passage, PrintedValue } from '../search/passage.ts'
import { type FoundPassage, rankPassages, type SearchScope } from '../search/rank-passages.ts'
import { rememberTexts } from '../search/remember-texts.ts'
import { scopeOfQuestion, withoutDates } from '../search/scope-of-question.ts'
import { type SearchIndex, searchIndexOf } from '../search/search-index.ts'
import {
  asksOfBadData,
  asksWhetherTried,
  plainWords,
  type Term,
  termsOf,
  withAilments,
} from '../search/terms.ts'
import { type UsersAsked, usersAsked } from '../search/users-asked.ts'
import { type Comparison, compareRuns } from './compare-runs.ts'
import type { DocumentSession } from './document-session.ts'
import { asksOfFailures, factsAsked } from './facts-asked.ts'
import { dayRule } from './find-project.ts'
import { mayHideRuns } from './gap-weight.ts'
import { maskOf } from './gather-day.ts'
import { spanOfRuns } from './gather-project.ts'
import { openSearch } from './open-search.ts'
import type { OpenedSources } from './open-sources.ts'
import { readEarlierDocuments } from './read-earlier-documents.ts'
import { namedRuns } from './render-named.ts'
import { cleanLine } from './terminal/clean-text.ts'

/** What was found for a question: all that an answer may rest on. */
export interface AnswerMatter {
  readonly question: string
  /** Lines, computed from the log, that answer it outright. */
  readonly facts: readonly string[]
  readonly terms: readonly Term[]
  /** Words of the question that neither a passage nor a run holds. */
  readonly unheard: readonly string[]
  readonly asksWhetherTried: boolean
  readonly passages: readonly AnsweringPassage[]
  readonly runs: RunsFound
  /** The runs that the question names, side by side; null where it names fewer than two. */
  readonly compared: Comparison | null
  /** Every user that logged runs, with how many; those with most first. */
  readonly users: readonly { readonly name: string; readonly runs: number }[]
  /** Names that `--user` gave and that no run is logged under. */
  readonly strangers: readonly string[]
  /** What documents print as a number that the question names. */
  readonly printed: readonly PrintedValue[]
  readonly findings: readonly Finding[]
  /** Changes of the protocol over all runs. */
  readonly changes: readonly Break[]
  readonly evidence: Evidence
  /** How many were looked through. */
  readonly searched: {
    readonly documents: number
    readonly passages: number
    readonly runs: number
  }
  readonly gaps: readonly Gap[]
  readonly isPartial: boolean
}

/** A passage with what the log has against it, in plain words; empty where it has nothing. */
export interface AnsweringPassage extends FoundPassage {
  readonly against: readonly string[]
}

/** Past so many runs the evidence holds those that were found alone. */
const MOST_RUNS = 1000
/** Of those that were not found so many, the newest, are held against them. */
const MOST_EARLIER = 5000
const MOST_PASSAGES = 24
const MOST_OTHER_FINDINGS = 4

/** Looks through documents, notes, commits and runs for what a question is about. */
export async function gatherAnswer(
  question: string,
  asked: { readonly query: RunQuery; readonly filter: Filter },
  opened: OpenedSources,
  session: DocumentSession,
  onRead: (done: number) => void,
): Promise<AnswerMatter> {
  const { identity, project, store, world } = session
  const { timeZone, endsAtHour } = dayRule(project, world)
  const gaps: Gap[] = [...opened.unread]
  const all: Run[] = []
  // Users are matched in whatever case, which needs to know them all.
  const { users: wanted, limit, ...query } = asked.query
  const listed = wanted === undefined ? asked.query : query
  for await (const found of listWholeRuns(opened.sources, listed, asked.filter)) {
    world.signal.throwIfAborted()
    if (isGap(found)) gaps.push(found)
    else {
      all.push(found.run)
      onRead(all.length)
    }
  }
  const users = usersOf(all)
  const names = users.map(({ name }) => name)
  for (const remark of usersMeant(wanted ?? [], names)) session.print.say(cleanLine(remark))
  const called = wanted?.flatMap((name) => usersCalled(name, names))
  const runs =
    called === undefined
      ? all
      : all.filter(({ user }) => user !== null && called.includes(user)).slice(0, limit)
  const hidesRuns = gaps.some(mayHideRuns)
  const { experiments } = await readExperiments(opened.sources, runs, world.signal)
  const mask = maskOf(project.settings, world)
  const search = await openSearch(project, store, identity, world)
  const tracker = searchIndexOf({ passages: trackerPassages(experiments, runs, mask), values: [] })
  try {
    const plain = withoutDates(question)
    const ofWords = plain.replace(/\bhow long\b|\brun ?time\b/gi, ' ')
    const today = dayOf(world.now(), timeZone, endsAtHour)
    const scope = scopeOfQuestion(question, today, new Set(search.documents.map(({ kind }) => kind)))
    const words = runs.map(wordsOf(rememberTexts(plainWords)))
    const isKnown = (phrase: string): boolean =>
      search.index.find([phrase]).size + tracker.find([phrase]).size > 0 ||
      words.some((text) => text.includes(` ${phrase} `))
    const logged = [...new Set(runs.flatMap(({ metrics }) => [...metrics.keys()]))]
    const spoken = metricsAsked(ofWords, logged)
    const experimentsNamed = namesAsked(
      spoken.rest,
      runs.map(({ experiment }) => experiment.name),
    )
    const runsNamed = namesAsked(
      experimentsNamed.rest,
      runs.map(({ name }) => name),
    )
    const named = [
      ...termsOf(runsNamed.rest, isKnown),
      ...[...experimentsNamed.names, ...runsNamed.names].map(nameTerm),
    ]
    const terms = [...(asksOfBadData(question) ? withAilments(named) : named), ...spoken.terms]
    const changes = protocolTimeline(
      runs.filter(({ deleted }) => !deleted),
      experiments,
    )
    const reasons = reasonsAsked(question, changes, runs, search.index)
    const near = daysOfChanges(question, changes, runs, (at) => dayOf(at, timeZone, endsAtHour))
    const ranked = [search.index, tracker].map((index) =>
      rankPassages(plain, terms, index, { ...scope, near }),
    )
    const best = Math.max(0, ...ranked.flatMap((list) => list[0]?.score ?? []))
    // What ails data stands in several passages: the reason of the change leads them, and leaves room for them.
    const passages = merge([
      asksOfBadData(question) && best > 0 ? reasons.map((one) => ({ ...one, score: best })) : reasons,
      ...ranked,
    ])
    const printed = valuesAsked(plain)
      .flatMap(({ value, tolerance, unit }) =>
        search.index.values(unit === '%' ? value / 100 : value, unit === '%' ? tolerance / 100 : tolerance),
      )
      .filter(({ date, of }) => (scope.of === null || scope.of === of) && isInDays(date, scope))
    const rules = metricRules(project.settings.metrics, experiments, { runs, quotes: [] })
    const inDays = runs.filter(
      ({ startedAt }) => startedAt !== null && isInDays(dayOf(startedAt, timeZone, endsAtHour), scope),
    )
    const found = chooseRuns(
      plain,
      terms,
      runs,
      printed,
      rules,
      scope.from === null || valuesAsked(plain).length > 0 ? [] : inDays,
      called === undefined ? usersAsked(plain, names, identity.names) : byOption(called),
    )
    const told = passages.slice(0, MOST_PASSAGES)
    const chosen = new Set(found.found.slice(0, MOST_RUNS / 2).map(({ run }) => run.key))
    const live = runs.filter(({ deleted }) => !deleted)
    const isTold = (run: Run): boolean => live.length <= MOST_RUNS || chosen.has(run.key)
    const others = [...live.filter((run) => !isTold(run)), ...runs.filter(({ deleted }) => deleted)]
    const newest = new Set(runs.filter((run) => run.deleted || !isTold(run)).slice(0, MOST_EARLIER))
    if (others.length > newest.size)
      gaps.push(
        gap(
          'runs of the project',
          'before the newest',
          `only the newest ${MOST_EARLIER} are held against those found here`,
        ),
      )
    const documents = await readEarlierDocuments(store, project.root, ({ id }) =>
      [...told.map(({ passage }) => passage.id), ...printed.map((one) => one.id)].includes(id),
    )
    // Errors stand at the ends of logs, which are read only where they are asked after.
    const tails = asksOfFailures(question)
      ? await readLogTails(
          runs.toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0)),
          (run) => opened.sources.find(({ source }) => source.alias === run.source)?.source,
          world.signal,
          gaps,
        )
      : new Map<RunKey, LogTail>()
    const evidence = gatherEvidence({
      project: { name: project.name, goal: project.settings.goal ?? null },
      span: { ...spanOfRuns(runs, world.now()), timeZone },
      runs: live.filter(isTold).map((run) => ({
        run,
        points: new Map(),
        curves: new Map(),
        logTail: tails.get(run.key) ?? null,
      })),
      earlier: others.filter((run) => newest.has(run)),
      otherRuns: { count: 0, users: [] },
      experiments,
      notes: told.flatMap(({ passage }) => noteOf(passage)),
      documents: documents.documents,
      gaps: [],
      metrics: project.settings.metrics,
      rules: project.settings,
      mask,
    })
    return {
      question,
      facts: factsAsked(plain, {
        runs,
        found,
        told: evidence.runs,
        tails,
        metrics: rules,
        mask,
      }),
      terms,
      unheard: terms
        .filter(
          ({ weight, forms, words: own }) =>
            weight === 1 &&
            !ASKS_OF_FACTS.test(own) &&
            (found.missing.includes(own) || isUnknownNumber(own, found, printed)) &&
            search.index.find(forms).size + tracker.find(forms).size === 0,
        )
        .map(({ words: own }) => own),
      asksWhetherTried: asksWhetherTried(question),
      passages: told.map((one) => ({ ...one, against: againstPassage(one.passage, evidence) })),
      runs: found,
      compared:
        namedRuns(found).length < 2
          ? null
          : compareRuns(namedRuns(found), {
              metrics: rules,
              settings: project.settings,
              comparability: comparableAs(namedRuns(found), changes, project.settings.waivers),
              budgets: namedRuns(found).map(() => ''),
              noise: () => null,
              folds: new Set(),
            }),
      users,
      strangers: (wanted ?? []).filter((name) => usersCalled(name, names).length === 0),
      printed,
      findings: findingsFor(question, evidence, found, changes),
      changes,
      evidence,
      searched: {
        documents: search.documents.length,
        passages: search.index.count + tracker.count,
        runs: runs.length,
      },
      gaps: withoutRepeats([...gaps, ...search.gaps, ...documents.gaps]),
      isPartial: opened.unread.length > 0 || hidesRuns || search.gaps.length > 0,
    }
  } finally {
    search.index.close()
    tracker.close()
  }
}

function usersOf(runs: readonly Run[]): AnswerMatter['users'] {
  const byUser = Map.groupBy(
    runs.filter(({ user }) => user !== null),
    ({ user }) => user ?? '',
  )
  return [...byUser]
    .map(([name, own]) => ({ name, runs: own.length }))
    .sort((a, b) => b.runs - a.runs || (a.name < b.name ? -1 : 1))
}

function byOption(called: readonly string[]): UsersAsked | null {
  return called.length === 0 ? null : { users: called, isByName: true }
}

/** What the log has against a note, as it is told under "Your note against the log". */
function againstPassage(passage: Passage, evidence: Evidence): readonly string[] {
  const quote = quoteOf(passage, evidence)
  if (quote === undefined) return []
  return contradictions(evidence.noteClaims)
    .filter((claim) => claim.quote === quote)
    .map(({ said, log }) => `“${said}”: the log says ${plainSentence(log ?? '', evidence, 'names')}`)
}

/** The days of the changes that a question is about: what was written then bears on it. */
function daysOfChanges(
  question: string,
  changes: readonly Break[],
  runs: readonly Run[],
  dayOfTime: (at: number) => string,
): readonly string[] {
  const starts = new Map(runs.map(({ key, startedAt }) => [key, startedAt]))
  return changesAsked(question, changes).flatMap(({ at, last }) =>
    [starts.get(last), starts.get(at)].flatMap((time) => (time == null ? [] : [dayOfTime(time)])),
  )
}

function changesAsked(question: string, changes: readonly Break[]): readonly Break[] {
  const wanted = CHANGES.flatMap(([pattern, what]) => (pattern.test(question) ? [what] : []))
  return changes.filter(({ what }) => wanted.includes(what))
}

/** Words by which a question asks for what is computed: that nobody wrote them is no news. */
const ASKS_OF_FACTS =
  /^(held|fixed|constants?|unchanged|var(y|ied|ies)|swept|over ?fit\w*|under ?fit\w*|generali[sz]\w*|how|hours?|durations?|finished|smallest|largest)$/

/** Whether no run logged a number and no document prints it. */
function isUnknownNumber(text: string, { found }: RunsFound, printed: readonly PrintedValue[]): boolean {
  return !/\p{L}/u.test(text) && printed.length === 0 && !found.some(({ isOfValue }) => isOfValue)
}

/** What the kind of answers is given: the evidence that bears on the question, by its addresses, best first. */
export function subjectOf({
  evidence,
  findings,
  passages,
  question,
  runs,
  searched,
}: AnswerMatter): AnswerSubject {
  const all = new Map(
    [...evidence.runs, ...evidence.earlier, ...evidence.deleted].map(({ address, run }) => [
      run.key,
      address,
    ]),
  )
  const quotes = passages.flatMap(({ passage }) => quoteOf(passage, evidence) ?? [])
  const against = evidence.findings.filter(
    ({ kind, sentence }) =>
      kind === 'discrepancy' && quotes.some((quote) => sentence.includes(`quote(${quote},`)),
  )
  return {
    question,
    runs: runs.found.flatMap(({ run }) => all.get(run.key) ?? []),
    findings: [...new Set([...findings, ...against])].map(({ address }) => address),
    quotes,
    sentences: passages.flatMap(({ passage }) => {
      const document = documentOf(passage, evidence)
      return document === undefined ? [] : [{ document: document.address, text: passage.text }]
    }),
    searched: searched.runs,
  }
}

/** The quote of the evidence that a passage is; undefined for one of a document. */
function quoteOf({ text, place, line }: Passage, evidence: Evidence): string | undefined {
  return evidence.quotes.find(
    (quote) =>
      quote.text === text &&
      (quote.place === place || quote.kind === 'experiment') &&
      (line === null || quote.line === line || quote.line === null),
  )?.address
}

/** The document of the evidence that a passage is a sentence of. */
function documentOf({ id, kind }: Passage, evidence: Evidence): EvidenceDocument | undefined {
  return kind === 'document' ? evidence.documents.find((one) => one.id === id) : undefined
}

function isInDays(date: string, { from, until }: SearchScope): boolean {
  return (from === null || date >= from) && (until === null || date <= until)
}

/** Descriptions of experiments and notes on runs: they lie in the tracker, and are looked through as they are now. */
function trackerPassages(
  experiments: readonly Experiment[],
  runs: readonly Run[],
  mask: (text: string) => string,
): readonly Passage[] {
  const passage = (
    kind: Passage['kind'],
    id: string,
    title: string,
    place: string,
    text: string,
  ): readonly Passage[] => {
    if (text.trim() === '') return []
    return [
      {
        kind,
        id,
        of: null,
        title,
        place,
        line: null,
        date: null,
        text: mask(text.trim()),
        at: null,
        author: null,
      },
    ]
  }
  return [
    ...experiments.flatMap(({ id, name, note, origin }) =>
      passage('description', `experiment ${id}`, name, origin.file, note ?? ''),
    ),
    ...runs.flatMap(({ id, key, name, note }) => passage('run note', `run ${id}`, name, key, note ?? '')),
  ]
}

function wordsOf(words: (text: string) => readonly string[]): (run: Run) => string {
  return (run) => {
    const texts = [
      run.name,
      run.experiment.name,
      ...[...run.params].map((pair) => pair.join(' ')),
      ...[...run.tags].map((pair) => pair.join(' ')),
      ...run.metrics.keys(),
    ]
    return ` ${texts.flatMap((text) => [...words(text), '·']).join(' ')} `
  }
}

/** A run's id behind its name: told where it comes first in a document. */
const SHORT_ID = / \([0-9a-f]{8}\)/g

/** Best first; one that was found in two ways stands where it is better, a sentence of several documents in the newest. */
function merge(lists: readonly (readonly FoundPassage[])[]): readonly FoundPassage[] {
  const seen = new Set<string>()
  return lists
    .flat()
    .sort((a, b) => b.score - a.score || ((b.passage.date ?? '') < (a.passage.date ?? '') ? -1 : 1))
    .filter(({ passage: { place, line, text } }) => {
      const keys = [JSON.stringify([place, line, text]), plainWords(text.replace(SHORT_ID, '')).join(' ')]
      if (keys.some((key) => seen.has(key))) return false
      for (const key of keys) seen.add(key)
      return true
    })
}

/** Which changes of a protocol a question is about: "why did the metric change", "are they comparable". */
const CHANGES: readonly (readonly [RegExp, Break['what']])[] = [
  [/\b(primary|metric|criteri\w+|objective|goal)\b/i, 'primary metric'],
  [/\b(data ?sets?|data|rows|table|duplicates?|copies)\b/i, 'evaluation data'],
  [/\b(splits?|folds?)\b/i, 'split'],
  [/\b(thresholds?|cut-?off)\b/i, 'threshold'],
]
const ASKS_OF_CHANGE =
  /\b(chang\w*|switch\w*|replac\w*|instead|differ\w*|moved?|no longer|stop(ped)? using|comparab\w*|compare)\b/i
const REASON_SCORE = 20
const MOST_READ = 50_000

/** The passages that give the reason of the changes a question asks after. */
function reasonsAsked(
  question: string,
  changes: readonly Break[],
  runs: readonly Run[],
  index: SearchIndex,
): readonly FoundPassage[] {
  if (!ASKS_OF_CHANGE.test(question) && !asksOfBadData(question)) return []
  const asked = changesAsked(question, changes)
  if (asked.length === 0 || index.count > MOST_READ) return []
  const written = Array.from({ length: index.count }, (_, at) => index.passage(at + 1)).filter(
    ({ kind }) => kind !== 'document',
  )
  const byKey = new Map(runs.map((run) => [run.key, run]))
  return asked.flatMap((change): readonly FoundPassage[] => {
    const [at, last] = [byKey.get(change.at), byKey.get(change.last)]
    const time = {
      last: last?.startedAt ?? null,
      at: at?.startedAt ?? null,
      experiment: at?.experiment.id ?? '',
    }
    const reason = reasonForBreak(
      change,
      time,
      written.map(({ text, place, line, at: written, title }) => ({
        text: title === '' ? text : `${title}: ${text}`,
        place,
        line,
        at: written,
        experiment: null,
      })),
    )
    const passage =
      reason === null
        ? undefined
        : written.find(
            ({ place, line, text }) =>
              place === reason.place && line === reason.line && reason.text.endsWith(text),
          )
    return passage === undefined ? [] : [{ passage, score: REASON_SCORE, holds: [change.what] }]
  })
}

/** A passage as the note that it is part of. Descriptions come with their experiments. */
function noteOf(passage: Passage): readonly SessionNote[] {
  if (passage.kind === 'document' || passage.kind === 'description') return []
  const { id, author, place, text, at, title, line } = passage
  const time =
    at === null
      ? ({ kind: 'undated' } as const)
      : ({ kind: 'dated', at, precision: 'instant', by: 'journal' } as const)
  const quote = {
    kind: 'passage',
    text,
    file: place,
    line: line ?? 1,
    lines: 1,
    heading: title === '' ? null : title,
    time,
  } as const
  return [
    {
      id,
      kind: passage.kind === 'commit' ? 'commit' : passage.kind === 'run note' ? 'experiment' : 'file',
      author,
      place,
      time,
      text,
      quotes: [quote],
      attachments: [],
      runs: passage.kind === 'run note' ? [id.replace(/^run /, '')] : [],
      expectation: null,
    },
  ]
}

const ASKED: readonly (readonly [RegExp, readonly Finding['kind'][]])[] = [
  [/\b(best|highest|lowest|winner|top|leading)\b/i, ['best', 'selection']],
  [
    /\b(metrics?|criteri\w+|splits?|thresholds?|cut-?offs?|data|data ?sets?|protocol|comparab\w*|compar\w*)\b/i,
    ['protocol'],
  ],
  [/\b(fail\w*|crash\w*|died|killed|error\w*|nan|memory)\b/i, ['failure']],
  [
    /\b(noise|seeds?|replicat\w*|wobble\w*|spread|variance|significan\w*|stable)\b/i,
    ['replicates', 'cross-validation'],
  ],
  [/\b(repeat\w*|twice|duplicate runs?|same (run|setting)\w*|again)\b/i, ['repeat']],
  [/\b(cost\w*|hours?|gpu|spent|compute|money|long did)\b/i, ['cost']],
  [/\b(delet\w*|disappear\w*|missing runs?)\b/i, ['disappeared']],
  [/\b(test set|selected|selection|chosen on)\b/i, ['selection']],
  [
    /\b(help\w*|effect|matter\w*|improv\w*|faster|slower|difference|instead of|against|versus|vs)\b/i,
    ['minimal-pair', 'spread', 'importance'],
  ],
  [/\b(reproduc\w*|commit|dirty|seed logged)\b/i, ['reproducibility']],
  [/\b(untried|never tried|not tried|baselines?|gap)\b/i, ['untried']],
]

/** Findings of the kinds that a question's words call for; of most kinds only those about the runs that were found. */
function findingsFor(
  question: string,
  { findings, runs }: Evidence,
  { found, metrics }: RunsFound,
  changes: readonly Break[],
): readonly Finding[] {
  const changed = ASKS_OF_CHANGE.test(question) ? changesAsked(question, changes) : []
  const kinds = new Set([
    ...ASKED.flatMap(([pattern, own]) => (pattern.test(question) ? own : [])),
    ...(changed.length > 0 ? (['protocol'] as const) : []),
  ])
  const parting = new Set(
    changesBetween(
      toldRuns(found).map(({ run }) => run),
      changes,
      runs.map(({ run }) => run),
    ).map(({ at }) => runs.find(({ run }) => run.key === at)?.address),
  )
  const asked = new Set(
    changesAsked(question, changes).map(({ at }) => runs.find(({ run }) => run.key === at)?.address),
  )
  const isAt = (addresses: ReadonlySet<string | undefined>, { sentence }: Finding): boolean =>
    (sentence.match(/\br\d+\b/g) ?? []).some((address) => addresses.has(address))
  const isOtherChange = (finding: Finding): boolean =>
    finding.kind === 'protocol' && asked.size > 0 && !isAt(asked, finding)
  const keys = new Set(found.slice(0, 40).map(({ run }) => run.key))
  const addresses = new Set(runs.filter(({ run }) => keys.has(run.key)).map(({ address }) => address))
  const isAbout = ({ rests, sentence }: Finding): boolean =>
    [...rests, ...(sentence.match(/\br\d+\b/g) ?? [])].some((address) =>
      addresses.has(address.split('.')[0] ?? ''),
    )
  // Who leads by another metric than the one that is named answers nothing.
  const isOfOther = ({ kind, sentence }: Finding): boolean =>
    (kind === 'best' || kind === 'selection') &&
    metrics.length > 0 &&
    !metrics.some((name) => sentence.includes(JSON.stringify(name)))
  const whole: readonly Finding['kind'][] = [
    'best',
    'protocol',
    'cost',
    'failure',
    'repeat',
    'disappeared',
    'selection',
  ]
  // What ran again with other data tells what the change did: with its runs of before.
  const isAcross = ({ kind, sentence }: Finding): boolean =>
    kind === 'minimal-pair' &&
    changed.some(({ what }) => what === 'evaluation data') &&
    sentence.startsWith('Same settings, other data')
  return findings
    .toSorted((a, b) => Number(isAcross(b)) - Number(isAcross(a)))
    .filter(
      (finding) =>
        isAcross(finding) ||
        (finding.kind === 'protocol' && isAt(parting, finding)) ||
        (kinds.has(finding.kind) &&
          !isOtherChange(finding) &&
          !isOfOther(finding) &&
          (whole.includes(finding.kind) || found.length === 0 || isAbout(finding))),
    )
    .slice(0, MOST_OTHER_FINDINGS + 4)
}

/** The changes of the protocol that some of the runs told lie before and some behind. */
function changesBetween(
  told: readonly Run[],
  changes: readonly Break[],
  runs: readonly Run[],
): readonly Break[] {
  const starts = new Map(runs.map(({ key, startedAt }) => [key, startedAt]))
  return changes.filter((change) => {
    const at = starts.get(change.at)
    if (at == null) return false
    const own = told.flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]))
    return own.some((start) => start < at) && own.some((start) => start >= at)
  })
}
