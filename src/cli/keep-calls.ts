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
