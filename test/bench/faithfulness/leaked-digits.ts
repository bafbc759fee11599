import type { Ground } from './ground.ts'

/** Words of a number, written here anew so that a gap in the measured list shows. "one" and "second" count nothing as a rule. */
const SPELLED =
  /\b(zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|million|billion|dozen|half|quarter|twice|thrice|tenth|fifth|third)s?\b/i

const namesOf = new WeakMap<Ground, readonly string[]>()

/** Digits in printed words that stand in no slot and in no name of the history; null where there are none. */
export function leakedDigits(words: readonly string[], ground: Ground): string | null {
  let names = namesOf.get(ground)
  if (names === undefined) {
    names = allNames(ground)
    namesOf.set(ground, names)
  }
  for (const piece of words) {
    let rest = piece.normalize('NFKC').toLowerCase()
    for (const name of names) rest = rest.replaceAll(name, ' ')
    const found = /\p{N}/u.exec(rest) ?? SPELLED.exec(rest)
    if (found !== null) return piece.trim()
  }
  return null
}

/** Names with a letter and a digit, longest first. */
function allNames({ evidence }: Ground): readonly string[] {
  const runs = [...evidence.runs, ...evidence.earlier, ...evidence.deleted]
  const names = [
    evidence.project.name,
    ...runs.flatMap(({ run }) => [
      run.name,
      run.experiment.name,
      ...run.params.keys(),
      ...run.params.values(),
      ...run.metrics.keys(),
      ...run.dataSets.map(({ name }) => name),
    ]),
    ...evidence.groups.map(({ label }) => label),
  ]
  const forms = [...new Set(names)].flatMap((name) => [name, name.replace(/_/g, ' ')])
  // F1, R2 and the like are measures, whoever writes them.
  const measures = ['f1', 'r2', 'l1', 'l2']
  return [...new Set([...forms, ...measures])]
    .filter((name) => /\p{L}/u.test(name) && /\p{N}/u.test(name) && name.length < 80)
    .map((name) => name.normalize('NFKC').toLowerCase())
    .sort((a, b) => b.length - a.length)
}
