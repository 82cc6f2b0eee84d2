/**
 * Kit: how the apps of the web look and speak.
 *
 * Every app: `import '../kit/base.css'` (a plain page) or `import '../kit/tokens.css'` (beside a component kit), then
 *
 *     await startI18n({ en: () => import('./locales/en.po'), 'zh-CN': () => import('./locales/zh-CN.po') })
 *     createRoot(…).render(<I18n><QueryClientProvider client={createQueryClient()}>… <Toasts /></QueryClientProvider></I18n>)
 *
 * Texts: `<Trans>` and `useLingui()` from `@lingui/react/macro`, `lingui extract`, then the Chinese in `locales/zh-CN.po`.
 * What the server says in two languages: `pick(text2)`. Every "no": `wordsOf(error)`, `<ErrorState error onRetry />`, `toast`.
 * Amounts: `money(minor, currency)` in sums, `<Price>` as a tag. Mantine apps take their theme from `kit/mantine.ts`,
 * which is not exported here so that the buyer's app does not load it.
 *
 * Always true: colours pass AA in light and dark; motion obeys the reader's wish; nothing is told by colour alone.
 * Not here: server state (`client`), and what one app alone needs.
 */
export {
  type Catalogs,
  currentLocale,
  I18n,
  type Locale,
  locales,
  pick,
  setLocale,
  startI18n,
  useLocale,
} from './i18n.tsx'
export { setTheme, type Theme, useTheme } from './theme.ts'
export { count, decimalOf, exact, minorOf, money, priceParts } from './money.ts'
export { ago, dateTime, day, time } from './time.ts'
export { problemWords, wordsOf } from './problems.ts'
export { Avatar, Picture, pictureUrl, Rolling } from './picture.tsx'
export { Sheet } from './sheet.tsx'
export { toast, Toasts } from './toast.tsx'
export { EmptyState, ErrorState, Skeleton } from './states.tsx'
export { Button, LocaleSwitch, Price, Segments, ThemeSwitch } from './button.tsx'
