/**
 * Words for every "no". Each refusal of the contract stands here in both languages, beside what the floor and the client
 * say; a test reads `problemWords` and the contract and finds what is missing. Each sentence says what to do next where
 * there is something to do.
 */
import { Problem } from '../client/problem.ts'
import type { Text2 } from '../client/types.ts'
import { pick } from './i18n.tsx'

export const problemWords: Record<string, Text2> = {
  // The line and the floor.
  offline: { en: 'No connection. Check your network and try again.', zh: '网络不通，请检查网络后重试。' },
  timed_out: { en: 'That took too long. Please try again.', zh: '等待超时，请重试。' },
  fault: { en: 'Something went wrong on our side. Please try again.', zh: '系统开小差了，请稍后重试。' },
  bad_input: { en: 'Something in the form is not right. Please check it.', zh: '填写有误，请检查后再提交。' },
  body_too_large: { en: 'That is too large to send.', zh: '内容太大，无法提交。' },
  unknown_content_type: { en: 'This kind of content is not accepted.', zh: '不支持这种内容格式。' },
  unknown_field: { en: 'This field is not known here.', zh: '无法识别这个字段。' },
  unknown_ask: { en: 'This page is out of date. Please reload it.', zh: '页面版本过旧，请刷新。' },
  foreign_origin: { en: 'This request came from another site and was stopped.', zh: '请求来自其他网站，已被拦截。' },
  sign_in_needed: { en: 'Please sign in first.', zh: '请先登录。' },
  role_not_admitted: { en: 'Your account may not do this.', zh: '当前账号没有此权限。' },
  too_many_requests: { en: 'That was a bit fast. Wait a moment and try again.', zh: '操作太快了，请稍等片刻再试。' },
  overloaded: {
    en: 'Very many people are buying right now. This comes back in a moment.',
    zh: '当前抢购人数较多，请稍后再试。',
  },
  too_many_topics: { en: 'Too many things are open at once. Close a tab.', zh: '同时打开的内容过多，请关闭一些页面。' },
  idempotency_key_reused: {
    en: 'This was sent before with other contents. Please start again.',
    zh: '该请求已提交过不同内容，请重新操作。',
  },
  request_in_progress: { en: 'This is already under way. Give it a moment.', zh: '正在处理中，请稍候。' },
  not_found: { en: 'This is not here any more.', zh: '内容不存在或已下架。' },
  id_reused: {
    en: 'This was already done with other contents. Please start again.',
    zh: '该操作已用其他内容提交过，请重新开始。',
  },
  clip_outside: {
    en: 'The recording is over by then. Choose an earlier beginning.',
    zh: '录像没有这么长，请选更早的起点。',
  },
  not_in_bag: { en: 'That product was not in the bag of this broadcast.', zh: '这件商品不在本场直播的购物袋里。' },
  too_many_clips: {
    en: 'Fifty clips of one broadcast are enough. Delete one first.',
    zh: '一场直播最多 50 个切片，请先删除一个。',
  },
  clip_failed: { en: 'The clip could not be cut. Try another piece.', zh: '这一段无法剪出，请换一段试试。' },
  clip_without_product: { en: 'Choose a product for it first.', zh: '请先为切片选择商品。' },
  not_in_sandbox: { en: 'This exists in the sandbox only.', zh: '仅在沙箱环境可用。' },
  not_in_demo_mode: { en: 'Demo logins exist in demo mode only.', zh: '仅演示模式支持一键登录。' },

  // People.
  email_taken: { en: 'This e-mail already has an account. Sign in instead.', zh: '该邮箱已注册，请直接登录。' },
  wrong_credentials: { en: 'E-mail or password is not right.', zh: '邮箱或密码不正确。' },
  wrong_code: { en: 'The code is not right. Check the digits.', zh: '验证码不正确，请核对。' },
  code_expired: { en: 'The code has expired. Ask for a new one.', zh: '验证码已过期，请重新获取。' },
  texts_not_sent_here: {
    en: 'Signing in by phone is not set up here. Use your e-mail.',
    zh: '此处未开通手机验证码登录，请使用邮箱登录。',
  },
  too_many_codes: { en: 'Too many codes were sent. Wait a while before the next.', zh: '验证码发送过多，请稍后再试。' },
  too_many_attempts: {
    en: 'Too many wrong tries. Ask for a new code later.',
    zh: '错误次数过多，请稍后重新获取验证码。',
  },
  setup_link_used: {
    en: 'This set-up link was already used. Sign in instead.',
    zh: '初始化链接已使用过，请直接登录。',
  },
  setup_link_wrong: {
    en: "This set-up link is not valid. Copy it again from the server's output.",
    zh: '初始化链接无效，请从服务器输出中重新复制。',
  },
  too_many_addresses: {
    en: 'You have 20 addresses already. Remove one first.',
    zh: '地址已达 20 个上限，请先删除一个。',
  },
  handle_taken: { en: 'This handle is taken. Try another.', zh: '该账号名已被占用，请换一个。' },
  already_creator: { en: 'You are a creator already.', zh: '您已经是主播了。' },
  last_admin: { en: 'The last administrator keeps this role.', zh: '最后一位管理员不能移除。' },

  // Goods.
  list_price_below_price: { en: 'The struck-through price must not be below the price.', zh: '划线价不能低于售价。' },
  slug_taken: { en: 'Another product uses this short name.', zh: '该短名称已被其他商品使用。' },
  sku_code_taken: { en: 'Another SKU uses this code.', zh: '该 SKU 编码已存在。' },

  // Rooms.
  room_not_live: { en: 'This room is not on air right now.', zh: '直播间当前未开播。' },
  not_in_room: { en: 'You have left this room. Reload to come back.', zh: '您已离开直播间，请刷新重新进入。' },
  banned_from_room: { en: 'You were sent out of this room by its host.', zh: '您已被主播移出本直播间。' },
  slow_mode: {
    en: 'Slow mode is on here. Wait a moment before the next comment.',
    zh: '本直播间已开启慢速发言，请稍等片刻再发。',
  },
  not_permitted: { en: 'The host has not given you this permission.', zh: '主播未授予您此项权限。' },
  too_many_helpers: { en: 'A room has at most 20 helpers.', zh: '每个直播间最多 20 位助手。' },
  gate_closed: {
    en: 'You may not go live yet. The gate page says what is missing.',
    zh: '暂不满足开播条件，请在门槛页查看缺少什么。',
  },
  session_already_open: {
    en: 'You have an open broadcast already. End it first.',
    zh: '您已有一场直播未结束，请先结束。',
  },
  seat_taken: {
    en: 'The seat beside the host is offered or taken already, or the guest sits in another room.',
    zh: '连麦位已被占用或已发出邀请，或对方正在其他直播间连麦。',
  },
  invitation_over: { en: 'This invitation is over.', zh: '该邀请已失效。' },
  session_ended: { en: 'This broadcast has ended.', zh: '本场直播已结束。' },
  no_signal: {
    en: 'No picture arrives from your encoder yet. Start it, then go live.',
    zh: '尚未收到推流画面，请先开始推流再开播。',
  },
  session_live: { en: 'You are on air already.', zh: '当前已在直播中。' },
  announced_too_far: {
    en: 'Choose a time within the next 30 days.',
    zh: '请选择未来 30 天内的时间。',
  },
  too_many_announcements: {
    en: 'You have 10 announcements waiting. Take one back first.',
    zh: '待开播的预告已达 10 场上限，请先取消一场。',
  },
  too_many_sets: { en: 'You have 50 sets already. Forget one first.', zh: '商品组已达 50 个上限，请先删除一个。' },
  mark_outside: {
    en: 'A mark lies within the broadcast and ends after it begins.',
    zh: '讲解标记须在直播时段内，且结束晚于开始。',
  },
  draw_running: { en: 'A lucky bag hangs in the room already.', zh: '直播间已有进行中的福袋。' },
  draw_over: { en: 'This lucky bag is over.', zh: '福袋已结束。' },
  task_follow: { en: 'Follow the host first, then take part.', zh: '请先关注主播再参与。' },
  task_watch: { en: 'Watch a little longer, then take part.', zh: '请再观看一会儿后参与。' },
  task_word: { en: 'Say the word in a comment first, then take part.', zh: '请先发送口令评论再参与。' },
  prize_lapsed: { en: 'The 48 hours for this prize are over.', zh: '领奖时间已超过 48 小时。' },
  recording_held: {
    en: 'Somebody holds this recording as evidence. It is kept until it is let go.',
    zh: '该录像已被留存为证据，解除前不能删除。',
  },
  retention_not_over: {
    en: 'Recordings are kept for three years by law. This one cannot be deleted yet.',
    zh: '依法须保存录像三年，该录像尚不能删除。',
  },
  bag_full: { en: 'The bag is full: at most 100 products.', zh: '购物袋已满，最多 100 件商品。' },
  bag_changed: { en: 'The bag changed meanwhile. Look again and retry.', zh: '购物袋已变动，请刷新后重试。' },
  not_in_alliance: { en: 'This product may not be promoted.', zh: '该商品不在选品联盟中。' },

  // Buying.
  order_id_reused: {
    en: 'This order was already placed with other contents. Please start again.',
    zh: '该订单号已用于其他内容，请重新下单。',
  },
  sku_not_on_sale: { en: 'This is not on sale any more.', zh: '该商品已下架。' },
  address_missing: { en: 'Please choose where we should send it.', zh: '请选择收货地址。' },
  price_changed: {
    en: 'The price has changed. Please look at it again before you pay.',
    zh: '价格有变动，请确认后再支付。',
  },
  sold_out: { en: 'Sold out: somebody was faster.', zh: '手慢了，已售罄。' },
  limit_reached: { en: 'You have reached the limit per buyer.', zh: '已达到每人限购数量。' },
  flash_room_only: {
    en: 'This flash sale is for its live room only. Go in and try again.',
    zh: '该秒杀仅限本直播间，请进入直播间后再抢。',
  },
  flash_not_started: {
    en: 'The flash sale has not started yet. Watch the countdown.',
    zh: '秒杀尚未开始，请留意倒计时。',
  },
  flash_ended: {
    en: 'The flash sale is over. You can still buy at the usual price.',
    zh: '秒杀已结束，仍可按日常价购买。',
  },
  flash_sold_out: {
    en: 'All units of the flash sale are taken. One may come back if somebody does not pay.',
    zh: '秒杀已抢光，若有人未付款，名额会重新放出。',
  },
  balance_too_low: { en: 'Your wallet does not hold enough. Top it up and pay.', zh: '钱包余额不足，请充值后支付。' },
  desk_busy: {
    en: 'Very many people are buying right now. Nothing was charged; try again in a moment.',
    zh: '抢购的人太多，未扣款，请稍后再试。',
  },
  session_not_live: { en: 'You are not on air.', zh: '当前未开播。' },
  order_not_delivered: { en: 'The parcel has not been delivered yet.', zh: '包裹尚未送达。' },
  order_not_refundable: {
    en: 'Money can be asked back once the goods are there, and until 15 days after you confirmed.',
    zh: '收到商品后、确认收货 15 天内可以申请退款。',
  },
  after_sale_open: {
    en: 'You have already asked for money back on this order; it is being looked at.',
    zh: '该订单已有退款申请正在处理。',
  },
  amount_too_high: {
    en: 'That is more than was paid and has not gone back yet.',
    zh: '退款金额超过可退金额。',
  },
  no_reason_not_here: {
    en: 'Without a reason you can only send goods back, and these are excluded: say what is wrong with them.',
    zh: '该商品不支持七天无理由，或仅支持退货退款，请选择具体原因。',
  },
  no_reason_too_late: {
    en: 'The seven days in which goods go back without a reason are over: say what is wrong with them.',
    zh: '已超过签收后七天，无法无理由退货，请选择具体原因。',
  },
  too_many_back: {
    en: 'Not so many of these are left that could come back.',
    zh: '可退数量不足。',
  },
  return_closed: { en: 'This return is closed already.', zh: '该退货单已处理完毕。' },
  units_not_graded: {
    en: 'Every unit that came back needs one grade, and no more than came back.',
    zh: '退回的每件商品都要且只能评一次级。',
  },
  after_sale_decided: { en: 'Somebody has decided this already.', zh: '该申请已处理。' },
  answer_missing: { en: 'Say why: the buyer reads it.', zh: '请填写拒绝理由，买家会看到。' },
  coupon_not_usable: {
    en: 'This coupon cannot be used on this order.',
    zh: '该优惠券不适用于此订单。',
  },
  coupon_not_now: { en: 'This coupon is not given out now.', zh: '该优惠券当前不可领取。' },
  coupon_limit: { en: 'You have had this coupon already.', zh: '您已领取过该优惠券。' },
  coupon_gone: { en: 'All of these coupons are gone.', zh: '优惠券已领完。' },
  room_only: { en: 'This coupon is given out in its live room only.', zh: '该优惠券仅限在直播间领取。' },
  not_below_shelf: { en: 'This price is not below the shelf price.', zh: '该价格没有低于日常价。' },
  above_recent_low: {
    en: 'The product was cheaper within the last 14 days, so this would be no flash sale. Go lower.',
    zh: '近 14 天内有过更低的价格，请设置更低的秒杀价。',
  },
  limit_above_units: { en: 'One buyer cannot have more than there are.', zh: '每人限购数不能大于总件数。' },
  too_few_units: { en: 'There are not so many units for sale. Offer fewer.', zh: '可售库存不足，请减少件数。' },
  flash_already_open: {
    en: 'A flash sale of this product is on in this room already.',
    zh: '该商品在本直播间已有进行中的秒杀。',
  },
  grant_over: { en: 'The time to sell what you were granted is over.', zh: '授权的秒杀额度已过期。' },
  above_grant: { en: 'That is more than you were granted. Offer fewer.', zh: '超出授权的额度，请减少件数。' },
  funders_not_whole: { en: 'The shares of those who pay must sum to 100 %.', zh: '出资比例之和必须为 100%。' },
  budget_missing: { en: 'What the platform bears needs a budget.', zh: '平台出资部分需要设置预算。' },
  window_empty: { en: 'The end must come after the start.', zh: '结束时间必须晚于开始时间。' },
  steps_not_rising: {
    en: 'Each step has to take off more than the one before.',
    zh: '每一档的优惠必须大于前一档。',
  },
  order_not_payable: {
    en: 'This order no longer waits for a payment.',
    zh: '该订单已无法付款。',
  },
  too_many_unpaid: {
    en: 'Some of your orders still wait to be paid. Pay or cancel one of them first.',
    zh: '您有多笔待付款订单，请先付款或取消。',
  },
  order_not_cancellable: {
    en: 'The order is already packed and cannot be cancelled any more.',
    zh: '订单已打包，无法取消。',
  },

  // Money.
  top_up_limit: {
    en: 'This is above what the wallet may hold. Choose a smaller amount.',
    zh: '超出钱包限额，请选择较小金额。',
  },
  callback_not_believed: {
    en: 'This message is not signed by the payment provider.',
    zh: '该通知的签名无效，不是支付机构发出的。',
  },
  statement_unreadable: {
    en: 'Line {line} of this file is not what a statement looks like. Nothing of it was taken.',
    zh: '对账文件第 {line} 行格式不正确，整个文件未导入。',
  },
  withdrawal_limit: {
    en: 'That is more than may leave a wallet in a day.',
    zh: '超过单日提现限额。',
  },
  own_withdrawal: { en: 'Somebody else has to look at your own withdrawal.', zh: '不能审核自己的提现，请由他人处理。' },
  withdrawal_decided: { en: 'This withdrawal was decided meanwhile.', zh: '该提现已被处理。' },
  rule_in_the_past: { en: 'A rule holds from now or later on.', zh: '规则只能从现在或将来开始生效。' },
  rule_is_there: { en: 'Another rule begins at that very moment.', zh: '该时刻已有另一条规则。' },
  fee_above_minimum: { en: 'The fee would eat the smallest withdrawal.', zh: '手续费不能高于最低提现金额。' },
  nothing_to_pay: { en: 'No withdrawal waits for a file.', zh: '没有待打款的提现。' },
  break_resolved: {
    en: 'Both sides were found meanwhile; there is nothing left to explain.',
    zh: '双方已对平，无需再说明。',
  },
  provider_failed: {
    en: 'The payment provider said no. Nothing was charged; try again.',
    zh: '支付渠道返回失败，未扣款，请重试。',
  },
  acts_for_another_shop: { en: 'This person acts for another shop.', zh: '该人员已属于其他店铺。' },
  not_left: { en: 'The deposit goes back to who has left.', zh: '退出后方可退还保证金。' },
  nothing_held: { en: 'No deposit is held.', zh: '当前没有保证金。' },
  earnings_wait: {
    en: 'Earnings still wait; the deposit goes back when nothing can come back any more.',
    zh: '仍有款项未结清，全部结清后方可退还保证金。',
  },
  nothing_available: { en: 'There is nothing to pay out yet.', zh: '暂无可提现金额。' },
  below_minimum: { en: 'This is below the smallest payout.', zh: '低于最低提现金额。' },

  // Coins and gifts.
  coins_too_low: { en: 'You do not have enough coins for this gift.', zh: '金币不足，请先充值金币。' },
  gift_limit: {
    en: 'That would be more than you may give in one day.',
    zh: '已超出您今日的送礼限额。',
  },
  own_room: { en: 'A host cannot give gifts to himself.', zh: '不能给自己的直播间送礼物。' },
  minor_may_not: { en: 'Minors cannot give gifts here.', zh: '未成年人不能送礼物。' },

  blacklisted: {
    en: 'This is closed to you at the moment. Your messages say why and until when.',
    zh: '您的该项权限已被限制，原因与期限请查看通知。',
  },
  listing_over: { en: 'This is over already.', zh: '该限制已结束。' },

  // Who somebody is.
  name_does_not_fit: { en: 'Type your name exactly as it is.', zh: '请准确输入您的昵称。' },
  erasure_blocked: {
    en: 'Not yet: an order is open, money or coins are left, or you earn here.',
    zh: '暂不能注销：仍有未完成订单、余额、金币或收益。',
  },
  already_verified: { en: 'You have shown who you are already.', zh: '您已完成实名认证。' },
  identity_taken: {
    en: 'Another account was verified with this number. Ask support if that was not you.',
    zh: '该证件已认证其他账号，如非本人操作请联系客服。',
  },
  verifier_failed: {
    en: 'The register did not answer. Nothing is lost; try again in a while.',
    zh: '实名核验服务暂无响应，请稍后再试。',
  },

  // Warehouse and parcels.
  below_allocated: { en: 'More than this is promised to orders already.', zh: '调整后低于已分配数量。' },
  receipt_id_reused: {
    en: 'This receipt was already booked with other contents. Please start again.',
    zh: '该入库单已用其他内容登记，请重新开始。',
  },
  parcel_not_pickable: { en: 'This parcel is not waiting to be picked.', zh: '该包裹不在待拣货状态。' },
  wrong_item: { en: 'Wrong item: this barcode is not in the parcel.', zh: '条码不符，不属于该包裹。' },
  too_many_units: { en: 'That is more than the parcel needs.', zh: '超出包裹所需数量。' },
  parcel_not_picked: { en: 'Pick everything first.', zh: '请先完成拣货。' },
  parcel_not_packed: { en: 'Pack and weigh it first.', zh: '请先打包称重。' },
  parcel_at_rest: { en: 'There is no next scan for this parcel.', zh: '该包裹没有后续扫描。' },

  // Rules.
  report_decided: { en: 'Somebody has decided this report already.', zh: '该举报已处理。' },
  appeal_too_late: {
    en: 'An appeal is possible within 30 days; that time is over.',
    zh: '申诉须在 30 天内提交，现已超过期限。',
  },
  already_appealed: { en: 'You have appealed against this already.', zh: '该违规已提交过申诉。' },
  appeal_decided: { en: 'Somebody has decided this appeal already.', zh: '该申诉已有裁决。' },
  unknown_picture_type: { en: 'Only PNG, JPEG and WebP pictures can be added.', zh: '仅支持 PNG、JPEG、WebP 图片。' },
  picture_size_wrong: {
    en: 'A picture has 200 to 12,000 pixels on each side, and at most 50 million in all.',
    zh: '图片每边须为 200 至 12000 像素，总像素不超过 5000 万。',
  },
  picture_unreadable: { en: 'This picture is broken or cut off.', zh: '图片已损坏或不完整。' },
  picture_missing: { en: 'A picture is no longer there; please add it again.', zh: '有图片已不存在，请重新添加。' },
  too_many_files: { en: 'You have brought too many pictures.', zh: '上传的图片过多。' },
  effective_in_past: { en: 'A rule can only change from a later moment on.', zh: '规则只能自未来某一时刻起生效。' },
  points_not_rising: {
    en: 'A graver violation must not weigh less than a lighter one.',
    zh: '严重程度更高的违规，扣分不得更低。',
  },
  category_gated: {
    en: 'Goods of this category need a better score than yours.',
    zh: '您的信用分不足，暂不能推广该类目的商品。',
  },
  identity_not_verified: {
    en: 'Show who you are first: only verified people are paid out.',
    zh: '请先完成实名认证，再申请提现。',
  },
  handle_does_not_fit: { en: 'Type your handle exactly as it is.', zh: '请准确输入您的账号名。' },
  violation_not_active: { en: 'This violation is closed already.', zh: '该违规记录已关闭。' },
}

/** What to tell a person about an error, whatever it is. */
export function wordsOf(error: unknown): string {
  const code = error instanceof Problem ? error.code : 'fault'
  return pick(problemWords[code] ?? problemWords['fault'] ?? { en: code, zh: code })
}
