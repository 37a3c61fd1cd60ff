import type { TranslatedErrors } from '../load.ts';

export const SESSIONS_TEXTS: TranslatedErrors = {
  'usage.history-kind': {
    what: '历史记录中没有类型 {kind}。',
    why: '可用的类型：{kinds}。',
    next: '请选择显示的类型之一。',
  },
  'usage.recording-ambiguous': {
    what: '不止一个录制以 {id} 开头。',
    why: '它们是：{candidates}。',
    next: '请输入更多 ID 字符。',
  },
  'usage.share': {
    what: '要共享哪个终端，与谁共享？',
    why: '需要指定终端和设备。',
    next: '请选择终端和设备。',
  },
  'usage.share-terminal': {
    what: '那里没有你的终端 {terminal}。',
    why: 'ID 由 32 个 0 到 f 的数字组成；能唯一确定一个终端时，只需开头部分。',
    next: '请选择正在运行的终端。',
  },
  'usage.watch': {
    what: '所指的共享终端不止一个或不存在。',
    why: '{name} 上有 {count} 个与你共享的终端符合。',
    next: '请选择共享终端之一。',
  },
  'usage.factor': {
    what: '“{text}”不是合适的数字。',
    why: '数值介于 0.1 和 100 之间。',
    next: '例如 2 或 0.5。',
  },
  'usage.on-off': {
    what: '{option} 不能是“{text}”。',
    why: '可以是 on 或 off。',
    next: '请在其后输入 on 或 off。',
  },
  'terminal.share-refused': {
    what: '没有共享终端。',
    why: '运行它的设备不认识该对端，或不允许它观看终端。',
    next: '请在运行终端的机器上与该对端配对，或允许它观看。',
  },
  'terminal.too-many-viewers': {
    what: '此终端不能再有更多人观看。',
    why: '一个终端最多与 8 个对端共享，同时最多 8 个观看，每个对端两个。',
    next: '请先为其他人结束共享。',
  },
  'terminal.unshared': {
    what: '终端已不再与你共享。',
    why: '拥有它的人已结束共享。',
    next: '请对方再次共享。',
  },
  'terminal.view-only': {
    what: '此终端只能观看。',
    why: '有会对它进行操作的内容发送给了它。',
    next: '请重新观看；要使用终端，请打开自己的终端。',
  },
  'recording.unknown': {
    what: '没有这样的录制。',
    why: '它已被删除，或名称不同。',
    next: '请查看录制列表。',
  },
  'recording.unavailable': {
    what: '无法在这里录制。',
    why: '此后台进程没有保存录制的位置。',
    next: '请重新启动 ClawReach；如果问题依旧，请查看其日志。',
  },
  'recording.running': {
    what: '仍在录制。',
    why: '正在写入的内容不能删除。',
    next: '请先停止录制。',
  },
  'recording.too-many': {
    what: '无法再进行或保留更多录制。',
    why: '本设备最多保留 1000 个录制，同时写入 32 个。',
    next: '请删除一些不需要的录制。',
  },
  'recording.full': {
    what: '录制已停止。',
    why: '它已达到 64 MiB，这是单个录制的上限。',
    next: '请开始新的录制；已录制的内容会保留。',
  },
  'recording.no-room': {
    what: '录制没有开始，或已停止。',
    why: '所有录制合计已达 1 GiB，这是本设备保留的上限。',
    next: '请删除一些不需要的录制。',
  },
  'recording.slow': {
    what: '录制已停止。',
    why: '磁盘的写入速度跟不上终端的输出，而终端不应等待。',
    next: '请重新开始；此前录制的内容会保留。',
  },
  'recording.failed': {
    what: '录制已停止。',
    why: '无法写入其文件：{reason}。',
    next: '请释放磁盘空间，或检查配置文件夹的权限。',
  },
  'recording.format': {
    what: '无法播放此录制。',
    why: '它已损坏，或不是 asciicast 第 2 版的录制。',
    next: '请将其导出，用其他程序查看。',
  },
};
