// Certificates for tests: a CA, and what it issues, in and out of date, for any names. Keys stay in memory.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import * as x509 from '@peculiar/asn1-x509'

const DAY = 86_400_000

export interface Certificate {
  /** PEM. */
  readonly cert: string
  /** PEM. */
  readonly key: string
}

interface Wanted {
  readonly subject: x509.Name
  readonly subjectKey: KeyObject
  readonly issuer: string
  readonly signer: KeyObject
  readonly days: readonly [from: number, to: number]
  readonly extension: x509.Extension
}

export interface Authority {
  /** PEM. */
  readonly cert: string
  /** For host names and IPv4 addresses, from and to so many days from now. */
  readonly issue: (names: readonly string[], fromDays?: number, toDays?: number) => Certificate
  /** For a user of Kubernetes, with a key in the form that some tool writes. */
  readonly issueUser: (user: string, group: string, form: KeyForm, toDays?: number) => Certificate
}

/** How a private key is written. */
export type KeyForm = 'rsa in PKCS 1' | 'ec in SEC 1' | 'ec in PKCS 8'

const ECDSA_WITH_SHA256 = new x509.AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' })
const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

const userKeyPair = (form: KeyForm): { readonly publicKey: KeyObject; readonly key: string } => {
  const { publicKey, privateKey } =
    form === 'rsa in PKCS 1' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : keyPair()
  const type = form === 'rsa in PKCS 1' ? 'pkcs1' : form === 'ec in SEC 1' ? 'sec1' : 'pkcs8'
  return { publicKey, key: privateKey.export({ type, format: 'pem' }).toString() }
}

const nameOf = (commonName: string, organization?: string): x509.Name => {
  const part = (type: string, text: string): x509.RelativeDistinguishedName =>
    new x509.RelativeDistinguishedName([
      new x509.AttributeTypeAndValue({ type, value: new x509.AttributeValue({ utf8String: text }) }),
    ])
  const organizations = organization === undefined ? [] : [part(ORGANIZATION, organization)]
  return new x509.Name([...organizations, part(COMMON_NAME, commonName)])
}

const extension = (extnID: string, critical: boolean, value: object): x509.Extension =>
  new x509.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })

const certificate = ({ subject, subjectKey, issuer, signer, days, extension: only }: Wanted): string => {
  const [notBefore, notAfter] = [new Date(Date.now() + days[0] * DAY), new Date(Date.now() + days[1] * DAY)]
  const tbsCertificate = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: Uint8Array.from([1, ...randomBytes(8)]).buffer,
    signature: ECDSA_WITH_SHA256,
    issuer: nameOf(issuer),
    validity: new x509.Validity({ notBefore, notAfter }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(
      subjectKey.export({ type: 'spki', format: 'der' }),
      x509.SubjectPublicKeyInfo,
    ),
    extensions: new x509.Extensions([only]),
  })
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), signer)
  const whole = new x509.Certificate({
    tbsCertificate,
    signatureAlgorithm: ECDSA_WITH_SHA256,
    signatureValue: Uint8Array.from(signature).buffer,
  })
  const text = Buffer.from(AsnConvert.serialize(whole)).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${text.replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
}

export const createAuthority = (name: string): Authority => {
  const own = keyPair()
  const signed = { issuer: name, signer: own.privateKey }
  const isAuthority = extension(x509.id_ce_basicConstraints, true, new x509.BasicConstraints({ cA: true }))
  return {
    cert: certificate({
      ...signed,
      subject: nameOf(name),
      subjectKey: own.publicKey,
      days: [-1000, 1000],
      extension: isAuthority,
    }),
    issue: (names, fromDays = -1, toDays = 1) => {
      const { publicKey, privateKey } = keyPair()
      const alternatives = new x509.SubjectAlternativeName(
        names.map((value) => new x509.GeneralName(isIPv4(value) ? { iPAddress: value } : { dNSName: value })),
      )
      const cert = certificate({
        ...signed,
        subject: nameOf(names[0] ?? ''),
        subjectKey: publicKey,
        days: [fromDays, toDays],
        extension: extension(x509.id_ce_subjectAltName, false, alternatives),
      })
      return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
    },
    issueUser: (user, group, form, toDays = 1) => {
      const { publicKey, key } = userKeyPair(form)
      const usage = new x509.ExtendedKeyUsage([x509.id_kp_clientAuth])
      const cert = certificate({
        ...signed,
        subject: nameOf(user, group),
        subjectKey: publicKey,
        days: [-2, toDays],
        extension: extension(x509.id_ce_extKeyUsage, false, usage),
      })
      return { cert, key }
    },
  }
}
