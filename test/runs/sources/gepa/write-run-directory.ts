import { join } from 'node:path'
import type { ExpectedRun } from '../../../support/run-source-contract.ts'
import { write } from '../../../support/write-files.ts'

/** What GEPA 0.1.4 writes into its run directory, with figures of its own: two candidates, then a proposal that is rejected. */
export const LOG_TEXT = `Iteration 0: Base program full valset score: 0.25 over 3 / 3 examples
Iteration 1: Selected program 0 score: 0.25
Iteration 1: Proposed new text for system: Answer in one word.
Iteration of thoughts is fine.

Never guess.
Iteration 1: Accepted candidate (subsample score 0.5 -> 1.0); running full eval.
Iteration 1: Found a better program on the valset with score 0.5.
Iteration 1: Valset score for new program: 0.5 (coverage 3 / 3)
Iteration 1: Val aggregate for new program: 0.5
Iteration 1: Individual valset scores for new program: {0: 0.25, 1: 0.5, 'odd: one': 0.75}
Iteration 1: Best score on valset: 0.5
Iteration 1: New program candidate index: 1
Iteration 2: No merge candidates found
Iteration 2: Selected program 1 score: 0.5
Iteration 2: Proposed new text for user: Say it.
Iteration 2: New subsample score 0.5 is not better than old score 1.0, skipping
Iteration 3: Selected program 1 score: 0.5
Iteration 3: Proposed new text for user: Say it slowly.
Iteration 3: Accepted candidate (subsample score 1.0 -> 1.5); running full eval.
Iteration 3: Valset score for new program: 0.375 (coverage 3 / 3)
Iteration 3: Individual valset scores for new program: {0: 0.125, 1: 0.25, 'odd: one': 0.75}
Iteration 3: Best score on valset: 0.5
Iteration 3: New program candidate index: 2
`

const trace = (
  i: number,
  from: number,
  before: readonly number[],
  after: readonly number[],
  added?: number,
) => ({
  i,
  selected_program_candidate: from,
  subsample_ids: [0, 1],
  n_tasks: 1,
  tasks: [{ parent_idx: from, subsample_ids: [0, 1], subsample_scores: before, new_subsample_scores: after }],
  subsample_scores: before,
  new_subsample_scores: after,
  ...(added === undefined
    ? {}
    : { new_program_idx: added, new_program_indices: [added], evaluated_val_indices: [0, 1, 2] }),
})

export const TRACE_LIST = [
  trace(0, 0, [0.25, 0.25], [0.5, 0.5], 1),
  trace(1, 1, [0.5, 0.5], [0.25, 0.25]),
  trace(2, 1, [0.5, 0.5], [0.75, 0.75], 2),
]

const SYSTEM = 'Answer in one word.\nIteration of thoughts is fine.\n\nNever guess.'
export const CANDIDATE_LIST = [
  { system: 'Answer.', user: 'Go on.' },
  { system: SYSTEM, user: 'Go on.' },
  { system: SYSTEM, user: 'Say it slowly.' },
]

/** Writes two run directories, one of them with its pickle, and gives the folder they lie in. */
export async function writeRunDirectories(folder: string): Promise<string> {
  const location = join(folder, 'optimised')
  await write(join(location, 'prompts'), {
    'run_log.json': JSON.stringify(TRACE_LIST),
    'run_log.txt': LOG_TEXT,
    'run_log_stderr.txt': '',
    'candidates.json': JSON.stringify(CANDIDATE_LIST),
    'gepa_state.bin': '\u0080\u0004}.',
    'generated_best_outputs_valset/task_0/iter_1_prog_1.json': '"a word"',
  })
  await write(join(location, 'tools'), {
    'candidates.json': '[{"main": "Use a tool."}]',
    'run_log.txt': 'Iteration 0: Base program full valset score: 1.0 over 3 / 3 examples\n',
  })
  return location
}

const prompts = { id: 'prompts', name: 'prompts' }
const plain = { experiment: prompts, user: null, startedAt: null, endedAt: null, params: {}, tags: {} }

/** What must be read of them. */
export const runDirectoryRuns: readonly ExpectedRun[] = [
  {
    ...plain,
    key: 'logs:prompts',
    id: 'prompts',
    name: 'prompts',
    status: 'unknown',
    parent: null,
    metrics: {
      best_score_on_valset: [
        [0, 0.25],
        [1, 0.5],
        [3, 0.5],
      ],
      'subsample_mean/before': [
        [1, 0.25],
        [2, 0.5],
        [3, 0.5],
      ],
      'subsample_mean/after': [
        [1, 0.5],
        [2, 0.25],
        [3, 0.75],
      ],
    },
    artifacts: {
      'generated_best_outputs_valset/task_0/iter_1_prog_1.json': '"a word"',
      'run_log_stderr.txt': '',
    },
  },
  {
    ...plain,
    key: 'logs:prompts/seed',
    id: 'prompts/seed',
    name: 'seed of prompts',
    status: 'finished',
    parent: 'logs:prompts',
    params: { 'text:system': 'Answer.', 'text:user': 'Go on.' },
    tags: { 'gepa.proposal': 'accepted' },
    metrics: { valset_score: [[null, 0.25]] },
  },
  {
    ...plain,
    key: 'logs:prompts/iteration-1',
    id: 'prompts/iteration-1',
    name: 'candidate 1 of prompts',
    status: 'finished',
    parent: 'logs:prompts/seed',
    params: { 'text:system': SYSTEM, 'text:user': 'Go on.' },
    tags: { 'gepa.proposal': 'accepted' },
    metrics: {
      valset_score: [[null, 0.5]],
      'valset/0': [[null, 0.25]],
      'valset/1': [[null, 0.5]],
      'valset/odd: one': [[null, 0.75]],
      'subsample_mean/before': [[null, 0.25]],
      'subsample_mean/after': [[null, 0.5]],
    },
  },
  {
    ...plain,
    key: 'logs:prompts/iteration-2',
    id: 'prompts/iteration-2',
    name: 'rejected proposal 2 of prompts',
    status: 'finished',
    parent: 'logs:prompts/iteration-1',
    params: { 'text:system': SYSTEM, 'text:user': 'Say it.', subsample_ids: '[0,1]' },
    tags: { 'gepa.proposal': 'rejected' },
    metrics: { 'subsample_mean/before': [[null, 0.5]], 'subsample_mean/after': [[null, 0.25]] },
  },
  {
    ...plain,
    key: 'logs:prompts/iteration-3',
    id: 'prompts/iteration-3',
    name: 'candidate 2 of prompts',
    status: 'finished',
    parent: 'logs:prompts/iteration-1',
    params: { 'text:system': SYSTEM, 'text:user': 'Say it slowly.' },
    tags: { 'gepa.proposal': 'accepted' },
    metrics: {
      valset_score: [[null, 0.375]],
      'valset/0': [[null, 0.125]],
      'valset/1': [[null, 0.25]],
      'valset/odd: one': [[null, 0.75]],
      'subsample_mean/before': [[null, 0.5]],
      'subsample_mean/after': [[null, 0.75]],
    },
  },
  {
    ...plain,
    experiment: { id: 'tools', name: 'tools' },
    key: 'logs:tools',
    id: 'tools',
    name: 'tools',
    status: 'unknown',
    parent: null,
    metrics: { best_score_on_valset: [[0, 1]] },
  },
  {
    ...plain,
    experiment: { id: 'tools', name: 'tools' },
    key: 'logs:tools/seed',
    id: 'tools/seed',
    name: 'seed of tools',
    status: 'finished',
    parent: 'logs:tools',
    params: { 'text:main': 'Use a tool.' },
    tags: { 'gepa.proposal': 'accepted' },
    metrics: { valset_score: [[null, 1]] },
  },
]
