// Decides once per scan how a column reads its JSONPath: from places of the JSON text if that is enough, else from a
// tree with steps.
import type { JsonPath } from '../host.ts'
import type { Path, Step, Template } from './ast.ts'
import { parseTemplate } from './parse.ts'

export type Compiled =
  /** The value is at the first of these places that is not missing. */
  | { readonly type: 'plain'; readonly places: readonly JsonPath[] }
  /** `path` goes on from the value at `prefix`. `single` is true if it leads to one value at most. */
  | { readonly type: 'path'; readonly prefix: JsonPath; readonly path: Path; readonly single: boolean }
  | { readonly type: 'template'; readonly template: Template }

function isPlain(step: Step | undefined): boolean {
  return step?.type === 'field' || (step?.type === 'index' && step.index >= 0)
}

function isSingle(step: Step): boolean {
  return step.type === 'field' || step.type === 'index' || step.type === 'literal'
}

/** The place that plain steps name. `split` says whether quoted names with dots are split or are one key. */
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

/** Compiles the path of a column. @throws {FdwError} option, with the position of the mistake. */
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
  // A name that may mean two places ends the prefix, because the evaluator tries both.
  const ambiguous = path.findIndex(isSplit)
  if (ambiguous >= 0) plain = Math.min(plain, ambiguous)
  return {
    type: 'path',
    prefix: placeOf(path.slice(0, plain), false),
    path: path.slice(plain),
    single: path.every(isSingle),
  }
}
