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
