// What `make release` makes: the same to the byte in two folders, whole by its checksums, and with a valid list of
// materials.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RELEASE, ROOT } from '../../tools/paths.ts'
import { packageVersion } from '../../tools/release/files.ts'
import { release } from '../../tools/release/release.ts'
import { differences } from './differences.ts'
import { releaseElsewhere } from './elsewhere.ts'

const version = packageVersion()
const archive = `k8s_fdw-${version}.tar.gz`
const work = mkdtempSync(join(tmpdir(), 'k8s_fdw-release-'))
const top = join(work, 'elsewhere')
let elsewhere: string

/** The second build takes nothing from an earlier one: seconds, or many minutes on a busy machine. */
const BUILD_MS = 1_200_000

beforeAll(async () => {
  await release()
  elsewhere = await releaseElsewhere(top)
}, BUILD_MS)

afterAll(() => {
  rmSync(work, { recursive: true })
})

const released = (name: string): Buffer => readFileSync(join(RELEASE, name))

describe('a release', () => {
  it('is the same from another folder', () => {
    expect(differences(RELEASE, elsewhere)).toEqual([])
  })

  it('would be seen to differ', () => {
    const copy = join(work, 'copy')
    cpSync(RELEASE, copy, { recursive: true })
    writeFileSync(
      join(copy, 'k8s_fdw.cdx.json'),
      released('k8s_fdw.cdx.json').toString().replace('CycloneDX', ROOT),
    )
    writeFileSync(join(copy, 'more.txt'), '')
    rmSync(join(copy, 'NOTICE'))
    expect(differences(RELEASE, copy)).toEqual([
      `NOTICE is in ${RELEASE} alone`,
      expect.stringMatching(/^k8s_fdw\.cdx\.json differs from byte \d+ on$/),
      `more.txt is in ${copy} alone`,
    ])
  })

  it('names no folder that it was built in', () => {
    for (const name of readdirSync(RELEASE)) {
      const content = name.endsWith('.gz') ? gunzipSync(released(name)) : released(name)
      for (const folder of [ROOT, top, tmpdir(), homedir()])
        expect(content.includes(`${folder}/`), `${name} names ${folder}`).toBe(false)
    }
  })

  it('has the files that its README and the workflow name', () => {
    expect(readdirSync(RELEASE)).toEqual(
      expect.arrayContaining([
        'k8s_fdw.wasm',
        'k8s_fdw.sql',
        'k8s_fdw.cdx.json',
        archive,
        'README.txt',
        'LICENSE',
      ]),
    )
  })

  it('is whole by its own checksums, all of it', () => {
    const output = execFileSync('sha256sum', ['--check', '--strict', 'checksum.txt'], {
      cwd: RELEASE,
      encoding: 'utf8',
    })
    expect(output.trim().split('\n')).toHaveLength(readdirSync(RELEASE).length - 1)
    const [sum = '', name] = released('checksum.txt').toString().split('\n')[0]?.split('  ') ?? []
    expect(name).toBe('k8s_fdw.wasm')
    expect(released('README.txt').toString()).toContain(`fdw_package_checksum '${sum}'`)
  })

  it('has an archive that tar reads, with all that CREATE EXTENSION needs', () => {
    execFileSync('tar', ['xzf', join(RELEASE, archive), '-C', work])
    const folder = join(work, `k8s_fdw-${version}`)
    expect(readdirSync(join(folder, 'extension'))).toEqual(
      expect.arrayContaining([`k8s_fdw--${version}.sql`, `k8s_fdw-${version}.wasm`, 'k8s_fdw.control']),
    )
    expect(
      readFileSync(join(folder, 'extension', `k8s_fdw-${version}.wasm`)).equals(released('k8s_fdw.wasm')),
    ).toBe(true)
    expect(readFileSync(join(folder, 'NOTICE')).equals(released('NOTICE'))).toBe(true)
  })

  it("has a list of materials that CycloneDX's own schema takes", async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
    const text = released('k8s_fdw.cdx.json').toString()
    expect(await validator.validate(text)).toBeNull()
    expect(await validator.validate(text.replace('"id": "MIT"', '"id": "M.I.T."'))).not.toBeNull()
  })
})
