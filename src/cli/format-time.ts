import { localTimeOf } from '../notes/user-day.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `20 Nov 14:02`, or `20 Nov 2023` in another year than now: an instant as a table shows it, in the zone given. */
export function formatShort(at: number, now: number, timeZone: string): string {
  const local = localTimeOf(at, timeZone)
  const day = `${String(local.day).padStart(2)} ${MONTHS[local.month - 1] ?? ''}`
  if (local.year !== localTimeOf(now, timeZone).year) return `${day} ${local.year}`
  return `${day} ${String(local.hour).padStart(2, '0')}:${String(local.minute).padStart(2, '0')}`
}
