/**
 * Two languages, one catalog per app and one for the kit. English is what stands in the code; after a change of texts
 * run `lingui extract`, write the Chinese into `web/<app>/locales/zh-CN.po`, and `lingui check missing` is content.
 */
import { defineConfig } from '@lingui/cli'
import { formatter } from '@lingui/format-po'

const parts = ['kit', 'buyer', 'studio', 'console', 'bigscreen']

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'zh-CN'],
  catalogs: parts.map((part) => ({
    path: `<rootDir>/web/${part}/locales/{locale}`,
    include: [`<rootDir>/web/${part}`],
    exclude: ['**/*.test.ts', '**/*.test.tsx'],
  })),
  // Line numbers would change with every edit above a text.
  format: formatter({ lineNumbers: false }),
  orderBy: 'message',
})
