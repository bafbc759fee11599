import type { Finder, NewFinding } from '../evidence.ts'
import { contradictions } from '../note-claims/judge-notes.ts'
import type { NoteClaim } from '../note-claims/note-claim.ts'

/**
 * What a note says against what the log says, by consequence: a changed conclusion first. The sentence quotes the note and
 * gives the logged side in neutral words.
 */
export const discrepancy: Finder = (evidence) => contradictions(evidence.noteClaims).map(toFinding)

function toFinding(claim: NoteClaim): NewFinding {
  const said = claim.quote === null ? '' : `[[quote(${claim.quote}, ${JSON.stringify(claim.said)})]]: `
  return {
    kind: 'discrepancy',
    sentence: `${said}${claim.log ?? ''}`,
    rests: claim.judgement === 'contradict' ? claim.runs : [],
    ...(Object.keys(claim.values).length === 0 ? {} : { values: claim.values }),
    ...(Object.keys(claim.texts).length === 0 ? {} : { texts: claim.texts }),
  }
}
