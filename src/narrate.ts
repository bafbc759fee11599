import { checkStatements } from './claims/check-draft.ts'
import { checkStatementsIn } from './claims/check-in-language.ts'
import type { Language } from './claims/languages/language.ts'
import { repairReasons } from './claims/repair-reasons.ts'
import { withSoundFindings } from './claims/sound-findings.ts'
import type { Segment, Statement, Verdict } from './claims/statement.ts'
import { type Checked, countChecked } from './documents/count-checked.ts'
import { countVisibleWords } from './documents/count-words.ts'
import type { Document } from './documents/document.ts'
import type { DocumentKind } from './documents/document-kind.ts'
import { findRun } from './evidence/address.ts'
import type { Evidence } from './evidence/evidence.ts'
import { freezeEvidence } from './evidence/freeze-evidence.ts'
import type { JsonObject } from './json.ts'
import { estimateTokens } from './models/count-tokens.ts'
import { strictJsonSchema } from './models/json-schema.ts'
import type { Answer, Model, Prompt } from './models/model.ts'
import { parseReply } from './models/parse-reply.ts'
import { escapeMarkdown } from './render/escape-markdown.ts'
import { createMarks, type Span } from './render/marks.ts'
import { createPrinter } from './render/print-evidence.ts'
import { settingsAgain } from './render/settings-again.ts'
import { spanOfEvidence } from './render/show-time.ts'
import type { Run } from './runs/run.ts'
import { shortId } from './runs/run.ts'
import { digestOf } from './stores/canonical-json.ts'

/** The template engine, handed in: a name (`prompts/log`, `templates/log.md`) and a context in, text out. */
export interface Templates {
  render(name: string, context: object): string
  /** Digest of the template's source with its partials. */
  digest(name: string): string
}

/** What happens while a document is drafted, for the one who waits. */
export type Progress =
  | { readonly kind: 'asking'; readonly round: number; readonly promptTokens: number }
  | { readonly kind: 'text'; readonly characters: number }
  | { readonly kind: 'waiting'; readonly reason: string; readonly milliseconds: number }
  | { readonly kind: 'checked'; readonly round: number; readonly held: number; readonly failed: number }

/** What a document is about: its kind, what it may say, and what was asked for (of the kind's own shape). */
export interface Matter {
  readonly kind: DocumentKind
  readonly evidence: Evidence
  readonly subject: JsonObject
  /** What it is written in; English where nothing is said. */
  readonly language?: Language | null
}

export interface DraftRequest extends Matter {
  /** Null: the document is written without a model, for the reason given. */
  readonly model: Model | null
  readonly noModelBecause: string | null
  readonly templates: Templates
  readonly promptTokens: number
  readonly timeLimitMilliseconds: number
  readonly maxOutputTokens: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  /** The hour at which the user's day ends: what happened before it belongs to the day before. */
  readonly dayEndsAtHour: number
  /** Notes that the document uses, so that they are findable later. */
  readonly noteIds: readonly string[]
  /** Who the document is by, where known. */
  readonly author: string | null
  readonly version: string
  readonly settingsDigest: string
  readonly supersedes: string | null
  /** Replaces secrets in what a model answers, before it is kept or printed. */
  readonly mask: (text: string) => string
}

/** One exchange with a model, kept locally. */
export interface Call {
  readonly prompt: Prompt
  readonly answer: Answer
}

/** A document that is not saved yet, and how it came about. */
export interface Drafted {
  readonly document: Document
  readonly verdicts: {
    readonly supported: number
    readonly contradicted: number
    readonly unsupported: number
  }
  /** Statements of the model that are printed, marked ones included. */
  readonly statements: number
  readonly marked: number
  readonly leftOut: readonly { readonly path: string; readonly text: string; readonly reason: string }[]
  readonly model: {
    readonly provider: string
    readonly name: string
    readonly inputTokens: number | null
    readonly outputTokens: number | null
  } | null
  /** Why no model wrote it, where one was wanted or none was to be had; null when a model wrote it. */
  readonly fallback: string | null
  readonly calls: readonly Call[]
  readonly visibleWords: number
}

const MOST_REPAIRS = 2

/** The tokens a prompt may have: the bound of the settings, or less where the model's context leaves less beside its answer. */
export function promptRoom(
  promptTokens: number,
  contextSize: number | null,
  maxOutputTokens: number,
): number {
  return contextSize === null ? promptTokens : Math.min(promptTokens, contextSize - maxOutputTokens)
}

/** The prompt of a document with as much of the evidence as fits, and what was left out of it. */
export function renderPrompt(matter: Matter, templates: Templates, promptTokens: number): FittedPrompt {
  return fitPrompt({ ...matter, evidence: withSoundFindings(matter.evidence) }, templates, promptTokens)
}

interface FittedPrompt {
  readonly prompt: Prompt
  readonly leftOut: readonly string[]
  readonly tokens: number
}

function fitPrompt(
  { kind, evidence, subject, language = null }: Matter,
  templates: Templates,
  promptTokens: number,
): FittedPrompt {
  const system = [
    templates.render('prompts/system', {}),
    ...(language === null ? [] : [templates.render(`prompts/languages/${language.code}`, {})]),
  ].join('\n')
  const schema = { name: kind.schemaName, jsonSchema: strictJsonSchema(kind.draftSchema) }
  // Servers of the OpenAI kind get the schema twice: as a constraint, and to read.
  const fixed = estimateTokens(system) + 2 * estimateTokens(JSON.stringify(schema.jsonSchema))
  let last: FittedPrompt | null = null
  for (const { context, leftOut } of kind.promptContexts(evidence, subject)) {
    const user = templates.render(`prompts/${kind.name}`, context)
    last = { prompt: { system, user, schema, turns: [] }, leftOut, tokens: fixed + estimateTokens(user) }
    if (last.tokens <= promptTokens) return last
  }
  if (last === null) throw new Error('a prompt has at least one level of detail')
  return last
}

/**
 * Drafts a document: asks the model (when there is one), checks every statement, lets the model mend what does not
 * hold at most twice, and prints what holds. A model that fails leaves a document written without it, which says so.
 */
export async function draftDocument(asked: DraftRequest): Promise<Drafted> {
  return draftSoundly({ ...asked, evidence: withSoundFindings(asked.evidence) })
}

async function draftSoundly(request: DraftRequest): Promise<Drafted> {
  const reply = request.model === null ? null : await askForDraft(request, request.model)
  const draft = reply?.draft ?? null
  const fallback = draft !== null ? null : (reply?.failure ?? request.noModelBecause)
  return composeDocument(request, {
    draft,
    verdicts: reply?.verdicts ?? [],
    fallback,
    calls: reply?.calls ?? [],
    leftOut: reply?.leftOut ?? [],
  })
}

interface Asked {
  readonly draft: JsonObject | null
  /** Of the draft; none where there is none. */
  readonly verdicts: readonly Verdict[]
  readonly failure: string | null
  readonly calls: readonly Call[]
  readonly leftOut: readonly string[]
}

async function askForDraft(request: DraftRequest, model: Model): Promise<Asked> {
  const contextSize = await model.contextSize()
  const room = promptRoom(request.promptTokens, contextSize, request.maxOutputTokens)
  const { prompt, leftOut, tokens } = fitPrompt(request, request.templates, room)
  if (tokens > room)
    return {
      draft: null,
      verdicts: [],
      failure: `The smallest prompt needs about ${tokens} tokens, and ${model.provider}/${model.name} has room for ${Math.max(0, room)}.`,
      calls: [],
      leftOut,
    }
  const calls: Call[] = []
  let best: {
    readonly draft: JsonObject
    readonly verdicts: readonly Verdict[]
    readonly failed: number
  } | null = null
  let turns: Prompt['turns'] = []
  for (let round = 0; round <= MOST_REPAIRS; round++) {
    request.onProgress({ kind: 'asking', round, promptTokens: tokens })
    const turn: Prompt = { ...prompt, turns }
    let characters = 0
    const asAnswered = await model.ask(turn, {
      signal: request.signal,
      timeLimitMilliseconds: request.timeLimitMilliseconds,
      maxOutputTokens: request.maxOutputTokens,
      onText: (text) => {
        characters += text.length
        request.onProgress({ kind: 'text', characters })
      },
      onWait: (reason, milliseconds) => request.onProgress({ kind: 'waiting', reason, milliseconds }),
    })
    const answer = { ...asAnswered, text: request.mask(asAnswered.text) }
    calls.push({ prompt: turn, answer })
    if (answer.kind !== 'answered') {
      if (best !== null) break
      return { draft: null, verdicts: [], failure: failureOf(answer, model), calls, leftOut }
    }
    const reply = parseReply(answer.text, request.kind.draftSchema)
    const verdicts = reply.kind === 'parsed' ? judge(reply.value, request) : []
    const failed = verdicts.filter((verdict) => verdict.kind !== 'supported').length
    request.onProgress({ kind: 'checked', round, held: verdicts.length - failed, failed })
    if (reply.kind === 'parsed' && (best === null || failed < best.failed))
      best = { draft: reply.value, verdicts, failed }
    if (reply.kind === 'parsed' && failed === 0) break
    const reasons = reply.kind === 'parsed' ? repairReasons(verdicts) : [reply.reason]
    turns = [
      ...turns,
      { role: 'assistant', text: answer.text },
      { role: 'user', text: request.templates.render('prompts/repair', { reasons }) },
    ]
  }
  if (best === null)
    return {
      draft: null,
      verdicts: [],
      failure: `${model.provider}/${model.name} gave no answer of the shape asked for, in ${calls.length} tries.`,
      calls,
      leftOut,
    }
  return { draft: best.draft, verdicts: best.verdicts, failure: null, calls, leftOut }
}

function failureOf(answer: Exclude<Answer, { kind: 'answered' }>, model: Model): string {
  const who = `${model.provider}/${model.name}`
  switch (answer.kind) {
    case 'refused':
      return `${who} refused: ${answer.reason}`
    case 'cut-off':
      return `${who}'s answer was cut off: ${answer.reason}`
    case 'failed':
      return answer.hint === undefined ? answer.reason : `${answer.reason} ${answer.hint}`
    default:
      return answer satisfies never
  }
}

function judge(draft: JsonObject, matter: Matter): readonly Verdict[] {
  const { kind, language = null, subject } = matter
  const evidence = kind.withDraft(matter.evidence, draft, subject)
  const statements = kind.statements(draft).filter(isSaid)
  const verdicts =
    language === null
      ? checkStatements(statements, evidence)
      : checkStatementsIn(language, statements, evidence)
  return [...verdicts, ...kind.judgeMore(draft, verdicts, evidence, subject)]
}

/** An empty title or hypothesis asserts nothing. */
function isSaid(statement: Statement): boolean {
  return statement.text.trim() !== ''
}

interface Composition {
  readonly draft: JsonObject | null
  readonly verdicts: readonly Verdict[]
  readonly fallback: string | null
  readonly leftOut: readonly string[]
}

type PrintRequest = Matter & Pick<DraftRequest, 'templates' | 'version' | 'dayEndsAtHour'>

/** The model that wrote, as far as a document prints it. */
type Writer = Pick<NonNullable<Drafted['model']>, 'provider' | 'name'>

/** What a frozen record keeps of how its document was composed. */
export interface FrozenComposition extends PrintRequest {
  readonly draft: JsonObject | null
  readonly fallback: string | null
  readonly leftOutOfPrompt: readonly string[]
  readonly model: Writer | null
}

/** A document's text as it is composed from what was frozen with it. */
export interface Recomposed {
  readonly title: string
  readonly body: string
  readonly spans: readonly Span[]
  /** The verdicts in the form in which they are frozen. */
  readonly statements: readonly JsonObject[]
  /** Paths of statements that may not be printed at all, not even marked. */
  readonly leftOut: readonly string[]
}

/** Judges a frozen draft over its evidence and prints it again: with the same version and templates, the same text. */
export function recompose(frozen: FrozenComposition): Recomposed {
  const verdicts = frozen.draft === null ? [] : judge(frozen.draft, frozen)
  const made = { ...frozen, verdicts, leftOut: frozen.leftOutOfPrompt }
  const { title, body, spans } = printBody(frozen, made, { ...countChecked(verdicts), model: frozen.model })
  const leftOut = sortVerdicts(verdicts).leftOut.map(({ path }) => path)
  return { title, body, spans, statements: verdicts.map(freezeVerdict), leftOut }
}

/** Verdicts that are printed, how many of these are marked, and statements that are left out. */
function sortVerdicts(verdicts: readonly Verdict[]) {
  const printed = verdicts.filter(
    (verdict) =>
      verdict.kind === 'supported' || (verdict.kind === 'unsupported' && verdict.segments !== null),
  )
  const leftOut = verdicts.flatMap((verdict) =>
    printed.includes(verdict) || verdict.kind === 'supported'
      ? []
      : [{ path: verdict.statement.path, text: verdict.statement.text, reason: verdict.reason }],
  )
  const marked = printed.filter((verdict) => verdict.kind === 'unsupported').length
  return { printed: printed.length, marked, leftOut }
}

function composeDocument(
  request: DraftRequest,
  made: Composition & { readonly calls: readonly Call[] },
): Drafted {
  const { evidence, kind, language = null, subject, templates } = request
  const counts = countVerdicts(made.verdicts)
  const sorted = sortVerdicts(made.verdicts)
  const { printed, marked, leftOut } = sorted
  const model = modelUse(request.model, made)
  const date = kind.date(evidence, subject, request.dayEndsAtHour)
  const { body, spans, title, visibleWords } = printBody(request, made, {
    ...countChecked(made.verdicts),
    model,
  })
  const runs = evidence.runs.map(({ run }) => run.key)
  const frozen: JsonObject = {
    schemaVersion: 1,
    kind: kind.name,
    title,
    date,
    ...(language === null ? {} : { language: language.code }),
    subject,
    evidence: freezeEvidence(evidence),
    draft: made.draft,
    statements: made.verdicts.map(freezeVerdict),
    told: kind.tellsRuns ? evidence.runs.map(({ run }) => toldOf(run)) : [],
    notes: [...request.noteIds],
    body,
    spans: spans.map((span) => ({ ...span })),
    leftOutOfPrompt: [...made.leftOut],
    provenance: {
      narrate: request.version,
      author: request.author,
      model: model === null ? null : { ...model },
      fallback: made.fallback,
      prompts: made.calls.map(({ prompt }) =>
        digestOf({
          system: prompt.system,
          user: prompt.user,
          turns: prompt.turns.map((turn) => ({ ...turn })),
        }),
      ),
      replies: made.calls.map(({ answer }) => digestOf(answer.text)),
      template: templates.digest(`templates/${kind.name}.md`),
      settings: request.settingsDigest,
      dayEndsAtHour: request.dayEndsAtHour,
    },
    supersedes: request.supersedes,
  }
  const id = `${date}-${slugOf(title)}-${digestOf(frozen).slice(0, 4)}`
  return {
    document: {
      id,
      kind: kind.name,
      title,
      date,
      runs,
      notes: request.noteIds,
      frontMatter: {
        id,
        kind: kind.name,
        title,
        date,
        project: evidence.project.name,
        ...(language === null ? {} : { language: language.code }),
        ...(request.author === null ? {} : { author: request.author }),
        runs: [...runs],
        notes: [...request.noteIds],
        model: model === null ? 'none' : `${model.provider}/${model.name}`,
        ...(request.supersedes === null ? {} : { supersedes: request.supersedes }),
        evidence: `../evidence/${id}.json`,
      },
      body,
      evidence: { id, ...frozen },
      supersedes: request.supersedes,
    },
    verdicts: counts,
    statements: printed,
    marked,
    leftOut,
    model,
    fallback: made.fallback,
    calls: made.calls,
    visibleWords,
  }
}

/** What a document tells of a run that it tells once and for all. */
export function toldOf({ key, status, endedAt }: Run): {
  readonly key: string
  readonly status: string
  readonly endedAt: string | null
} {
  return { key, status, endedAt: endedAt === null ? null : new Date(endedAt).toISOString() }
}

/** The body as its kind prints it, with the place of every printed value. */
function printBody(
  request: PrintRequest,
  made: Composition,
  numbers: Checked & { readonly model: Writer | null },
): {
  readonly body: string
  readonly spans: readonly Span[]
  readonly title: string
  readonly visibleWords: number
} {
  const { kind, language = null, subject, templates } = request
  const { draft } = made
  const worded = (text: string): string => (language === null ? text : language.document(text))
  const evidence = draft === null ? request.evidence : kind.withDraft(request.evidence, draft, subject)
  const parts = {
    evidence,
    subject,
    draft,
    verdicts: new Map(made.verdicts.map((verdict) => [verdict.statement.path, verdict])),
    span: spanOfEvidence(evidence, request.dayEndsAtHour),
    checked: draft === null ? null : numbers,
    provenance: provenanceOf(request, made, numbers),
  }
  return kind.print(parts, (compose) => {
    const marks = createMarks()
    const view = compose(createPrinter(evidence, marks, language))
    const text = worded(
      templates
        .render(`templates/${kind.name}.md`, view)
        .replace(/\n{3,}/g, '\n\n')
        .trim(),
    )
    const { body, spans } = marks.resolve(
      `${text}\n`,
      (slot) => linkOf(slot, evidence),
      (slot, isNear) => settingsAgain(slot, isNear) ?? nameAgain(slot, evidence),
    )
    return {
      body,
      spans,
      title: marks.plain(worded(`# ${view.title}`).slice(2)),
      visibleWords: countVisibleWords(body),
    }
  })
}

/**
 * A run links to the tracker where it has a URL, else to its row in the list of runs; an earlier document to its file, from
 * a document's own folder.
 */
function linkOf(slot: Extract<Segment, { kind: 'slot' }>, evidence: Evidence): string | null {
  const [address] = slot.cites
  if (address === undefined) return null
  const document = evidence.documents.find((one) => one.address === address)
  if (document !== undefined && slot.shows === 'text') return `../${document.path}`
  if (slot.shows !== 'run') return null
  const run = findRun(evidence, address)?.run
  if (run === undefined) return null
  return run.url !== null && /^https?:\/\/[^\s()<>]+$/.test(run.url) ? run.url : `#${address}`
}

function provenanceOf(
  request: PrintRequest,
  made: Composition,
  numbers: { readonly leftOut: number; readonly model: Writer | null },
): readonly string[] {
  return [
    made.draft === null
      ? `Written without a model${made.fallback === null ? '' : `: ${escapeMarkdown(made.fallback)}`}`
      : `Drafted by ${escapeMarkdown(`${numbers.model?.provider}/${numbers.model?.name}`)}; a program printed every value and checked every statement.`,
    ...(numbers.leftOut > 0 ? ['What was left out and why stands in the evidence.'] : []),
    ...made.leftOut.map((what) => `Not shown to the model: ${escapeMarkdown(what)}.`),
    `narrate ${request.version}; the evidence is frozen beside this file.`,
  ]
}

function modelUse(
  model: Model | null,
  made: Pick<Composition, 'draft'> & { readonly calls: readonly Call[] },
): Drafted['model'] {
  if (model === null || made.draft === null) return null
  const sum = (pick: (answer: Answer) => number | null): number | null => {
    const values = made.calls.map(({ answer }) => pick(answer)).filter((value) => value !== null)
    return values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
  }
  return {
    provider: model.provider,
    name:
      made.calls.flatMap(({ answer }) => (answer.kind === 'failed' ? [] : [answer.modelName])).at(-1) ??
      model.name,
    inputTokens: sum((answer) => (answer.kind === 'failed' ? null : answer.use.inputTokens)),
    outputTokens: sum((answer) => (answer.kind === 'failed' ? null : answer.use.outputTokens)),
  }
}

function countVerdicts(verdicts: readonly Verdict[]): Drafted['verdicts'] {
  const count = (kind: Verdict['kind']): number => verdicts.filter((verdict) => verdict.kind === kind).length
  return {
    supported: count('supported'),
    contradicted: count('contradicted'),
    unsupported: count('unsupported'),
  }
}

function freezeVerdict(verdict: Verdict): JsonObject {
  const { statement } = verdict
  return {
    path: statement.path,
    text: statement.text,
    basis: statement.basis,
    checks: verdict.checks.map((check) => ({ ...check })),
    verdict: verdict.kind,
    reason: verdict.kind === 'supported' ? null : verdict.reason,
    ...(verdict.readAs === undefined ? {} : { readAs: verdict.readAs }),
  }
}

/** A longer name takes the place of what is said of the run. */
const LONGEST_NAME_AGAIN = 32
const MOST_WORDS_AGAIN = 2

/**
 * A run that was named in full before is called by its name alone, where no other run has that name and it is short; else
 * by what stands in brackets behind it, the first characters of its id.
 */
function nameAgain(slot: Extract<Segment, { kind: 'slot' }>, evidence: Evidence): string | null {
  if (slot.shows !== 'run') return null
  const run = findRun(evidence, slot.cites[0])?.run
  const short = run === undefined ? '' : shortId(run.id)
  if (run === undefined || !slot.printed.endsWith(` (${short})`)) return null
  const name = slot.printed.slice(0, -` (${short})`.length)
  const isOnly =
    [...evidence.runs, ...evidence.earlier].filter((other) => other.run.name === run.name).length === 1
  if (name.length > LONGEST_NAME_AGAIN || name.split(/\s+/).length > MOST_WORDS_AGAIN) return short
  return isOnly ? name : null
}

/**
 * A short name for a file, as ids hold it: letters and digits of the title, at most 48 characters, never empty. Without what
 * stands in brackets, and without words that it quotes: an id can never be changed, and these may have to be taken out.
 */
export function slugOf(title: string): string {
  const slug = title
    .replace(/\([^)]*\)|“[^”]*”/g, ' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '')
  return slug === '' ? 'entry' : slug
}
