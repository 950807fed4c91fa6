// Owns: the site, built once for the tests of this folder.
// Never: says where the repository is: links to its other files are plain text then.
import { buildSite } from '../../tools/site/build.ts'

export default (): Promise<void> => buildSite({ GITHUB_REPOSITORY: '', SITE_BASE: '/' })
