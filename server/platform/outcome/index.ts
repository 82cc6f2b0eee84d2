/**
 * Outcome: how a use case says yes or no.
 *
 * A refusal is a value with a code from a list that the contract declares; a fault is thrown.
 * Always true: a refusal carries nothing that the asker may not see.
 * Not here: bad input (the contract's schemas stop it) and the words people read (`web/kit/problems.ts`).
 */
export type Done<Value> = { ok: true; value: Value }
export type Refused<Code extends string = string> = { ok: false; code: Code; params?: RefusalParams }
export type RefusalParams = Record<string, string | number | boolean | null>
export type Outcome<Value, Code extends string = string> = Done<Value> | Refused<Code>

export function done<Value>(value: Value): Done<Value> {
  return { ok: true, value }
}

export function refuse<Code extends string>(code: Code, params?: RefusalParams): Refused<Code> {
  return params === undefined ? { ok: false, code } : { ok: false, code, params }
}

/** Guards what must not happen. On in production: stopping beats going on with wrong books. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(`Broken assertion: ${sentence}`)
}

/** Proves to the compiler that a union was handled in full; throws if data from outside defied the types. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`)
}

/** For callers that know the use case cannot refuse here, such as a seed: a refusal becomes a fault. */
export function mustBeDone<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(`Refused: ${outcome.code} ${JSON.stringify(outcome.params ?? {})}`)
  return outcome.value
}
