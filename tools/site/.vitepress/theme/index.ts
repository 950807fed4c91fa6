// The site's theme: that of VitePress, and style.css.
import DefaultTheme from 'vitepress/theme'
import './style.css'

export default DefaultTheme
