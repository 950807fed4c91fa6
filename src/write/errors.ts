// Why the API server does not take a change: which column is at fault, who was there first, what to do.
import { isNamespaceMissing, isObjectMissing, isUnauthorized } from '../cluster/failure.ts'
import type { Failure, Purpose } from '../cluster/failure.ts'
import { FdwError } from '../errors.ts'
import type { JsonPath } from '../host.ts'
import { textAt } from '../json/values.ts'
import type { JsonValue } from '../json/values.ts'
import { oneLine } from '../text/one-line.ts'
import type { Change } from './trees.ts'

/** What a request was to do. */
export interface Subject extends Purpose {
  readonly verb: 'create' | 'patch' | 'delete'
  readonly kind: string
  readonly plural: string
  readonly name: string
  readonly changes: readonly Change[]
  /** Whether an earlier row of the statement makes the namespace. */
  readonly isNamespaceMade?: boolean
}

/** What the API server says of a field, and the column that was written there. */
interface Complaint {
  readonly where: string
  readonly says: string
  readonly isRequired: boolean
  /** null if no column of the statement leads there. */
  readonly change: Change | null
}

const IMMUTABLE = /immutable|may not (be )?change|updates to .* are forbidden|cannot be changed/i
const ADMISSION = /admission|denied (the )?request|violates /i

/** What is told instead of who has changed an object. */
export const GONE = ': it is gone'

/** `Deployment shop/web` */
export function describe({ kind, namespace, name }: Subject): string {
  return `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`
}

/** The steps of a field as the API server writes it: `spec.containers[0].image`, `data[a.b]`. */
function stepsOf(field: string): string[] {
  const steps: string[] = []
  let step = ''
  let isKey = false
  for (let at = 0; at <= field.length; at++) {
    const character = field.charAt(at)
    const isEnd: boolean = isKey ? character === ']' : character === '.' || character === '['
    if (!isEnd && at < field.length) {
      step += character
      continue
    }
    if (step !== '') steps.push(step)
    step = ''
    isKey = character === '['
  }
  return steps
}

/** How many steps a field and a place have in common; 0 unless one of them leads to the other. */
function shared(steps: readonly string[], place: JsonPath): number {
  const shorter = Math.min(steps.length, place.length)
  return steps.slice(0, shorter).every((step, i) => step === String(place[i])) ? shorter : 0
}

function complaintOf(cause: JsonValue, changes: readonly Change[], secret: boolean): Complaint {
  const field = textAt(cause, 'field')
  const steps = stepsOf(field)
  let change: Change | null = null
  let best = 0
  for (const one of changes) {
    const common = shared(steps, one.place)
    if (common > best) change = one
    best = Math.max(best, common)
  }
  return {
    where: change === null ? field : `column ${JSON.stringify(change.column)} (${field})`,
    // The message quotes the value.
    says: secret ? textAt(cause, 'reason') : oneLine(textAt(cause, 'message')),
    isRequired: textAt(cause, 'reason') === 'FieldValueRequired',
    change,
  }
}

function invalid(failure: Failure, subject: Subject): FdwError {
  const what = describe(subject)
  const complaints = (failure.causes ?? []).map((cause) =>
    complaintOf(cause, subject.changes, subject.secret),
  )
  const fixed = complaints.find(({ says, change }) => change !== null && IMMUTABLE.test(says))
  if (fixed !== undefined) {
    return new FdwError(
      'write',
      `${fixed.where} of ${what} cannot be changed once it is there: ${fixed.says}`,
      'leave it out of the statement, or DELETE the object and INSERT it anew',
    )
  }
  const missing = complaints.find(({ isRequired, change }) => isRequired && change?.value === null)
  if (missing !== undefined) {
    return new FdwError(
      'write',
      `${missing.where} of ${what} is NULL, and the object needs a value there: ${missing.says}`,
      'write a value, or leave the column out of the statement',
    )
  }
  const said = complaints.map(({ where, says }) => (where === '' ? says : `${where}: ${says}`)).join('; ')
  const words = subject.secret ? 'its words are hidden, for they may quote the Secret' : failure.detail
  return new FdwError(
    'write',
    `${what} would not be valid: ${said === '' ? words : said}`,
    'change the values that it names: kubectl explain says what a field may hold; an integer is best written to a column of type bigint, a quantity to one of type numeric or text, and a list or map to one of type jsonb',
  )
}

function conflict(failure: Failure, subject: Subject, who: () => string): FdwError {
  const what = describe(subject)
  if (failure.reason === 'AlreadyExists') {
    return new FdwError(
      'write',
      `${what} is there already`,
      "UPDATE it, or give the table the option on_insert 'apply', with which INSERT changes it",
    )
  }
  const managed = (failure.causes ?? []).filter((cause) => textAt(cause, 'reason') === 'FieldManagerConflict')
  if (managed.length > 0) {
    // These messages name managers, and quote no value.
    const fields = managed
      .map((cause) => complaintOf(cause, subject.changes, false))
      .map(({ where, says }) => `${where}: ${says}`)
    return new FdwError(
      'write',
      `${what} has fields that others manage: ${fields.join('; ')}`,
      "leave them out, so that they stay as they are; or give the table the option force 'on', with which they are taken over, as with kubectl apply --force-conflicts",
    )
  }
  return new FdwError(
    'write',
    `${what} has changed since it was read${who()}`,
    'run the statement again: it reads the object anew, and sees that change',
  )
}

function forbidden(failure: Failure, subject: Subject, otherwise: FdwError): FdwError {
  const what = describe(subject)
  const words = subject.secret ? 'its words are hidden, for they may quote the Secret' : failure.detail
  if (isUnauthorized(failure)) {
    return new FdwError(
      'write',
      `the user may not ${subject.verb} ${what}: ${failure.detail}`,
      otherwise.hint,
    )
  }
  if (failure.code === 403 && failure.detail.includes('quota')) {
    return new FdwError(
      'write',
      `a quota does not allow ${what}: ${words}`,
      `kubectl describe resourcequota ${subject.namespace === null ? '' : `-n ${subject.namespace} `}says what is used, and how much there may be`,
    )
  }
  return new FdwError(
    'write',
    `admission does not let ${what} be as it would be: ${words}`,
    'a policy, webhook or plugin of the cluster decides so, and says why: change the object, or ask who looks after the policy; kubectl get validatingadmissionpolicies,validatingwebhookconfigurations,mutatingwebhookconfigurations shows them',
  )
}

function notFound(failure: Failure, subject: Subject, who: () => string, otherwise: FdwError): FdwError {
  const what = describe(subject)
  if (isNamespaceMissing(failure, subject)) {
    return new FdwError(
      'write',
      `there is no namespace ${subject.namespace ?? ''} for ${what} to be in`,
      subject.isNamespaceMade === true
        ? 'a row of the same statement makes it, and it is not there before the statement ends: INSERT the namespace in a statement of its own first'
        : 'make the namespace first: it is an object of kind Namespace',
    )
  }
  const [, subresource] = subject.resource.split('/')
  // The API server says in the same words that the object is gone.
  if (subresource !== undefined && who() !== GONE) {
    return new FdwError(
      'write',
      `objects of kind ${subject.kind} have no subresource ${subresource}`,
      'ALTER FOREIGN TABLE … OPTIONS (DROP subresource): without it the object itself is written, with all that is below status',
    )
  }
  if (subject.verb !== 'create' && isObjectMissing(failure, subject.plural, subject.name)) {
    return new FdwError(
      'write',
      `${what} is gone since it was read`,
      'run the statement again: it reads the objects anew',
    )
  }
  return otherwise
}

/**
 * The error for an answer that does not take a change. `otherwise` is the error for any answer, and `who` finds out who
 * has changed the object, as in `, by kubectl at …`.
 */
export function writeError(
  failure: Failure,
  subject: Subject,
  who: () => string,
  otherwise: FdwError,
): FdwError {
  const { code, by, detail } = failure
  if (by !== 'server') return otherwise
  if (ADMISSION.test(detail) && !/failed calling webhook/.test(detail) && !isUnauthorized(failure))
    return forbidden(failure, subject, otherwise)
  if (code === 404) return notFound(failure, subject, who, otherwise)
  if (code === 409) return conflict(failure, subject, who)
  if (code === 422 || code === 400) return invalid(failure, subject)
  if (code === 403) return forbidden(failure, subject, otherwise)
  if (code === 405) {
    return new FdwError(
      'write',
      `the cluster lets nobody ${subject.verb} objects of kind ${subject.kind}`,
      'kubectl api-resources -o wide lists the verbs of each kind',
    )
  }
  return otherwise
}

/** What is added to the error of a statement of which a part was sent. */
export function withDone(error: FdwError, done: readonly string[], all: number): FdwError {
  const names = done.slice(0, 20).join(', ') + (done.length > 20 ? `, and ${done.length - 20} more` : '')
  return new FdwError(
    error.code,
    `${done.length} of ${all} changes are made${done.length === 0 ? '' : ` (${names})`}, and no more will be: ${error.message}`,
    error.hint,
  )
}
