import { z } from 'zod'

const direction = z.enum(['higher', 'lower'])
const headline = z.enum(['last', 'min', 'max'])

/**
 * What `narrate.yaml` may say. Unknown keys are refused, so that a typo never passes in silence. Everything has a
 * default: a project without the file behaves as if it were empty.
 */
export const settingsSchema = z.strictObject({
  /** The project's name, as documents print it. */
  project: z.string().min(1).optional(),
  /** What the model being built is for, in a sentence. */
  goal: z.string().optional(),
  /** What documents are written in: `en`, `de`; only languages whose words the checker knows. */
  language: z.string().optional(),
  /** Folder of the documents, relative to narrate.yaml. */
  store: z
    .string()
    .min(1)
    .refine(
      (folder) => !/^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i.test(folder),
      'a folder inside the project',
    )
    .default('narrative'),
  sources: z
    .array(
      z.strictObject({
        /** A path relative to narrate.yaml, or a URI. */
        at: z.string().min(1),
        /** The alias that run keys begin with: a stable name of one's own choice. */
        as: z
          .string()
          .regex(/^[a-z][a-z0-9_-]*$/, 'lower-case letters, digits, - and _, beginning with a letter'),
        /** Only these experiments (ids or names). */
        experiments: z.array(z.string()).optional(),
        /** What fields of a ledger mean: `{ name: label, metrics: [val_auc, 'results.*'] }`; guessed where it is left out. */
        fields: z.record(z.string(), z.union([z.string().min(1), z.array(z.string().min(1))])).optional(),
        /** It is console logs, whose lines mean this: `step {step}: loss {loss}`, or `step-values`, `dict`, `json`, `keras`. */
        lines: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
      }),
    )
    .default([]),
  /** Whether a run that two sources tell is taken as one, where the evidence is plain. */
  joins: z.boolean().default(true),
  /** Whose runs are "mine": tracker user names beside the git identity and the login name; `all` for everybody's. */
  users: z.union([z.literal('all'), z.array(z.string())]).default([]),
  /** Files with notes: globs relative to narrate.yaml (Markdown, text, notebooks). */
  notes: z.array(z.string()).default([]),
  /** Whether git commit messages of the span are read as notes. */
  commits: z.boolean().default(true),
  metrics: z
    .strictObject({
      /** The metric that decides; documents lead with it. */
      primary: z.string().optional(),
      directions: z.record(z.string(), direction).default({}),
      /** Which value of a series stands for it where nothing else is said. Default: the last one logged. */
      headline: z.record(z.string(), headline).default({}),
      units: z.record(z.string(), z.string()).default({}),
    })
    .default({ directions: {}, headline: {}, units: {} }),
  /** What counts as the same run again. */
  repeats: z
    .strictObject({
      /** Parameters that are not looked at when runs are compared: names, `*` stands for anything. */
      ignore: z.array(z.string()).default([]),
      /** Numbers that differ by no more than this share of the larger one count as near. */
      tolerance: z.number().min(0).max(0.5).default(0.01),
    })
    .default({ ignore: [], tolerance: 0.01 }),
  /** Breaks of the protocol across which runs may be ranked all the same, each with its reason; documents print it. */
  waivers: z
    .array(
      z.strictObject({
        /** What changed. */
        across: z.enum(['primary metric', 'evaluation data', 'split', 'budget', 'threshold', 'code']),
        because: z.string().min(1),
      }),
    )
    .default([]),
  /** What an hour costs, where the logs tell hours and no money. */
  costs: z
    .strictObject({
      perHour: z.number().positive().optional(),
      perGpuHour: z.number().positive().optional(),
      currency: z.string().min(1).default('USD'),
    })
    .default({ currency: 'USD' }),
  /** The runs whose models are in use now, by id, key or name: others are held against them. */
  production: z.array(z.string().min(1)).default([]),
  /** What `narrate plan` works towards, where no flag says otherwise. */
  plan: z
    .strictObject({
      /** One metric and the value it should reach: `{ val_auc: 0.86 }`. */
      target: z
        .record(z.string(), z.number())
        .refine((target) => Object.keys(target).length === 1, 'one metric with its value')
        .optional(),
      /** `40 gpu-hours`, `12 hours`, `30 runs`, `200 USD`. */
      budget: z.string().min(1).optional(),
      /** A date: `2026-12-15`. */
      deadline: z.string().min(1).optional(),
      /** Hardware, people, data, in words. */
      resources: z.string().min(1).optional(),
      /** How many runs go at once. */
      atOnce: z.number().int().min(1).optional(),
    })
    .default({}),
  /** Names that notes have for runs in words of their own, each with the id, key or name of the run it means. */
  aliases: z.record(z.string().min(3), z.string().min(1)).default({}),
  /** `provider/name` (`anthropic/…`, `openai/…`, `local/…`), or `none`. Naming a remote model here is consent to send. */
  model: z.string().optional(),
  /** Base URL of an OpenAI-compatible server, for `local/…` models. */
  endpoint: z.url().optional(),
  /** Upper bound of a prompt, in tokens by narrate's own estimate. */
  promptTokens: z.number().int().min(2000).default(24_000),
  day: z
    .strictObject({
      /** Hour at which a day ends: people work past midnight. */
      endsAtHour: z.number().int().min(0).max(12).default(4),
      /** IANA time zone; default: the machine's. */
      zone: z.string().optional(),
    })
    .default({ endsAtHour: 4 }),
  /** Extra patterns (regular expressions) to mask before anything is sent or stored. */
  mask: z.array(z.string()).default([]),
})

/** The parsed narrate.yaml with its defaults filled in. */
export type Settings = z.infer<typeof settingsSchema>

export type Direction = z.infer<typeof direction>
export type Headline = z.infer<typeof headline>

/** What a record of the settings says of a name; a name such as `constructor` is no setting unless it was written. */
export function namedSetting<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
