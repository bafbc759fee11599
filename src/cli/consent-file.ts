import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { messageOf, NarrateError } from '../errors.ts'
import { localFolder } from './local-folder.ts'

const consentSchema = z.object({ agreed: z.array(z.string()) })

/** To which models the user agreed, at this machine and in this project, to send evidence. */
export async function readConsents(root: string): Promise<readonly string[]> {
  const file = path.join(root, '.narrate', 'consent.json')
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new NarrateError('configuration', `${file} could not be read: ${messageOf(error)}.`, {
      cause: error,
    })
  }
  try {
    return consentSchema.parse(JSON.parse(text)).agreed
  } catch (error) {
    throw new NarrateError('configuration', `${file} is not as narrate wrote it.`, {
      hint: 'Remove it: you will be asked again.',
      cause: error,
    })
  }
}

/** Remembers one more. */
export async function rememberConsent(root: string, consent: string): Promise<void> {
  const agreed = [...new Set([...(await readConsents(root)), consent])]
  const file = path.join(await localFolder(root), 'consent.json')
  await writeFile(file, `${JSON.stringify({ agreed }, null, 2)}\n`)
}
