// The Dockerfile, the compose file and deploy/: what they name exists, is executable, and has the versions pinned elsewhere.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')

/** Built before the image is. */
const PRODUCTS = ['dist/k8s_fdw.wasm']
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ')
const compose = read('compose.yaml')
const under = (folder: string): string[] => globSync('**/*.*', { cwd: join(ROOT, folder) }).sort()
const manifests = under('deploy').map((name) => [name, read(`deploy/${name}`)] as const)
const kubernetes = /k8s\.io\/kubernetes v1\.(\S+)/.exec(read('test/cluster/go.mod'))?.[1] ?? ''
const scripts = under('container').filter((name) => name.endsWith('.sh'))

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

/** The lines of one stage, as words. */
const stage = (name: string): string[][] => {
  const lines = dockerfile.split('\n').map((line) => line.trim().split(/\s+/))
  const begin = lines.findIndex(([first, , , as]) => first === 'FROM' && as === name)
  const end = lines.findIndex(([first], i) => i > begin && first === 'FROM')
  return lines.slice(begin + 1, end)
}

const ignored = read('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

/** As a builder reads .dockerignore: the last line that names a path, or a folder that it is in, decides. */
const passes = (path: string): boolean => {
  const said = ignored.filter((line) => {
    const name = line.replace(/^!/, '').replace(/\/$/, '')
    if (name !== '*' && /[*?[\\]/.test(name))
      throw new Error(`this reader of .dockerignore does not know ${line}`)
    return name === '*' || path === name || path.startsWith(`${name}/`)
  })
  return said.at(-1)?.startsWith('!') === true
}

const reachesBuilder = (): string[] => {
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return [
    ...tracked.split('\n').filter((path) => path !== '' && existsSync(join(ROOT, path))),
    ...PRODUCTS,
  ].filter(passes)
}

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
  it('has all that it copies in what reaches the builder, and nothing else does', () => {
    const files = reachesBuilder()
    const copied = (source: string, path: string): boolean =>
      path === source || path.startsWith(source.endsWith('/') ? source : `${source}/`)
    const sources = copies.flatMap((copy) => copy.sources)
    for (const source of sources)
      expect([source, files.some((path) => copied(source, path))]).toEqual([source, true])
    const others = files.filter((path) => !sources.some((source) => copied(source, path)))
    expect(others.filter((path) => !path.startsWith('container/'))).toEqual([])
  })

  it('lets no file pass that somebody left in the folder', () => {
    for (const path of ['kubeconfig', '.kube/config', 'dist/key.pem', 'deploy/token.yaml', '.cache/x'])
      expect([path, passes(path)]).toEqual([path, false])
  })

  it('makes the SQL extension of what reaches the builder, by its own commands', () => {
    const top = mkdtempSync(join(tmpdir(), 'k8s_fdw-image-'))
    try {
      const inside = (path: string): string => join(top, path)
      for (const words of stage('extension')) {
        if (words[0] === 'COPY') {
          const target = words.at(-1) ?? ''
          for (const source of words.slice(1, -1)) {
            for (const path of reachesBuilder().filter(
              (file) => file === source || file.startsWith(source),
            )) {
              const rest = path === source ? (path.split('/').at(-1) ?? '') : path.slice(source.length)
              cpSync(join(ROOT, path), inside(join(target, rest)))
            }
          }
        } else if (words[0] === 'RUN') {
          const command = words.slice(1).map((word) => (word.startsWith('/') ? inside(word) : word))
          execFileSync(command[0] ?? '', command.slice(1))
        }
      }
      const version = (JSON.parse(read('package.json')) as { version: string }).version
      const made = readdirSync(inside('/extension'))
      for (const name of ['k8s_fdw.control', 'k8s_fdw.sql', `k8s_fdw--${version}.sql`])
        expect(made).toContain(name)
    } finally {
      rmSync(top, { recursive: true })
    }
  })

  it.each(scripts)('makes %s executable', (name) => {
    expect(statSync(join(ROOT, 'container', name)).mode & 0o111).toBe(0o111)
    const there = basename(name).replace('init.sh', 'zz-k8s_fdw.sh')
    expect([...inImage].find(([path]) => path.endsWith(there))?.[1]).toBe('0755')
  })

  it('runs after the scripts that make the roles of Supabase', () => {
    const own = [...inImage.keys()].find((path) => path.startsWith('/docker-entrypoint-initdb.d/'))
    expect('/docker-entrypoint-initdb.d/migrate.sh' < (own ?? '')).toBe(true)
  })

  it('has a base for each host and each Postgres that is offered', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+) AS (own|wrappers)-(\d+)$/gm)]
    expect(
      bases.map(([, image = '', host, major]) => [host, major, image.replace(/:(\d+).*/, ':$1')]),
    ).toEqual([
      ...['15', '16', '17', '18'].map((major) => ['own', major, `docker.io/library/postgres:${major}`]),
      ...['15', '17'].map((major) => ['wrappers', major, `docker.io/supabase/postgres:${major}`]),
    ])
    expect(all(dockerfile, /^FROM (\S+:\S+)/gm)).toHaveLength(bases.length)
    expect(all(dockerfile, /^ARG (\w+=\w+)$/gm)).toEqual(['POSTGRES=17', 'FOR=own', 'LIBRARY=built'])
    for (const given of ['POSTGRES: ${POSTGRES:-17}', 'FOR: ${FOR:-own}']) expect(compose).toContain(given)
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
    for (const image of all(dockerfile, /^FROM docker\.io\/library\/(\S+) AS own-17$/gm))
      expect(page).toContain(image)
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
    expect(images.length).toBeGreaterThan(3)
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
    const component = /^# {3}- (\S+)$/m.exec(kustomization)?.[1] ?? ''
    expect(manifests.map(([file]) => file)).toContain(`${component}/kustomization.yaml`)
  })
})

describe('the scripts', () => {
  it.each(under('container'))('%s opens with what it is for', (name) => {
    expect(read(`container/${name}`)).toMatch(/^(#!.*\n)?(#|--) [A-Z\w`].+\n/)
  })
})
