// Owns: a .tar.gz whose bytes depend on its files' names and contents alone: no owner, no mode, no clock, in the given order.
// Never: reads a file.
import { gzipSync } from 'node:zlib'

export interface Entry {
  readonly name: string
  readonly content: Uint8Array
}

const BLOCK = 512
const MODE = 0o644
const NAME_BYTES = 100
const CHECKSUM_AT = 148

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`

/** A header of POSIX ustar. */
const header = (name: string, size: number, seconds: number): Buffer => {
  if (Buffer.byteLength(name) > NAME_BYTES) throw new Error(`${name} is too long a name for the archive`)
  const block = Buffer.alloc(BLOCK)
  const put = (text: string, at: number): void => {
    block.write(text, at)
  }
  put(name, 0)
  put(octal(MODE, 8), 100)
  put(octal(0, 8), 108)
  put(octal(0, 8), 116)
  put(octal(size, 12), 124)
  put(octal(seconds, 12), 136)
  put(' '.repeat(8), CHECKSUM_AT)
  put('0', 156)
  put('ustar\x0000', 257)
  put('root', 265)
  put('root', 297)
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(`${octal(sum, 7)} `, CHECKSUM_AT)
  return block
}

const padded = (content: Uint8Array): Buffer =>
  Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)])

/** `day` is YYYY-MM-DD: the files' date. */
export const tarGz = (entries: readonly Entry[], day: string): Buffer => {
  const seconds = Date.parse(`${day}T00:00:00Z`) / 1000
  const blocks = entries.flatMap(({ name, content }) => [
    header(name, content.length, seconds),
    padded(content),
  ])
  // node:zlib writes no time and no name into its header.
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 })
}
