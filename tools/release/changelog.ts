// Owns: CHANGELOG's form (Keep a Changelog 1.1.0): what is wrong with it, one version's section, and making a section of Unreleased.
// Never: reads or writes a file, or knows which day it is.

export const VERSION_PATTERN = /^(\d+)\.(\d+)\.(\d+)(?:-[0-9A-Za-z.-]+)?$/

const GROUPS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']
const UNRELEASED = '## [Unreleased]'
const RELEASED = /^## \[([^\]]+)\] - (\d{4}-\d{2}-\d{2})(?: \[YANKED\])?$/

interface Section {
  readonly heading: string
  /** Undefined: not released yet, or a heading that says nothing. */
  readonly version: string | undefined
  readonly date: string | undefined
  readonly lines: readonly string[]
}

const sectionsOf = (text: string): Section[] =>
  text
    .split(/^(?=## )/m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n')
      const match = RELEASED.exec(heading)
      return { heading, version: match?.[1], date: match?.[2], lines }
    })

const isDay = (date: string): boolean => {
  const day = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(date)
}

const SIGN = { older: -1, same: 0, newer: 1 }

/** By Semantic Versioning, as far as it goes here: a pre-release is older than its release. */
export const compareVersions = (a: string, b: string): number => {
  const numbers = (version: string): number[] =>
    (VERSION_PATTERN.exec(version) ?? []).slice(1, 4).map((part) => Number(part))
  const [left, right] = [numbers(a), numbers(b)]
  for (const [index, part] of left.entries()) {
    if (part !== right[index]) return part < (right[index] ?? 0) ? SIGN.older : SIGN.newer
  }
  if (a.includes('-') === b.includes('-')) return a === b ? SIGN.same : a < b ? SIGN.older : SIGN.newer
  return a.includes('-') ? SIGN.older : SIGN.newer
}

const headingProblems = ({ heading, version, date }: Section): string[] => {
  if (heading === UNRELEASED) return []
  if (version === undefined || date === undefined)
    return [`"${heading}" is not "## [X.Y.Z] - YYYY-MM-DD"; write it so`]
  return [
    ...(VERSION_PATTERN.test(version) ? [] : [`"${heading}": ${version} is no version X.Y.Z`]),
    ...(isDay(date) ? [] : [`"${heading}": ${date} is no day of the calendar`]),
  ]
}

const bodyProblems = ({ heading, lines }: Section): string[] => {
  const groups = lines.filter((line) => line.startsWith('### ')).map((line) => line.slice('### '.length))
  const unknown = groups.filter((name) => !GROUPS.includes(name))
  const places = groups.map((name) => GROUPS.indexOf(name))
  const inOrder = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0))
  const outside = lines.filter((line) => line !== '' && !/^(?:### | {2}\S|- \S)/.test(line))
  const empty = lines
    .join('\n')
    .split(/^### /m)
    .slice(1)
    .filter((group) => !/^- /m.test(group))
  return [
    ...unknown.map((name) => `"${heading}": "### ${name}" is none of ${GROUPS.join(', ')}`),
    ...(unknown.length > 0 || inOrder
      ? []
      : [`"${heading}": each group once, in the order ${GROUPS.join(', ')}`]),
    ...outside.map((line) => `"${heading}": neither a group nor an entry "- …": ${line}`),
    ...empty.map((group) => `"${heading}": "### ${group.split('\n')[0] ?? ''}" has no entry; remove it`),
  ]
}

/** What is wrong, each with what to do; empty when nothing is. */
export const problems = (text: string): string[] => {
  const sections = sectionsOf(text)
  const released = sections.filter((section) => section.version !== undefined)
  const order = released.slice(1).flatMap((section, index) => {
    const above = released[index]
    const wrong =
      compareVersions(above?.version ?? '', section.version ?? '') <= 0 ||
      (above?.date ?? '') < (section.date ?? '')
    return wrong
      ? [`"${section.heading}" stands below "${above?.heading ?? ''}": the newest comes first`]
      : []
  })
  return [
    ...(text.startsWith('# Changelog\n') ? [] : ['the first line is "# Changelog"']),
    ...(sections[0]?.heading === UNRELEASED ? [] : [`the first section is "${UNRELEASED}"`]),
    ...sections
      .slice(1)
      .flatMap(({ heading }) => (heading === UNRELEASED ? ['Unreleased stands there twice'] : [])),
    ...sections.flatMap(headingProblems),
    ...sections.flatMap(bodyProblems),
    ...order,
  ]
}

const body = (section: Section | undefined): string => section?.lines.join('\n').trim() ?? ''

/** What a version brought, without its heading; undefined where it has no section. */
export const notes = (text: string, version: string): string | undefined => {
  const section = sectionsOf(text).find((each) => each.version === version)
  return section === undefined ? undefined : body(section)
}

/** The day of a version's release; undefined where it has no section. */
export const releaseDay = (text: string, version: string): string | undefined =>
  sectionsOf(text).find((each) => each.version === version)?.date

export const hasUnreleased = (text: string): boolean => body(sectionsOf(text)[0]) !== ''

/** The text with the unreleased entries under the heading of a version. */
export const cut = (text: string, version: string, day: string): string => {
  if (notes(text, version) !== undefined) throw new Error(`CHANGELOG.md has a section for ${version} already`)
  if (!hasUnreleased(text)) throw new Error('CHANGELOG.md has nothing under Unreleased')
  const made = text.replace(`${UNRELEASED}\n`, `${UNRELEASED}\n\n## [${version}] - ${day}\n`)
  const found = problems(made)
  if (found.length > 0) throw new Error(found.join('\n'))
  return made
}

/** Why a tag may not be released; empty when it may. `recorded`: sql/released has the extension's SQL as it is. */
export const tagProblems = (text: string, version: string, tag: string, recorded: boolean): string[] => [
  ...(tag === `v${version}`
    ? []
    : [`the tag is ${tag}, and package.json says ${version}: it has to be v${version}`]),
  ...(notes(text, version) === undefined
    ? [`CHANGELOG.md has no section for ${version}: make cut VERSION=${version}`]
    : []),
  ...(hasUnreleased(text)
    ? [`CHANGELOG.md has entries under Unreleased, which ${version} would leave out`]
    : []),
  ...(recorded ? [] : [`sql/released has not the SQL of ${version} as it is: AGAIN=1 sh sql/record.sh`]),
]
