import { join } from 'node:path'
import { type Gap, gap } from '../../../gap.ts'
import type { LoggedText } from '../../files/loaded-run.ts'
import {
  isLooseList,
  isLooseMap,
  type LooseJson,
  leavesOf,
  looseNumber,
  numberOfText,
  textOfLoose,
} from '../../files/loose-json.ts'
import { type LooseRead, readLooseJson, readLooseYaml } from '../../files/read-loose.ts'

const MOST_BYTES = 64 * 1024 * 1024

/**
 * The map that a JSON or YAML file in a folder holds; null where it is none, with a gap in `gaps`. A missing file is one only where it is
 * `expected`.
 */
export function readMap(
  place: { readonly path: string; readonly where: string },
  file: string,
  what: string,
  gaps: Gap[],
  expected = true,
): ReadonlyMap<string, LooseJson> | null {
  const path = join(place.path, file)
  const where = `${place.where}/${file}`
  const read: LooseRead = /\.ya?ml$/.test(file) ? readLooseYaml(path) : readLooseJson(path, MOST_BYTES)
  switch (read.kind) {
    case 'json':
      if (read.remark !== null) gaps.push(gap(what, where, read.remark))
      if (isLooseMap(read.value)) return read.value
      gaps.push(gap(what, where, 'it holds no names with values'))
      return null
    case 'missing':
      if (expected) gaps.push(gap(what, where, 'it is gone'))
      return null
    case 'broken':
    case 'unreadable':
      gaps.push(gap(what, where, read.why))
      return null
    default:
      return read satisfies never
  }
}

/** Nested settings as parameters, by names joined with dots; what is null or empty says nothing. */
export function paramsOf(
  settings: LooseJson | null | undefined,
  file: string,
  prefix = '',
): ReadonlyMap<string, LoggedText> {
  if (!isLooseMap(settings ?? undefined)) return new Map()
  return new Map(
    [...leavesOf(settings ?? null, prefix)].flatMap(([name, value]) =>
      value === null || isEmpty(value)
        ? []
        : [[name, { text: textOfLoose(withNumbers(value)), file }] as const],
    ),
  )
}

/** YAML's scalars come as text: numbers in a list are told as JSON tells them. */
function withNumbers(value: LooseJson): LooseJson {
  if (!isLooseList(value)) return value
  return value.map((each) =>
    typeof each === 'string' && numberOfText(each) !== null ? looseNumber(each.trim()) : withNumbers(each),
  )
}

function isEmpty(value: LooseJson): boolean {
  return value === '' || (isLooseMap(value) && value.size === 0)
}
