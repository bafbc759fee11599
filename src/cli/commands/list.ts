import type { Action, GlobalOptions } from '../options.ts'
export const list: Action<GlobalOptions> = async () => 0
