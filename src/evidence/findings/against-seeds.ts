import { counted } from '../counted.ts'
import type { EvidenceRun, EvidenceWithoutFindings, FindingValue } from '../evidence.ts'
import { isWholeLead, leadBehind, searchOf } from '../search-of.ts'
import { pairFindings } from './minimal-pairs.ts'

/**
 * Whether seeds explain what one run is ahead of another by the lead metric, in words: silent where a pair of settings says it of
 * the same two runs, and no more than luck where the better one is the best of a search whose lead may be luck.
 */
export function againstSeeds(
  better: EvidenceRun,
  worse: EvidenceRun,
  gain: number,
  noise: number | null,
  evidence: EvidenceWithoutFindings,
): { readonly words: string; readonly values: Readonly<Record<string, FindingValue>> } {
  const metric = evidence.lead?.metric
  const isPaired = pairFindings(evidence).judged.some(
    (pair) =>
      pair.better.some(({ runs }) => runs.includes(better)) &&
      pair.worse.some(({ runs }) => runs.includes(worse)),
  )
  if (metric === undefined || noise === null || isPaired) return { words: '', values: {} }
  const search = searchOf(evidence)
  const ahead = leadBehind(search, [{ runs: [better] }])
  if (ahead?.verdict === 'stands out' && gain <= noise && isWholeLead(gain, ahead))
    return { words: '', values: {} }
  if (search !== null && ahead?.verdict === 'may be luck' && gain > noise && gain <= ahead.most)
    return {
      words: ', no more than luck may give the best of [[this.settings]] settings ([[this.most]])',
      values: {
        settings: counted(
          search.candidates.length,
          'settings compared, runs that differ in the seed alone folded',
        ),
        most: measured(
          metric,
          ahead.most,
          'lead that one of a hundred searches among equal settings exceeds',
        ),
      },
    }
  return {
    words: `, ${gain <= noise ? 'within' : 'beyond'} the noise between seeds ([[this.noise]])`,
    values: { noise: noiseOf(metric, noise) },
  }
}

/** The least difference of two single runs that tells them apart, as a value to print. */
export function noiseOf(metric: string, value: number): FindingValue {
  return measured(
    metric,
    value,
    'least difference of two single runs that seeds do not explain at 95 %, from replicates',
  )
}

function measured(metric: string, value: number, how: string): FindingValue {
  return { value, unit: null, metric, how }
}
