import type { Gap } from '../gap.ts'
import type { Expectation } from '../notes/note.ts'
import type { Curve } from '../runs/curve.ts'
import type { DataSet, Experiment, LogTail, Origin, Point, Run, RunKey } from '../runs/run.ts'
import type { Direction, Headline, Settings } from '../settings.ts'
import type { NoteClaim } from './note-claims/note-claim.ts'

/** A place in the evidence that a slot may name, in canonical form: `r7.metric["val_auc"].last`. */
export type Address = string

/** One value of a fact. A number keeps the text it was logged as, where there was one. */
export type FactValue =
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Milliseconds since 1970. */
  | { readonly kind: 'time'; readonly at: number }

/** Which value of a series a number is; parameters are `logged`, computed ones name what computed them. */
export type Aggregation = 'logged' | 'first' | 'last' | 'min' | 'max' | 'at' | 'mean' | 'sd' | 'count'

/**
 * One value that may be said. `standing` tells where it comes from: a tracker's value is `logged`, a number typed into
 * a note `reported`, a flag or criteria file `given`, and what narrate works out `computed`.
 */
export interface Fact {
  readonly address: Address
  readonly standing: 'logged' | 'reported' | 'given' | 'computed'
  readonly field: 'param' | 'metric' | 'attribute' | 'quote' | 'group' | 'finding' | 'given'
  /** The parameter's, metric's or attribute's name: `val_auc`, `lr`, `status`. */
  readonly name: string
  readonly value: FactValue
  /** `s` for durations, `step` for steps; otherwise as settings say, or null where unknown. */
  readonly unit: string | null
  readonly direction: Direction | null
  readonly aggregation: Aggregation | null
  /** Digest of the data set it was measured on, where the log tells. */
  readonly dataSet: string | null
  readonly origin: Origin | null
}

/** A run in the evidence. `points` are the few points per metric that may be cited by step. */
export interface EvidenceRun {
  /** `r1`, `r2`, … in order of start time. */
  readonly address: Address
  readonly run: Run
  readonly points: ReadonlyMap<string, readonly Point[]>
  /** What the whole series of a metric tells; none where its history was not read. */
  readonly curves: ReadonlyMap<string, Curve>
  /**
   * The last lines of its log, where it failed or was killed and left one: secrets masked, at most twenty lines and two thousand
   * characters. Untrusted text.
   */
  readonly logTail: LogTail | null
  /**
   * Runs with the same text here measure the same thing and may be ranked against each other by the lead metric: same
   * target, task and evaluation data as far as the log tells, and the same side of every break of split and threshold.
   * Empty where the log tells nothing that differs. For another metric ask `comparableFor`: a change of the threshold
   * separates runs by some metrics and not by others.
   */
  readonly comparableAs: string
  /** What `comparableAs` is made of. Empty texts where there is no break, or narrate.yaml waives it. */
  readonly protocol: {
    /** What separates runs whatever the metric; the side of breaks of the split is in it. */
    readonly ground: string
    readonly split: string
    readonly threshold: string
  }
}

/** A parameter that was not the same in all runs. `null` stands for runs that did not log it. */
export interface Factor {
  readonly param: string
  readonly levels: readonly { readonly value: string | null; readonly runs: readonly Address[] }[]
}

/** Runs that belong together: those of one status, or of one level of a factor, or that share all but the seed. */
export interface Group {
  /** `g1`, `g2`, … */
  readonly address: Address
  readonly kind: 'status' | 'comparable' | 'level' | 'replicates' | 'experiment' | 'family'
  /** How the group is named in print: "finished runs", "model=lgbm". */
  readonly label: string
  /** A bare word that stands for it in expressions, where it has one: `finished`. */
  readonly word: string | null
  readonly runs: readonly Address[]
}

/** What a finding may be about; each has a file of its own in `findings/`. */
export const FINDING_KINDS = [
  'best',
  'spread',
  'variation',
  'sweep',
  'replicates',
  'cross-validation',
  'minimal-pair',
  'protocol',
  'direction',
  'selection',
  'disappeared',
  'curve',
  'still-improving',
  'progress',
  'untried',
  'importance',
  'failure',
  'repeat',
  'expectation',
  'reproducibility',
  'cost',
  'discrepancy',
  'criterion',
  'score',
  'margin',
  'flip',
  'front',
  'chosen',
  'comparability',
  'candidates',
  'target',
  'pivot',
  'proposal',
  'low-return',
  'planned',
  'setup',
  'setup-check',
  'verdict',
  'approach',
] as const

export type FindingKind = (typeof FINDING_KINDS)[number]

/** A number that was computed for a finding: no log holds it, and its finding says how it came about. */
export interface FindingValue {
  readonly value: number
  /** `s`, `step`, `%`, a currency; null where it has none or its metric's is not known. */
  readonly unit: string | null
  /** The metric it is a value or a difference of; null for counts, shares and times. */
  readonly metric: string | null
  /** How it was computed, in a few words: "sample standard deviation", "95 % t interval, lower end". */
  readonly how: string
}

/** A text that a finding prints and that no slot of a run names: a digest, a reason out of narrate.yaml. */
export interface FindingText {
  readonly text: string
  /** Where it comes from, in a few words: "digest of the data set", "narrate.yaml". */
  readonly from: string
}

/**
 * A statement computed by us from facts. `sentence` holds slots in our own hand; `rests` are the addresses behind it.
 * What a slot cannot compute stands in `values`, and the sentence prints it as `[[this.name]]`.
 */
export interface Finding {
  /** `k1`, `k2`, … */
  readonly address: Address
  readonly kind: FindingKind
  /** Whether a reader is misled who compares values without having seen it. Breaks, repeats and scores always are seen. */
  readonly warns: boolean
  /** Whether it tells of the document's own runs alone, or of the project's other runs (`Evidence.earlier`) as well. */
  readonly scope: 'session' | 'project'
  readonly sentence: string
  readonly rests: readonly Address[]
  /** Names are plain words in camelCase: they follow a dot in an address (`k3.upperEnd`). */
  readonly values: Readonly<Record<string, FindingValue>>
  /** Texts that are printed like values, as `[[this.name]]`; no name stands in both. */
  readonly texts: Readonly<Record<string, FindingText>>
}

/** Evidence as findings see it: everything but themselves. */
export type EvidenceWithoutFindings = Omit<Evidence, 'findings'> & {
  /** How many children of a parent (by its key) started after the span; what a finding says of it is all that is kept. */
  readonly laterChildren?: ReadonlyMap<RunKey, number>
}

/** A finding before it has its address; its own values are written `[[this.name]]` in its sentence. */
export type NewFinding = Omit<Finding, 'address' | 'values' | 'texts' | 'scope' | 'warns'> &
  Partial<Pick<Finding, 'values' | 'texts' | 'scope' | 'warns'>>

/** Works findings out of the evidence: a function of values, silent where the evidence carries too little. */
export type Finder = (evidence: EvidenceWithoutFindings) => readonly NewFinding[]

/** A number inside a quote: reported by a person, never logged. */
export interface QuoteValue {
  readonly value: number
  readonly text: string
  /** The unit typed right behind it, `%` among others; null where there is none. */
  readonly unit: string | null
}

/** How sure it is which runs a passage is about; of an `open` one it is not known. */
export const CONFIDENCES = ['certain', 'likely', 'open'] as const

/** What a passage names its runs by. */
export const ATTRIBUTIONS = ['tied', 'id', 'name', 'order', 'value', 'setting', 'command', 'time'] as const

/** The runs that a passage is about, as far as its words tell. */
export interface QuoteAbout {
  readonly runs: readonly Address[]
  readonly confidence: (typeof CONFIDENCES)[number]
  readonly by: (typeof ATTRIBUTIONS)[number] | null
}

/** A row of a table that a person typed, with what is wrong with it. */
export interface ReportedRow {
  readonly line: number
  readonly text: string
  readonly cells: readonly string[]
  readonly mark: 'malformed' | 'doubled' | 'differs from its double' | null
}

/** A table in a note: its values are reported by hand, never logged. `header` is null where there is none. */
export interface ReportedTable {
  readonly file: string
  readonly line: number
  readonly heading: string | null
  readonly header: readonly string[] | null
  readonly rows: readonly ReportedRow[]
}

/** What only the author of a note can tell, asked where the answer changes a conclusion. */
export interface NoteQuestion {
  readonly quote: Address
  /** With slots, in our own hand. */
  readonly sentence: string
}

/** A passage of a note that may be cited. */
export interface EvidenceQuote {
  /** `n1`, `n2`, … */
  readonly address: Address
  readonly text: string
  readonly noteId: string
  readonly place: string
  readonly line: number | null
  readonly author: string | null
  readonly at: number | null
  readonly heading: string | null
  readonly kind: 'journal' | 'file' | 'notebook' | 'commit' | 'experiment'
  /** `n1.v1`, `n1.v2`, … in the order they stand. */
  readonly values: readonly QuoteValue[]
  /** Set for a prediction: the runs and parameters that it was tied to, and when it was recorded. */
  readonly expectation: (Expectation & { readonly runs: readonly string[] }) | null
  readonly about: QuoteAbout
}

/** A data set some runs used: `data1`, … */
export interface EvidenceDataSet extends DataSet {
  readonly address: Address
  readonly runs: readonly Address[]
}

export type DirectionSource = 'narrate.yaml' | 'tracker' | 'name'

/**
 * What a flag, a file or a form gave: a target, a budget, a deadline, a criterion, a proposal. Its standing is `given`: no
 * log holds it.
 */
export interface Given {
  /** `target`, `budget`, `deadline`, `c1`, `p1`: see DESIGN, section 2. */
  readonly address: Address
  /** How it is named in print: "latency", "proposal A". */
  readonly name: string
  /** What it is worth by itself, as `budget` and `deadline` are; null where only its fields are. */
  readonly value: GivenValue | null
  /** By name: a target's metrics, a criterion's weight and threshold, a proposal's settings. */
  readonly fields: ReadonlyMap<string, GivenValue>
  /** "--budget", "criteria.yaml:4", "proposed". */
  readonly from: string
}

/** A given value with its unit, as units of facts are. */
export interface GivenValue {
  readonly value: FactValue
  readonly unit: string | null
}

/** An earlier document: it may be named, and its sentences, which were checked when it was written, quoted. */
export interface EvidenceDocument {
  /** `d1`, `d2`, … */
  readonly address: Address
  readonly id: string
  readonly kind: string
  readonly title: string
  /** The day that it is about, `2026-11-20`. */
  readonly date: string
  /** Where its file is, relative to the folder of the store. */
  readonly path: string
  readonly runs: readonly RunKey[]
  /** What it says, a sentence each, in plain words as they are printed there. */
  readonly passages: readonly string[]
}

/** An experiment of an earlier plan, with what was expected of it: what came out is held against it. */
export interface PlannedExperiment {
  /** The plan's id. */
  readonly plan: string
  /** `p2`: its place there. */
  readonly id: string
  /** When it was planned, ms since 1970: only runs that started later follow it. */
  readonly at: number
  readonly metric: string
  /** Every parameter that a run of it logs, seeds aside. */
  readonly params: ReadonlyMap<string, string>
  readonly low: number
  readonly high: number
}

/** How metrics are to be taken: settings first, then the tracker's own hints, then well-known names. */
export interface MetricRules {
  readonly primary: string | null
  /** Where the primary metric comes from: "narrate.yaml", "experiment 3 in the tracker"; null where there is none. */
  readonly primaryFrom: string | null
  /** What narrate.yaml names now, where another metric decided on a day that is over; null everywhere else. */
  readonly primaryNow: string | null
  direction(metric: string): Direction | null
  /** What tells the direction; null where nothing does. `name` is a guess by a well-known name. */
  directionFrom(metric: string): DirectionSource | null
  headline(metric: string): Headline
  unit(metric: string): string | null
}

/** What narrate.yaml says of how findings are made. */
export type FindingRules = Pick<Settings, 'repeats' | 'waivers' | 'costs' | 'production'> &
  Partial<Pick<Settings, 'aliases'>>

/** All that one document may say. */
export interface Evidence {
  readonly project: { readonly name: string; readonly goal: string | null }
  /** The span covered, ms since 1970, and the zone times are shown in. */
  readonly span: {
    readonly from: number
    readonly until: number
    readonly timeZone: string
  }
  readonly runs: readonly EvidenceRun[]
  /**
   * The project's other runs, in order of their start: not told here, but findings may mention them. Finders see all that
   * were read, without points and curves; what is kept of them are those that some finding rests on. Their addresses
   * go on behind those of `runs`.
   */
  readonly earlier: readonly EvidenceRun[]
  /**
   * Runs that somebody deleted in the tracker, in order of their start, addressed behind `earlier` and kept as those are.
   * They stand apart so that no comparison meets them by accident: only findings about what was tried, or what became
   * of it, look here.
   */
  readonly deleted: readonly EvidenceRun[]
  /** How many other runs finders saw that are not kept, since no finding mentions them; left out where that is not known. */
  readonly unmentioned?: number
  /** Runs of other people in the span, counted and not told. */
  readonly otherRuns: {
    readonly count: number
    readonly users: readonly string[]
  }
  readonly experiments: readonly Experiment[]
  /** Parameters that varied over the runs, those with fewest levels first; and those that all runs share. */
  readonly factors: readonly Factor[]
  readonly constants: ReadonlyMap<string, string>
  readonly groups: readonly Group[]
  readonly findings: readonly Finding[]
  readonly quotes: readonly EvidenceQuote[]
  /** Tables in the notes, as typed. */
  readonly reported: readonly ReportedTable[]
  /** What the notes claim of the runs, each held against the log. */
  readonly noteClaims: readonly NoteClaim[]
  readonly question: NoteQuestion | null
  readonly dataSets: readonly EvidenceDataSet[]
  readonly gaps: readonly Gap[]
  readonly metrics: MetricRules
  readonly rules: FindingRules
  /**
   * The metric that tables lead with: the primary one, or, where nobody named one, the one that most runs logged
   * (`assumed`, and the document says so). Null where no run logged any.
   */
  readonly lead: { readonly metric: string; readonly assumed: boolean } | null
  /** Earlier documents that may be cited. */
  readonly documents: readonly EvidenceDocument[]
  /** What was given beside the log; nothing for a log entry. */
  readonly given: readonly Given[]
  /** Experiments of earlier plans that runs told here may follow; left out where there is none. */
  readonly planned?: readonly PlannedExperiment[]
}
