import type { KnownRun } from './loaded-run.ts'

/**
 * For so long (ms) after the newest entry of its log a run counts as running whose log tells no end. TensorBoard's writers flush every two
 * minutes; W&B's writes whole blocks of 32 KiB, which its machine statistics fill in some ten.
 */
export const SILENCE = 15 * 60_000

/**
 * A run of files as it stands at this time: the one rule of every kind of log that lies in files.
 *
 * What a log states itself (finished, RUNNING in a tracker's database) is told as it is stated, however old. Where it tells no end, the run is
 * running while the newest entry is at most `SILENCE` old, and unknown from then on. Entries are dated by the log's own times, never by those
 * of its files: a copy is no sign of life. What is kept of a run is kept without this judgement, so that it ages in a cache too.
 */
export function asOfNow(known: KnownRun, now: number): KnownRun {
  const { open, run } = known
  if (open === null) return known
  if (open.newest !== null && Math.abs(now - open.newest) <= SILENCE)
    return { ...known, run: { ...run, status: 'running', endedAt: null } }
  return open.cut.length === 0 ? known : { ...known, run: { ...run, gaps: [...run.gaps, ...open.cut] } }
}
