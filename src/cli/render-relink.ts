import type { RunKey } from '../runs/run.ts'
import type { LostRun } from '../verify/find-moved.ts'
import type { PlannedLink, RelinkPlan } from './plan-relink.ts'
import { cleanLine } from './terminal/clean-text.ts'
import type { Style } from './terminal/style.ts'
import { wrapText } from './terminal/wrap-text.ts'

const SHOWN = 10
const SHOWN_CANDIDATES = 3

/** What is broken and what is proposed, for the terminal; runs that moved in one way are told together. */
export function renderRelink(
  plan: RelinkPlan,
  { style, width }: { readonly style: Style; readonly width: number },
): string {
  const { links, unsure, gone, unread } = plan
  const hanging = (head: string, text: string): string =>
    `${head}${wrapText(cleanLine(text), Math.max(20, width - head.length)).replaceAll('\n', `\n${' '.repeat(head.length)}`)}`
  const listed = <One>(title: string, all: readonly One[], lines: (one: One) => readonly string[]) =>
    all.length === 0
      ? []
      : [
          [
            style.bold(`${title} (${all.length})`),
            ...all.slice(0, SHOWN).flatMap(lines),
            ...(all.length > SHOWN ? [`  and ${all.length - SHOWN} more: --json names them`] : []),
          ].join('\n'),
        ]
  return [
    ...(links.length === 0
      ? []
      : [
          [
            style.bold(`Runs that have another key now (${links.length})`),
            ...groupsOf(links).flatMap(({ from, to, why, members }) => [
              hanging('  was  ', from),
              hanging('  now  ', to),
              hanging('       ', `${namedIn(members.map(({ lost }) => lost))}; ${why}`),
            ]),
          ].join('\n'),
        ]),
    ...listed('Not plain', unsure, ({ lost, candidates, why }) => [
      hanging('  was  ', lost.key),
      hanging(
        '  now  ',
        `${candidates.slice(0, SHOWN_CANDIDATES).join(' or ')}${candidates.length > SHOWN_CANDIDATES ? ` or ${candidates.length - SHOWN_CANDIDATES} more` : ''}?`,
      ),
      hanging('       ', `${namedIn([lost])}; ${why}`),
    ]),
    ...listed('Nowhere to be found', gone, ({ lost, differs }) => [
      hanging('  was  ', lost.key),
      hanging(
        '       ',
        differs === null
          ? namedIn([lost])
          : `${namedIn([lost])}; ${differs.key} is called so and is another run: ${differs.lines.slice(0, 2).join('; ')}${differs.lines.length > 2 ? `; and ${differs.lines.length - 2} more` : ''}`,
      ),
    ]),
    ...listed('In a run log that could not be read', unread, ({ key }) => [hanging('  ', key)]),
  ].join('\n\n')
}

interface Group {
  readonly from: string
  readonly to: string
  readonly why: string
  readonly members: readonly PlannedLink[]
}

/** Links that change the same beginning of keys for the same other one, the largest group first. */
function groupsOf(links: readonly PlannedLink[]): readonly Group[] {
  const groups = Map.groupBy(links, ({ from, to, why }) =>
    JSON.stringify([...beginnings(from, to), why.split(AND)[0]]),
  )
  return [...groups.values()]
    .flatMap((members): readonly Group[] => {
      const [first] = members
      if (first === undefined) return []
      const whys = new Set(members.map(({ why }) => why))
      const why = whys.size === 1 ? first.why : `${first.why.split(AND)[0]}, and the same of what each logged`
      if (members.length === 1) return [{ from: first.from, to: first.to, why, members }]
      const [from, to] = beginnings(first.from, first.to)
      return [{ from: `${from}…`, to: `${to}…`, why, members }]
    })
    .sort((a, b) => b.members.length - a.members.length || (a.from < b.from ? -1 : 1))
}

/** What a reason adds of what was logged: start, settings, values, as far as a run has them. */
const AND = ', and '

/** Two keys without what they share at their ends, part by part. */
function beginnings(from: RunKey, to: RunKey): readonly [string, string] {
  const [left, right] = [from, to].map((key) => key.split(/(?<=[:/])/)) as [string[], string[]]
  let shared = 0
  while (shared < Math.min(left.length, right.length) - 1 && left.at(-1 - shared) === right.at(-1 - shared))
    shared += 1
  return [left.slice(0, left.length - shared).join(''), right.slice(0, right.length - shared).join('')]
}

function namedIn(runs: readonly LostRun[]): string {
  const documents = new Set(runs.flatMap((run) => run.documents)).size
  const notes = new Set(runs.flatMap((run) => run.notes)).size
  const places = [
    ...(documents === 0 ? [] : [`${documents} ${documents === 1 ? 'document' : 'documents'}`]),
    ...(notes === 0 ? [] : [`${notes} ${notes === 1 ? 'file' : 'files'} of notes`]),
  ]
  return `${runs.length} ${runs.length === 1 ? 'run' : 'runs'} in ${places.join(' and ')}`
}
