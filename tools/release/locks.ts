// What lock files say about a package: its version, licence and hash; and its package URL (purl).
import { Enums } from '@cyclonedx/cyclonedx-library'

export interface Package {
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly purl: string
  readonly hashes: readonly { readonly alg: Enums.HashAlgorithm; readonly content: string }[]
}

interface NpmLock {
  readonly packages: Record<string, { version?: string; license?: string; integrity?: string } | undefined>
}

/** A package of an npm lock file, which holds the SHA-512 of its archive in base64. */
export const npmPackage = (lock: string, name: string): Package => {
  const { version, license, integrity } = (JSON.parse(lock) as NpmLock).packages[`node_modules/${name}`] ?? {}
  if (version === undefined || license === undefined || integrity?.startsWith('sha512-') !== true)
    throw new Error(`the lock file has no version, licence and SHA-512 for ${name}`)
  const content = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
  return {
    name,
    version,
    licence: license.replace(/^\((.*)\)$/, '$1'),
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    hashes: [{ alg: Enums.HashAlgorithm['SHA-512'], content }],
  }
}

/** A package of a Cargo lock file, which holds the SHA-256 of its archive, and no licence. */
export const cargoPackage = (lock: string, name: string, licence: string): Package => {
  const found = lock.split('[[package]]').find((part) => part.includes(`\nname = "${name}"\n`)) ?? ''
  const version = /^version = "(.*)"$/m.exec(found)?.[1]
  const content = /^checksum = "([0-9a-f]{64})"$/m.exec(found)?.[1]
  if (version === undefined || content === undefined)
    throw new Error(`the lock file has no version and checksum for ${name}`)
  return {
    name,
    version,
    licence,
    purl: `pkg:cargo/${name}@${version}`,
    hashes: [{ alg: Enums.HashAlgorithm['SHA-256'], content }],
  }
}
