"""Chinese words that say nothing by themselves.

Data only, in the form that :mod:`napari_spinalsam.commands.lexicon` reads: meaning class -> words and phrases.
"""

from __future__ import annotations

from typing import Final

#: Said without meaning anything: dropped wherever they stand.
FILLERS: Final = """
    请, 请你, 请帮我, 帮我, 帮忙, 麻烦, 麻烦你, 麻烦帮我, 劳驾, 请问, 能不能, 能否, 可以帮我, 可不可以, 可否,
    能帮我, 我想, 我要, 我想要, 我需要, 需要, 我希望, 想要, 给我, 给我来, 来, 一下, 一下子, 吧, 呢, 啊, 呀, 嘛, 哦,
    嗯, 呃, 那个, 那, 就, 现在, 马上, 立刻, 立即, 好的, 好, 那么, 让我, 让我们, 我们, 把, 将, 给, 啦, 喽, 谢谢,
    谢谢你, 去, 直接, 快, 快点, 赶紧, 你, 您, 我, 想, 要, 能, 可以, 行吗, 好吗, 可以吗, 先, 首先, 您帮我, 你帮我,
    哈, 哎, 喂, 下吧, 能不能帮我, 能否帮我, 可不可以帮我, 想请你, 烦请, 帮, 就这样, 接下来, 继续, 重新, 都, 还, 也,
    只, 得, 请把, 请将, 呗, 麻烦了, 噢, 嘞, 咯, 请您, 请你帮我, 麻烦您, 那我们, 帮忙把, 起来
"""

#: Small words that every rule allows.
GLUE: Final = """
    的, 了, 个, 在, 到, 至, 从, 为, 成, 用, 对, 这, 这个, 该, 此, 它, 它们, 张, 层, 上, 里, 中, 处, 于, 以, 按,
    根据, 基于, 使用, 利用, 通过, 当前, 目前, 现有, 号, 是, 作, 作为, 进行, 做, 执行, 里面, 上面, 些, 这些, 那些,
    所, 之, 由, 这张, 这层, 这一张, 这一层, 本, 本张, 本层, 去, 叫, 叫做, 进, 往, 吗, 中的, 里的, 上的, 刚才的,
    刚刚的, 刚才, 刚刚, 我的, 已有, 依据, 依照, 按照, 位于, 名为, 等于
"""
