/** The operator's app: every list, every parcel, every book; the menu shows what one's roles admit. */
import { startDesk } from '../kit/desk.tsx'
import './console.css'
import { ConsoleRouter } from './router.tsx'

await startDesk({
  catalogs: { en: () => import('./locales/en.po'), 'zh-CN': () => import('./locales/zh-CN.po') },
  children: <ConsoleRouter />,
})
