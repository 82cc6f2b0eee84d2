/** Who: signing in, roles, addresses, creators, followers, the gate to the live room. */
import { z } from 'zod'
import { byId, endpoint, id, instant, nothing, pageOf, pageQuery, text2 } from './endpoint.ts'
import { roles } from './roles.ts'

const role = z.enum(roles)
const email = z.email().max(200)
const password = z.string().min(10).max(200)
/** E.164 without spaces; the demo world uses +86. */
const phone = z.string().regex(/^\+[1-9]\d{6,14}$/)
const personName = z.string().trim().min(1).max(60)
const tag = 'people'

export const me = z.object({
  personId: id,
  name: z.string(),
  avatar: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  roles: z.array(role),
  creatorId: id.nullable(),
})

/** What every page needs before its first paint. */
export const getMe = endpoint({
  id: 'getMe',
  method: 'GET',
  path: '/api/v1/me',
  tag,
  who: 'anyone',
  summary: 'Who is signed in, and how this platform is set up',
  reply: z.object({
    me: me.nullable(),
    platform: z.object({
      name: z.string(),
      mode: z.enum(['demo', 'sandbox', 'live']),
      currency: z.string(),
      timeZone: z.string(),
      now: instant,
      setupNeeded: z.boolean(),
    }),
  }),
})

const signedIn = z.object({ me })

export const signUp = endpoint({
  id: 'signUp',
  method: 'POST',
  path: '/api/v1/sign-ups',
  tag,
  who: 'anyone',
  status: 201,
  summary: 'Open an account with e-mail and password; signs in as a buyer',
  body: z.strictObject({ email, password, name: personName }),
  reply: signedIn,
  refusals: { email_taken: 409 },
  limit: { per: 'address', count: 10, seconds: 60 },
})

export const signIn = endpoint({
  id: 'signIn',
  method: 'POST',
  path: '/api/v1/sign-ins',
  tag,
  who: 'anyone',
  summary: 'Sign in with e-mail and password',
  body: z.strictObject({ email, password: z.string().min(1).max(200) }),
  reply: signedIn,
  refusals: { too_many_attempts: 429, wrong_credentials: 422 },
  limit: { per: 'address', count: 10, seconds: 60 },
})

export const requestPhoneCode = endpoint({
  id: 'requestPhoneCode',
  method: 'POST',
  path: '/api/v1/phone-codes',
  tag,
  who: 'anyone',
  status: 202,
  summary: 'Send a six-digit code to a phone; in sandbox mode the answer carries it, since no SMS is sent',
  body: z.strictObject({ phone }),
  reply: z.object({ expiresAt: instant, resendAfterSeconds: z.int(), sandboxCode: z.string().optional() }),
  refusals: { texts_not_sent_here: 503, too_many_codes: 429 },
  limit: { per: 'address', count: 10, seconds: 60 },
})

export const signInByPhone = endpoint({
  id: 'signInByPhone',
  method: 'POST',
  path: '/api/v1/phone-sign-ins',
  tag,
  who: 'anyone',
  summary: 'Sign in with a phone code; opens an account when the number is new',
  body: z.strictObject({ phone, code: z.string().regex(/^\d{6}$/), name: personName.optional() }),
  reply: signedIn,
  refusals: { wrong_code: 422, code_expired: 422, too_many_attempts: 429 },
  limit: { per: 'address', count: 20, seconds: 60 },
})

export const signOut = endpoint({
  id: 'signOut',
  method: 'POST',
  path: '/api/v1/sign-outs',
  tag,
  who: 'anyone',
  summary: 'End this session, everywhere it is open',
  reply: nothing,
})

export const setUpFirstAdmin = endpoint({
  id: 'setUpFirstAdmin',
  method: 'POST',
  path: '/api/v1/setup',
  tag,
  who: 'anyone',
  status: 201,
  summary: 'Make the first administrator with the one-time link that the start printed',
  body: z.strictObject({ token: z.string().min(20).max(200), email, password, name: personName }),
  reply: signedIn,
  refusals: { setup_link_used: 410, setup_link_wrong: 403, email_taken: 409 },
  limit: { per: 'address', count: 10, seconds: 60 },
})

export const listDemoLogins = endpoint({
  id: 'listDemoLogins',
  method: 'GET',
  path: '/api/v1/demo/logins',
  tag,
  who: 'anyone',
  summary: 'One-click logins of the demo world; empty unless the platform runs in demo mode',
  reply: z.object({
    logins: z.array(
      z.object({
        login: z.string(),
        name: z.string(),
        sentence: text2,
        roles: z.array(role),
        avatar: z.string().nullable(),
        app: z.enum(['buyer', 'studio', 'console']),
      }),
    ),
  }),
})

export const signInToDemo = endpoint({
  id: 'signInToDemo',
  method: 'POST',
  path: '/api/v1/demo/sign-ins',
  tag,
  who: 'anyone',
  summary: 'Sign in as a demo person; exists in demo mode only',
  body: z.strictObject({ login: z.string().min(1).max(60) }),
  reply: signedIn,
  refusals: { not_in_demo_mode: 403, not_found: 404 },
})

const addressFields = {
  recipient: personName,
  phone: z.string().trim().min(5).max(20),
  province: z.string().trim().min(1).max(40),
  city: z.string().trim().min(1).max(40),
  district: z.string().trim().min(1).max(40),
  street: z.string().trim().min(1).max(200),
  isDefault: z.boolean(),
}
export const address = z.object({ id, ...addressFields })

export const listMyAddresses = endpoint({
  id: 'listMyAddresses',
  method: 'GET',
  path: '/api/v1/me/addresses',
  tag,
  who: ['buyer'],
  summary: 'My addresses, the default first',
  reply: z.object({ addresses: z.array(address) }),
})
export const saveMyAddress = endpoint({
  id: 'saveMyAddress',
  method: 'PUT',
  path: '/api/v1/me/addresses/:id',
  tag,
  who: ['buyer'],
  summary: 'Add or change an address (at most 20); the asker makes the id',
  params: byId,
  body: z.strictObject(addressFields),
  reply: z.object({ address }),
  refusals: { too_many_addresses: 409, not_found: 404 },
})
export const deleteMyAddress = endpoint({
  id: 'deleteMyAddress',
  method: 'DELETE',
  path: '/api/v1/me/addresses/:id',
  tag,
  who: ['buyer'],
  summary: 'Remove an address; orders keep their copy',
  params: byId,
  reply: nothing,
  refusals: { not_found: 404 },
})

export const creator = z.object({
  id,
  handle: z.string(),
  name: z.string(),
  bio: z.string(),
  avatar: z.string().nullable(),
  followers: z.int(),
  followedByMe: z.boolean(),
  agencyName: z.string().nullable(),
})
export const getCreator = endpoint({
  id: 'getCreator',
  method: 'GET',
  path: '/api/v1/creators/:id',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'A creator as everybody sees him',
  params: byId,
  reply: z.object({ creator }),
  refusals: { not_found: 404 },
})
export const followCreator = endpoint({
  id: 'followCreator',
  method: 'PUT',
  path: '/api/v1/creators/:id/follower',
  tag,
  who: ['buyer'],
  summary: 'Follow a creator; doing it twice is doing it once',
  params: byId,
  reply: z.object({ followers: z.int() }),
  refusals: { not_found: 404 },
})
export const unfollowCreator = endpoint({
  id: 'unfollowCreator',
  method: 'DELETE',
  path: '/api/v1/creators/:id/follower',
  tag,
  who: ['buyer'],
  summary: 'Stop following a creator',
  params: byId,
  reply: z.object({ followers: z.int() }),
  refusals: { not_found: 404 },
})
export const becomeCreator = endpoint({
  id: 'becomeCreator',
  method: 'POST',
  path: '/api/v1/me/creator',
  tag,
  who: 'person',
  status: 201,
  summary: 'Become a creator: a shop window at once, live rooms when the gate opens',
  body: z.strictObject({
    id,
    handle: z.string().regex(/^[a-z0-9_.]{3,30}$/),
    name: personName,
    bio: z.string().max(300),
  }),
  reply: z.object({ creator }),
  refusals: { blacklisted: 403, handle_taken: 409, already_creator: 409 },
})

export const leaveAsCreator = endpoint({
  id: 'leaveAsCreator',
  method: 'POST',
  path: '/api/v1/studio/leavings',
  tag,
  who: ['creator'],
  summary: 'Stop being a creator: nothing is attributed to me from now on; what I earned is still paid out or reversed',
  body: z.strictObject({ handle: z.string().regex(/^[a-z0-9_.]{3,30}$/) }),
  reply: nothing,
  refusals: { not_found: 404, handle_does_not_fit: 422 },
})

/** Each clause says what it needs, what is there, and by how much it fails. */
export const gate = z.object({
  capability: z.enum(['live', 'showcase', 'giveaway', 'gated']),
  passed: z.boolean(),
  ruleVersion: z.int(),
  clauses: z.array(
    z.object({
      clause: z.enum([
        'followers_min',
        'active_violations_max',
        'verified',
        'restrictions_max',
        'score_min',
        'deposit_min',
      ]),
      passed: z.boolean(),
      needed: z.int(),
      actual: z.int(),
      short: z.int(),
    }),
  ),
  decidedAt: instant,
})
export const getMyGate = endpoint({
  id: 'getMyGate',
  method: 'GET',
  path: '/api/v1/studio/gate',
  tag,
  who: ['creator'],
  summary: 'Whether I may go live, and which clause says no by how much',
  reply: z.object({ gates: z.array(gate) }),
})

// The rules by which the gates are judged, and categories whose goods need a good record: versions, each from an instant on.
const limit = z.int().min(0).max(1_000_000_000).nullable()
const score = z.int().min(0).max(1_000).nullable()
export const gateRule = z.object({
  capability: gate.shape.capability,
  version: z.int(),
  effectiveFrom: instant,
  followersMin: z.int().nullable(),
  activeViolationsMax: z.int().nullable(),
  verifiedNeeded: z.boolean(),
  restrictionsMax: z.int().nullable(),
  scoreMin: z.int().nullable(),
})
const gatedCategory = z.object({
  categoryCode: z.string(),
  version: z.int(),
  effectiveFrom: instant,
  scoreMin: z.int().nullable(),
})
export const listGateRules = endpoint({
  id: 'listGateRules',
  method: 'GET',
  path: '/api/v1/gate-rules',
  tag,
  who: ['operations', 'moderator', 'admin', 'auditor', 'support'],
  summary: 'Every version of every gate and of every gated category, the latest first (at most 200 of each)',
  reply: z.object({ now: instant, rules: z.array(gateRule), categories: z.array(gatedCategory) }),
})
export const announceGateRule = endpoint({
  id: 'announceGateRule',
  method: 'POST',
  path: '/api/v1/gate-rules',
  tag,
  who: ['operations', 'admin'],
  status: 201,
  summary: 'A new version of a gate, from so many days on; what was decided by earlier ones stays',
  body: z.strictObject({
    capability: gate.shape.capability,
    followersMin: limit,
    activeViolationsMax: limit,
    verifiedNeeded: z.boolean(),
    scoreMin: score,
    inDays: z.int().min(0).max(365),
  }),
  reply: z.object({ version: z.int() }),
})
export const gateCategory = endpoint({
  id: 'gateCategory',
  method: 'POST',
  path: '/api/v1/gated-categories',
  tag,
  who: ['operations', 'admin'],
  status: 201,
  summary: 'From so many days on, goods of a category need a record that good; null opens it to everybody',
  body: z.strictObject({
    categoryCode: z.string().trim().min(1).max(60),
    scoreMin: score,
    inDays: z.int().min(0).max(365),
  }),
  reply: z.object({ version: z.int() }),
  refusals: { not_found: 404 },
})

export const listPeople = endpoint({
  id: 'listPeople',
  method: 'GET',
  path: '/api/v1/people',
  tag,
  who: ['admin', 'support', 'auditor'],
  summary: 'People, newest first; search by name, e-mail or phone',
  query: pageQuery.extend({ q: z.string().max(100).optional(), role: role.optional() }),
  reply: pageOf(
    z.object({
      personId: id,
      name: z.string(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      roles: z.array(role),
      creatorId: id.nullable(),
      since: instant,
    }),
  ),
})
export const listCreators = endpoint({
  id: 'listCreators',
  method: 'GET',
  path: '/api/v1/creators',
  tag,
  who: ['operations', 'moderator', 'admin', 'auditor', 'support'],
  summary: 'Creators with followers, violations and whether the gate is open',
  query: pageQuery.extend({ q: z.string().max(100).optional() }),
  reply: pageOf(
    z.object({
      id,
      handle: z.string(),
      name: z.string(),
      avatar: z.string().nullable(),
      followers: z.int(),
      activeViolations: z.int(),
      mayGoLive: z.boolean(),
    }),
  ),
})
export const grantRole = endpoint({
  id: 'grantRole',
  method: 'PUT',
  path: '/api/v1/people/:id/roles/:role',
  tag,
  who: ['admin'],
  summary: 'Give a person a role',
  params: z.strictObject({ id, role }),
  reply: z.object({ roles: z.array(role) }),
  refusals: { not_found: 404 },
})
export const revokeRole = endpoint({
  id: 'revokeRole',
  method: 'DELETE',
  path: '/api/v1/people/:id/roles/:role',
  tag,
  who: ['admin'],
  summary: 'Take a role away; the last administrator keeps his',
  params: z.strictObject({ id, role }),
  reply: z.object({ roles: z.array(role) }),
  refusals: { not_found: 404, last_admin: 409 },
})

const verification = z.object({
  state: z.enum(['none', 'pending', 'verified', 'refused']),
  maskedName: z.string().nullable(),
  reason: z.string().nullable(),
  decidedAt: instant.nullable(),
})
export const getMyVerification = endpoint({
  id: 'getMyVerification',
  method: 'GET',
  path: '/api/v1/me/verification',
  tag,
  who: 'person',
  summary: 'Whether I have shown who I am: needed to go live and to be paid out',
  reply: z.object({ verification }),
})
export const verifyMe = endpoint({
  id: 'verifyMe',
  method: 'POST',
  path: '/api/v1/me/verification',
  tag,
  who: 'person',
  summary: 'Show who I am by name and number; the number is kept as a digest only',
  body: z.strictObject({
    id,
    legalName: personName,
    idNumber: z.string().trim().min(6).max(30),
  }),
  reply: z.object({ verification }),
  refusals: { already_verified: 409, identity_taken: 409, verifier_failed: 503 },
  limit: { per: 'person', count: 10, seconds: 600 },
})
export const exportMyData = endpoint({
  id: 'exportMyData',
  method: 'GET',
  path: '/api/v1/me/data',
  tag,
  who: 'person',
  summary: 'Everything that the platform knows of me, as one file',
  reply: nothing,
  file: 'application/json',
  limit: { per: 'person', count: 5, seconds: 600 },
})
export const exportPersonData = endpoint({
  id: 'exportPersonData',
  method: 'GET',
  path: '/api/v1/people/:id/data',
  tag,
  who: ['admin', 'support'],
  summary: 'The same for somebody who has asked for it and cannot sign in any more',
  params: byId,
  reply: nothing,
  file: 'application/json',
  refusals: { not_found: 404 },
  limit: { per: 'person', count: 30, seconds: 600 },
})
export const erasePerson = endpoint({
  id: 'erasePerson',
  method: 'POST',
  path: '/api/v1/people/:id/erasures',
  tag,
  who: ['admin'],
  summary:
    'Erase somebody who has asked for it, by his name and with the reason; refused for what keeps him as if he asked himself',
  params: byId,
  body: z.strictObject({ name: personName, reason: z.string().trim().min(3).max(300) }),
  reply: nothing,
  refusals: { not_found: 404, name_does_not_fit: 422, erasure_blocked: 409 },
})
export const eraseMe = endpoint({
  id: 'eraseMe',
  method: 'POST',
  path: '/api/v1/me/erasures',
  tag,
  who: 'person',
  summary: 'Go for good: who I was is replaced by a tombstone; the books stay as they are and name nobody',
  body: z.strictObject({ name: personName }),
  reply: nothing,
  refusals: { not_found: 404, name_does_not_fit: 422, erasure_blocked: 409 },
})
