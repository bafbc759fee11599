import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingText, NewFinding } from '../evidence.ts'
import { settingValue } from '../setting-value.ts'
import { isBookkeeping } from '../what-varied.ts'
import { judgeSetup, type Setup } from './judge-setup.ts'
import { findingsOfChecks, reproductionChecks } from './reproduction-checks.ts'
import { SETUP_LABELS, type SetupClue, type SetupItem } from './setup-item.ts'
import type { SetupSubject } from './setup-subject.ts'

const MOST_AGAINST = 2
const MOST_FILES = 6
/** A sibling that differs in more settings is no near one. */
const MOST_OFF = 4
const FEWEST_PARAMS = 2

/**
 * A reconstruction's own findings: how many items are known how, every item with its label and place, the code between this run's
 * commit and its neighbours', what a reproduction is held against. The same evidence and subject give the same.
 */
export function setupFindings(
  evidence: EvidenceWithoutFindings,
  subject: SetupSubject,
): readonly NewFinding[] {
  const setup = judgeSetup(evidence, subject)
  return [
    summaryOf(setup),
    ...nearestOf(setup),
    ...setup.items.map(findingOfItem),
    ...changesOf(setup, subject),
    ...findingsOfChecks(reproductionChecks(setup, evidence), setup, evidence),
  ]
}

function summaryOf({ target, siblings, items }: Setup): NewFinding {
  const counts = SETUP_LABELS.map(
    (label) => [label, items.filter((item) => item.label === label).length] as const,
  )
  const told = counts.filter(([label, count]) => count > 0 || label === 'LOGGED' || label === 'UNKNOWN')
  const contested = items.filter(({ against }) => against.length > 0).length
  return {
    kind: 'setup',
    sentence: `Of [[this.total]] items of the setup of [[${target.address}]] ${told
      .map(([label]) => `[[this.${label.toLowerCase()}]] ${told[0]?.[0] === label ? 'are ' : ''}${label}`)
      .join(', ')}${contested === 0 ? '' : '; of [[this.contested]] sources say different things'}.`,
    rests: [target.address, ...siblings.map(({ address }) => address)],
    values: {
      total: counted(items.length, 'items of the setup'),
      ...Object.fromEntries(
        told.map(([label, count]) => [label.toLowerCase(), counted(count, `items that are ${label}`)]),
      ),
      ...(contested === 0 ? {} : { contested: counted(contested, 'items with a source against') }),
    },
  }
}

/** The sibling that differs in the fewest settings, where one differs in few. */
function nearestOf({ target, siblings }: Setup): readonly NewFinding[] {
  const names = (one: EvidenceRun): readonly string[] =>
    [...new Set([...target.run.params.keys(), ...one.run.params.keys()])].filter((name) => {
      if (isBookkeeping(name)) return false
      const [own, theirs] = [target.run.params.get(name), one.run.params.get(name)]
      return (
        own === undefined ||
        theirs === undefined ||
        settingValue(name, own).key !== settingValue(name, theirs).key
      )
    })
  const [nearest] = siblings
    .filter(({ run }) => run.experiment.id === target.run.experiment.id)
    .map((one) => ({ one, off: names(one).length }))
    .toSorted((a, b) => a.off - b.off)
  if (nearest === undefined || nearest.off > MOST_OFF || target.run.params.size < FEWEST_PARAMS) return []
  const { address } = nearest.one
  return [
    {
      kind: 'setup',
      sentence:
        nearest.off === 0
          ? `Its nearest sibling is [[${address}]]: no logged setting differs.`
          : `Its nearest sibling is [[${address}]]: they differ in [[differ(${target.address}, ${address})]].`,
      rests: [target.address, address],
    },
  ]
}

/** An item as a sentence: its value with label and place, what says otherwise, or that nothing tells it. */
export function findingOfItem(item: SetupItem): NewFinding {
  const { clue, against, candidates, name, label } = item
  const texts: Record<string, FindingText> = {
    item: { text: name, from: 'name of the setting' },
    label: { text: label, from: 'how it is known' },
  }
  if (clue === null) {
    if (candidates.length > 0)
      texts.candidates = { text: candidates.join(', '), from: 'values of other runs' }
    return {
      kind: 'setup',
      sentence: `[[this.item]]: [[this.label]]${candidates.length === 0 ? '' : '; runs like it had [[this.candidates]]'}.`,
      rests: [],
      texts,
    }
  }
  // A person's word for it, or the code's, beside the log's.
  const also = item.agreeing.find(
    ({ label: own, where }) => own !== 'LOGGED' && own !== 'SIBLING' && where !== clue.where,
  )
  texts.where = {
    text: `${clue.where}${also === undefined ? '' : `, also ${also.where}`}`,
    from: 'where it stands',
  }
  if (clue.how !== null) texts.how = { text: clue.how, from: 'what makes it so' }
  if (clue.slot === null) texts.value = { text: clue.value, from: clue.where }
  const shown = clue.slot === null ? '[[this.value]]' : `[[${clue.slot}]]`
  const told = against.slice(0, MOST_AGAINST).map((one, index) => {
    const at = `other${'AB'[index]}`
    texts[at] = { text: one.value, from: one.where }
    texts[`${at}Label`] = { text: one.label, from: 'how it is known' }
    texts[`${at}Where`] = { text: placeOf(one), from: 'where it stands' }
    return ` Against it: [[this.${at}]] ([[this.${at}Label]], [[this.${at}Where]]).`
  })
  return {
    kind: 'setup',
    warns: against.length > 0,
    sentence: `[[this.item]]: ${shown} ([[this.label]], [[this.where]]${clue.how === null ? '' : '; [[this.how]]'}).${told.join('')}`,
    rests: [...new Set([clue, ...against.slice(0, MOST_AGAINST)].flatMap(({ rests }) => rests))],
    texts,
  }
}

function placeOf({ where, how }: SetupClue): string {
  return how === null ? where : `${where}; ${how}`
}

/** What differs between the code of this run and that of the one before and the one after it. */
function changesOf({ siblings }: Setup, { changes }: SetupSubject): readonly NewFinding[] {
  return changes.flatMap(({ run, commit, which, files }): NewFinding[] => {
    const one = siblings.find((sibling) => sibling.run.key === run)
    if (
      one === undefined ||
      one.run.code.commit === null ||
      !one.run.code.commit.startsWith(commit.slice(0, 7))
    )
      return []
    const shown = files
      .slice(0, MOST_FILES)
      .map(({ path, lines }) => (lines === null ? path : `${path} (${lines} lines)`))
    return [
      {
        kind: 'setup',
        sentence:
          files.length === 0
            ? `The code did not change between it and the run ${which} it, [[${one.address}]].`
            : `Between its commit and that of the run ${which} it, [[${one.address}]], [[this.files]] ${files.length === 1 ? 'file differs' : 'files differ'}: [[this.paths]].`,
        rests: [one.address],
        ...(files.length === 0
          ? {}
          : {
              values: { files: counted(files.length, 'files in git diff') },
              texts: { paths: { text: shown.join(', '), from: 'git diff' } },
            }),
      },
    ]
  })
}

/** The finding that tells an item. A record in which it says something else was tampered with: that throws. */
export function addressOfItem(
  evidence: { readonly findings: readonly (NewFinding & { readonly address: string })[] },
  item: SetupItem,
): string {
  const own = findingOfItem(item)
  const found = evidence.findings.find(
    ({ kind, texts }) => kind === 'setup' && texts?.item?.text === item.name && texts.label !== undefined,
  )
  if (found === undefined) throw new Error(`no finding tells ${item.name}`)
  if (JSON.stringify(found.texts) !== JSON.stringify(own.texts))
    throw new Error(`what is frozen of ${item.name} is not what its sources say`)
  return found.address
}
