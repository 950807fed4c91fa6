// Sends a change to the API server: first as a dry run, and when all changes of the statement have passed, for real.
// A request whose answer is lost, or whose host has repeated it, is looked at before it counts as failed.
import type { Api } from '../cluster/api.ts'
import type { Failure } from '../cluster/failure.ts'
import type { Identity } from '../cluster/identity.ts'
import { JSON_TYPE } from '../cluster/requests.ts'
import { FdwError } from '../errors.ts'
import { HEAD } from '../host.ts'
import type { BodyMethod, HttpResponse, JsonShape } from '../host.ts'
import { jsonText } from '../json/number.ts'
import { isObject, listAt, ownField, textAt, valueAt } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import { base64 } from './base64.ts'
import { GONE, describe, writeError } from './errors.ts'
import type { Subject } from './errors.ts'
import { APPLY_PATCH, JSON_PATCH, MERGE_PATCH, jsonPatch, mergePatch, needsJsonPatch } from './patch.ts'
import { holds, setAt } from './trees.ts'

/** One request that changes one object. */
export interface Draft {
  readonly subject: Subject
  readonly method: BodyMethod
  readonly path: string
  /** Where the object itself is read. */
  readonly objectPath: string
  readonly type: string
  readonly body: JsonValue
  /** Whether an apply takes over the fields that others manage. */
  readonly forces?: boolean
  /** The object that was read; null if it is to be made. */
  readonly identity: Identity | null
  /** What the dry run of a patch has left at the place of each change, as JSON. */
  readonly outcome?: readonly string[]
}

/** Fields that the API server does not know, and keys that are given twice, are errors, as with kubectl. */
const QUERY = 'fieldManager=k8s_fdw&fieldValidation=Strict'
const WHOLE: JsonShape = { head: [[]], rowsKey: null, row: [] }
/** Of what the API server may say of a request of our own that it had already done. */
const MAY_BE_DONE = [404, 409, 422]

function isFine({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300
}

/** Whether a JSON patch did not fit the object: the API server does not say in what. */
function isMisfit({ type }: Draft, failure: Failure): boolean {
  return type === JSON_PATCH && failure.code === 422 && (failure.causes ?? []).length === 0
}

/** Whether an object is still in the state in which it was read. */
function isAsRead(object: JsonValue, identity: Identity | null): boolean {
  const metadata = ownField(object, 'metadata') ?? null
  return (
    textAt(metadata, 'uid') === identity?.uid &&
    textAt(metadata, 'resourceVersion') === identity.resourceVersion
  )
}

/** A Secret as the API server keeps it: what is written as stringData is read as data. */
function asStored(body: JsonValue): JsonValue {
  const texts = ownField(body, 'stringData')
  if (!isObject(body) || !isObject(texts)) return body
  const data: JsonObject = {}
  const given = ownField(body, 'data')
  if (isObject(given)) for (const key of Object.keys(given)) setAt(data, [key], given[key] ?? null)
  for (const key of Object.keys(texts)) setAt(data, [key], base64(textAt(texts, key)))
  return { ...body, data, stringData: null }
}

/** What is at the place of each change: of a place in a list the whole list, for elements move when one is removed. */
function outcomeOf({ subject }: Draft, object: JsonValue): string[] {
  return subject.changes.map(({ place }) => {
    const index = place.findIndex((step) => typeof step === 'number')
    return jsonText(valueAt(object, index === -1 ? place : place.slice(0, index)) ?? null)
  })
}

/** Whether the object as it is now is what the change makes of it; null if that cannot be told. */
function isMade(draft: Draft, object: JsonValue): boolean | null {
  const { subject, identity, body, outcome } = draft
  if (identity === null) return holds(object, subject.secret ? asStored(body) : body) ? true : null
  const metadata = ownField(object, 'metadata') ?? null
  const isSame = textAt(metadata, 'uid') === identity.uid
  const isDone =
    subject.verb === 'delete'
      ? !isSame || textAt(metadata, 'deletionTimestamp') !== ''
      : isSame && outcomeOf(draft, object).every((text, i) => text === outcome?.[i])
  if (isDone) return true
  return isAsRead(object, identity) ? false : null
}

/** Who has changed an object last, as it says itself. */
function lastManager(metadata: JsonValue): string {
  let last: JsonValue = null
  for (const entry of listAt(metadata, 'managedFields'))
    if (textAt(entry, 'time') >= textAt(last, 'time')) last = entry
  const [manager, time, part] = ['manager', 'time', 'subresource'].map((field) => textAt(last, field))
  if (manager === undefined || manager === '') return ''
  return `, by ${manager}${part === '' ? '' : ` (its ${part ?? ''})`}${time === '' ? '' : ` at ${time ?? ''}`}`
}

/** The error for a change whose answer is lost, and which the object does not show. */
function lost(error: FdwError, { subject }: Draft, isUnknown: boolean): FdwError {
  const what = describe(subject)
  return new FdwError(
    'connect',
    `${error.message}; ${isUnknown ? `it is not known whether ${what} was changed` : `${what} was not changed`}`,
    error.hint,
  )
}

export class Sender {
  private readonly api: Api

  constructor(api: Api) {
    this.api = api
  }

  /** Sends a change as a dry run. Returns it as it is to be sent for real. @throws {FdwError} */
  check(draft: Draft): Draft {
    const { subject, identity } = draft
    if (subject.verb === 'patch' && identity !== null) return this.checkPatch(draft, identity)
    const answer = this.tree(this.ask(draft, true))
    if (identity !== null || subject.name !== '') return draft
    // The name is made up once, and not anew by a request that a host repeats.
    const name = textAt(ownField(answer, 'metadata') ?? null, 'name')
    const body = isObject(draft.body) ? draft.body : {}
    const metadata = ownField(body, 'metadata')
    return {
      ...draft,
      subject: { ...subject, name },
      objectPath: `${draft.path}/${name}`,
      body: { ...body, metadata: { ...(isObject(metadata) ? metadata : {}), name } },
    }
  }

  /**
   * Sends a change for real. What is applied twice is as applied once, so an apply whose answer is lost is repeated: the
   * object does not show whether what was applied before, and is no more, was removed.
   * @throws {FdwError}
   */
  make(draft: Draft, isRepeated = false): void {
    const isApply = draft.type === APPLY_PATCH
    let response: HttpResponse
    try {
      response = this.send(draft, false)
    } catch (error) {
      if (!(error instanceof FdwError) || error.code !== 'connect') throw error
      if (isApply && !isRepeated) {
        this.make(draft, true)
        return
      }
      const isDone = isApply ? null : this.isDone(draft)
      if (isDone === true) return
      throw lost(error, draft, isDone === null)
    }
    if (isFine(response)) {
      response.release()
      return
    }
    const failure = this.api.failure(response, draft.subject.secret)
    if (!isApply && MAY_BE_DONE.includes(failure.code) && this.isDone(draft) === true) return
    throw this.error(draft, failure)
  }

  /** Whether a change is made; null if that cannot be found out. */
  private isDone(draft: Draft): boolean | null {
    const object = this.peek(draft)
    if (object === undefined) return null
    if (object !== null) return isMade(draft, object)
    // An object that was to be changed may have been changed before it was deleted.
    return draft.subject.verb === 'patch' ? null : draft.subject.verb === 'delete'
  }

  private checkPatch(draft: Draft, identity: Identity): Draft {
    const { changes } = draft.subject
    if (!needsJsonPatch(changes))
      return this.tried({ ...draft, type: MERGE_PATCH, body: mergePatch(identity, changes) })
    const blind = { ...draft, type: JSON_PATCH, body: jsonPatch(identity, changes, null) }
    const response = this.send(blind, true)
    if (isFine(response)) return { ...blind, outcome: outcomeOf(blind, this.tree(response)) }
    const failure = this.api.failure(response, draft.subject.secret)
    const object = isMisfit(blind, failure) ? this.read(draft) : null
    if (!isObject(object) || !isAsRead(object, identity)) throw this.error(blind, failure)
    return this.tried({ ...blind, body: jsonPatch(identity, changes, object) })
  }

  private tried(draft: Draft): Draft {
    return { ...draft, outcome: outcomeOf(draft, this.tree(this.ask(draft, true))) }
  }

  private send({ method, path, type, body, forces }: Draft, isDry: boolean): HttpResponse {
    const { api } = this
    if (method !== 'DELETE')
      return api.write(
        method,
        path,
        `${QUERY}${forces === true ? '&force=true' : ''}${isDry ? '&dryRun=All' : ''}`,
        type,
        body,
      )
    const options = isDry && isObject(body) ? { ...body, dryRun: ['All'] } : body
    return api.write(method, path, '', type, options)
  }

  /** Sends a change, whose answer has to be a success. @throws {FdwError} */
  private ask(draft: Draft, isDry: boolean): HttpResponse {
    const response = this.send(draft, isDry)
    if (isFine(response)) return response
    throw this.error(draft, this.api.failure(response, draft.subject.secret))
  }

  private error(draft: Draft, failure: Failure): FdwError {
    const who = (): string => this.changedBy(draft)
    const object = isMisfit(draft, failure) ? this.peek(draft) : undefined
    const isConflict = object !== undefined && !isAsRead(object, draft.identity)
    const answer = isConflict ? { ...failure, code: 409 } : failure
    return writeError(answer, draft.subject, who, this.api.error(failure, draft.subject))
  }

  private tree(response: HttpResponse): JsonValue {
    const document = this.api.index(response, WHOLE, {
      request: 'the answer',
      resource: '',
      namespace: null,
      hasSelectors: false,
      secret: true,
    })
    const tree = document.tree(HEAD, 0)
    document.release()
    return tree
  }

  /** The object as it is now; null if it is gone. @throws {FdwError} */
  private read({ objectPath, subject }: Draft): JsonValue {
    const response = this.api.get(objectPath, '', JSON_TYPE)
    if (isFine(response)) return this.tree(response)
    const failure = this.api.failure(response, subject.secret)
    if (failure.code === 404) return null
    throw this.api.error(failure, { ...subject, request: `GET ${objectPath}`, verb: 'get' })
  }

  /** The object as it is now, null if it is gone; undefined if there is another failure, which is not the one to report. */
  private peek(draft: Draft): JsonValue | undefined {
    try {
      return this.read(draft)
    } catch (error) {
      if (error instanceof FdwError) return undefined
      throw error
    }
  }

  private changedBy(draft: Draft): string {
    const object = this.peek(draft)
    if (object === undefined) return ''
    if (object === null) return GONE
    const metadata = ownField(object, 'metadata') ?? null
    return textAt(metadata, 'uid') === draft.identity?.uid
      ? lastManager(metadata)
      : ': it was deleted, and another of its name was made'
  }
}
