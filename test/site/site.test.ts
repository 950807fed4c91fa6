// The configuration has the types of VitePress, every page is found, every link and anchor of the site and of the
// Markdown leads somewhere, and the site asks no other host.
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ourFiles, ROOT, SITE } from '../../tools/paths.ts'
import { NAVIGATION, placesOf } from '../../tools/site/pages.ts'
import { checkLinks } from './check-links.ts'

const places = placesOf(NAVIGATION)
const htmlOf = (place: string): string => place.replace(/\.md$/, '.html')
const pages = [...places.values()].map(htmlOf)
const built = (file: string): string => readFileSync(join(SITE, file), 'utf8')

// `make check` leaves the configuration out, because it does without the site's packages.
it('has a configuration of the right types', () => {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tools/site']
  const { status, stdout } = spawnSync(process.execPath, tsc, { cwd: ROOT, encoding: 'utf8' })
  expect(status, stdout).toBe(0)
})

describe('the navigation', () => {
  it('leads to every page', () => {
    const home = built('index.html')
    const missing = [...places.values()]
      .map((place) => (place === 'index.md' ? '/' : `/${htmlOf(place)}`))
      .filter((address) => !home.includes(`href="${address}"`))
    expect(missing).toEqual([])
  })
})

describe('links', () => {
  it('of the site lead somewhere, anchors too', async () => {
    const { found, broken } = await checkLinks({ root: SITE, files: pages })
    expect(broken).toEqual([])
    expect(found).toEqual(expect.arrayContaining(pages.filter((page) => page !== 'index.html')))
  })

  it('of the Markdown lead somewhere, anchors too', async () => {
    const files = ourFiles('**/*.md')
    const { found, broken } = await checkLinks({ root: ROOT, files })
    expect(broken).toEqual([])
    expect(found).toEqual(expect.arrayContaining(files.filter((file) => file !== 'README.md')))
  })

  const LEADING_NOWHERE = {
    'a.md': '# A\n\n[b](b.md) [good](b.md#a-b) [bad](b.md#c) [own](#d) [no](e.md) ![no](f.svg)\n',
    'b.md': '# A b\n\n[back](a.md#a) [bad](a.md#g) [back](c.md)\n',
    'c.md': '[good](b.md#a-b) [bad](b.md#h)\n',
    'd.html': '<h2 id="i">I</h2><a href="#i">good</a> <a href="e.html#j">good</a> <a href="e.html#k">bad</a>',
    'e.html': '<h2 id="j">J</h2><a href="d.html#i">good</a> <a href="d.html#l">bad</a> <img src="m.png">',
  }

  it('that lead nowhere are found, each of them', async () => {
    const root = mkdtempSync(join(tmpdir(), 'k8s_fdw-links-'))
    try {
      for (const [file, text] of Object.entries(LEADING_NOWHERE)) writeFileSync(join(root, file), text)
      const { broken } = await checkLinks({ root, files: Object.keys(LEADING_NOWHERE) })
      expect([...broken].sort()).toEqual([
        'a.md → a.md#d',
        'a.md → b.md#c',
        'a.md → e.md',
        'a.md → f.svg',
        'b.md → a.md#g',
        'c.md → b.md#h',
        'd.html → e.html#k',
        'e.html → d.html#l',
        'e.html → m.png',
      ])
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})

describe('the site', () => {
  it.each(pages)('%s takes nothing from another host, and shows no mark of its making', (page) => {
    const html = built(page)
    expect(html.match(/<(?!a\b)[a-z][^>]*\s(?:src|href)="(?:https?:)?\/\/[^"]*"/g) ?? []).toEqual([])
    expect(html).not.toContain('{{')
  })

  it('has styles that take nothing from another host', () => {
    const styles = globSync('**/*.css', { cwd: SITE })
    expect(styles.length).toBeGreaterThan(0)
    for (const file of styles) expect(built(file)).not.toMatch(/url\(['"]?(?:https?:)?\/\//)
  })
})
