import type { TranslatedErrors } from '../load.ts';

export const FORWARDS_TEXTS: TranslatedErrors = {
  'forward.unknown': {
    what: '没有这样的规则。',
    why: '它已被删除，或名称的写法不同。',
    next: '请查看转发列表。',
  },
  'forward.unknown-connection': {
    what: '该连接已结束。',
    why: '在断开之前它已自行结束。',
    next: '无需任何操作。',
  },
  'forward.name-taken': {
    what: '另一条规则名为 {name}。',
    why: '规则以名称区分。',
    next: '请选择其他名称，或更改使用该名称的规则。',
  },
  'forward.too-many-rules': {
    what: '无法再添加规则。',
    why: '每台设备最多保留 {most} 条。',
    next: '请删除不需要的规则。',
  },
  'forward.no-password': {
    what: '缺少密码。',
    why: '程序需要提供用户 {user}，而没有密码的用户挡不住任何人。',
    next: '请同时设置密码，或不设置用户。',
  },
  'forward.secret-unreadable': {
    what: '无法读取此规则保存的密码。',
    why: '它是为另一台设备密封的：配置被复制过，或本设备的密钥是新的。',
    next: '请重新设置密码。',
  },
  'forward.kind-unavailable': {
    what: '{kind} 类型的规则不能在这里运行。',
    why: '此版本的 ClawReach 没有运行它们的部件。',
    next: '请更新 ClawReach，或选择其他类型。',
  },
  'forward.target': {
    what: '规则没有说明连接的去向。',
    why: '单个端口的隧道需要目标；作为代理的隧道没有目标。',
    next: '请输入它通向的主机和端口。',
  },
  'forward.no-peer': {
    what: '此规则的对端已不存在。',
    why: '它已在本设备上移除。',
    next: '请重新与它配对、为规则选择其他对端，或删除规则。',
  },
  'forward.not-running': {
    what: '规则没有运行。',
    why: '它已关闭，或无法启动。',
    next: '请打开它，并查看它的提示。',
  },
  'forward.kind': {
    what: '此类规则没有这项内容。',
    why: 'SSH 隧道才有需要信任的服务器密钥；自动规则才会尝试路径。',
    next: '请选择正确的规则。',
  },
  'forward.no-host-key': {
    what: '没有等待信任的密钥。',
    why: '规则 {name} 没有 SSH 服务器，或其服务器没有出示未知密钥。',
    next: '请查看该转发的提示。',
  },
  'forward.port-privileged': {
    what: '无法打开端口 {port}。',
    why: '本系统将 1024 以下的端口保留给管理员。',
    next: '请选择 1024 或以上的端口，例如 {free}。',
  },
  'forward.address': {
    what: '无法在 {host} 监听。',
    why: '它目前不是本机的地址，或根本不是地址。',
    next: '供本机程序使用时请用 127.0.0.1；网络恢复后会自动重试。',
  },
  'forward.listen-failed': {
    what: '无法打开端口 {port}。',
    why: '{message}',
    next: '请选择其他端口，或重启规则。',
  },
  'forward.asking': {
    what: '{peer} 正在询问其主人。',
    why: '连接的目标需要在那里获得批准。',
    next: '请在那里批准该请求。选择“始终允许”下次就不再询问。',
  },
  'forward.linking': {
    what: '目前无法到达 {peer}。',
    why: '正在等待；端口保持打开。',
    next: '请检查 {peer} 是否在运行并在线。之后会自动继续。',
  },
  'forward.listener-closed': {
    what: '{peer} 关闭了为此规则打开的端口。',
    why: '那里收回了权限，或设备正在退出。',
    next: '会自动再次请求；如果依旧如此，请查看 {peer} 上的权限。',
  },
  'forward.wireguard-silent': {
    what: '{target} 的 WireGuard 没有应答握手。',
    why: '它没有在那里运行、监听的是其他端口，或不认识这一端的密钥。',
    next: '请检查两端的 WireGuard：密钥、允许的地址以及另一端的端口。',
  },
  'forward.no-way': {
    what: '目前没有到 {peer} 的可用路径。',
    why: '连接没有应答，规则的 SSH 服务器（如果有）也无法使用。',
    next: '请查看每条路径的尝试结果。一旦有可用路径就会自动继续。',
  },
  'forward.no-datagrams': {
    what: '数据报（UDP）无法走这条路径。',
    why: '规则目前使用其 SSH 服务器，而 SSH 只能传输连接。',
    next: '请在到 {peer} 的连接可用时重试，或让程序使用 TCP。',
  },
  'forward.one-password': {
    what: '一条规则只有一个密码。',
    why: '程序需要向代理提供密码，而 SSH 服务器也要求密码。',
    next: '请用密钥或 SSH 代理登录 SSH 服务器，或允许程序不提供用户。',
  },
  'forward.slower': {
    what: '连接可用，但明显慢于 SSH 服务器。',
    why: '其应答时间超过三倍。',
    next: '无需任何操作：速度恢复后，新的连接会再次使用它。',
  },
  'forward.unsupported': {
    what: '{peer} 不支持转发。',
    why: '那里的 ClawReach 版本较旧。',
    next: '请在那里更新 ClawReach。',
  },
  'forward.cancelled': {
    what: '连接已放弃。',
    why: '需要它的程序已退出，或规则已结束。',
    next: '无需任何操作。',
  },
};
