// The screens of a page: reads those that it has, and writes them anew (UPDATE=1). Whether a screen is right is decided
// by the reader of the diff.
import { writeFileSync } from 'node:fs'
import { inRoot } from '../../../../tools/paths.ts'
import { readPage, sqlBlocks } from '../../../support/markdown.ts'

export const UPDATING = process.env['UPDATE'] === '1'

/** Without the spaces at the ends of lines, which editors take away. */
export const tidy = (text: string): string => text.replaceAll(/ +$/gm, '').replace(/^\n+/, '').trimEnd()

/** Puts each screen behind its block, the n-th behind the n-th; an empty one stands for none. */
export const rewrite = (page: string, screens: readonly string[]): string => {
  const lines = page.split('\n')
  const blocks = sqlBlocks(page)
  for (const [i, { last, printed }] of [...blocks.entries()].reverse()) {
    const screen = screens[i] ?? ''
    const size = printed === undefined ? 0 : lines.indexOf('```', lines.indexOf('```', last + 1) + 1) - last
    lines.splice(last + 1, size, ...(screen === '' ? [] : ['', '```', ...screen.split('\n'), '```']))
  }
  return lines.join('\n')
}

export const writeScreens = (path: string, screens: readonly string[]): void => {
  writeFileSync(inRoot(path), rewrite(readPage(path), screens))
}
