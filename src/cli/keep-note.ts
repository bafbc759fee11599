import path from 'node:path'
import { maskSecrets, secretValues } from '../masking.ts'
import { type JournalPlace, journalNote } from '../notes/journal.ts'
import type { SessionNote } from '../notes/note.ts'
import { sessionNote } from '../notes/session-note.ts'
import type { World } from '../world.ts'
import { dayRule, type Project } from './find-project.ts'

/** What a person typed, and what they tied it to. */
export interface Typed {
  readonly text: string
  readonly author: string | null
  readonly runs: readonly string[]
  /** What it is, where it is more than a thought: `expectation`, and the parameters that one is about. */
  readonly kind?: string
  readonly settings?: readonly string[]
}

/** A note that is kept, and how many secrets were masked in it before. */
export interface KeptNote {
  readonly note: SessionNote
  readonly masked: readonly { readonly what: string; readonly count: number }[]
}

/** Where the project's journal is. */
export function journalOf(project: Project, world: World): JournalPlace {
  return {
    project: project.root,
    folder: path.join(project.root, project.settings.store, 'notes'),
    ...dayRule(project, world),
  }
}

/**
 * Writes a note into the journal and resolves when it is on the disk. Keys and passwords in it are masked first, since
 * the journal may be committed; addresses and paths are left as typed. With `dryRun` nothing is written.
 */
export async function keepNote(
  typed: Typed,
  project: Project,
  world: World,
  options: { readonly dryRun?: boolean } = {},
): Promise<KeptNote> {
  const words = withoutControls(typed.text)
  const { text, masked } = maskSecrets(words, project.settings.mask, secretValues(world.env))
  const secrets = masked.filter(({ what }) => what !== 'e-mail address' && what !== 'home path')
  const kept = { ...typed, text: (secrets.length > 0 ? text : words).trim() }
  if (options.dryRun === true) {
    const time = { kind: 'dated', at: world.now(), precision: 'instant', by: 'journal' } as const
    return {
      note: sessionNote({
        text: kept.text,
        author: kept.author,
        runs: kept.runs,
        kind: 'journal',
        place: '(not kept: --dry-run)',
        time,
      }),
      masked: secrets,
    }
  }
  return { note: await journalNote(kept, journalOf(project, world), world), masked: secrets }
}

/** Control characters are no words, and one zero byte makes the whole day's file binary to whoever reads it. */
function withoutControls(text: string): string {
  return [...text]
    .filter((character) => (character.codePointAt(0) ?? 0) >= 0x20 || /[\t\n\r]/.test(character))
    .join('')
}

/** "1 API key and 2 passwords in your note were masked before it was kept." */
export function describeMasked(masked: KeptNote['masked']): string {
  const parts = masked.map(({ what, count }) => `${count} ${what}${count === 1 ? '' : 's'}`)
  return `${parts.join(' and ')} in your note ${masked.length === 1 && masked[0]?.count === 1 ? 'was' : 'were'} masked before it was kept.`
}
