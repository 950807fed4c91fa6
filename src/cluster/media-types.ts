// Columns → how much of each object the API server is asked for: all of it, its metadata, or only its name.
// Reads no answer.

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

/** Whether a body begins as a Table does. */
export function looksLikeTable(start: string): boolean {
  return /^\s*\{\s*"kind":\s*"Table",\s*"apiVersion":\s*"meta\.k8s\.io\//.test(start)
}
