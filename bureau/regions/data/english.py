"""English names that pinyin does not give."""

KNOWN = {
    "内蒙古自治区": "Inner Mongolia", "广西壮族自治区": "Guangxi", "西藏自治区": "Tibet", "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang", "陕西省": "Shaanxi", "香港特别行政区": "Hong Kong", "澳门特别行政区": "Macao",
    "台湾省": "Taiwan", "郊区": "Suburban District", "呼和浩特市": "Hohhot", "鄂尔多斯市": "Ordos", "呼伦贝尔市": "Hulunbuir",
    "巴彦淖尔市": "Bayannur", "乌兰察布市": "Ulanqab", "兴安盟": "Hinggan League",
    "锡林郭勒盟": "Xilingol League", "阿拉善盟": "Alxa League", "哈尔滨市": "Harbin", "齐齐哈尔市": "Qiqihar",
    "拉萨市": "Lhasa", "日喀则市": "Shigatse", "日喀则地区": "Shigatse Prefecture", "昌都市": "Qamdo",
    "昌都地区": "Qamdo Prefecture", "林芝市": "Nyingchi", "林芝地区": "Nyingchi Prefecture",
    "山南市": "Shannan", "山南地区": "Shannan Prefecture", "那曲市": "Nagqu", "那曲地区": "Nagqu Prefecture",
    "阿里地区": "Ngari Prefecture", "乌鲁木齐市": "Urumqi", "克拉玛依市": "Karamay", "吐鲁番市": "Turpan",
    "吐鲁番地区": "Turpan Prefecture", "哈密市": "Hami", "阿克苏地区": "Aksu Prefecture",
    "喀什地区": "Kashgar Prefecture", "和田地区": "Hotan Prefecture", "阿勒泰地区": "Altay Prefecture",
    "塔城地区": "Tacheng Prefecture", "伊犁哈萨克自治州": "Ili Kazakh Autonomous Prefecture",
    "博尔塔拉蒙古自治州": "Bortala Mongol Autonomous Prefecture",
    "巴音郭楞蒙古自治州": "Bayingolin Mongol Autonomous Prefecture",
    "克孜勒苏柯尔克孜自治州": "Kizilsu Kirghiz Autonomous Prefecture", "昌吉回族自治州": "Changji Hui Autonomous Prefecture",
    "海南行政区": "Hainan Administrative District", "阿坝藏族羌族自治州": "Ngawa Tibetan and Qiang Autonomous Prefecture",
    "甘孜藏族自治州": "Garze Tibetan Autonomous Prefecture",
    "德宏傣族景颇族自治州": "Dehong Dai and Jingpo Autonomous Prefecture",
}  # fmt: skip

STEMS = {
    "果洛": "Golog", "格尔木": "Golmud", "德令哈": "Delingha", "玛沁": "Maqin", "喀什": "Kashgar", "和田": "Hotan",
    "阿克苏": "Aksu", "伊宁": "Yining", "阿勒泰": "Altay", "库尔勒": "Korla", "石河子": "Shihezi", "林芝": "Nyingchi", "那曲": "Nagqu",
    "满洲里": "Manzhouli", "二连浩特": "Erenhot", "锡林浩特": "Xilinhot", "乌兰浩特": "Ulanhot",
}  # fmt: skip

KINDS = {
    "": "", "省": "", "市": "City", "县": "County", "区": "District", "旗": "Banner", "盟": "League", "镇": "Town",
    "自治县": "Autonomous County", "自治旗": "Autonomous Banner", "自治州": "Autonomous Prefecture",
    "自治区": "Autonomous Region", "特别行政区": "Special Administrative Region", "地区": "Prefecture",
    "行政委员会": "Administrative Committee", "行政区": "Administrative District", "新区": "New Area",
    "矿区": "Mining District", "林区": "Forestry District", "特区": "Special District",
}  # fmt: skip

PEOPLES = {
    "阿昌族": "Achang", "白族": "Bai", "保安族": "Bonan", "布朗族": "Blang", "布依族": "Buyei", "朝鲜族": "Korean",
    "傣族": "Dai", "达斡尔族": "Daur", "德昂族": "De'ang", "侗族": "Dong", "东乡族": "Dongxiang", "独龙族": "Derung",
    "鄂伦春族": "Oroqen", "鄂温克族": "Evenki", "仡佬族": "Gelao", "哈尼族": "Hani", "哈萨克族": "Kazakh",
    "哈萨克": "Kazakh", "回族": "Hui", "基诺族": "Jino", "京族": "Gin", "景颇族": "Jingpo", "柯尔克孜族": "Kirghiz",
    "柯尔克孜": "Kirghiz", "拉祜族": "Lahu", "黎族": "Li", "傈僳族": "Lisu", "珞巴族": "Lhoba", "满族": "Manchu",
    "毛南族": "Maonan", "门巴族": "Monba", "蒙古族": "Mongol", "蒙古": "Mongol", "苗族": "Miao", "仫佬族": "Mulao",
    "纳西族": "Naxi", "怒族": "Nu", "普米族": "Pumi", "羌族": "Qiang", "撒拉族": "Salar", "畲族": "She", "水族": "Sui",
    "塔吉克族": "Tajik", "塔吉克": "Tajik", "塔塔尔族": "Tatar", "土家族": "Tujia", "土族": "Tu", "佤族": "Va",
    "维吾尔": "Uygur", "维吾尔族": "Uygur", "乌孜别克族": "Uzbek", "锡伯族": "Xibe", "锡伯": "Xibe", "瑶族": "Yao",
    "彝族": "Yi", "裕固族": "Yugur", "藏族": "Tibetan", "壮族": "Zhuang", "各族": "Multi-Ethnic",
}  # fmt: skip

# Readings that pypinyin's phrases miss in names of places, without tones.
READINGS = {
    "单": "shan", "解": "hai", "歙": "she", "涪陵": "fu ling", "长": "chang", "长子": "zhang zi", "乐都": "le du",
    "乐清": "yue qing", "乐亭": "lao ting", "尉犁": "yu li", "洪洞": "hong tong", "东阿": "dong e", "番禺": "pan yu",
    "铅山": "yan shan", "六安": "lu an", "六合": "lu he", "蔚": "yu", "黄陂": "huang pi", "华": "hua",
    "大城": "dai cheng", "莘": "shen", "郫": "pi", "枞阳": "zong yang", "婺源": "wu yuan", "儋州": "dan zhou",
    "长乐": "chang le", "会宁": "hui ning", "会昌": "hui chang", "会东": "hui dong", "会理": "hui li", "会同": "hui tong",
    "会泽": "hui ze", "新会": "xin hui", "四会": "si hui", "迭部": "die bu", "互助": "hu zhu", "大通": "da tong",
    "同仁": "tong ren", "都兰": "du lan", "称多": "chen duo", "囊谦": "nang qian", "曲麻莱": "qu ma lai",
    "治多": "zhi duo", "海晏": "hai yan", "刚察": "gang cha", "尖扎": "jian zha", "积石山": "ji shi shan",
}  # fmt: skip
