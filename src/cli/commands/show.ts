import type { Action, GlobalOptions } from '../options.ts'
export const show: Action<GlobalOptions> = async () => 0
