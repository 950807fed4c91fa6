// Every place that names the version. The one in package.json counts, and the others must be the same. What a build can
// read from package.json itself (sql/build.sh) is not listed.

export interface Place {
  /** Patterns of files, from the top of the repository. */
  readonly files: readonly string[]
  readonly patterns: readonly RegExp[]
}

/** A version between two texts, which are parts of a regular expression. */
const between = (before: string, after = ''): RegExp =>
  new RegExp(
    String.raw`(?<=${before})\d+\.\d+\.\d+(?:-[0-9A-Za-z](?:[0-9A-Za-z.]*[0-9A-Za-z])?)?(?=${after})`,
    'gm',
  )

export const PLACES: readonly Place[] = [
  { files: ['package.json'], patterns: [between('^  "version": "')] },
  { files: ['package-lock.json'], patterns: [between(String.raw`"name": "k8s_fdw",\s+"version": "`)] },
  { files: ['src/cluster/requests.ts'], patterns: [between("^export const VERSION = '")] },
  { files: ['test/contract/options.test.ts'], patterns: [between("'k8s_fdw/", "'")] },
  {
    files: ['README.md', 'docs/**/*.md', 'sql/README.md', '{deploy,container}/**/*.*'],
    patterns: [
      between("fdw_package_version '", "'"),
      between('k8s_fdw--?', String.raw`\.(?:wasm|sql|tar\.gz)`),
      // An image, and its tag in a kustomization.
      between('k8s_fdw:'),
      between('newTag: "', '"'),
      // What sql/build.sh prints.
      between('^k8s_fdw ', ' → '),
      // The catalogue page's table.
      between(String.raw`^\| `, String.raw` \| where you put the file`),
    ],
  },
  {
    // What the extension answers, not what the tests give it.
    files: ['sql/test/{defaults,option_values,talk}.out', 'sql/test/plain/supautils.out'],
    patterns: [
      between("HINT: .*fdw_package_version '", "'"),
      between(String.raw`_hosted\|fdw_package_version\|`),
      between('HINT: .*k8s_fdw-', String.raw`\.wasm`),
      between('url=file:///opt/k8s_fdw.wasm version='),
      between(String.raw`fdw_package_version \| `),
      between('a version like '),
    ],
  },
]

/** The versions that a text names, in the order of the patterns. */
export const versionsIn = (text: string, patterns: readonly RegExp[]): string[] =>
  patterns.flatMap((pattern) => text.match(pattern) ?? [])

export const withVersion = (text: string, patterns: readonly RegExp[], version: string): string =>
  patterns.reduce((made, pattern) => made.replace(pattern, version), text)
