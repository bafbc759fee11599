import { sameName } from '../runs/users-called.ts'
import { isIdle } from './terms.ts'

/** The users that a question is about. */
export interface UsersAsked {
  /** As their runs are logged, sorted. */
  readonly users: readonly string[]
  /** Whether each was named, or the question asks who there is. */
  readonly isByName: boolean
}

const WHO =
  /\b(who|whose|whom|users?|authors?|owners?|colleagues?|team ?mates?|(?:made|run|logged|started|trained|done) by)\b/i
const OTHERS = /\b(else|others?|colleagues?|team ?mates?|(?:not|besides|except|but) me)\b/i
const MADE = /\b(who(se)?|whom)\b.*\b(runs?|ran|made?|try|tried|tries|tested|logged|trained|started|used)\b/i
const SHORTEST_PART = 3

/**
 * The users that a question names in whatever case, by a login name, an address or a part of one; else, where it asks who made
 * runs, all of them, or with "else" those that are not `mine`. Null where it asks after nobody.
 */
export function usersAsked(
  question: string,
  users: readonly string[],
  mine: readonly string[],
): UsersAsked | null {
  const spoken = new Set(partsOf(question))
  const named = users.filter((user) => partsOfUser(user).some((part) => spoken.has(part)))
  if (named.length > 0) return { users: named.toSorted(), isByName: true }
  if (!WHO.test(question)) return null
  const own = new Set(mine.map(sameName))
  const asked = OTHERS.test(question) ? users.filter((user) => !own.has(sameName(user))) : users
  return { users: asked.toSorted(), isByName: false }
}

/** Whether a question asks whose runs the ones it is about are. */
export function asksWhoMade(question: string): boolean {
  return MADE.test(question)
}

/** "ada.lovelace@example.org" is Ada, and Lovelace. */
function partsOfUser(user: string): readonly string[] {
  const [login = ''] = sameName(user).split('@')
  return partsOf(login).filter((part) => part.length >= SHORTEST_PART && !isIdle(part))
}

function partsOf(text: string): readonly string[] {
  return sameName(text).match(/[\p{L}\p{N}_]+/gu) ?? []
}
