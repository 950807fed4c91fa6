// Target columns and their paths → compiled extractors, and the parts of each item that they need.
// Reads no option and makes no request.
import { API_VERSION_LEAF, ITEM_PATHS, KIND_LEAF } from '../cluster/item.ts'
import { FdwError } from '../errors.ts'
import type { JsonPath, TargetColumn, TypeOid } from '../host.ts'
import type { JsonValue } from '../json/values.ts'
import type { Path, Template } from '../jsonpath/ast.ts'
import { compilePath } from '../jsonpath/compile.ts'
import type { Compiled } from '../jsonpath/compile.ts'
import { nearest } from '../text/nearest.ts'

export type Source =
  /** The value at the first of `leaves` that is not missing. */
  | { readonly type: 'leaf'; readonly leaves: readonly number[] }
  /** The whole object, with the list's apiVersion and kind. */
  | { readonly type: 'object' }
  /** The object's own apiVersion or kind, or else the list's. */
  | { readonly type: 'typeMeta'; readonly field: 'apiVersion' | 'kind'; readonly leaf: number }
  /** A path from the tree of `leaf`; null for the whole object. */
  | { readonly type: 'path'; readonly leaf: number | null; readonly path: Path; readonly single: boolean }
  | { readonly type: 'template'; readonly template: Template }
  /** The same for every object: of a quoted text alone. */
  | { readonly type: 'constant'; readonly value: JsonValue }
  /** The selector that the request was narrowed by. */
  | { readonly type: 'virtual'; readonly selector: 'label' | 'field' }

export interface Extractor {
  readonly name: string
  readonly type: TypeOid
  readonly source: Source
  /** The leaf whose text is the cell as it stands; null where there is more to do. */
  readonly slice: number | null
}

export interface Columns {
  readonly extractors: readonly Extractor[]
  /** The paths of JsonShape.row, in the leaves' order. */
  readonly rowPaths: readonly JsonPath[]
}

// ObjectMeta of k8s.io/apimachinery; the columns are the same in snake case.
const META_FIELDS = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]

// Fields at the top of the built-in kinds (and of most others).
const TOP_FIELDS =
  'apiVersion kind metadata spec status data stringData binaryData type immutable rules subjects roleRef secrets imagePullSecrets automountServiceAccountToken subsets webhooks parameters provisioner reclaimPolicy volumeBindingMode allowVolumeExpansion mountOptions allowedTopologies value globalDefault description preemptionPolicy handler overhead scheduling involvedObject reason message source firstTimestamp lastTimestamp count eventTime series action related reportingComponent reportingInstance reportingController regarding note deprecatedSource deprecatedFirstTimestamp deprecatedLastTimestamp deprecatedCount addressType endpoints ports revision template aggregationRule usages timestamp window containers usage'.split(
    ' ',
  )

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The place that a column without a path shows; null where its name says none. */
export function placeByName(name: string): JsonPath | null {
  if (name === 'attrs') return []
  // `type` and the like are the same in both cases, and no ObjectMeta field.
  const meta = META_FIELDS.find((field) => snakeCase(field) === name)
  if (meta !== undefined) return ['metadata', meta]
  const top = TOP_FIELDS.find(
    (field) => field === name || field.toLowerCase() === name || snakeCase(field) === name,
  )
  return top === undefined ? null : [top]
}

/** The columns that have a path by themselves, where they are others than an object's. */
export interface OwnColumns {
  readonly [name: string]: JsonPath
}

/** A name that was probably meant: one that has a path by itself, or in the option columns. */
function meantBy(name: string, paths: ReadonlyMap<string, string>): string {
  const near = nearest(name, META_FIELDS.concat(TOP_FIELDS).map(snakeCase), 1)[0]
  if (near !== undefined) return `did you mean "${near}"? Otherwise `
  const given: string[] = []
  paths.forEach((_, column) => given.push(column))
  const entry = nearest(name, given, 1)[0]
  return entry === undefined ? '' : `the option columns has "${entry}": is it meant? Otherwise `
}

function unknownColumn(name: string, own: OwnColumns | null, paths: ReadonlyMap<string, string>): FdwError {
  const form = JSON.stringify({ [name]: own === null ? 'spec.…' : '…' })
  const message = `column ${JSON.stringify(name)} has no path, and its name is not one that has a path by itself`
  if (own !== null) {
    const names = Object.keys(own).join(', ')
    return new FdwError(
      'option',
      message,
      `those are ${names}; any other takes a path, such as the table option columns '${form}'`,
    )
  }
  return new FdwError(
    'option',
    message,
    `${meantBy(name, paths)}write OPTIONS (alias 'spec.…') after the column's type, or, without the extension k8s_fdw, the table option columns '${form}'`,
  )
}

/** Leaves of rows, each path once. */
class Leaves {
  readonly paths: JsonPath[] = ITEM_PATHS.slice()
  private readonly places = new Map<string, number>()

  constructor() {
    this.paths.forEach((path, leaf) => this.places.set(JSON.stringify(path), leaf))
  }

  leafOf(path: JsonPath): number {
    const key = JSON.stringify(path)
    const known = this.places.get(key)
    if (known !== undefined) return known
    this.places.set(key, this.paths.length)
    return this.paths.push(path) - 1
  }
}

function plainSource(places: readonly JsonPath[], leaves: Leaves): Source {
  const first = places[0] ?? []
  if (first.length === 0) return { type: 'object' }
  if (first.length === 1 && first[0] === 'apiVersion')
    return { type: 'typeMeta', field: 'apiVersion', leaf: API_VERSION_LEAF }
  if (first.length === 1 && first[0] === 'kind') return { type: 'typeMeta', field: 'kind', leaf: KIND_LEAF }
  return { type: 'leaf', leaves: places.map((place) => leaves.leafOf(place)) }
}

/** The value of a path that is a quoted text (or number) and nothing else. */
function constantOf(compiled: Compiled): JsonValue | undefined {
  if (compiled.type !== 'path' || compiled.prefix.length + compiled.path.length !== 1) return undefined
  const step = compiled.path[0]
  return step?.type === 'literal' ? step.value : undefined
}

/** What the column `cluster` says of every object, where it is a constant: the name of one of several clusters. */
export function clusterOf(paths: ReadonlyMap<string, string>): string | null {
  const path = paths.get('cluster') ?? ''
  const value = /^\{\s*["']/.test(path) ? constantOf(compilePath(path)) : undefined
  return typeof value === 'string' ? value : null
}

function sourceOf(
  name: string,
  paths: ReadonlyMap<string, string>,
  leaves: Leaves,
  own: OwnColumns | null,
): Source {
  const path = paths.get(name)
  if (path === undefined && own !== null) {
    const place = name === 'attrs' ? [] : Object.hasOwn(own, name) ? own[name] : undefined
    if (place === undefined) throw unknownColumn(name, own, paths)
    return plainSource([place], leaves)
  }
  if (path === undefined) {
    if (name === 'label_selector') return { type: 'virtual', selector: 'label' }
    if (name === 'field_selector') return { type: 'virtual', selector: 'field' }
    const place = placeByName(name)
    if (place === null) throw unknownColumn(name, null, paths)
    return plainSource([place], leaves)
  }
  const compiled = compilePath(path)
  switch (compiled.type) {
    case 'plain':
      return plainSource(compiled.places, leaves)
    case 'path': {
      const value = constantOf(compiled)
      if (value !== undefined) return { type: 'constant', value }
      const leaf = compiled.prefix.length === 0 ? null : leaves.leafOf(compiled.prefix)
      return { type: 'path', leaf, path: compiled.path, single: compiled.single }
    }
    case 'template':
      return { type: 'template', template: compiled.template }
  }
}

function withColumn(name: string, error: unknown): unknown {
  if (!(error instanceof FdwError) || error.code !== 'option' || error.message.startsWith('column '))
    return error
  return new FdwError(error.code, `column ${JSON.stringify(name)}: ${error.message}`, error.hint)
}

function sliceOf(type: TypeOid, source: Source): number | null {
  const isText = type === 'string' || type === 'json'
  return isText && source.type === 'leaf' && source.leaves.length === 1 ? (source.leaves[0] ?? null) : null
}

/** Compiles each column's path. @throws {FdwError} option for a bad or missing path, plan for a type beyond the host. */
export function compileColumns(
  columns: readonly Pick<TargetColumn, 'name' | 'type'>[],
  paths: ReadonlyMap<string, string>,
  own: OwnColumns | null = null,
): Columns {
  const leaves = new Leaves()
  const extractors = columns.map((column): Extractor => {
    if (column.type === 'other') {
      throw new FdwError(
        'plan',
        `column ${JSON.stringify(column.name)} has a type that the host cannot carry`,
        'declare it text or jsonb',
      )
    }
    try {
      const { name, type } = column
      const source = sourceOf(name, paths, leaves, own)
      return { name, type, source, slice: sliceOf(type, source) }
    } catch (error) {
      throw withColumn(column.name, error)
    }
  })
  return { extractors, rowPaths: leaves.paths }
}

/**
 * The one place of an object that a column shows as it is; null for any other column. A quoted name with dots may mean
 * two places, but below the labels, whose values are strings, the second is never there.
 */
export function placeOf(column: Extractor, rowPaths: readonly JsonPath[]): JsonPath | null {
  const { source } = column
  if (source.type === 'object') return []
  if (source.type !== 'leaf') return null
  const place = rowPaths[source.leaves[0] ?? -1]
  const isLabel = place?.[0] === 'metadata' && place[1] === 'labels'
  return place !== undefined && (source.leaves.length === 1 || isLabel) ? place : null
}
