import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Call } from '../narrate.ts'
import { localFolder } from './local-folder.ts'

/**
 * Keeps what was sent to a model and what it answered in `.narrate/calls/<document id>/`, local and never committed:
 * `1-prompt.json`, `1-answer.json`, and so on. Their digests stand in the document's evidence.
 */
export async function keepCalls(root: string, documentId: string, calls: readonly Call[]): Promise<void> {
  if (calls.length === 0) return
  const folder = path.join(await localFolder(root), 'calls', documentId)
  await mkdir(folder, { recursive: true })
  for (const [index, { prompt, answer }] of calls.entries()) {
    await writeFile(path.join(folder, `${index + 1}-prompt.json`), `${JSON.stringify(prompt, null, 2)}\n`)
    await writeFile(path.join(folder, `${index + 1}-answer.json`), `${JSON.stringify(answer, null, 2)}\n`)
  }
}

/**
 * Keeps the calls for an answer, which is no document, in a folder of their own: `.narrate/calls/ask/<time>`, and
 * `<time>-2` where one of that time is there.
 */
export async function keepCallsOfAnswer(root: string, now: number, calls: readonly Call[]): Promise<void> {
  if (calls.length === 0) return
  const time = new Date(now).toISOString().replaceAll(':', '-')
  const folder = path.join(await localFolder(root), 'calls', 'ask')
  await mkdir(folder, { recursive: true })
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? time : `${time}-${number}`
    if (await isMade(path.join(folder, name))) return keepCalls(root, path.join('ask', name), calls)
  }
}

/** False where the folder is there already: two answers at one time do not share it. */
async function isMade(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
