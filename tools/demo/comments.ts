import type { CategorySlug } from './categories.ts'
import { type Words, words } from './words.ts'

export type CommentMood = 'hello' | 'question' | 'praise' | 'bought' | 'banter' | 'urge'

export type DemoComment = {
  text: Words
  mood: CommentMood
  /** Null: it suits any room. */
  category: CategorySlug | null
}

type Line = [mood: CommentMood, en: string, zh: string]

const anywhere = commentsOf(null, [
  ['hello', 'Just got off work, what did I miss?', '刚下班，错过啥了'],
  ['hello', 'Front row tonight!', '今天抢到前排！'],
  ['hello', 'Hello from Chengdu', '成都的来报到'],
  ['hello', 'First time here, is this the right room?', '第一次来，没走错吧'],
  ['hello', 'Evening everyone, tea is ready', '晚上好，茶泡好了'],
  ['hello', 'Came from your video yesterday', '看了昨天的视频过来的'],
  ['hello', 'Back again, wallet be damned', '又来了，钱包捂不住了'],
  ['hello', 'Watching quietly from the office, do not tell', '在公司偷偷看，别声张'],
  ['question', 'Which warehouse does it ship from?', '从哪个仓发货呀'],
  ['question', 'If I order now, does it leave today?', '现在拍今天能发吗'],
  ['question', 'Is return shipping covered?', '有运费险吗'],
  ['question', 'Can the coupon be used on top?', '这个能叠券吗'],
  ['question', 'Could you show it closer to the camera?', '能凑近镜头看看吗'],
  ['question', 'How many are left?', '还剩多少件'],
  ['question', 'Will there be a restock this week?', '这周还补货吗'],
  ['question', 'Number three please, explain it again', '三号链接再讲一遍呗'],
  ['question', 'What if it does not suit me?', '不合适能退吗'],
  ['question', 'Is the price the same after the live?', '下播了还是这个价吗'],
  ['question', 'How long until it reaches Lanzhou?', '到兰州大概几天'],
  ['praise', 'Finally a host who says what is not good', '终于有主播肯说缺点了'],
  ['praise', 'I like that you do not shout', '喜欢你不大喊大叫'],
  ['praise', 'Bought it last month, still happy', '上个月买的，一直在用'],
  ['praise', 'The packing last time was so careful', '上次包装好用心'],
  ['praise', 'Arrived the next morning, no joke', '真的第二天上午就到了'],
  ['praise', 'My mum took mine, so I need another', '我那件被我妈征用了，再来一件'],
  ['praise', 'The colours on screen are honest', '色差真的不大，放心'],
  ['bought', 'Got it!', '抢到了！'],
  ['bought', 'Paid, please wrap it well', '付好了，麻烦包严实点'],
  ['bought', 'Two for me, one for my sister', '拍了两份，一份给我妹'],
  ['bought', 'My thumb was faster today', '今天手速在线'],
  ['bought', 'Third order this month, no regrets', '这个月第三单，不后悔'],
  ['bought', 'Ordered while brushing my teeth', '刷着牙下的单'],
  ['bought', 'That coupon was worth the wait', '这张券没白等'],
  ['banter', 'My cat is watching too', '我家猫也在看'],
  ['banter', 'I came for one thing. One.', '我真的只是来买一样东西的'],
  ['banter', 'Do not show me the next one, I beg you', '别上下一个了，求你'],
  ['banter', 'My husband says hello, through his teeth', '我老公咬着牙向你问好'],
  ['banter', 'This background music makes me sleepy and rich', '这音乐听得我又困又想花钱'],
  ['banter', 'Who else is here in pyjamas?', '穿睡衣看的举个手'],
  ['banter', 'Payday is tomorrow, why tonight', '明天才发工资，为什么是今晚'],
  ['banter', 'The room is so cosy tonight', '今晚直播间氛围真好'],
  ['banter', 'Drink some water, host', '主播喝口水吧'],
  ['urge', 'Lucky bag, lucky bag!', '福袋福袋！'],
  ['urge', 'Put the link up already', '快上链接呀'],
  ['urge', 'One more hundred, please', '再加一百单吧'],
  ['urge', 'Count down slowly, my phone is old', '倒数慢点，我手机卡'],
  ['urge', 'Sold out already? Add stock!', '这就没了？加库存加库存'],
])

const inCategories = [
  commentsOf('beauty', [
    ['question', 'Will brick red suit warm skin?', '黄皮涂砖红显黑吗'],
    ['question', 'Does it transfer to a mask?', '会沾口罩吗'],
    ['question', 'Sensitive skin, can I use the serum?', '敏感肌能用这个精华吗'],
    ['question', 'Any white cast with the sunscreen?', '防晒假白吗'],
    ['praise', 'The rosewood shade is so gentle', '玫瑰木这个色号太温柔了'],
    ['bought', 'Empty bottle number two, here for the third', '空瓶两瓶了，来囤第三瓶'],
    ['banter', 'I own eleven reds and apparently need twelve', '我有十一支红色了，看来还差一支'],
  ]),
  commentsOf('womens-fashion', [
    ['question', '160 cm, 52 kg, S or M?', '160/104斤穿S还是M'],
    ['question', 'Is the blue see-through?', '蓝色那条透不透'],
    ['question', 'Do the pockets really fit a phone?', '口袋真能放手机？'],
    ['question', 'Can the coat be worn over a sweater?', '大衣里面能塞毛衣吗'],
    ['praise', 'It moves so nicely when you turn', '转起来裙摆好好看'],
    ['praise', 'You look like spring in that', '穿上像春天一样'],
    ['bought', 'Dress and scarf, done, goodbye', '裙子围巾都拿下，撤了'],
  ]),
  commentsOf('mens-fashion', [
    ['question', 'Does the tee shrink?', 'T恤缩水吗'],
    ['question', '180 cm, 75 kg, which size?', '180/150斤选多大'],
    ['praise', 'That collar really holds', '领口确实挺'],
    ['bought', 'Bought three for my boyfriend, he does not know yet', '给男朋友买了三件，他还不知道'],
    ['banter', 'My drawer has no more room for grey', '衣柜里的灰色已经放不下了'],
  ]),
  commentsOf('shoes-bags', [
    ['question', 'Wide feet, one size up?', '脚宽要买大一码吗'],
    ['question', 'Does the handbag fit a 13-inch laptop?', '包能放13寸电脑吗'],
    ['question', 'Do the wheels make noise?', '箱子轮子吵不吵'],
    ['praise', 'Walked all day in them, no blisters', '穿着逛了一天没磨脚'],
    ['bought', 'Shoes that match my umbrella, finally', '终于有配我雨伞的鞋了'],
  ]),
  commentsOf('jewellery-watches', [
    ['question', 'Does the silver turn black?', '银的会发黑吗'],
    ['question', 'How do I measure my ring size?', '指圈怎么量'],
    ['question', 'Real stone or glass?', '是真石头还是玻璃'],
    ['praise', 'That blue in the light, wow', '灯下这个蓝绝了'],
    ['bought', 'A present to myself, no reason', '送自己的，不需要理由'],
  ]),
  commentsOf('electronics', [
    ['question', 'Does it work with two phones at once?', '能同时连两台手机吗'],
    ['question', 'How loud is the keyboard on a microphone?', '键盘声音收进麦里明显吗'],
    ['question', 'Battery life with noise cancelling on?', '开降噪能用多久'],
    ['question', 'Is there a one-year warranty?', '质保一年吗'],
    ['praise', 'The microphone sounds warm even here', '隔着手机都听得出这麦不错'],
    ['bought', 'Radio for my grandpa, he likes knobs', '给爷爷买的收音机，他就爱拧旋钮'],
  ]),
  commentsOf('home-kitchen', [
    ['question', 'Does the skillet work on induction?', '电磁炉能用吗'],
    ['question', 'How heavy is it, really?', '到底有多重'],
    ['question', 'Dishwasher?', '能进洗碗机吗'],
    ['praise', 'Not one drop on the table!', '真的一滴都没漏'],
    ['praise', 'I can smell that egg from here', '隔着屏幕闻到煎蛋香了'],
    ['bought', 'New flat, first order: the teapot', '搬新家第一单，茶壶安排'],
    ['banter', 'I do not cook. I bought the knife anyway.', '我不做饭，但刀我买了'],
  ]),
  commentsOf('baby-toys', [
    ['question', 'From which age?', '几个月可以玩'],
    ['question', 'Can the eyes come off?', '眼睛会掉吗'],
    ['question', 'Does it smell when new?', '新的有味道吗'],
    ['praise', 'Ours has survived two boys', '我家两个男孩都没玩坏'],
    ['banter', 'Quieter than a drum, sold', '比鼓安静，就这一句我买了'],
  ]),
  commentsOf('fresh-food', [
    ['question', 'What if some are crushed?', '有坏果怎么办'],
    ['question', 'When was this batch picked?', '这批哪天摘的'],
    ['question', 'How big are the cherries?', '樱桃多大果径'],
    ['question', 'Does cold delivery reach Kunming?', '昆明能冷链到吗'],
    ['praise', 'Sweetest box this year', '今年吃到最甜的一箱'],
    ['praise', 'They refunded two berries, without a word', '坏了两颗，二话不说就退了'],
    ['banter', 'That crab looks like my boss', '这只蟹长得像我领导'],
  ]),
  commentsOf('snacks-tea', [
    ['question', 'Is it too sweet?', '会不会太甜'],
    ['question', 'What water temperature?', '多少度水泡'],
    ['question', 'Best before?', '保质期多久'],
    ['praise', 'Opened at four, gone at five', '四点拆的，五点没了'],
    ['bought', 'For the office. Mostly.', '买给办公室的，大概吧'],
    ['banter', 'I will start my diet on Monday', '减肥从周一开始'],
  ]),
  commentsOf('sports-outdoor', [
    ['question', 'Does the tent hold up in wind?', '帐篷抗风吗'],
    ['question', 'Beginner, which racket weight?', '新手选多重的拍'],
    ['question', 'Can I wear the mask with glasses?', '近视能戴这个面镜吗'],
    ['praise', 'Camped in it last weekend, dry all night', '上周末住过，一夜没渗水'],
    ['bought', 'See you downstairs at seven', '七点楼下见'],
  ]),
  commentsOf('pets', [
    ['question', 'Four-kilo cat, how much a day?', '八斤的猫一天喂多少'],
    ['question', 'Any grain in it?', '有谷物吗'],
    ['praise', 'My dog heard the bag and ran', '一听袋子响狗就冲过来了'],
    ['banter', 'He eats better than I do', '它吃得比我好'],
  ]),
  commentsOf('books-stationery', [
    ['question', 'Does ink bleed through?', '钢笔会洇吗'],
    ['question', 'Good for a nine-year-old?', '九岁孩子能用吗'],
    ['praise', 'The paper sounds lovely', '翻页的声音好好听'],
    ['bought', 'Another notebook I will be afraid to start', '又一本舍不得写的本子'],
  ]),
].flat()

export const demoComments: readonly DemoComment[] = [...anywhere, ...inCategories]

function commentsOf(category: CategorySlug | null, lines: readonly Line[]): DemoComment[] {
  return lines.map(([mood, en, zh]) => ({ mood, category, text: words(en, zh) }))
}
