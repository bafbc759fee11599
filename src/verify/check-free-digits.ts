import { exemptNames } from '../claims/evidence-names.ts'
import { maskNames } from '../claims/find-free-digits.ts'
import { SLOT_MARK, splitText } from '../claims/split-text.ts'
import { isRefusal } from '../evidence/refusal.ts'
import type { Recomposed } from '../narrate.ts'
import { escapeMarkdown } from '../render/escape-markdown.ts'
import type { Span } from '../render/marks.ts'
import type { FrozenRecord } from './frozen-record.ts'
import { found, type VerifyFinding } from './verify-finding.ts'

/**
 * Digits of the frozen body that stand in no printed value and in no place where narrate itself prints one: names,
 * settings held fixed, gaps, anchors and links, its own version, words of findings. `accounted` are the numbers of lines
 * whose every word was accounted for already.
 */
export function checkFreeDigits(
  frozen: FrozenRecord,
  again: Recomposed,
  accounted: ReadonlySet<number>,
): readonly VerifyFinding[] {
  const { body, spans, thawed } = frozen
  const names = exemptNames(thawed)
  const own = ownTexts(frozen)
  const explained = new Set(linesOf(again.body, again.spans).map(({ words }) => words))
  return linesOf(body, spans).flatMap(({ words, line }) => {
    if (!/\p{N}/u.test(words) || explained.has(words) || accounted.has(line)) return []
    let rest = words
    for (const text of own) rest = rest.replaceAll(text, '\u2022')
    rest = maskNames(rest, names)
    const digits = rest.match(/[^\s\uFFFC|]*\p{N}[^\s\uFFFC|]*/gu) ?? []
    return digits.map((digit) =>
      found(
        'free-digit',
        `line ${line}`,
        `“${digit}” stands in no printed value: nothing in the evidence is behind it.`,
      ),
    )
  })
}

/** The lines of a body with marks for printed values, without anchors and the targets of links. */
function linesOf(
  body: string,
  spans: readonly Span[],
): readonly { readonly words: string; readonly line: number }[] {
  const pieces: string[] = []
  let at = 0
  for (const { start, end } of spans) {
    if (start < at) continue
    // A printed value holds no line break: lines keep their numbers.
    pieces.push(body.slice(at, start), SLOT_MARK)
    at = end
  }
  pieces.push(body.slice(at))
  const lines = pieces.join('').split('\n')
  return lines.map((text, index) => ({
    words: text
      .replace(/<a id="r\d+"><\/a>/g, '')
      .replace(/(?<=\uFFFC)\]\([^()\s]*\)/g, ']')
      .trim(),
    line: index + 1,
  }))
}

/** Texts that narrate prints of logs and of itself, as they stand in the body, the longest first. */
function ownTexts({ thawed, provenance, leftOutOfPrompt }: FrozenRecord): readonly string[] {
  const runs = [...thawed.runs, ...thawed.earlier, ...thawed.deleted].map(({ run }) => run)
  const texts = [
    thawed.project.name,
    ...runs.flatMap((run) => [run.name, ...run.params.keys(), ...run.metrics.keys()]),
    ...thawed.factors.map(({ param }) => param),
    ...[...thawed.constants].map(
      ([name, value]) => `${name}=${value.length > 80 ? `${value.slice(0, 80)}…` : value}`,
    ),
    ...thawed.gaps.map(({ what, where, why }) => `${what} (${where}): ${why}`),
    ...thawed.dataSets.map(
      ({ name, digest, context }) => `${name}, digest ${digest}${context === null ? '' : ` (${context})`}`,
    ),
    ...thawed.otherRuns.users,
    ...thawed.findings.flatMap(({ sentence }) => wordsOf(sentence)),
    ...(provenance.fallback === null ? [] : [provenance.fallback]),
    ...(provenance.model === null ? [] : [`${provenance.model.provider}/${provenance.model.name}`]),
    ...leftOutOfPrompt,
    `narrate ${provenance.narrate}`,
  ]
  return [
    ...new Set(texts.filter((text) => /\p{N}/u.test(text) && text.trim().length > 1).map(escapeMarkdown)),
  ]
    .filter((text) => /\p{L}|[()]/u.test(text))
    .toSorted((a, b) => b.length - a.length)
}

function wordsOf(sentence: string): readonly string[] {
  const pieces = splitText(sentence)
  return isRefusal(pieces) ? [] : pieces.flatMap((piece) => (piece.kind === 'words' ? piece.text : []))
}
