// Records what a model answered in the demo, so that the demo replays it:
//
//   npm run demo -- --model openai/…
//   npm run record-demo -- <demo folder>/.narrate/calls/<document id> "who answered" model|hand
//
// The recording answers exactly the prompt it was made for: make it anew when prompt, example or evidence change.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { recordReply } from '../../src/models/recorded.ts'

const [folder, modelName, answeredBy] = z
  .tuple([z.string(), z.string(), z.enum(['model', 'hand'])])
  .parse(process.argv.slice(2))

const promptSchema = z.object({
  system: z.string(),
  user: z.string(),
  schema: z.object({ name: z.string(), jsonSchema: z.looseObject({}) }),
  turns: z.array(z.object({ role: z.enum(['assistant', 'user']), text: z.string() })),
})
const answerSchema = z.object({ kind: z.literal('answered'), text: z.string() })

const count = (await readdir(folder)).filter((name) => name.endsWith('-prompt.json')).length
for (let turn = 1; turn <= count; turn += 1) {
  const read = async (what: string): Promise<unknown> =>
    JSON.parse(await readFile(path.join(folder, `${turn}-${what}.json`), 'utf8'))
  const file = await recordReply({
    folder: path.resolve(import.meta.dirname, '../../examples/forty-seven-runs/recorded'),
    prompt: promptSchema.parse(await read('prompt')),
    text: answerSchema.parse(await read('answer')).text,
    modelName,
    answeredBy,
    world: { randomName: () => 'new' },
  })
  process.stdout.write(`${file}\n`)
}
