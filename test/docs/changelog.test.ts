// CHANGELOG has its form, and mistakes in it are found.
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { packageVersion, read } from '../../tools/release/files.ts'
import { problems } from './changelog.ts'

const HEAD = '# Changelog\n\nIn words.\n\n'
const FIRST = '## [0.1.0] - 2026-11-30\n\n### Added\n\n- Pods.\n'
const NEWS = '## [Unreleased]\n\n### Added\n\n- Nodes.\n\n### Fixed\n\n- Names,\n  the long ones.\n\n'
const GOOD = `${HEAD}${NEWS}${FIRST}`

describe('CHANGELOG.md', () => {
  const text = read('CHANGELOG.md')

  it('has the form of Keep a Changelog', () => {
    expect(problems(text)).toEqual([])
  })

  it('names no version that package.json is not at yet', () => {
    for (const [, version = ''] of text.matchAll(/^## \[(\d[^\]]*)\]/gm))
      expect(semver.compare(version, packageVersion()), version).toBeLessThanOrEqual(0)
  })

  it('has no link references while package.json names no repository', () => {
    if (!read('package.json').includes('"repository"')) expect(text).not.toMatch(/^\[[^\]]+\]:/m)
  })
})

describe('the form', () => {
  it('takes what is right', () => {
    expect(problems(GOOD)).toEqual([])
    expect(problems(`${HEAD}## [Unreleased]\n`)).toEqual([])
  })

  it.each([
    ['no title', GOOD.replace('# Changelog', '# Changes'), 'the first line is "# Changelog"'],
    ['no Unreleased', `${HEAD}${FIRST}`, 'the first section is "## [Unreleased]"'],
    ['Unreleased twice', `${GOOD}\n${NEWS}`, 'a second section has no version X.Y.Z'],
    ['no date', GOOD.replace(' - 2026-11-30', ''), 'a section is "## [X.Y.Z] - YYYY-MM-DD" with groups'],
    [
      'a date of its own',
      GOOD.replace('2026-11-30', '30.11.2026'),
      'a section is "## [X.Y.Z] - YYYY-MM-DD" with groups',
    ],
    [
      'no such day',
      GOOD.replace('2026-11-30', '2026-02-30'),
      'line 16 is "## [0.1.0] - 2026-02-30": in this form it would be',
    ],
    ['no version', GOOD.replace('[0.1.0]', '[0.1]'), 'a second section has no version X.Y.Z'],
    ['a group of its own', GOOD.replace('### Fixed', '### Bugs'), 'Invalid change type'],
    [
      'groups out of order',
      GOOD.replace('### Added', '### Security'),
      'in this form it would be "### Fixed"',
    ],
    ['a group twice', GOOD.replace('### Fixed', '### Added'), 'in this form it would be "- Names,"'],
    [
      'an empty group',
      GOOD.replace('- Nodes.\n', ''),
      'line 7 is "### Added": in this form it would be "### Fixed"',
    ],
    ['a text between', GOOD.replace('- Nodes.', 'Nodes.'), 'Unexpected content'],
    [
      'a text under a heading',
      GOOD.replace('### Added', 'Words.\n\n### Added'),
      'neither a group nor an entry: Words.',
    ],
    [
      'the oldest first',
      `${GOOD}\n## [0.2.0] - 2026-11-30\n\n### Added\n\n- Jobs.\n`,
      'line 16 is "## [0.1.0] - 2026-11-30": in this form it would be "## [0.2.0] - 2026-11-30"',
    ],
    [
      'a younger date below',
      `${GOOD}\n## [0.0.9] - 2026-12-30\n\n### Added\n\n- Jobs.\n`,
      'the newest comes first',
    ],
    ['a version twice', `${GOOD}\n${FIRST}`, 'the newest comes first'],
  ])('refuses %s', (_what, text, message) => {
    expect(problems(text).join('\n')).toContain(message)
  })

  it.each([
    ['0.1.0', '0.1.0', 0],
    ['0.2.0', '0.10.0', -1],
    ['1.0.0', '0.9.9', 1],
    ['1.0.0-rc.1', '1.0.0', -1],
    ['1.0.0-rc.1', '0.9.0', 1],
  ])('orders %s and %s', (a, b, sign) => {
    expect(semver.compare(a, b)).toBe(sign)
  })
})
