import type { Run } from '../runs/run.ts'
import { isBookkeeping } from './what-varied.ts'

/** A parameter that says where the data of a run were read; a folder only where it is called one of data: `train_dir` is written to. */
const DATA_FILE =
  /(^|[_./-])((train(ing)?|val(id(ation)?)?|test(ing)?|eval(uation)?|dev|holdout)[_./-]?((data|csv|parquet|set)[_./-]?)?(file(name)?|path)|(data(_?set)?|corpus|inputs?|csv|parquet)[_./-]?((csv|parquet)[_./-]?)?(file(name)?|path|dir(ectory)?|folder))s?$/i

/** What a path, an address or a file's name looks like; a switch and a number are none. */
const PLACE = /[/\\]|\.\p{L}[\p{L}\p{N}]{0,9}$/u

/** Whether a parameter tells which data a run read, under a name that is otherwise bookkeeping. */
export function isDataFile(name: string, value: string): boolean {
  return isBookkeeping(name) && DATA_FILE.test(name) && PLACE.test(value.trim())
}

/** The data files that a run logs, by the names of their parameters. */
export function dataFilesOf({ params }: Run): ReadonlyMap<string, string> {
  return new Map([...params].filter(([name, value]) => isDataFile(name, value)))
}

/** What two paths have in common where they name one file: another machine keeps it elsewhere. */
export function sameFile(path: string): string {
  const parts = path.trim().split(/[/\\]+/)
  return parts.findLast((part) => part !== '') ?? path
}
