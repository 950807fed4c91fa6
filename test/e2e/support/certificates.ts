// Owns: certificates for tests: a CA, and what it issues, in and out of date, for any names. X.509 in DER by hand.
// Never: keeps a key outside memory.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIPv4 } from 'node:net'

const DAY = 86_400_000

export interface Certificate {
  /** PEM. */
  readonly cert: string
  /** PEM. */
  readonly key: string
}

interface Wanted {
  readonly subject: string
  readonly issuer: string
  readonly signer: KeyObject
  readonly subjectKey: KeyObject
  readonly from: Date
  readonly to: Date
  readonly extensions: readonly Buffer[]
}

export interface Authority {
  /** PEM. */
  readonly cert: string
  /** For host names and IPv4 addresses, from and to so many days from now. */
  readonly issue: (names: readonly string[], fromDays?: number, toDays?: number) => Certificate
}

/** A value of ASN.1: its tag, its length, its content. */
const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content)
  const { length } = body
  const bytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...bytes]), body])
}

const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content)
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const octets = (content: Buffer): Buffer => der(0x04, content)
const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content)
const TRUE = der(0x01, Buffer.from([0xff]))

const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'))
const COMMON_NAME = identifier('550403')
const BASIC_CONSTRAINTS = identifier('551d13')
const SUBJECT_ALT_NAME = identifier('551d11')

const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))))

/** UTCTime has two digits of the year, and goes to 2049. */
const timeOf = (date: Date): Buffer => {
  const digits = `${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits))
}

const altName = (name: string): Buffer =>
  isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name))

const certificate = (wanted: Wanted): string => {
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(wanted.issuer),
    sequence(timeOf(wanted.from), timeOf(wanted.to)),
    nameOf(wanted.subject),
    wanted.subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...wanted.extensions)),
  )
  const signature = bits(sign('sha256', body, wanted.signer))
  const text = sequence(body, ECDSA_WITH_SHA256, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${text.replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
}

const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY)

export const createAuthority = (name: string): Authority => {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = { issuer: name, signer: own.privateKey }
  return {
    cert: certificate({
      ...signed,
      subject: name,
      subjectKey: own.publicKey,
      from: daysFromNow(-1000),
      to: daysFromNow(1000),
      extensions: [sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE)))],
    }),
    issue: (names, fromDays = -1, toDays = 1) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const cert = certificate({
        ...signed,
        subject: names[0] ?? '',
        subjectKey: publicKey,
        from: daysFromNow(fromDays),
        to: daysFromNow(toDays),
        extensions: [sequence(SUBJECT_ALT_NAME, octets(sequence(...names.map(altName))))],
      })
      return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
    },
  }
}
