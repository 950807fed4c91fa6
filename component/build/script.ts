// Turns TypeScript into one ES5 program in the dialect of MicroQuickJS. docs/ARCHITECTURE.md has the language's limits,
// under "The language the engine runs".
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { transformSync } from '@babel/core'
import type { NodePath, PluginObj, types } from '@babel/core'
import { rolldown } from 'rolldown'
import { PARTS, ROOT } from './paths.ts'

export interface Program {
  readonly text: string
  /**
   * The files that the program is made of, by their paths in the repository. What a tool adds of its own is listed by
   * the tool's name.
   */
  readonly scripts: readonly string[]
}

/** Makes the program: the library functions that the engine lacks, then the bundle of `entry`. */
export async function program(entry: string): Promise<Program> {
  const bundle = await rolldown({ input: entry, platform: 'browser', logLevel: 'warn' })
  const { output } = await bundle.generate({
    format: 'iife',
    name: 'exported',
    generatedCode: { symbols: false },
    minify: { compress: true, mangle: true, codegen: false },
  })
  const { code, helpers } = lower(output[0].code)
  const library = join(PARTS, 'adapter', 'library.js')
  return {
    text: `${readFileSync(library, 'utf8')}\n${code}\nvar routines = exported.routines\n`,
    scripts: [...[library, ...output[0].moduleIds].map(nameOf), ...helpers].sort(),
  }
}

/** Rolldown's own modules have a name after a zero byte in place of a path. */
const nameOf = (module: string): string =>
  module.startsWith('\0') ? module.slice(1) : relative(ROOT, module).replaceAll('\\', '/')

const ASSUMPTIONS = {
  constantSuper: true,
  enumerableModuleMeta: true,
  ignoreFunctionLength: true,
  ignoreToPrimitiveHint: true,
  iterableIsArray: true,
  mutableTemplateObject: true,
  noClassCalls: true,
  noDocumentAll: true,
  noNewArrows: true,
  objectRestNoSymbols: true,
  privateFieldsAsProperties: true,
  setClassMethods: true,
  setComputedProperties: true,
  setPublicClassFields: true,
  setSpreadProperties: true,
  skipForOfIteratorClosing: true,
  superIsCallableConstructor: true,
}

function lower(code: string): { code: string; helpers: string[] } {
  const helpers: string[] = []
  const es5 = transform(code, {
    assumptions: ASSUMPTIONS,
    plugins: [namedHelpers(helpers)],
    presets: [
      ['@babel/preset-env', { targets: 'ie 11', modules: false, exclude: ['transform-typeof-symbol'] }],
    ],
  })
  return { code: transform(es5, { plugins: [uniqueCatchNames] }), helpers }
}

/** Notes the functions that Babel writes into the program, and leaves it to write them. */
const namedHelpers = (names: string[]) => (): PluginObj => ({
  pre(file) {
    // Babel's plugins call this, but its types leave it out.
    const settable = file as typeof file & { set(key: string, value: (name: string) => null): void }
    settable.set('helperGenerator', (name) => {
      names.push(`@babel/helpers/${name}`)
      return null
    })
  },
  visitor: {},
})

function transform(code: string, options: object): string {
  const result = transformSync(code, { configFile: false, babelrc: false, sourceType: 'script', ...options })
  if (typeof result?.code !== 'string') throw new Error('Babel returned no code')
  return result.code
}

/** The engine makes a catch variable an ordinary variable of its function, so two of the same name would clash. */
function uniqueCatchNames({ types: t }: { types: typeof types }): PluginObj {
  return {
    visitor: {
      CatchClause(path: NodePath<types.CatchClause>) {
        const { param } = path.node
        if (param === null || param === undefined)
          path.node.param = path.scope.generateUidIdentifier('caught')
        else if (t.isIdentifier(param)) {
          path.scope.rename(param.name, path.scope.getProgramParent().generateUid('caught'))
        }
      },
    },
  }
}
