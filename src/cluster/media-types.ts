// Columns → how much of each object the API server is asked for: all of it, its metadata, or only its name.
// Reads no answer.
import { NAMESPACE_LEAF, NAME_LEAF } from '../plan/columns.ts'
import type { Columns, Source } from '../plan/columns.ts'

/**
 * `table`: a Table without objects, a row a cell with the name; `metadata`: PartialObjectMetadata; `full`: the objects.
 * Of 100,000 pods: 26, 250 and 390 MB.
 */
export type Form = 'full' | 'metadata' | 'table'

const JSON_TYPE = 'application/json'
const META = 'g=meta.k8s.io;v=v1'
const METADATA_LIST = `${JSON_TYPE};as=PartialObjectMetadataList;${META}`

/** What an aggregated API does not serve falls back to the next. */
export const LIST_TYPES: { readonly [form in Form]: string } = {
  full: JSON_TYPE,
  metadata: `${METADATA_LIST},${JSON_TYPE}`,
  table: `${JSON_TYPE};as=Table;${META},${METADATA_LIST},${JSON_TYPE}`,
}
export const OBJECT_TYPES: { readonly [form in Form]: string } = {
  full: JSON_TYPE,
  metadata: `${JSON_TYPE};as=PartialObjectMetadata;${META},${JSON_TYPE}`,
  table: `${JSON_TYPE};as=PartialObjectMetadata;${META},${JSON_TYPE}`,
}

function formOf(source: Source, columns: Columns, isNamespaceKnown: boolean): Form {
  const isMetadata = (leaf: number | null): boolean =>
    leaf !== null && columns.rowPaths[leaf]?.[0] === 'metadata'
  switch (source.type) {
    case 'leaf': {
      const [leaf = -1] = source.leaves
      if (leaf === NAME_LEAF || (leaf === NAMESPACE_LEAF && isNamespaceKnown)) return 'table'
      return source.leaves.every(isMetadata) ? 'metadata' : 'full'
    }
    case 'path':
      return isMetadata(source.leaf) ? 'metadata' : 'full'
    case 'typeMeta':
    case 'virtual':
    case 'constant':
      return 'table'
    default:
      return 'full'
  }
}

/** The least that shows every column. `isNamespaceKnown`: the request's path says it, or the kind has none. */
export function leastForm(columns: Columns, isNamespaceKnown: boolean): Form {
  let least: Form = 'table'
  for (const extractor of columns.extractors) {
    const form = formOf(extractor.source, columns, isNamespaceKnown)
    if (form === 'full') return 'full'
    if (form === 'metadata') least = 'metadata'
  }
  return least
}

/** Whether a Table's rows must give the name: for a mere count they need not. */
export function needsName(columns: Columns): boolean {
  return columns.extractors.some(({ source }) => source.type === 'leaf' && source.leaves[0] === NAME_LEAF)
}

/** Whether a body begins as a Table does. */
export function looksLikeTable(start: string): boolean {
  return /^\s*\{\s*"kind":\s*"Table",\s*"apiVersion":\s*"meta\.k8s\.io\//.test(start)
}
