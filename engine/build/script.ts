// TypeScript → one ES5 program in the dialect of MicroQuickJS.
// The language's limits and how each is met: docs/ARCHITECTURE.md, "The language the engine runs".
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from '@babel/core'
import type { NodePath, PluginObj, types } from '@babel/core'
import { rolldown } from 'rolldown'
import { ENGINE } from './paths.ts'

/** The program's text: the library functions that the engine lacks, then the bundle of `entry`. */
export async function program(entry: string): Promise<string> {
  const bundle = await rolldown({ input: entry, platform: 'browser', logLevel: 'warn' })
  const { output } = await bundle.generate({
    format: 'iife',
    name: 'exported',
    generatedCode: { symbols: false },
    minify: { compress: true, mangle: true, codegen: false },
  })
  const lowered = lower(output[0].code)
  const library = readFileSync(join(ENGINE, 'guest', 'library.js'), 'utf8')
  return `${library}\n${lowered}\nvar routines = exported.routines\n`
}

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

function lower(code: string): string {
  const es5 = transform(code, {
    assumptions: ASSUMPTIONS,
    presets: [
      ['@babel/preset-env', { targets: 'ie 11', modules: false, exclude: ['transform-typeof-symbol'] }],
    ],
  })
  return transform(es5, { plugins: [uniqueCatchNames] })
}

function transform(code: string, options: object): string {
  const result = transformSync(code, { configFile: false, babelrc: false, sourceType: 'script', ...options })
  if (typeof result?.code !== 'string') throw new Error('Babel returned no code')
  return result.code
}

/** The engine makes a catch variable an ordinary variable of its function: two of one name would clash. */
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
