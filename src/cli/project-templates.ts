import path from 'node:path'
import type { Templates } from '../narrate.ts'
import type { Project } from './find-project.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { type TemplatePlaces, templateEngine } from './template-engine.ts'

/** Where the templates of a project are looked for: in the folder of its documents first. */
export function templatePlaces({ root, settings }: Project): TemplatePlaces {
  return {
    root: PACKAGE_ROOT,
    own: { root: path.join(root, settings.store), shown: settings.store.replaceAll('\\', '/') },
  }
}

/** The prompts and templates of a project: narrate's own, and what the project puts in their place. */
export function projectTemplates(project: Project): Templates {
  const { root, own } = templatePlaces(project)
  return templateEngine(root, own)
}
