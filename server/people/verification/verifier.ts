/**
 * Whoever can say that a name belongs to a number: a public register, a bank, a provider. He is asked between transactions, and
 * an answer that is lost may be asked for again under the same reference.
 */
export interface IdentityVerifier {
  name: string
  verify(ask: { reference: string; legalName: string; idNumber: string }): Promise<VerifierAnswer>
}

export type VerifierAnswer =
  | { outcome: 'verified'; bornOn: Temporal.PlainDate }
  | { outcome: 'refused'; reason: 'number_invalid' | 'name_does_not_fit' }
  | { outcome: 'pending' }

/**
 * The sandbox's verifier knows no register: it holds a number against its own check digit, and believes every name but
 * "Nobody" and "无名", so that a refusal can be seen.
 */
export const sandboxVerifier: IdentityVerifier = {
  name: 'sandbox',
  async verify({ legalName, idNumber }) {
    const bornOn = birthdayIn(idNumber)
    if (bornOn === null) return { outcome: 'refused', reason: 'number_invalid' }
    if (/^(nobody|无名)$/i.test(legalName.trim())) return { outcome: 'refused', reason: 'name_does_not_fit' }
    return { outcome: 'verified', bornOn }
  },
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkDigits = '10X98765432'

/** The check digit of GB 11643-1999, which the first 17 digits of a resident's number give. */
export function checkDigitOf(seventeen: string): string {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(seventeen[index]), 0)
  return checkDigits[sum % 11] ?? ''
}

/** The day of birth in a resident's number whose check digit is right; null when it is no such number. */
export function birthdayIn(idNumber: string): Temporal.PlainDate | null {
  const number = idNumber.trim().toUpperCase()
  if (!/^\d{17}[\dX]$/.test(number) || checkDigitOf(number.slice(0, 17)) !== number[17]) return null
  const [, year, month, day] = /^\d{6}(\d{4})(\d\d)(\d\d)/.exec(number) ?? []
  try {
    return Temporal.PlainDate.from(`${year}-${month}-${day}`)
  } catch {
    return null
  }
}
