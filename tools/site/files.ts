// Which Markdown files the repository has, without those that are built or fetched.
import { globSync } from 'node:fs'
import { ROOT } from '../paths.ts'

/** The folders of what is built or fetched. */
export const NOT_OURS = ['node_modules', 'target', 'dist', '.cache', '.run', '.git'] as const

export const markdownFiles = (folder = '.'): string[] =>
  globSync(`${folder}/**/*.md`, {
    cwd: ROOT,
    exclude: (name) => NOT_OURS.some((ignored) => name === ignored || name.endsWith(`/${ignored}`)),
  }).sort()
