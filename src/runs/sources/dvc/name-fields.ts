import { isLooseMap, type LooseJson, leavesOf } from '../../files/loose-json.ts'
import type { ExperimentRow } from './read-rows.ts'

/** A value of a file that DVC keeps beside a commit: `train.lr` of `params.yaml`. */
export interface FileField {
  readonly file: string
  readonly name: string
  readonly value: LooseJson
}

/** What fields are called in the whole table. */
export interface FieldNames {
  param(field: FileField): string
  metric(field: FileField): string
}

/**
 * Names of parameters and of metrics: parts joined with dots, as DVC's own table has them. One that stands in several files of the table has its file before it
 * (`eval.json:loss`), in every row.
 */
export function nameFields(rows: readonly ExperimentRow[]): FieldNames {
  const params = filesByName(rows, 'params')
  const metrics = filesByName(rows, 'metrics')
  const naming =
    (files: ReadonlyMap<string, ReadonlySet<string>>) =>
    ({ file, name }: FileField): string =>
      (files.get(name)?.size ?? 0) > 1 ? `${file}:${name}` : name
  return { param: naming(params), metric: naming(metrics) }
}

/** The values in the files of a row, and why files could not be read. */
export function fieldsOf(
  { told }: Pick<ExperimentRow, 'told'>,
  part: 'params' | 'metrics',
): { readonly fields: readonly FileField[]; readonly errors: readonly (readonly [string, string])[] } {
  const files = told?.get(part)
  const fields: FileField[] = []
  const errors: (readonly [string, string])[] = []
  for (const [file, read] of isLooseMap(files) ? files : []) {
    const values = isLooseMap(read) ? read.get('data') : undefined
    const error = isLooseMap(read) ? read.get('error') : undefined
    if (isLooseMap(values)) for (const [name, value] of leavesOf(values)) fields.push({ file, name, value })
    else if (values !== undefined && values !== null) fields.push({ file, name: file, value: values })
    else if (isLooseMap(error)) {
      const said = error.get('msg')
      errors.push([file, typeof said === 'string' && said !== '' ? said : 'DVC could not read it'])
    }
  }
  return { fields, errors }
}

function filesByName(
  rows: readonly ExperimentRow[],
  part: 'params' | 'metrics',
): ReadonlyMap<string, ReadonlySet<string>> {
  const files = new Map<string, Set<string>>()
  for (const row of rows)
    for (const { file, name } of fieldsOf(row, part).fields) {
      const known = files.get(name)
      if (known === undefined) files.set(name, new Set([file]))
      else known.add(file)
    }
  return files
}
