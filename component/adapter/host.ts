// Implements the Host of src/host.ts over the engine's natives. It only translates; decisions belong to src/.
import { numberOf } from '../../src/json/number.ts'
import type {
  BodyMethod,
  Host,
  HttpRequest,
  HttpResponse,
  ImportStatement,
  JsonDocument,
  JsonError,
  JsonShape,
  Metric,
  OptionsType,
  Qual,
  QualCell,
  QualValue,
  TargetColumn,
  TypeOid,
  WrittenCell,
} from '../../src/host.ts'
import type { JsonKind, JsonValue } from '../../src/json/values.ts'
import { TYPE_OIDS } from './type-oids.ts'
import type { DocumentHandle, ResponseHandle, ShapeHandle } from './natives.ts'

const OPTIONS: OptionsType[] = ['server', 'table', 'import-schema']
const KINDS: JsonKind[] = ['missing', 'null', 'bool', 'number', 'string', 'array', 'object']
const LIST_TYPES: ImportStatement['listType'][] = ['all', 'limit-to', 'except']
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const METRICS: Metric[] = ['create-times', 'rows-in', 'rows-out', 'bytes-in', 'bytes-out']
/** This is a look-up by name because it is done for every cell. */
const NUMBERS: { [type: string]: number } = {}
TYPE_OIDS.forEach((type, number) => {
  NUMBERS[type] = number
})

function numberOfType(type: TypeOid): number {
  return NUMBERS[type] ?? -1
}

const BOOL = numberOfType('bool')
const I64 = numberOfType('i64')

/** Every response and document that this host hands out has a handle. */
interface WithHandle {
  readonly handle: number
}

class NativeResponse implements HttpResponse, WithHandle {
  readonly handle: ResponseHandle
  readonly status: number
  readonly bodyBytes: number
  readonly url: string

  constructor(facts: [ResponseHandle, number, number, string]) {
    this.handle = facts[0]
    this.status = facts[1]
    this.bodyBytes = facts[2]
    this.url = facts[3]
  }

  header(name: string, place = 0): string | null {
    return native.responseHeader(this.handle, name, place)
  }

  bodyText(maxBytes: number): string {
    return native.responseText(this.handle, maxBytes)
  }

  lineCount(): number {
    return native.responseLines(this.handle)
  }

  line(place: number): readonly [text: string, next: number] | null {
    return native.responseLine(this.handle, place)
  }

  release(): void {
    native.releaseResponse(this.handle)
  }
}

class NativeDocument implements JsonDocument, WithHandle {
  readonly handle: DocumentHandle
  readonly rowCount: number

  constructor(handle: DocumentHandle, rowCount: number) {
    this.handle = handle
    this.rowCount = rowCount
  }

  kind(row: number, leaf: number): JsonKind {
    return KINDS[native.kind(this.handle, row, leaf)] as JsonKind
  }

  text(row: number, leaf: number): string {
    return native.text(this.handle, row, leaf)
  }

  json(row: number, leaf: number): string {
    return native.json(this.handle, row, leaf)
  }

  tree(row: number, leaf: number): JsonValue {
    return native.tree(this.handle, row, leaf, numberOf) as JsonValue
  }

  members(place: number | null): JsonValue {
    return native.members(this.handle, place ?? -1, numberOf) as JsonValue
  }

  release(): void {
    native.releaseDocument(this.handle)
  }
}

// A correlated subquery begins a scan for every outer row, so equal shapes are made only once.
const shapeHandles: { [key: string]: ShapeHandle } = {}

function shapeHandle(shape: JsonShape): ShapeHandle {
  const key = JSON.stringify([shape.head, shape.rowsKey, shape.row])
  if (!Object.hasOwn(shapeHandles, key)) {
    shapeHandles[key] = native.shape(shape.head, shape.rowsKey, shape.row)
  }
  return shapeHandles[key] as ShapeHandle
}

function flatHeaders(request: HttpRequest): string[] {
  const headers: string[] = []
  for (const header of request.headers) headers.push(header[0], header[1])
  return headers
}

export const host: Host = {
  option(type: OptionsType, key: string): string | null {
    return native.option(OPTIONS.indexOf(type), key)
  },
  targetColumns(): TargetColumn[] {
    const flat = native.columns()
    const columns: TargetColumn[] = []
    for (let i = 0; i < flat.length; i += 3) {
      const type = TYPE_OIDS[flat[i + 1] as number] ?? 'other'
      columns.push({ name: flat[i] as string, type, number: flat[i + 2] as number })
    }
    return columns
  },
  quals(): Qual[] {
    const flat = native.quals()
    const quals: Qual[] = []
    for (let i = 0; i < flat.length; i += 4) {
      quals.push({
        field: flat[i] as string,
        operator: flat[i + 1] as string,
        useOr: flat[i + 2] as boolean,
        isParameter: flat[i + 3] as boolean,
        index: i / 4,
      })
    }
    return quals
  },
  qualValue(qual: Qual): QualValue {
    const flat = native.qualValue(qual.index)
    const cells: QualCell[] = []
    for (let i = 1; i < flat.length; i += 2) {
      cells.push({ type: TYPE_OIDS[flat[i] as number] ?? 'other', value: flat[i + 1] ?? null })
    }
    return { isArray: flat[0], cells }
  },
  rowLimit(): number | null {
    const rows = native.rowLimit()
    return rows < 0 ? null : rows
  },
  get(request: HttpRequest): HttpResponse {
    return new NativeResponse(native.request(request.url, flatHeaders(request)))
  },
  send(method: BodyMethod, request: HttpRequest, body: string): HttpResponse {
    return new NativeResponse(
      native.request(request.url, flatHeaders(request), METHODS.indexOf(method), body),
    )
  },
  indexJson(response: HttpResponse, shape: JsonShape): JsonDocument | JsonError {
    const result = native.index((response as HttpResponse & WithHandle).handle, shapeHandle(shape))
    const first = result[0]
    return typeof first === 'string'
      ? { message: first, offset: result[1] }
      : new NativeDocument(first, result[1])
  },
  vaultSecret: native.vaultSecret,
  vaultSecretByName: native.vaultSecretByName,
  setting: native.setting,
  epochSeconds: native.epochSeconds,
  addStatistic(fdwName: string, metric: Metric, amount: number): void {
    native.addStatistic(fdwName, METRICS.indexOf(metric), amount)
  },
  info: native.info,
  notice: native.notice,
  warning: native.warning,
  importStatement(): ImportStatement {
    const parts = native.importStatement()
    return {
      serverName: parts[0],
      remoteSchema: parts[1],
      listType: LIST_TYPES[parts[2]] ?? 'all',
      tables: parts.slice(3) as string[],
    }
  },
  pushStatement: native.pushStatement,
  writtenCells(): WrittenCell[] {
    const flat = native.row()
    const cells: WrittenCell[] = []
    for (let i = 0; i < flat.length; i += 3) {
      const type = TYPE_OIDS[flat[i + 1] as number] ?? 'other'
      cells.push({ name: flat[i] as string, type, value: flat[i + 2] ?? null })
    }
    return cells
  },
  rowId: native.rowId,
  pushNull: native.pushNull,
  pushBool(value: boolean): void {
    native.pushNumber(BOOL, value ? 1 : 0)
  },
  pushNumber(type: TypeOid, value: number): void {
    native.pushNumber(numberOfType(type), value)
  },
  pushI64(digits: string): void {
    native.pushText(I64, digits)
  },
  pushText(type: TypeOid, value: string): void {
    native.pushText(numberOfType(type), value)
  },
  pushTime(type: TypeOid, epochSeconds: number, micros: number): void {
    native.pushTime(numberOfType(type), epochSeconds, micros)
  },
  pushObject(type: TypeOid, document: JsonDocument, row: number, leaf: number, members: string): boolean {
    const { handle } = document as JsonDocument & WithHandle
    return native.pushObject(numberOfType(type), handle, row, leaf, members)
  },
  pushSlice(type: TypeOid, document: JsonDocument, row: number, leaf: number): boolean {
    return native.pushSlice(numberOfType(type), (document as JsonDocument & WithHandle).handle, row, leaf)
  },
}
