// Reads the section of a version in CHANGELOG (Keep a Changelog 1.1.0), and makes a section of Unreleased. It works on
// texts only; the caller gives it the day. The suite docs holds CHANGELOG to its form (test/docs/changelog.ts).
import { parser, Release, type Changelog } from 'keep-a-changelog'
import semver from 'semver'

/** X.Y.Z or X.Y.Z-pre, and nothing around it. */
export const isVersion = (text: string): boolean => semver.valid(text) === text

export const parsed = (text: string): Changelog =>
  Object.assign(parser(text), { format: 'markdownlint' as const })

/** The library leaves out the brackets where a repository's address gives no link. */
export const printed = (part: Changelog | Release): string =>
  part.toString().replaceAll(/^## (\S+)/gm, '## [$1]')

export const isUnreleased = (release: Release | undefined): boolean =>
  release?.version === undefined && release !== undefined

export const dayOf = (release: Release | undefined): string | undefined =>
  release?.date?.toISOString().slice(0, 'YYYY-MM-DD'.length)

const sectionOf = (text: string, version: string): Release | undefined => parsed(text).findRelease(version)

/** What a version brought, without its heading; undefined if it has no section. */
export const notes = (text: string, version: string): string | undefined => {
  const changelog = parsed(text)
  return changelog
    .findRelease(version)
    ?.toString(changelog)
    .replace(/^## .*/, '')
    .trim()
}

/** The day of a version's release; undefined if it has no section. */
export const releaseDay = (text: string, version: string): string | undefined =>
  dayOf(sectionOf(text, version))

export const hasUnreleased = (text: string): boolean =>
  parsed(text).releases.some((release) => isUnreleased(release) && !release.isEmpty())

/** The text with the unreleased entries under the heading of a version. */
export const cut = (text: string, version: string, day: string): string => {
  if (!isVersion(version)) throw new Error(`${version} is no version X.Y.Z`)
  if (sectionOf(text, version) !== undefined)
    throw new Error(`CHANGELOG.md has a section for ${version} already`)
  if (!hasUnreleased(text)) throw new Error('CHANGELOG.md has nothing under Unreleased')
  const changelog = parsed(text)
  const [unreleased, newest] = changelog.releases
  if (newest?.version !== undefined && semver.lt(version, newest.version))
    throw new Error(`${version} is older than ${newest.version}: the newest comes first`)
  unreleased?.setDate(day)
  unreleased?.setVersion(version)
  return printed(changelog.addRelease(new Release()))
}

/** Why a tag may not be released; empty when it may. `recorded`: sql/released has the extension's SQL as it is. */
export const tagProblems = (text: string, version: string, tag: string, recorded: boolean): string[] => [
  ...(tag === `v${version}`
    ? []
    : [`the tag is ${tag}, and package.json says ${version}: it has to be v${version}`]),
  ...(sectionOf(text, version) === undefined
    ? [`CHANGELOG.md has no section for ${version}: make cut VERSION=${version}`]
    : []),
  ...(hasUnreleased(text)
    ? [`CHANGELOG.md has entries under Unreleased, which ${version} would leave out`]
    : []),
  ...(recorded ? [] : [`sql/released has not the SQL of ${version} as it is: AGAIN=1 sh sql/record.sh`]),
]
