// Which linter reads which files, with which flags, and a mistake that each linter must find.

export interface Linter {
  readonly name: string
  readonly args: readonly string[]
  /** Patterns of the files that it reads, from the top of the repository. */
  readonly files: readonly string[]
  /** The name and text of a file that it must refuse. */
  readonly mistake: readonly [name: string, text: string]
}

const WORKFLOWS = ['.github/workflows/*.yml']

const workflow = (step: string): string => `name: mistake
on: push
permissions: {}
jobs:
  job:
    runs-on: ubuntu-24.04
    steps:
${step}
`

export const LINTERS: readonly Linter[] = [
  {
    name: 'hadolint',
    args: [],
    files: ['Dockerfile', 'test/image/base/Dockerfile'],
    mistake: ['Dockerfile', 'FROM debian\nRUN cd /tmp\n'],
  },
  {
    // The schema of the Compose specification comes with it.
    name: 'check-jsonschema',
    args: ['--builtin-schema', 'vendor.compose-spec'],
    files: ['compose.yaml'],
    mistake: ['compose.yaml', 'services:\n  database:\n    image: k8s_fdw\n    portz: ["5432:5432"]\n'],
  },
  {
    name: 'shellcheck',
    // SC2015: `a && b || c` is meant as it stands. SC2016: a $ in single quotes belongs to SQL.
    args: ['--external-sources', '--source-path=SCRIPTDIR', '--exclude=SC2015,SC2016'],
    files: ['**/*.sh', '.ci/run', 'test/image/support/bin/*'],
    mistake: ['mistake.sh', '#!/bin/sh\nrm -rf $1/cache\n'],
  },
  {
    name: 'actionlint',
    args: [],
    files: WORKFLOWS,
    mistake: ['mistake.yml', workflow('      - run: echo "${{ github.reff }}"')],
  },
  {
    name: 'zizmor',
    args: ['--offline', '--persona=pedantic', '--no-progress', '--quiet'],
    files: WORKFLOWS,
    mistake: ['mistake.yml', workflow('      - run: echo "${{ github.head_ref }}"')],
  },
  {
    name: 'clang-format',
    args: ['--dry-run', '-Werror'],
    // Not component/bindings: wit-bindgen writes it.
    files: ['{component/runtime,test/engine}/**/*.{c,h}'],
    mistake: ['mistake.c', 'int main( ) { return 0 ; }\n'],
  },
  {
    name: 'rustfmt',
    // It follows the modules of each.
    args: ['--check', '--edition', '2024'],
    files: [
      'host/{src,guest/src,http/src}/lib.rs',
      'test/host/{src,logic/src}/lib.rs',
      'bench/reference/src/lib.rs',
      'component/bindings/generator/src/main.rs',
    ],
    mistake: ['mistake.rs', 'fn main( ) {}\n'],
  },
]
