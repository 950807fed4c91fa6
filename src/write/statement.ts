// One statement that writes a table: a request for each row, checked as it comes, and sent when the statement ends.
import { discover } from '../cluster/discovery.ts'
import { parseKey } from '../cluster/identity.ts'
import type { Identity } from '../cluster/identity.ts'
import { findBuiltIn, parseKind } from '../cluster/kinds.ts'
import { JSON_TYPE, listPath, objectPath } from '../cluster/requests.ts'
import { isSecret, resourceName } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'
import type { Api } from '../cluster/api.ts'
import { FdwError } from '../errors.ts'
import type { Host, JsonPath, WrittenCell } from '../host.ts'
import { textAt } from '../json/values.ts'
import { clusterOf } from '../plan/columns.ts'
import { refuseNamespace } from '../plan/plan.ts'
import type { TableOptions } from '../session/options.ts'
import type { WriteOptions } from '../session/write-options.ts'
import { describe, withDone } from './errors.ts'
import type { Subject } from './errors.ts'
import { manifestOf } from './manifest.ts'
import { isFixed, placeOf, refuseOverlap, refusePlace, refused } from './places.ts'
import { Sender } from './sender.ts'
import type { Draft } from './sender.ts'
import type { Change } from './trees.ts'
import { refuseMask, valueOf } from './values.ts'

const APPLY = 'application/apply-patch+yaml'

export class Statement {
  private readonly host: Host
  private readonly api: Api
  private readonly table: TableOptions
  private readonly options: WriteOptions
  private readonly isDry: boolean
  private readonly sender: Sender
  private readonly resource: Resource
  /** By column. */
  private readonly places = new Map<string, JsonPath>()
  private readonly drafts: Draft[] = []
  private readonly seen = new Set<string>()
  private readonly cluster: string | null

  constructor(host: Host, api: Api, table: TableOptions, options: WriteOptions, isDry: boolean) {
    this.host = host
    this.api = api
    this.table = table
    this.options = options
    this.isDry = isDry
    this.sender = new Sender(api)
    this.cluster = clusterOf(table.paths)
    const query = parseKind(table.kind)
    this.resource = findBuiltIn(query) ?? discover(api, query)
    refuseNamespace(table, this.resource)
  }

  insert(): void {
    this.refusePart('INSERT')
    const { resource, options } = this
    const changes = this.changes(null)
    const { object, metadata, namespace } = manifestOf(resource, changes, this.table.namespace)
    const name = textAt(metadata, 'name')
    const list = listPath(resource, namespace)
    const whole = name === '' ? list : objectPath(resource, namespace, name)
    if (options.applies && name === '') {
      throw new FdwError('write', 'the row has no name, and on_insert is apply', 'write the column name')
    }
    this.add({
      subject: this.subject(options.applies ? 'patch' : 'create', namespace, name, changes, whole),
      method: options.applies ? 'PATCH' : 'POST',
      path: options.applies ? whole : list,
      objectPath: whole,
      type: options.applies ? APPLY : JSON_TYPE,
      body: object,
      identity: null,
    })
  }

  update(): void {
    const identity = this.identity()
    const changes = this.changes(identity)
    const { namespace, name } = identity
    if (changes.length === 0) return
    const { subresource } = this.options
    const path = objectPath(this.resource, namespace, name)
    this.add({
      subject: this.subject('patch', namespace, name, changes, path),
      method: 'PATCH',
      path: subresource === null ? path : `${path}/${subresource}`,
      objectPath: path,
      type: JSON_TYPE,
      body: null,
      identity,
    })
  }

  delete(): void {
    this.refusePart('DELETE')
    const identity = this.identity()
    const { namespace, name, uid, resourceVersion } = identity
    const { propagationPolicy, gracePeriodSeconds } = this.options
    const path = objectPath(this.resource, namespace, name)
    this.add({
      subject: this.subject('delete', namespace, name, [], path),
      method: 'DELETE',
      path,
      objectPath: path,
      type: JSON_TYPE,
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid, resourceVersion },
        propagationPolicy,
        ...(gracePeriodSeconds === null ? {} : { gracePeriodSeconds }),
      },
      identity,
    })
  }

  /** Sends what has passed. @throws {FdwError} that says what was sent. */
  end(): void {
    const { drafts, host, api } = this
    if (this.isDry) {
      if (drafts.length > 0)
        host.notice(
          `${api.trace.prefix}k8s_fdw.dry_run is on: ${drafts.length} changes would be made, and none was`,
        )
      return
    }
    const done: string[] = []
    for (const draft of drafts) {
      try {
        this.sender.make(draft)
      } catch (error) {
        throw error instanceof FdwError && drafts.length > 1 ? withDone(error, done, drafts.length) : error
      }
      done.push(describe(draft.subject))
    }
  }

  private subject(
    verb: Subject['verb'],
    namespace: string | null,
    name: string,
    changes: readonly Change[],
    path: string,
  ): Subject {
    const { kind, plural } = this.resource
    return {
      request: `${verb} ${path}`,
      resource:
        resourceName(this.resource) +
        (this.options.subresource === null ? '' : `/${this.options.subresource}`),
      namespace,
      hasSelectors: false,
      secret: isSecret(this.resource),
      verb,
      kind,
      plural,
      name,
      changes,
    }
  }

  private refusePart(verb: string): void {
    const { subresource } = this.options
    if (subresource === null) return
    throw new FdwError(
      'write',
      `the table has the option subresource '${subresource}', and ${verb} is for whole objects`,
      `${verb} through a table without the option`,
    )
  }

  private identity(): Identity {
    const identity = parseKey(this.host.rowId() ?? '')
    if (identity !== null) return identity
    throw new FdwError(
      'write',
      'the row does not say which object it is: its object_key has no uid or no version',
      'objects that a server makes up as it is asked, such as metrics, cannot be written',
    )
  }

  private placeOf(column: string, isNew: boolean): JsonPath {
    const known = this.places.get(column)
    if (known !== undefined) return known
    const place = placeOf(column, this.table.paths)
    refusePlace(column, place, isNew, this.options.subresource)
    this.places.set(column, place)
    return place
  }

  /** What the row's columns write: of a new object all that are not NULL. */
  private changes(identity: Identity | null): Change[] {
    const changes = this.host.writtenCells().flatMap((cell) => this.changeOf(cell, identity))
    refuseOverlap(changes)
    return changes
  }

  private changeOf(cell: WrittenCell, identity: Identity | null): Change[] {
    const { name, value: given } = cell
    if (identity === null && given === null) return []
    // A partition shows one cluster, whose name its rows have.
    if (name === 'cluster' && given !== null && given === this.cluster) return []
    const place = this.placeOf(name, identity === null)
    const value = valueOf(cell, place)
    if (isSecret(this.resource)) refuseMask(name, value)
    if (identity === null || !isFixed(place)) return [{ column: name, place, value }]
    const { apiVersion, kind } = this.resource
    const fixed = { apiVersion, kind, ...identity }[String(place[place.length - 1])]
    if (value === fixed) return []
    throw refused(
      name,
      `an object keeps its ${place.join('.')}`,
      'leave it out of the statement; an object of another name is a new one: INSERT it, and DELETE this one',
    )
  }

  private add(draft: Draft): void {
    const { most } = this.options
    if (this.drafts.length === most) {
      throw new FdwError(
        'write',
        `the statement changes more than ${most} objects`,
        "if all of them are meant: ALTER FOREIGN TABLE … OPTIONS (ADD max_writes '…'), with at least as many; otherwise add a WHERE",
      )
    }
    // A name that is still to be made up is no other's.
    const isNamed = draft.subject.name !== ''
    if (isNamed && this.seen.has(draft.objectPath)) {
      throw new FdwError(
        'write',
        `two rows of the statement are for ${describe(draft.subject)}`,
        'a join gives a row for each match: make each object come once, as with DISTINCT ON or an aggregate',
      )
    }
    if (isNamed) this.seen.add(draft.objectPath)
    this.drafts.push(this.sender.check(draft))
  }
}
