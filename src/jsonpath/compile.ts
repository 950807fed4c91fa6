// A JSONPath's text → how a column reads it: places of the text alone where that is enough, else a tree and steps.
// Decides once per scan; runs nothing per row.
import type { JsonPath } from '../host.ts'
import type { Path, Step, Template } from './ast.ts'
import { parseTemplate } from './parse.ts'

export type Compiled =
  /** The first of these places that is not missing is the value. */
  | { readonly type: 'plain'; readonly places: readonly JsonPath[] }
  /** `path` goes on from the value at `prefix`; `single` where it leads to one value at most. */
  | { readonly type: 'path'; readonly prefix: JsonPath; readonly path: Path; readonly single: boolean }
  | { readonly type: 'template'; readonly template: Template }

function isPlain(step: Step | undefined): boolean {
  return step?.type === 'field' || (step?.type === 'index' && step.index >= 0)
}

function isSingle(step: Step): boolean {
  return step.type === 'field' || step.type === 'index' || step.type === 'literal'
}

/** The place that plain steps name, quoted names with dots taken as one key or split. */
function placeOf(steps: Path, split: boolean): JsonPath {
  const place: (string | number)[] = []
  for (const step of steps) {
    if (step.type === 'index') place.push(step.index)
    else if (step.type === 'field' && split && step.split !== null)
      for (const name of step.split) place.push(name)
    else if (step.type === 'field') place.push(step.name)
  }
  return place
}

function isSplit(step: Step): boolean {
  return step.type === 'field' && step.split !== null
}

/** Compiles a column's path. @throws {FdwError} option, with the position of what is wrong. */
export function compilePath(source: string): Compiled {
  const template = parseTemplate(source)
  const part = template[0]
  if (template.length !== 1 || part === undefined || part.type !== 'path')
    return { type: 'template', template }
  const path = part.path
  let plain = 0
  while (isPlain(path[plain])) plain++
  if (plain === path.length) {
    const places = [placeOf(path, false)]
    if (path.some(isSplit)) places.push(placeOf(path, true))
    return { type: 'plain', places }
  }
  // A name that may mean two places ends the prefix: the evaluator tries both.
  const ambiguous = path.findIndex(isSplit)
  if (ambiguous >= 0) plain = Math.min(plain, ambiguous)
  return {
    type: 'path',
    prefix: placeOf(path.slice(0, plain), false),
    path: path.slice(plain),
    single: path.every(isSingle),
  }
}
