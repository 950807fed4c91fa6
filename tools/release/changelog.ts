// The form of CHANGELOG (Keep a Changelog 1.1.0): finds mistakes, reads the section of a version, and makes a section
// of Unreleased. It works on texts only; the caller gives it the day.
import { parser, Release, type Changelog } from 'keep-a-changelog'
import semver from 'semver'

/** X.Y.Z or X.Y.Z-pre, and nothing around it. */
export const isVersion = (text: string): boolean => semver.valid(text) === text

const parsed = (text: string): Changelog => Object.assign(parser(text), { format: 'markdownlint' as const })

/** The library leaves out the brackets where a repository's address gives no link. */
const printed = (part: Changelog | Release): string => part.toString().replaceAll(/^## (\S+)/gm, '## [$1]')

const isUnreleased = (release: Release | undefined): boolean =>
  release?.version === undefined && release !== undefined

const dayOf = (release: Release | undefined): string | undefined =>
  release?.date?.toISOString().slice(0, 'YYYY-MM-DD'.length)

/** What is not as it would be printed: the first line that differs. */
const misprint = (text: string, changelog: Changelog): string[] => {
  const wanted = printed(changelog).trimEnd().split('\n')
  const lines = text.trimEnd().split('\n')
  const at = Array.from({ length: Math.max(lines.length, wanted.length) }).findIndex(
    (_, i) => lines[i] !== wanted[i],
  )
  return at < 0
    ? []
    : [
        `line ${at + 1} is ${JSON.stringify(lines[at] ?? '')}: in this form it would be ${JSON.stringify(wanted[at] ?? '')}`,
      ]
}

/** The mistakes; empty if there are none. */
export const problems = (text: string): string[] => {
  let changelog: Changelog
  try {
    changelog = parsed(text)
  } catch (error) {
    return [
      `${(error as Error).message}; a section is "## [X.Y.Z] - YYYY-MM-DD" with groups of entries "- …"`,
    ]
  }
  const { title, releases } = changelog
  const released = releases.slice(1)
  const outOfOrder = (): string[] =>
    released.slice(1).flatMap((release, i) => {
      const [below, above] = [release.version ?? '', released[i]?.version ?? '']
      const younger = (dayOf(release) ?? '') > (dayOf(released[i]) ?? '')
      return semver.gte(below, above) || younger
        ? [`${below} stands below ${above}: the newest comes first`]
        : []
    })
  return [
    ...(title === 'Changelog' ? [] : ['the first line is "# Changelog"']),
    ...(isUnreleased(releases[0]) ? [] : ['the first section is "## [Unreleased]"']),
    ...(released.some(isUnreleased) ? ['a second section has no version X.Y.Z'] : outOfOrder()),
    ...releases.flatMap(({ description }) =>
      description === '' ? [] : [`neither a group nor an entry: ${description}`],
    ),
    ...misprint(text, changelog),
  ]
}

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
  const made = printed(changelog.addRelease(new Release()))
  const found = problems(made)
  if (found.length > 0) throw new Error(found.join('\n'))
  return made
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
