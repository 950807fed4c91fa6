// `object 'api_resources'`: one row for each resource that the cluster serves, as kubectl api-resources lists them.
import { groupOf, versionOf } from '../cluster/resource.ts'
import { servedEverywhere } from '../cluster/served.ts'
import type { Served } from '../cluster/served.ts'
import { listAt, textAt } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import { membersByName } from './object.ts'
import type { VirtualObject } from './object.ts'
import { treePage } from '../cluster/trees.ts'

const COLUMNS =
  'name singular short_names api_version api_group version kind namespaced verbs categories subresources'

/** The names of the subresources in an APIResourceList, by resource. */
function below(list: JsonValue): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const each of listAt(list, 'resources')) {
    const name = textAt(each, 'name')
    const slash = name.indexOf('/')
    if (slash < 0) continue
    const names = found.get(name.slice(0, slash)) ?? []
    names.push(name.slice(slash + 1))
    found.set(name.slice(0, slash), names)
  }
  return found
}

/** Finds the names of a resource's subresources: in its entry, or beside it in the list. Each list is read once. */
class Subresources {
  private list: JsonValue = null
  private names = new Map<string, string[]>()

  of({ resource, entry, list }: Served): string[] {
    if (list === null) return listAt(entry, 'subresources').map((each) => textAt(each, 'subresource'))
    if (list !== this.list) this.names = below(list)
    this.list = list
    return this.names.get(resource.plural) ?? []
  }
}

function row(served: Served, subresources: Subresources): JsonObject {
  const { resource, entry } = served
  const { apiVersion } = resource
  return {
    api_version: apiVersion,
    api_group: groupOf(apiVersion),
    version: versionOf(apiVersion),
    name: resource.plural,
    singular: resource.singular,
    short_names: listAt(entry, 'shortNames'),
    kind: resource.kind,
    namespaced: resource.namespaced,
    verbs: listAt(entry, 'verbs'),
    categories: listAt(entry, 'categories'),
    subresources: subresources.of(served),
  }
}

/**
 * Each resource once, in the first version of its group that has it. As in kubectl, two kinds of entries are left out:
 * those that can only be reached through a subresource, and those remembered of a server that does not answer.
 */
function listed(all: readonly Served[]): Served[] {
  const seen = new Set<string>()
  return all.filter(({ resource, entry, stale }) => {
    const key = `${groupOf(resource.apiVersion)}/${resource.plural}`
    if (stale || resource.kind === '' || listAt(entry, 'verbs').length === 0 || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

export const API_RESOURCES_OBJECT: VirtualObject = {
  name: 'api_resources',
  columns: membersByName(COLUMNS.split(' ')),
  inputs: {},
  hasNamespace: false,
  steps: ({ api }) => [
    () => {
      const subresources = new Subresources()
      const rows = listed(servedEverywhere(api)).map((served) => row(served, subresources))
      return treePage('api_resources', rows, 0)
    },
  ],
}
