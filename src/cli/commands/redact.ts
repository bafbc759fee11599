import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { NarrateError } from '../../errors.ts'
import { escapeMarkdown } from '../../render/escape-markdown.ts'
import { planRedaction, type RedactionPlan } from '../../stores/plan-redaction.ts'
import { eraserOf, placeOf } from '../../stores/redaction.ts'
import type { Store } from '../../stores/store.ts'
import { isSystemError } from '../../stores/store-error.ts'
import { verifyDocument } from '../../verify/rederive.ts'
import type { VerifyKind } from '../../verify/verify-finding.ts'
import { findIdentity } from '../find-identity.ts'
import { findProject } from '../find-project.ts'
import { findingsOfDocument } from '../findings-of-document.ts'
import { journalOf } from '../keep-note.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { PACKAGE_ROOT, readVersion } from '../package-root.ts'
import { templateEngine } from '../template-engine.ts'
import { askYes, mayAsk } from '../terminal/ask.ts'
import { cleanLine } from '../terminal/clean-text.ts'
import { makePrinter } from '../terminal/printer.ts'

interface Options extends GlobalOptions {
  readonly text?: readonly string[]
  readonly because?: string
  readonly notes?: boolean
}

/** Findings that a redaction would hide for ever. */
const HIDEABLE: readonly VerifyKind[] = [
  ...(['unreadable', 'missing', 'altered', 'chain', 'evidence', 'value', 'composition'] as const),
]

const HISTORY = 'What git, backups and the tracker have of it is out of reach: the words still stand there.'

/**
 * `narrate redact ID --text WORDS`: takes words out of a document, its evidence and, with `--notes`, the journal, with a
 * record of it. Throws `NarrateError('usage')` for words that cannot be taken out, for a document that does not stand, and
 * where neither `--yes` is given nor a question can be asked.
 */
export const redact: Action<Options> = async ({ world, parts, options, words }) => {
  const print = makePrinter(world, options)
  const { text = [], because } = options
  if (text.length === 0)
    throw new NarrateError('usage', 'No words are given.', { hint: 'narrate redact ID --text "the words"' })
  const why = because?.trim() || null
  if (eraserOf(text, escapeMarkdown).count(why ?? '') > 0)
    throw new NarrateError('usage', 'The reason holds the words, and it is kept.', {
      hint: 'Say it without them.',
    })
  const project = await findProject(world, options.project)
  const store = await parts.store(project, world)
  const stored = await store.read(words[0] ?? '')
  const journal =
    options.notes === true ? await readJournalFiles(journalOf(project, world).folder) : new Map()
  const plan = planRedaction(stored, text, escapeMarkdown, journal)
  const by = (await findIdentity(project, world)).author
  if (by !== null && eraserOf(text, escapeMarkdown).count(by) > 0)
    throw new NarrateError(
      'usage',
      'Your own name holds the words, and the record names who took them out.',
      {
        hint: 'git config user.name says who you are.',
      },
    )
  const at = new Date(world.now()).toISOString()
  await refuseUnsound(plan, stored.summary.path, { at, by, why, places: plan.places }, store)

  print.say(changesOf(plan).map(cleanLine).join('\n'))
  const others = await othersWith(plan.id, text, store)
  print.say(
    options.notes === true
      ? 'Note files outside the journal stay as they are.'
      : 'Notes stay as they are; --notes takes the words out of the journal, too.',
  )
  if (others.length > 0) print.say(`They also stand in ${others.join(', ')}: redact each.`)
  if (options.dryRun === true) {
    print.answer(`${told(plan)} would be taken out of ${plan.id}. --dry-run wrote nothing.`)
    return 0
  }
  if (options.yes !== true) {
    if (!mayAsk(world, options))
      throw new NarrateError('usage', 'Words are taken out for good, and nobody can be asked.', {
        hint: '--yes does it, --dry-run shows it.',
      })
    if (!(await askYes(world, 'Take these words out for good?'))) {
      print.say('Nothing was changed.')
      return 0
    }
  }
  const redaction = await store.redact(plan, { by, why })
  if (options.json === true) {
    const { id, before, after } = redaction
    print.json({
      redaction: { id, document: plan.id, at: redaction.at, by, why, before, after, places: plan.places },
    })
    print.say(HISTORY)
    return 0
  }
  print.answer(`Redacted: ${told(plan)} of ${plan.id}. Recorded as ${redaction.id}.`)
  print.say(HISTORY)
  return 0
}

/** A redaction hides what is wrong with a document, and must leave one that can be read. */
async function refuseUnsound(
  plan: RedactionPlan,
  file: string,
  redaction: Parameters<typeof verifyDocument>[3],
  store: Store,
): Promise<void> {
  const composer = { templates: templateEngine(PACKAGE_ROOT), version: readVersion() }
  const before = new Set((await findingsOfDocument(store, file)).map(({ kind }) => kind))
  if (HIDEABLE.some((kind) => before.has(kind)))
    throw new NarrateError('usage', `${plan.id} does not stand, and a redaction would hide that.`, {
      hint: `narrate verify ${plan.id}`,
    })
  const { findings } = verifyDocument(plan.record.after, plan.markdown.after, composer, redaction)
  const broken = findings.find(({ kind }) => !before.has(kind))
  if (broken !== undefined)
    throw new NarrateError(
      'usage',
      'The words cannot be taken out: what is left would not stand. They are part of what values are named or filed by.',
      { hint: 'Give more of the text around them. Nothing was changed.' },
    )
}

/** The lines that change, before and after. */
function changesOf({ markdown, notes }: RedactionPlan): readonly string[] {
  return [markdown, ...notes].flatMap(({ before, after }) => {
    const kept = new Set(before.split('\n'))
    return after
      .split('\n')
      .filter((line) => !kept.has(line) && !line.startsWith('evidenceDigest:'))
      .map((line) => `  ${line}`)
  })
}

function told({ places, notes }: RedactionPlan): string {
  const files = notes.length === 0 ? '' : ` and in ${notes.length} of the journal's files`
  return `words in ${places} ${places === 1 ? 'place' : 'places'}${files}`
}

/** Ids of other records that hold the words. */
async function othersWith(id: string, words: readonly string[], store: Store): Promise<readonly string[]> {
  const eraser = eraserOf(words, escapeMarkdown)
  const others: string[] = []
  for (const other of (await store.contents()).recordIds) {
    if (other === id) continue
    const read = await store.evidence(other)
    if ('value' in read && placeOf(read.value, eraser) !== null) others.push(other)
  }
  return others
}

async function readJournalFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  try {
    for (const name of await readdir(folder))
      if (/^\d{4}-\d\d-\d\d\.md$/.test(name)) files.set(name, await readFile(path.join(folder, name), 'utf8'))
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
  }
  return files
}
