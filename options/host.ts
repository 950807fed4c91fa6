// The options that only k8s_fdw's own host acts on: of servers, and of user mappings. Wrappers cannot honour them.
import type { Option } from './declaration.ts'
import { COPIED_AROUND } from './shared.ts'

const SERVER = { on: ['server'], readBy: 'host' } as const
const MAPPING = { on: ['mapping'], readBy: 'host' } as const

/** A certificate and a key, in base64, of some thousand characters each; a bundle of CAs is longer. */
const PEM = { mayHaveLines: true, longest: 262144 } as const

const DURATION = {
  form: /^[1-9][0-9]{0,5}(ms|s|m|min)$/,
  problem: 'must be a number with ms, s or min behind it, not %s',
  hint: "For example '500ms', '10s' or '2min'.",
} as const

const NO_TOKEN = {
  problem: 'is not a bearer token: it has white space or other characters inside',
  hint: "Give the token alone, as 'kubectl create token …' prints it.",
} as const

export const HOST_SERVER_OPTIONS: readonly Option[] = [
  {
    name: 'certificate_authority_data',
    ...SERVER,
    ...PEM,
    parse: "k8s_fdw.check_pem(option, value, 'CERTIFICATE')",
    words: ['ca', 'cacert', 'certificateauthority'],
    doc: "on [k8s_fdw's own host](credentials.md#on-k8s_fdws-own-host): the CA that the API server's certificate is verified with, in base64 as in a kubeconfig, or in PEM. Default: what this machine trusts",
  },
  {
    name: 'tls_server_name',
    ...SERVER,
    form: /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$|^[0-9A-Fa-f]*:[0-9A-Fa-f:.]+$/,
    problem: 'must be a host name or an IP address, not %s',
    hint: "It is the name in the API server's certificate, without a port.",
    doc: 'the same: the name that this certificate has, if it is not the host of `api_url`',
  },
  {
    name: 'insecure_skip_tls_verify',
    ...SERVER,
    values: ['true', 'false'],
    default: 'false',
    problem: 'must be true or false, not %s',
    hint: 'true: whoever answers gets the credentials. certificate_authority_data is the way to trust a cluster.',
    doc: "the same: `'true'` verifies no certificate",
  },
  {
    name: 'proxy_url',
    ...SERVER,
    rules: [
      {
        unless: /^(https?|socks5h?):\/\//,
        problem: 'must be a URL that begins with http://, https://, socks5:// or socks5h://',
        hint: "For example 'http://proxy.example.org:3128'.",
      },
      {
        when: /^[^/]+\/\/[^/?#]*@/,
        problem: 'must not carry a user name or password',
        hint: "Every role of this database can read a server's options.",
      },
      {
        unless: /^[a-z0-9]+:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?\/?$/,
        problem: 'is not the URL of a proxy',
        hint: 'It has a host and perhaps a port, and no path.',
      },
    ],
    words: ['proxy', 'httpsproxy', 'httpproxy'],
    doc: 'the same: the proxy through which the API server is reached. Default: none',
  },
  {
    name: 'connect_timeout',
    ...SERVER,
    ...DURATION,
    default: '10s',
    doc: 'the same: how long a connection may take',
  },
  {
    name: 'request_timeout',
    ...SERVER,
    ...DURATION,
    default: '60s',
    words: ['timeout'],
    doc: 'the same: how long a request may go on without a byte arriving',
  },
  {
    name: 'kubeconfig_read',
    on: ['server'],
    readBy: 'extension',
    values: ['true'],
    problem: 'must be true, not %s',
    hint: 'The extension writes it. To have the kubeconfig read again: ALTER SERVER … OPTIONS (SET kubeconfig …).',
    doc: 'the same: written when `kubeconfig` was read, so that a restored dump does not read it again',
  },
]

export const MAPPING_OPTIONS: readonly Option[] = [
  {
    name: 'client_certificate_data',
    ...MAPPING,
    ...PEM,
    mayHoldToken: true,
    parse: "k8s_fdw.check_pem(option, value, 'CERTIFICATE')",
    words: ['sslcert', 'cert', 'clientcertificate', 'certificate'],
  },
  {
    name: 'client_key_data',
    ...MAPPING,
    ...PEM,
    mayHoldToken: true,
    parse: "k8s_fdw.check_pem(option, value, 'PRIVATE KEY')",
    words: ['sslkey', 'key', 'clientkey'],
    doc: 'a client certificate and its key, in base64 as in a kubeconfig, or in PEM',
  },
  {
    name: 'token',
    ...MAPPING,
    mayHoldToken: true,
    mayHaveLines: true,
    longest: 65536,
    rules: [
      { unless: /^\s*[!-~]+\s*$/, ...NO_TOKEN },
      { when: new RegExp(COPIED_AROUND.source.replace('^', '^\\s*').replace('$', '\\s*$')), ...NO_TOKEN },
    ],
    words: ['apikey', 'bearertoken'],
    doc: 'a bearer token',
  },
  {
    name: 'token_file',
    ...MAPPING,
    form: /^\//,
    problem: 'must be an absolute path of the database server',
    hint: 'It begins with /. A token itself is the option token.',
    words: ['tokenpath'],
    doc: "a file of the database server that holds one, read anew when it changes. Both who names it and the owner of the server need the right to read the server's files",
  },
  {
    name: 'exec',
    ...MAPPING,
    mayHoldToken: true,
    mayHaveLines: true,
    longest: 65536,
    parse: 'k8s_fdw.check_exec(value)',
    words: ['execplugin', 'command'],
    doc: "a kubeconfig's `exec`, as JSON: the program that prints the credential, see [below](#programs-that-log-in)",
  },
  {
    name: 'username',
    ...MAPPING,
    mayHoldToken: true,
    rules: [
      {
        when: /:/,
        problem: 'must not have a colon, which ends the name in basic authentication',
        hint: 'The password is an option of its own.',
      },
    ],
    words: ['user'],
  },
  {
    name: 'password',
    ...MAPPING,
    mayHoldToken: true,
    words: ['pass'],
    doc: 'for a server before the API server that takes basic authentication, as Kubernetes itself no longer does',
  },
  {
    name: 'login_key',
    on: ['mapping'],
    readBy: 'extension',
    mayHoldToken: true,
    mayHaveLines: true,
    longest: 65536,
    doc: 'the secret with which [`k8s_fdw.renew()`](renewing.md) gets new tokens, if it is not in Vault',
  },
  {
    name: 'taken_from_kubeconfig',
    on: ['mapping'],
    readBy: 'extension',
    form: /^[0-9a-f]{32}$/,
    problem: 'is written by the extension, and is a checksum',
    hint: 'Leave it out.',
    doc: "written where the others are those of the server's `kubeconfig`: a checksum of them, by which the extension knows whether somebody has changed them since",
  },
]
