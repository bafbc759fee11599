import path from 'node:path'
import type { Gap } from '../gap.ts'
import type { ModelChoice } from '../models/registry.ts'
import { type Drafted, promptRoom, renderPrompt } from '../narrate.ts'
import { openInEditor } from '../notes/edit.ts'
import type { DocumentSummary } from '../stores/store.ts'
import type { DocumentSession } from './document-session.ts'
import { draftDocument, languageOf, MAX_OUTPUT_TOKENS, type WrittenMatter } from './draft-document.ts'
import { keepCalls } from './keep-calls.ts'
import { placesOf } from './open-sources.ts'
import { gapToJson } from './runs-json.ts'
import { askKey, mayAsk } from './terminal/ask.ts'
import { renderMarkdown } from './terminal/render-markdown.ts'

/** What one kind of document does in its own way while it is written. */
export interface WritingHabits<Matter extends WrittenMatter> {
  /** What the key r adds before it is drafted again: the matter with a note, say. Without it the model is asked once more. */
  readonly amend?: (matter: Matter) => Promise<Matter>
  readonly onSaved?: (matter: Matter, saved: DocumentSummary) => Promise<void>
  /** What `--json` prints beside what it prints of every document. */
  readonly json?: (drafted: Drafted, matter: Matter) => object
}

/**
 * Drafts a document, shows it, and saves it when that is wanted; drafts again as often as that is wanted. With
 * `--show-payload` only what would be sent is printed. Gives the exit code.
 */
export async function writeDocument<Matter extends WrittenMatter>(
  first: Matter,
  choice: ModelChoice,
  session: DocumentSession,
  habits: WritingHabits<Matter> = {},
): Promise<number> {
  const { isDry, options, print, project, world } = session
  if (options.showPayload === true) return showPayload(first, choice, session)
  let matter = first
  for (;;) {
    const drafted = await draftDocument(matter, choice, session)
    sayHowItWent(drafted, choice, session)
    const code = matter.isPartial || drafted.marked > 0 || failed(drafted, choice) ? 1 : 0
    const toJson = (saved: DocumentSummary | null): object => ({
      ...documentToJson(drafted, saved, matter.evidence.gaps),
      ...habits.json?.(drafted, matter),
    })
    if (isDry) {
      show(drafted, session)
      if (options.json === true) print.json(toJson(null))
      else print.say('Not saved: --dry-run.')
      return code
    }
    if (!mayAsk(world, options)) {
      const saved = await save(drafted, matter)
      if (options.json === true) print.json(toJson(saved))
      else show(drafted, session)
      print.say(`Saved ${saved.path}`)
      return code
    }

    show(drafted, session)
    const isAgain = choice.model !== null || habits.amend !== undefined
    const next = await askKey(world, 'What now?', [
      { key: 's', label: 'save' },
      { key: 'e', label: 'save, and edit it' },
      ...(isAgain ? [{ key: 'r', label: choice.model === null ? 'add a note' : 'redraft' }] : []),
      { key: 'q', label: 'quit without saving' },
    ])
    if (next === 'q') {
      print.say('Nothing was saved; your notes are kept for the next entry.')
      return 0
    }
    if (next === 'r') {
      matter = (await habits.amend?.(matter)) ?? matter
      continue
    }
    const saved = await save(drafted, matter)
    if (next === 'e') await openInEditor(path.join(project.root, saved.path), world)
    print.say(`Saved ${saved.path}`)
    return code
  }

  async function save(drafted: Drafted, from: Matter): Promise<DocumentSummary> {
    const saved = await saveDocument(drafted, session)
    await habits.onSaved?.(from, saved)
    return saved
  }
}

/** Saves a document, and keeps what the model was asked and answered. */
export async function saveDocument(
  drafted: Drafted,
  { options, parts, project, store, world }: DocumentSession,
): Promise<DocumentSummary> {
  const { document } = drafted
  const aliases = new Set(document.runs.map((key) => key.slice(0, Math.max(0, key.indexOf(':')))))
  let saved: DocumentSummary | null = null
  try {
    const places =
      aliases.size === 0
        ? {}
        : await placesOf(aliases, project, await parts.sourceKinds(), world, options.source)
    saved = await store.save(Object.keys(places).length === 0 ? document : { ...document, places })
  } finally {
    // Also where the store failed: an answer that was paid for is not thrown away.
    await keepCalls(project.root, saved?.id ?? document.id, drafted.calls)
  }
  return saved
}

/** The `--json` value of a command that writes a document, as DESIGN section 5 fixes it. */
export function documentToJson(
  drafted: Drafted,
  saved: DocumentSummary | null,
  gaps: readonly Gap[],
): object {
  const { document } = drafted
  return {
    document: {
      id: saved?.id ?? document.id,
      kind: document.kind,
      path: saved?.path ?? null,
      title: document.title,
    },
    runs: document.runs,
    notes: document.notes.length,
    verdicts: drafted.verdicts,
    statements: drafted.statements,
    gaps: gaps.map(gapToJson),
    model: drafted.model,
    evidence: saved?.evidencePath ?? null,
  }
}

/** That value where there was nothing to tell. */
export function nothingToJson(gaps: readonly Gap[]): object {
  return {
    document: null,
    runs: [],
    notes: 0,
    verdicts: { supported: 0, contradicted: 0, unsupported: 0 },
    statements: 0,
    gaps: gaps.map(gapToJson),
    model: null,
    evidence: null,
  }
}

/** Prints the body of the request that would be sent, masked, and nothing else on stdout. */
export async function showPayload(
  matter: WrittenMatter,
  { model, reason }: ModelChoice,
  { options, parts, print, project, templates }: DocumentSession,
): Promise<number> {
  const contextSize = model === null ? null : await model.contextSize()
  const room = promptRoom(project.settings.promptTokens, contextSize, MAX_OUTPUT_TOKENS)
  const { prompt, leftOut, tokens } = renderPrompt(
    { ...matter, language: languageOf({ options, project }) },
    templates,
    room,
  )
  for (const what of leftOut) print.say(`Left out to fit: ${what}.`)
  if (model === null) {
    print.say(`Nothing would be sent: ${reason} A model would be given this (about ${tokens} tokens):`)
    print.json({ system: prompt.system, user: prompt.user, schema: prompt.schema })
  } else {
    print.say(`To ${model.endpoint}, about ${tokens} tokens:`)
    print.json(await parts.requestBody(model, prompt, MAX_OUTPUT_TOKENS))
  }
  return 0
}

function failed(drafted: Drafted, choice: ModelChoice): boolean {
  return choice.model !== null && drafted.fallback !== null
}

function sayHowItWent(drafted: Drafted, choice: ModelChoice, { options, print }: DocumentSession): void {
  if (failed(drafted, choice)) {
    print.warn(`The model failed, so the document is written without it: ${drafted.fallback ?? ''}`)
  } else if (choice.model === null && options.model !== false) {
    print.say(print.noteStyle.dim(`Written without a model: ${choice.reason}`))
  }
  if (drafted.leftOut.length > 0) {
    print.say(print.noteStyle.dim(`${drafted.leftOut.length} statements did not hold and were left out.`))
  }
}

/** The document on stdout: for reading at a terminal, as it is in a pipe; not with `--json`. */
function show(drafted: Drafted, { options, print, world }: DocumentSession): void {
  if (options.json === true) return
  const { body } = drafted.document
  if (!world.stdout.isTerminal) {
    print.answer(body)
    return
  }
  const width = Math.min(world.stdout.columns, 100)
  print.answer(`\n${renderMarkdown(body, { width, style: print.style, unfold: false })}`)
}
