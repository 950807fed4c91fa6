// Lets links.ts decide where the links of the Markdown lead.
import { relative } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'
import { ROOT } from '../../paths.ts'
import { linkFrom, type Surroundings } from '../links.ts'

type Token = ReturnType<MarkdownRenderer['parse']>[number]

/** If a link leads nowhere its own tokens are removed, and what is between them stays. */
const relink = (tokens: readonly Token[], file: string, around: Surroundings): Token[] => {
  let target: string | undefined
  return tokens.filter((token) => {
    if (token.type === 'link_open') {
      target = linkFrom(file, token.attrGet('href') ?? '', around)
      if (target !== undefined) token.attrSet('href', target)
    }
    return target !== undefined || !token.type.startsWith('link_')
  })
}

export const useLinks = (markdown: MarkdownRenderer, around: Surroundings): void => {
  markdown.core.ruler.push('k8s_fdw_links', ({ tokens, env }) => {
    const { path, realPath = path } = env as { path: string; realPath?: string }
    for (const token of tokens)
      if (token.children !== null) token.children = relink(token.children, relative(ROOT, realPath), around)
  })
}
