/** The creators' app: the gate, the live room seen from behind, and what it earned. */
import { startDesk } from '../kit/desk.tsx'
import './studio.css'
import { StudioRouter } from './router.tsx'

await startDesk({
  catalogs: { en: () => import('./locales/en.po'), 'zh-CN': () => import('./locales/zh-CN.po') },
  children: <StudioRouter />,
})
