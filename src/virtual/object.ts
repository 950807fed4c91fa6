// What a virtual object is: its columns, the conditions that it takes, and how it is asked for. Each one has a file of
// its own.
import type { Api } from '../cluster/api.ts'
import { purposeOf } from '../cluster/failure.ts'
import type { Failure, Purpose } from '../cluster/failure.ts'
import type { Page } from '../cluster/page.ts'
import type { VirtualName } from '../declared.ts'
import { FdwError } from '../errors.ts'
import { HEAD } from '../host.ts'
import type { HttpResponse, JsonPath } from '../host.ts'
import type { JsonValue } from '../json/values.ts'
import type { OwnColumns } from '../plan/columns.ts'
import type { Inputs } from '../plan/combinations.ts'
import type { TableOptions } from '../session/options.ts'

export type InputType = 'text' | 'integer' | 'boolean'

export interface Questions {
  readonly inputs: Inputs
  /**
   * Called for rows that show these inputs as they were asked with.
   * @throws {FdwError} plan if one of them has no value and the query compares it.
   */
  readonly settle: (names: readonly string[]) => void
}

/** What the steps of a scan get. */
export interface Asked extends Questions {
  readonly api: Api
  readonly table: TableOptions
  /** The result of `current_setting(name, true)`. */
  readonly setting: (name: string) => string | null
}

/** A verb on a resource of the core group. */
export interface Right {
  readonly verb: string
  readonly plural: string
  readonly subresource: string
}

export interface VirtualQuestion {
  readonly right: Right | null
}

export interface VirtualObject {
  /** The name in the option `object`. The plural of a resource has neither an underscore nor a slash. */
  readonly name: VirtualName
  readonly columns: OwnColumns
  /**
   * The columns whose conditions are the question, with their types. Each row shows the value that it was asked with.
   */
  readonly inputs: { readonly [name: string]: InputType }
  /** Whether the table may have the option namespace. */
  readonly hasNamespace: boolean
  /** What the user must be allowed to do to see rows; not given if everybody may see them. */
  readonly right?: Right
  /** The requests in order; each is made when Postgres wants its rows. @throws {FdwError} plan. */
  steps(asked: Asked): (() => Page)[]
}

/**
 * A request for something that is no list. `notFound` is the hint if the server does not know the path; null for the
 * usual one.
 */
export interface Question extends Purpose {
  readonly notFound: string | null
}

/**
 * Makes a question.
 * @example question('GET /version', 'get', '/version')
 */
export function question(
  request: string,
  verb: string,
  resource: string,
  notFound: string | null = null,
): Question {
  return { ...purposeOf(request, resource), verb, notFound }
}

/** Columns that show the row's member of the same name. */
export function membersByName(names: readonly string[]): OwnColumns {
  const columns: { [name: string]: JsonPath } = {}
  for (const name of names) columns[name] = [name]
  return columns
}

/** Makes the error for a response with an unexpected code. */
export function refusal(api: Api, failure: Failure, asked: Question): FdwError {
  const error = api.error(failure, asked)
  return failure.code === 404 && asked.notFound !== null
    ? new FdwError(error.code, error.message, asked.notFound)
    : error
}

/** The error for JSON that lacks what was asked for. Without it there would be a row that says nothing, or no row. */
export function lacks(asked: Question, field: string): FdwError {
  return new FdwError(
    'decode',
    `${asked.request}: the answer has no ${field}`,
    'is api_url the URL of an API server, and no other service in between?',
  )
}

/** The JSON of an answer as a tree. @throws {FdwError} status, decode. */
export function readAnswer(api: Api, response: HttpResponse, asked: Question): JsonValue {
  if (response.status !== 200 && response.status !== 201)
    throw refusal(api, api.failure(response, false), asked)
  const document = api.index(response, { head: [[]], rowsKey: null, row: [] }, asked)
  const tree = document.tree(HEAD, 0)
  document.release()
  return tree
}
