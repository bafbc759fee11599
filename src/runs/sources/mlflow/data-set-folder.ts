import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import { readFolder } from '../../files/folder.ts'
import type { DataSet } from '../../run.ts'
import { type MetaRead, readMeta, whyOf } from './meta-file.ts'
import { metaText } from './meta-yaml.ts'
import { isPlainName } from './run-key.ts'
import { TAG } from './run-record.ts'

const MEBIBYTE = 1024 * 1024

/** The data sets that a run names as inputs, read beside it in its experiment's folder. */
export function readDataSets(
  experimentPath: string,
  runPath: string,
  where: string,
): { readonly dataSets: readonly DataSet[]; readonly gaps: readonly Gap[] } {
  const inputs = readFolder(join(runPath, 'inputs'))
  if (inputs.kind === 'missing') return { dataSets: [], gaps: [] }
  if (inputs.kind === 'unreadable')
    return { dataSets: [], gaps: [gap('data sets', `${where}/inputs`, inputs.why)] }
  const dataSets: DataSet[] = []
  const gaps: Gap[] = []
  for (const entry of inputs.entries) {
    if (!entry.isDirectory()) continue
    const place = `${where}/inputs/${entry.name}/meta.yaml`
    const input = readMeta(join(runPath, 'inputs', entry.name, 'meta.yaml'))
    if (input.kind !== 'meta') {
      gaps.push(gap('a data set', place, whyOf(input)))
      continue
    }
    if (metaText(input.meta, 'source_type') !== 'DATASET') continue
    const id = metaText(input.meta, 'source_id') ?? ''
    const dataSet = isPlainName(id)
      ? readMeta(join(experimentPath, 'datasets', id, 'meta.yaml'), 64 * MEBIBYTE)
      : NO_PLAIN_ID
    const name = dataSet.kind === 'meta' ? metaText(dataSet.meta, 'name') : null
    if (dataSet.kind === 'meta' && name !== null) {
      const tags = input.meta.get('tags')
      const context = tags instanceof Map ? tags.get(TAG.dataContext) : undefined
      dataSets.push({
        name,
        digest: metaText(dataSet.meta, 'digest') ?? '',
        context: typeof context === 'string' && context !== '' ? context : null,
      })
    } else gaps.push(gap('a data set', place, `the data set it names: ${whyOf(dataSet)}`))
  }
  dataSets.sort((left, right) => (`${left.name}\n${left.digest}` < `${right.name}\n${right.digest}` ? -1 : 1))
  return { dataSets, gaps }
}

const NO_PLAIN_ID: MetaRead = { kind: 'broken', why: 'its id is no plain name', unsettled: false }
