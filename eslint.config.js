// Lint rules: strict types everywhere, and in src/ only what the engine can run (docs/ARCHITECTURE.md).
import * as regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

const named = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' }

/** What MicroQuickJS lacks and no lowering gives: docs/ARCHITECTURE.md, "The language the engine runs". */
const beyondTheEngine = [
  named,
  {
    selector:
      "ForOfStatement > CallExpression.right[callee.property.name=/^(keys|values|entries)$/]:not([callee.object.name='Object'])",
    message: 'for…of runs over arrays only: use Array.from first.',
  },
  { selector: ':function[generator=true], YieldExpression', message: 'The engine has no generators.' },
  { selector: ':function[async=true], AwaitExpression', message: 'The engine has no promises.' },
  { selector: 'ClassDeclaration[superClass]', message: 'Subclassing built-ins needs Reflect.construct.' },
  { selector: 'Literal[bigint]', message: 'The engine has no BigInt.' },
  { selector: 'Literal[regex.pattern=/\\(\\?<[=!a-zA-Z]/]', message: 'No look-behind and no named groups.' },
  { selector: 'Literal[regex.flags=/[uvsyd]/]', message: 'Only the flags g, i and m.' },
  // What component/adapter/library.js makes no effort for.
  { selector: 'MethodDefinition[kind=/^[gs]et$/]', message: 'The library has no accessors.' },
  {
    selector:
      "CallExpression[callee.property.name='split']:not([arguments.length=1]), CallExpression[callee.property.name='split']:matches([arguments.0.value=''], [arguments.0.regex])",
    message: "The library's split takes one text, and not the empty one.",
  },
  {
    selector: "CallExpression[callee.property.name='sort'][arguments.length=0]",
    message: "The library's sort takes a comparison.",
  },
  {
    selector: "CallExpression[callee.property.name='reduce'][arguments.length=1]",
    message: "The library's reduce takes an initial value.",
  },
  {
    selector: "CallExpression[callee.property.name='replace'][arguments.1.value=/\\$/]",
    message: "A $ means nothing to the library's replace: use a function.",
  },
]

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '.cache/**',
      '.run/**',
      'dist/**',
      'test/host/**',
      'tools/site/.vitepress/**',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', named],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // The engine cannot extend Error, and the host takes a string.
      '@typescript-eslint/only-throw-error': [
        'error',
        { allow: [{ from: 'file', name: ['FdwError', 'Misfit', 'Substitute', 'Fault', 'Malformed'] }] },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  // The host cannot end a call of the component: an expression that backtracks would hold the backend for hours.
  {
    files: ['src/**/*.ts', 'component/adapter/**/*.{ts,js}', 'test/support/portable-host/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    files: ['src/**/*.ts', 'component/adapter/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...beyondTheEngine],
      'no-restricted-globals': [
        'error',
        'BigInt',
        'Date',
        'Intl',
        'Promise',
        'Proxy',
        'Reflect',
        'RegExp',
        'Symbol',
        'TextDecoder',
        'TextEncoder',
        'WeakMap',
        'console',
        'encodeURIComponent',
        'isNaN',
        'parseFloat',
        'process',
        'setTimeout',
        'structuredClone',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'JSON', property: 'parse', message: 'Use Host.indexJson.' },
        {
          object: 'Number',
          property: 'isNaN',
          message: 'The engine has no isNaN: only NaN differs from itself.',
        },
      ],
    },
  },
  // A test that is left out without a word would look like one that passed.
  {
    files: ['test/**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        named,
        {
          selector: 'MemberExpression[property.name=/^(skip|skipIf|runIf|todo)$/]',
          message: 'Say the reason: describeUnless and itUnless in test/support/left-out.ts.',
        },
      ],
    },
  },
  // Natives and the routines over jco are functions: none of them has a `this`.
  {
    files: ['component/**/*.ts', 'test/support/portable-host/**/*.ts', 'test/contract/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  { files: ['component/adapter/library.js'], rules: { '@typescript-eslint/no-this-alias': 'off' } },
  // Vitest and ESLint take their configuration and global set-up as default exports.
  {
    files: [
      '**/*.config.{js,ts}',
      'test/contract/transpile.ts',
      'test/site/build.ts',
      'test/e2e/support/servers.ts',
      'test/image/support/setup.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
)
