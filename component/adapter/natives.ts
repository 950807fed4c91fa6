// The functions that component/runtime/natives*.c gives to JavaScript, as they are: numbers for handles, arrays for tuples.
// Declarations only; host.ts makes the scan logic's Host of them.

export type ResponseHandle = number
export type ShapeHandle = number
export type DocumentHandle = number

interface Native {
  option(type: number, key: string): string | null
  /** Name, type-oid number and place in the table, in turn. */
  columns(): (string | number)[]
  /** Field, operator, use-or, and whether it is a parameter, in turn. */
  quals(): (string | boolean)[]
  /** Whether it is an array; then type-oid number and value of each cell, in turn. */
  qualValue(index: number): [boolean, ...(number | string | boolean | undefined)[]]
  rowLimit(): number
  /** `headers`: names and values, alternating. With a body a POST. Throws the host's text where no response came. */
  request(
    url: string,
    headers: string[],
    body?: string,
  ): [ResponseHandle, status: number, bodyBytes: number, url: string]
  responseHeader(response: ResponseHandle, name: string, place: number): string | null
  responseText(response: ResponseHandle, maxBytes: number): string
  /** null after the last. */
  responseLine(response: ResponseHandle, place: number): [line: string, next: number] | null
  responseLines(response: ResponseHandle): number
  releaseResponse(response: ResponseHandle): void
  shape(
    head: readonly (readonly (string | number)[])[],
    rowsKey: string | null,
    row: readonly (readonly (string | number)[])[],
  ): ShapeHandle
  index(
    response: ResponseHandle,
    shape: ShapeHandle,
  ): [DocumentHandle, rowCount: number] | [string, offset: number]
  kind(document: DocumentHandle, row: number, leaf: number): number
  text(document: DocumentHandle, row: number, leaf: number): string
  json(document: DocumentHandle, row: number, leaf: number): string
  /** `numberOf` makes the value of a number that a double would print otherwise. */
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
  /** Server, remote schema, list type, and the tables. */
  importStatement(): [string, string, number, ...string[]]
  pushStatement(sql: string): void
  pushNull(): void
  pushNumber(cell: number, value: number): void
  pushText(cell: number, value: string): void
  pushTime(cell: number, epochSeconds: number, micros: number): void
  pushObject(cell: number, document: DocumentHandle, row: number, leaf: number, members: string): boolean
  pushSlice(cell: number, document: DocumentHandle, row: number, leaf: number): boolean
}

declare global {
  // The engine's library table defines it (component/runtime/stdlib.c).
  const native: Native
}
