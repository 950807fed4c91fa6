// Owns: the list of materials as CycloneDX 1.6: what is in the component, and (excluded from it) what it is built with.
// Never: reads a file or a clock: the same component has the same list.
import { createHash } from 'node:crypto'
import type { Materials } from '../../component/build/materials.ts'
import type { Package } from './locks.ts'
import { buildTools, originsOf, type Sources } from './origins.ts'

export interface Subject {
  readonly version: string
  readonly sha256: string
  /** YYYY-MM-DD; undefined before the release. */
  readonly day: string | undefined
}

const licences = (expression: string): object[] =>
  / (?:AND|OR|WITH) /.test(expression) ? [{ expression }] : [{ license: { id: expression } }]

const entry = ({ name, version, licence, purl, hashes }: Package, of: object): object => ({
  type: 'library',
  'bom-ref': purl,
  name,
  version,
  ...of,
  ...(hashes.length > 0 ? { hashes } : {}),
  licenses: licences(licence),
  purl,
})

const TOOL = 'k8s_fdw is built with it, and has nothing of it.'

const UUID_PARTS = /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/

/** A UUID (RFC 9562, version 8) out of what it names. */
const uuidOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').replace(UUID_PARTS, '$1-$2-8$3-8$4-$5')

export const sbom = ({ version, sha256, day }: Subject, materials: Materials, sources: Sources): string => {
  const subject = `pkg:generic/k8s_fdw@${version}`
  const linked = originsOf(materials).map(({ description, copyright, package: of }) => {
    const found = of(sources)
    return { ref: found.purl, entry: entry(found, { description, scope: 'required', copyright }) }
  })
  const tools = buildTools(sources)
    .filter(({ purl }) => linked.every(({ ref }) => ref !== purl))
    .map((tool) => entry(tool, { description: TOOL, scope: 'excluded' }))
  const content = {
    metadata: {
      ...(day === undefined ? {} : { timestamp: `${day}T00:00:00Z` }),
      lifecycles: [{ phase: 'build' }],
      authors: [{ name: 'the k8s_fdw authors' }],
      component: {
        type: 'library',
        'bom-ref': subject,
        name: 'k8s_fdw',
        version,
        description: 'k8s_fdw.wasm: a Kubernetes cluster as Postgres foreign tables, on Supabase Wrappers',
        hashes: [{ alg: 'SHA-256', content: sha256 }],
        licenses: licences('Apache-2.0'),
        purl: subject,
      },
    },
    components: [...linked.map((each) => each.entry), ...tools],
    dependencies: [
      { ref: subject, dependsOn: linked.map(({ ref }) => ref) },
      ...linked.map(({ ref }) => ({ ref })),
    ],
  }
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(content))}`
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber,
    version: 1,
    ...content,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
