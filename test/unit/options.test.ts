// What is made of options/ is what options/ gives now, and nothing that it declares is left unused.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPTIONS, formOf, optionsOf } from '../../options/all.ts'
import { generated } from '../../options/generate.ts'
import { CASES } from '../../options/cases.ts'
import { VIRTUAL_NAMES } from '../../options/shared.ts'
import { nearest } from '../../src/text/nearest.ts'
import { findVirtual } from '../../src/virtual/virtual.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const files = await generated()

describe('options/', () => {
  it.each(Object.keys(files))('gives %s as it is (else: node options/generate.ts)', (path) => {
    expect(read(path)).toBe(files[path])
  })

  it('finds the places of its tables in the documentation', () => {
    const markers = ['docs/k8s.md', 'docs/import.md', 'docs/credentials.md'].flatMap((path) =>
      [...read(path).matchAll(/^<!-- options:(\w+), made by options\/generate\.ts -->$/gm)].map(
        ([, place]) => place,
      ),
    )
    expect(markers).toEqual(['server', 'table', 'column', 'import', 'mapping'])
  })

  it.each(['wrapper', 'server', 'mapping', 'table', 'column', 'import'] as const)(
    'names an option of the %s once',
    (place) => {
      const names = optionsOf(place).map(({ name }) => name)
      expect([...new Set(names)]).toEqual(names)
    },
  )

  it.each(OPTIONS.filter((option) => option.default !== undefined))(
    'declares a default of $name that it takes',
    (option) => {
      expect(option.default).toMatch(formOf(option) ?? /^$/)
    },
  )

  it('declares to the component what that reads, and no more', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'declared.ts')
      .map((name) => read(join('src', name)))
    const names = [...read('src/declared.ts').matchAll(/^export (?:const|type|interface) (\w+)/gm)]
    expect(names.length).toBeGreaterThan(20)
    const unused = names.filter(
      ([, name = '']) => !sources.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
    )
    expect(unused.map(([, name]) => name)).toEqual([])
  })

  it.each(VIRTUAL_NAMES)("names the virtual object '%s', which there is", (name) => {
    expect(findVirtual(name)?.name).toBe(name)
  })
})

describe('words that are close', () => {
  // sql/test/option_cases.sql asks the extension for the same.
  it.each(CASES.words)('$word', ({ word, among, meant }) => {
    expect(nearest(word, among, 1)[0] ?? null).toBe(meant)
  })
})

describe('cases.json', () => {
  it.each(OPTIONS.filter(({ readBy, on }) => readBy === 'component' && !on.includes('import')))(
    'has one for $name',
    ({ name }) => {
      expect(CASES.options.some(({ options }) => name in options)).toBe(true)
    },
  )
})
