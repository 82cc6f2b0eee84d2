/** The big screen: what the whole platform sells, while it sells. Needs no hand, and runs for days. */
import { QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { createQueryClient, sessionQuery } from '../client/index.ts'
import { I18n, startI18n } from '../kit/index.ts'
import '../kit/base.css'
import './screen.css'
import { optionsOf } from './options.ts'
import { Screen } from './screen.tsx'

const options = optionsOf(location.search)
// Not remembered: a wall may be dark while the desk beside it is light.
document.documentElement.dataset['theme'] = options.theme
if (options.kiosk) document.documentElement.dataset['kiosk'] = ''

const queries = createQueryClient()
void queries.prefetchQuery(sessionQuery)
await startI18n({ en: () => import('./locales/en.po'), 'zh-CN': () => import('./locales/zh-CN.po') })

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')
createRoot(root).render(
  <I18n>
    <QueryClientProvider client={queries}>
      <Screen options={options} />
    </QueryClientProvider>
  </I18n>,
)
