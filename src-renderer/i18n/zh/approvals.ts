import type { Translation } from '../translation.ts';

export const APPROVALS_TEXTS = {
  'approvals.title': '审批',
  'approvals.description': '这里的请求绝不会因超时而通过。你不答复的，一律拒绝。',
  'approvals.loading': '正在查询等待中的请求',
  'approvals.waiting': '等待你处理',
  'approvals.empty.title': '没有等待你处理的请求',
  'approvals.empty.text':
    '当一台机器要做它不能自行做的事（例如在这里打开终端）时，请求会出现在这里，并写明具体要做什么。网关上等待的内容也在这里：设备、命令、插件。可以在“对端”中为一台机器长期授权，也可以每次询问你。',
  'approvals.empty.action': '查看对端',

  'approvals.request.right.terminal': '请求在本机打开终端',
  'approvals.request.right.relay': '请求通过本机连接你的另一台机器',
  'approvals.request.right.forward': '请求通过本机访问一个地址',
  'approvals.request.right.prompt': '请求通过本机使用 OpenClaw',
  'approvals.uncompared':
    '这里还没有人核对 {{name}} 的四个单词：它可能不是你想要的那台机器。请先核对单词，然后才能允许。',
  'approvals.compare': '核对单词',
  'approvals.wants': '具体内容',
  'approvals.asked': '请求时间：{{at}}',
  'approvals.answer-until': '请在 {{until}} 前答复',
  'approvals.over': '已超时，请求被拒绝。',
  'approvals.safety-number': '安全码',
  'approvals.safety-number.of': '与 {{name}} 的安全码',
  'approvals.arrived': '新请求：{{name}} {{request}}。',

  'approvals.approve': '批准',
  'approvals.approve.once': '仅此一次批准',
  'approvals.approve.target': '始终允许此目标',
  'approvals.target.scope':
    '仅此一次：只允许此目标，直到与 {{name}} 的连接结束，最长一小时。始终：以后不再询问此目标，其他目标仍会询问；可在“对端”的“权限”中收回。',
  'approvals.not-now': '暂不',
  'approvals.ignore': '永久忽略',
  'approvals.answer': '你的答复',
  'approvals.remember.right.terminal': '今后也允许它打开终端',
  'approvals.remember.right.relay': '今后也允许它经过本机',
  'approvals.remember.right.relay.explain':
    '与“批准”一起生效：以后不再就 {{name}} 询问你。经过的内容是密封的，本机也无法读取。可在“对端”中收回。',
  'approvals.remember.right.prompt': '今后也允许它使用 OpenClaw',
  'approvals.remember.right.prompt.explain':
    '与“批准”一起生效：以后不再就 {{name}} 询问你，无论它让智能体做什么。可在“对端”中收回。',
  'approvals.remember.right.terminal.explain':
    '与“批准”一起生效：以后不再就 {{name}} 询问你，无论它运行什么、在哪个文件夹。可在“对端”中收回。',

  'approvals.ignore.title': '永久忽略 {{name}}？',
  'approvals.ignore.right.relay':
    '{{name}} 的这个请求以及今后所有经过本机的请求都会立即被拒绝，并且不会通知你。现在经过本机的连接会中断。',
  'approvals.ignore.right.forward':
    '{{name}} 的这个请求以及今后所有通过本机访问地址的请求都会立即被拒绝，并且不会通知你。你已长期允许的内容仍然允许。',
  'approvals.ignore.right.terminal':
    '{{name}} 的这个请求以及今后所有打开终端的请求都会立即被拒绝，并且不会通知你。它在这里打开的终端会结束。',
  'approvals.ignore.right.prompt':
    '{{name}} 的这个请求以及今后所有通过本机使用 OpenClaw 的请求都会立即被拒绝，并且不会通知你。正在为它运行的任务会被取消。',
  'approvals.ignore.undo': '可在“对端”的“权限”中撤销。',
  'approvals.ignore.apply': '永久忽略',

  'approvals.answered.approved': '已批准：{{name}}。',
  'approvals.answered.denied': '本次已拒绝：{{name}}。',
  'approvals.answered.ignored': '从现在起忽略：{{name}}。',
  'approvals.answered.expired': '已超时：{{name}} 被拒绝。',
  'approvals.answered.withdrawn': '{{name}} 已不再请求。',

  'approvals.history': '已处理',
  'approvals.history.filter': '显示',
  'approvals.history.all': '全部（{{total}}）',
  'approvals.history.count': '{{state}}（{{total}}）',
  'approvals.history.empty': '还没有处理过任何请求。',
  'approvals.history.none': '没有此结果的记录。',
  'approvals.history.retry': '重新查询',
  'approvals.history.whole_other': '再显示 {{count}} 个字符',
  'approvals.history.less': '收起',
  'approvals.requested.right.terminal': '请求打开终端',
  'approvals.requested.right.relay': '请求经过本机',
  'approvals.requested.right.forward': '请求访问一个地址',
  'approvals.requested.right.prompt': '请求使用 OpenClaw',
  'approvals.history.more_other': '再显示 {{count}} 条',
  'approvals.state.approved': '已批准',
  'approvals.state.denied': '暂不',
  'approvals.state.ignored': '已忽略',
  'approvals.state.expired': '已过期',
  'approvals.state.withdrawn': '已撤回',

  'approvals.fact.folder': '文件夹',
  'approvals.fact.user': '用户',
  'approvals.fact.shell': '命令行解释器',
  'approvals.fact.term': '终端类型',
  'approvals.fact.terminal': '终端',
  'approvals.fact.viewer': '共享给',
  'approvals.fact.device': '设备',
  'approvals.fact.gateway': '网关',
  'approvals.fact.session': '会话',
  'approvals.fact.method': '调用',
  'approvals.fact.values': '参数值',

  'wish.open': '打开终端',
  'wish.take-up': '接回仍在运行的终端',
  'wish.list': '列出自己的终端',
  'wish.list-programs': '列出自己的终端及其中运行的程序',
  'wish.share': '共享终端',
  'wish.run': '运行：{{what}}',
  'wish.take-over': '接管 {{what}} 的终端',
  'wish.look-on': '观看 {{what}} 的终端',
  'wish.pass': '经由本设备到达 {{what}}',
  'wish.connect': '连接到 {{what}}',
  'wish.datagrams': '发送数据报到 {{what}}',
  'wish.listen': '在 {{what}} 接受连接',
} as const satisfies Translation;
