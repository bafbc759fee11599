import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type WandbEntry, wandbLog } from '../../../support/wandb-log.ts'

/** Files below a `wandb` folder by their paths: texts, bytes, or records of a transaction log. */
export type WandbFiles = Readonly<Record<string, string | Uint8Array | readonly WandbEntry[]>>

/** Writes a `wandb` folder into a folder and gives its path. */
export async function writeWandb(folder: string, files: WandbFiles): Promise<string> {
  const root = join(folder, 'wandb')
  await mkdir(root, { recursive: true })
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path)
    await mkdir(dirname(at), { recursive: true })
    await writeFile(at, isEntries(content) ? wandbLog(content) : content)
  }
  return root
}

function isEntries(content: WandbFiles[string]): content is readonly WandbEntry[] {
  return Array.isArray(content)
}

/** Rows of a history as records: `_step`, `_timestamp` and the values, the way Go writes them. */
export function rows(
  start: number,
  values: Readonly<Record<string, readonly (number | string)[]>>,
  firstStep = 0,
): readonly WandbEntry[] {
  const length = Math.max(...Object.values(values).map((each) => each.length))
  return Array.from({ length }, (_, index) => ({
    kind: 'history' as const,
    step: firstStep + index,
    values: {
      '>_step': String(firstStep + index),
      '>_timestamp': String(start / 1000 + index),
      '>_runtime': String(index),
      ...Object.fromEntries(
        Object.entries(values).flatMap(([name, series]) => {
          const value = series[index]
          return value === undefined ? [] : [[`>${name}`, String(value)]]
        }),
      ),
    },
  }))
}
