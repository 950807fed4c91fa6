// What `make install` finds in its way before it builds anything.
import { expect, it } from 'vitest'
import { obstacle, type Target } from '../../tools/build/install.ts'

const TARGET: Target = {
  host: 'own',
  version: 'PostgreSQL 17.6 (Debian 17.6-0+deb13u1)',
  folders: ['/share/extension', '/lib'],
}
const FREE = { exists: () => true, mayWrite: () => true, hasSudo: () => false }

it('finds nothing where everything is there and may be written', () => {
  expect(obstacle(TARGET, FREE)).toBeUndefined()
  expect(obstacle({ ...TARGET, host: 'wrappers' }, FREE)).toBeUndefined()
})

it.each([
  ['PostgreSQL 14.19', 'PostgreSQL 14.19 is not supported: 15 to 18 are'],
  ['PostgreSQL 19beta1', 'PostgreSQL 19beta1 is not supported: 15 to 18 are'],
  ['PostgreSQL 18.0', undefined],
])('knows for which versions there is a library: %s', (version, said) => {
  expect(obstacle({ ...TARGET, version }, FREE)).toBe(said)
})

it('says what FOR may be', () => {
  expect(obstacle({ ...TARGET, host: 'wrapper' }, FREE)).toBe(
    "FOR is own or wrappers, not wrapper. Leave it out for k8s_fdw's own host, which needs no Wrappers",
  )
})

it('says that a folder is missing, and which pg_config to give', () => {
  expect(obstacle(TARGET, { ...FREE, exists: (folder) => folder !== '/lib' })).toBe(
    "/lib does not exist: is PG_CONFIG that of the server? Debian's is /usr/lib/postgresql/17/bin/pg_config",
  )
})

it('says who may install, unless sudo is there', () => {
  const closed = { ...FREE, mayWrite: () => false }
  expect(obstacle(TARGET, closed)).toBe(
    'no right to write into /share/extension, and no sudo here: do it as a user who has that right',
  )
  expect(obstacle(TARGET, { ...closed, hasSudo: () => true })).toBeUndefined()
})
