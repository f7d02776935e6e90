"""Generated files to measure with: penalties, some of them at fault, and registrations. Nothing in them is real.

Written by columns, so that a million rows take seconds; the same numbers give the same file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from xinyun.base.identifiers import USCC_ALPHABET, USCC_WEIGHTS, uscc_check_character

PERSONS = 10
"""Every so many rows is about a natural person, whose identity number is hashed and sealed on its way in."""
_SUBJECT_HAS = 3
_ALPHABET = np.array(list(USCC_ALPHABET))
_RESIDENT_WEIGHTS = np.array([pow(2, 17 - place, 11) for place in range(17)])
_CLASSES = ["罚款", "警告", "警告；罚款", "没收违法所得", "责令停产停业", "通报批评"]
_FACTS = "当事人未按照规定期限公示年度报告，亦未在责令改正期限内改正，现场检查笔录、询问笔录及登记档案可以证实上述事实（演示数据）"
_BASIS = "《企业信息公示暂行条例》第十七条第一款及地方裁量基准相应档次的规定（演示数据）"


def codes(numbers: np.ndarray, prefix: str = "91", division: str = "520100") -> pl.Series:
    """Right unified social credit codes, one a number, with letters that mark them as generated."""
    head = f"{prefix}{division}XY"
    values = np.array([USCC_ALPHABET.index(char) for char in head])
    digits = numbers[:, None] // 10 ** np.arange(6, -1, -1) % 10
    total = (values * USCC_WEIGHTS[: len(head)]).sum() + (digits * USCC_WEIGHTS[len(head) :]).sum(axis=1)
    checks = pl.Series(_ALPHABET[-total % 31])
    return pl.Series(head + pl.Series(numbers).cast(pl.String).str.zfill(7) + checks)


def resident_ids(numbers: np.ndarray) -> pl.Series:
    """Identity numbers with a right check digit, of a division that does not exist."""
    first17 = pl.Series("529999" + pl.Series(1960 + numbers % 40).cast(pl.String)) + "0101"
    first17 = first17 + pl.Series(numbers % 1000).cast(pl.String).str.zfill(3)
    digits = np.frombuffer(first17.str.join("").item().encode(), dtype=np.uint8).reshape(-1, 17) - 48
    checks = np.array(list("10X98765432"))[(digits * _RESIDENT_WEIGHTS).sum(axis=1) % 11]
    return first17 + pl.Series(checks)


def penalties(path: Path, rows: int, faults: float = 0.0) -> Path:
    """Write `rows` penalty decisions as CSV; a share of `faults` of the rows breaks one rule, or several, in turn."""
    frame = _penalties(np.arange(rows))
    if faults:
        frame = _spoilt(frame, round(1 / faults))
    frame.write_csv(path)
    return path


def _penalties(n: np.ndarray) -> pl.DataFrame:
    person = pl.Series(n % PERSONS == PERSONS - 1)
    number = pl.Series(n).cast(pl.String)
    office = "11520100XY0000001"
    office += uscc_check_character(office)
    days = pl.Series(np.datetime64("2022-01-01") + (n % 1400)).cast(pl.Date)
    subject = n // _SUBJECT_HAS
    frame = pl.DataFrame({"n": n, "person": person, "code": codes(subject), "id": resident_ids(subject)})
    legal, natural = pl.when(~pl.col("person")), pl.when(pl.col("person"))
    name = "贵州演示" + pl.Series(subject).cast(pl.String) + "号商贸有限公司"
    return frame.select(
        CF_XDR_MC=natural.then(pl.lit("演示人")).otherwise(pl.lit(name)),
        CF_XDR_LB=natural.then(pl.lit("自然人")).otherwise(pl.lit("法人及非法人组织")),
        CF_XDR_SHXYM=legal.then("code"),
        CF_XDR_GSZC=pl.lit(None, pl.String),
        CF_XDR_ZZJG=pl.lit(None, pl.String),
        CF_XDR_SWDJ=pl.lit(None, pl.String),
        CF_FRDB=legal.then(pl.lit("演示法人")),
        CF_XDR_ZJLX=natural.then(pl.lit("身份证")),
        CF_XDR_ZJHM=natural.then("id"),
        CF_WSH=pl.lit("演市监罚〔2026〕" + number + "号"),
        CF_WFXW=pl.lit("未按规定公示"),
        CF_SY=pl.lit(_FACTS + number),
        CF_YJ=pl.lit(_BASIS),
        CF_CFLB=pl.lit(pl.Series(np.array(_CLASSES)[n % len(_CLASSES)])),
        CF_NR=pl.lit("责令改正，并处罚款（演示数据" + number + "）"),
        CF_NR_FK=(pl.col("n") % 500 / 10 + 0.1).round(2).cast(pl.String),
        CF_NR_WFFF=pl.lit("0.5"),
        CF_JDRQ=pl.lit(days.dt.to_string("%Y/%m/%d")),
        CF_YXQ=pl.lit("2099-12-31"),
        CF_GSJZQ=pl.lit(days.dt.offset_by("3y").dt.to_string("%Y-%m-%d")),
        CF_CFJG=pl.lit("演示市市场监督管理局"),
        CF_CFJGDM=pl.lit(office),
        CF_SJLY=pl.lit("演示市市场监督管理局"),
        CF_SJLYDM=pl.lit(office),
        BZ=pl.lit(None, pl.String),
    )


def _spoilt(frame: pl.DataFrame, every: int) -> pl.DataFrame:
    """Break a rule in every so-manieth row: the kinds of faults that departments' files have."""
    n = pl.int_range(pl.len())
    kinds: list[dict[str, pl.Expr]] = [
        {"CF_CFJGDM": pl.lit("11520100XY00000010")},  # wrong check character
        {"CF_CFJGDM": pl.col("CF_CFJGDM").str.replace_all("0", "O")},  # letter O for zero
        {"CF_XDR_MC": pl.lit(None, pl.String)},
        {"CF_CFLB": pl.lit("罚金")},  # not in the code list
        {"CF_JDRQ": pl.lit("1900-00-00")},
        {"CF_JDRQ": pl.lit("2098-01-01")},
        {"CF_WSH": pl.lit("无编号文书")},
        {"CF_NR_FK": pl.lit("一万元"), "CF_XDR_LB": pl.lit("企业")},
        {"CF_NR_FK": pl.lit("-1"), "CF_GSJZQ": pl.lit("2001-01-01")},
        {"CF_XDR_ZJHM": pl.lit("529999196001010001"), "CF_XDR_ZJLX": pl.lit("身份证")},
        {"CF_WFXW": pl.lit("违" * 2001)},
        {"CF_XDR_MC": pl.lit("12")},
    ]
    changes: dict[str, pl.Expr] = {}
    for place, kind in enumerate(kinds):
        here = (n % every == 0) & (n // every % len(kinds) == place)
        for column, value in kind.items():
            changes[column] = pl.when(here).then(value).otherwise(changes.get(column, pl.col(column)))
    return frame.with_columns(**changes)


def workbook(path: Path, rows: int) -> Path:
    """Write `rows` penalty decisions as a workbook of one sheet, twenty columns wide."""
    import xlsxwriter

    frame = _penalties(np.arange(rows))
    frame = frame.select(frame.columns[:3] + frame.columns[6:23])
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([tuple(frame.columns), *frame.iter_rows()]):
        for column, text in enumerate(row):
            if text is not None:
                sheet.write_string(number, column, text)
    book.close()
    return path


def registrations(path: Path, subjects: int) -> Path:
    """Write `subjects` registrations as Parquet."""
    n = np.arange(subjects)
    pl.DataFrame(
        {
            "名称": "贵州演示" + pl.Series(n).cast(pl.String) + "号科技有限公司",
            "统一社会信用代码": codes(n),
            "成立日期": pl.Series(np.datetime64("2005-01-01") + (n % 5000))
            .cast(pl.Date)
            .dt.to_string("%Y-%m-%d"),
            "类型": pl.Series(["有限责任公司"]).new_from_index(0, subjects),
            "登记状态": pl.Series(["存续"]).new_from_index(0, subjects),
        }
    ).write_parquet(path)
    return path


_PLACES = {
    "520100": ["贵州", "贵阳", "贵阳市云岩区", "花溪"], "520300": ["遵义", "遵义市", "贵州", "仁怀"],
    "520400": ["安顺", "安顺市"], "520500": ["毕节", "毕节市七星关区"], "522600": ["黔东南", "凯里市", "贵州"],
}  # fmt: skip
_TRADES = [
    "科技",
    "商贸",
    "茶业",
    "建筑工程",
    "建筑劳务",
    "酒业",
    "旅游开发",
    "农业发展",
    "医药",
    "餐饮管理",
    "物流",
    "汽车服务",
    "文化传媒",
    "电子商务",
    "房地产开发",
    "矿业",
    "食品",
    "信息技术",
]
_FORMS = [
    "有限公司",
    "有限公司",
    "有限责任公司",
    "有限公司贵阳分公司",
    "股份有限公司",
    "中心",
    "合作社",
    "店",
]
_CORE = (
    "黔山水云林安华兴盛达丰瑞祥福德顺通泰康宏鑫源恒昌隆嘉美佳和诚信远东方南北西中天地金银玉石木火土春夏秋冬晨阳光"
    "明月星辰海江河湖溪泉峰岭谷原野田园花草树竹梅兰菊松柏龙凤虎鹏鹤马牛羊"
)


def named_registrations(path: Path, subjects: int) -> Path:
    """Write `subjects` registrations as Parquet whose names are as varied, and as alike, as companies' are."""
    draw = np.random.default_rng(11)
    divisions = list(_PLACES)
    frames = []
    for place, division in enumerate(divisions):
        n = np.arange(place, subjects, len(divisions))
        core = np.array(list(_CORE))
        letters = ["".join(row) for row in core[draw.integers(0, len(core), (len(n), 3))]]
        short = draw.random(len(n)) < 0.5
        parts = (
            pl.Series(np.array(words)[draw.integers(0, len(words), len(n))])
            for words in (_PLACES[division], _TRADES, _FORMS)
        )
        head, trade, form = parts
        cores = pl.Series([one[:2] if two else one for one, two in zip(letters, short, strict=True)])
        frames.append(
            pl.DataFrame(
                {"名称": head + cores + trade + form, "统一社会信用代码": codes(n, division=division)}
            )
        )
    pl.concat(frames).with_columns(
        pl.lit("2015-06-01").alias("成立日期"),
        pl.lit("有限责任公司").alias("类型"),
        pl.lit("存续").alias("登记状态"),
    ).write_parquet(path)
    return path
