// Says what is wrong with a dashboard's JSON by the types in types.ts: the text is put into a TypeScript file as it
// stands, so that the compiler refuses a key that there is not, which it would not do for a value that it knows only by
// its type.
import { join } from 'node:path'
import ts from 'typescript'
import { inRoot } from '../../../tools/paths.ts'

const FOLDER = inRoot('test/support/grafana')

/** By the name of each text: the compiler's messages, each with the line that it is about. */
export const typeErrors = (texts: Readonly<Record<string, string>>): Record<string, string[]> => {
  const sources = new Map(
    Object.entries(texts).map(([name, text]) => [
      join(FOLDER, `${name}.json-check.ts`),
      `import type { DashboardFile } from './types.ts'\nexport const dashboard: DashboardFile = ${text}\n`,
    ]),
  )
  const options = ts.parseJsonConfigFileContent(
    ts.readConfigFile(inRoot('tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    inRoot(),
  ).options
  const files = ts.createCompilerHost(options)
  const host: ts.CompilerHost = {
    ...files,
    fileExists: (path) => sources.has(path) || files.fileExists(path),
    getSourceFile: (path, version, ...rest) => {
      const source = sources.get(path)
      return source === undefined
        ? files.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, source, version)
    },
  }
  const program = ts.createProgram([...sources.keys()], { ...options, types: [] }, host)
  const found = [...sources.keys()].map((path) => {
    const file = program.getSourceFile(path)
    const messages = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText, start = 0 }) => {
        const line = file?.text.slice(start).split('\n')[0]?.trim() ?? ''
        return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
      },
    )
    return messages
  })
  return Object.fromEntries(Object.keys(texts).map((name, i) => [name, found[i] ?? []]))
}
