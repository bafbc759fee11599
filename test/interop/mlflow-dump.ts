import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const texts = z.record(z.string(), z.string())

/** A float as Python writes it: `nan`, `inf` and `-inf` among them. */
const float = z.string().transform((text) => {
  switch (text) {
    case 'nan':
      return Number.NaN
    case 'inf':
      return Number.POSITIVE_INFINITY
    case '-inf':
      return Number.NEGATIVE_INFINITY
    default:
      return Number(text)
  }
})

const point = z
  .tuple([z.number(), z.number(), float, z.boolean()])
  .transform(([step, time, value, isTied]) => ({ step, time, value, isTied }))

const store = z.object({
  mlflow: z.string(),
  kind: z.enum(['files', 'database', 'server']),
  remarks: z.array(z.string()),
  experiments: z.array(z.object({ id: z.string(), name: z.string(), stage: z.string(), tags: texts })),
})

const run = z.object({
  id: z.string(),
  experiment: z.string(),
  name: z.string().nullable(),
  user: z.string().nullable(),
  status: z.string(),
  start: z.number().nullable(),
  end: z.number().nullable(),
  stage: z.string(),
  params: texts,
  tags: texts,
  metrics: z.record(z.string(), float),
  data: z.array(z.tuple([z.string(), z.string(), z.string().nullable()])),
  registered: z.array(z.tuple([z.string(), z.string(), z.string().nullable(), z.array(z.string())])),
  /** Null where MLflow's time was over before. */
  histories: z.record(z.string(), z.array(point)).nullable(),
})

const unreadable = z.object({ id: z.string(), experiment: z.string(), unreadable: z.string() })

const line = z.union([unreadable, run])

/** What MLflow's client said of a store: the first line of what `read_store.py` wrote. */
export type DumpedStore = z.infer<typeof store>

/** What MLflow's client said of a run. */
export type DumpedRun = z.infer<typeof run>

export type DumpedPoint = z.infer<typeof point>

/** A run that MLflow's client could not read, and why. */
export type UnreadableRun = z.infer<typeof unreadable>

/** Reads what `read_store.py` wrote: the store first, then each run. */
export async function* readDump(path: string): AsyncGenerator<DumpedStore | DumpedRun | UnreadableRun> {
  let isFirst = true
  for await (const text of createInterface({ input: createReadStream(path) })) {
    yield isFirst ? store.parse(JSON.parse(text)) : line.parse(JSON.parse(text))
    isFirst = false
  }
}
