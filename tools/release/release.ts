// `make release`: makes dist/release anew from the component, the SQL extension and the texts for them. No file may
// depend on the machine, the clock or the folder's name.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Materials } from '../../component/build/materials.ts'
import { buildComponent } from '../build/parts.ts'
import { COMPONENT, inRoot, MATERIALS, RELEASE, ROOT } from '../paths.ts'
import { say } from '../step.ts'
import { releaseDay } from './changelog.ts'
import { buildSql, packageVersion, read } from './files.ts'
import type { Sources } from './origins.ts'
import { checksums, readme } from './readme.ts'
import { sbom } from './sbom.ts'
import { tarGz } from './tar.ts'

/** The date of an archive's files as long as there is no day of release. */
const NO_DAY = '1980-01-01'

export const sources = (): Sources => ({
  packageJson: read('package.json'),
  npmLock: read('package-lock.json'),
  nodeLock: read('tools/node/package-lock.json'),
  cargoLock: read('component/mquickjs/Cargo.lock'),
  bindingsLock: read('component/bindings/generator/Cargo.lock'),
  build: globSync('component/build/*.ts', { cwd: ROOT }).sort().map(read).join('\n'),
})

/** The others are scripts for psql, which take the whole extension along. */
const isExtensionFile = (name: string): boolean => /^k8s_fdw(?:\.control|--.*\.sql)$/.test(name)

/** What is archived, laid out in a folder. */
const lay = (folder: string, version: string): void => {
  const extension = join(folder, 'extension')
  mkdirSync(extension, { recursive: true })
  buildSql(folder)
  for (const name of readdirSync(folder).filter(isExtensionFile))
    renameSync(join(folder, name), join(extension, name))
  copyFileSync(COMPONENT, join(extension, `k8s_fdw-${version}.wasm`))
  for (const name of ['LICENSE', 'NOTICE']) copyFileSync(inRoot(name), join(folder, name))
}

export const release = async (): Promise<void> => {
  await buildComponent()
  const version = packageVersion()
  const day = releaseDay(read('CHANGELOG.md'), version)
  const component = readFileSync(COMPONENT)
  const sha256 = createHash('sha256').update(component).digest('hex')
  const materials = JSON.parse(readFileSync(MATERIALS, 'utf8')) as Materials
  const where = { server: process.env['GITHUB_SERVER_URL'], repository: process.env['GITHUB_REPOSITORY'] }
  const write = (name: string, content: string | Uint8Array): void => {
    writeFileSync(join(RELEASE, name), content)
  }
  rmSync(RELEASE, { recursive: true, force: true })
  const folder = join(RELEASE, `k8s_fdw-${version}`)
  lay(folder, version)
  write(`k8s_fdw-${version}.tar.gz`, tarGz(folder, day ?? NO_DAY))
  // The scripts and the licences are there to be fetched one by one, too.
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isFile()) renameSync(join(folder, entry.name), join(RELEASE, entry.name))
  rmSync(folder, { recursive: true })
  write('k8s_fdw.wasm', component)
  write('k8s_fdw.cdx.json', sbom({ version, sha256, day }, materials, sources()))
  write('README.txt', readme(version, sha256, where))
  write('checksum.txt', checksums(RELEASE))
  say(
    `${RELEASE} has k8s_fdw ${version}${day === undefined ? ', which CHANGELOG.md does not release yet' : ''}:`,
  )
  for (const name of readdirSync(RELEASE))
    process.stdout.write(`    ${name}, ${statSync(join(RELEASE, name)).size} bytes\n`)
}
