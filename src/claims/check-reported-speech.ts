import { type Problem, unsupported } from './problem.ts'
import type { Sentence, Token } from './tokens.ts'

const SPEAKER =
  '(?:notes?|you|scientist|author|researcher|journal|diary|remark|she|he|team|we|brain dump|comment)'
const SAYING =
  '(?:say|says|said|wrote|write|writes|call|calls|called|recall|recalls|recalled|claim|claims|claimed|state|states|stated|think|thinks|thought|believe|believes|believed|expect|expects|expected|hope|hopes|hoped|plan|plans|planned|suspect|suspects|suspected|feel|feels|felt|mention|mentions|mentioned|report|reports|reported|note|notes|noted|remember|remembers|remembered|consider|considers|considered|judge|judges|judged|conclude|concludes|concluded|suggest|suggests|suggested|want|wants|wanted|decide|decides|decided|describe|describes|described|name|names|named|ask|asks|asked|doubt|doubts|doubted|are|is|give|gives|gave)'
const REPORTED = new RegExp(
  `\\b${SPEAKER}(?: \\w+){0,2} ${SAYING}\\b|\\b(?:planned|said|expected|stated|mentioned|noted|recorded|written) (?:in|by) (?:the |your |our )?${SPEAKER}\\b|\\b(?:was|were|is|are) (?:\\w+ )?(?:expected|believed|thought|hoped|planned|considered|judged|felt|read as|regarded|remembered|suspected)\\b|\\b(?:according to|as per) (?:the |your )?${SPEAKER}\\b|\\b(?:value|one) recalled\\b|\\brecalled value\\b|\\b(?:the|your|our) plans? (?:was|is|were|are) to\\b|\\b(?:was|were|is|are) \\w+ed by (?:the |your |our )?${SPEAKER}\\b|\\bit (?:was|is) (?:decided|agreed|concluded|settled)\\b|\\b(?:intends?|intended|believes|hopes|suspects|wants) (?:to|that)\\b|\\byour (?:\\w+ )?(?:hypothesis|suspicion|guess|hunch|idea|expectation|intuition|worry|theory|belief|view|opinion|decision|doubt|fear|hope)s?\\b|\\byou (?:\\w+ly )?(?:were|are|have|had|chose|felt|knew|found|saw|made|took|gave|told|meant|\\w{3,}ed)\\b`,
)

/** Whoever is spoken of as a person is made to have said, thought or done something. */
const ADDRESSED =
  /\b(?:you|your|yours|scientist|author|researcher|client|supervisor|boss|manager|colleagues?)\b/

/** What a person is made to say must stand there in their own words: a quote or a number of the note as a slot. */
export function checkReportedSpeech(sentence: Sentence, statement: readonly Sentence[]): readonly Problem[] {
  const text = sentence.tokens
    .map((token) => (token.kind === 'word' ? token.lower : token.kind === 'slot' ? '\uFFFC' : token.text))
    .join(' ')
  const found = REPORTED.exec(text)
  const isQuoted = (one: Sentence) => one.tokens.some(isOfNote)
  const addressed = sentence.isQuestion ? null : ADDRESSED.exec(text)
  if (
    (found === null && addressed === null) ||
    isQuoted(sentence) ||
    (statement.indexOf(sentence) > 0 && statement.some(isQuoted))
  )
    return []
  return [
    unsupported(
      `"${(found ?? addressed)?.[0]}" puts words into a person's mouth; print their own: [[quote(note, "words that stand in the note")]].`,
    ),
  ]
}

function isOfNote(token: Token): boolean {
  return (
    token.kind === 'slot' &&
    (token.value.kind === 'quote' || (token.value.kind === 'number' && token.value.field === 'reported'))
  )
}
