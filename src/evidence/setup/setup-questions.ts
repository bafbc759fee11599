import type { EvidenceRun } from '../evidence.ts'
import { isSeed } from '../what-varied.ts'
import type { Setup } from './judge-setup.ts'
import type { SetupItem } from './setup-item.ts'
import type { SetupSubject } from './setup-subject.ts'

/** A question whose answer would settle an item, and who may know. */
export interface SetupQuestion {
  readonly item: SetupItem
  /** In our words; the item's name and its candidates are printed beside it. */
  readonly asks: string
  readonly whom:
    | { readonly kind: 'user' }
    | { readonly kind: 'person'; readonly name: string; readonly about: string }
    | null
}

const ASKED: Readonly<Record<string, string>> = {
  data: 'Which data was it trained and measured on, and in which version (file, snapshot, digest)?',
  split: 'How was the data split, and with which seed?',
  commit: 'Which code ran? Is it in a commit?',
  tree: 'Were there uncommitted changes? Are they kept anywhere?',
  script: 'Which script or notebook was it started from?',
  command: 'With which command was it started?',
  seed: 'Was a seed fixed, and which?',
  python: 'Which Python did it run on?',
  packages: 'Which packages in which versions?',
  hardware: 'On which machine did it run?',
  preprocessing: 'What was done to the data before training, and was it fitted before or after the split?',
  metric: 'How is the metric computed: on which data, at which step, with which threshold or average?',
  order: 'Was the preprocessing fitted before or after the split?',
}
/** The most consequential first. */
const ORDER = [
  'data',
  'split',
  'commit',
  'tree',
  'param',
  'seed',
  'command',
  'preprocessing',
  'metric',
  'packages',
  'python',
  'script',
  'order',
  'hardware',
]
const MOST = 12

/** What to ask: of each item that is not known, or that sources disagree about, the most consequential first. */
export function setupQuestions({ items, target }: Setup, subject: SetupSubject): readonly SetupQuestion[] {
  return items
    .filter((item) => item.isNeeded && (item.label === 'UNKNOWN' || item.against.length > 0 || isLost(item)))
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .slice(0, MOST)
    .map((item) => ({
      item,
      asks:
        item.against.length > 0
          ? 'Sources say different things: which is right?'
          : isLost(item)
            ? 'What was not committed, and is it kept anywhere?'
            : (ASKED[item.id] ?? (isSeed(item.name) ? 'Which seed was it?' : 'Which value did it have?')),
      whom: whomToAsk(item, target, subject),
    }))
}

/** That there were changes is known, and what they were is not. */
function isLost({ id, clue }: SetupItem): boolean {
  return (
    id === 'tree' &&
    clue !== null &&
    clue.value.startsWith('uncommitted') &&
    !clue.value.includes('kept as a diff')
  )
}

function rankOf({ id, against }: SetupItem): number {
  const index = ORDER.indexOf(id.startsWith('param:') ? 'param' : id)
  return (index === -1 ? ORDER.length : index) - (against.length > 0 ? 100 : 0)
}

/** Of the code whoever wrote it, of all else whoever ran it. */
function whomToAsk({ id }: SetupItem, { run }: EvidenceRun, { people }: SetupSubject): SetupQuestion['whom'] {
  const [author] = people
  const isOfCode = ['split', 'preprocessing', 'order', 'metric', 'seeding'].includes(id)
  if (author !== undefined && (isOfCode || run.user === null)) return { kind: 'person', ...author }
  return run.user === null ? null : { kind: 'user' }
}
