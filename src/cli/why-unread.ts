import { messageOf } from '../errors.ts'

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
}

/** Why a file that was named could not be read, in words; of what has none the system's own. */
export function whyUnread(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return WHY[code] ?? messageOf(error).replace(/\.$/, '')
}
