// Every place that names the version names the one of package.json. UPDATE=1 writes it there.
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inRoot, ourFiles } from '../../tools/paths.ts'
import { packageVersion, read } from '../../tools/release/files.ts'
import { PLACES, versionsIn, withVersion } from './versions.ts'

const places = PLACES.flatMap(({ files, patterns }) =>
  ourFiles(...files)
    .map((path) => ({ path, patterns, versions: versionsIn(read(path), patterns) }))
    .filter(({ versions }) => versions.length > 0),
)

describe('the version', () => {
  it.each(places.map(({ path, patterns }) => [path, patterns] as const))('in %s', (path, patterns) => {
    if (process.env['UPDATE'] === '1')
      writeFileSync(inRoot(path), withVersion(read(path), patterns, packageVersion()))
    const others = versionsIn(read(path), patterns).filter((version) => version !== packageVersion())
    expect(others, `write ${packageVersion()} into ${path}, or make cut VERSION=… for a new one`).toEqual([])
  })

  it('is in the files that a release cannot do without', () => {
    const paths = places.map(({ path }) => path)
    for (const path of ['package.json', 'package-lock.json', 'src/cluster/requests.ts', 'docs/k8s.md'])
      expect(paths).toContain(path)
    expect(places.find(({ path }) => path === 'package-lock.json')?.versions).toHaveLength(2)
  })

  it.each([
    [`OPTIONS (fdw_package_version '0.1.0')`, `OPTIONS (fdw_package_version '0.2.0-rc.1')`],
    [
      'share/k8s_fdw-0.1.0.wasm and k8s_fdw--0.1.0.sql.',
      'share/k8s_fdw-0.2.0-rc.1.wasm and k8s_fdw--0.2.0-rc.1.sql.',
    ],
    ['k8s_fdw--0.1.0--0.2.0.sql', 'k8s_fdw--0.1.0--0.2.0.sql'],
    ['docker pull k8s_fdw:0.1.0', 'docker pull k8s_fdw:0.2.0-rc.1'],
    ['supabase:wrappers@0.1.0, ^0.1.0', 'supabase:wrappers@0.1.0, ^0.1.0'],
  ])('goes into %j', (before, after) => {
    const documents = PLACES.find(({ files }) => files.includes('README.md'))?.patterns ?? []
    expect(withVersion(before, documents, '0.2.0-rc.1')).toBe(after)
    expect(new Set(versionsIn(after, documents)).size).toBeLessThanOrEqual(1)
  })
})
