// The form of typos.txt: a `# heading`, and blocks of a `-- title`, statements, and what they say.

export interface Typo {
  readonly heading: string
  readonly title: string
  readonly sql: string
  readonly said: string
}

/** A statement is one line; what it says begins otherwise. */
const isStatement = (line: string): boolean =>
  /^[A-Z].*;$/.test(line) && !/^(ERROR|HINT|DETAIL|WARNING|NOTICE|LINE|QUERY)\b/.test(line)

const split = (lines: readonly string[]): [string, string] => {
  const found = lines.findIndex((line) => !isStatement(line))
  const end = found < 0 ? lines.length : found
  return [lines.slice(0, end).join('\n'), lines.slice(end).join('\n')]
}

export const readTypos = (text: string): Typo[] => {
  let heading = ''
  return text
    .trim()
    .split(/\n\n+/)
    .flatMap((block) => {
      const [first = '', ...lines] = block.split('\n')
      if (first.startsWith('# ')) {
        heading = first.slice(2)
        return []
      }
      const [sql, said] = split(lines)
      if (!first.startsWith('-- ') || sql === '') throw new Error(`not a title and statements: ${block}`)
      return [{ heading, title: first.slice(3), sql, said }]
    })
}

export const writeTypos = (typos: readonly Typo[], said: ReadonlyMap<Typo, string>): string => {
  let heading = ''
  const blocks = typos.flatMap((typo) => {
    const begin = typo.heading === heading ? [] : [`# ${typo.heading}`]
    heading = typo.heading
    return [
      ...begin,
      [`-- ${typo.title}`, typo.sql, said.get(typo) ?? ''].filter((part) => part !== '').join('\n'),
    ]
  })
  return `${blocks.join('\n\n')}\n`
}
