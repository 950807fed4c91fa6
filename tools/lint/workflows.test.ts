// What the workflows name exists, and they keep their rules: pinned actions, and least rights. The suite files has
// what actionlint and zizmor say about them.
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inRoot } from '../paths.ts'
import { read } from '../release/files.ts'

const FOLDER = '.github/workflows'
const names = readdirSync(inRoot(FOLDER))
const release = read(`${FOLDER}/release.yml`)

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')

/** The text of a job of release.yml. */
const job = (name: string): string =>
  release.split(/^(?= {2}[a-z]+:\n)/m).find((part) => part.startsWith(`  ${name}:\n`)) ?? ''

describe.each(names)('%s', (name) => {
  const text = read(`${FOLDER}/${name}`)

  it('pins each action to a commit, with its version beside it, the same everywhere', () => {
    const uses = all(text, /uses: (.+)$/gm).filter((used) => !used.startsWith('./'))
    expect(uses.length).toBeGreaterThan(0)
    for (const used of uses) {
      expect(used).toMatch(/^[a-z-]+\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
      const action = used.split('@')[0] ?? ''
      const everywhere = names.flatMap((each) => all(read(`${FOLDER}/${each}`), /uses: (.+)$/gm))
      expect(new Set(everywhere.filter((other) => other.startsWith(`${action}@`))).size).toBe(1)
    }
  })

  it('runs only what is there', () => {
    for (const target of all(text, /run: make (\w+)/g))
      expect(read('Makefile')).toMatch(new RegExp(`^${target}:`, 'm'))
    for (const path of all(text, /(?:bash|sh|--) ((?:tools|\.ci)\/[\w./-]+)/g))
      expect(existsSync(inRoot(path)), path).toBe(true)
    for (const path of all(text, /uses: \.\/(\S+)/g)) expect(existsSync(inRoot(path)), path).toBe(true)
    const commands = all(read('tools/release/main.ts'), /^ {2}(\w+):? ?(?:release,|\(|: )/gm)
    for (const command of all(text, /tools\/release\/main\.ts (\w+)/g)) expect(commands).toContain(command)
  })

  it('leaves no credential in the checkout', () => {
    expect(text.match(/persist-credentials: false/g)).toHaveLength(
      text.match(/actions\/checkout@/g)?.length ?? 0,
    )
  })
})

describe('a release', () => {
  it('comes after the comparison, the tests, the build and the attestation', () => {
    expect(job('test')).toContain('needs: compare')
    expect(job('build')).toContain('needs: test')
    expect(job('attest')).toContain('needs: build')
    for (const last of ['publish', 'image']) expect(job(last)).toContain('needs: attest')
    expect(job('index')).toContain('needs: image')
  })

  it('gives a job no more rights than its step needs', () => {
    expect(release).toMatch(/^permissions: \{\}$/m)
    const writes = (name: string): string[] => all(job(name), /^ {6}([\w-]+): write/gm)
    for (const name of ['compare', 'test', 'build']) expect(writes(name)).toEqual([])
    expect(writes('attest')).toEqual(['id-token', 'attestations'])
    expect(writes('publish')).toEqual(['contents'])
    expect(writes('image')).toEqual(['packages'])
    expect(writes('index')).toEqual(['packages', 'id-token', 'attestations'])
  })

  it('builds the image for the hosts and the versions of Postgres that the Dockerfile has', () => {
    const bases = all(read('Dockerfile'), /^FROM \S+ AS (\w+-\d+)$/gm)
    for (const name of ['image', 'index']) {
      const list = (key: string): string[] =>
        new RegExp(`^ +${key}: \\[(.*)\\]$`, 'm').exec(job(name))?.[1]?.split(', ') ?? []
      const left = [...job(name).matchAll(/- \{ for: (\w+), postgres: (\d+) \}/g)].map(
        ([, host, major]) => `${host}-${major}`,
      )
      const built = list('for').flatMap((host) => list('postgres').map((major) => `${host}-${major}`))
      expect(built.filter((variant) => !left.includes(variant))).toEqual(bases)
    }
  })

  it('attests the files that make release writes', () => {
    const written = read('tools/release/release.ts')
    for (const name of all(release, /release\/(k8s_fdw[\w.]+)/g)) expect(written).toContain(`'${name}'`)
  })
})
