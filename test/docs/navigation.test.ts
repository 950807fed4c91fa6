// Nobody would find a page that is in no navigation. test/site looks at the navigation of the site as it is built.
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inRoot, ourFiles } from '../../tools/paths.ts'
import { filesOf, NAVIGATION, type Navigation } from '../../tools/site/pages.ts'

/** Files that nobody would find, and entries that lead nowhere. */
const strays = (navigation: Navigation, existing: readonly string[]): string[] => {
  const listed = filesOf(navigation)
  return [
    ...existing.filter((file) => !listed.includes(file)).map((file) => `${file} is in no navigation`),
    ...listed.filter((file) => !existing.includes(file)).map((file) => `${file} is not there`),
    ...listed.filter((file, i) => listed.indexOf(file) !== i).map((file) => `${file} is there twice`),
  ]
}

it('every page of docs/ is in the navigation, and none that is not there', () => {
  const elsewhere = filesOf(NAVIGATION).filter((file) => !file.startsWith('docs/'))
  const existing = [...ourFiles('docs/**/*.md'), ...elsewhere.filter((file) => existsSync(inRoot(file)))]
  expect(strays(NAVIGATION, existing)).toEqual([])
})

it('a page in no navigation is a stray, and so is an entry without a page, and a second one', () => {
  const pages = { 'docs/index.md': 'Home', 'docs/a.md': 'A' }
  const existing = Object.keys(pages)
  expect(strays({ All: pages }, existing)).toEqual([])
  expect(strays({ All: pages }, [...existing, 'docs/new.md'])).toEqual(['docs/new.md is in no navigation'])
  expect(strays({ All: pages }, existing.slice(1))).toEqual(['docs/index.md is not there'])
  expect(strays({ All: pages, Again: pages }, existing)).toHaveLength(existing.length)
})
