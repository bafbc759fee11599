import type { Gap } from '../../gap.ts'
import type { Artifact } from '../run.ts'
import type { ArtifactPart } from '../run-source.ts'

/** Artifacts that lie in no folder of their own: inside of a file of their run, or beside it under other names. */
export interface ArtifactArchive {
  readonly kind: 'archive'
  /** In the order of their paths, which are names and lead to no file. */
  list(source: string): AsyncIterable<Artifact | Gap>
  /** Null where there is no artifact of that path. */
  read(path: string, part: ArtifactPart): Promise<Uint8Array | Gap | null>
}
