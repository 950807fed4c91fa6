// Every place that names the version. The one in package.json counts, and the others must be the same. What a build can
// read from package.json itself (sql/build.sh) is not listed.

export interface Place {
  /** Patterns of files, from the top of the repository. */
  readonly files: readonly string[]
  /** Each names the version in its one group. */
  readonly patterns: readonly RegExp[]
}

const V = String.raw`(\d+\.\d+\.\d+(?:-[0-9A-Za-z](?:[0-9A-Za-z.]*[0-9A-Za-z])?)?)`

const PACKAGE_OPTION = new RegExp(`fdw_package_version '${V}'`, 'g')
const FILE_NAME = new RegExp(String.raw`k8s_fdw--?${V}(?=\.(?:wasm|sql|tar\.gz))`, 'g')

export const PLACES: readonly Place[] = [
  { files: ['package.json'], patterns: [new RegExp(`^  "version": "${V}"`, 'gm')] },
  { files: ['package-lock.json'], patterns: [new RegExp(`"name": "k8s_fdw",\\s+"version": "${V}"`, 'g')] },
  { files: ['src/cluster/requests.ts'], patterns: [new RegExp(`^export const VERSION = '${V}'`, 'gm')] },
  { files: ['test/contract/options.test.ts'], patterns: [new RegExp(`'k8s_fdw/${V}'`, 'g')] },
  {
    files: ['README.md', 'docs/**/*.md', 'sql/README.md', '{deploy,container}/**/*.*'],
    patterns: [
      PACKAGE_OPTION,
      FILE_NAME,
      // An image, and its tag in a kustomization.
      new RegExp(`k8s_fdw:${V}`, 'g'),
      new RegExp(`newTag: "${V}"`, 'g'),
      // What sql/build.sh prints.
      new RegExp(`^k8s_fdw ${V} → `, 'gm'),
      // The catalogue page's table.
      new RegExp(String.raw`^\| ${V} \| where you put the file`, 'gm'),
    ],
  },
  {
    // What the extension answers, not what the tests give it.
    files: ['sql/test/{defaults,option_values,talk}.out', 'sql/test/plain/supautils.out'],
    patterns: [
      new RegExp(`HINT: .*fdw_package_version '${V}'`, 'g'),
      new RegExp(String.raw`_hosted\|fdw_package_version\|${V}`, 'g'),
      new RegExp(`HINT: .*k8s_fdw-${V}\\.wasm`, 'g'),
      new RegExp(`url=file:///opt/k8s_fdw.wasm version=${V}`, 'g'),
      new RegExp(String.raw`fdw_package_version \| ${V}`, 'g'),
      new RegExp(`a version like ${V}`, 'g'),
    ],
  },
]

/** The versions that a text names, in the order of the patterns. */
export const versionsIn = (text: string, patterns: readonly RegExp[]): string[] =>
  patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))

export const withVersion = (text: string, patterns: readonly RegExp[], version: string): string =>
  patterns.reduce(
    (made, pattern) =>
      made.replace(pattern, (match: string, found: string) => {
        const at = match.lastIndexOf(found)
        return match.slice(0, at) + version + match.slice(at + found.length)
      }),
    text,
  )
