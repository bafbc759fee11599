import type { Action, GlobalOptions } from '../options.ts'
export const log: Action<GlobalOptions> = async () => 0
