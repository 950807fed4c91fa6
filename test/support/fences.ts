// The fenced blocks of a Markdown page.

export interface Fence {
  readonly language: string
  readonly text: string
  /** The heading above it. */
  readonly heading: string
  /** Lines of its fences. */
  readonly first: number
  readonly last: number
}

export const fencesOf = (page: string): Fence[] => {
  const found: Fence[] = []
  const lines = page.split('\n')
  let heading = ''
  let open: { language: string; first: number } | undefined
  lines.forEach((line, number) => {
    const fence = /^ *```(.*)$/.exec(line)
    if (open === undefined) {
      if (/^#+ /.test(line)) heading = line.replace(/^#+ /, '')
      if (fence !== null) open = { language: fence[1] ?? '', first: number }
    } else if (fence?.[1] === '') {
      const text = lines.slice(open.first + 1, number).join('\n')
      found.push({ language: open.language, text, heading, first: open.first, last: number })
      open = undefined
    }
  })
  if (open !== undefined) throw new Error(`the block at line ${open.first + 1} is not closed`)
  return found
}
