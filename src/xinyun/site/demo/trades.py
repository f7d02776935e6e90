"""Trades of the demonstration: what they are called, who supervises them, what is licensed and what is punished."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: its certificate, what it allows, for how many years (0: without end), in which class."""

    title: str
    content: str
    years: int
    kind: str = "普通"


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that is punished: its kind, the facts, the act that forbids it, the greatest fine in 10 000 yuan."""

    kind: str
    facts: str
    basis: str
    most: float = 20


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade; `department` is the office that licenses and punishes it."""

    id: str
    words: tuple[str, ...]
    industry: str
    scope: str
    department: str
    licences: tuple[Licence, ...]
    violations: tuple[Violation, ...]


FALSE_ADVERTISING = Violation(
    "发布虚假广告", "在店内及网络页面发布与事实不符的宣传内容。", "《中华人民共和国广告法》第五十五条"
)
NO_PRICES = Violation("未明码标价", "销售商品未按规定标明价格。", "《中华人民共和国价格法》第四十二条", 0.5)
NO_REGISTER = Violation(
    "未按规定查验进货凭证",
    "不能提供进货查验记录和供货者许可证。",
    "《中华人民共和国食品安全法》第一百二十六条",
    5,
)

TRADES = {
    trade.id: trade
    for trade in (
        Trade(
            "catering",
            ("餐饮管理", "餐饮服务", "食品"),
            "住宿和餐饮业",
            "餐饮服务；食品销售；餐饮管理。",
            "market-regulation",
            (
                Licence("食品经营许可证", "热食类食品制售；预包装食品销售", 5),
                Licence("小餐饮登记证", "小餐饮经营", 3, "登记"),
            ),
            (
                NO_REGISTER,
                Violation(
                    "经营超过保质期的食品",
                    "经营场所内查获超过保质期的预包装食品。",
                    "《中华人民共和国食品安全法》第一百二十四条",
                ),
            ),
        ),
        Trade(
            "retail",
            ("商贸", "贸易", "百货", "供应链管理"),
            "批发和零售业",
            "日用百货、文具、服装鞋帽、电子产品销售。",
            "market-regulation",
            (
                Licence("食品经营许可证", "预包装食品销售", 5),
                Licence("第二类医疗器械经营备案凭证", "第二类医疗器械销售", 0, "登记"),
            ),
            (FALSE_ADVERTISING, NO_PRICES),
        ),
        Trade(
            "medicine",
            ("医药", "医疗器械", "健康管理"),
            "批发和零售业",
            "药品零售；医疗器械销售；健康咨询服务。",
            "market-regulation",
            (
                Licence("药品经营许可证", "处方药、甲类非处方药、乙类非处方药零售", 5),
                Licence("医疗器械经营许可证", "第三类医疗器械销售", 5),
            ),
            (
                FALSE_ADVERTISING,
                Violation(
                    "未按规定储存药品",
                    "药品储存的温度、湿度不符合说明书要求。",
                    "《中华人民共和国药品管理法》第一百二十六条",
                ),
            ),
        ),
        Trade(
            "construction",
            ("建设工程", "建筑", "装饰工程", "市政工程"),
            "建筑业",
            "房屋建筑工程、市政公用工程、装饰装修工程施工。",
            "housing-construction",
            (
                Licence("建筑业企业资质证书", "建筑工程施工总承包叁级", 5, "认可"),
                Licence("建筑施工企业安全生产许可证", "建筑施工", 3),
                Licence("建筑工程施工许可证", "演示工程施工", 0),
            ),
            (
                Violation(
                    "超越资质等级承揽工程",
                    "以高于本企业资质等级的范围承揽工程。",
                    "《中华人民共和国建筑法》第六十五条",
                ),
                Violation("未按图施工", "未按照经审查的施工图施工。", "《建设工程质量管理条例》第六十四条"),
            ),
        ),
        Trade(
            "transport",
            ("物流", "运输", "货运代理"),
            "交通运输、仓储和邮政业",
            "道路普通货物运输；仓储服务；装卸搬运。",
            "transport",
            (Licence("道路运输经营许可证", "道路普通货物运输", 4), Licence("道路运输证", "营运车辆", 4)),
            (
                Violation(
                    "未取得许可从事道路运输",
                    "未取得道路运输经营许可从事货物运输。",
                    "《中华人民共和国道路运输条例》",
                ),
                Violation(
                    "车辆违法超限运输", "车货总质量超过限定标准。", "《公路安全保护条例》第六十四条", 3
                ),
            ),
        ),
        Trade(
            "water",
            ("水务", "供水", "水处理"),
            "电力、热力、燃气及水生产和供应业",
            "集中式供水；污水处理；管道安装。",
            "water",
            (
                Licence("取水许可证", "地表水取水", 5, "特许"),
                Licence("生产建设项目水土保持方案审批", "水土保持方案准予许可", 0, "核准"),
            ),
            (
                Violation(
                    "未经批准擅自取水", "未取得取水许可取用地表水。", "《中华人民共和国水法》第六十九条", 10
                ),
                Violation(
                    "未按规定报送取水情况", "逾期未报送年度取水情况。", "《取水许可和水资源费征收管理条例》"
                ),
            ),
        ),
        Trade(
            "mining",
            ("矿业", "砂石", "新材料"),
            "制造业",
            "砂石加工、销售；建筑材料制造。",
            "emergency-management",
            (
                Licence("安全生产许可证", "非煤矿山开采", 3),
                Licence("危险化学品经营许可证", "危险化学品经营（无仓储）", 3),
            ),
            (
                Violation(
                    "未按规定开展安全生产教育和培训",
                    "从业人员未经安全生产教育和培训上岗。",
                    "《中华人民共和国安全生产法》第九十七条",
                ),
                Violation(
                    "未如实记录事故隐患排查治理情况",
                    "事故隐患排查治理情况记录不实。",
                    "《中华人民共和国安全生产法》第九十七条",
                ),
            ),
        ),
        Trade(
            "chemistry",
            ("化工", "环保科技", "包装材料"),
            "制造业",
            "包装材料制造；环境保护专用设备销售；再生资源回收。",
            "ecology-environment",
            (Licence("排污许可证", "废水、废气排放", 5), Licence("危险废物经营许可证", "废矿物油收集", 3)),
            (
                Violation(
                    "未按规定排放污染物",
                    "排放的污染物超过排污许可证载明的限值。",
                    "《排污许可管理条例》第三十四条",
                ),
                Violation(
                    "未建立环境管理台账", "未按规定建立环境管理台账。", "《排污许可管理条例》第三十七条"
                ),
            ),
        ),
        Trade(
            "agriculture",
            ("农业", "生态农业", "茶业", "农产品"),
            "农、林、牧、渔业",
            "谷物、蔬菜、茶叶种植；农产品初加工、销售。",
            "agriculture-rural",
            (
                Licence("农作物种子生产经营许可证", "农作物种子批发、零售", 5),
                Licence("动物防疫条件合格证", "生猪养殖", 0, "认可"),
                Licence("兽药经营许可证", "兽药经营", 5),
            ),
            (
                Violation(
                    "经营无标签的农作物种子",
                    "销售的种子没有使用说明和标签。",
                    "《中华人民共和国种子法》第七十九条",
                    2,
                ),
                Violation(
                    "未按规定记录农药购销", "未建立农药采购台账和销售台账。", "《农药管理条例》第五十八条"
                ),
            ),
        ),
        Trade(
            "travel",
            ("旅行社", "文化旅游", "演艺"),
            "文化、体育和娱乐业",
            "国内旅游业务；住宿服务；文化活动策划。",
            "culture-tourism",
            (
                Licence("旅行社业务经营许可证", "国内旅游业务和入境旅游业务", 0),
                Licence("营业性演出许可证", "经营演出及经纪业务", 2),
            ),
            (
                Violation(
                    "未按合同提供旅游服务", "擅自变更旅游行程安排。", "《中华人民共和国旅游法》第一百条"
                ),
                Violation(
                    "未取得许可经营旅行社业务",
                    "未取得许可招徕、组织旅游者。",
                    "《中华人民共和国旅游法》第九十五条",
                ),
            ),
        ),
        Trade(
            "care",
            ("医疗服务", "口腔门诊", "中医诊所"),
            "卫生和社会工作",
            "诊疗服务；护理服务。",
            "health",
            (Licence("医疗机构执业许可证", "口腔科", 5), Licence("放射诊疗许可证", "X射线影像诊断", 0)),
            (
                Violation(
                    "诊疗活动超出登记范围",
                    "开展的诊疗活动超出登记的诊疗科目。",
                    "《医疗机构管理条例》第四十六条",
                ),
            ),
        ),
        Trade(
            "lodging",
            ("酒店管理", "民宿管理", "美容美发"),
            "住宿和餐饮业",
            "住宿服务；生活美容服务。",
            "health",
            (Licence("公共场所卫生许可证", "宾馆、旅店、理发店", 4),),
            (
                Violation(
                    "未取得卫生许可擅自营业",
                    "未取得公共场所卫生许可证擅自营业。",
                    "《公共场所卫生管理条例》第十四条",
                ),
            ),
        ),
        Trade(
            "technology",
            ("科技", "信息技术", "大数据", "网络科技"),
            "信息传输、软件和信息技术服务业",
            "软件开发；数据处理服务；信息系统集成服务。",
            "market-regulation",
            (Licence("检验检测机构资质认定证书", "信息系统检测", 6, "认可"),),
            (FALSE_ADVERTISING, NO_PRICES),
        ),
    )
}

ABBREVIATIONS = {
    "market-regulation": "市监",
    "housing-construction": "住建",
    "transport": "交运",
    "water": "水",
    "emergency-management": "应急",
    "ecology-environment": "环",
    "agriculture-rural": "农",
    "culture-tourism": "文旅",
    "health": "卫",
    "tax": "税",
    "civil-affairs": "民",
    "human-resources": "人社",
}
"""How departments are written in the numbers of documents, after the mark 演 of the demonstration."""
