import type { Outcome } from './measure.ts'

/** The lies that passed and the honest statements refused, by kind, most frequent first, with examples: Markdown for those who mend the checker. */
export function writePatterns(outcomes: readonly Outcome[], examples: number): string {
  const lies = outcomes.filter(({ told }) => told.liar !== null)
  const honest = outcomes.filter(({ told }) => told.liar === null)
  return [
    '# Lies that passed',
    ...sections(lies, ({ judged }) => judged.verdict === 'supported', examples),
    '# Honest statements refused',
    ...sections(honest, ({ judged }) => judged.verdict !== 'supported', examples),
    '',
  ].join('\n')
}

function sections(
  outcomes: readonly Outcome[],
  isWrong: (outcome: Outcome) => boolean,
  examples: number,
): readonly string[] {
  const kinds = Map.groupBy(outcomes, ({ told }) => `${told.family}: ${told.kind}`)
  return [...kinds]
    .map(([kind, all]) => ({ kind, all, wrong: all.filter(isWrong) }))
    .filter(({ wrong }) => wrong.length > 0)
    .sort((a, b) => b.wrong.length - a.wrong.length)
    .flatMap(({ kind, all, wrong }) => [
      `## ${kind}: ${wrong.length} of ${all.length}`,
      ...varied(wrong, examples).map(exampleOf),
    ])
}

/** Examples with different words, slots aside. */
function varied(outcomes: readonly Outcome[], count: number): readonly Outcome[] {
  const shapes = Map.groupBy(outcomes, ({ told }) =>
    told.statement.text
      .replace(/\[\[.*?\]\]/g, '[[]]')
      .split(/\s+/)
      .slice(0, 9)
      .join(' '),
  )
  return [...shapes.values()].flatMap((same) => same.slice(0, 1)).slice(0, count)
}

function exampleOf({ told, judged }: Outcome): string {
  const { text, basis, checks } = told.statement
  const reason = judged.reason === null ? '' : ` → ${judged.reason.replaceAll('\n', ' / ').slice(0, 300)}`
  return `- ${told.history}, ${told.liar ?? 'honest'}, ${basis}: ${text} \`${JSON.stringify(checks)}\` – ${told.fact.slice(0, 160)}${reason}`
}
