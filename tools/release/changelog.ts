// Reads the section of a version in CHANGELOG (Keep a Changelog 1.1.0). The suite docs holds CHANGELOG to its form
// (test/docs/changelog.ts).
import { parser, type Changelog, type Release } from 'keep-a-changelog'

export const parsed = (text: string): Changelog =>
  Object.assign(parser(text), { format: 'markdownlint' as const })

export const isUnreleased = (release: Release | undefined): boolean =>
  release?.version === undefined && release !== undefined

export const dayOf = (release: Release | undefined): string | undefined =>
  release?.date?.toISOString().slice(0, 'YYYY-MM-DD'.length)

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
  dayOf(parsed(text).findRelease(version))

export const hasUnreleased = (text: string): boolean =>
  parsed(text).releases.some((release) => isUnreleased(release) && !release.isEmpty())

/** Why a tag may not be released; empty when it may. `recorded`: sql/released has the extension's SQL as it is. */
export const tagProblems = (text: string, version: string, tag: string, recorded: boolean): string[] => [
  ...(tag === `v${version}`
    ? []
    : [`the tag is ${tag}, and package.json says ${version}: it has to be v${version}`]),
  ...((notes(text, version) ?? '') === ''
    ? [`CHANGELOG.md has nothing for ${version}: make cut VERSION=${version}`]
    : []),
  ...(hasUnreleased(text)
    ? [`CHANGELOG.md has entries under Unreleased, which ${version} would leave out`]
    : []),
  ...(recorded ? [] : [`sql/released has not the SQL of ${version} as it is: AGAIN=1 sh sql/record.sh`]),
]
