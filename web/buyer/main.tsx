/** The buyer's app: phone first, signed out until something needs a name. */
import { QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { createQueryClient, sessionQuery } from '../client/index.ts'
import { I18n, startI18n } from '../kit/index.ts'
import '../kit/base.css'
import './early.css'
import { BuyerRouter } from './router.tsx'

const queries = createQueryClient()
// Asked for while the texts load: every page needs it for its first paint.
void queries.prefetchQuery(sessionQuery)
await startI18n({ en: () => import('./locales/en.po'), 'zh-CN': () => import('./locales/zh-CN.po') })

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')
createRoot(root).render(
  <I18n>
    <QueryClientProvider client={queries}>
      <BuyerRouter />
    </QueryClientProvider>
  </I18n>,
)
