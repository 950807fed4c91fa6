// A resource of the API, and its names.

/** What discovery says of a resource, as far as a request needs it. */
export interface Resource {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly namespaced: boolean
}

/** `apps` of `apps/v1`, '' of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** `v1` of `apps/v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1)
}

/** The name of `object` that means this resource alone: `deployments.v1.apps`, `pods.v1.`. */
export function qualifiedName(resource: Resource): string {
  return `${resource.plural}.${versionOf(resource.apiVersion)}.${groupOf(resource.apiVersion)}`
}

/** As kubectl writes it: `pods`, `deployments.apps`. */
export function resourceName(resource: Resource): string {
  const group = groupOf(resource.apiVersion)
  return group === '' ? resource.plural : `${resource.plural}.${group}`
}

export function isSecret(resource: Resource): boolean {
  return groupOf(resource.apiVersion) === '' && resource.kind === 'Secret'
}
