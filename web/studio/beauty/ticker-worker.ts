/** Ticks also while the page is in the background, where a browser lets its own timers sleep and a broadcast would freeze. */
/// <reference lib="webworker" />
const scope = self as unknown as DedicatedWorkerGlobalScope
let timer: ReturnType<typeof setInterval> | undefined

/** Every so many milliseconds; null: rest. */
scope.onmessage = ({ data }: MessageEvent<number | null>) => {
  clearInterval(timer)
  if (data !== null) timer = setInterval(() => scope.postMessage(null), data)
}
