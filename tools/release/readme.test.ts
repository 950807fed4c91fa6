// The README.txt of a release, the form of its archive, and the names of the image. test/release has the whole release.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { inRoot } from '../paths.ts'
import { checksums, packageUrl, readme } from './readme.ts'
import { tarGz } from './tar.ts'

const NOWHERE = { server: undefined, repository: undefined }
const GITHUB = { server: 'https://github.example', repository: 'Owner/k8s_fdw' }

describe('README.txt', () => {
  it('leaves the URL blank where no repository is known', () => {
    expect(packageUrl(NOWHERE, '1.2.3')).toBe('https://…/k8s_fdw.wasm')
    expect(readme('1.2.3', 'ab', NOWHERE)).not.toContain('gh attestation')
  })

  it('has the URL of the release where one is', () => {
    const url = 'https://github.example/Owner/k8s_fdw/releases/download/v1.2.3/k8s_fdw.wasm'
    expect(packageUrl(GITHUB, '1.2.3')).toBe(url)
    const text = readme('1.2.3', 'ab', GITHUB)
    expect(text).toContain(`fdw_package_url '${url}',`)
    expect(text).toContain('gh attestation verify k8s_fdw.wasm --repo Owner/k8s_fdw')
  })
})

describe('the files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-readme-'))
  const fill = (name: string, files: Readonly<Record<string, string>>): string => {
    mkdirSync(join(folder, name))
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, name, file), content)
    return join(folder, name)
  }
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('have a checksum.txt with the component first, then the others by name', () => {
    const sums = checksums(fill('sums', { b: '2', 'k8s_fdw.wasm': '', a: '1' }))
    expect(sums.replaceAll(/^(\w{4})\w{60}/gm, '$1')).toBe('e3b0  k8s_fdw.wasm\n6b86  a\nd473  b\n')
  })

  it('are in an archive that tar reads', () => {
    const content = 'x'.repeat(513)
    const input = tarGz(fill('folder', { file: content }), '2026-11-30')
    const listed = execFileSync('tar', ['tvzf', '-'], {
      input,
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
    })
    expect(listed).toBe(
      'drwxr-xr-x root/root         0 2026-11-30 00:00 folder/\n' +
        '-rw-r--r-- root/root       513 2026-11-30 00:00 folder/file\n',
    )
    expect(execFileSync('tar', ['xOzf', '-', 'folder/file'], { input, encoding: 'utf8' })).toBe(content)
  })

  it('are not archived under a name that its header cannot hold', () => {
    expect(() => tarGz(fill('long', { ['x'.repeat(101)]: '' }), '2026-11-30')).toThrow(
      'file name is too long',
    )
  })
})

describe('the image', () => {
  const names = (tag: string, host: string, postgres: string): string =>
    execFileSync('sh', [inRoot('tools/release/image-names.sh')], {
      encoding: 'utf8',
      env: {
        ...process.env,
        GITHUB_REPOSITORY: 'Owner/k8s_fdw',
        GITHUB_REF_NAME: tag,
        FOR: host,
        POSTGRES: postgres,
      },
    })

  it.each([
    ['v1.2.3', 'own', '17', ['1.2.3-pg17', '1.2.3', 'latest']],
    ['v1.2.3', 'own', '15', ['1.2.3-pg15']],
    ['v1.2.3-rc.1', 'own', '17', ['1.2.3-rc.1-pg17', '1.2.3-rc.1']],
    ['v1.2.3', 'wrappers', '17', ['1.2.3-wrappers-pg17', '1.2.3-wrappers', 'wrappers']],
    ['v1.2.3-rc.1', 'wrappers', '17', ['1.2.3-rc.1-wrappers-pg17', '1.2.3-rc.1-wrappers']],
    ['v1.2.3', 'wrappers', '15', ['1.2.3-wrappers-pg15']],
  ] as const)('of %s on %s for Postgres %s', (tag, host, postgres, tags) => {
    const name = 'ghcr.io/owner/k8s_fdw'
    const all = tags.map((each) => `${name}:${each}`)
    expect(names(tag, host, postgres)).toBe(`name=${name}\nfirst=${all[0]}\ntags=${all.join(',')}\n`)
  })
})
