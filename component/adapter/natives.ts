// Declares the functions that component/runtime/natives*.c gives to JavaScript, as they are: handles are numbers, and
// tuples are arrays. host.ts makes the scan logic's Host of them.

export type ResponseHandle = number
export type ShapeHandle = number
export type DocumentHandle = number

interface Native {
  option(type: number, key: string): string | null
  /** The name, the type-oid number and the place in the table of each column, in turn. */
  columns(): (string | number)[]
  /** The field, the operator, use-or, and whether the value is a parameter, for each condition in turn. */
  quals(): (string | boolean)[]
  /** First whether it is an array; then the type-oid number and the value of each cell, in turn. */
  qualValue(index: number): [boolean, ...(number | string | boolean | undefined)[]]
  rowLimit(): number
  /**
   * `headers` are names and values in turn; `method` is its number in `wit/http.wit`, and a GET if it is left out.
   * Throws the host's text if no response came.
   */
  request(
    url: string,
    headers: string[],
    method?: number,
    body?: string,
  ): [ResponseHandle, status: number, bodyBytes: number, url: string]
  responseHeader(response: ResponseHandle, name: string, place: number): string | null
  responseText(response: ResponseHandle, maxBytes: number): string
  /** Null after the last line. */
  responseLine(response: ResponseHandle, place: number): [line: string, next: number] | null
  responseLines(response: ResponseHandle): number
  releaseResponse(response: ResponseHandle): void
  shape(
    head: readonly (readonly (string | number)[])[],
    rowsKey: string | true | null,
    row: readonly (readonly (string | number)[])[],
  ): ShapeHandle
  index(
    response: ResponseHandle,
    shape: ShapeHandle,
  ): [DocumentHandle, rowCount: number] | [string, offset: number]
  kind(document: DocumentHandle, row: number, leaf: number): number
  text(document: DocumentHandle, row: number, leaf: number): string
  json(document: DocumentHandle, row: number, leaf: number): string
  /** `numberOf` makes the value of a number that would be printed differently as a double. */
  tree(document: DocumentHandle, row: number, leaf: number, numberOf: (digits: string) => unknown): unknown
  members(document: DocumentHandle, place: number, numberOf: (digits: string) => unknown): unknown
  releaseDocument(document: DocumentHandle): void
  vaultSecret(id: string): string | null
  vaultSecretByName(name: string): string | null
  setting(name: string): string | null
  epochSeconds(): number
  addStatistic(fdwName: string, metric: number, amount: number): void
  info(message: string): void
  notice(message: string): void
  warning(message: string): void
  /** The server, the remote schema, the list type, and the tables. */
  importStatement(): [string, string, number, ...string[]]
  pushStatement(sql: string): void
  /** The name, the type-oid number and the value of each cell of the row, in turn; undefined for NULL. */
  row(): (string | number | boolean | undefined)[]
  rowId(): string | null
  pushNull(): void
  pushNumber(cell: number, value: number): void
  pushText(cell: number, value: string): void
  pushTime(cell: number, epochSeconds: number, micros: number): void
  pushObject(cell: number, document: DocumentHandle, row: number, leaf: number, members: string): boolean
  pushSlice(cell: number, document: DocumentHandle, row: number, leaf: number): boolean
}

declare global {
  // The engine's library table (component/runtime/stdlib.c) defines this.
  const native: Native
}
