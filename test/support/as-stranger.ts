// To root no folder is closed: tests that run as root look as somebody who owns nothing.
const NOBODY = 65534
const { geteuid, seteuid } = process

/** Whether a file of mode 0 is closed to a look by `asStranger`; not where the system has no such modes, or lets root be nobody else. */
export const canBeClosedOut: boolean = find()

/** Does something as a user to whom modes of files apply: as `nobody` where the tests run as root. */
export async function asStranger<Value>(act: () => Promise<Value>): Promise<Value> {
  if (geteuid?.() !== 0) return act()
  seteuid?.(NOBODY)
  try {
    return await act()
  } finally {
    seteuid?.(0)
  }
}

function find(): boolean {
  if (geteuid === undefined || seteuid === undefined) return false
  if (geteuid() !== 0) return true
  try {
    seteuid(NOBODY)
    seteuid(0)
    return true
  } catch {
    return false
  }
}
