// Puts objects into a cluster as manifests have them, with the status that a controller or a kubelet would write.
import type { Api } from './api.ts'

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly finalizers?: readonly string[]
  }
  readonly spec?: object
  readonly status?: object
  /** `Kind/name` of one in the same namespace that was put there before. */
  readonly owner?: string
  /** What spec and status don't hold: data, rules, subjects. */
  readonly more?: object
}

const PLURALS: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
  StorageClass: 'storageclasses',
}

export const pathOf = ({
  apiVersion,
  kind,
  metadata,
}: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>): string => {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const within = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  return `${root}${within}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}`
}

interface Created {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly uid: string }
}

/** In their order, for an owner has to be there before what it owns. */
export const apply = async (api: Api, manifests: readonly Manifest[]): Promise<void> => {
  const created = new Map<string, Created>()
  for (const { owner, status, more, metadata, ...manifest } of manifests) {
    const of = owner === undefined ? undefined : created.get(`${metadata.namespace ?? ''}/${owner}`)
    if (owner !== undefined && of === undefined) throw new Error(`${owner} is not there`)
    const ownerReferences =
      of === undefined
        ? undefined
        : [
            {
              apiVersion: of.apiVersion,
              kind: of.kind,
              name: of.metadata.name,
              uid: of.metadata.uid,
              controller: true,
            },
          ]
    const path = pathOf({ ...manifest, metadata })
    const object = await api.post<Created>(path, {
      ...manifest,
      ...more,
      metadata: { ...metadata, ownerReferences },
    })
    created.set(`${metadata.namespace ?? ''}/${manifest.kind}/${metadata.name}`, object)
    if (status !== undefined) await api.patch(`${path}/${metadata.name}/status`, { status })
  }
}
