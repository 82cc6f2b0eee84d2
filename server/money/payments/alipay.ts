/**
 * Alipay: the payer says yes in Alipay's app or on its page, to which a signed address leads. Everything is signed both ways with RSA2.
 *
 * Opening a payment asks nobody: the address is made here, and Alipay first hears of the payment when its payer opens it. It is payable for
 * as long as our orders wait. Needs `HAWKER_PUBLIC_URL`, since Alipay sends the payer back there and its messages too. Its bills are files
 * in an archive behind a link; an operator brings them in our form (`statement.ts`).
 */
import type { AlipaySdk, AlipaySdkCommonResult } from 'alipay-sdk'
import { decimalsOf, minorOfDecimals } from '#contract/money'
import type { Config } from '#platform/config'
import { assert } from '#platform/outcome'
import { type FeeRule, notOpened, type PaymentProvider, type ProviderAnswer } from './provider.ts'
import { checkSplit, usualSplitLimits } from './split.ts'

export const alipayName = 'alipay'
const timeoutMs = 20_000
const payableFor = '15m'

export interface AlipayOptions {
  appId: string
  /** Ours, to sign with; PKCS 1 or PKCS 8, as Alipay's tools write it. */
  privateKey: string
  /** Alipay's, to check with. */
  alipayPublicKey: string
  gateway: string
  publicUrl: string
  fee: FeeRule
}

export function alipayOptionsOf(config: Config): AlipayOptions | null {
  const {
    alipayAppId: appId,
    alipayPrivateKey: privateKey,
    alipayPublicKey,
    alipayGateway: gateway,
    publicUrl,
  } = config
  if (appId === undefined) return null
  assert(
    privateKey !== undefined && alipayPublicKey !== undefined && publicUrl !== undefined,
    'settings that need each other are set together',
  )
  const fee = { basisPoints: config.alipayFeeBasisPoints, fixedMinor: 0 }
  return { appId, privateKey, alipayPublicKey, gateway, publicUrl, fee }
}

export class AlipayFault extends Error {}

export function alipayProvider(options: AlipayOptions): PaymentProvider {
  let made: Promise<AlipaySdk> | undefined
  // The package is loaded when it is first needed: who does not use Alipay never pays for it.
  const alipay = () => {
    const { appId, privateKey, alipayPublicKey, gateway } = options
    const keyType = isPkcs8(privateKey) ? 'PKCS8' : 'PKCS1'
    made ??= import('alipay-sdk').then(
      ({ AlipaySdk }) =>
        new AlipaySdk({ appId, privateKey, alipayPublicKey, gateway, keyType, signType: 'RSA2', timeout: timeoutMs }),
    )
    return made
  }
  const address = (path: string) => new URL(path, options.publicUrl).href
  const ask = async (method: string, bizContent: Record<string, string>) =>
    (await alipay()).exec(method, { bizContent }, { validateSign: true })

  return {
    name: alipayName,
    fee: options.fee,
    splitLimits: usualSplitLimits,
    async open({ reference, amountMinor, currency, description, returnPath, split }) {
      // Alipay moves yuan; other currencies are another product of theirs.
      if (currency !== 'CNY') return notOpened
      if (split && !checkSplit(usualSplitLimits, { amountMinor, split }).ok) return notOpened
      const redirectUrl = (await alipay()).pageExecute('alipay.trade.wap.pay', 'GET', {
        returnUrl: address(returnPath),
        notifyUrl: address('/api/v1/payment-callbacks/alipay'),
        bizContent: {
          outTradeNo: reference,
          totalAmount: decimalsOf(amountMinor),
          subject: description,
          productCode: 'QUICK_WAP_WAY',
          timeoutExpress: payableFor,
          // Kept whole until it is split.
          ...(split ? { extendParams: { royaltyFreeze: 'true' } } : {}),
        },
      })
      return { outcome: 'pending', providerReference: null, redirectUrl }
    },
    async find({ reference }) {
      const said = await ask('alipay.trade.query', { outTradeNo: reference })
      if (said.sub_code === 'ACQ.TRADE_NOT_EXIST' || said['subCode'] === 'ACQ.TRADE_NOT_EXIST') return null
      mustBeHeard(said)
      return { outcome: outcomeOf(said['tradeStatus']), providerReference: textOf(said['tradeNo']) }
    },
    async refund({ reference, amountMinor, payment }) {
      const request = { outTradeNo: payment.reference, outRequestNo: reference }
      const said = await ask('alipay.trade.refund', { ...request, refundAmount: decimalsOf(amountMinor) })
      const why = textOf(said['subCode'])
      // Our balance there is too low for the moment: asked again later.
      if (why === 'ACQ.SELLER_BALANCE_NOT_ENOUGH') return { outcome: 'pending', providerReference: null }
      if (said.code === '40004' && why !== 'ACQ.SYSTEM_ERROR') return { outcome: 'failed', providerReference: null }
      mustBeHeard(said)
      const providerReference = textOf(said['tradeNo'])
      if (said['fundChange'] === 'Y') return { outcome: 'succeeded', providerReference }
      // Nothing moved this time: it may have moved before.
      const earlier = await ask('alipay.trade.fastpay.refund.query', request)
      mustBeHeard(earlier)
      return { outcome: earlier['refundStatus'] === 'REFUND_SUCCESS' ? 'succeeded' : 'pending', providerReference }
    },
    payOut: null,
    async readCallback(raw) {
      const fields: Record<string, string> = {}
      for (const [name, value] of new URLSearchParams(raw.toString('utf8'))) {
        // A field that comes twice would be signed as one of them and read as the other.
        if (Object.hasOwn(fields, name)) return null
        // Alipay signs what is not empty.
        if (value !== '') fields[name] = value
      }
      // The message must not choose a weaker signature than ours.
      if (fields['sign_type'] !== 'RSA2' || fields['app_id'] !== options.appId) return null
      if (!(await alipay()).checkNotifySignV2(fields)) return null
      const { out_trade_no: reference, notify_id: messageId, total_amount: amount } = fields
      const amountMinor = minorOfDecimals(amount ?? '')
      if (reference === undefined || messageId === undefined || amountMinor === null) return null
      const outcome = outcomeOf(fields['trade_status'])
      const providerReference = fields['trade_no'] ?? null
      return [{ provider: alipayName, messageId, about: 'payment', reference, outcome, providerReference, amountMinor }]
    },
    statementOf: null,
  }
}

function isPkcs8(key: string): boolean {
  if (key.includes('BEGIN')) return !key.includes('BEGIN RSA')
  // Bare base64: PKCS 8 names its algorithm near the front.
  return Buffer.from(key, 'base64').subarray(0, 40).includes(Buffer.from('2a864886f70d010101', 'hex'))
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Whatever is not a clear answer is none: it is asked again. */
function mustBeHeard(said: AlipaySdkCommonResult): void {
  if (said.code !== '10000') throw new AlipayFault(`Alipay answered ${said.code} ${said.msg} ${said['subCode'] ?? ''}`)
}

function outcomeOf(status: unknown): ProviderAnswer['outcome'] {
  if (status === 'TRADE_SUCCESS' || status === 'TRADE_FINISHED') return 'succeeded'
  return status === 'TRADE_CLOSED' ? 'failed' : 'pending'
}
