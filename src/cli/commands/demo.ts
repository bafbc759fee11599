import type { Action, GlobalOptions } from '../options.ts'
export const demo: Action<GlobalOptions> = async () => 0
