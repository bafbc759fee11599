import type { Gap } from '../gap.ts'

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

/** Who wrote a line last, and when (author time, milliseconds since 1970). */
export interface BlamedLine {
  readonly commit: string
  readonly author: string
  readonly at: number
}

/** A file as one commit left it. */
export interface FileVersion {
  readonly commit: string
  readonly author: string
  /** The later one of author and committer time, milliseconds since 1970: a commit cannot be older than it says. */
  readonly at: number
  /** Null where the commit deleted it, or it is too long to read. */
  readonly text: string | null
}

/** Which commits to give, by author time: `since` included, `until` excluded (milliseconds since 1970). */
export interface CommitQuery {
  readonly since: number
  readonly until: number
  /** Names or e-mail addresses; case does not matter. Left out: everybody's. */
  readonly authors?: readonly string[]
}

/** What git is told to sign commits with: `gpg.format`, `user.signingkey`, `gpg.ssh.allowedSignersFile`. */
export interface SigningKeys {
  readonly format: 'ssh' | 'gpg'
  readonly key: string | null
  readonly allowedSigners: string | null
}

/** A git repository, read-only. What git refuses arrives as a `Gap`. */
export interface Repository {
  /** Absolute path of the work tree. */
  readonly root: string
  /** The user's own name and e-mail address, as git would sign a commit here. */
  identity(): Promise<{ readonly name: string | null; readonly email: string | null }>
  signingKeys(): Promise<SigningKeys>
  /** Commits of HEAD and of the local branches, without merges, oldest first. */
  commits(query: CommitQuery): Promise<readonly (Commit | Gap)[]>
  /** The committed lines of a file, by line number from 1, as it is in the work tree; lines not yet committed are absent. */
  blame(file: string): Promise<ReadonlyMap<number, BlamedLine> | Gap>
  /** The newest versions of a file that HEAD's history holds, newest first; none where it was never committed. */
  versions(file: string, most: number): Promise<readonly FileVersion[] | Gap>
}
