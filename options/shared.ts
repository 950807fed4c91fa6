// Names and forms that the component and the SQL extension must agree on.
// The expressions are those that JavaScript and Postgres read alike: without \b, named groups and flags but i.

/** What a switch takes. */
export const SWITCH = {
  values: ['on', 'off', 'true', 'false'],
  problem: 'must be on, off, true or false, not %s',
  hint: 'Leave it out for the default.',
} as const

/** How many rows one statement may write. */
export const ROWS = {
  form: /^[1-9][0-9]{0,5}$/,
  takes: "the most rows that one statement may change, from 1 to 999999, such as '1000'",
  problem: 'must be the most rows that one statement may change, from 1 to 999999, not %s',
  hint: "For example '1000'. It keeps a statement without its WHERE from changing everything.",
} as const

/** ObjectMeta of k8s.io/apimachinery: all that an object's metadata can have. */
export const META_FIELDS: readonly string[] = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]

/**
 * What a table's `object` may be beside a resource. No plural of a resource has an underscore or a slash; one that is
 * called as the others are is shown with its group.
 */
export const VIRTUAL_NAMES: readonly string[] = [
  'version',
  'whoami',
  'can_i',
  'api_resources',
  'pods/log',
  'manifests',
  'can_show',
  'login_answer',
]
/** Those that are not for people: no hint leads to them. */
export const INTERNAL_NAMES: readonly string[] = ['can_show', 'login_answer']

/**
 * A bearer token anywhere in a text, in the forms that are known: a JWT, OpenShift's, Google's, AWS', DigitalOcean's,
 * k3s', Rancher's.
 * Each form begins where no word goes on, so that a long text is not read again from each of its letters.
 */
export const KNOWN_TOKEN =
  /(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[bB]earer +[!-~]{16})/
/** In place of a secret's name: no name begins so. */
export const BEARER_PREFIX = /^bearer +\S/i
/** Letters and digits that change places as in no word, in one piece: a token of a form that nobody can know. */
export const RANDOM_TEXT = /(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}/
/** A control character in a header panics the host; RFC 6750 allows no space either. */
export const TOKEN_CHARACTERS = /^[!-~]+$/
/** Quotes and brackets around a token come from where it was copied. */
export const COPIED_AROUND = /^["'<]|["'>]$/

/**
 * What credentials are called, beside the options that may hold one. With and without underscores, because whoever
 * writes such a word does not know the option's name.
 */
export const CREDENTIAL_WORDS =
  /(access_?|bearer_?|auth_?|api_?)?token|bearer|authorization|password|passwd|secret|credentials?|(client_?)?key_?data|private_?key|client_?key/

/**
 * How far a word may be from the one that was meant: by one edit, by two if the longer of both has `twoEditsFrom`
 * letters, and by one for each `lettersForAnEdit` of its letters. Words longer than `longest` are not compared, because
 * that takes the product of both lengths.
 */
export const NEAR = { twoEditsFrom: 6, lettersForAnEdit: 4, longest: 100 } as const

export const VAULT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** An RFC 1123 label, so neither `.` nor `..`, which would change a URL's path. */
export const NAMESPACE_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/**
 * The URL of an API server: a host, perhaps a port (the first group) and a path. A user name and password would be
 * printed with it; a host with % or \ is another one to the HTTP client.
 */
export const API_URL =
  /^https?:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?)(?::([0-9]+))?(?:\/[!"$->@-~]*)?$/i

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const GROUP = `${DNS_LABEL}(\\.${DNS_LABEL})*`
const NAME = '[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?'

/** A group is a DNS name, and a version an RFC 1035 label: the API server demands both of a CustomResourceDefinition. */
export const API_VERSION = new RegExp(`^(${GROUP}/)?[a-z]([-a-z0-9]*[a-z0-9])?$`)
export const KIND = new RegExp(`^${NAME}$`)
/** `pods`, `deployments.apps`, `deployments.v1.apps`, and `pods.v1.` for the core group. */
export const RESOURCE = new RegExp(`^${NAME}(\\.(v[0-9]+((alpha|beta)[0-9]+)?\\.)?(${GROUP})?)?$`)
/** `pods/exec`, which is no kind. */
export const SUBRESOURCE = /^[A-Za-z][A-Za-z.-]*\/[A-Za-z]+$/

/**
 * What the extension's own library (host/src/process/facts.rs) says beyond the contract. It hands these over as options
 * of the server; as real ones the validator knows neither.
 */
export const HOST_DEEP_JSON = 'host_deep_json'
export const HOST_LOGIN_HINT = 'host_login_hint'

export const SETTING_NAME = /^[A-Za-z_][A-Za-z0-9_$.]*$/
