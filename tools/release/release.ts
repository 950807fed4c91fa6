// `make release`: makes dist/release anew from the component, the SQL extension and the texts for them. No file may
// depend on the machine, the clock or the folder's name.
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Materials } from '../../component/build/materials.ts'
import { buildComponent } from '../build/parts.ts'
import { COMPONENT, inRoot, MATERIALS, RELEASE, ROOT } from '../paths.ts'
import { say } from '../step.ts'
import { releaseDay } from './changelog.ts'
import { packageVersion, read, sqlFiles } from './files.ts'
import type { Sources } from './origins.ts'
import { checksums, readme } from './readme.ts'
import { sbom } from './sbom.ts'
import { tarGz } from './tar.ts'

/** The date of an archive's files as long as there is no day of release. */
const NO_DAY = '1980-01-01'

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

export const sources = (): Sources => ({
  npmLock: read('package-lock.json'),
  nodeLock: read('tools/node/package-lock.json'),
  cargoLock: read('component/mquickjs/Cargo.lock'),
  bindingsLock: read('component/bindings/generator/Cargo.lock'),
  build: globSync('component/build/*.ts', { cwd: ROOT }).sort().map(read).join('\n'),
})

/** The files that CREATE EXTENSION reads. The others are scripts for psql, or in a folder, for a registry. */
const isExtensionFile = (name: string): boolean => /^k8s_fdw(?:\.control|--[^/]*\.sql)$/.test(name)
const isScript = (name: string): boolean => /^[^/]*\.sql$/.test(name) && !isExtensionFile(name)

export const release = async (): Promise<void> => {
  await buildComponent()
  const version = packageVersion()
  const day = releaseDay(read('CHANGELOG.md'), version)
  const component = readFileSync(COMPONENT)
  const sum = sha256(component)
  const materials = JSON.parse(readFileSync(MATERIALS, 'utf8')) as Materials
  const texts = ['LICENSE', 'NOTICE'].map((name) => ({ name, content: readFileSync(inRoot(name)) }))
  const sql = sqlFiles()
  const scripts = sql.filter(({ name }) => isScript(name))
  const others = sql.filter(({ name }) => !isExtensionFile(name) && !isScript(name))
  const installed = [
    ...sql.filter(({ name }) => isExtensionFile(name)),
    { name: `k8s_fdw-${version}.wasm`, content: component },
  ]
  const where = { server: process.env['GITHUB_SERVER_URL'], repository: process.env['GITHUB_REPOSITORY'] }
  const folder = `k8s_fdw-${version}`
  const archived = [
    ...installed.map(({ name, content }) => ({ name: `${folder}/extension/${name}`, content })),
    ...[...scripts, ...others, ...texts].map(({ name, content }) => ({ name: `${folder}/${name}`, content })),
  ]
  const files = new Map<string, string | Uint8Array>([
    ['k8s_fdw.wasm', component],
    ['k8s_fdw.cdx.json', sbom({ version, sha256: sum, day }, materials, sources())],
    [`${folder}.tar.gz`, tarGz(archived, day ?? NO_DAY)],
    ...[...scripts, ...texts].map(({ name, content }) => [name, content] as const),
    ['README.txt', readme(version, sum, where)],
  ])
  files.set('checksum.txt', checksums(new Map([...files].map(([name, content]) => [name, sha256(content)]))))
  rmSync(RELEASE, { recursive: true, force: true })
  mkdirSync(RELEASE, { recursive: true })
  for (const [name, content] of files) writeFileSync(join(RELEASE, name), content)
  say(
    `${RELEASE} has k8s_fdw ${version}${day === undefined ? ', which CHANGELOG.md does not release yet' : ''}:`,
  )
  for (const [name, content] of files) process.stdout.write(`    ${name}, ${content.length} bytes\n`)
}
