// `object 'api_resources'`: the resources that the cluster serves, as kubectl api-resources lists them: one row each.
// Chooses none for a table: discovery.ts does that.
import type { Api } from '../api.ts'
import { AGGREGATED_TYPE, fetchTree, groupVersions, listAt, textAt } from '../discovery.ts'
import type { JsonObject, JsonValue } from '../values.ts'
import { groupOf, versionOf } from '../kinds.ts'
import { JSON_TYPE, versionPath } from '../requests.ts'
import { ownField } from '../values.ts'
import type { VirtualObject } from './object.ts'
import { treePage } from './trees.ts'

const COLUMNS =
  'name singular short_names api_version api_group version kind namespaced verbs categories subresources'

function ownColumns(): { [name: string]: string[] } {
  const columns: { [name: string]: string[] } = {}
  for (const name of COLUMNS.split(' ')) columns[name] = [name]
  return columns
}

function row(apiVersion: string, fields: JsonObject): JsonObject {
  return {
    api_version: apiVersion,
    api_group: groupOf(apiVersion),
    version: versionOf(apiVersion),
    ...fields,
  }
}

function aggregatedRow(apiVersion: string, entry: JsonValue): JsonObject {
  return row(apiVersion, {
    name: textAt(entry, 'resource'),
    singular: textAt(entry, 'singularResource'),
    short_names: listAt(entry, 'shortNames'),
    kind: textAt(ownField(entry, 'responseKind') ?? null, 'kind'),
    namespaced: textAt(entry, 'scope') === 'Namespaced',
    verbs: listAt(entry, 'verbs'),
    categories: listAt(entry, 'categories'),
    subresources: listAt(entry, 'subresources').map((each) => textAt(each, 'subresource')),
  })
}

/** Of each group the first version that has a resource: they come in the order of preference. */
function groupRows(group: JsonValue): JsonObject[] {
  const groupName = textAt(ownField(group, 'metadata') ?? null, 'name')
  const rows: JsonObject[] = []
  for (const version of listAt(group, 'versions')) {
    const name = textAt(version, 'version')
    const apiVersion = groupName === '' ? name : `${groupName}/${name}`
    for (const entry of listAt(version, 'resources')) {
      const made = aggregatedRow(apiVersion, entry)
      if (!rows.some((each) => each['name'] === made['name'])) rows.push(made)
    }
  }
  return rows
}

/** From the APIResourceList of a server without aggregated discovery. */
function versionRows(api: Api, apiVersion: string): JsonObject[] {
  const entries = listAt(fetchTree(api, versionPath(apiVersion), JSON_TYPE), 'resources')
  const names = entries.map((entry) => textAt(entry, 'name'))
  return entries
    .filter((entry) => !textAt(entry, 'name').includes('/'))
    .map((entry) => {
      const name = textAt(entry, 'name')
      return row(apiVersion, {
        name,
        singular: textAt(entry, 'singularName'),
        short_names: listAt(entry, 'shortNames'),
        kind: textAt(entry, 'kind'),
        namespaced: ownField(entry, 'namespaced') === true,
        verbs: listAt(entry, 'verbs'),
        categories: listAt(entry, 'categories'),
        subresources: names
          .filter((each) => each.startsWith(`${name}/`))
          .map((each) => each.slice(name.length + 1)),
      })
    })
}

function rowsBelow(api: Api, root: string): JsonObject[] {
  const tree = fetchTree(api, root, AGGREGATED_TYPE)
  if (tree === null) return []
  if (textAt(tree, 'kind') === 'APIGroupDiscoveryList') return listAt(tree, 'items').flatMap(groupRows)
  const any = { group: null, version: null, kind: null, name: null, written: '' }
  return groupVersions(tree, any, true).flatMap((apiVersion) => versionRows(api, apiVersion))
}

export const API_RESOURCES_OBJECT: VirtualObject = {
  name: 'api_resources',
  columns: ownColumns(),
  inputs: {},
  hasNamespace: false,
  steps: ({ api }) =>
    ['/api', '/apis'].map((root) => () => treePage('api_resources', rowsBelow(api, root), 0)),
}
