/** Who sells what hangs in a bag: the operator itself, under the platform's name. */
export function platformSellerName(platformName: string): { en: string; zh: string } {
  return { en: `${platformName} (self-operated)`, zh: `${platformName}自营` }
}
