import type { TranslatedErrors } from '../load.ts';

export const TERMINALS_TEXTS: TranslatedErrors = {
  'terminal.params': {
    what: '没有打开终端。',
    why: '对方设备没有接受该请求：{message}。',
    next: '请在两台设备上更新 ClawReach；它们的版本可能不同。',
  },
  'terminal.too-many': {
    what: '那里不能再打开终端。',
    why: '一台设备对每个对端最多保留 32 个终端，总共 256 个。',
    next: '请关闭那台设备上的一些终端，然后打开新的。',
  },
  'terminal.too-many-left': {
    what: '命令没有启动。',
    why: '这台设备的命令已在那里留下 32 个或更多的后台程序。',
    next: '请在那里打开一个终端，结束其中一些程序。',
  },
  'terminal.unknown': {
    what: '该终端已不存在。',
    why: '其程序已结束，或十分钟内无人返回。',
    next: '请打开新的。',
  },
  'terminal.spawn': {
    what: '无法启动终端。',
    why: '{message}',
    next: '请重试；如果问题依旧，请查看对方设备上后台进程的日志。',
  },
  'terminal.command-not-found': {
    what: '找不到该程序。',
    why: '对方设备没有此名称的程序，或无权运行它。',
    next: '请检查拼写，或提供完整路径。',
  },
  'terminal.no-folder': {
    what: '找不到该文件夹。',
    why: '对方设备没有这个文件夹，或无权查看。命令只在所请求的文件夹中运行，否则不运行。',
    next: '请检查路径，或不指定文件夹：命令将在对方的主文件夹中运行。',
  },
  'terminal.host-lost': {
    what: '终端已丢失。',
    why: '对方设备上持有终端的进程意外结束。',
    next: '请打开新的；如果再次发生，请查看那里后台进程的日志。',
  },
  'terminal.host-failed': {
    what: '目前无法在那里打开终端。',
    why: '持有终端的进程在几分钟内多次意外结束。',
    next: '请等待五分钟，或在对方设备上重新启动 ClawReach。',
  },
  'terminal.taken-over': {
    what: '终端现在已在别处打开。',
    why: '它在另一个窗口或程序中，或在你的另一台设备上被打开，而一次只能在一处使用。',
    next: '请在这里重新打开以取回它。',
  },
  'terminal.revoked': {
    what: '终端被对方设备关闭。',
    why: '在那里打开终端的权限已收回。',
    next: '请询问那台设备的使用者。',
  },
  'terminal.protocol': {
    what: '终端已关闭。',
    why: '对方设备发送了不属于协议的内容。',
    next: '请在两台设备上更新 ClawReach。',
  },
  'terminal.shutdown': {
    what: '终端已关闭。',
    why: '对方设备上的 ClawReach 正在退出。',
    next: '请在它重新运行后重试。',
  },
  'terminal.no-pipes': {
    what: '命令未运行。',
    why: '另一台设备上的 ClawReach 版本较旧，只能在终端中运行命令：字节无法原样传送。',
    next: '请在那台设备上更新 ClawReach，或在终端中运行该命令。',
  },
  'terminal.ended': {
    what: '终端已结束。',
    why: '其程序已结束，不再接收输入。',
    next: '请打开新的。',
  },
};
