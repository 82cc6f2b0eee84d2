import type { CategorySlug } from './categories.ts'
import { type Words, words } from './words.ts'

export type AgencySlug = 'lantern-street' | 'good-weather'

export type DemoAgency = {
  slug: AgencySlug
  name: Words
  city: Words
  /** The agency's share of its creators' commission, in basis points. */
  shareBps: number
}

export type HairStyle = 'bob' | 'long' | 'bun' | 'short' | 'curly' | 'ponytail' | 'cap' | 'buzz'

/** What the drawn portrait needs to know. */
export type AvatarRecipe = {
  skin: string
  hair: string
  hairStyle: HairStyle
  top: string
  backdrop: readonly [string, string]
  glasses: boolean
  earrings: boolean
  beard: boolean
}

export type RoomLoop = 'beauty' | 'kitchen' | 'fashion'

export type DemoCreator = {
  handle: string
  displayName: Words
  bio: Words
  categories: readonly [CategorySlug, ...CategorySlug[]]
  city: Words
  /** What the demo should show; the seeding decides how followers come to be. */
  followersWanted: number
  agency: AgencySlug | null
  /** True for exactly one: followers enough, but an enforcement is active. */
  activeViolation: boolean
  /** The video that plays when this creator's demo room is on air. */
  loop: RoomLoop
  roomTitle: Words
  avatar: AvatarRecipe
}

export const demoAgencies: readonly DemoAgency[] = [
  {
    slug: 'lantern-street',
    name: words('Lantern Street Talent', '灯笼街文化'),
    city: words('Hangzhou', '杭州'),
    shareBps: 2000,
  },
  {
    slug: 'good-weather',
    name: words('Good Weather Studio', '好天气工作室'),
    city: words('Chengdu', '成都'),
    shareBps: 1500,
  },
]

const fair = '#f8d9c4'
const warm = '#f1c5a3'
const tan = '#dfa67e'
const ink = '#2a2230'
const brown = '#5b3a2e'
const chestnut = '#7d4a33'

export const demoCreators: readonly DemoCreator[] = [
  {
    handle: 'mianmian.beauty',
    displayName: words('Mianmian', '棉棉'),
    bio: words(
      'Former counter girl. I swatch it on my arm so you do not have to.',
      '柜姐出身，先在我胳膊上试色，你再下单。',
    ),
    categories: ['beauty', 'jewellery-watches'],
    city: words('Shanghai', '上海'),
    followersWanted: 180_000,
    agency: 'lantern-street',
    activeViolation: false,
    loop: 'beauty',
    roomTitle: words('Autumn lips, all five shades on air', '秋冬口红，五个色号全试'),
    avatar: face(fair, ink, 'bob', '#d9567a', ['#ffd9e2', '#f7a9bd'], { earrings: true }),
  },
  {
    handle: 'laozhou.kitchen',
    displayName: words('Old Zhou Cooks', '老周下厨'),
    bio: words('Twenty years behind a wok. If it sticks, I say so.', '颠勺二十年。粘锅就说粘锅，不糊弄。'),
    categories: ['home-kitchen', 'fresh-food'],
    city: words('Chengdu', '成都'),
    followersWanted: 126_000,
    agency: 'good-weather',
    activeViolation: false,
    loop: 'kitchen',
    roomTitle: words('One skillet, three dinners', '一口锅，三顿晚饭'),
    avatar: face(tan, ink, 'short', '#3d8f7d', ['#d3efe4', '#7ac5ac'], { beard: true }),
  },
  {
    handle: 'su.wears',
    displayName: words('Su Wears', '苏苏穿搭'),
    bio: words('158 cm, 52 kg, honest about hems.', '158/52，裤长裙长都说实话。'),
    categories: ['womens-fashion', 'shoes-bags'],
    city: words('Suzhou', '苏州'),
    followersWanted: 94_500,
    agency: 'lantern-street',
    activeViolation: false,
    loop: 'fashion',
    roomTitle: words('Five looks from three pieces', '三件单品，五套穿搭'),
    avatar: face(fair, brown, 'long', '#b65fa0', ['#f3dcf0', '#d29bc9'], { earrings: true }),
  },
  {
    handle: 'gadget.afang',
    displayName: words('A-Fang Unboxes', '阿方开箱'),
    bio: words('I open it, I drop it once, then I tell you.', '先开箱，再摔一次，最后说结论。'),
    categories: ['electronics'],
    city: words('Shenzhen', '深圳'),
    followersWanted: 71_200,
    agency: null,
    activeViolation: false,
    loop: 'kitchen',
    roomTitle: words('Headphones: metro test tonight', '降噪耳机，今晚地铁实测'),
    avatar: face(warm, ink, 'short', '#4b62c9', ['#d9e0ff', '#98a9f0'], { glasses: true }),
  },
  {
    handle: 'orchard.xiaoqu',
    displayName: words('Xiao Qu of the Orchard', '果园小曲'),
    bio: words('My family grows it, I pick it, you eat it.', '家里种，我来摘，你来吃。'),
    categories: ['fresh-food', 'snacks-tea'],
    city: words('Yantai', '烟台'),
    followersWanted: 58_300,
    agency: null,
    activeViolation: false,
    loop: 'kitchen',
    roomTitle: words('Live from the cherry terraces', '樱桃地里直播，现摘现发'),
    avatar: face(tan, brown, 'ponytail', '#d6493f', ['#ffe0c9', '#f4a582'], {}),
  },
  {
    handle: 'dandan.mama',
    displayName: words("Dandan's Mum", '蛋蛋妈'),
    bio: words(
      'Two boys, one washing machine. Everything here has been through it.',
      '两个男孩，一台洗衣机，能活下来的都推荐。',
    ),
    categories: ['baby-toys', 'books-stationery'],
    city: words('Nanjing', '南京'),
    followersWanted: 46_800,
    agency: 'good-weather',
    activeViolation: false,
    loop: 'fashion',
    roomTitle: words('Toys that last longer than a week', '玩过一周还没坏的玩具'),
    avatar: face(warm, chestnut, 'bun', '#e39a3b', ['#fff0c9', '#f6cf7c'], {}),
  },
  {
    handle: 'teahouse.lin',
    displayName: words("Lin's Tea Table", '林间茶席'),
    bio: words('Slow tea, fast parcels.', '茶慢慢喝，快递快快发。'),
    categories: ['snacks-tea', 'home-kitchen'],
    city: words('Huangshan', '黄山'),
    followersWanted: 33_900,
    agency: null,
    activeViolation: false,
    loop: 'kitchen',
    roomTitle: words('Three brews before noon', '上午泡三道茶'),
    avatar: face(warm, ink, 'bun', '#5c8a5a', ['#e3efd6', '#a9cb92'], { glasses: true }),
  },
  {
    handle: 'run.dahai',
    displayName: words('Dahai Runs', '大海跑步'),
    bio: words('Six marathons, zero knee surgeries, many opinions on soles.', '六个全马，膝盖完好，对鞋底意见很多。'),
    categories: ['sports-outdoor', 'shoes-bags'],
    city: words('Qingdao', '青岛'),
    followersWanted: 27_400,
    agency: 'good-weather',
    activeViolation: false,
    loop: 'fashion',
    roomTitle: words('Which trainer for which foot', '什么脚穿什么跑鞋'),
    avatar: face(tan, ink, 'buzz', '#2f9e62', ['#d2f0de', '#83cda3'], {}),
  },
  {
    handle: 'pearl.jin',
    displayName: words('Jin and the Pearls', '小金珠宝匣'),
    bio: words('I match the pairs myself, with a loupe and a lot of tea.', '一对一对亲手配，放大镜加一壶茶。'),
    categories: ['jewellery-watches'],
    city: words('Yiwu', '义乌'),
    followersWanted: 19_600,
    agency: 'lantern-street',
    activeViolation: false,
    loop: 'beauty',
    roomTitle: words('Matching pearls, two hundred to go', '现场配珍珠，还剩两百对'),
    avatar: face(fair, ink, 'bun', '#6a63b8', ['#e4e1fb', '#aea7e6'], { earrings: true }),
  },
  {
    handle: 'pangju.pets',
    displayName: words('Fat Orange & Co.', '胖橘和他的人'),
    bio: words('The cat is the host. I only hold the phone.', '主播是猫，我只负责举手机。'),
    categories: ['pets'],
    city: words('Wuhan', '武汉'),
    followersWanted: 15_200,
    agency: null,
    activeViolation: false,
    loop: 'kitchen',
    roomTitle: words('Will he eat it? Live test', '主子吃不吃？现场见分晓'),
    avatar: face(warm, chestnut, 'curly', '#c9823f', ['#ffe6c7', '#f1b878'], {}),
  },
  {
    handle: 'paper.moon',
    displayName: words('Paper Moon', '纸月亮手帐'),
    bio: words('Stationery, watercolours and very tidy desks.', '文具、水彩，还有一张很整齐的桌子。'),
    categories: ['books-stationery'],
    city: words('Xiamen', '厦门'),
    followersWanted: 11_700,
    agency: null,
    activeViolation: false,
    loop: 'beauty',
    roomTitle: words('Swatching twenty-four colours', '二十四色水彩全试色'),
    avatar: face(fair, brown, 'long', '#4f8a8b', ['#d9eeee', '#97c9ca'], { glasses: true }),
  },
  {
    handle: 'guoguo.daily',
    displayName: words('Guoguo Daily', '果果日常'),
    bio: words('Student room, small budget, good finds.', '宿舍党，预算小，好物不少。'),
    categories: ['beauty', 'snacks-tea'],
    city: words('Xi’an', '西安'),
    followersWanted: 8_300,
    agency: 'lantern-street',
    activeViolation: false,
    loop: 'beauty',
    roomTitle: words('Under a hundred yuan tonight', '今晚全场百元以内'),
    avatar: face(fair, '#6d3b4f', 'curly', '#ec7f8f', ['#ffe1de', '#f7b1ae'], {}),
  },
  {
    handle: 'mr.he.style',
    displayName: words('Mr He, Dressed', '何先生衣橱'),
    bio: words('Menswear without the word "must".', '男装推荐，不说“必入”两个字。'),
    categories: ['mens-fashion'],
    city: words('Hangzhou', '杭州'),
    followersWanted: 6_450,
    agency: null,
    activeViolation: false,
    loop: 'fashion',
    roomTitle: words('A tee is a tee? Let us see', '一件T恤能差多少？'),
    avatar: face(warm, ink, 'short', '#3f6fb5', ['#d6e5fa', '#8fb5e6'], { glasses: true, beard: true }),
  },
  {
    handle: 'camp.weekend',
    displayName: words('Weekend Camp', '周末去露营'),
    bio: words('Tents pitched in the rain so that you know.', '下雨天试帐篷，替你淋过了。'),
    categories: ['sports-outdoor'],
    city: words('Kunming', '昆明'),
    followersWanted: 5_120,
    agency: 'good-weather',
    activeViolation: false,
    loop: 'kitchen',
    roomTitle: words('Pitching a tent in four minutes', '四分钟搭帐篷挑战'),
    avatar: face(tan, brown, 'cap', '#4c8c4a', ['#dbefd2', '#98c98a'], { beard: true }),
  },
  {
    handle: 'yaya.kitchenette',
    displayName: words("Yaya's Kitchenette", '丫丫的小厨房'),
    bio: words('Four square metres, three meals a day.', '四平米厨房，一日三餐。'),
    categories: ['home-kitchen', 'snacks-tea'],
    city: words('Guangzhou', '广州'),
    followersWanted: 3_860,
    agency: null,
    activeViolation: false,
    loop: 'kitchen',
    roomTitle: words('Small kitchen, good tools', '小厨房的好家什'),
    avatar: face(warm, ink, 'ponytail', '#f08a5d', ['#ffe3d1', '#f8b894'], {}),
  },
  {
    handle: 'loud.lele',
    displayName: words('Loud Lele', '大嗓门乐乐'),
    bio: words('Fast deals, big voice. Currently having a quiet week.', '嗓门大，手速快。这周先安静几天。'),
    categories: ['electronics', 'home-kitchen'],
    city: words('Zhengzhou', '郑州'),
    followersWanted: 24_100,
    agency: null,
    activeViolation: true,
    loop: 'fashion',
    roomTitle: words('Small electronics, big voice', '小家电专场'),
    avatar: face(warm, ink, 'cap', '#c2453d', ['#ffd8d0', '#f19a8c'], {}),
  },
  {
    handle: 'qiqi.vintage',
    displayName: words('Qiqi Vintage', '七七古着铺'),
    bio: words(
      'Exactly two thousand people let me style them. Tonight is my first live.',
      '刚刚好两千个朋友，今晚第一次开播。',
    ),
    categories: ['womens-fashion', 'jewellery-watches'],
    city: words('Chongqing', '重庆'),
    followersWanted: 2_000,
    agency: null,
    activeViolation: false,
    loop: 'fashion',
    roomTitle: words('My very first live room', '人生第一场直播'),
    avatar: face(fair, chestnut, 'curly', '#9a5fb0', ['#efdcf7', '#c79ddb'], { earrings: true, glasses: true }),
  },
  {
    handle: 'almost.amu',
    displayName: words('Almost There Amu', '就差一个的阿木'),
    bio: words(
      'Woodwork and home finds. One follower short of going live, so no pressure.',
      '木工和家居好物。离开播只差一个关注，不催。',
    ),
    categories: ['home-kitchen', 'baby-toys'],
    city: words('Foshan', '佛山'),
    followersWanted: 1_999,
    agency: null,
    activeViolation: false,
    loop: 'kitchen',
    roomTitle: words('Wood, glue and patience', '木头、胶水和耐心'),
    avatar: face(tan, brown, 'buzz', '#a8693c', ['#f3e0cb', '#d9b48a'], { glasses: true }),
  },
  {
    handle: 'xiaohe.reads',
    displayName: words('Xiaohe Reads', '小荷读书'),
    bio: words('One book a week, told in three minutes.', '每周一本书，三分钟讲完。'),
    categories: ['books-stationery', 'baby-toys'],
    city: words('Changsha', '长沙'),
    followersWanted: 940,
    agency: null,
    activeViolation: false,
    loop: 'beauty',
    roomTitle: words('Three seaside novels', '海边小说三册，慢慢讲'),
    avatar: face(fair, ink, 'bob', '#3f8fa8', ['#d5ecf2', '#8fc6d6'], { glasses: true }),
  },
  {
    handle: 'newbie.tangtang',
    displayName: words('Tangtang Is New', '糖糖刚来'),
    bio: words('Three videos in. Be kind.', '才发了三条视频，请多关照。'),
    categories: ['snacks-tea', 'pets'],
    city: words('Hefei', '合肥'),
    followersWanted: 86,
    agency: null,
    activeViolation: false,
    loop: 'beauty',
    roomTitle: words('Snacks after class', '下课吃点什么'),
    avatar: face(warm, brown, 'ponytail', '#e78fb3', ['#ffe3ef', '#f6b6d2'], {}),
  },
]

function face(
  skin: string,
  hair: string,
  hairStyle: HairStyle,
  top: string,
  backdrop: readonly [string, string],
  more: { glasses?: boolean; earrings?: boolean; beard?: boolean },
): AvatarRecipe {
  return {
    skin,
    hair,
    hairStyle,
    top,
    backdrop,
    glasses: more.glasses ?? false,
    earrings: more.earrings ?? false,
    beard: more.beard ?? false,
  }
}
