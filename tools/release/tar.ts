// Makes a .tar.gz whose bytes depend only on the names and contents of its files, in the given order: it has no owner,
// no mode and no time.
import { gzipSync } from 'node:zlib'
import { createTar } from 'nanotar'

export interface Entry {
  readonly name: string
  readonly content: Uint8Array
}

/** nanotar cuts longer names, and leaves out the two empty blocks of the end if its buffer happens to be full. */
const NAME_BYTES = 100
const END = Buffer.alloc(1024)

/** `day` is YYYY-MM-DD: the files' date. */
export const tarGz = (entries: readonly Entry[], day: string): Buffer => {
  const long = entries.find(({ name }) => Buffer.byteLength(name) > NAME_BYTES)
  if (long !== undefined) throw new Error(`${long.name} is too long a name for the archive`)
  const attrs = {
    mode: '644',
    uid: 0,
    gid: 0,
    user: 'root',
    group: 'root',
    mtime: Date.parse(`${day}T00:00:00Z`),
  }
  const files = entries.map(({ name, content }) => ({ name, data: content, attrs }))
  // node:zlib writes no time and no name into its header.
  return gzipSync(Buffer.concat([createTar(files), END]), { level: 9 })
}
