// The pages of the site, as navigation.json lists them, and their addresses.
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path/posix'
import { inRoot } from '../paths.ts'

/** Groups with the Markdown files of their pages in the repository, each with its name in the navigation. */
export type Navigation = Readonly<Record<string, Readonly<Record<string, string>>>>

export const NAVIGATION = JSON.parse(readFileSync(inRoot('tools/site/navigation.json'), 'utf8')) as Navigation

/** `docs/` is the site's top, a README stands for its folder; `quickstart/supabase.md`, `bench.md`. */
const placeOf = (file: string): string => {
  if (file.startsWith('docs/')) return file.slice('docs/'.length)
  return basename(file) === 'README.md' ? `${dirname(file)}.md` : file
}

export const filesOf = (navigation: Navigation): string[] =>
  Object.values(navigation).flatMap((pages) => Object.keys(pages))

/** The file of each page in the repository, and its address in the site. */
export const placesOf = (navigation: Navigation): ReadonlyMap<string, string> =>
  new Map(filesOf(navigation).map((file) => [file, placeOf(file)]))

/** `/quickstart/supabase`; the home is `/`. */
export const routeOf = (place: string): string => `/${place.replace(/\.md$/, '')}`.replace(/\/index$/, '/')
