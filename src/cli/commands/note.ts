import type { Action, GlobalOptions } from '../options.ts'
export const note: Action<GlobalOptions> = async () => 0
