// The rules of docs/ARCHITECTURE.md that no type or lint rule holds: imports in one direction, and short files with two opening lines.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '..', '..', 'src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/^(?:import|export) [^']*from '([^']+)'/gm)].map((match) => {
    const target = match[1] ?? ''
    if (!target.startsWith('.')) throw new Error(`${file} imports the package ${target}`)
    return relative(SRC, resolve(join(SRC, dirname(file)), target))
  })
}

/** A file's distance from those that import nothing; throws on a cycle. */
function depth(file: string, above: readonly string[]): number {
  if (above.includes(file)) throw new Error(`a cycle of imports: ${[...above, file].join(' → ')}`)
  return Math.max(0, ...importsOf(file).map((target) => 1 + depth(target, [...above, file])))
}

describe('src', () => {
  it('imports nothing from outside, and nothing in a circle', () => {
    for (const file of files) expect(depth(file, [])).toBeGreaterThanOrEqual(0)
  })

  it('lets jsonpath know nothing but errors, numbers and the types of values', () => {
    for (const file of files.filter((name) => name.startsWith('jsonpath'))) {
      const outside = importsOf(file).filter((target) => !target.startsWith('jsonpath'))
      expect(
        outside.filter(
          (target) => !['errors.ts', 'host.ts', 'json/number.ts', 'json/values.ts'].includes(target),
        ),
      ).toEqual([])
    }
  })

  it('is imported by index.ts at the top alone', () => {
    for (const file of files) expect(importsOf(file)).not.toContain('index.ts')
    expect(importsOf('index.ts')).toContain('scan.ts')
  })

  it.each(files)('%s opens with what it owns and never does, and stays short', (file) => {
    const lines = readFileSync(join(SRC, file), 'utf8').split('\n')
    expect(lines[0]).toMatch(/^\/\/ \S/)
    expect(lines[1]).toMatch(/^\/\/ \S/)
    expect(lines.length).toBeLessThan(300)
  })
})
