import { useEffect } from 'react'

/** Keeps the display awake; a lock is lost whenever the page is hidden, so it is asked for again. */
export function useWakeLock(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !('wakeLock' in navigator)) return undefined
    let lock: WakeLockSentinel | undefined
    const ask = async () => {
      if (document.visibilityState !== 'visible') return
      // A laptop on battery may say no; the screen works without.
      lock = await navigator.wakeLock.request('screen').catch(() => undefined)
    }
    void ask()
    const askAgain = () => void ask()
    document.addEventListener('visibilitychange', askAgain)
    return () => {
      document.removeEventListener('visibilitychange', askAgain)
      void lock?.release()
    }
  }, [wanted])
}
