import type { Run } from '../runs/run.ts'

/** A run with secrets replaced in every text a program or a person put there. Ids, statuses and numbers stay. */
export function maskRun(run: Run, mask: (text: string) => string): Run {
  const maskValues = (values: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map([...values].map(([name, text]) => [name, maskValue(name, text, mask)]))
  return {
    ...run,
    name: mask(run.name),
    params: maskValues(run.params),
    tags: maskValues(run.tags),
    note: run.note === null ? null : mask(run.note),
    code: { ...run.code, entryPoint: run.code.entryPoint === null ? null : mask(run.code.entryPoint) },
  }
}

/** A value is masked together with its name: `api_key` makes a secret of what would pass by itself. */
function maskValue(name: string, text: string, mask: (text: string) => string): string {
  const prefix = `${name}=`
  const masked = mask(prefix + text)
  return masked.startsWith(prefix) ? masked.slice(prefix.length) : mask(text)
}
