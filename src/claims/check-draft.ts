import { findRun } from '../evidence/address.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isRefusal } from '../evidence/refusal.ts'
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
import { type Expression, parseCheck } from './expression.ts'
import { findFreeDigits } from './find-free-digits.ts'
import { findRunsInWords } from './find-runs-in-words.ts'
import { relationAt } from './lexicon.ts'
import { type NamePhrase, namePhrases, phraseAt } from './name-phrases.ts'
import { digitsTogether, printExact, printValue, showsOf } from './print-value.ts'
import { bare, contradicted, type Problem, unsupported } from './problem.ts'
import { guessedItem, isSetupPart } from './setup-part.ts'
import { type Piece, SLOT_MARK, splitText } from './split-text.ts'
import type { CheckResult, Segment, Statement, Verdict } from './statement.ts'
import { type EvaluatedPiece, type Sentence, sentencesOf } from './tokens.ts'
import { type NumberValue, united, type Value } from './value.ts'

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

function judge(statement: Statement, known: Known): Verdict {
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
    return { kind: 'unsupported', statement, reason: split.reason, segments: null, checks: results }
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
  problems.push(...wordProblems(words, known))
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
  return verdictOf(statement, pieces, problems, results, evidence)
}

const LONGEST_TEXT = 5000
const MOST_CHECKS = 40

function refusedWhole(statement: Statement, reason: string): Verdict {
  return { kind: 'unsupported', statement, reason, segments: null, checks: [] }
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
function wordProblems(words: string, { evidence, names }: Known): readonly Problem[] {
  const digits = findFreeDigits(words, names)
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
    (value) => value.runs.some((run) => runs.has(run)) || value.runs.length === 0 || value.runs.length > 1,
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
    const strange = checkVocabulary(sentences, isNamed, known.own)
    if (strange.length > 0) return strange
  }
  return slots.length === 0 && !isAbout
    ? [bare('No check here speaks of anything that the words name; name it as a slot.')]
    : []
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

/**
 * How many words from a place on spell the whole name of a metric or parameter with a word of the lexicon in it: "best threshold"
 * for `best_threshold`. None where the other words name a metric as well: "best val loss" may rank by `val_loss`.
 */
function longNameAt(
  words: readonly (string | null)[],
  at: number,
  phrases: readonly NamePhrase[],
  evidence: Evidence,
): number {
  const phrase = phraseAt(phrases, words, at)
  if (phrase === null || phrase.words.length < 2) return 0
  const within = phrase.words.findIndex((_, index) => relationAt(phrase.words, index) !== null)
  const rest = phrase.words.filter((_, index) => index !== within)
  const other = phraseAt(phrases, rest, 0)
  const isRanking =
    other !== null &&
    other.words.length === rest.length &&
    other.names.some(
      (name) => !phrase.names.includes(name) && evidence.runs.some(({ run }) => run.metrics.has(name)),
    )
  return within < 0 || isRanking ? 0 : phrase.words.length
}

/** A check that holds whatever was logged: `x == x`, `x <= max(x, …)`, `last >= min`, `abs(…) > 0`, `count(…) > 0`. */
function saysNothing({ made }: Value): boolean {
  const [a, b] = made?.operands ?? []
  if (a?.kind !== 'number' || b?.kind !== 'number') return false
  if (a.made === null && b.made === null && a.field !== 'literal' && a.cites.join() === b.cites.join())
    return true
  const isLoose = /^[<>]=$/.test(made?.by ?? '')
  const isExtreme = (value: NumberValue) =>
    /^(min|max)$/.test(value.made?.by ?? '') || /^(min|max)$/.test(value.point ?? '')
  if (isLoose && (isExtreme(a) || isExtreme(b)) && a.name === b.name && shareRuns(a, b)) return true
  const zero = [a, b].find((side) => side.field === 'literal' && side.value === 0)
  const other = zero === a ? b : a
  return (
    zero !== undefined &&
    (other.made?.operands ?? []).every(({ kind }) => kind !== 'names') &&
    /^(>|>=|<|<=|!=)$/.test(made?.by ?? '') &&
    /^(abs|count)$/.test(other.made?.by ?? 'count')
  )
}

function shareRuns(a: NumberValue, b: NumberValue): boolean {
  return a.runs.every((run) => b.runs.includes(run)) || b.runs.every((run) => a.runs.includes(run))
}

/** Names of parameters that sentences hold as ordinary words. */
const ORDINARY =
  /^(models?|seeds?|data|features?|inputs?|runs?|steps?|epochs?|metrics?|names?|folds?|targets?|task|experiment|version|split|setting|size|type|device|user|method)$/

function settingAt(words: readonly (string | null)[], at: number, phrases: readonly NamePhrase[]): number {
  const phrase = phraseAt(phrases, words, at)
  if (phrase?.field !== 'param') return 0
  return phrase.words.length === 1 &&
    ORDINARY.test(words[at] ?? '') &&
    !/^(its|their)$/.test(words[at - 1] ?? '')
    ? 0
    : phrase.words.length
}

/** What the words name, in the order they name it: for each phrase the names it may mean. */
function namesIn(words: readonly string[], phrases: readonly NamePhrase[]): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  for (let at = 0; at < words.length; at++) {
    const phrase = phraseAt(phrases, words, at)
    if (phrase === null) continue
    found.push(phrase.names)
    at += phrase.words.length - 1
  }
  return found
}

/** The runs that an expression names one by one; a long list stands for a group and names none. */
function explicitRuns(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'address':
      return /^r\d+$/.test(expression.address.root) ? [expression.address.root] : []
    case 'call':
      return /^(min|max|mean|sd|argbest|rank|count|same|differ)$/.test(expression.name) &&
        expression.operands.length > 4
        ? []
        : united(expression.operands.map(explicitRuns))
    case 'comparison':
      return united([explicitRuns(expression.left), explicitRuns(expression.right)])
    default:
      return []
  }
}

function runCheck(
  written: string,
  named: ReadonlySet<string>,
  evidence: Evidence,
): { readonly result: CheckResult; readonly value: Value | null; readonly problem: Problem | null } {
  const parsed = parseCheck(written)
  const value = isRefusal(parsed) ? parsed : evaluate(parsed, evidence)
  const shown = written.slice(0, 200)
  if (isRefusal(value))
    return {
      result: { written, holds: false, actual: value.reason },
      value: null,
      problem: unsupported(`check "${shown}": ${value.reason}`),
    }
  if (value.kind !== 'truth') {
    const reason = `check "${shown}" is a ${value.kind}; a check compares, or asks differ, same or includes.`
    return { result: { written, holds: false, actual: reason }, value: null, problem: unsupported(reason) }
  }
  const problem = value.holds
    ? null
    : contradicted(`check "${shown}" does not hold: ${value.actual.slice(0, 300)}.`)
  const spoken = explicitRuns(parsed as Expression)
  const strangers = spoken.filter((run) => !named.has(run))
  // "Only [[r4]] is above …" has its checks on the others as well.
  const stray =
    strangers.length < spoken.length || strangers.length === 0 || named.size === 0
      ? null
      : unsupported(
          `check "${shown}" speaks of ${strangers.join(', ')}, which no slot of the text names; name the run, or drop the check.`,
        )
  return { result: { written, holds: value.holds, actual: value.actual }, value, problem: problem ?? stray }
}

function segmentsOf(pieces: readonly EvaluatedPiece[], evidence: Evidence): readonly Segment[] {
  const numbers = pieces.flatMap((piece) => (piece.kind === 'slot' ? numbersBehind(piece.value) : []))
  const significant = digitsTogether(numbers)
  return pieces.map((piece, index): Segment => {
    if (piece.kind === 'words') return piece
    const before = pieces[index - 1]
    const isMagnitude =
      before?.kind === 'words' &&
      /\b(by|gap of|difference of|differ by|margin of|drop of|gain of|rise of|increase of|decrease of|improvement of) (about |only |just )?$/i.test(
        before.text,
      ) &&
      // "Changes by" leaves to the sign which way.
      !/\b(chang(es?|ed)|moves?|moved|shifts?|shifted|by:) by (about |only |just )?$/i.test(before.text) &&
      /^(delta|pct)$/.test(piece.value.made?.by ?? '')
    return {
      kind: 'slot',
      expression: piece.written,
      printed: printSlot(piece.value, evidence, { significant, isMagnitude }),
      exact: printExact(piece.value, evidence),
      shows: showsOf(piece.value),
      cites: piece.value.cites,
    }
  })
}

/** The numbers whose print must stay apart: those printed, and those a printed relation was computed from. */
function numbersBehind(value: Value): readonly NumberValue[] {
  if (value.kind === 'number') return [value]
  return value.kind === 'relation' ? (value.made?.operands ?? []).filter((one) => one.kind === 'number') : []
}

/** A finding's sentence has slots of its own, in our hand; findings hold no findings. */
function printSlot(
  value: Value,
  evidence: Evidence,
  options: { readonly significant: number; readonly isMagnitude: boolean },
): string {
  if (value.kind !== 'finding') return printValue(value, evidence, options)
  const pieces = splitText(value.sentence)
  if (isRefusal(pieces)) return value.sentence
  return pieces
    .map((piece) => {
      if (piece.kind === 'words') return piece.text
      const inner = evaluate(piece.expression, evidence)
      return isRefusal(inner) ? `[[${piece.written}]]` : printValue(inner, evidence, options)
    })
    .join('')
}
