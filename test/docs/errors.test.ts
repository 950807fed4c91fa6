// docs/errors.md against the sources and the other suites' tests: each message is documented, each documented one is tested.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { parse, textsOf, walk } from './message-texts.ts'

const ROOT = join(import.meta.dirname, '..', '..')

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => join(folder, name))

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** … matches anything. */
const pattern = (text: string): RegExp =>
  new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/…+/g, '.+'), 's')

const isLike = (one: string, other: string): boolean => pattern(one).test(other) || pattern(other).test(one)

interface Row {
  /** Of the section: `option`; empty for the SQL extension and for warnings. */
  readonly code: string
  readonly text: string
  /** Its SQLSTATEs, where the table has them. */
  readonly states: string
}

const rows: Row[] = []
let section = ''
for (const line of read('docs/errors.md').split('\n')) {
  if (line.startsWith('## ')) section = /^## k8s_fdw\[(\w+)\]/.exec(line)?.[1] ?? ''
  const [, states = '', text] = /^\|([^`|]*)\|? ?`([^`]+)` \|/.exec(line) ?? []
  if (text !== undefined)
    rows.push({ code: section, text: text.replaceAll('\\|', '|'), states: states.trim() })
}

interface Message extends Omit<Row, 'states'> {
  readonly file: string
}

/** Which of a call's arguments are its message: of the constructors and functions through which every message goes. */
const MESSAGE_ARGUMENT: Readonly<Record<string, number>> = {
  FdwError: 1,
  Misfit: 1,
  refuse: 1,
  warnOnce: 0,
  warning: 0,
}

const messagesOf = (path: string): Message[] => {
  const file = parse(path, read(path))
  const messages: Message[] = []
  walk(file, (node) => {
    if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return false
    const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression
    const message = node.arguments?.[MESSAGE_ARGUMENT[callee.getText(file)] ?? -1]
    const first = node.arguments?.[0]
    if (message === undefined || first === undefined) return false
    const isError = callee.getText(file) === 'FdwError' && ts.isStringLiteral(first)
    for (const text of textsOf(message, file)) {
      messages.push({ file: path, code: isError ? first.text : '', text })
    }
    return false
  })
  return messages
}

/** The messages of PL/pgSQL: what follows RAISE, or the name of a function or variable that leads to one. */
const SQL_MESSAGE =
  /(?:RAISE (?:EXCEPTION|WARNING|NOTICE)|k8s_fdw\.reject\((?:'\w+'|\w+(?:\[\d\])?),|k8s_fdw\.refuse_kubeconfig\(|k8s_fdw\.yaml_fail\([^,]+,|(?:remark|problem) :=)\s*(?:CASE WHEN [\w ]+ THEN )?(?:format\(\s*)?'((?:[^']|'')+)'/g

const sqlMessagesOf = (path: string): Message[] =>
  [...read(path).matchAll(SQL_MESSAGE)].map(([, quoted = '']) => {
    const text = quoted
      .replaceAll("''", "'")
      .replaceAll(/@VERSION@|%[sIL]|%(?!\))/g, '…')
      .trim()
    return { file: path, code: '', text }
  })

/** The rest is a Misfit's, or the API server's. */
const FRAMES = ['…: column …: …', 'column …: …', 'k8s_fdw: …']

const saysSomething = ({ text }: Message): boolean => /\w/.test(text) && !FRAMES.includes(text)

describe('docs/errors.md', () => {
  const messages = filesIn('src', '.ts').flatMap(messagesOf).filter(saysSomething)
  const sqlMessages = ['sql/begin', 'sql/parts', 'sql/plain', 'sql/pgtle']
    .flatMap((folder) => filesIn(folder, '.sql'))
    .flatMap(sqlMessagesOf)
    .filter(saysSomething)

  it('finds messages at all', () => {
    expect(messages.length).toBeGreaterThan(40)
    expect(sqlMessages.length).toBeGreaterThan(60)
    expect(rows.length).toBeGreaterThan(150)
  })

  it.each(messages)('has $file: $text', ({ code, text }) => {
    const candidates = code === '' ? rows : rows.filter((row) => row.code === code)
    expect(candidates.filter((row) => isLike(row.text, text))).not.toEqual([])
  })

  it.each(sqlMessages)('has $file: $text', ({ text }) => {
    expect(rows.filter((row) => row.code === '' && isLike(row.text, text))).not.toEqual([])
  })
})

describe('the tests', () => {
  const expected: string[] = []
  const suites = ['test/unit', 'test/contract', 'test/e2e'].flatMap((folder) => filesIn(folder, '.test.ts'))
  for (const path of suites) {
    const file = parse(path, read(path))
    walk(file, (node) => {
      const isText =
        ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isBinaryExpression(node)
      if (isText) expected.push(...textsOf(node, file))
      return isText
    })
  }
  const sqlLines = filesIn('sql/test', '.out').flatMap((path) => read(path).split('\n'))
  expected.push(...sqlLines)

  it.each(rows)('expect $code $text', ({ text }) => {
    expect(expected.some((each) => pattern(text).test(each))).toBe(true)
  })

  it.each(rows.filter((row) => row.states !== ''))('expect $states with $text', ({ states, text }) => {
    const withState = new RegExp(`\\b([0-9A-Z]{5}) ${pattern(text).source}`)
    const seen = sqlLines.flatMap((line) => withState.exec(line)?.[1] ?? [])
    for (const state of seen) expect(states).toContain(state)
  })
})
