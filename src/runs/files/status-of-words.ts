import type { RunStatus } from '../run.ts'

const WORDS: ReadonlyMap<string, RunStatus> = new Map([
  ...[
    'finished',
    'completed',
    'complete',
    'success',
    'succeeded',
    'successful',
    'done',
    'ok',
    'passed',
    'inactive',
  ].map((word) => [word, 'finished'] as const),
  ...['failed', 'failure', 'fail', 'error', 'errored', 'crash', 'crashed', 'oom', 'timeout', 'timedout'].map(
    (word) => [word, 'failed'] as const,
  ),
  ...['killed', 'aborted', 'cancelled', 'canceled', 'interrupted', 'stopped', 'terminated'].map(
    (word) => [word, 'killed'] as const,
  ),
  ...['running', 'inprogress', 'active', 'started'].map((word) => [word, 'running'] as const),
  ...['scheduled', 'queued', 'pending', 'waiting', 'planned', 'created'].map(
    (word) => [word, 'scheduled'] as const,
  ),
])

/** The status that a word in a log plainly means, whatever its case; null where it means none. */
export function statusOfWords(written: string): RunStatus | null {
  return WORDS.get(written.toLowerCase().replace(/[\s_-]/g, '')) ?? null
}
