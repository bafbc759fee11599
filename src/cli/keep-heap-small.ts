import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's young generation at the size it begins with. What a log is read through (lines, records, rows) is dead as soon as it was taken, so that
 * a young generation that doubles itself up to 48 MiB holds little but what is over. Measured: 20 000 runs listed in 140 MB instead of 220 in the
 * same time of the processor; all findings over 1 000 runs in 310 MB instead of 465, a tenth slower. To be called before anything else.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
