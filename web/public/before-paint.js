// Runs before the first paint, so that a chosen theme or language never flashes in from another. A classic script of its
// own, because the content security policy admits no inline code. It loads beside the style sheet, which blocks anyway.
;(() => {
  const html = document.documentElement
  try {
    const theme = localStorage.getItem('hawker.theme')
    if (theme === 'light' || theme === 'dark') html.dataset.theme = theme
    const locale = localStorage.getItem('hawker.locale')
    const wanted = locale || navigator.language || 'en'
    html.lang = wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
  } catch {
    // Storage may be forbidden; the system's theme and English remain.
  }

  // The texts of the reader's language, while the program that wants them still loads.
  const texts = document.querySelector(`meta[name="texts-${html.lang || 'en'}"]`)
  for (const href of (texts?.content ?? '').split(' ').filter(Boolean)) {
    document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href }))
  }

  // What the first page will ask for anyway (`web/client/api.ts` takes these answers): on a slow line the program is a
  // second away. The largest picture of the feed is asked for as soon as its name is known.
  if (!document.currentScript?.hasAttribute('data-ask-early')) return
  const early = {}
  const ask = (path) => {
    early[path] = fetch(path, { credentials: 'same-origin' })
    return early[path]
  }
  globalThis.hawkerEarly = early
  ask('/api/v1/me').catch(() => undefined)
  if (location.pathname !== '/' || location.search !== '') return
  html.dataset.early = ''
  ask('/api/v1/categories').catch(() => undefined)
  ask('/api/v1/feed?limit=24')
    .then((answer) => answer.clone().json())
    .then(({ items }) => {
      const cover = items?.[0]?.room?.cover
      const picture = Object.assign(new Image(), { fetchPriority: 'high', alt: '' })
      if (!cover) return
      picture.src = `/pictures/${cover}`
      document.querySelector('.early span')?.append(picture)
    })
    .catch(() => undefined)
})()
