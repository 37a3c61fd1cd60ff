import type { TranslatedErrors } from '../load.ts';

export const PEERS_TEXTS: TranslatedErrors = {
  'peer.unknown': {
    what: '没有名为 {name} 的对端。',
    why: '它既不是对端的名称，也不是对端 ID 的开头。',
    next: '请查看对端列表，或重新配对该设备。',
  },
  'peer.ambiguous': {
    what: '{name} 对应多个对端。',
    why: '它对应 {candidates}。',
    next: '请从对端列表中选择。',
  },
  'peer.no-answer': {
    what: '{name} 没有应答。',
    why: '它可能已关机、处于睡眠状态，或所在网络已断开。仍在途中的内容将被放弃。',
    next: '请检查该设备及其网络，然后重试。',
  },
  'peer.name-taken': {
    what: '名称 {name} 已被使用。',
    why: '另一个对端正在使用它，而名称必须能区分对端。',
    next: '请选择其他名称，或先重命名另一个对端。',
  },
  'peer.uncompared': {
    what: '还没有人确认 {name} 的四个单词。',
    why: '在确认两个屏幕显示相同的单词之前，它可能不是你想要的那台机器。',
    next: '请先核对单词。',
  },
  'peer.words-changed': {
    what: '这些不再是 {name} 的单词。',
    why: '它已重新配对，或不是通过配对码添加的。',
    next: '请核对两个屏幕现在显示的单词。',
  },
  'peer.name-invalid': {
    what: '不能使用此名称。',
    why: '其中没有可以显示的字符。',
    next: '请选择至少含一个字母或数字、最多 64 个字符的名称。',
  },
  'peer.key-changed': {
    what: '{name} 的身份与你配对时的不同。',
    why: '同一对端 ID 出示了不同的密钥。没有更改任何内容。',
    next: '不要继续。如果该设备被重新安装，请在这里移除它并重新配对。',
  },
  'peer.generation': {
    what: '{name} 出示了已被替换的密钥。',
    why: '其证书是第 {shown} 代，而已知的是第 {known} 代。',
    next: '请确保该设备只有一个副本在运行；如果它是从备份恢复的，请重新配对。',
  },
  'rights.denied': {
    what: '对方设备不允许这样做。',
    why: '那里的人没有授予本设备此权限、拒绝了请求，或已收回权限。',
    next: '请让那台设备的使用者允许：在其对端列表的“权限”中。',
  },
  'rights.unasked': {
    what: '那里的人尚未决定。',
    why: '在获得允许之前，本设备看不到那里的状态；仅为此不会询问对方。',
    next: '发送一段提示词，届时会询问对方。也可以请对方在其对端列表的“权限”中允许本设备使用 OpenClaw。',
  },
  'rights.unanswered': {
    what: '对方设备上无人答复。',
    why: '你的请求在那里显示了两分钟。绝不会因超时而允许。',
    next: '请让人查看那里的屏幕，然后重试。',
  },
  'rights.too-long': {
    what: '请求过长，无法征求同意。',
    why: '对方需要同意，而请求只会完整显示，否则不显示：最多 16,384 个字符。',
    next: '请缩短它，例如用对方设备上的脚本代替长命令，或请求整个权限。',
  },
  'rights.expired': {
    what: '权限没有更改。',
    why: '设定的结束时间已经过去。',
    next: '请选择将来的时间，或不设置。',
  },
  'approval.gone': {
    what: '请求 {id} 已不再等待答复。',
    why: '它已答复、已撤回或已超时。绝不会因超时而通过。',
    next: '无需任何操作；对方可以再次请求。',
  },
};
