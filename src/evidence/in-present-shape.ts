import type { JsonObject, JsonValue } from '../json.ts'
import { expandRun } from './compact-run.ts'

/**
 * Frozen evidence with its runs in full, and that of earlier versions in the shape of this one. What they did not freeze yet is empty, as it would be
 * where there is none; what a curve told in other words is left out, its points stay. All else is as it was.
 */
export function inPresentShape(frozen: JsonValue): JsonValue {
  if (!isObject(frozen)) return frozen
  return {
    earlier: [],
    deleted: [],
    rules: {},
    ...frozen,
    ...eachOf(frozen, 'metrics', (one) => ({ directionFrom: null, ...one })),
    ...eachOf(frozen, 'findings', (one) => ({
      warns: false,
      scope: 'session',
      values: {},
      texts: {},
      ...one,
    })),
    ...Object.assign({}, ...['runs', 'earlier', 'deleted'].map((name) => eachOf(frozen, name, runInShape))),
  }
}

function runInShape(frozen: JsonObject): JsonObject {
  const run = expandRun(frozen)
  const { comparableAs, protocol } = run
  return {
    deleted: false,
    curves: {},
    logTail: null,
    ...run,
    ...(typeof comparableAs === 'string'
      ? {
          protocol: {
            ground: comparableAs,
            split: '',
            threshold: '',
            ...(isObject(protocol) ? protocol : {}),
          },
        }
      : {}),
    ...eachOf(run, 'curves', curveInShape),
  }
}

/** Curves once told how much was gained late, and of the training curve beside them levels alone. */
function curveInShape(curve: JsonObject): JsonObject {
  const { shape, training } = curve
  const isOld = isObject(shape) && Object.values(shape).some((side) => isObject(side) && 'lateGain' in side)
  const wasLevels = isObject(training) && !('last' in training)
  return {
    ...{ nonFinite: 0, endsNonFinite: false, steps: 'none', endLevel: null },
    ...{ shape: { lower: null, higher: null }, training: null },
    ...curve,
    ...(isOld ? { shape: { lower: null, higher: null } } : {}),
    ...(wasLevels ? { training: null } : {}),
  }
}

/** A list or a record of an object with every member that is an object turned; nothing where it has none. */
function eachOf(of: JsonObject, name: string, turn: (one: JsonObject) => JsonObject): JsonObject {
  const members = of[name]
  const turned = (one: JsonValue): JsonValue => (isObject(one) ? turn(one) : one)
  if (Array.isArray(members)) return { [name]: members.map(turned) }
  if (!isObject(members)) return {}
  return { [name]: Object.fromEntries(Object.entries(members).map(([key, one]) => [key, turned(one)])) }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
