/** The server's time: countdowns and promises follow it, however wrong the clock of this device is. */
let offsetMs = 0
let bestRoundTripMs = Number.POSITIVE_INFINITY

/** Notes what the server said its time was; the quickest answer so far is the most exact one. */
export function noteServerTime(serverMs: number, sentMs: number, receivedMs: number = Date.now()): void {
  const roundTripMs = receivedMs - sentMs
  if (roundTripMs < 0 || roundTripMs > bestRoundTripMs + 50) return
  bestRoundTripMs = Math.min(bestRoundTripMs, roundTripMs)
  offsetMs = serverMs - (sentMs + roundTripMs / 2)
}

/** The sandbox clock may jump forward; then older measurements count for nothing. */
export function forgetServerTime(): void {
  bestRoundTripMs = Number.POSITIVE_INFINITY
}

export function serverNowMs(): number {
  return Date.now() + offsetMs
}
