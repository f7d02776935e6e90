"""The words from which the demonstration's names are put together. None of them names anybody."""

from __future__ import annotations

FIRST = "霁砚穗翎翊蘅芷筠黛漪璟岚沅澍樾棠芃栩昀煦曦朗峤岑崧峻珩瑭琰瑾珺璇绮缃绯纾杼檀桐楸榆槿荻苇蓼茗萤鹭鹤鸢雁隼翥"
SECOND = "川原野岭溪泉渡洲汀屿舟桥亭台阁苑园圃田垄禾稷麦桑麻茶竹松柏枫杉梅兰菊荷月星辰霞云露霜雪晴和泰宁安康裕丰盛隆昌达畅通"
RARE = ("犇骉", "淼垚", "骉淼", "垚犇", "𬭎川", "𬭎垚")
"""Names with characters that fonts and encodings stumble over; 𬭎 lies beyond the Basic Multilingual Plane."""

STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
VILLAGES = ("上", "下", "新", "大", "小", "前", "后", "东", "西", "中")
STREETS = (
    "云岭路",
    "星辰大道",
    "清泉街",
    "青禾路",
    "长虹巷",
    "明渠路",
    "暖阳街",
    "远山大道",
    "白露路",
    "谷雨街",
)

SHOPS = {
    "catering": ("小吃店", "餐饮店", "粉面馆", "火锅店", "早餐店", "酸汤鱼馆"),
    "retail": ("便利店", "百货店", "水果店", "服装店", "五金经营部", "文具店", "建材经营部", "日用品商行"),
    "agriculture": ("种植场", "养殖场", "农资经营部", "种子店"),
    "transport": ("货运部", "运输户", "配货站"),
    "medicine": ("药店", "大药房", "药材行"),
    "lodging": ("客栈", "民宿", "理发店", "浴室"),
}
"""What individual businesses call themselves, by trade."""

COOPERATIVES = (
    "茶叶",
    "刺梨",
    "辣椒",
    "食用菌",
    "生态养殖",
    "中药材",
    "蔬菜",
    "核桃",
    "猕猴桃",
    "肉牛养殖",
    "稻鱼",
)
ASSOCIATIONS = (
    "茶业协会",
    "刺梨产业协会",
    "建筑业协会",
    "餐饮行业协会",
    "物流协会",
    "旅游协会",
    "商会",
    "志愿服务协会",
)
NON_ENTERPRISES = ("幼儿园", "职业培训学校", "养老服务中心", "社会工作服务中心", "托育园")
INSTITUTIONS = ("小学", "中学", "文化馆", "图书馆", "水利站", "农业技术推广站", "林场", "社区卫生服务中心")
ENDINGS = {
    "11": "演示事务局",
    "13": "演示联合会",
    "53": "公益基金会",
    "54": "村村民委员会",
    "55": "社区居民委员会",
    "71": "演示寺",
    "32": "公证处",
}
"""How the names of kinds end of which the demonstration has one each."""
