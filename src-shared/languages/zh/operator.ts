import type { TranslatedErrors } from '../load.ts';

export const OPERATOR_TEXTS: TranslatedErrors = {
  'request.unknown': {
    what: '没有这样的请求。',
    why: '它从未存在，或因时间过久已被清除。',
    next: '请重新查看列表。',
  },
  'request.ambiguous': {
    what: '有多个请求以“{request}”开头。',
    why: '答复只能针对一个请求。',
    next: '请从列表中选择。',
  },
  'request.gone': {
    what: '此请求已结束。',
    why: '它已在别处答复、被更新的请求替换、已撤回或已超时（{outcome}）。',
    next: '请在已处理列表中查看结果。',
  },
  'request.changed': {
    what: '请求的内容在显示之后已改变。',
    why: '答复只对你看到的内容有效，因此没有作出答复。',
    next: '请重新查看该请求，然后答复。',
  },
  'request.decision': {
    what: '不能这样答复此请求。',
    why: '它不提供此答复，或内容过大无法完整显示，因此只能拒绝。',
    next: '请选择所显示的答复之一。',
  },
  'request.answered': {
    what: '对此请求的答复已在发送中。',
    why: '网关尚未告知结果。',
    next: '请稍候，然后重新查看该请求。',
  },
  'usage.gateway': {
    what: '哪个网关？',
    why: '有多个：{gateways}。',
    next: '请选择其中之一。',
  },
  'usage.no-gateway': {
    what: '这里没有网关。',
    why: '此命令针对 OpenClaw 网关。',
    next: '请先在“网关”中添加一个。',
  },
  'usage.gateway-token': {
    what: '缺少网关的令牌。',
    why: '{reason}。绝不从命令行读取，因为其他程序可能看到。',
    next: '请在终端中运行该命令以便询问，或使用 `--token-stdin` 或 `--token-file FILE`，或设置变量 {variable}。',
  },
  'usage.gateway-password': {
    what: '缺少网关的密码。',
    why: '{reason}。绝不从命令行读取，因为其他程序可能看到。',
    next: '请在终端中用 `--password` 运行该命令以便询问，或使用 `--password-stdin` 或 `--password-file FILE`，或设置变量 {variable}。',
  },
  'usage.gateway-certificate': {
    what: '没有等待决定的证书。',
    why: '网关 {name} 出示的是已信任的证书，或没有连接到它。',
    next: '请在“网关”中查看该网关。',
  },
  'usage.gateway-fingerprint': {
    what: '网关出示的证书与你指定的不同。',
    why: '你指定的是 {given}，而它显示 {shown}。可能有人处于中间。',
    next: '请询问网关的管理者。没有信任或发送任何内容。',
  },
  'usage.gateway-undecided': {
    what: '必须提供指纹。',
    why: '没有可用于询问的终端。网关显示 {fingerprint}。',
    next: '请与网关的指纹比对，然后运行：`clawreach gateway trust {name} --fingerprint {fingerprint}`',
  },
  'usage.confirm': {
    what: '无法询问任何人。',
    why: '没有终端，或要求以 JSON 应答，而此操作不能在无人查看时进行。',
    next: '确定后请确认。',
  },
  'usage.request': {
    what: '哪个请求？',
    why: '必须指定其中一个。',
    next: '请从列表中选择。',
  },
  'usage.role': {
    what: '哪个令牌？',
    why: '该设备拥有以下令牌：{roles}。',
    next: '请选择操作员或节点。',
  },
  'usage.device-unknown': {
    what: '网关上没有名为 {name} 的 {what}。',
    why: '没有该 ID 或名称的项。',
    next: '请运行 `clawreach {what}s list` 查看。',
  },
  'usage.device-ambiguous': {
    what: '有多个名为 {name}。',
    why: '网关上有不止一个 {what} 具有此名称或开头。',
    next: '请提供更多 ID 字符：`clawreach {what}s list`。',
  },
};
