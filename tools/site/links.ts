// What a link of a Markdown file becomes in the site: a page's address, an address elsewhere, or plain text.
import { dirname, join } from 'node:path/posix'
import { routeOf } from './pages.ts'

export interface Surroundings {
  /** The file of each page in the repository, and its address in the site. */
  readonly places: ReadonlyMap<string, string>
  /** The address of the repository's files, without a slash at the end; undefined on a machine of one's own. */
  readonly repository: string | undefined
}

/** What GitHub Actions says about the repository. */
export const repositoryOf = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
  const name = env['GITHUB_REPOSITORY'] ?? ''
  const server = env['GITHUB_SERVER_URL'] ?? ''
  return name === '' || server === '' ? undefined : `${server}/${name}/blob/${env['GITHUB_SHA'] ?? 'HEAD'}`
}

/** The new address, or undefined where only the text is left. */
export const linkFrom = (file: string, href: string, around: Surroundings): string | undefined => {
  if (/^[a-z][a-z0-9+.-]*:|^#/i.test(href)) return href
  const [path = '', anchor] = href.split('#', 2)
  const target = join(dirname(file), path).replace(/\/$/, '')
  const hash = anchor === undefined ? '' : `#${anchor}`
  const place = around.places.get(target)
  if (place !== undefined) return `${routeOf(place)}${hash}`
  return around.repository === undefined ? undefined : `${around.repository}/${target}${hash}`
}
