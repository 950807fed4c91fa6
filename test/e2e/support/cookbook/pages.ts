// Which pages the cookbook has, in the order in which they run, and what they all begin with.
import { readPage, section, sqlBlocks } from '../../../support/markdown.ts'

export const FIRST = 'docs/cookbook.md'
export const WITH_EVENTS = 'docs/cookbook/time.md'

/** The page with pg_cron before the others, so that a job has run when they are through. */
export const PAGES = [
  FIRST,
  ...['time', 'workloads', 'resources', 'network', 'configuration', 'security', 'cluster'].map(
    (name) => `docs/cookbook/${name}.md`,
  ),
] as const

/** What the first page says to begin every session with. */
export const sessionSettings = (): string =>
  sqlBlocks(section(readPage(FIRST), 'At the beginning of a session'))
    .map(({ sql }) => sql)
    .join('\n')

/** The statements under a heading, to run them once more. */
export const recipe = (path: string, heading: string): string =>
  sqlBlocks(section(readPage(path), heading))
    .map(({ sql }) => sql)
    .join('\n')
