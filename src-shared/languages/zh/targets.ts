import type { TranslatedErrors } from '../load.ts';

export const TARGETS_TEXTS: TranslatedErrors = {
  'forward.denied': {
    what: '对方设备不允许本设备访问该目标。',
    why: '那里的人没有允许此目标、拒绝了请求，或已收回许可。',
    next: '请向对方请求；在那台设备上本设备的权限中允许。',
  },
  'forward.unanswered': {
    what: '对方设备上无人答复。',
    why: '你的请求在那里显示了两分钟。绝不会因超时而允许。',
    next: '请让人查看那里的屏幕，然后重试。',
  },
  'forward.protected': {
    what: '绝不会通过其他设备访问此目标。',
    why: '它是元数据服务、链路本地地址、组播，或 ClawReach 自身的端口。',
    next: '请使用其他目标。任何权限都无法开放它。',
  },
  'forward.name': {
    what: '找不到该名称。',
    why: '连接的出口设备不知道其地址。',
    next: '请从那台设备的角度检查名称。',
  },
  'forward.refused': {
    what: '目标拒绝了连接。',
    why: '其机器有应答，但该端口没有程序监听。',
    next: '请启动该程序，或检查端口。',
  },
  'forward.timeout': {
    what: '目标没有及时应答。',
    why: '十秒内没有应答：有防火墙，或机器已关机。',
    next: '请检查目标是否已开机，并能从连接的出口设备访问。',
  },
  'forward.host-unreachable': {
    what: '无法到达目标。',
    why: '连接的出口设备没有到那台机器的路径，或被防火墙拒绝。',
    next: '请检查目标是否已开机，并在那台设备的网络中。',
  },
  'forward.network-unreachable': {
    what: '无法到达目标所在的网络。',
    why: '连接的出口设备没有到该网络的路径。',
    next: '请检查那台设备的网络，或使用它能访问的目标地址。',
  },
  'forward.too-many': {
    what: '同时打开的连接过多。',
    why: '一台设备最多承载另一台设备的 512 个连接、64 个正在建立的连接和 16 个打开的端口。',
    next: '请关闭一些，然后重试。',
  },
  'forward.params': {
    what: '对方设备无法理解所请求的内容。',
    why: '两者版本不同。',
    next: '请在两台设备上更新 ClawReach。',
  },
  'forward.peer-away': {
    what: '对端未连接。',
    why: '目前没有到它的连接，或连接在建立之前中断。',
    next: '请等它返回；转发会自动继续。',
  },
  'forward.failed': {
    what: '连接失败。',
    why: '{message}',
    next: '请重试。如果问题依旧，请查看连接的出口设备的日志。',
  },
  'forward.port-in-use': {
    what: '端口被占用。',
    why: '另一个程序已在监听：{message}。',
    next: '请选择其他端口，或结束该程序。',
  },
  'forward.port-unavailable': {
    what: '对方设备无法在那里监听。',
    why: '{message}',
    next: '请选择 1024 或以上的端口，以及对方设备拥有的地址。',
  },
  'target.host': {
    what: '“{host}”不是有效的目标。',
    why: '目标可以是名称、地址、如 10.0.0.0/8 的网络、*.example.com 或 *。',
    next: '请更正。',
  },
  'target.ports': {
    what: '“{ports}”不是有效的端口。',
    why: '端口是 1 到 65535 之间的数字、如 8000-8100 的范围，或 *。',
    next: '请更正。',
  },
  'target.protected': {
    what: '不能允许“{host}”。',
    why: '绝不会为其他设备访问元数据服务、链路本地地址和组播。',
    next: '请去掉它。',
  },
  'target.expired': {
    what: '没有允许该目标。',
    why: '设定的结束时间已经过去。',
    next: '请选择将来的时间，或不设置。',
  },
  'peer.too-many-targets': {
    what: '此对端的目标过多。',
    why: '最多保留 {most} 个。',
    next: '请移除一些，或允许整个网络而不是其中的各台机器。',
  },
};
