// Decides which resources an import makes tables of, and their names. A name that no table has is an error that names
// similar ones.
import { serverOf } from '../cluster/kinds.ts'
import { groupOf } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'
import type { Served } from '../cluster/served.ts'
import { FdwError } from '../errors.ts'
import type { ImportStatement } from '../host.ts'
import { nearest } from '../text/nearest.ts'
import { plainName, tableNames } from './naming.ts'

/** The remote schema that stands for all group versions. */
export const EVERYTHING = '*'
const SUGGESTIONS = 4

export interface Wanted {
  readonly resource: Resource
  readonly table: string
}

function order(resource: Resource): string {
  return `${groupOf(resource.apiVersion)} ${resource.plural}`
}

/** Sorts by key; all keys differ. It takes n·log(n) steps, because there may be thousands of resources. */
function sorted<T extends { readonly key: string }>(all: readonly T[]): T[] {
  if (all.length < 2) return all.slice()
  const half = Math.floor(all.length / 2)
  const left = sorted(all.slice(0, half))
  const right = sorted(all.slice(half))
  const merged: T[] = []
  let i = 0
  for (const one of right) {
    for (; i < left.length && (left[i]?.key ?? '') < one.key; i++) merged.push(left[i] ?? one)
    merged.push(one)
  }
  return merged.concat(left.slice(i))
}

/**
 * One resource for each group and plural, in the version that the cluster prefers, sorted by name with the core group
 * first.
 */
function inOrder(resources: readonly Resource[]): Resource[] {
  const seen: { [name: string]: true } = {}
  const distinct: { readonly key: string; readonly resource: Resource }[] = []
  for (const resource of resources) {
    const key = order(resource)
    if (Object.hasOwn(seen, key)) continue
    seen[key] = true
    distinct.push({ key, resource })
  }
  return sorted(distinct).map((one) => one.resource)
}

function isTable({ resource }: Served): boolean {
  return resource.kind !== '' && resource.plural !== '' && !resource.plural.includes('/')
}

/** Whether a statement's LIMIT TO or EXCEPT lets a table be. */
export function isWanted({ listType, tables }: ImportStatement, name: string): boolean {
  return listType === 'all' || tables.includes(name) === (listType === 'limit-to')
}

function quotedList(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(' or ')
}

/** The error for a remote schema that the cluster does not have. `known` are the group versions that it has. */
export function unknownSchema(remote: string, known: readonly string[]): FdwError {
  const all = Array.from(new Set(known))
  const group = remote.includes('/') ? groupOf(remote) : remote
  const ofGroup = all.filter((name) => name.includes('/') && groupOf(name) === group)
  const meant = ofGroup.length > 0 ? ofGroup : nearest(remote, all, SUGGESTIONS)
  const usual =
    meant.length > 0
      ? `did you mean ${quotedList(meant.slice(0, SUGGESTIONS))}?`
      : 'it takes a group and version, such as "apps/v1", "v1" for the core group, or "*" for all; kubectl api-versions lists them'
  const missing = ofGroup.length > 0 ? null : serverOf(group)
  return new FdwError('option', `the cluster serves no ${JSON.stringify(remote)}`, missing ?? usual)
}

/**
 * The error for a name that no table has. `of` is the list that has the name; `unlisted` are names of kinds that have
 * no table; `shared` are tables whose kinds share the name.
 */
function noTable(
  name: string,
  of: string,
  tables: readonly string[],
  unlisted: readonly string[],
  shared: readonly string[],
): FdwError {
  if (shared.length > 0) {
    return new FdwError(
      'option',
      `there is no table ${JSON.stringify(name)} for ${of}: ${shared.length} groups have a kind of that name`,
      `their tables go by their group too: ${quotedList(shared)}`,
    )
  }
  if (unlisted.includes(name)) {
    return new FdwError(
      'option',
      `there can be no table ${JSON.stringify(name)}: objects of its kind cannot be listed`,
      `leave it out of ${of}`,
    )
  }
  const near = nearest(name, tables, SUGGESTIONS)
  return new FdwError(
    'option',
    `there is no kind for the table ${JSON.stringify(name)} of ${of}`,
    near.length > 0
      ? `did you mean ${quotedList(near)}?`
      : 'tables go by the plural of their kind; kubectl api-resources lists them',
  )
}

/**
 * The resources that the statement wants, with the names of their tables. `remark` gets the error for a name in EXCEPT
 * that no table has, because what was to be left out is then imported under another name.
 * @throws {FdwError} option for such a name in LIMIT TO.
 */
export function wantedTables(
  statement: ImportStatement,
  served: readonly Served[],
  prefix: string,
  remark: (error: FdwError) => void,
): Wanted[] {
  const tables = served.filter(isTable)
  const resources = inOrder(tables.filter((one) => one.listable).map((one) => one.resource))
  const names = tableNames(resources, prefix)
  if (statement.listType !== 'all') {
    const isLimit = statement.listType === 'limit-to'
    const unlisted = tables.filter((one) => !one.listable).map((one) => prefix + one.resource.plural)
    for (const name of statement.tables) {
      if (names.includes(name)) continue
      const shared = names.filter((_, i) => prefix + plainName(resources[i]?.plural ?? '') === name)
      const error = noTable(name, isLimit ? 'LIMIT TO' : 'EXCEPT', names, unlisted, shared)
      if (isLimit) throw error
      if (!unlisted.includes(name)) remark(error)
    }
  }
  return resources
    .map((resource, i): Wanted => ({ resource, table: names[i] ?? '' }))
    .filter(({ table }) => isWanted(statement, table))
}
