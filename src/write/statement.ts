// One statement that writes a table: a request for each row, checked as it comes, and sent when the statement ends.
import { discover } from '../cluster/discovery.ts'
import { parseKey } from '../cluster/identity.ts'
import type { Identity } from '../cluster/identity.ts'
import { findBuiltIn, parseKind } from '../cluster/kinds.ts'
import { JSON_TYPE, listPath, objectPath } from '../cluster/requests.ts'
import { isSecret, resourceName } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'
import { hasStatus } from '../cluster/served.ts'
import type { Api } from '../cluster/api.ts'
import { FdwError } from '../errors.ts'
import type { Host, JsonPath, WrittenCell } from '../host.ts'
import { textAt, valueAt } from '../json/values.ts'
import { clusterOf } from '../plan/columns.ts'
import { refuseNamespace } from '../plan/plan.ts'
import type { TableOptions } from '../session/options.ts'
import { MANIFESTS, MANIFEST_COLUMN, notInsert } from '../session/write-options.ts'
import type { WriteOptions } from '../session/write-options.ts'
import { describe, withDone } from './errors.ts'
import type { Subject } from './errors.ts'
import { Kinds } from './kinds.ts'
import { manifestOf } from './manifest.ts'
import { APPLY_PATCH } from './patch.ts'
import { isFixed, placeOf, refuseOverlap, refusePlace, refused } from './places.ts'
import { Sender } from './sender.ts'
import type { Draft } from './sender.ts'
import type { Change } from './trees.ts'
import { refuseMask, valueOf } from './values.ts'

function refuseMasks(resource: Resource, changes: readonly Change[]): void {
  for (const { column, value } of isSecret(resource) ? changes : []) refuseMask(column, value)
}

export class Statement {
  private readonly host: Host
  private readonly api: Api
  private readonly table: TableOptions
  private readonly options: WriteOptions
  private readonly isDry: boolean
  private readonly sender: Sender
  /** null if the table takes objects of any. */
  private readonly ofTable: Resource | null
  private readonly kinds: Kinds
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
    this.kinds = new Kinds(api)
    const query = parseKind(table.kind)
    const isAny = table.kind.object === MANIFESTS
    this.ofTable = isAny ? null : (findBuiltIn(query) ?? discover(api, query))
    if (this.ofTable !== null) refuseNamespace(table, this.ofTable)
  }

  insert(): void {
    this.refusePart('INSERT')
    const { applies, forces } = this.options
    const changes = this.changes(null)
    const { resource, object, metadata, namespace } = manifestOf(
      changes,
      this.table,
      applies,
      (made) =>
        this.ofTable ??
        this.kinds.of(made, (kind) =>
          this.makes('CustomResourceDefinition', ['spec', 'names', 'kind'], kind),
        ),
    )
    refuseMasks(resource, changes)
    const name = textAt(metadata, 'name')
    const list = listPath(resource, namespace)
    const whole = name === '' ? list : objectPath(resource, namespace, name)
    this.add({
      subject: this.subject(resource, applies ? 'patch' : 'create', namespace, name, changes, whole),
      method: applies ? 'PATCH' : 'POST',
      path: applies ? whole : list,
      objectPath: whole,
      type: applies ? APPLY_PATCH : JSON_TYPE,
      body: object,
      forces: applies && forces,
      identity: null,
    })
  }

  update(): void {
    const resource = this.resource()
    const identity = this.identity()
    const changes = this.changes(identity)
    refuseMasks(resource, changes)
    const { namespace, name } = identity
    if (changes.length === 0) return
    const { subresource } = this.options
    const path = objectPath(resource, namespace, name)
    this.add({
      subject: this.subject(resource, 'patch', namespace, name, changes, path),
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
    const resource = this.resource()
    const identity = this.identity()
    const { namespace, name, uid, resourceVersion } = identity
    const { propagationPolicy, gracePeriodSeconds } = this.options
    const path = objectPath(resource, namespace, name)
    this.add({
      subject: this.subject(resource, 'delete', namespace, name, [], path),
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

  /** The resource of the table. @throws {FdwError} write, if it takes objects of any. */
  private resource(): Resource {
    if (this.ofTable === null) throw notInsert()
    return this.ofTable
  }

  /** Whether an earlier row is an object of this kind that has a text in a place. */
  private makes(kind: string, place: JsonPath, text: string): boolean {
    return this.drafts.some(({ subject, body }) => subject.kind === kind && valueAt(body, place) === text)
  }

  private subject(
    resource: Resource,
    verb: Subject['verb'],
    namespace: string | null,
    name: string,
    changes: readonly Change[],
    path: string,
  ): Subject {
    const { kind, plural } = resource
    return {
      request: `${verb} ${path}`,
      resource:
        resourceName(resource) + (this.options.subresource === null ? '' : `/${this.options.subresource}`),
      namespace,
      hasSelectors: false,
      secret: isSecret(resource),
      verb,
      kind,
      plural,
      name,
      changes,
      isNamespaceMade: this.makes('Namespace', ['metadata', 'name'], namespace ?? ''),
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
    const { ofTable, table } = this
    const isWhole = ofTable === null && column === MANIFEST_COLUMN && !table.paths.has(column)
    const place = isWhole ? [] : placeOf(column, table.paths)
    refusePlace(
      column,
      place,
      isNew,
      this.options.subresource,
      () => ofTable === null || hasStatus(this.api, ofTable),
    )
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
    if (identity === null || !isFixed(place)) return [{ column: name, place, value }]
    const { apiVersion, kind } = this.resource()
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
