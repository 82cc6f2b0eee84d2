/** What the platform needs of a carrier. Real ones stand behind the same port as the sandbox's. */
export interface Carrier {
  code: string
  name: { en: string; zh: string }
  /** New waybill numbers; asked ahead of need and never inside a transaction. */
  fetchNumbers(count: number): Promise<string[]>
}
