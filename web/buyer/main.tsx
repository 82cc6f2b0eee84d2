import { createRoot } from 'react-dom/client'
import { I18n, startI18n } from '../kit/index.ts'
import '../kit/base.css'

await startI18n({ en: () => import('./locales/en.po'), 'zh-CN': () => import('./locales/zh-CN.po') })
createRoot(document.getElementById('root')!).render(<I18n>hello</I18n>)
