import { lstat, readFile } from 'node:fs/promises'
import path from 'node:path'
import { composeSync, type ToldChoice } from '../../documents/compose-sync.ts'
import { NarrateError } from '../../errors.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { findBlocks, type ManagedBlock, replaceBlocks } from '../../render/managed-blocks.ts'
import { createMarks } from '../../render/marks.ts'
import { createPrinter } from '../../render/print-evidence.ts'
import { spanOfEvidence } from '../../render/show-time.ts'
import { matches } from '../../runs/filter/matches.ts'
import { parseFilter } from '../../runs/filter/parse-filter.ts'
import { type DocumentSession, openDocumentSession, type WriteOptions } from '../document-session.ts'
import { dayRule } from '../find-project.ts'
import { gatherProject } from '../gather-project.ts'
import { type OpenedSources, openSources, requireSources, sentence } from '../open-sources.ts'
import type { Action } from '../options.ts'
import { beginOutput } from '../output-file.ts'
import { readChoice } from '../read-choice.ts'
import { startProgress } from '../terminal/progress.ts'
import { whyUnread } from '../why-unread.ts'

interface Options extends WriteOptions {
  readonly check?: boolean
}

const ATTRIBUTES = ['experiment', 'filter', 'rows']
const ROWS = 10

/**
 * `narrate sync FILE`: writes what the log tells of the runs between two marks in a file of one's own. The same runs give the
 * same block; outside of the marks nothing changes. Throws `NarrateError('usage')` for a file without marks or with broken
 * ones, and for a block that a person wrote into, unless `--yes`. With `--check`: exit 1 where it is out of date.
 */
export const sync: Action<Options> = async (command) => {
  const { world, options, parts, words } = command
  const [typed = ''] = words
  const session = await openDocumentSession(command)
  const { print, project } = session
  const file = path.resolve(world.cwd, typed)
  const bytes = await readBytes(file, typed)
  // One character for each byte: what is not ours is given back as it was, whatever its encoding.
  const text = bytes.toString('latin1')
  const blocks = readBlocks(text, typed)
  for (const block of blocks)
    if (!block.isUntouched && options.yes !== true && options.check !== true && !session.isDry)
      throw new NarrateError(
        'usage',
        `${typed}:${block.line}: somebody wrote into the block that begins here.`,
        {
          hint: 'Move it out of the marks, or --yes writes over it.',
        },
      )
  const opened = await openSources(project, await parts.sourceKinds(), world, options.source)
  const contents: { readonly text: string; readonly runs: number }[] = []
  let isPartial = false
  try {
    requireSources(opened)
    const progress = startProgress(world, options, opened.reading)
    try {
      for (const block of blocks) {
        const made = await contentOf(block, file, typed, opened, session, (done) =>
          progress.update(`Reading run ${done}`),
        )
        isPartial ||= made.isPartial
        contents.push(made)
      }
    } finally {
      progress.clear()
    }
    for (const one of opened.unread) print.warn(sentence(one))
  } finally {
    await opened.close()
  }
  if (isPartial && options.yes !== true && options.check !== true && !session.isDry)
    throw new NarrateError('source', `Some runs could not be read, so ${typed} was left as it is.`, {
      hint: 'narrate doctor or runs list tells which; --yes writes what could be read.',
    })
  const made = replaceBlocks(
    text,
    blocks,
    contents.map((one) => Buffer.from(one.text, 'utf8').toString('latin1')),
  )
  const changed = made !== text
  const writes = changed && !session.isDry && options.check !== true
  if (writes) {
    const output = await beginOutput(file, world, true)
    try {
      await output.write(Buffer.from(made, 'latin1'))
      await output.finish()
    } catch (error) {
      await output.discard()
      throw error
    }
  }
  if (options.json === true)
    print.json({
      file: path.relative(project.root, file),
      changed,
      written: writes,
      blocks: blocks.map(({ line }, index) => ({ line, runs: contents[index]?.runs ?? 0 })),
    })
  else if (session.isDry) print.answer(contents.map((one) => one.text).join('\n\n'))
  else if (options.check === true && changed) print.warn(`${typed} is out of date: narrate sync ${typed}`)
  else print.say(writes ? `${typed} was brought up to date.` : `${typed} is up to date.`)
  return (options.check === true && changed) || isPartial ? 1 : 0
}

async function readBytes(file: string, typed: string): Promise<Buffer> {
  try {
    // A rename puts a file in the place of a link.
    if ((await lstat(file)).isSymbolicLink())
      throw new NarrateError('usage', `${typed} is a symbolic link.`, {
        hint: 'Name the file that it leads to.',
      })
    return await readFile(file)
  } catch (error) {
    if (error instanceof NarrateError) throw error
    throw new NarrateError('usage', `${typed} cannot be read: ${whyUnread(error)}.`, {
      hint: 'Name a text file: narrate sync README.md',
      cause: error,
    })
  }
}

function readBlocks(text: string, typed: string): readonly ManagedBlock[] {
  const found = findBlocks(text)
  if (found.kind === 'broken')
    throw new NarrateError('usage', `${typed}:${found.line}: ${found.why}; nothing was changed.`, {
      hint: 'A block stands between <!-- narrate:begin --> and <!-- narrate:end -->, each on a line of its own.',
    })
  if (found.blocks.length === 0)
    throw new NarrateError('usage', `${typed} has no place for the block.`, {
      hint: 'Put these two lines where it shall stand:\n<!-- narrate:begin -->\n<!-- narrate:end -->',
    })
  for (const { attributes, line } of found.blocks)
    for (const [name, value] of attributes) {
      if (!ATTRIBUTES.includes(name))
        throw new NarrateError('usage', `${typed}:${line}: "${name}" is nothing that a block can ask for.`, {
          hint: `It may say ${ATTRIBUTES.map((one) => `${one}="…"`).join(', ')}.`,
        })
      if (name === 'rows' && !/^[1-9]\d{0,2}$/.test(value))
        throw new NarrateError('usage', `${typed}:${line}: rows="${value}" is no count of rows.`)
    }
  return found.blocks
}

async function contentOf(
  { attributes }: ManagedBlock,
  file: string,
  typed: string,
  opened: OpenedSources,
  session: DocumentSession,
  onRead: (done: number) => void,
): Promise<{ readonly text: string; readonly runs: number; readonly isPartial: boolean }> {
  const { project, store, templates, world } = session
  const [experiment, filter] = [attributes.get('experiment'), attributes.get('filter')]
  const parsed = filter === undefined ? null : parseFilter(filter)
  const { evidence, isPartial } = await gatherProject(
    {
      project,
      sources: opened.sources,
      query: { order: 'oldest', ...(experiment === undefined ? {} : { experiments: [experiment] }) },
      ...(parsed === null ? {} : { isWanted: (run) => matches(parsed, run) }),
      withHistory: false,
      onRead,
    },
    world,
  )
  if (evidence.runs.length === 0)
    throw new NarrateError('usage', `No run is what the block in ${typed} asks for; nothing was changed.`, {
      hint: 'narrate runs list shows runs and experiments.',
    })
  const choice = await readChoice(store, project.root, path.dirname(file), evidence)
  return {
    text: printBlock(evidence, choice, Number(attributes.get('rows') ?? ROWS)),
    runs: evidence.runs.length,
    isPartial,
  }

  function printBlock(of: Evidence, told: ToldChoice | null, rows: number): string {
    const marks = createMarks()
    const span = spanOfEvidence(of, dayRule(project, world).endsAtHour)
    const view = composeSync({ evidence: of, span, choice: told, rows }, createPrinter(of, marks))
    const { body } = marks.resolve(templates.render('templates/sync', view), ({ cites, shows }) => {
      const url = shows === 'run' ? of.runs.find(({ address }) => address === cites[0])?.run.url : null
      return url != null && /^https?:\/\/[^\s()<>]+$/.test(url) ? url : null
    })
    return body.replace(/\n{3,}/g, '\n\n').trim()
  }
}
