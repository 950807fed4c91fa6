// The rules of docs/ARCHITECTURE.md that no type or lint rule holds: rooms that import one way, short files that say what
// they are, and a test beside each.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '..', '..', 'src')
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const files = filesOf(SRC)
const TEST = '.test.ts'
/** The files that have a test: those of src/ by whose path and name a test is called. */
const tested = filesOf(import.meta.dirname)
  .filter((name) => name.endsWith(TEST))
  .map((name) => `${name.slice(0, -TEST.length)}.ts`)

/** The files of src/ without a test of their name, each with the reason. */
const UNTESTED: { readonly [file: string]: string } = {
  'cells.ts': 'types',
  'declared.ts': 'a table that is made of options/; options.test.ts holds it to them',
  'errors.ts': 'a class that only carries what it is given',
  'host.ts': 'types',
  'jsonpath/ast.ts': 'types',
  'session/options.ts': 'options/cases.json is its table, which test/contract/option-cases.test.ts tries',
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/^(?:import|export) [^']*from '([^']+)'/gm)].map((match) => {
    const target = match[1] ?? ''
    if (!target.startsWith('.')) throw new Error(`${file} imports the package ${target}`)
    return relative(SRC, resolve(join(SRC, dirname(file)), target))
  })
}

/** The rooms of src/, each of which may import from those before it. Two in one line do not know each other. */
const ROOMS: readonly (readonly string[])[] = [
  ['errors.ts', 'json'],
  ['cells.ts'],
  ['host.ts'],
  ['declared.ts'],
  ['text'],
  ['jsonpath'],
  ['cluster'],
  ['session'],
  ['plan'],
  ['read'],
  ['schema', 'virtual', 'write'],
  ['scan.ts'],
  ['index.ts'],
]

const roomOf = (file: string): string => file.split('/')[0] ?? ''
const floorOf = (file: string): number => ROOMS.findIndex((rooms) => rooms.includes(roomOf(file)))

/** A file's distance from those that import nothing; throws on a cycle. */
function depth(file: string, above: readonly string[]): number {
  if (above.includes(file)) throw new Error(`a cycle of imports: ${[...above, file].join(' → ')}`)
  return Math.max(0, ...importsOf(file).map((target) => 1 + depth(target, [...above, file])))
}

describe('src', () => {
  it('imports nothing from outside, and nothing in a circle', () => {
    for (const file of files) expect(depth(file, [])).toBeGreaterThanOrEqual(0)
  })

  it.each(files)('%s imports from its own room and those below', (file) => {
    expect(floorOf(file)).toBeGreaterThanOrEqual(0)
    const others = importsOf(file).filter((target) => roomOf(target) !== roomOf(file))
    expect(others.filter((target) => floorOf(target) >= floorOf(file))).toEqual([])
  })

  it('is imported by index.ts at the top alone', () => {
    for (const file of files) expect(importsOf(file)).not.toContain('index.ts')
    expect(importsOf('index.ts')).toContain('scan.ts')
  })

  it.each(files)('%s opens with what it is, and stays short', (file) => {
    const lines = readFileSync(join(SRC, file), 'utf8').split('\n')
    expect(lines[0]).toMatch(/^\/\/ \S/)
    expect(lines.length).toBeLessThan(300)
  })

  it.each(files)('%s has a test of its name, or a reason to have none', (file) => {
    expect(tested.includes(file)).toBe(!Object.hasOwn(UNTESTED, file))
  })

  it('has no reason for a file that is gone, and no test of one', () => {
    const folders = ROOMS.flat().filter((room) => !room.endsWith('.ts'))
    const ofRooms = tested.filter((file) => folders.includes(roomOf(file)))
    expect(ofRooms.concat(Object.keys(UNTESTED)).filter((file) => !files.includes(file))).toEqual([])
  })
})
