/**
 * Verification: who has shown with papers that he is who he says he is, and who is known to be a minor.
 *
 * Always true: a number verifies one person; the number is kept as a digest under the platform's secret and never shown; who
 * is verified stays it; the verifier is called between transactions.
 * Not here: what needs a verified person (`creators` for going live, `money/settlements` for payouts, `live/gifts` for limits).
 */
export type { IdentityVerifier, VerifierAnswer } from './verifier.ts'
export { birthdayIn, checkDigitOf, sandboxVerifier } from './verifier.ts'
export {
  adultYears,
  forgetVerification,
  giveUpLostAsks,
  isMinor,
  minorsAmong,
  noteMinor,
  seedVerified,
  type VerificationWish,
  verifiedAmong,
  type VerifyRefusal,
  verifyPerson,
} from './verify-person.ts'
export { verificationRoutes, verifierOf } from './routes.ts'
