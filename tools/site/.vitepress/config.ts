// How VitePress builds the pages that ../navigation.json lists.
import { slug } from 'github-slugger'
import { defineConfig } from 'vitepress'
import { inRoot, NOT_OURS, ourFiles, ROOT, SITE } from '../../paths.ts'
import { repositoryOf } from '../links.ts'
import { NAVIGATION, placesOf, routeOf } from '../pages.ts'
import { useLinks } from './markdown.ts'

const places = placesOf(NAVIGATION)
const repository = repositoryOf(process.env)
const sidebar = Object.entries(NAVIGATION).map(([group, pages]) => ({
  text: group,
  items: Object.entries(pages).map(([file, text]) => ({ text, link: routeOf(places.get(file) ?? '') })),
}))

export default defineConfig({
  srcDir: ROOT,
  // VitePress takes all Markdown that it is not told to leave.
  srcExclude: [
    ...NOT_OURS.map((name) => `**/${name}/**`),
    ...ourFiles('**/*.md').filter((file) => !places.has(file)),
  ],
  rewrites: Object.fromEntries(places),
  outDir: SITE,
  cacheDir: inRoot('.cache', 'vitepress'),
  base: process.env['SITE_BASE'] ?? '/',
  title: 'k8s_fdw',
  description: 'A Kubernetes cluster as Postgres foreign tables',
  lang: 'en',
  // An empty icon, so that none is asked for.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  metaChunk: true,
  markdown: {
    // The anchor is the one that GitHub makes, so that a link means the same there and in the site.
    anchor: { slugify: (heading) => slug(heading.trim()) },
    config: (markdown) => {
      useLinks(markdown, { places, repository })
    },
  },
  themeConfig: {
    nav: [],
    sidebar,
    outline: [2, 3],
    ...(repository === undefined
      ? {}
      : { socialLinks: [{ icon: 'github', link: repository.replace(/\/blob\/.*/, '') }] }),
    search: { provider: 'local' },
    footer: { message: 'Apache License 2.0' },
  },
})
