/** How often the event loop is asked how late it is. */
const sampleMs = 100
/** Later than this, requests wait so long that people notice. */
const lateMs = 250
/** One long turn (a big page, a collection of garbage) is no overload: so many samples in a row are. */
const lateSamplesMin = 5

/** Whether the event loop has been late for a while: then more work for this process only makes all of it later. */
export function loopLateness(): { isLate(): boolean; stop(): void } {
  let dueMs = performance.now() + sampleMs
  let lateSamples = 0
  const timer = setInterval(() => {
    const nowMs = performance.now()
    lateSamples = nowMs - dueMs > lateMs ? lateSamples + 1 : 0
    dueMs = nowMs + sampleMs
  }, sampleMs)
  timer.unref()
  return { isLate: () => lateSamples >= lateSamplesMin, stop: () => clearInterval(timer) }
}
