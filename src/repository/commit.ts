/** One git commit, as evidence: what was changed and why, in its author's words. */
export interface Commit {
  readonly id: string
  readonly author: string
  readonly email: string
  /** Author time, milliseconds since 1970. */
  readonly at: number
  readonly subject: string
  readonly body: string
}
