// The site's pure parts: which page stands where, what a link becomes, how a heading is named.
import { slug } from 'github-slugger'
import { describe, expect, it } from 'vitest'
import { linkFrom, repositoryOf } from './links.ts'
import { placesOf, routeOf } from './pages.ts'

const pages = {
  'docs/index.md': 'Home',
  'docs/a.md': 'A',
  'docs/start/b.md': 'B',
  'sql/README.md': 'SQL',
  'CHANGELOG.md': 'Changes',
}
const places = placesOf({ All: pages })
const repository = 'https://git.example.com/owner/name/blob/main'

describe('a page', () => {
  it.each([
    ['docs/index.md', '/'],
    ['docs/a.md', '/a'],
    ['docs/start/b.md', '/start/b'],
    ['sql/README.md', '/sql'],
    ['CHANGELOG.md', '/CHANGELOG'],
  ])('%s stands at %s', (file, route) => {
    expect(routeOf(places.get(file) ?? '')).toBe(route)
  })
})

describe('a link', () => {
  it.each([
    ['docs/a.md', 'start/b.md#x', '/start/b#x'],
    ['docs/start/b.md', '../a.md', '/a'],
    ['docs/start/b.md', '../../sql/README.md#install', '/sql#install'],
    ['sql/README.md', '../docs/index.md', '/'],
    ['sql/README.md', '../CHANGELOG.md', '/CHANGELOG'],
    ['docs/a.md', '#x', '#x'],
    ['docs/a.md', 'https://kubernetes.io/#x', 'https://kubernetes.io/#x'],
    ['docs/a.md', 'mailto:jane@example.com', 'mailto:jane@example.com'],
    ['docs/a.md', '../deploy/', `${repository}/deploy`],
    ['docs/a.md', '../src/scan.ts#L1', `${repository}/src/scan.ts#L1`],
  ])('of %s to %s leads to %s', (file, href, target) => {
    expect(linkFrom(file, href, { places, repository })).toBe(target)
  })

  it('to what is no page is plain text where the repository is not known', () => {
    expect(linkFrom('docs/a.md', '../src/scan.ts', { places, repository: undefined })).toBeUndefined()
  })

  it('takes the repository from what GitHub Actions says, all of it', () => {
    const said = { GITHUB_SERVER_URL: 'https://git.example.com', GITHUB_REPOSITORY: 'owner/name' }
    expect(repositoryOf({ ...said, GITHUB_SHA: 'abc' })).toBe('https://git.example.com/owner/name/blob/abc')
    expect(repositoryOf(said)).toBe('https://git.example.com/owner/name/blob/HEAD')
    expect(repositoryOf({ ...said, GITHUB_REPOSITORY: '' })).toBeUndefined()
    expect(repositoryOf({})).toBeUndefined()
  })
})

it.each([
  ["The cluster's certificate authority", 'the-clusters-certificate-authority'],
  ['k8s_fdw[option]', 'k8s_fdwoption'],
  ['Use it on Supabase, or in `supabase/postgres`', 'use-it-on-supabase-or-in-supabasepostgres'],
  ['A – B', 'a--b'],
  ['Über 5,000 Pods', 'über-5000-pods'],
])('%s has the anchor %s', (heading, anchor) => {
  expect(slug(heading)).toBe(anchor)
})
