import { stringify } from 'yaml'
import { wrapText } from './terminal/wrap-text.ts'

interface FoundLog {
  readonly kind: string
  readonly at: string
  readonly as: string
  /** What its fields were taken for, where that was guessed. */
  readonly fields?: Readonly<Record<string, readonly string[]>>
}

/**
 * The text of a new narrate.yaml: what was found is set, all else stands as a comment with its default, so that the file
 * is its own documentation.
 */
export function writtenSettings(found: {
  readonly project: string
  readonly sources: readonly FoundLog[]
  /** Those that could not be read, with the reason: they are written as comments. */
  readonly unread?: readonly { readonly at: string; readonly as: string; readonly why: string }[]
  /** Servers elsewhere that were not asked: comments, too. */
  readonly unasked?: readonly { readonly at: string; readonly as: string; readonly from: string }[]
  /** The experiment that the environment names; null for none. */
  readonly experiment?: string | null
  /** Console logs that may be trainings': they are written as comments, for a person to judge. */
  readonly guessed?: readonly { readonly at: string; readonly as: string; readonly lines: string }[]
}): string {
  return `# What narrate should know of this project. Every line may be left out.
project: ${scalar(found.project)}
# What the model being built is for, in a sentence; documents begin from it.
# goal: predict which customers leave within 90 days

# Run logs: a path relative to this file, or a URI. "as" is the name that run keys
# begin with: choose once, keep it. Where "kind" is left out, all kinds are looked for.
${sources(found.sources, found.experiment ?? null)}${comments(found)}${console(found.guessed ?? [])}
# Whose runs are yours, beside your git name and e-mail and your login name: tracker
# user names, or "all".
# users: [ola, ola.nordmann]

# Files with your notes: Markdown by date headings, text, notebooks.
# notes: [notes/**/*.md, "*.ipynb"]
# Whether a run that two sources tell is taken as one, where ids or folders say so.
# joins: true
# Whether git commit messages count as notes.
# commits: true

metrics:
  # The metric that decides; documents lead with it.
  # primary: val_auc
  # Where the name does not tell: which way is better.
  # directions: { latency_ms: lower, coverage: higher }
  # Which value of a series stands for it: last (default), min, max.
  # headline: { val_auc: max }
  # units: { latency_ms: ms }

# What counts as the same run again: parameters not to be looked at (* stands for
# anything), and by what share numbers may differ and still be near.
# repeats: { ignore: [run_dir, "log_*"], tolerance: 0.01 }

# Changes of what is measured across which runs may be ranked all the same; documents
# print the reason. One of: primary metric, evaluation data, split, budget, threshold,
# code.
# waivers:
#   - across: evaluation data
#     because: only duplicates were removed; ten runs scored the same on both

# What an hour costs, where runs log their time and no money.
# costs: { perHour: 0.5, perGpuHour: 2.5, currency: EUR }

# The runs whose models are in use now, by id or name: new ones are held against them.
# Left out, the tracker's model registry and tags (stage: production) tell.
# production: [3fa2c1d0, "lgbm-2025-11"]

# What \`narrate plan\` works towards, where no flag says otherwise.
# plan: { target: { val_auc: 0.86 }, budget: 40 gpu-hours, deadline: 2026-12-15 }

# What your notes call a run in words of their own; entries propose some.
# aliases: { "the big forest": 3fa2c1d0 }

# Who drafts: anthropic/<model>, openai/<model>, local/<model> (any OpenAI-compatible
# server), or none. Naming a remote model here is consent to send it the evidence
# (secrets masked; \`narrate --show-payload\` prints what would be sent).
# model: none
# endpoint: http://localhost:11434/v1
# promptTokens: 24000

# When your day ends, and where.
# day: { endsAtHour: 4, zone: Europe/Oslo }

# Folder of the documents; commit it.
# store: narrative

# More to mask before anything is sent or stored (regular expressions).
# mask: ["customer-\\\\d+"]
`
}

function sources(found: readonly FoundLog[], experiment: string | null): string {
  if (found.length === 0) return '# sources:\n#   - at: mlruns\n#     as: mlflow\n'
  const lines = found.map(
    ({ kind, at, as, fields }) =>
      `  - at: ${scalar(at)}\n    as: ${as}\n    kind: ${kind}${guessed(fields ?? {})}`,
  )
  const example = experiment === null ? 'churn' : scalar(experiment).replace(/\s+/g, ' ')
  return `sources:\n${lines.join('\n')}\n    # experiments: [${example}]    # only these, by name or id\n`
}

const MOST_NAMED = 24

/** What was guessed of fields, as a comment to be mended: each meaning stands for itself, those left out are guessed. */
function guessed(fields: NonNullable<FoundLog['fields']>): string {
  const told = Object.entries(fields).filter(([, names]) => names.length > 0)
  if (told.length === 0) return ''
  const lines = told.map(([meaning, names]) =>
    names.length > MOST_NAMED
      ? `    #   ${meaning}: [${names.slice(0, MOST_NAMED).map(flowScalar).join(', ')}]  # and ${names.length - MOST_NAMED} more`
      : `    #   ${meaning}: ${names.length === 1 ? flowScalar(names[0] ?? '') : `[${names.map(flowScalar).join(', ')}]`}`,
  )
  return `\n    # What its fields were taken for; say what is wrong (* stands for anything):\n    # fields:\n${lines.join('\n')}`
}

/** A name from a log, in a comment and in brackets. */
function flowScalar(name: string): string {
  return /^[A-Za-z_][\w./-]*$/.test(name) ? name : JSON.stringify(name)
}

/** Sources that are not set, each under its reason. Whatever stands in a reason, it stays behind the # of its line. */
function comments({
  sources: set,
  unread = [],
  unasked = [],
}: Pick<Parameters<typeof writtenSettings>[0], 'sources' | 'unread' | 'unasked'>): string {
  const told = [
    ...unread.map(({ at, as, why }) => ({ at, as, why: `Could not be read: ${why}` })),
    ...unasked.map(({ at, as, from }) => ({
      at,
      as,
      why: `A server elsewhere that ${from} ${from.includes(' and ') ? 'name' : 'names'}: commands ask it once these lines are no comment.`,
    })),
  ]
  const lines = told.map(({ at, as, why }) => {
    const reason = wrapText(why.replace(/\s+/g, ' ').trim(), 82)
    return `${reason.replace(/^/gm, '# ')}\n${set.length > 0 ? '' : '# sources:\n'}#   - at: ${scalar(at)}\n#     as: ${as}\n`
  })
  return lines.join('')
}

function console(
  guessed: readonly { readonly at: string; readonly as: string; readonly lines: string }[],
): string {
  const [first] = guessed
  const head = `# Console logs: "at" may be a glob, and "lines" says what a line means: step-values
# (step:10 loss:0.5), dict, json, keras, or a line with slots of your own:
# "step {step}: loss {loss}, lr {param:lr} {*}".
`
  if (first === undefined)
    return `${head}#   - at: logs/*.txt\n#     as: console\n#     lines: [step-values]\n`
  return (
    head +
    guessed
      .map(({ at, as, lines }) => `#   - at: ${scalar(at)}\n#     as: ${as}\n#     lines: [${lines}]\n`)
      .join('')
  )
}

function scalar(text: string): string {
  return stringify(text).trim()
}
