import { type Words, words } from './words.ts'

/** Addresses are written in Chinese only: that is how a waybill is printed. Streets and compounds are invented. */
export type DemoAddress = {
  recipient: string
  phone: string
  province: string
  city: string
  district: string
  street: string
}

export type DemoBuyer = {
  /** Stable key, such as buyer-07. */
  slug: string
  name: Words
  nickname: string
  phone: string
  address: DemoAddress
}

export const demoBuyers: readonly DemoBuyer[] = [
  buyer(1, words('Lin Ruoxi', '林若溪'), '若溪不溪', '浙江省', '杭州市', '西湖区', '文三路西溪里12幢3单元502室'),
  buyer(2, words('Chen Zimo', '陈子墨'), '子墨不磨', '上海市', '上海市', '徐汇区', '梧桐弄28号601室'),
  buyer(3, words('Wang Yutong', '王雨桐'), '雨桐今天早睡', '江苏省', '南京市', '鼓楼区', '青岛路枫林苑5栋1204室'),
  buyer(4, words('Li Chengze', '李承泽'), '承泽', '北京市', '北京市', '朝阳区', '望和东里9号楼2单元803'),
  buyer(5, words('Zhang Yuyan', '张语嫣'), '语嫣酱', '广东省', '广州市', '天河区', '龙口西街榕荫苑B座1706'),
  buyer(6, words('Liu Anche', '刘安澈'), '安澈在路上', '广东省', '深圳市', '南山区', '后海花园3栋21C'),
  buyer(7, words('Zhao Qingyue', '赵清越'), '清越', '四川省', '成都市', '武侯区', '玉林北巷16号4单元302'),
  buyer(8, words('Huang Siqi', '黄思琪'), '思琪要变有钱', '四川省', '成都市', '锦江区', '莲桂东路桂溪居2栋1103'),
  buyer(9, words('Zhou Yiming', '周一鸣'), '一鸣惊人吗', '重庆市', '重庆市', '渝中区', '石板坡听江苑7-2'),
  buyer(10, words('Wu Nianzhen', '吴念真'), '念真', '湖北省', '武汉市', '洪山区', '珞桂路樱园里8栋401'),
  buyer(11, words('Xu Wanqing', '徐晚晴'), '晚晴的猫', '湖南省', '长沙市', '岳麓区', '麓山南巷爱晚居3栋905'),
  buyer(12, words('Sun Jiashu', '孙嘉树'), '嘉树', '陕西省', '西安市', '雁塔区', '翠华里6号楼1单元1501'),
  buyer(13, words('Hu Leyi', '胡乐怡'), '乐怡Lele', '山东省', '青岛市', '市南区', '海棠路19号203室'),
  buyer(14, words('Zhu Yanqiu', '朱砚秋'), '砚秋', '山东省', '济南市', '历下区', '泉城里7号楼602'),
  buyer(15, words('Gao Yuanzhou', '高远舟'), '远舟', '福建省', '厦门市', '思明区', '凤凰木巷33号501'),
  buyer(16, words('He Xiangwan', '何向晚'), '晚风', '安徽省', '合肥市', '蜀山区', '望湖苑11栋1002'),
  buyer(17, words('Guo Xingye', '郭星野'), '星野露营中', '河南省', '郑州市', '金水区', '丰收路槐荫里4号楼806'),
  buyer(18, words('Ma Xiaoman', '马小满'), '小满胜万全', '辽宁省', '大连市', '中山区', '望海街58号3楼'),
  buyer(19, words('Luo Zhixia', '罗知夏'), '知夏', '云南省', '昆明市', '五华区', '翠湖里21号2单元401'),
  buyer(20, words('Liang Yian', '梁以安'), '以安', '贵州省', '贵阳市', '南明区', '甲秀巷9号17楼3号'),
  buyer(21, words('Song Tinglan', '宋听澜'), '听澜', '广西壮族自治区', '南宁市', '青秀区', '绿榕里6栋1208'),
  buyer(22, words('Zheng Kexin', '郑可欣'), '可可不加糖', '江西省', '南昌市', '东湖区', '百花巷14号502室'),
  buyer(23, words('Xie Yunfan', '谢云帆'), '云帆', '天津市', '天津市', '和平区', '海棠里3门401'),
  buyer(24, words('Han Dongqing', '韩冬青'), '冬青', '河北省', '石家庄市', '长安区', '槐北里12栋3单元701'),
  buyer(25, words('Tang Guo', '唐果'), '糖果', '黑龙江省', '哈尔滨市', '道里区', '丁香街77号5单元302'),
  buyer(26, words('Feng Shiyu', '冯时雨'), '时雨', '吉林省', '长春市', '朝阳区', '同心巷25号604室'),
  buyer(27, words('Yu Guiwan', '于归晚'), '归晚', '甘肃省', '兰州市', '城关区', '黄河里8号楼1903'),
  buyer(28, words('Dong Xiaobei', '董小北'), '小北', '江苏省', '苏州市', '姑苏区', '平桥弄46号'),
  buyer(29, words('Xiao Mujin', '萧木槿'), '木槿花开', '浙江省', '宁波市', '海曙区', '月湖里17幢201室'),
  buyer(30, words('Cheng Nianan', '程念安'), '念安妈妈', '四川省', '绵阳市', '涪城区', '临园里5栋1单元1602'),
]

function buyer(
  number: number,
  name: Words,
  nickname: string,
  province: string,
  city: string,
  district: string,
  street: string,
): DemoBuyer {
  const digits = String(number).padStart(4, '0')
  // The range 154 has been given to no carrier, so it looks right and reaches nobody.
  const phone = `1540000${digits}`
  return {
    slug: `buyer-${digits.slice(2)}`,
    name,
    nickname,
    phone,
    address: { recipient: name.zh, phone, province, city, district, street },
  }
}
