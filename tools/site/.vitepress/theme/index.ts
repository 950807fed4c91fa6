// Owns: the site's theme: VitePress' own, and style.css.
// Never: a component of its own.
import DefaultTheme from 'vitepress/theme'
import './style.css'

export default DefaultTheme
