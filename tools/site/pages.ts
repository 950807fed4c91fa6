// The site's navigation: which Markdown files are its pages, in which order, and at which addresses.
import { basename, dirname } from 'node:path/posix'

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

export const HOME = 'docs/index.md'

const page = (file: string, text: string): Page => ({ file, text })

export const NAVIGATION: readonly Group[] = [
  {
    text: 'Start',
    pages: [
      page(HOME, 'What it is'),
      page('docs/quickstart/supabase.md', 'On Supabase'),
      page('docs/quickstart/self-hosted.md', 'Self-hosted Supabase'),
      page('docs/quickstart/container.md', 'In a container'),
      page('docs/quickstart/postgres.md', 'In your own Postgres'),
    ],
  },
  {
    text: 'Use',
    pages: [
      page('docs/k8s.md', 'The wrapper, in full'),
      page('docs/credentials.md', 'Credentials'),
      page('docs/import.md', 'Import a schema'),
      page('docs/clusters.md', 'Several clusters'),
      page('docs/container.md', 'Container and cluster'),
    ],
  },
  {
    text: 'Cookbook',
    pages: [
      page('docs/cookbook.md', 'Before you begin'),
      page('docs/cookbook/workloads.md', 'Workloads'),
      page('docs/cookbook/resources.md', 'Resources'),
      page('docs/cookbook/network.md', 'Network'),
      page('docs/cookbook/configuration.md', 'Configuration'),
      page('docs/cookbook/security.md', 'Security'),
      page('docs/cookbook/cluster.md', 'Cluster'),
      page('docs/cookbook/time.md', 'Time'),
    ],
  },
  {
    text: 'Look up',
    pages: [
      page('docs/jsonpath.md', 'Paths'),
      page('docs/errors.md', 'Errors'),
      page('docs/limitations.md', 'Limitations'),
      page('docs/extension.md', 'The SQL extension'),
      page('sql/README.md', 'What it does to a statement'),
      page('test/contract/types/matrix.md', 'Values by column types'),
      page('CHANGELOG.md', 'Changelog'),
    ],
  },
  {
    text: 'Understand',
    pages: [
      page('docs/how-it-works.md', 'How it works'),
      page('docs/performance.md', 'Where the time goes'),
      page('bench/README.md', 'The benchmark'),
    ],
  },
  {
    text: 'Work on it',
    pages: [
      page('docs/ARCHITECTURE.md', 'Architecture'),
      page('docs/releasing.md', 'Releases'),
      page('test/cluster/README.md', "The tests' API server"),
      page('test/host/README.md', "The tests' Wrappers host"),
    ],
  },
]

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
