import type { Address, Evidence, Finding } from '../evidence/evidence.ts'

/** Whether a cited place is the value, name or place of one item of a reconstructed setup: these may be cited by themselves. */
export function isSetupPart(cited: Address, evidence: Evidence): boolean {
  return itemAt(cited, evidence) !== null
}

/** The label of the first cited item that the run itself did not log; null where all of them were logged, or are none. */
export function guessedItem(cites: readonly Address[], evidence: Evidence): string | null {
  for (const cited of cites) {
    const label = itemAt(cited, evidence)?.texts.label?.text
    // Its name and its place are no guess.
    if (label !== undefined && label !== 'LOGGED' && !/\.(?:item|where|label)$/.test(cited)) return label
  }
  return null
}

function itemAt(cited: Address, { findings }: Evidence): Finding | null {
  const [, address] = /^(k\d+)\.[A-Za-z]+$/.exec(cited) ?? []
  const finding = address === undefined ? undefined : findings.find((one) => one.address === address)
  return finding?.kind === 'setup' && finding.texts.item !== undefined ? finding : null
}
