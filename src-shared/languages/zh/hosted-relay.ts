import type { TranslatedErrors } from '../load.ts';

export const HOSTED_RELAY_TEXTS: TranslatedErrors = {
  'hosted-relay.unavailable': {
    what: '无法在这里启动中继。',
    why: '需要 Node 24 或更高版本，而此 ClawReach 和本机都没有。',
    next: '请从 https://nodejs.org/ 安装 Node 24，或使用在另一台机器上运行的中继。',
  },
  'hosted-relay.failed': {
    what: '本机的中继反复退出。',
    why: '其进程没有启动，或自行结束；详情见 ClawReach 的日志。',
    next: '请重新启动它。',
  },
  'hosted-relay.timeout': {
    what: '本机的中继没有及时启动。',
    why: '其进程在 20 秒内没有报告已开始监听。',
    next: '请在机器较空闲时重新启动它。',
  },
  'hosted-relay.port': {
    what: '本机的中继找不到空闲端口。',
    why: '尝试过的二十个端口都被其他程序占用。',
    next: '请结束其中一个程序（例如另一个中继），然后重新启动。',
  },
  'relay.hosted-off': {
    what: '本机上的中继已关闭：它只在 ClawReach 打开时运行。',
    why: '它由 ClawReach 应用程序运行；应用程序已关闭，或中继已在其中停止。',
    next: '请在应用程序的设置中启动它，或设置另一个中继。',
  },
  'relay.hosted-off-before': {
    what: '本机上的中继已关闭：它只在 ClawReach 打开时运行。',
    why: '它由 ClawReach 应用程序运行；应用程序已关闭，或中继已在其中停止。',
    next: '请在应用程序的设置中启动它，或返回之前使用的中继。',
  },
  'relay.no-before': {
    what: '没有可以返回的中继。',
    why: '只有从本机 ClawReach 应用程序的中继，才能返回之前使用的中继（如果有的话）。',
    next: '请在设置中设置要使用的中继。',
  },
};
