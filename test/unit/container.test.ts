// The Dockerfile, the compose file and deploy/: what they name exists, is executable, and has the versions pinned elsewhere.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')

/** Built before the image is. */
const PRODUCTS = ['dist/k8s_fdw.wasm']
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ')
const compose = read('compose.yaml')
const manifests = readdirSync(join(ROOT, 'deploy')).map((name) => [name, read(`deploy/${name}`)] as const)
const kubernetes = /k8s\.io\/kubernetes v1\.(\S+)/.exec(read('test/cluster/go.mod'))?.[1] ?? ''
const scripts = readdirSync(join(ROOT, 'container')).filter((name) => name.endsWith('.sh'))

interface Copy {
  readonly sources: readonly string[]
  readonly target: string
  readonly mode: string
}

const copies: Copy[] = dockerfile.split('\n').flatMap((line) => {
  const words = line.split(/\s+/)
  if (words[0] !== 'COPY' || line.includes('--from=')) return []
  const paths = words.slice(1).filter((word) => !word.startsWith('--'))
  const mode = /--chmod=(\d+)/.exec(line)?.[1] ?? ''
  return [{ sources: paths.slice(0, -1), target: paths.at(-1) ?? '', mode }]
})

/** Every file that the image has from here, by its path there. */
const inImage = new Map(
  copies.flatMap(({ sources, target, mode }) =>
    sources.map((source) => [
      target.endsWith('/') ? target + (source.split('/').at(-1) ?? '') : target,
      mode,
    ]),
  ),
)

describe('the Dockerfile', () => {
  it.each(copies.flatMap(({ sources }) => sources))(
    'copies %s, which exists and reaches the builder',
    (source) => {
      if (!PRODUCTS.includes(source)) expect(existsSync(join(ROOT, source))).toBe(true)
      const allowed = all(read('.dockerignore'), /^!(.+)$/gm)
      expect(
        allowed.some((path) => source === path || source.startsWith(path) || path.startsWith(source)),
      ).toBe(true)
    },
  )

  it('lets no more through than it copies', () => {
    for (const path of all(read('.dockerignore'), /^!(.+)$/gm)) {
      const copied = copies.flatMap(({ sources }) => sources)
      expect(copied.some((source) => source.startsWith(path) || path.startsWith(source))).toBe(true)
      if (!PRODUCTS.includes(path)) expect(existsSync(join(ROOT, path))).toBe(true)
    }
  })

  it.each(scripts)('makes %s executable', (name) => {
    expect(statSync(join(ROOT, 'container', name)).mode & 0o111).toBe(0o111)
    expect([...inImage].find(([path]) => path.endsWith(name.replace('init.sh', 'zz-k8s_fdw.sh')))?.[1]).toBe(
      '0755',
    )
  })

  it('runs after the scripts that make the roles of Supabase', () => {
    const own = [...inImage.keys()].find((path) => path.startsWith('/docker-entrypoint-initdb.d/'))
    expect('/docker-entrypoint-initdb.d/migrate.sh' < (own ?? '')).toBe(true)
  })

  it('pins every image, by a number for each Postgres that is offered', () => {
    const bases = all(dockerfile, /^FROM (\S+)/gm).filter((base) => base !== 'scratch' && !base.includes('$'))
    expect(bases.map((base) => base.replace(/:(\d+)\.\d+\.\d+\.\d+$/, ':$1'))).toEqual([
      'docker.io/supabase/postgres:15',
      'docker.io/supabase/postgres:17',
    ])
    expect(all(dockerfile, /^ARG POSTGRES=(\d+)/gm)).toEqual(['17'])
    expect(compose).toContain('POSTGRES: ${POSTGRES:-17}')
  })

  it("has the kubectl of the tests' API server, compared with a checksum for each platform", () => {
    const added = [...dockerfile.matchAll(/^ADD .*--checksum=sha256:([0-9a-f]{64})\s+(\S+)/gm)]
    const urls = ['amd64', 'arm64'].map(
      (arch) => `https://dl.k8s.io/release/v1.${kubernetes}/bin/linux/${arch}/kubectl`,
    )
    expect(added.map(([, , url]) => url)).toEqual(urls)
    expect(new Set(added.map(([, sum]) => sum)).size).toBe(2)
    expect(dockerfile.match(/^ADD /gm)).toHaveLength(2)
  })

  it('has the versions that docs/container.md says', () => {
    const page = read('docs/container.md')
    for (const version of all(dockerfile, /^FROM docker\.io\/supabase\/postgres:(\S+)/gm))
      expect(page).toContain(version)
    expect(page).toContain(`kubectl 1.${kubernetes}`)
  })

  it('sets no credential', () => {
    expect(dockerfile).not.toMatch(/PASSWORD|TOKEN|SECRET|KEY=/i)
  })
})

describe('compose.yaml', () => {
  it('pins every image that is not its own', () => {
    const images = all(compose, /^ +image: (\S+)/gm).filter((image) => image !== 'k8s_fdw')
    expect(images.length).toBeGreaterThan(2)
    for (const image of images) expect(image).toMatch(/^docker\.io\/[a-z/0-9-]+:v?\d[\w.-]+$/)
    expect(images).toContain(`docker.io/rancher/k3s:v1.${kubernetes}-k3s1`)
  })

  it('mounts files that exist, publishes on loopback alone, and has no credential', () => {
    for (const path of all(compose, /- (\.\/[^:]+):/g)) expect(existsSync(join(ROOT, path))).toBe(true)
    for (const port of all(compose, /- "([^"]*:\d+)"/g)) expect(port).toMatch(/^127\.0\.0\.1:/)
    expect(compose).not.toMatch(/PASSWORD|TOKEN|SECRET|_KEY/)
  })
})

describe('deploy/', () => {
  it('names every manifest of the set, and they name what is in the image', () => {
    const [, kustomization = ''] = manifests.find(([name]) => name === 'kustomization.yaml') ?? []
    for (const name of all(kustomization, /^ {2}- (\S+)$/gm))
      expect(manifests.map(([file]) => file)).toContain(name)
    const paths = manifests.flatMap(([, text]) => all(text, /(\/usr\/local\/lib\/k8s_fdw\/[\w.-]+)/g))
    expect(paths.length).toBeGreaterThan(0)
    for (const path of paths) expect([...inImage.keys()]).toContain(path)
  })
})

describe('the scripts', () => {
  it.each(readdirSync(join(ROOT, 'container')))('%s opens with what it owns and never does', (name) => {
    expect(read(`container/${name}`)).toMatch(/^(#!.*\n)?(#|--) Owns: .+\n((#|--) .+\n)?(#|--) Never: /)
  })
})
