// Nobody would find a page that is in no navigation. test/site looks at the navigation of the site as it is built.
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inRoot, ourFiles } from '../../tools/paths.ts'
import { NAVIGATION, placesOf, strays } from '../../tools/site/pages.ts'

it('every page of docs/ is in the navigation, and none that is not there', () => {
  const elsewhere = [...placesOf(NAVIGATION).keys()].filter((file) => !file.startsWith('docs/'))
  const existing = [...ourFiles('docs/**/*.md'), ...elsewhere.filter((file) => existsSync(inRoot(file)))]
  expect(strays(NAVIGATION, existing)).toEqual([])
})
