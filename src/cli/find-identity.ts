import { isGap } from '../gap.ts'
import type { Repository } from '../repository/commit.ts'
import type { World } from '../world.ts'
import type { Project } from './find-project.ts'

/** Who the user is, as far as this machine knows. */
export interface Identity {
  /** As documents name their author: the git name, else the login name. */
  readonly author: string | null
  /** Every name a tracker may log the user's runs under. */
  readonly names: readonly string[]
  readonly email: string | null
  /** The project's git repository; null where it is in none, or git cannot read it. */
  readonly repository: Repository | null
}

/** Looks at git, the login name and `users:` of narrate.yaml. A missing git is no error. */
export async function findIdentity(project: Project, world: World): Promise<Identity> {
  const { openRepository } = await import('../repository/git.ts')
  const opened = await openRepository(project.root, world)
  const repository = opened === null || isGap(opened) ? null : opened
  const signed = repository === null ? { name: null, email: null } : await repository.identity()
  const login = world.env.LOGNAME ?? world.env.USER ?? world.env.USERNAME ?? null
  const listed = project.settings.users === 'all' ? [] : project.settings.users
  const names = [...listed, signed.name, signed.email, signed.email?.split('@')[0], login].filter(
    (name): name is string => name !== null && name !== undefined && name.trim() !== '',
  )
  return {
    author: signed.name ?? login,
    names: [...new Set(names)],
    email: signed.email,
    repository,
  }
}
