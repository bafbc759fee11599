import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'
import { isGap } from '../../gap.ts'
import { editorsOf } from '../../notes/edit.ts'
import { openRepository } from '../../repository/git.ts'
import type { World } from '../../world.ts'
import { findIdentity } from '../find-identity.ts'
import type { Project } from '../find-project.ts'
import { sentence } from '../open-sources.ts'
import { readAllNotes } from '../read-all-notes.ts'
import { type Check, ok, trouble, warning } from './check.ts'

/** The git repository around the project, and whom it takes the user for. */
export async function checkGit(project: Project, world: World): Promise<Check> {
  const opened = await openRepository(project.root, world)
  if (opened === null)
    return warning(
      'git',
      'the project is in no repository',
      'Without it commit messages are no notes, and no commit proves a date: git init.',
    )
  if (isGap(opened))
    return warning(
      'git',
      opened.why.replace(/\.$/, ''),
      'Mend that, or go on without: commits are then not read.',
    )
  const { author, email } = await findIdentity(project, world)
  const tree = path.relative(project.root, opened.root) || 'the project itself'
  if (email === null)
    return warning(
      'git',
      `work tree ${tree}, and git knows no e-mail address of yours`,
      'Set it with git config user.email; until then runs are yours by your login name and users: alone.',
    )
  return ok('git', `work tree ${tree}, you are ${author ?? 'not named'} <${email}>`)
}

/** The notes that narrate.yaml names and those typed at narrate: found, read, dated. */
export async function checkNotes(project: Project, world: World): Promise<Check> {
  const { settings } = project
  const identity = await findIdentity(project, world)
  const { notes, gaps } = await readAllNotes(
    { ...project, settings: { ...settings, commits: false } },
    identity,
    world,
  )
  const undated = notes.filter(({ time }) => time.kind === 'undated').length
  const typed = notes.filter(({ kind }) => kind === 'journal').length
  const files = new Set(notes.filter(({ kind }) => kind !== 'journal').map(({ place }) => place)).size
  const kept = typed === 0 ? 'none typed at narrate' : `${typed} typed at narrate`
  const many = `${notes.length - typed} in ${files} ${files === 1 ? 'file' : 'files'}`
  const dated = undated === 0 ? 'all dated' : `${undated} without a date`
  const says =
    settings.notes.length === 0
      ? `${kept}; narrate.yaml names no files`
      : `${kept}; ${files === 0 ? 'none in the files that narrate.yaml names' : `${many}, ${dated}`}`
  const [gap] = gaps
  if (gap !== undefined)
    return warning('notes', says, `${sentence(gap)}${gaps.length > 1 ? ` And ${gaps.length - 1} more.` : ''}`)
  return undated > 0
    ? warning(
        'notes',
        says,
        'What no date stands over is in no day: put headings such as "## 2026-11-20" over it.',
      )
    : ok('notes', says)
}

/** The program that notes are written in: that there is one, without starting it. */
export async function checkEditor(world: World): Promise<Check> {
  const { VISUAL, EDITOR } = world.env
  const variable = [VISUAL, EDITOR].every((text) => (text ?? '').trim() === '')
    ? null
    : (VISUAL ?? '').trim() === ''
      ? 'EDITOR'
      : 'VISUAL'
  const commands = editorsOf(world.env).map(([command = '']) => command)
  for (const command of commands)
    if (await isCommand(command, world))
      return ok(
        'editor',
        variable === null ? `${command} (neither VISUAL nor EDITOR is set)` : `${command}, by ${variable}`,
      )
  return variable === null
    ? warning(
        'editor',
        `none of ${commands.join(', ')} is installed`,
        'Set EDITOR, or give notes with -m "…", --notes FILE or through a pipe.',
      )
    : trouble(
        'editor',
        `${variable} names ${commands.join(' ')}, which is no command here`,
        `Set ${variable} to an editor that is installed.`,
        2,
      )
}

/** Whether a program of that name would be found and may be run, as the system looks for it. */
async function isCommand(command: string, { env, cwd }: World): Promise<boolean> {
  const isPath = /[\\/]/.test(command)
  const folders = isPath ? [''] : (env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const endings = ['', ...(env.PATHEXT ?? '').split(';').filter((ending) => ending !== '')]
  for (const folder of folders)
    for (const ending of endings) {
      const file = path.resolve(cwd, folder, `${command}${ending}`)
      const isThere = await access(file, constants.X_OK).then(
        async () => (await stat(file)).isFile(),
        () => false,
      )
      if (isThere) return true
    }
  return false
}
