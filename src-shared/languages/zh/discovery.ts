import type { TranslatedErrors } from '../load.ts';

export const DISCOVERY_TEXTS: TranslatedErrors = {
  'discovery.off': {
    what: '在局域网中查找设备的功能已关闭。',
    why: '这是本设备的设置；它也不会在那里广播自己。',
    next: '请在设置的“网络”中打开。',
  },
  'discovery.unavailable': {
    what: '此后台进程不在局域网中查找设备。',
    why: 'ClawReach 启动时没有此功能。',
    next: '请改用配对码配对。',
  },
  'discovery.port': {
    what: '无法在局域网中查询设备。',
    why: '另一个程序独占了 UDP 端口 5353，或系统不允许。',
    next: '请允许 ClawReach 使用局域网，或用配对码配对。',
  },
  'adding.peer-id': {
    what: '这不是对端 ID。',
    why: '对端 ID 由八组字母和数字组成，每组七个。其中一组缺失或输入有误。',
    next: '请从另一台机器完整复制 ID。',
  },
  'adding.self': {
    what: '这是本设备自己的 ID。',
    why: '设备不能添加自己。',
    next: '请输入另一台机器自身显示的 ID。',
  },
  'adding.not-waiting': {
    what: '对方设备没有在等待添加。',
    why: '它不在此中继上、没有开始等待、十分钟已过，或已有其他设备先提出请求。',
    next: '请在另一台机器上、于同一中继打开“按 ID 添加”的“显示本机 ID”，让它等待，然后再次请求。',
  },
  'adding.taken': {
    what: '本设备现在无法等待其他设备。',
    why: '这里有正在进行的配对，或十分钟内已等待过三次。',
    next: '请取消正在进行的配对，或等待十分钟；也可以用配对码配对。',
  },
  'adding.too-many': {
    what: '本设备正在添加另一台设备。',
    why: '一次只添加一台，以免混淆两块屏幕。',
    next: '请先完成或取消它。',
  },
  'adding.unknown': {
    what: '已经结束。',
    why: '它已完成、已取消或已超时；或者后台进程此后重新启动过。',
    next: '请重新开始。',
  },
  'adding.other-device': {
    what: '发出请求的不是你正在等待的设备。',
    why: '有其他人知道本设备的 ID。没有添加任何设备。',
    next: '请再试一次。如果再次发生，请用配对码配对。',
  },
  'pairing.refused': {
    what: '两台设备没有相互添加。',
    why: '有人表示两块屏幕显示的内容不同，说明中间有另一台设备。',
    next: '请检查 ID 后重试，或用配对码配对。',
  },
};
