// The list of materials as CycloneDX 1.6: what is in the component, and, marked as excluded, what it is built with. It
// uses neither files nor a clock, so that the same component always has the same list.
import { createHash } from 'node:crypto'
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import type { Materials } from '../../component/build/materials.ts'
import type { Package } from './locks.ts'
import { buildTools, originsOf, type Sources } from './origins.ts'

export interface Subject {
  readonly version: string
  readonly sha256: string
  /** YYYY-MM-DD; undefined before the release. */
  readonly day: string | undefined
}

const component = (of: Package, more: Models.OptionalComponentProperties): Models.Component =>
  new Models.Component(Enums.ComponentType.Library, of.name, {
    version: of.version,
    bomRef: of.purl,
    purl: of.purl,
    hashes: new Models.HashDictionary(of.hashes.map(({ alg, content }) => [alg, content])),
    licenses: new Models.LicenseRepository([
      / (?:AND|OR|WITH) /.test(of.licence)
        ? new Models.LicenseExpression(of.licence)
        : new Models.SpdxLicense(of.licence),
    ]),
    ...more,
  })

const UUID_PARTS = /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/

/** A UUID (RFC 9562, version 8) out of what it names. */
const uuidOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').replace(UUID_PARTS, '$1-$2-8$3-8$4-$5')

const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))

export const sbom = ({ version, sha256, day }: Subject, materials: Materials, sources: Sources): string => {
  const linked = originsOf(materials).map(({ description, copyright, package: of }) =>
    component(of(sources), { description, copyright, scope: Enums.ComponentScope.Required }),
  )
  const tools = buildTools(sources)
    .filter(({ purl }) => linked.every((other) => other.purl !== purl))
    .map((tool) =>
      component(tool, {
        description: 'k8s_fdw is built with it, and has nothing of it.',
        scope: Enums.ComponentScope.Excluded,
      }),
    )
  const subject = {
    name: 'k8s_fdw',
    version,
    licence: 'Apache-2.0',
    purl: `pkg:generic/k8s_fdw@${version}`,
    hashes: [{ alg: Enums.HashAlgorithm['SHA-256'], content: sha256 }],
  }
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      ...(day === undefined ? {} : { timestamp: new Date(`${day}T00:00:00Z`) }),
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      authors: new Models.OrganizationalContactRepository([
        new Models.OrganizationalContact({ name: 'the k8s_fdw authors' }),
      ]),
      component: component(subject, {
        description: 'k8s_fdw.wasm: a Kubernetes cluster as Postgres foreign tables, on Supabase Wrappers',
        dependencies: new Models.BomRefRepository(linked.map(({ bomRef }) => bomRef)),
      }),
    }),
    components: new Models.ComponentRepository([...linked, ...tools]),
  })
  bom.serialNumber = `urn:uuid:${uuidOf(serializer.serialize(bom))}`
  return `${serializer.serialize(bom, { space: 2 })}\n`
}
