// Changes VitePress' Markdown: links.ts decides about links, and headings have the same anchors as on GitHub.
import { relative } from 'node:path'
import { ROOT } from '../paths.ts'
import { linkFrom, type Surroundings } from './links.ts'

/**
 * The part of markdown-it that is needed here. Its types come with the site's packages, which `make check` does
 * without.
 */
interface Token {
  readonly type: string
  children: Token[] | null
  attrGet(name: string): string | null
  attrSet(name: string, value: string): void
}

interface State {
  readonly tokens: readonly Token[]
  readonly env: { readonly path?: string; readonly realPath?: string }
}

export interface Markdown {
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } }
}

/** If a link leads nowhere its own tokens are removed, and what is between them stays. */
const relink = (tokens: readonly Token[], file: string, around: Surroundings): Token[] => {
  let dropped = false
  return tokens.filter((token) => {
    if (token.type === 'link_open') {
      const target = linkFrom(file, token.attrGet('href') ?? '', around)
      dropped = target === undefined
      if (target !== undefined) token.attrSet('href', target)
      return !dropped
    }
    if (token.type !== 'link_close' || !dropped) return true
    dropped = false
    return false
  })
}

export const useLinks =
  (around: Surroundings) =>
  (markdown: Markdown): void => {
    markdown.core.ruler.push('k8s_fdw_links', ({ tokens, env }) => {
      const file = relative(ROOT, env.realPath ?? env.path ?? '')
      for (const token of tokens)
        if (token.children !== null) token.children = relink(token.children, file, around)
    })
  }
