import { cp, mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PLAIN_SUBJECT } from '../../documents/log-subject.ts'
import { recorded } from '../../models/recorded.ts'
import type { ModelChoice } from '../../models/registry.ts'
import type { Drafted } from '../../narrate.ts'
import type { DocumentSummary } from '../../stores/store.ts'
import type { World } from '../../world.ts'
import { chooseModelFor } from '../choose-model.ts'
import { draftDocument } from '../draft-document.ts'
import { type LogMatter, matterOf, rememberNotes, thaw } from '../log-entry.ts'
import { type LogSession, openLogSession } from '../log-session.ts'
import type { Action, GlobalOptions } from '../options.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { readDay } from '../read-day.ts'
import { renderMarkdown } from '../terminal/render-markdown.ts'
import { documentToJson, saveDocument } from '../write-document.ts'

const EXAMPLE = path.join(PACKAGE_ROOT, 'examples', 'forty-seven-runs')
const RECORDED = path.join(EXAMPLE, 'recorded')
/** The day of the example that the entry is about. */
const DAY = '2026-03-09'

/**
 * `narrate demo`: the main job on a copy of the example, written once without a model and once with a reply that was
 * recorded (or, with `--model`, that of a model). Exit 1 where the second could not be written.
 */
export const demo: Action<GlobalOptions> = async ({ world, parts, options }) => {
  const folder = await realpath(await mkdtemp(path.join(world.env.TMPDIR ?? tmpdir(), 'narrate-demo-')))
  await cp(EXAMPLE, folder, {
    recursive: true,
    filter: (source) => !['recorded', 'generate'].includes(path.relative(EXAMPLE, source)),
  })
  const session = await openLogSession({
    world: inside(folder, world),
    parts,
    options: { ...plainOptions(options), project: folder, since: DAY, until: DAY, yes: true },
  })
  const { print } = session
  print.say(`A copy of examples/forty-seven-runs, in ${folder}:\n`)

  const reading = await readDay(session, [])
  if (reading.kind === 'nothing') throw new Error(`the example holds no runs on ${DAY}`)
  // It is told as on the evening of that day, whenever the demo runs.
  const matter = { ...matterOf(reading, session), subject: PLAIN_SUBJECT }
  const plain = await write(
    matter,
    { model: null, reason: 'the demo shows first what needs none.', remember: null },
    session,
  )
  const isReplay = typeof options.model !== 'string'
  const choice = isReplay ? replay() : await chooseModelFor(session.project, options, world, parts)
  const told = await write(await thaw(plain.saved.id, 0, session), choice, session)

  if (options.json === true) {
    print.json({
      folder,
      entries: [plain, told].map(({ drafted, saved }) =>
        documentToJson(drafted, saved, matter.evidence.gaps),
      ),
      replayed: isReplay,
    })
  } else {
    printEntry('1. The entry of that day, written without a model', plain, session)
    if (told.drafted.fallback === null) {
      printEntry(
        isReplay
          ? '2. The same day in words. REPLAYED FROM A RECORDED REPLY; checked and printed now'
          : `2. The same day, drafted by ${options.model}`,
        told,
        session,
      )
    }
    print.answer(
      [
        '',
        'Both are files that you can open:',
        ...[plain, told].map(({ saved }) => `  ${path.join(folder, saved.path)}`),
        '',
        'Your own runs: cd to your project, then `narrate` (or `narrate init` first).',
      ].join('\n'),
    )
  }
  if (told.drafted.fallback === null) return 0
  print.warn(
    isReplay
      ? `The recorded reply does not fit this version of narrate: ${told.drafted.fallback}`
      : `${String(options.model)} did not write it: ${told.drafted.fallback}`,
  )
  return 1
}

/** The example is another person's, on another machine: neither our git nor our secrets have a part in it. */
function inside(folder: string, world: World): World {
  const kept = ['PATH', 'TERM', 'NO_COLOR', 'LANG', 'TMPDIR', 'SystemRoot']
  const env = Object.fromEntries(kept.map((name) => [name, world.env[name]]))
  return {
    ...world,
    cwd: folder,
    env: { ...env, LOGNAME: 'ines', GIT_CEILING_DIRECTORIES: path.dirname(folder) },
  }
}

function plainOptions({ json, quiet }: GlobalOptions): GlobalOptions {
  return { model: false, ...(json === undefined ? {} : { json }), ...(quiet === undefined ? {} : { quiet }) }
}

function replay(): ModelChoice {
  return { model: recorded({ folder: RECORDED }), reason: 'a recorded reply is replayed.', remember: null }
}

interface Written {
  readonly drafted: Drafted
  readonly saved: DocumentSummary
}

async function write(matter: LogMatter, choice: ModelChoice, session: LogSession): Promise<Written> {
  const drafted = await draftDocument(matter, choice, session)
  const saved = await saveDocument(drafted, session)
  await rememberNotes(matter, session)
  return { drafted, saved }
}

function printEntry(heading: string, { drafted }: Written, { print, world }: LogSession): void {
  const width = Math.min(world.stdout.columns, 100)
  const rule = print.style.dim('─'.repeat(Math.min(width, 79)))
  const body = renderMarkdown(drafted.document.body, { width, style: print.style, unfold: false })
  print.answer(`${rule}\n${print.style.bold(heading)}\n${rule}\n\n${body}`)
}
