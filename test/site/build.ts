// Builds the site once for the tests of this folder. It does not know the repository's address, so links to other files
// become plain text.
import { buildSite } from '../../tools/site/build.ts'

export default (): Promise<void> => buildSite({ GITHUB_REPOSITORY: '', SITE_BASE: '/' })
