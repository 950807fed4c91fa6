// Compiles the target columns and their paths into extractors, and collects the parts of each item that they need.
import { KEY_COLUMN } from '../cluster/identity.ts'
import { API_VERSION_LEAF, ITEM_PATHS, KIND_LEAF } from '../cluster/item.ts'
import { META_FIELDS } from '../declared.ts'
import { FdwError } from '../errors.ts'
import type { JsonPath, TargetColumn, TypeOid } from '../host.ts'
import type { JsonValue } from '../json/values.ts'
import type { Path, Template } from '../jsonpath/ast.ts'
import { compilePath } from '../jsonpath/compile.ts'
import type { Compiled } from '../jsonpath/compile.ts'
import { nearest } from '../text/nearest.ts'

/**
 * Where a column's value comes from.
 * @example
 * // The paths of columns, and their sources. Leaf numbers are indices into Columns.rowPaths.
 * // metadata.labels.app              { type: 'leaf', leaves: [5] }
 * // {.metadata.labels['a.b']}        { type: 'leaf', leaves: [5, 6] }: one key, or else client-go's two steps
 * // {.status.conditions[*].type}     { type: 'path', leaf: 5, path: [wildcard, field], single: false }
 * // {.metadata.name}-{.spec.host}    { type: 'template', … }
 */
export type Source =
  /** The value at the first of `leaves` that is not missing. */
  | { readonly type: 'leaf'; readonly leaves: readonly number[] }
  /** The whole object, with the apiVersion and kind of its list. */
  | { readonly type: 'object' }
  /** The apiVersion or kind of the object; that of the list if the object has none. */
  | { readonly type: 'typeMeta'; readonly field: 'apiVersion' | 'kind'; readonly leaf: number }
  /** What a path finds in the tree of `leaf`, which is null for the whole object. */
  | { readonly type: 'path'; readonly leaf: number | null; readonly path: Path; readonly single: boolean }
  | { readonly type: 'template'; readonly template: Template }
  /** The same value for every object. It comes from a path that is only a quoted text. */
  | { readonly type: 'constant'; readonly value: JsonValue }
  /** Which object the row is, and in which state, for a statement that writes it. */
  | { readonly type: 'key'; readonly uid: number; readonly resourceVersion: number }
  /** What the request was narrowed with. */
  | { readonly type: 'virtual'; readonly selector: 'label' | 'field' | 'since' | 'wait' }
  /** What has become of the object. */
  | { readonly type: 'change' }
  /** The cluster's mark. */
  | { readonly type: 'mark' }

export interface Extractor {
  readonly name: string
  readonly type: TypeOid
  readonly source: Source
  /** The leaf whose text is the cell, if nothing else has to be done with it; null otherwise. */
  readonly slice: number | null
}

export interface Columns {
  readonly extractors: readonly Extractor[]
  /** The paths for `JsonShape.row`; an index in this list is a leaf number. */
  readonly rowPaths: readonly JsonPath[]
}

// The fields at the top of the built-in kinds, and of most others.
const TOP_FIELDS =
  'apiVersion kind metadata spec status data stringData binaryData type immutable rules subjects roleRef secrets imagePullSecrets automountServiceAccountToken subsets webhooks parameters provisioner reclaimPolicy volumeBindingMode allowVolumeExpansion mountOptions allowedTopologies value globalDefault description preemptionPolicy handler overhead scheduling involvedObject reason message source firstTimestamp lastTimestamp count eventTime series action related reportingComponent reportingInstance reportingController regarding note deprecatedSource deprecatedFirstTimestamp deprecatedLastTimestamp deprecatedCount addressType endpoints ports revision template aggregationRule usages timestamp window containers usage'.split(
    ' ',
  )

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The place that a column without a path shows, by its name; null if the name stands for none. */
export function placeByName(name: string): JsonPath | null {
  if (name === 'attrs') return []
  // `type` and the like are written the same in both cases, and are no fields of ObjectMeta.
  const meta = META_FIELDS.find((field) => snakeCase(field) === name)
  if (meta !== undefined) return ['metadata', meta]
  const top = TOP_FIELDS.find(
    (field) => field === name || field.toLowerCase() === name || snakeCase(field) === name,
  )
  return top === undefined ? null : [top]
}

/** The columns that have a path without an option, if they are not those of an object. */
export interface OwnColumns {
  readonly [name: string]: JsonPath
}

/** The name that was probably meant: one that has a path without an option, or one in the option columns. */
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

/** Collects the leaves of a row, each path once. */
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

/** The value of a path that is only a quoted text or number; undefined for any other path. */
function constantOf(compiled: Compiled): JsonValue | undefined {
  if (compiled.type !== 'path' || compiled.prefix.length + compiled.path.length !== 1) return undefined
  const step = compiled.path[0]
  return step?.type === 'literal' ? step.value : undefined
}

/**
 * The name of the cluster if the column `cluster` is a constant, as it is if there are several clusters; null
 * otherwise.
 */
export function clusterOf(paths: ReadonlyMap<string, string>): string | null {
  const path = paths.get('cluster') ?? ''
  const value = /^\{\s*["']/.test(path) ? constantOf(compilePath(path)) : undefined
  return typeof value === 'string' ? value : null
}

const WATCH_COLUMNS: { readonly [name: string]: Source } = {
  change: { type: 'change' },
  mark: { type: 'mark' },
  since: { type: 'virtual', selector: 'since' },
  wait_seconds: { type: 'virtual', selector: 'wait' },
}

function sourceOf(
  name: string,
  paths: ReadonlyMap<string, string>,
  leaves: Leaves,
  own: OwnColumns | null,
  watches: boolean,
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
    const ofWatch = watches && Object.hasOwn(WATCH_COLUMNS, name) ? WATCH_COLUMNS[name] : undefined
    if (ofWatch !== undefined) return ofWatch
    if (name === KEY_COLUMN) {
      const [uid, resourceVersion] = [
        leaves.leafOf(['metadata', 'uid']),
        leaves.leafOf(['metadata', 'resourceVersion']),
      ]
      return { type: 'key', uid, resourceVersion }
    }
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

/**
 * Compiles the path of each column. `watches` says whether the table shows changes.
 * @throws {FdwError} option for a bad or missing path.
 */
export function compileColumns(
  columns: readonly Pick<TargetColumn, 'name' | 'type'>[],
  paths: ReadonlyMap<string, string>,
  own: OwnColumns | null = null,
  watches = false,
): Columns {
  const leaves = new Leaves()
  const extractors = columns.map((column): Extractor => {
    try {
      const { name, type } = column
      const source = sourceOf(name, paths, leaves, own, watches)
      return { name, type, source, slice: sliceOf(type, source) }
    } catch (error) {
      throw withColumn(column.name, error)
    }
  })
  return { extractors, rowPaths: leaves.paths }
}

/**
 * The only place of an object that a column shows unchanged; null for any other column. A quoted name with dots may
 * mean two places, but not below the labels, whose values are strings: the second place is never there.
 */
export function placeOf(column: Extractor, rowPaths: readonly JsonPath[]): JsonPath | null {
  const { source } = column
  if (source.type === 'object') return []
  if (source.type !== 'leaf') return null
  const place = rowPaths[source.leaves[0] ?? -1]
  const isLabel = place?.[0] === 'metadata' && place[1] === 'labels'
  return place !== undefined && (source.leaves.length === 1 || isLabel) ? place : null
}
