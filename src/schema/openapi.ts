// Reads the fields of a kind, each with the type of its column, from an OpenAPI v3 document. The document is large, so
// it is read one level at a time and never as a whole tree.
import { isObject, ownField } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'

/** The column types that a schema can lead to. */
export type SqlType =
  'boolean' | 'integer' | 'bigint' | 'double precision' | 'numeric' | 'text' | 'timestamptz' | 'jsonb'

export interface Field {
  /** The keys from the root of the object. */
  readonly path: readonly string[]
  readonly type: SqlType
  readonly description: string
  /** Whether the schema says that nobody but the API server writes it. */
  readonly isReadOnly?: boolean
}

/** The sections that most kinds have. `spec` and `status` are split into columns if their schema is known. */
export const SECTIONS = ['spec', 'status']

/** The fields if nothing says what a kind has. */
export const UNKNOWN_FIELDS: readonly Field[] = SECTIONS.map((section): Field => ({
  path: [section],
  type: 'jsonb',
  description: '',
}))

/** `JsonDocument.members`: the value at a byte offset, one level deep, with the offsets of what is inside it. */
export type Members = (place: number | null) => JsonValue

/** A schema with what it refers to: first the schema itself, then its references in turn. */
interface Resolved {
  readonly layers: readonly JsonObject[]
  /** The names of the schemas that it refers to. */
  readonly names: readonly string[]
}

const REF_PREFIX = '#/components/schemas/'
const QUANTITY_NAME = /\.resource\.Quantity$/
/** The beginning of the pattern of a quantity, as all tools that generate CRDs write it. */
const QUANTITY_PATTERN = '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|'
/**
 * The kind whose quantities are whole bytes, because the Container Storage Interface has them as int64. Unlimited
 * storage has more digits than the host can hand over as numeric.
 */
const BYTES_GROUP = 'storage.k8s.io'
const BYTES_KIND = 'CSIStorageCapacity'
/** The longest chain of references that is followed. The API server's own chains have two. */
const MAX_LAYERS = 16

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function textOf(layers: readonly JsonObject[], name: string): string {
  for (const layer of layers) {
    const value = ownField(layer, name)
    if (typeof value === 'string' && value !== '') return value
  }
  return ''
}

function integerType(format: string): SqlType {
  return format === 'int32' ? 'integer' : 'bigint'
}

function stringType(format: string): SqlType {
  return format === 'date-time' ? 'timestamptz' : 'text'
}

/** The type of a column for a schema. Lists, maps, and values of several possible types are jsonb. */
function typeOf({ layers, names }: Resolved): SqlType {
  if (names.some((name) => QUANTITY_NAME.test(name))) return 'numeric'
  const format = textOf(layers, 'format')
  if (
    format === 'int-or-string' ||
    layers.some((layer) => ownField(layer, 'x-kubernetes-int-or-string') === true)
  )
    return textOf(layers, 'pattern').startsWith(QUANTITY_PATTERN) ? 'numeric' : 'jsonb'
  switch (textOf(layers, 'type')) {
    case 'boolean':
      return 'boolean'
    case 'integer':
      return integerType(format)
    case 'number':
      return 'double precision'
    case 'string':
      return stringType(format)
    default:
      return 'jsonb'
  }
}

/** Whether an object of this schema may have fields that are not among its properties. */
function keepsOthers(layer: JsonObject): boolean {
  const others = ownField(layer, 'additionalProperties')
  return (
    ownField(layer, 'x-kubernetes-preserve-unknown-fields') === true ||
    ownField(layer, 'x-kubernetes-embedded-resource') === true ||
    (others !== undefined && others !== false)
  )
}

/** The schemas of one document. */
export class OpenApi {
  private readonly members: Members
  /** The byte offset of each schema, by name. */
  private readonly schemas: JsonObject

  constructor(members: Members) {
    this.members = members
    const schemas = members(null)
    this.schemas = isObject(schemas) ? schemas : {}
  }

  /**
   * The fields of a kind in the order of their paths, without apiVersion, kind and metadata; null if the document does
   * not have the kind. Fields of spec and status are split `depth` levels deep, others one level less. An object that
   * may have fields which its schema does not list comes as a whole before the fields that it lists. A kind that may
   * have any field has spec and status.
   */
  fieldsOf(group: string, version: string, kind: string, depth: number): Field[] | null {
    const schema = this.findKind(group, version, kind)
    if (schema === null) return null
    const fields: Field[] = []
    const listed = this.properties(schema.layers)
    if (schema.layers.some(keepsOthers)) {
      const names = listed.map(([name]) => name)
      for (const field of UNKNOWN_FIELDS) if (!names.includes(field.path[0] ?? '')) fields.push(field)
    }
    for (const [name, child] of listed) {
      if (name === 'apiVersion' || name === 'kind' || name === 'metadata') continue
      const levels = SECTIONS.includes(name) ? depth : Math.max(0, depth - 1)
      this.collect(child, [name], levels, schema.names, fields)
    }
    const isBytes = group === BYTES_GROUP && kind === BYTES_KIND
    return fields.map((field) => (isBytes && field.type === 'numeric' ? { ...field, type: 'bigint' } : field))
  }

  /** The description of a kind; '' if there is none. */
  descriptionOf(group: string, version: string, kind: string): string {
    return textOf(this.findKind(group, version, kind)?.layers ?? [], 'description')
  }

  private findKind(group: string, version: string, kind: string): Resolved | null {
    const names = Object.keys(this.schemas)
    // The name of a schema nearly always ends with its kind.
    const likely = names.filter((name) => name.endsWith(`.${kind}`))
    for (const name of likely.concat(names)) {
      const schema = this.object(this.schemas[name])
      const kinds = this.list(ownField(schema, 'x-kubernetes-group-version-kind'))
      // The schemas of request options (DeleteOptions and the like) carry the kind of every group, so only a schema of
      // one kind counts.
      const only = kinds.length === 1 ? this.object(kinds[0]) : {}
      const isIt =
        ownField(only, 'kind') === kind &&
        ownField(only, 'version') === version &&
        (ownField(only, 'group') ?? '') === group
      if (isIt) return this.resolve(schema)
    }
    return null
  }

  private collect(
    schema: JsonObject,
    path: readonly string[],
    levels: number,
    above: readonly string[],
    fields: Field[],
    isWithin = false,
  ): void {
    const resolved = this.resolve(schema)
    const type = typeOf(resolved)
    // A schema that contains itself is not split again, because that would never end.
    const isOpen = levels > 0 && type === 'jsonb' && !resolved.names.some((name) => above.includes(name))
    const children = isOpen ? this.properties(resolved.layers) : []
    const isReadOnly = isWithin || resolved.layers.some((layer) => ownField(layer, 'readOnly') === true)
    if (children.length === 0 || resolved.layers.some(keepsOthers))
      fields.push({
        path,
        type,
        description: textOf(resolved.layers, 'description'),
        ...(isReadOnly ? { isReadOnly } : {}),
      })
    for (const [name, child] of children)
      this.collect(child, path.concat(name), levels - 1, above.concat(resolved.names), fields, isReadOnly)
  }

  /** The properties of all layers, by name. If several layers have the same property, the first one counts. */
  private properties(layers: readonly JsonObject[]): [string, JsonObject][] {
    const found: [string, JsonObject][] = []
    const names = new Set<string>()
    for (const layer of layers) {
      for (const [name, child] of Object.entries(this.object(ownField(layer, 'properties')))) {
        if (names.has(name)) continue
        names.add(name)
        found.push([name, this.object(child)])
      }
    }
    return found.sort((a, b) => compare(a[0], b[0]))
  }

  private resolve(schema: JsonObject): Resolved {
    const layers: JsonObject[] = [schema]
    const names: string[] = []
    for (let i = 0; i < layers.length && layers.length < MAX_LAYERS; i++) {
      const layer = layers[i] ?? {}
      const ref = ownField(layer, '$ref')
      if (typeof ref === 'string' && ref.startsWith(REF_PREFIX)) {
        const name = ref.slice(REF_PREFIX.length)
        names.push(name)
        if (Object.hasOwn(this.schemas, name)) layers.push(this.object(this.schemas[name]))
      }
      for (const part of this.list(ownField(layer, 'allOf'))) layers.push(this.object(part))
    }
    return { layers, names }
  }

  /** The object at a byte offset; an empty one if there is none. */
  private object(place: JsonValue | undefined): JsonObject {
    const found = typeof place === 'number' ? this.members(place) : null
    return isObject(found) ? found : {}
  }

  private list(place: JsonValue | undefined): JsonValue[] {
    const found = typeof place === 'number' ? this.members(place) : null
    return Array.isArray(found) ? found : []
  }
}
