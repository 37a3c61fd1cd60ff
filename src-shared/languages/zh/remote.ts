import type { TranslatedErrors } from '../load.ts';

export const REMOTE_TEXTS: TranslatedErrors = {
  'remote.protocol': {
    what: '应答中断。',
    why: '对方设备发送了不属于协议的内容。',
    next: '请在两台设备上更新 ClawReach。',
  },
  'remote.version': {
    what: '无法向该设备提问。',
    why: '其 ClawReach 版本不允许其他设备以这种方式使用它的网关。',
    next: '请在两台设备上更新 ClawReach。',
  },
  'remote.unavailable': {
    what: '无法向该设备提问。',
    why: '它没有 OpenClaw 网关。',
    next: '请在那里的“网关”中添加一个。',
  },
  'remote.too-many': {
    what: '同时进行的内容过多。',
    why: '一台设备对每个对端同时回答 4 段提示词，总共 16 段。',
    next: '请等待其中一段得到回答，或取消一段。',
  },
  'remote.rate': {
    what: '请求过多。',
    why: '一台设备一次接受一个对端的 30 个请求，之后每秒一个。',
    next: '请等待几秒。',
  },
  'remote.no-gateway': {
    what: '没有这样的网关。',
    why: '该设备没有此名称的网关，或没有任何网关。',
    next: '请询问那台设备的使用者，或更改这里的条目。它的网关显示在那里的“网关”中。',
  },
  'remote.gateway': {
    what: '那里的网关未能完成。',
    why: '{message}',
    next: '请在那台设备的“网关”中查看网关的状态。',
  },
  'remote.run-failed': {
    what: '提示词没有得到回答。',
    why: '网关上的智能体放弃了：{message}',
    next: '请查看网关的日志；常见原因是无法访问模型，或其密钥无效。',
  },
  'remote.aborted': {
    what: '已被取消。',
    why: '有人在网关上结束了它，或那里的 ClawReach 已退出。',
    next: '请重新发送。',
  },
  'remote.lost': {
    what: '不知道结果如何。',
    why: '与网关的连接在中途断开，网关没有恢复它。',
    next: '重新发送之前，请查看网关上的会话：它可能已经完成。',
  },
  'remote.too-long': {
    what: '回答过长。',
    why: '回答最多两百万个字符；已收到的内容会显示。',
    next: '请让它写入那里的文件。',
  },
  'remote.revoked': {
    what: '已被对方设备取消。',
    why: '在那里使用 OpenClaw 的权限已收回。',
    next: '请询问那台设备的使用者。',
  },
  'remote.unknown-workflow': {
    what: '没有这样的工作流。',
    why: '工作流是那台设备的使用者编写的条目；没有此名称的工作流。',
    next: '请重新查询那里的工作流。',
  },
  'remote.workflow-params': {
    what: '没有启动工作流。',
    why: '其参数值不符：{message}。',
    next: '请为其中的每个 `{{name}}` 给出一个值：文本、数字、true 或 false，不要给出其他值。',
  },
  'remote.not-confirmed': {
    what: '没有重启 OpenClaw。',
    why: '两分钟内没有确认重启。',
    next: '请重新请求。',
  },
  'remote.unknown': {
    what: '没有这样的已保存条目。',
    why: '它已被移除，或名称不同。',
    next: '请查看列表。',
  },
  'remote.exists': {
    what: '{name} 已被使用。',
    why: '另一个条目已使用此名称。',
    next: '请选择其他名称，或先移除另一个条目。',
  },
  'remote.too-many-saved': {
    what: '无法再保存。',
    why: '最多可保存 64 个对端网关，以及总共一百万个字符的 256 个工作流。',
    next: '请移除不再使用的内容。',
  },
  'usage.prompt': {
    what: '没有要发送的提示词。',
    why: '提示词由 1 到 200,000 个字符组成。',
    next: '请作为参数提供，或用 - 从标准输入提供。',
  },
  'usage.workflow': {
    what: '工作流没有更改。',
    why: '{reason}',
    next: '请在窗口“远程”的字段中填写。',
  },
  'usage.gateway-terminal': {
    what: '{name} 上没有终端 {terminal}。',
    why: '那里运行的终端没有以此开头的，或有多个。',
    next: '请查看有哪些：`clawreach gateway terminal {word} --list`。',
  },
  'usage.remote': {
    what: '没有已保存的条目“{name}”。',
    why: '没有此名称的条目。',
    next: '请从列表中选择。',
  },
  'terminal.disabled': {
    what: '该网关没有终端。',
    why: '它们在那里已关闭，或其智能体在沙盒中运行。',
    next: '请在网关的设置中打开，然后重启网关。',
  },
  'terminal.closed': {
    what: '终端已在网关上关闭。',
    why: '有其他人关闭了它，或网关不再允许。',
    next: '请打开新的。',
  },
  'terminal.failed': {
    what: '终端中断。',
    why: '网关无法继续。',
    next: '请打开新的；如果再次发生，请查看网关的日志。',
  },
};
