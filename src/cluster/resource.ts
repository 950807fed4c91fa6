// A resource of the Kubernetes API, and its names.

/** What discovery says about a resource, as far as a request needs it. */
export interface Resource {
  /** The group and version, for example `v1` or `apps/v1`. */
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly namespaced: boolean
}

/** The group: `apps` for `apps/v1`, and '' for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** The version: `v1` for `apps/v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1)
}

/** The value of the option `object` that means this resource and no other: `deployments.v1.apps`, `pods.v1.`. */
export function qualifiedName(resource: Resource): string {
  return `${resource.plural}.${versionOf(resource.apiVersion)}.${groupOf(resource.apiVersion)}`
}

/** The resource's name as kubectl writes it: `pods`, `deployments.apps`. */
export function resourceName(resource: Resource): string {
  const group = groupOf(resource.apiVersion)
  return group === '' ? resource.plural : `${resource.plural}.${group}`
}

export function isSecret(resource: Resource): boolean {
  return groupOf(resource.apiVersion) === '' && resource.kind === 'Secret'
}
