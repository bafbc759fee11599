import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
import { ellipsisProblems } from './check-ellipsis.ts'
import { checkLabels } from './check-labels.ts'
import { checkMentions, type LoggedWords, loggedWords } from './check-mentions.ts'
import { checkNoted } from './check-noted.ts'
import { checkPlainWords } from './check-plain-words.ts'
import { checkReadings } from './check-readings.ts'
import { checkRelations } from './check-relations.ts'
import { checkReportedSpeech } from './check-reported-speech.ts'
import { checkStatuses } from './check-statuses.ts'
import { checkUnread } from './check-unread.ts'
import { checkVocabulary, type LogsOwnWords, logsOwnWords } from './check-vocabulary.ts'
import { evaluate } from './evaluate.ts'
import { exemptNames } from './evidence-names.ts'
import { findFreeDigits } from './find-free-digits.ts'
import { findRunsInWords } from './find-runs-in-words.ts'
import { relationAt } from './lexicon.ts'
import { type NamePhrase, namePhrases } from './name-phrases.ts'
import { longNameAt, namesIn, settingAt } from './names-in-words.ts'
import { isNoiseChecked } from './noise-claim.ts'
import { bare, type Problem, unsupported } from './problem.ts'
import { withoutReferring } from './refer-by-number.ts'
import { explicitRuns, runCheck, saysNothing } from './run-check.ts'
import { segmentsOf } from './segments.ts'
import { guessedItem, isSetupPart } from './setup-part.ts'
import { type Piece, SLOT_MARK, splitText } from './split-text.ts'
import type { CheckResult, Statement, Verdict } from './statement.ts'
import { type EvaluatedPiece, type Sentence, sentencesOf } from './tokens.ts'
import { united, type Value } from './value.ts'

/** What is worked out once for all statements over one evidence. */
interface Known {
  readonly evidence: Evidence
  readonly names: readonly string[]
  readonly phrases: readonly NamePhrase[]
  readonly logged: LoggedWords
  readonly own: LogsOwnWords
}

/**
 * Judges every statement of a draft against the evidence, by the rules of its basis; what meets no rule is unsupported.
 * It is a function of its arguments and never throws, whatever a model wrote.
 */
export function checkStatements(statements: readonly Statement[], evidence: Evidence): readonly Verdict[] {
  const known = knownOf(evidence)
  return statements.map((statement) => judge(statement, known))
}

/** Judges one statement; for several `checkStatements` does the common work once. */
export function checkStatement(statement: Statement, evidence: Evidence): Verdict {
  return judge(statement, knownOf(evidence))
}

/** Whether a text holds no word of a comparison, a rank or an amount, for which a check could stand. */
function comparesNothing(text: string): boolean {
  const words: readonly (string | null)[] = (
    text
      .replace(/\[\[.*?\]\]+/gs, ' | ')
      .toLowerCase()
      .match(/[\p{L}\p{N}_-]+|\S/gu) ?? []
  ).map((word) => (/^[\p{L}\p{N}_]/u.test(word) ? word : null))
  return words.every(
    (word, at) =>
      !/^(than|more|less|most|least|as|\p{L}+ier|\p{L}+iest)$/u.test(word ?? '') &&
      /^(reading|cause|no)$/.test(relationAt(words, at)?.relation.kind ?? 'no'),
  )
}

/** A verdict, and all that was wrong. */
interface Judgement {
  readonly verdict: Verdict
  readonly problems: readonly Problem[]
  /** Checks that could not be evaluated, as written. */
  readonly refused: readonly string[]
}

/** An address of what was computed for a finding: `k3.luck`. */
const FINDING_VALUE = /^k\d+\./

function knownOf(evidence: Evidence): Known {
  return {
    evidence,
    names: exemptNames(evidence),
    phrases: namePhrases(evidence),
    logged: loggedWords(evidence),
    own: logsOwnWords(evidence),
  }
}

/**
 * A check that cannot be evaluated says nothing for a statement and nothing against it: words that compare nothing, and hold without
 * it, are supported. A cause or a reading that is told as an observation, with nothing else against it, is shown as the inference that it is.
 */
function judge(statement: Statement, known: Known): Verdict {
  const { verdict, problems, refused } = judgeAsTold(statement, known)
  if (refused.length > 0 && comparesNothing(statement.text)) {
    const checks = statement.checks.filter((written) => !refused.includes(written))
    const without = judge({ ...statement, checks }, known)
    if (without.kind === 'supported') return without
  }
  const isTurnable =
    statement.basis === 'observed' && problems.length > 0 && problems.every((one) => one.isInference === true)
  if (!isTurnable) return verdict
  const turned = judgeAsTold({ ...statement, basis: 'inferred' }, known).verdict
  return turned.kind === 'supported' ? { ...turned, isTurned: true } : verdict
}

function judgeAsTold(statement: Statement, known: Known): Judgement {
  const { evidence } = known
  // Beyond any honest length reading it would only take time.
  const length = statement.text.length
  if (length > LONGEST_TEXT)
    return refusedWhole(
      statement,
      `The text has ${length} characters; a statement has ${LONGEST_TEXT} at most, one or two short sentences.`,
    )
  if (statement.checks.length > MOST_CHECKS)
    return refusedWhole(
      statement,
      `There are ${statement.checks.length} checks; ${MOST_CHECKS} are the most.`,
    )
  const split = splitText(statement.text)
  const named = isRefusal(split) ? new Set<string>() : runsInSlots(split, evidence)
  const checks = statement.checks.map((written) => runCheck(written, named, evidence))
  const results = checks.map((check) => check.result)
  if (isRefusal(split))
    return {
      verdict: { kind: 'unsupported', statement, reason: split.reason, segments: null, checks: results },
      problems: [],
      refused: [],
    }
  const problems: Problem[] = []
  const pieces: EvaluatedPiece[] = []
  for (const piece of split) {
    if (piece.kind === 'words') {
      pieces.push(piece)
      continue
    }
    const value = evaluate(piece.expression, evidence)
    if (isRefusal(value)) problems.push(unsupported(`[[${piece.written}]]: ${value.reason}`))
    else if (value.kind === 'truth')
      problems.push(
        unsupported(`[[${piece.written}]] is true or false and prints nothing; put it into checks.`),
      )
    // The words that make such a value true stand in its finding's own sentence.
    else if (value.cites.some((cited) => FINDING_VALUE.test(cited) && !isSetupPart(cited, evidence)))
      problems.push(
        unsupported(
          `[[${piece.written}]] is a part of a finding, which the program prints; leave it out, or cite the finding whole.`,
        ),
      )
    else if (statement.basis === 'observed' && guessedItem(value.cites, evidence) !== null)
      problems.push(
        unsupported(
          `[[${piece.written}]] is ${guessedItem(value.cites, evidence)}, not LOGGED: say "probably" with basis inferred.`,
        ),
      )
    else if (value.cites.length === 0)
      problems.push(unsupported(`[[${piece.written}]] is a literal; literals stand in checks only.`))
    else pieces.push({ kind: 'slot', written: piece.written, value })
  }
  const words = split.map((piece) => (piece.kind === 'words' ? piece.text : SLOT_MARK)).join('')
  problems.push(...wordProblems(words, withoutReferring(words, named.size, statement.basis), known))
  for (const check of checks) {
    if (check.problem !== null) problems.push(check.problem)
  }
  // With a slot missing, what the words say of it cannot be judged; the first reasons are enough to mend it.
  if (pieces.length === split.length) {
    const holding = checks.flatMap((check) =>
      check.value?.kind === 'truth' && check.value.holds ? [check.value] : [],
    )
    problems.push(
      ...meaningProblems(
        statement,
        pieces,
        holding,
        known,
        checks.some((check) => check.problem !== null),
      ),
    )
  }
  const refused = checks.flatMap(({ value, result }) => (value === null ? [result.written] : []))
  return { verdict: verdictOf(statement, pieces, problems, results, evidence), problems, refused }
}

const LONGEST_TEXT = 5000
const MOST_CHECKS = 40

function refusedWhole(statement: Statement, reason: string): Judgement {
  return {
    verdict: { kind: 'unsupported', statement, reason, segments: null, checks: [] },
    problems: [],
    refused: [],
  }
}

/** The runs that the slots of a text name, by address or as what a function found. */
function runsInSlots(pieces: readonly Piece[], evidence: Evidence): ReadonlySet<string> {
  const values = pieces.flatMap((piece) =>
    piece.kind === 'slot' ? [evaluate(piece.expression, evidence)] : [],
  )
  const explicit = pieces.flatMap((piece) => (piece.kind === 'slot' ? explicitRuns(piece.expression) : []))
  return new Set([
    ...explicit,
    ...values.flatMap((value) =>
      value.kind === 'run'
        ? [value.address]
        : value.kind === 'finding' || value.kind === 'group'
          ? value.runs
          : [],
    ),
  ])
}

function verdictOf(
  statement: Statement,
  pieces: readonly EvaluatedPiece[],
  problems: readonly Problem[],
  checks: readonly CheckResult[],
  evidence: Evidence,
): Verdict {
  const reason = [...new Set(problems.map((problem) => problem.reason))].join('\n')
  if (problems.some((problem) => problem.kind === 'contradicted'))
    return { kind: 'contradicted', statement, reason, checks }
  if (problems.some((problem) => problem.kind === 'unsupported'))
    return { kind: 'unsupported', statement, reason, segments: null, checks }
  const segments = segmentsOf(pieces, evidence)
  if (problems.length > 0) return { kind: 'unsupported', statement, reason, segments, checks }
  const cites = united(segments.map((segment) => (segment.kind === 'slot' ? segment.cites : [])))
  return { kind: 'supported', statement, segments, cites, checks }
}

/** What the words alone do wrong: digits, and runs named by hand. */
function wordProblems(words: string, counted: string, { evidence, names }: Known): readonly Problem[] {
  const digits = findFreeDigits(counted, names)
  const problems: Problem[] = [
    ...findRunsInWords(words, evidence).map((reason) => unsupported(reason)),
    ...checkPlainWords(words, names),
  ]
  if (digits.length > 0)
    problems.push(
      unsupported(
        `${digits
          .slice(0, 6)
          .map((word) => `"${word}"`)
          .join(
            ', ',
          )}: a number that is no slot; write the value as a slot, such as [[run.metric]] or [[count(finished)]], or leave it out.`,
      ),
    )
  return problems
}

function meaningProblems(
  statement: Statement,
  pieces: readonly EvaluatedPiece[],
  holding: readonly Value[],
  known: Known,
  isCheckBad: boolean,
): readonly Problem[] {
  const { evidence, phrases } = known
  const sentences = sentencesOf(pieces)
  const problems: Problem[] = []
  sentences.forEach((sentence, index) => {
    const previous = sentences[index - 1] ?? null
    problems.push(...checkStatuses(sentence, previous, evidence, holding, statement.basis))
    problems.push(...checkReadings(sentence, previous, phrases, evidence, statement.basis))
    problems.push(...checkLabels(sentence, phrases, evidence))
    problems.push(...ellipsisProblems(sentence, previous, phrases))
    problems.push(...checkReportedSpeech(sentence, sentences))
    if (statement.basis !== 'proposed') problems.push(...checkMentions(sentence, known.logged))
  })
  // A check that fails is the reason to mend; that its word then has no check says nothing more.
  if (isCheckBad) return problems
  problems.push(
    ...checkRelations({
      evidence,
      basis: statement.basis,
      checks: holding.filter((check) => !saysNothing(check)),
      sentences,
      phraseNames: (words) => namesIn(words, phrases)[0] ?? [],
      longNameAt: (words, at) => longNameAt(words, at, phrases, evidence),
      settingAt: (words, at) => settingAt(words, at, phrases),
      allPhraseNames: (words) => namesIn(words, phrases),
      lastPhraseNames: (words) => namesIn(words, phrases).at(-1) ?? [],
    }),
  )
  problems.push(...basisProblems(statement, pieces, sentences, holding, known))
  return problems
}

function basisProblems(
  statement: Statement,
  pieces: readonly EvaluatedPiece[],
  sentences: readonly Sentence[],
  holding: readonly Value[],
  known: Known,
): readonly Problem[] {
  const slots = pieces.flatMap((piece) => (piece.kind === 'slot' ? [piece.value] : []))
  const isOfNote = (value: Value) =>
    value.kind === 'quote' || (value.kind === 'number' && value.field === 'reported')
  const cites = slots.some(isOfNote)
  switch (statement.basis) {
    case 'noted':
      return checkNoted(pieces, sentences, known.evidence, known.phrases)
    case 'observed':
      if (cites)
        return [
          unsupported(
            `What a note says is no observation; set basis to "${slots.every(isOfNote) ? 'noted' : 'inferred'}".`,
          ),
        ]
      break
    case 'inferred':
    case 'proposed':
      // A quotation is verbatim and shown as one, figures included; a bare figure of a note would pass for ours.
      if (slots.some((value) => value.kind === 'number' && value.field === 'reported'))
        return [
          unsupported(
            'A number out of a note is said with basis "noted" only, or inside a quotation: quote(note, "…").',
          ),
        ]
      if (pieces.some((_, at) => isUnattributedFigure(pieces, at)))
        return [
          unsupported(
            'A quoted figure must be shown as the words of the note: begin with the quotation and a colon, or write "the note says [[quote(…)]]".',
          ),
        ]
      break
    default:
      return statement.basis satisfies never
  }
  if (statement.basis === 'proposed') return []
  if (slots.length === 0 && holding.length === 0)
    return [bare('Nothing stands behind this: cite a run or value as a slot, add a check, or quote a note.')]
  const runs = new Set(slots.flatMap((value) => value.runs))
  const isAbout = holding.some(
    (value) =>
      value.runs.some((run) => runs.has(run)) ||
      value.runs.length === 0 ||
      value.runs.length > 1 ||
      isCount(value),
  )
  const unread =
    statement.basis === 'observed' && slots.length > 0
      ? checkUnread(sentences, holding, known.phrases, known.logged, (address, name) => {
          const run = findRun(known.evidence, address)?.run
          return run?.metrics.has(name) === true || run?.params.has(name) === true
        })
      : []
  if (unread.length > 0) return unread
  if (statement.basis === 'observed') {
    const named = new Set(known.phrases.flatMap((phrase) => phrase.words))
    const isNamed = (word: string) => named.has(word) || known.logged.has(word)
    const isNoise = sentences.some((sentence) => isNoiseChecked(sentence, holding, known))
    const strange = checkVocabulary(
      sentences,
      (word) => isNamed(word) || (isNoise && word === 'noise'),
      known.own,
    )
    if (strange.length > 0) return strange
  }
  return slots.length === 0 && !isAbout
    ? [bare('No check here speaks of anything that the words name; name it as a slot.')]
    : []
}

/** "Some runs failed", with count(failed) > 0: a count is of whatever many it finds. */
function isCount({ made }: Value): boolean {
  return (made?.operands ?? []).some((side) => side.made?.by === 'count')
}

/** A quotation that holds a number, and that neither words of writing before it nor a colon behind it give to the note. */
function isUnattributedFigure(pieces: readonly EvaluatedPiece[], at: number): boolean {
  const piece = pieces[at]
  if (piece?.kind !== 'slot' || piece.value.kind !== 'quote' || !/\p{N}/u.test(piece.value.text)) return false
  // A text that is a quotation and nothing else speaks for the note alone.
  if (pieces.length === 1) return false
  const before = pieces[at - 1]
  const behind = pieces[at + 1]
  const isGiven =
    before?.kind === 'words' &&
    /\b(notes?|wrote|writes|says?|said|written|noted|recalls?|entry|typed)\b[^.!?;]{0,40}$/i.test(before.text)
  return !isGiven && !(behind?.kind === 'words' && /^\s*[:;–—]/.test(behind.text))
}
