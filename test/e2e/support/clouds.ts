// Stands in for the clouds: their token endpoints, which take a request only if it is to the letter what is documented,
// and what asks them for an API server, as a webhook. No cloud is at hand, so the signatures are verified here, by Node's
// own cryptography, from the documentation of each protocol.
import { createHash, createHmac, generateKeyPairSync, randomBytes, verify } from 'node:crypto'
import { noteSecret } from '../../../tools/services/record.ts'
import { serve } from './serving.ts'

export const AZURE = { tenant: '11111111-2222-3333-4444-555555555555', client: 'app-1', secret: '' }
export const GOOGLE = { email: 'reader@project.iam.gserviceaccount.com', key: 'key-1', secret: '' }
export const EKS = {
  cluster: 'prod',
  region: 'eu-west-1',
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: '',
  session: '',
}
export const OIDC = { client: 'kubectl', secret: '' }

const SCOPES = 'https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email'
const SKEW = 60
const HOUR = 3600
const QUARTER = 900

const fresh = (kind: string): string => {
  const secret = `${kind}-${randomBytes(24).toString('base64url')}`
  noteSecret(secret)
  return secret
}
const now = (): number => Math.floor(Date.now() / 1000)
const json64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const parsed = (part = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>

/** The fields of a form, each once, in the order of their names. */
const fieldsOf = (body: string): Record<string, string> => {
  const pairs = [...new URLSearchParams(body)]
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error('a field twice')
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}
const same = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other)

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const rfc3986 = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** As STS reckons it, of the request that it gets. */
export const stsSignature = (url: URL, headers: Readonly<Record<string, string>>, secret: string): string => {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${rfc3986(name)}=${rfc3986(value)}`)
    .sort()
    .join('&')
  const signed = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';')
  const lines = signed.map((name) => `${name}:${(headers[name] ?? '').trim()}\n`).join('')
  const canonical = [
    'GET',
    url.pathname,
    query,
    lines,
    signed.join(';'),
    createHash('sha256').update('').digest('hex'),
  ]
  const [, day = '', region = '', service = '', end = ''] = (
    url.searchParams.get('X-Amz-Credential') ?? ''
  ).split('/')
  const key = [day, region, service, end].reduce<Buffer>(
    (made, part) => hmac(made, part),
    Buffer.from(`AWS4${secret}`),
  )
  const text = [
    'AWS4-HMAC-SHA256',
    url.searchParams.get('X-Amz-Date'),
    [day, region, service, end].join('/'),
    createHash('sha256').update(canonical.join('\n')).digest('hex'),
  ]
  return hmac(key, text.join('\n')).toString('hex')
}

const ALLOWED = [
  'action',
  'version',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]

/** What aws-iam-authenticator checks of a token, and then STS; the error says what is wrong. */
export const eksUser = (token: string, at = now()): string => {
  const refuse = (why: string): never => {
    throw new Error(why)
  }
  if (!token.startsWith('k8s-aws-v1.') || token.length > 8192) refuse('no token of EKS')
  const encoded = token.slice('k8s-aws-v1.'.length)
  if (!/^[A-Za-z0-9_-]+$/.test(encoded)) refuse('no raw base64url')
  const url = new URL(Buffer.from(encoded, 'base64url').toString())
  if (url.protocol !== 'https:' || url.pathname !== '/') refuse('not https, or with a path')
  if (url.host !== `sts.${EKS.region}.amazonaws.com`)
    refuse(`${url.host} is no STS of the cluster's partition`)
  const names = [...url.searchParams.keys()]
  if (names.some((name) => !ALLOWED.includes(name.toLowerCase()))) refuse('a parameter that is not allowed')
  if (new Set(names).size !== names.length) refuse('a parameter twice')
  const value = (name: string): string => url.searchParams.get(name) ?? ''
  if (value('Action') !== 'GetCallerIdentity' || value('Version') !== '2011-06-15') refuse('another action')
  if (value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') refuse('another algorithm')
  if (!value('X-Amz-SignedHeaders').split(';').includes('x-k8s-aws-id')) refuse('the cluster is not signed')
  const expires = Number(value('X-Amz-Expires'))
  if (!(expires >= 0 && expires <= QUARTER)) refuse('X-Amz-Expires')
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value('X-Amz-Date')) ?? refuse('X-Amz-Date')
  const begins = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000
  if (at > begins + QUARTER || at < begins - SKEW) refuse('it has ended')
  const [id = '', , region, service] = value('X-Amz-Credential').split('/')
  if (id !== EKS.id || region !== EKS.region || service !== 'sts') refuse('InvalidClientTokenId')
  if (value('X-Amz-Security-Token') !== EKS.session) refuse('InvalidClientTokenId: the session')
  const headers = { host: url.host, 'x-k8s-aws-id': EKS.cluster }
  if (stsSignature(url, headers, EKS.secret) !== value('X-Amz-Signature')) refuse('SignatureDoesNotMatch')
  return `aws:${id}`
}

export interface Clouds {
  readonly url: string
  /** For the webhook of an API server. */
  readonly webhook: string
  /** A service account's key as Google gives it, in JSON. */
  readonly googleKey: () => string
  readonly googleUser: () => string
  readonly refreshToken: () => string
  /** While it is false, the API server does not know the tokens that were given. */
  readonly takes: (yes: boolean) => void
  /** While it is true, the OpenID provider gives no ID token, as without the scope openid. */
  readonly withholds: (yes: boolean) => void
  /** What the endpoints refused, and why. */
  readonly refused: readonly string[]
  readonly close: () => Promise<void>
}

export const startClouds = async (): Promise<Clouds> => {
  AZURE.secret = fresh('azure')
  EKS.secret = fresh('aws')
  EKS.session = fresh('session/+=')
  OIDC.secret = fresh('oidc')
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  for (const line of pem.split('\n').slice(1, 3)) noteSecret(line)
  const user = {
    type: 'authorized_user',
    client_id: 'gcloud',
    client_secret: fresh('gcloud'),
    refresh_token: fresh('consent'),
  }
  const given = new Map<string, string>()
  const refused: string[] = []
  let refresh = fresh('refresh')
  let accepts = true
  let isWithheld = false

  const give = (token: string, name: string): string => {
    noteSecret(token.slice(-40))
    given.set(token, name)
    return token
  }
  const opaque = (kind: string, name: string): string =>
    give(`${kind}${randomBytes(60).toString('base64url')}`, name)

  const jwtUser = (assertion: string, audience: string): string => {
    const [head = '', claims = '', signature = ''] = assertion.split('.')
    const wanted = { alg: 'RS256', kid: GOOGLE.key, typ: 'JWT' }
    const header = parsed(head)
    if (!same(Object.fromEntries(Object.entries(header).sort()), wanted))
      throw new Error('invalid_grant: header')
    if (
      !verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))
    )
      throw new Error('invalid_grant: Invalid JWT Signature.')
    const { iss, scope, aud, iat, exp, ...more } = parsed(claims) as Record<string, string | number>
    if (Object.keys(more).length > 0 || iss !== GOOGLE.email || scope !== SCOPES || aud !== audience)
      throw new Error('invalid_grant: claims')
    const [begins, ends] = [Number(iat), Number(exp)]
    if (!Number.isInteger(iat) || !Number.isInteger(exp)) throw new Error('invalid_grant: times')
    if (ends - begins > HOUR || ends <= now() || begins > now() + SKEW)
      throw new Error('invalid_grant: Invalid JWT: Token must be a short-lived token')
    return GOOGLE.email
  }

  const answer = (path: string, method: string, type: string, body: string, origin: string): object => {
    if (path === '/oidc/.well-known/openid-configuration' && method === 'GET')
      return { issuer: `${origin}/oidc`, token_endpoint: `${origin}/oidc/token` }
    if (method !== 'POST') throw new Error('invalid_request: POST')
    if (type !== 'application/x-www-form-urlencoded') throw new Error('invalid_request: content-type')
    const fields = fieldsOf(body)
    if (path === `/azure/${AZURE.tenant}/oauth2/v2.0/token`) {
      const wanted = {
        client_id: AZURE.client,
        client_secret: AZURE.secret,
        grant_type: 'client_credentials',
        scope: '6dae42f8-4368-4678-94ff-3960e28e3630/.default',
      }
      if (!same(fields, wanted))
        throw new Error(
          `invalid_client: AADSTS7000215: Invalid client secret provided: ${fields['client_secret']}`,
        )
      const claims = { aud: '6dae42f8-4368-4678-94ff-3960e28e3630', iat: now(), exp: now() + HOUR - 1 }
      const token = give(
        `${json64({ alg: 'RS256' })}.${json64(claims)}.${randomBytes(60).toString('base64url')}`,
        `azure:${AZURE.client}`,
      )
      return { token_type: 'Bearer', expires_in: HOUR - 1, ext_expires_in: HOUR - 1, access_token: token }
    }
    if (path === '/google/token') {
      const { grant_type: grant, assertion = '', ...rest } = fields
      let who = ''
      if (grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer' && Object.keys(rest).length === 0)
        who = jwtUser(assertion, `${origin}/google/token`)
      else if (
        same(fields, {
          client_id: user.client_id,
          client_secret: user.client_secret,
          grant_type: 'refresh_token',
          refresh_token: user.refresh_token,
        })
      )
        who = 'jane@example.org'
      else throw new Error('invalid_grant: Bad Request')
      return { access_token: opaque('ya29.', who), expires_in: HOUR - 1, token_type: 'Bearer', scope: SCOPES }
    }
    if (path === '/oidc/token') {
      const wanted = {
        client_id: OIDC.client,
        client_secret: OIDC.secret,
        grant_type: 'refresh_token',
        refresh_token: refresh,
      }
      // Each refresh token is good for one use.
      if (!same(fields, wanted))
        throw new Error(
          'invalid_grant: refresh token is invalid or has already been claimed by another client.',
        )
      refresh = fresh('refresh')
      const claims = { iss: `${origin}/oidc`, aud: OIDC.client, iat: now(), exp: now() + HOUR }
      const token = give(
        `${json64({ alg: 'RS256' })}.${json64(claims)}.${randomBytes(60).toString('base64url')}`,
        'oidc:jane',
      )
      return {
        token_type: 'bearer',
        expires_in: HOUR,
        access_token: opaque('at-', 'nobody'),
        ...(isWithheld ? {} : { id_token: token }),
        refresh_token: refresh,
      }
    }
    throw new Error('not_found: no such endpoint')
  }

  const review = (body: string): object => {
    const { apiVersion, kind, spec } = JSON.parse(body) as {
      apiVersion: string
      kind: string
      spec: { token: string }
    }
    const { token } = spec
    let username: string | undefined
    try {
      username = accepts ? (given.get(token) ?? eksUser(token)) : undefined
    } catch (problem) {
      refused.push(String(problem))
    }
    const status =
      username === undefined ? { authenticated: false } : { authenticated: true, user: { username } }
    return { apiVersion, kind, status }
  }

  const serving = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const path = request.url ?? ''
      const origin = `http://${request.headers.host ?? ''}`
      let [status, said]: [number, object] = [200, {}]
      if (path.startsWith('/moved')) {
        response
          .writeHead(307, {
            location: origin.replace('127.0.0.1', 'localhost') + path.replace('/moved', '/arrived'),
          })
          .end()
        return
      }
      try {
        said = path.startsWith('/review')
          ? review(body)
          : answer(path, request.method ?? '', request.headers['content-type'] ?? '', body, origin)
      } catch (problem) {
        const [error = '', ...rest] = (problem as Error).message.split(': ')
        refused.push(`${path}: ${error}`)
        status = error === 'invalid_client' ? 401 : 400
        said = { error, error_description: rest.join(': ') }
      }
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(said))
    })
  })
  return {
    url: serving.url,
    webhook: `${serving.url}/review`,
    googleKey: () =>
      JSON.stringify({
        type: 'service_account',
        project_id: 'project',
        private_key_id: GOOGLE.key,
        private_key: pem,
        client_email: GOOGLE.email,
        token_uri: `${serving.url}/google/token`,
      }),
    googleUser: () => JSON.stringify(user),
    refreshToken: () => refresh,
    withholds: (yes) => {
      isWithheld = yes
    },
    takes: (yes) => {
      accepts = yes
    },
    refused,
    close: serving.close,
  }
}
