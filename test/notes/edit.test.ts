import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { editText } from '../../src/notes/edit.ts'

let project = ''
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'narrate-edit-'))
})
afterEach(() => rm(project, { recursive: true, force: true }))

/** A world whose editor is a function over the file's text; it keeps what it was called with. */
function worldOf(
  env: Readonly<Record<string, string>>,
  editor: (text: string) => { text: string; code?: number } | null,
) {
  const calls: (readonly string[])[] = []
  return {
    calls,
    env,
    runInteractive: async (command: string, args: readonly string[]) => {
      calls.push([command, ...args])
      const path = args.at(-1) ?? ''
      const edited = editor(await readFile(path, 'utf8'))
      if (!edited) throw Object.assign(new Error(`spawn ${command} ENOENT`), { code: 'ENOENT' })
      await writeFile(path, edited.text)
      return edited.code ?? 0
    },
  }
}
const path = () => join(project, '.narrate', 'brain-dump.md')

describe('editText', () => {
  test('opens the editor of the user, with its arguments, and gives back what was saved', async () => {
    const env = { VISUAL: '"/opt/My Editor/edit" --wait', EDITOR: 'vi' }
    const world = worldOf(env, (text) => ({ text: `${text}!` }))
    const edited = await editText('form', { project }, world)
    expect(edited).toMatchObject({ text: 'form!', recovered: false })
    expect(world.calls).toEqual([['/opt/My Editor/edit', '--wait', path()]])
    await edited.discard()
    await expect(stat(path())).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('opens on what an earlier session left behind until it is discarded', async () => {
    const first = worldOf({ EDITOR: 'ed' }, () => ({ text: 'half a thought' }))
    await editText('form', { project }, first)
    const second = worldOf({ EDITOR: 'ed' }, (text) => ({ text: `${text}, finished` }))
    const edited = await editText('a new form', { project }, second)
    expect(edited).toMatchObject({ text: 'half a thought, finished', recovered: true })
  })

  test('keeps the text when the editor fails', async () => {
    const world = worldOf({ EDITOR: 'ed' }, () => ({ text: 'half', code: 1 }))
    await expect(editText('form', { project }, world)).rejects.toMatchObject({
      kind: 'cancelled',
      hint: expect.stringContaining(path()),
    })
    expect(await readFile(path(), 'utf8')).toBe('half')
  })

  test('tries the editors of the system, and says what to do where there is none', async () => {
    const world = worldOf({ VISUAL: ' ' }, () => null)
    await expect(editText('form', { project }, world)).rejects.toMatchObject({ kind: 'usage' })
    expect(world.calls.map(([command]) => command)).toEqual(['nano', 'vim', 'vi'])
    const own = worldOf({ EDITOR: 'no-such-editor' }, () => null)
    await expect(editText('form', { project }, own)).rejects.toMatchObject({ kind: 'usage' })
    expect(own.calls).toHaveLength(1)
  })

  test('says so where the form cannot be written', async () => {
    await writeFile(join(project, '.narrate'), 'a file')
    const world = worldOf({ EDITOR: 'ed' }, (text) => ({ text }))
    await expect(editText('form', { project }, world)).rejects.toMatchObject({ kind: 'store' })
    expect(world.calls).toEqual([])
  })
})
