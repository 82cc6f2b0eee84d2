// Runs before the first paint, so that a chosen theme or language never flashes in from another. A classic script of its
// own, because the content security policy admits no inline code. It loads beside the style sheet, which blocks anyway.
;(() => {
  try {
    const theme = localStorage.getItem('hawker.theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
    const locale = localStorage.getItem('hawker.locale')
    const wanted = locale || navigator.language || 'en'
    document.documentElement.lang = wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
  } catch {
    // Storage may be forbidden; the system's theme and English remain.
  }
})()
