// The site's navigation: navigation.json has the Markdown files that are its pages, in their order; here are their
// addresses.
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path/posix'
import { inRoot } from '../paths.ts'

export interface Page {
  /** In the repository. */
  readonly file: string
  /** The page's name in the navigation. */
  readonly text: string
}

export interface Group {
  readonly text: string
  readonly pages: readonly Page[]
}

/** Groups with the files of their pages, each with its name. */
type Navigation = Readonly<Record<string, Readonly<Record<string, string>>>>

const written = JSON.parse(readFileSync(inRoot('tools/site/navigation.json'), 'utf8')) as Navigation

export const NAVIGATION: readonly Group[] = Object.entries(written).map(([text, pages]) => ({
  text,
  pages: Object.entries(pages).map(([file, name]) => ({ file, text: name })),
}))

/** `docs/` is the site's top, a README stands for its folder; `quickstart/supabase.md`, `bench.md`. */
const placeOf = (file: string): string => {
  if (file.startsWith('docs/')) return file.slice('docs/'.length)
  return basename(file) === 'README.md' ? `${dirname(file)}.md` : file
}

const files = (groups: readonly Group[]): string[] =>
  groups.flatMap((group) => group.pages.map(({ file }) => file))

/** The file of each page in the repository, and its address in the site. */
export const placesOf = (groups: readonly Group[]): ReadonlyMap<string, string> =>
  new Map(files(groups).map((file) => [file, placeOf(file)]))

/** `/quickstart/supabase`; the home is `/`. */
export const routeOf = (place: string): string => `/${place.replace(/\.md$/, '')}`.replace(/\/index$/, '/')

/** Files that nobody would find, and entries that lead nowhere. */
export const strays = (groups: readonly Group[], existing: readonly string[]): string[] => {
  const listed = files(groups)
  return [
    ...existing.filter((file) => !listed.includes(file)).map((file) => `${file} is in no navigation`),
    ...listed.filter((file) => !existing.includes(file)).map((file) => `${file} is not there`),
    ...listed.filter((file, i) => listed.indexOf(file) !== i).map((file) => `${file} is there twice`),
  ]
}
