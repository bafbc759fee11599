import type { Finding, NewFinding } from './evidence.ts'

/**
 * Findings with their addresses, in the order they are told, behind so many others; one whose value overflowed on the way
 * tells nothing and is left out.
 */
export function numberFindings(told: readonly NewFinding[], behind = 0): readonly Finding[] {
  return told
    .filter(({ values = {} }) => Object.values(values).every(({ value }) => Number.isFinite(value)))
    .map((one, index) => {
      const address = `k${behind + index + 1}`
      return {
        warns: false,
        scope: 'session',
        values: {},
        texts: {},
        ...one,
        address,
        sentence: one.sentence.replace(/\[\[this\.(?=[a-z][A-Za-z]*\]\])/g, `[[${address}.`),
      }
    })
}
