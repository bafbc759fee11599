import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { NarrateError } from '../errors.ts'
import type { World } from '../world.ts'
import type { Model, Prompt } from './model.ts'

const FORMAT = 'narrate-recording-1'

const recordingSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Digest of the prompt without turns; the file's name begins with it. */
  promptDigest: z.string(),
  /** Who answered, in words: a model's name, or the person's role. */
  modelName: z.string(),
  answeredBy: z.enum(['hand', 'model']),
  /** The replies in order, the second and third of a repair; each with the digest of the whole prompt it answered. */
  turns: z.array(z.strictObject({ promptDigest: z.string(), text: z.string() })).min(1),
})

/** Recorded replies to one prompt and its repairs. */
export type Recording = z.infer<typeof recordingSchema>

export interface RecordedOptions {
  /** Folder of recordings: one JSON file for each prompt. */
  readonly folder: string
}

/**
 * Replays replies recorded before, found by the digest of the prompt: any change of it, a harmless one too, is `failed`
 * and says so. Nothing leaves the machine. `name` says that it is a recording; the answer names who gave it.
 */
export function recorded(options: RecordedOptions): Model {
  return {
    provider: 'recorded',
    name: 'reply',
    endpoint: options.folder,
    isLocal: true,

    async contextSize() {
      return null
    },

    async ask(prompt, askOptions) {
      if (askOptions.signal.aborted)
        throw new NarrateError('cancelled', 'Cancelled while the model was asked.')
      const recording = await readRecording(options.folder, prompt)
      if (recording === 'unreadable')
        return {
          kind: 'failed',
          reason: `${recordingPath(options.folder, prompt)} is not a recording that this narrate can read.`,
          hint: 'Record the reply anew, or name a model.',
          text: '',
        }
      const digest = promptDigest(prompt)
      const turn = recording?.turns.find((each) => each.promptDigest === digest)
      if (recording === null || turn === undefined)
        return {
          kind: 'failed',
          reason: `No recorded reply answers this prompt (digest ${digest.slice(0, 16)}).`,
          hint: 'Recordings answer exactly the prompt they were made for: record the reply anew, or name a model.',
          text: '',
        }
      askOptions.onText?.(turn.text)
      return {
        kind: 'answered',
        text: turn.text,
        modelName: `${recording.modelName} (recorded, ${recording.answeredBy === 'hand' ? 'written by hand' : 'answered by a model'})`,
        use: { inputTokens: null, outputTokens: null },
      }
    },
  }
}

export interface RecordReplyOptions {
  readonly folder: string
  readonly prompt: Prompt
  readonly text: string
  readonly modelName: string
  readonly answeredBy: Recording['answeredBy']
  readonly world: Pick<World, 'randomName'>
}

/**
 * Writes a reply down, so that `recorded` replays it; returns the file. The reply to a repair is added to the recording
 * of its prompt, and a reply to the same prompt takes the place of the old one and of the repairs after it.
 */
export async function recordReply(options: RecordReplyOptions): Promise<string> {
  const { folder, prompt, text, modelName, answeredBy } = options
  const found = prompt.turns.length === 0 ? null : await readRecording(folder, prompt)
  const before = found === 'unreadable' ? null : found
  const digest = promptDigest(prompt)
  const index = before?.turns.findIndex((turn) => turn.promptDigest === digest) ?? -1
  const kept = before === null ? [] : index === -1 ? before.turns : before.turns.slice(0, index)
  const recording: Recording = {
    format: FORMAT,
    promptDigest: firstDigest(prompt),
    modelName,
    answeredBy,
    turns: [...kept, { promptDigest: digest, text }],
  }
  await mkdir(folder, { recursive: true })
  const path = recordingPath(folder, prompt)
  const temporary = `${path}.${options.world.randomName(8)}`
  await writeFile(temporary, `${JSON.stringify(recording, null, 2)}\n`)
  await rename(temporary, path)
  return path
}

/** SHA-256 of all that is sent of a prompt, in hexadecimal. */
export function promptDigest(prompt: Prompt): string {
  const turns = prompt.turns.map((turn) => [turn.role, turn.text])
  const whole = [prompt.system, prompt.user, prompt.schema.name, prompt.schema.jsonSchema, turns]
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex')
}

async function readRecording(folder: string, prompt: Prompt): Promise<Recording | 'unreadable' | null> {
  const text = await readFile(recordingPath(folder, prompt), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const parsed = recordingSchema.safeParse(parseOrNull(text))
  return parsed.success ? parsed.data : 'unreadable'
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function recordingPath(folder: string, prompt: Prompt): string {
  return join(folder, `${firstDigest(prompt).slice(0, 16)}.json`)
}

function firstDigest(prompt: Prompt): string {
  return promptDigest({ ...prompt, turns: [] })
}
