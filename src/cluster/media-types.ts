// How much of each object the API server is asked for: the whole object, its metadata, or only its name.

/**
 * `table` is a Table without objects, whose rows have a cell with the name; `metadata` is PartialObjectMetadata; `full`
 * is the whole objects. For 100,000 pods these are 26, 250 and 390 MB.
 */
export type Form = 'full' | 'metadata' | 'table'

const JSON_TYPE = 'application/json'
const META = 'g=meta.k8s.io;v=v1'
const METADATA_LIST = `${JSON_TYPE};as=PartialObjectMetadataList;${META}`

/** The Accept header of each form. An aggregated API that does not serve a media type uses the next one. */
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
