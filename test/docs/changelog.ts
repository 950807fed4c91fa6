// The form of CHANGELOG (Keep a Changelog 1.1.0): finds mistakes in a text.
import type { Changelog } from 'keep-a-changelog'
import semver from 'semver'
import { dayOf, isUnreleased, parsed } from '../../tools/release/changelog.ts'

/** The library leaves out the brackets where a repository's address gives no link. */
const printed = (part: Changelog): string => part.toString().replaceAll(/^## (\S+)/gm, '## [$1]')

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
