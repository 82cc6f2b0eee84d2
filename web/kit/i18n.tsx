/**
 * Language: English and Simplified Chinese. The first visit follows the browser, a choice is kept.
 *
 * An app starts with its own catalogs; the kit's come along:
 *
 *     await startI18n({ en: () => import('./locales/en.po'), 'zh-CN': () => import('./locales/zh-CN.po') })
 *     root.render(<I18n>…</I18n>)
 *
 * In code: `<Trans>Buy now</Trans>` and `t` of `useLingui()`, both from `@lingui/react/macro`; `pick(text2)` for texts
 * that the server sends in two languages.
 */
import { i18n, type Messages } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import type { ReactNode } from 'react'
import { createStore, useStore } from '../client/store.ts'
import type { Text2 } from '../client/types.ts'

export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]
export type Catalogs = Record<Locale, () => Promise<{ messages: unknown }>>

/** Each language in its own words. */
export const localeNames: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' }

const storageKey = 'hawker.locale' // Also read by `public/before-paint.js`.
const store = createStore<Locale>('en')
const kitCatalogs: Catalogs = {
  en: () => import('./locales/en.po'),
  'zh-CN': () => import('./locales/zh-CN.po'),
}
let catalogs: readonly Catalogs[] = [kitCatalogs]

function wanted(): Locale {
  let value: string | null = null
  try {
    value = localStorage.getItem(storageKey)
  } catch {
    // Storage may be forbidden; the browser's language remains.
  }
  return (value ?? navigator.language ?? 'en').toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

async function activate(locale: Locale): Promise<void> {
  const loaded = await Promise.all(catalogs.map((each) => each[locale]()))
  for (const { messages } of loaded) i18n.load(locale, messages as Messages)
  i18n.activate(locale)
  document.documentElement.lang = locale
  store.set(locale)
}

export async function startI18n(ofApp: Catalogs): Promise<void> {
  catalogs = [kitCatalogs, ofApp]
  await activate(wanted())
}

export async function setLocale(locale: Locale): Promise<void> {
  await activate(locale)
  try {
    localStorage.setItem(storageKey, locale)
  } catch {
    // The choice then lasts as long as the page.
  }
}

export function currentLocale(): Locale {
  return store.get()
}

export function useLocale(): Locale {
  return useStore(store)
}

/** The server's text in the reader's language. In components that may outlive a switch, call `useLocale()` too. */
export function pick(text: Text2): string {
  return store.get() === 'zh-CN' ? text.zh || text.en : text.en || text.zh
}

export function I18n({ children }: { children: ReactNode }) {
  return <I18nProvider i18n={i18n}>{children}</I18nProvider>
}
