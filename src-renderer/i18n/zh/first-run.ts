import type { Translation } from '../translation.ts';

export const FIRST_RUN_TEXTS = {
  'first-run.title': '连接你的所有机器。',
  'first-run.text': '用一个短码将两台机器配对一次，之后就能在它们之间打开端到端加密的终端。',
  'first-run.relay': '中继：机器相互找到的地方',
  'first-run.relay.own': '使用我自己的中继',
  'first-run.relay.host': '在本机运行中继',
  'first-run.relay.state.none': '还没有设置中继。需要时会询问你。',
  'first-run.relay.state.online': '已连接到中继 {{url}}。',
  'first-run.relay.state.connecting': '正在连接中继 {{url}}…',
  'first-run.relay.state.waiting': '目前无法连接中继 {{url}}。ClawReach 会继续尝试。',
  'first-run.relay.state.failed': '中继 {{url}} 无法使用。{{why}}',
  'first-run.relay.state.guest': '中继 {{url}} 可用。从这里发出邀请需要准入令牌；加入则不需要。',
  'first-run.skip': '跳过，先看看',
} as const satisfies Translation;
