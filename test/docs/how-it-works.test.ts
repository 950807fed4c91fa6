// docs/how-it-works.md shows only what another page's test has seen, and its drawing stands for itself.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inRoot } from '../../tools/paths.ts'

describe('how-it-works.md', () => {
  it('shows screens of k8s.md, where the statements are run', () => {
    // Before a fence that begins there is an empty line; before one that ends there is none.
    const screens = (file: string): string[] =>
      [...readFileSync(inRoot(file), 'utf8').matchAll(/(?<=\n\n)```\n(.*?)^```$/gms)].map(
        ([, text = '']) => text,
      )
    const shown = screens('docs/how-it-works.md')
    expect(shown.length).toBeGreaterThan(0)
    expect(screens('docs/k8s.md')).toEqual(expect.arrayContaining(shown))
  })

  it('has a drawing that says what it shows', () => {
    const drawing = readFileSync(inRoot('docs/way-of-a-query.svg'), 'utf8')
    expect(drawing).toMatch(/<title id="title">[^<]+<\/title>\n<desc id="description">[^<]{100,}<\/desc>/)
    expect(drawing).toContain('prefers-color-scheme: dark')
    expect(drawing.match(/(?:href|src|url\()\s*=?\s*["']?https?:/)).toBeNull()
  })
})
