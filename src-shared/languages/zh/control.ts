import type { TranslatedErrors } from '../load.ts';

export const CONTROL_TEXTS: TranslatedErrors = {
  internal: {
    what: 'ClawReach 内部出现了问题。',
    why: '{message}',
    next: '请重试。如果问题依旧，请重新启动 ClawReach。',
  },
  'control.not-running': {
    what: 'ClawReach 没有为此配置运行。',
    why: '此配置位于 {path}；没有后台进程打开它。',
    next: '请重新启动 ClawReach。',
  },
  'control.in-use': {
    what: 'ClawReach 已在为此配置运行。',
    why: '进程 {pid} 正在使用它；每个配置只能有一个后台进程。',
    next: '请使用已打开的窗口，或结束另一个 ClawReach。',
  },
  'control.forbidden': {
    what: '正在运行的 ClawReach 属于另一位用户。',
    why: '{path} 只能由其所有者使用。',
    next: '请以该用户登录，或使用自己的配置。',
  },
  'control.stranger': {
    what: '这里应答的不是此配置的 ClawReach，因此没有发送任何内容。',
    why: '它未能证明自己知道此配置的密钥：可能是这台计算机的其他用户启动的。',
    next: '请注销其他用户或重新启动计算机，然后再次启动 ClawReach，并告知管理这台计算机的人。',
  },
  'control.directory': {
    what: '控制套接字所在目录不安全，因此不使用。',
    why: '{directory} 属于另一位用户，或其他人可以进入。',
    next: '如果目录属于你，请将其设为私有；否则使用另一个配置。',
  },
  'control.path': {
    what: '无法创建控制套接字。',
    why: '{path} 已存在，但不是套接字。',
    next: '请将其移走后重新启动。',
  },
  'control.slow': {
    what: '此操作未能及时完成。',
    why: '后台进程正在运行并有应答，但 {call} 尚无结果。',
    next: '请重试。如果问题依旧，请重新启动 ClawReach。',
  },
  'control.timeout': {
    what: '后台进程没有应答。',
    why: '到 {path} 的连接没有及时被接受。',
    next: '请重试；如果问题依旧，请停止后台进程并重新启动。',
  },
  'control.failed': {
    what: '无法连接后台进程。',
    why: '{path}：{reason}。',
    next: '请重试；如果问题依旧，请停止后台进程并重新启动。',
  },
  'control.lost': {
    what: '与后台进程的连接已断开。',
    why: '后台进程已结束，或关闭了连接。',
    next: 'ClawReach 会自动重新连接。如果没有，请重新启动它。',
  },
  'control.stopped': {
    what: '本设备的后台进程已被停止。',
    why: '有人在这里结束了它，或结束了它所属的应用。',
    next: '需要时请重新启动 ClawReach。',
  },
  'agent.paused': {
    what: '本设备已暂停。',
    why: '你已将其暂停：它没有连接，也不会建立连接。',
    next: '请按窗口顶部的“恢复”，或等待暂停结束。',
  },
  'agent.pause-until': {
    what: '没有开始暂停。',
    why: '结束时间必须在从现在起的三十天之内。',
    next: '请选择其他结束时间，或不设置。',
  },
  'agent.pause-unsaved': {
    what: '无法保存对暂停的更改。',
    why: '现在有效，但重新启动 ClawReach 后本设备会恢复原状。',
    next: '请检查可用空间和配置的访问权限，然后再次暂停或恢复。',
  },
  'control.cancelled': {
    what: '已取消。',
    why: '由你或发出请求的程序取消。',
    next: '需要时可以重新开始。',
  },
  'control.invalid': {
    what: '无法理解该请求。',
    why: '{message}',
    next: '请检查你的输入。如果没有错误，请重新启动 ClawReach。',
  },
  'control.unknown-call': {
    what: '后台进程不认识此请求。',
    why: '窗口与后台进程版本不同：它没有调用 {call}。',
    next: '请重新启动 ClawReach，使两者版本相同。',
  },
  'control.protocol': {
    what: '后台进程与此程序无法相互理解。',
    why: '{message}',
    next: '请重新启动 ClawReach，使两者版本相同。',
  },
  'control.busy': {
    what: '同时发出的请求过多。',
    why: '后台进程同时接受一个程序的 {limit} 个请求。',
    next: '请等待部分请求完成后重试。',
  },
  'control.too-large': {
    what: '应答过大。',
    why: '它超出了一条消息的容量。',
    next: '请减少一次请求的内容。',
  },
  'control.channel-ended': {
    what: '终端的这个方向已结束。',
    why: '不能再通过它发送任何内容。',
    next: '请重新打开终端。',
  },
  'usage.no-profile': {
    what: '{path} 中没有 ClawReach 配置。',
    why: '此命令使用已有的配置，不会创建新的配置。没有任何更改。',
    next: '请为配置选择其他文件夹。',
  },
  'usage.command-line': {
    what: '{reason}',
    why: '没有执行任何操作。',
    next: '请去掉无法识别的内容后启动 ClawReach。',
  },
  'usage.duration': {
    what: '{text} 不是有效的时长。',
    why: '时长由数字和单位组成，最长一年：90s、30m、2h、1h30m、7d、2w。',
    next: '请选择所提供的时间之一。',
  },
  'usage.for': {
    what: '只有授予的权限才有结束时间。',
    why: '拒绝会一直有效，直到更改。',
    next: '请选择允许或询问，然后设置结束时间。',
  },
  'usage.target': {
    what: '“{target}”不是有效的目标。',
    why: '目标的形式是 HOST:PORTS：名称、地址或网络，IPv6 放在方括号中；端口、如 8000-8100 的范围或 *。',
    next: '例如 localhost:5432、10.0.0.0/8:* 或 [fd00::5]:22。',
  },
  'usage.right': {
    what: '没有名为 {right} 的权限。',
    why: '可用的权限：{rights}。',
    next: '请选择显示的权限之一。',
  },
  'usage.rights-conflict': {
    what: '{right} 指定了两次。',
    why: '一项权限只能是允许、询问或拒绝之一。',
    next: '请只指定一次。',
  },
  'usage.terminal': {
    what: '{name} 上没有终端 {terminal}。',
    why: 'ID 由 32 个 0 到 f 的数字组成；能唯一确定一个终端时，只需开头部分。程序结束，或十分钟内无人返回时，终端会消失。',
    next: '请打开新的终端。',
  },
  'usage.no-terminal': {
    what: '{option} 需要那边有终端，而此命令在没有终端的情况下运行。',
    why: '只有当这里的输入和输出都是终端时，命令在那边才有终端。',
    next: '请加上 `-tt` 强制打开终端，或去掉 {option}。',
  },
  'usage.peer': {
    what: '哪个对端？',
    why: '有多个：{peers}。',
    next: '请选择其中之一。',
  },
  'usage.no-peer': {
    what: '还没有对端。',
    why: '转发需要经由与本设备配对的另一台设备。',
    next: '请先在“对端”中配对一台。',
  },
  'usage.enable': {
    what: '请指定要打开什么。',
    why: '可以是新的转发，也可以是已有的转发。',
    next: '请选择一种类型，或列表中的一条转发。',
  },
  'usage.config-relay': {
    what: '请指定使用哪个中继。',
    why: '可以是一个地址，也可以是之前使用的中继。',
    next: '请在设置中设置中继。',
  },
  'usage.option': {
    what: '{option} 不适用于 {mode}。',
    why: '在那里不起任何作用。',
    next: '请去掉它。',
  },
  'usage.option-missing': {
    what: '缺少 {option}。',
    why: '{mode} 必须有它。',
    next: '请填写。',
  },
  'usage.listen': {
    what: '端口指定了两次。',
    why: '监听地址中也包含端口。',
    next: '请去掉其中之一。',
  },
  'usage.ssh': {
    what: 'SSH 服务器的写法不正确。',
    why: '问题在于：{reason}。',
    next: '请在相应字段中填写服务器、用户和登录方式。',
  },
  'usage.chain': {
    what: '只能建立或取消链路，不能同时进行。',
    why: '两者互斥。',
    next: '请去掉其中之一。',
  },
  'usage.password': {
    what: '缺少密码。',
    why: '密码只能由人输入，以免其他程序读取。',
    next: '请在其字段中输入。',
  },
  'usage.fingerprint': {
    what: '必须提供指纹。',
    why: '没有可用于询问的终端。服务器显示 {fingerprint}。',
    next: '请与服务器的指纹比对，然后运行：`clawreach relay trust {name} {fingerprint}`',
  },
  'usage.file': {
    what: '无法使用 {path}。',
    why: '原因：{reason}。',
    next: '请检查路径。',
  },
  'output.write': {
    what: '无法写入输出。',
    why: '输出目标不再接受数据：{reason}。',
    next: '请腾出空间或改写到别处，然后重新运行该命令。',
  },
  'usage.file-exists': {
    what: '{path} 已存在。',
    why: '不会覆盖任何内容。',
    next: '请选择其他名称，或删除该文件。',
  },
  'usage.add': {
    what: '一台机器等待，另一台发出请求。',
    why: '不清楚哪台机器等待、哪台机器发出请求，或没有人在场比对：{message}。',
    next: '请让一台机器等待，并在另一台上输入它的 ID。',
  },
  'usage.pair': {
    what: '配对时只有一方显示配对码。',
    why: '配对时只有一方可以显示它。',
    next: '去掉配对码以发出邀请，或去掉选项以加入。',
  },
  'usage.secret-argument': {
    what: '不能从那里读取配对码或链接。',
    why: '这台机器的其他用户可能读到它并抢先使用。',
    next: '请在窗口中输入。',
  },
  'usage.admission': {
    what: '无法使用准入令牌。',
    why: '原因：{reason}。',
    next: '请只输入令牌。',
  },
  'usage.confirm-peer': {
    what: '要核对哪个对端的单词？',
    why: '{reason}',
    next: '请从对端列表中选择。',
  },
  'agent.start-failed': {
    what: '无法启动本设备的后台进程。',
    why: '它在后台启动，然后：{reason}。日志位于 {log}。',
    next: '请查看日志末尾，然后重新启动 ClawReach。',
  },
  'agent.terminals-bound': {
    what: '无法让本设备的终端继续运行。',
    why: '正在运行的后台进程自己持有这些终端（应用没有自带 Node 时就是如此），因此它们会随之结束。',
    next: '请同时结束终端，或让应用继续运行。',
  },
  'agent.fault': {
    what: '后台进程遇到意外错误，已结束。',
    why: '它不会在未知状态下继续运行。需要保存的内容已保存；终端会等待下一个后台进程十分钟。',
    next: '请重新启动它；服务管理器会自动完成。请附上日志的最后几行报告此问题。',
  },
  'agent.no-answer': {
    what: '后台进程没有应答。',
    why: '已要求它结束，但 {seconds} 秒内没有任何反应：进程已停滞，或本机非常繁忙。',
    next: '请重试。最后的办法是结束该进程；其 ID 在 {path} 中的 `control.sock.pid` 里。',
  },
  'agent.stop-timeout': {
    what: '后台进程没有及时结束。',
    why: '已要求进程 {pid} 结束，但它仍在应答。',
    next: '请查看此配置的日志；最后的办法是结束该进程。',
  },
};
