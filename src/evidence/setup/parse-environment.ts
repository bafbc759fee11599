import type { SourceText } from './parse-script.ts'

/** A package as an environment file names it. `version` is null where none is pinned; `asked` is the line as it stands. */
export interface NamedPackage {
  readonly name: string
  readonly version: string | null
  readonly asked: string
  readonly line: number
}

/** What an environment file says: the Python it asks for (exact or not), packages, the image it starts from. */
export interface ParsedEnvironment {
  readonly python: { readonly version: string; readonly isExact: boolean; readonly line: number } | null
  readonly packages: readonly NamedPackage[]
  readonly image: { readonly name: string; readonly line: number } | null
}

const MOST_PACKAGES = 500

/** Whether a path names a file that tells packages or the Python of an environment. */
export function isEnvironmentFile(path: string): boolean {
  return formOf(path) !== null
}

type Form = 'requirements' | 'conda' | 'python_env' | 'MLmodel' | 'pyproject' | 'version' | 'docker' | 'lock'

function formOf(path: string): Form | null {
  const name = path.split('/').at(-1) ?? ''
  if (/^(?:requirements|pip[_-]?freeze|frozen[_-]?requirements|packages)[\w.-]*\.(?:txt|lock)$/i.test(name))
    return 'requirements'
  if (/^(?:conda|environment|env)[\w.-]*\.ya?ml$/i.test(name)) return 'conda'
  if (/^python_env\.ya?ml$/i.test(name)) return 'python_env'
  if (name === 'MLmodel') return 'MLmodel'
  if (name === 'pyproject.toml') return 'pyproject'
  if (name === '.python-version' || name === 'runtime.txt') return 'version'
  if (/^Dockerfile/i.test(name)) return 'docker'
  if (/^(?:poetry|uv|pdm)\.lock$/.test(name)) return 'lock'
  return null
}

/** Reads an environment file line by line; of a form that is not known it tells nothing. */
export function parseEnvironment({ path, text }: SourceText): ParsedEnvironment {
  const lines = text.split(/\r?\n/)
  switch (formOf(path)) {
    case 'requirements':
      return { ...NOTHING, packages: requirementsIn(lines, (line) => line) }
    case 'conda':
      return condaIn(lines)
    case 'python_env':
      return { ...NOTHING, python: pythonIn(lines, /^python:\s*["']?(\d[\w.]*)["']?\s*$/) }
    case 'MLmodel':
      return {
        ...NOTHING,
        python: pythonIn(lines, /^\s+python_version:\s*["']?(\d[\w.]*)["']?\s*$/),
        packages: modelPackages(lines),
      }
    case 'pyproject':
      return {
        ...NOTHING,
        python: pythonIn(lines, /^\s*(?:requires-python|python)\s*=\s*["']([^"']+)["']/),
        packages: requirementsIn(
          lines,
          (line) => /^\s*["']([\w.-]+\s*[<>=!~][^"']*)["']\s*,?\s*$/.exec(line)?.[1] ?? '',
        ),
      }
    case 'version':
      return { ...NOTHING, python: pythonIn(lines, /^\s*(?:python-)?(\d+\.\d[\w.]*)\s*$/) }
    case 'docker':
      return dockerIn(lines)
    case 'lock':
      return { ...NOTHING, packages: lockedIn(lines) }
    case null:
      return NOTHING
  }
}

const NOTHING: ParsedEnvironment = { python: null, packages: [], image: null }

function pythonIn(lines: readonly string[], pattern: RegExp): ParsedEnvironment['python'] {
  for (const [index, line] of lines.entries()) {
    const version = pattern.exec(line)?.[1]
    if (version !== undefined)
      return { version, isExact: /^\d+\.\d+\.\d+\w*$/.test(version), line: index + 1 }
  }
  return null
}

const REQUIREMENT =
  /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[\w, .-]*\])?\s*((?:[<>=!~]=?=?\s*[^\s,;]+\s*,?\s*)*)(?:;.*)?$/

function requirementsIn(lines: readonly string[], pick: (line: string) => string): readonly NamedPackage[] {
  return lines
    .flatMap((line, index): NamedPackage[] => {
      const asked = pick(line.replace(/(?:^|\s)#.*$/, '')).trim()
      const [, name, specifier = ''] = REQUIREMENT.exec(asked) ?? []
      if (name === undefined || asked.startsWith('-')) return []
      const version = /^===?\s*([^\s,*]+)$/.exec(specifier.trim())?.[1] ?? null
      return [{ name: plainName(name), version, asked, line: index + 1 }]
    })
    .slice(0, MOST_PACKAGES)
}

/** Conda's own packages are pinned with one equals sign, pip's in its list with two. */
function condaIn(lines: readonly string[]): ParsedEnvironment {
  let python: ParsedEnvironment['python'] = null
  const packages: NamedPackage[] = []
  for (const [index, line] of lines.entries()) {
    const asked = /^\s*-\s+["']?([^"'#]+?)["']?\s*(?:#.*)?$/.exec(line)?.[1]
    if (asked === undefined || packages.length === MOST_PACKAGES) continue
    const conda = /^(?:[\w.-]+::)?([A-Za-z0-9][\w.-]*)\s*=\s*([\w.+!-]+)(?:=[\w.]+)?$/.exec(asked)
    if (conda?.[1] === 'python' && conda[2] !== undefined)
      python = { version: conda[2], isExact: /^\d+\.\d+\.\d+$/.test(conda[2]), line: index + 1 }
    else if (conda?.[1] !== undefined)
      packages.push({ name: plainName(conda[1]), version: conda[2] ?? null, asked, line: index + 1 })
    else if (!/^[a-z-]+$/.test(asked) || packages.length > 0)
      packages.push(...requirementsIn([asked], (one) => one).map((one) => ({ ...one, line: index + 1 })))
  }
  return { python, packages, image: null }
}

/** The versions that a logged model was saved with: `sklearn_version: 1.1.3`. */
function modelPackages(lines: readonly string[]): readonly NamedPackage[] {
  return lines.flatMap((line, index): NamedPackage[] => {
    const [, name, version] = /^\s*([a-z]\w*)_version:\s*["']?(\d[\w.+]*)["']?\s*$/.exec(line) ?? []
    if (name === undefined || version === undefined || name === 'python') return []
    const real = MODEL_NAMES[name] ?? name
    return [{ name: real, version, asked: `${real}==${version}`, line: index + 1 }]
  })
}

/** Flavours of MLflow whose package has another name. */
const MODEL_NAMES: Readonly<Record<string, string>> = {
  sklearn: 'scikit-learn',
  pytorch: 'torch',
  lgb: 'lightgbm',
  xgb: 'xgboost',
}

function dockerIn(lines: readonly string[]): ParsedEnvironment {
  for (const [index, line] of lines.entries()) {
    const name = /^\s*FROM\s+(?:--\S+\s+)?(\S+)/i.exec(line)?.[1]
    if (name === undefined) continue
    const version = /(?:^|\/)python:(\d[\w.]*)/.exec(name)?.[1]
    const python =
      version === undefined ? null : { version, isExact: /^\d+\.\d+\.\d+$/.test(version), line: index + 1 }
    return { python, packages: [], image: { name, line: index + 1 } }
  }
  return NOTHING
}

/** `[[package]]`, then `name = "numpy"` and `version = "1.26.4"`. */
function lockedIn(lines: readonly string[]): readonly NamedPackage[] {
  const packages: NamedPackage[] = []
  let name: string | null = null
  for (const [index, line] of lines.entries()) {
    if (packages.length === MOST_PACKAGES) break
    if (/^\[\[package\]\]/.test(line)) name = null
    name = /^name = "([^"]+)"/.exec(line)?.[1] ?? name
    const version = /^version = "([^"]+)"/.exec(line)?.[1]
    if (name === null || version === undefined) continue
    packages.push({ name: plainName(name), version, asked: `${name}==${version}`, line: index + 1 })
    name = null
  }
  return packages
}

/** One name for one package: PyPI takes case, `_` and `.` for the same. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}
