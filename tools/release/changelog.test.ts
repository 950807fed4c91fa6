// What a release takes from CHANGELOG, and what `make cut` makes of it. test/docs/changelog.test.ts has its form.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { problems } from '../../test/docs/changelog.ts'
import { hasUnreleased, notes, releaseDay, tagProblems } from './changelog.ts'
import { read } from './files.ts'

const HEAD = '# Changelog\n\nIn words.\n\n'
const FIRST = '## [0.1.0] - 2026-11-30\n\n### Added\n\n- Pods.\n'
const NEWS = '## [Unreleased]\n\n### Added\n\n- Nodes.\n\n### Fixed\n\n- Names,\n  the long ones.\n\n'
const GOOD = `${HEAD}${NEWS}${FIRST}`

/** As the recipe in Makefile does it. */
const cut = (text: string, version: string, day: string): string => {
  const script = /sed -i "(.*)" CHANGELOG\.md/.exec(read('Makefile'))?.[1] ?? ''
  const filled = script.replace('$(VERSION)', version).replace('$$(date -I)', day)
  return execFileSync('sed', [filled], { input: text, encoding: 'utf8' })
}

describe('a release', () => {
  it('takes its notes from the section of its version', () => {
    expect(notes(GOOD, '0.1.0')).toBe('### Added\n\n- Pods.')
    expect(notes(GOOD, '0.2.0')).toBeUndefined()
    expect(releaseDay(GOOD, '0.1.0')).toBe('2026-11-30')
  })

  it('is cut from Unreleased', () => {
    const made = cut(GOOD, '0.2.0', '2026-12-01')
    expect(problems(made)).toEqual([])
    expect(hasUnreleased(made)).toBe(false)
    expect(notes(made, '0.2.0')).toBe('### Added\n\n- Nodes.\n\n### Fixed\n\n- Names,\n  the long ones.')
    expect(notes(made, '0.1.0')).toBe('### Added\n\n- Pods.')
    expect(releaseDay(made, '0.2.0')).toBe('2026-12-01')
  })

  it.each([
    ['an older version', '0.0.9', '2026-12-01', 'the newest comes first'],
    ['a version that is there', '0.1.0', '2026-12-01', 'the newest comes first'],
    ['what is no version', 'v2', '2026-12-01', 'a second section has no version X.Y.Z'],
  ])('is not cut as %s', (_what, version, day, message) => {
    expect(problems(cut(GOOD, version, day)).join('\n')).toContain(message)
  })

  it('is not cut from nothing', () => {
    const made = cut(`${HEAD}## [Unreleased]\n\n${FIRST}`, '0.2.0', '2026-12-01')
    expect(tagProblems(made, '0.2.0', 'v0.2.0', true)).toEqual([
      'CHANGELOG.md has nothing for 0.2.0: make cut VERSION=0.2.0',
    ])
  })

  it('goes by a tag that is its version, with a section and nothing left over', () => {
    expect(tagProblems(cut(GOOD, '0.2.0', '2026-12-01'), '0.2.0', 'v0.2.0', true)).toEqual([])
    expect(tagProblems(GOOD, '0.2.0', 'v0.3.0', false)).toEqual([
      'the tag is v0.3.0, and package.json says 0.2.0: it has to be v0.2.0',
      'CHANGELOG.md has nothing for 0.2.0: make cut VERSION=0.2.0',
      'CHANGELOG.md has entries under Unreleased, which 0.2.0 would leave out',
      'sql/released has not the SQL of 0.2.0 as it is: AGAIN=1 sh sql/record.sh',
    ])
  })
})
