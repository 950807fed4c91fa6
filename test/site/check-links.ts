// Checks a folder's links and anchors with linkinator, which reads it over loopback. No other host is asked.
import { inRoot } from '../../tools/paths.ts'

/**
 * The part of linkinator that is needed here. Its types come with the site's packages, which `make check` does without.
 */
interface Checker {
  check(options: Readonly<Record<string, unknown>>): Promise<{ readonly links: readonly Link[] }>
}

interface Link {
  readonly url: string
  readonly state: 'OK' | 'BROKEN' | 'SKIPPED'
  readonly parent?: string
}

export interface Folder {
  readonly root: string
  /**
   * The files whose links are followed. All are listed, because linkinator loses anchors if it goes on from file to
   * file by itself.
   */
  readonly files: readonly string[]
}

export interface Verdict {
  /** The paths that were found, relative to the folder. */
  readonly found: readonly string[]
  readonly broken: readonly string[]
}

const pathOf = (url: string): string =>
  url.startsWith('http') ? decodeURI(new URL(url).pathname).slice(1) : (url.split(/[?#]/, 1)[0] ?? '')

export const checkLinks = async ({ root, files }: Folder): Promise<Verdict> => {
  const linkinator = inRoot('tools', 'site', 'node_modules', 'linkinator', 'build', 'src', 'index.js')
  const { LinkChecker } = (await import(linkinator)) as { LinkChecker: new () => Checker }
  let origin: string | undefined
  const { links } = await new LinkChecker().check({
    path: [...files],
    serverRoot: root,
    checkFragments: true,
    checkCss: true,
    directoryListing: true,
    // The first address is the one that the folder is served at.
    linksToSkip: (url: string) => {
      origin ??= new URL(url).origin
      return Promise.resolve(!url.startsWith(`${origin}/`))
    },
  })
  return {
    found: links.filter(({ state }) => state === 'OK').map(({ url }) => pathOf(url)),
    broken: links
      .filter(({ state }) => state === 'BROKEN')
      .map(({ url, parent }) => `${parent ?? ''} → ${url}`),
  }
}
