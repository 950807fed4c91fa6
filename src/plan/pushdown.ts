// Turns conditions of WHERE into what the request can leave out. Every rule must ask for a superset of the rows,
// because Postgres checks each condition again; and no value of a condition may get into a row.
import type { Resource } from '../cluster/resource.ts'
import {
  fieldRequirement,
  isLabelKey,
  isNamespaceName,
  isObjectName,
  labelRequirement,
} from '../cluster/selectors.ts'
import type { JsonPath, Qual, QualCell, QualValue, Query, TypeOid } from '../host.ts'
import { FIRST_UNSAFE, numberOf } from '../json/number.ts'
import { parseJson } from '../json/parse.ts'
import { isObject, ownField, valueAt } from '../json/values.ts'
import type { JsonValue } from '../json/values.ts'
import { placeOf } from './columns.ts'
import type { Columns, Extractor } from './columns.ts'
import { guessedField, selectableFields } from './selectable.ts'
import type { FieldType, SelectableField } from './selectable.ts'

/**
 * What the conditions say about the objects that can be in the result. If a list has several entries, an object has to
 * match only one of them.
 */
export interface Pushdown {
  /** The namespaces. Null means any; an empty list means none, and then nothing is requested. */
  readonly namespaces: readonly string[] | null
  readonly names: readonly string[] | null
  readonly labels: readonly string[]
  readonly fields: readonly string[]
  /** The value of the virtual column `label_selector` or `field_selector`; see selections.ts. */
  readonly labelSelector: string | null
  readonly fieldSelector: string | null
}

const MAX_DEPTH = 500
/** The integer types whose values a selector can compare. */
const INTEGER_TYPES: readonly TypeOid[] = ['i16', 'i32', 'i64']

function isPath(path: JsonPath, ...steps: readonly string[]): boolean {
  return path.length === steps.length && path.every((step, i) => step === steps[i])
}

/** The values that are in both lists. Null stands for a list of all values. */
function intersection(left: readonly string[] | null, right: readonly string[]): readonly string[] {
  const distinct = right.filter((value, i) => right.indexOf(value) === i)
  return left === null ? distinct : left.filter((value) => distinct.includes(value))
}

/** The text of a value as a selector has it; null if the column's type may write the same value differently. */
function selectorText(cell: QualCell, column: TypeOid, field: FieldType): string | null {
  const { type, value } = cell
  if (type === 'string' && column === 'string' && typeof value === 'string') return value
  if (field === 'bool' && type === 'bool' && column === 'bool') return String(value)
  if (field !== 'integer' || !INTEGER_TYPES.includes(type) || !INTEGER_TYPES.includes(column)) return null
  return typeof value === 'number' && Math.abs(value) < FIRST_UNSAFE ? String(value) : null
}

/**
 * What a condition says about its column: that it equals one of `cells` (or none of them, if `isEqual` is false), or,
 * if `cells` is null, that it is there.
 */
interface Test {
  readonly isEqual: boolean
  readonly cells: readonly QualCell[] | null
}

/** The values to compare with; null if they are not known. */
function knownCells(host: Query, qual: Qual): QualValue | null {
  const value = host.qualValue(qual)
  if (!qual.isParameter) return value
  // What is not known comes as the text 'null' or as a type's zero. Numbers and booleans cannot be told apart from
  // that.
  const isKnown = value.cells.every((cell) => typeof cell.value === 'string' && cell.value !== 'null')
  return isKnown ? value : null
}

class Collector {
  private readonly host: Query
  private readonly resource: Resource
  private readonly columns: Columns
  private namespaces: readonly string[] | null = null
  private names: readonly string[] | null = null
  private readonly labels: string[] = []
  private readonly fields: string[] = []
  private readonly known: SelectableField[]

  constructor(host: Query, resource: Resource, columns: Columns) {
    this.host = host
    this.resource = resource
    this.columns = columns
    this.known = selectableFields(resource)
  }

  result(): Pushdown {
    const { namespaces, names, labels, fields } = this
    return { namespaces, names, labels, fields, labelSelector: null, fieldSelector: null }
  }

  read(qual: Qual): void {
    const column = this.columns.extractors.find((extractor) => extractor.name === qual.field)
    const place = column === undefined ? null : placeOf(column, this.columns.rowPaths)
    if (column === undefined || place === null) return
    if (column.type === 'json') this.readJson(qual, place)
    else this.readScalar(qual, column, place)
  }

  private readScalar(qual: Qual, column: Extractor, place: JsonPath): void {
    const test = this.testOf(qual)
    if (test === null) return
    if (isPath(place, 'metadata', 'namespace'))
      this.namespaces = this.only(test, column, isNamespaceName, this.namespaces)
    else if (isPath(place, 'metadata', 'name')) this.readName(test, column)
    else if (place.length === 3 && isPath(place.slice(0, 2), 'metadata', 'labels'))
      this.readLabel(test, column, String(place[2]))
    else this.readField(test, column, place)
  }

  private testOf(qual: Qual): Test | null {
    const { operator, useOr } = qual
    if (operator === 'is' || operator === 'is not') {
      const { cells } = this.host.qualValue(qual)
      // `IS TRUE` and the like come with a boolean cell.
      return cells[0]?.type === 'string' ? { isEqual: operator === 'is not', cells: null } : null
    }
    if (operator !== '=' && operator !== '<>') return null
    const known = knownCells(this.host, qual)
    // `= ANY` and `<> ALL` can be used; `= ALL` and `<> ANY` say too little.
    if (known === null || (known.isArray && useOr !== (operator === '='))) return null
    return { isEqual: operator === '=', cells: known.cells }
  }

  private texts(test: Test, column: Extractor, field: FieldType): string[] | null {
    const texts: string[] = []
    for (const cell of test.cells ?? []) {
      const text = selectorText(cell, column.type, field)
      if (text === null) return null
      texts.push(text)
    }
    return test.cells === null ? null : texts
  }

  /** Intersects `before` with the values; returns `before` itself if one of the values cannot be used. */
  private only(
    test: Test,
    column: Extractor,
    canBe: (text: string) => boolean,
    before: readonly string[] | null,
  ): readonly string[] | null {
    const texts = test.isEqual ? this.texts(test, column, 'string') : null
    return texts?.every(canBe) === true ? intersection(before, texts) : before
  }

  private readName(test: Test, column: Extractor): void {
    if (test.isEqual) this.names = this.only(test, column, isObjectName, this.names)
    else this.requireFields({ label: 'metadata.name', path: [], type: 'string' }, test, column)
  }

  private readLabel(test: Test, column: Extractor, key: string): void {
    // Only text has every label's value unchanged.
    if (column.type !== 'string') return
    if (test.cells === null) {
      if (isLabelKey(key)) this.labels.push(test.isEqual ? key : `!${key}`)
      return
    }
    const texts = this.texts(test, column, 'string')
    const requirement = texts === null ? null : labelRequirement(key, test.isEqual, texts)
    if (requirement !== null) this.labels.push(requirement)
  }

  private readField(test: Test, column: Extractor, place: JsonPath): void {
    const field =
      this.known.find((candidate) => isPath(place, ...candidate.path)) ?? guessedField(this.resource, place)
    if (field !== null) this.requireFields(field, test, column)
  }

  private requireFields(field: SelectableField, test: Test, column: Extractor): void {
    const texts = this.texts(test, column, field.type)
    // A field selector has no `in`.
    if (texts === null || (test.isEqual && texts.length !== 1)) return
    for (const text of texts) this.addField(field.label, test.isEqual, text)
  }

  private addField(label: string, isEqual: boolean, text: string): void {
    const requirement = fieldRequirement(label, isEqual, text)
    if (requirement !== null) this.fields.push(requirement)
  }

  /** Reads `column @> value`, `column = value` and `column ? key` of a jsonb column. */
  private readJson(qual: Qual, place: JsonPath): void {
    const { operator } = qual
    if (operator !== '@>' && operator !== '=' && operator !== '?') return
    const known = knownCells(this.host, qual)
    const cell = known?.cells[0]
    if (known?.isArray !== false || typeof cell?.value !== 'string') return
    if (operator === '?') {
      if (isPath(place, 'metadata', 'labels') && isLabelKey(cell.value)) this.labels.push(cell.value)
      return
    }
    if (cell.type !== 'json') return
    const parsed = parseJson(cell.value, MAX_DEPTH, numberOf)
    if ('problem' in parsed) return
    let contained: JsonValue = parsed.value
    for (const step of place.slice().reverse()) {
      if (typeof step !== 'string') return
      contained = { [step]: contained }
    }
    this.readContained(contained)
  }

  /** Reads what an object must have if it contains `contained`: its labels, name, namespace and selectable fields. */
  private readContained(contained: JsonValue): void {
    const metadata = ownField(contained, 'metadata')
    const labels = ownField(metadata, 'labels')
    for (const key of isObject(labels) ? Object.keys(labels) : []) {
      const value = ownField(labels, key)
      const requirement = typeof value === 'string' ? labelRequirement(key, true, [value]) : null
      if (requirement !== null) this.labels.push(requirement)
    }
    const namespace = ownField(metadata, 'namespace')
    if (typeof namespace === 'string' && isNamespaceName(namespace))
      this.namespaces = intersection(this.namespaces, [namespace])
    const name = ownField(metadata, 'name')
    if (typeof name === 'string' && isObjectName(name)) this.names = intersection(this.names, [name])
    for (const field of this.known) {
      const value = valueAt(contained, field.path)
      if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
        this.addField(field.label, true, String(value))
    }
  }
}

/**
 * Reads the conditions that the host hands over; ignores them if `narrows` is false. Those on the virtual columns are
 * read in selections.ts.
 */
export function readPushdown(host: Query, resource: Resource, columns: Columns, narrows: boolean): Pushdown {
  const collector = new Collector(host, resource, columns)
  for (const qual of narrows ? host.quals() : []) collector.read(qual)
  return collector.result()
}
