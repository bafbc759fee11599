import { NarrateError } from '../errors.ts'

/** Whether a thrown value is an error of the operating system, with one of the codes where some are given. */
export function isSystemError(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return false
  return codes.length === 0 || codes.includes(String(error.code))
}

/**
 * What the user must mend when the operating system refuses: what was being done, why it failed, what to do. Anything
 * else that was thrown comes back as it is.
 */
export function storeError(doing: string, error: unknown): unknown {
  if (!isSystemError(error)) return error
  const { why, hint } = reasonOf(error)
  return new NarrateError('store', `${doing} failed: ${why}.`, { hint, cause: error })
}

function reasonOf(error: NodeJS.ErrnoException): { readonly why: string; readonly hint: string } {
  const place = error.path === undefined ? 'the folder' : error.path
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return {
        why: 'there is no room left on the disk',
        hint: 'Nothing was saved and nothing was changed. Make room and run the same command again.',
      }
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        why: `${place} may not be written or read by this user`,
        hint: 'Change its permissions, or name another folder as "store" in narrate.yaml.',
      }
    case 'ENOTDIR':
    case 'EEXIST':
      return {
        why: `${place} is in the way: a folder was expected there`,
        hint: 'Move it, or name another folder as "store" in narrate.yaml.',
      }
    default:
      return { why: error.message, hint: 'Nothing was saved.' }
  }
}
