import type { TranslatedErrors } from '../load.ts';

export const GATEWAYS_TEXTS: TranslatedErrors = {
  'gateway.refused': {
    what: '网关的端口没有应答。',
    why: '{host} 拒绝了到端口 {port} 的连接：网关没有在那里运行、监听其他端口或只供其本机使用，或被防火墙拒绝。',
    next: '请与网关的管理者确认主机和端口，以及它是否在运行。会自动重试。',
  },
  'gateway.unreachable': {
    what: '无法到达网关所在的机器。',
    why: '从此网络没有到 {host} 的路径，或那台机器已关机。',
    next: '请检查本机的网络、VPN（如果网关位于其后）以及主机。会自动重试。',
  },
  'gateway.name': {
    what: '找不到网关的主机。',
    why: '名称 {host} 没有地址：拼写有误，或只在其他网络或 VPN 中可用。',
    next: '请检查名称，或改用地址。会自动重试。',
  },
  'gateway.timeout': {
    what: '网关没有及时应答。',
    why: '防火墙丢弃了发送的内容、网络缓慢，或网关没有反应。',
    next: '请检查主机和端口，并确认中间没有防火墙。会自动重试。',
  },
  'gateway.tls': {
    what: '无法建立到网关的加密连接。',
    why: 'TLS 在出示证书之前就已结束：{reason}。',
    next: '请检查端口。如果网关正在启动，请等待：会自动重试。',
  },
  'gateway.plain-port': {
    what: '双方对是否使用 TLS 不一致。',
    why: '在该端口上一方使用 TLS，另一方没有。没有发送任何秘密内容。',
    next: '请按网关的情况打开或关闭 TLS，或检查端口。',
  },
  'gateway.plain-refused': {
    what: '不使用 TLS 时，不通过公共网络连接网关。',
    why: '通往 {host} 途中的任何人都能读取令牌以及在那里进行的一切。不使用 TLS 时只使用本机和专用网络。',
    next: '请打开 TLS（网关上也要打开），或通过 VPN 或 SSH 隧道连接。',
  },
  'gateway.plain-unconfirmed': {
    what: '不使用 TLS 时，您与 {host} 之间网络中的任何人都能读取令牌以及您在那里进行的一切操作。',
    why: '您尚未接受此风险。没有发送或保存任何内容。',
    next: '请在网关上启用 TLS、使用 SSH 隧道，或接受此风险。',
  },
  'gateway.not-gateway': {
    what: '那里的应答者不是 OpenClaw 网关。',
    why: '该地址上有程序应答，但它不使用网关的协议。',
    next: '请与网关的管理者确认主机、端口和路径。',
  },
  'gateway.unavailable': {
    what: '网关目前不可用。',
    why: '它前面的代理以状态 {status} 应答。',
    next: '无需任何操作：会自动重试。如果问题依旧，请询问网关的管理者。',
  },
  'gateway.proxy-login': {
    what: '网关前面的代理要求单独登录。',
    why: '它以状态 {status} 应答而没有转发连接，Cloudflare Access 等对使用浏览器的人就是如此。',
    next: '请通过其他方式连接网关，例如 VPN 或 SSH 隧道，或让该代理放行此地址。',
  },
  'gateway.lost': {
    what: '与网关的连接已断开。',
    why: '网关结束了连接，或中间的网络中断（关闭码 {closeCode}）。',
    next: '无需任何操作：会自动重新建立。',
  },
  'gateway.closed': {
    what: '网关未连接。',
    why: '其连接已关闭，或在这里被结束。',
    next: '请打开该连接。',
  },
  'gateway.role-off': {
    what: '与网关的此连接已关闭。',
    why: '这里以操作员、节点或两者身份使用网关；此项没有打开。',
    next: '请在网关的设置中打开它。',
  },
  'gateway.slow': {
    what: '由于本设备读取过慢，网关结束了连接。',
    why: '等待本设备的内容超过网关保留的上限；网络缓慢，或本机繁忙或处于睡眠状态。',
    next: '无需任何操作：会自动重新建立，并重新读取列表。',
  },
  'gateway.fingerprint-unknown': {
    what: '网关的证书尚未知晓。',
    why: '本系统不信任它，自签证书的网关通常如此。在有人比对指纹之前，途中的任何人都可能冒充该网关。没有向它发送任何内容。',
    next: '请将指纹与网关显示的比对，然后决定。',
  },
  'gateway.fingerprint-changed': {
    what: '网关出示的证书与已信任的不同。一切已停止。',
    why: '之前是 {before}，现在是 {fingerprint}。可能有人在途中想获取令牌和经过的一切内容；也可能证书已重新生成，或该地址现在指向另一个网关。没有向它发送任何内容。',
    next: '请询问网关的管理者。只有在说明了更换原因、且网关显示的指纹相同时，才信任新证书。',
  },
  'gateway.fingerprint-invalid': {
    what: '这不是证书的指纹。',
    why: '指纹由 64 个十六进制数字组成，可带冒号，不分大小写；{reason}。',
    next: '请重新完整复制。',
  },
  'gateway.fingerprint-plain': {
    what: '指纹需要 TLS。',
    why: '没有 TLS 时网关不出示证书，因此没有可与指纹比对的内容。',
    next: '请打开 TLS，或去掉指纹。',
  },
  'gateway.token-missing': {
    what: '认证失败：网关要求令牌。',
    why: '这里没有保存它的令牌，本设备在那里也还没有自己的令牌。',
    next: '请向网关的管理者索取令牌或设置码。',
  },
  'gateway.token-wrong': {
    what: '认证失败：网关不接受该令牌。',
    why: '它不是该网关的令牌、复制不完整，或已更改。有效的是网关的 gateway.auth.token；在本地模式下会忽略 gateway.remote.token。',
    next: '请与那里设置中的 gateway.auth.token 比对，并重新输入。在此之前不会再尝试。',
  },
  'gateway.local-token-ignored': {
    what: '网关比对的不是这个令牌。',
    why: '这些是本地模式的设置，OpenClaw 在该模式下会忽略 gateway.remote.token。',
    next: '请使用同一设置中 gateway.auth.token 的值。',
  },
  'gateway.password-missing': {
    what: '认证失败：网关要求密码。',
    why: '这里没有保存它的密码。',
    next: '请向网关的管理者索取并输入。',
  },
  'gateway.password-wrong': {
    what: '认证失败：网关不接受该密码。',
    why: '它不是该网关的密码，或已更改。',
    next: '请询问网关的管理者，并重新输入。在此之前不会再尝试。',
  },
  'gateway.device-token-wrong': {
    what: '认证失败：网关发给本设备的凭据已失效。',
    why: '有人在网关上吊销或更新了它。',
    next: '请输入网关的令牌，使本设备可以再次请求批准。',
  },
  'gateway.setup-invalid': {
    what: '设置码已失效。',
    why: '它十分钟内可使用一次；现已被使用、过期、被吊销，或复制不完整。',
    next: '请向网关的管理者索取新的设置码。',
  },
  'gateway.setup-expired': {
    what: '设置码已过期。',
    why: '它的有效期为十分钟，按本机时钟已经过期。',
    next: '请向网关的管理者索取新的设置码。如果它是新的，请校准本机时钟。',
  },
  'gateway.auth-unset': {
    what: '网关没有可供比对的令牌或密码。',
    why: '它要求提供，但那里没有设置。',
    next: '请告知网关的管理者。',
  },
  'gateway.scope-mismatch': {
    what: '网关没有授予本设备所请求的权限。',
    why: '为本设备批准的权限少于这里的访问方式所需。',
    next: '请在网关上批准这些权限，或在这里将访问设为“仅查看”。',
  },
  'gateway.unauthorized': {
    what: '认证失败：网关拒绝本设备。',
    why: '它的答复：{message}。',
    next: '请询问网关的管理者那里如何准许设备接入。',
  },
  'gateway.pairing': {
    what: '网关必须先批准本设备。',
    why: '那里已知道它，正等待人工决定。',
    next: '由网关的管理者在那里批准，之后会自动继续。',
  },
  'gateway.pairing-rejected': {
    what: '本设备的请求在网关上被拒绝。',
    why: '网关的管理者拒绝了请求，或让它过期。',
    next: '请询问后再重试。',
  },
  'gateway.rate-limited': {
    what: '网关在 {retryAfter} 秒内不理会本设备。',
    why: '来自此地址的失败尝试过多。',
    next: '请等待；时间到后会自动重试。在此期间请检查令牌。',
  },
  'gateway.protocol': {
    what: '本设备与网关版本不同。',
    why: '协议版本在这里是 {ours}，在网关是 {theirs}。',
    next: '请更新较旧的一方，然后重新连接。',
  },
  'gateway.version': {
    what: '网关拒绝此版本。',
    why: '本设备的版本是 {ours}，网关的版本是 {theirs}。',
    next: '请更新较旧的一方，然后重新连接。',
  },
  'gateway.signature': {
    what: '网关没有接受本设备的签名。',
    why: '收到的内容与发送的不同，或它以其他方式检查签名（{detailsCode}）。中间的代理可能更改了发送的内容。',
    next: '请更新 ClawReach 和网关。如果问题依旧，请在这里移除网关并重新添加：这会生成新的密钥。',
  },
  'gateway.clock': {
    what: '对网关来说，本设备的签名过旧。',
    why: '两边的时钟相差超过两分钟，或连接在途中被延迟。',
    next: '请校准两台机器的时钟，然后重新连接。',
  },
  'gateway.identity': {
    what: '网关要求知道这是哪台设备。',
    why: '它没有收到本设备的密钥。',
    next: '请更新 ClawReach 和网关，然后重新连接。',
  },
  'gateway.keys-unreadable': {
    what: '无法读取此网关的密钥。',
    why: '它们是为另一台设备或配置密封的，或文件已损坏。',
    next: '请移除网关并重新添加；它需要再次批准本设备。',
  },
  'gateway.starting': {
    what: '网关正在启动。',
    why: '它已有应答，但尚未就绪。',
    next: '无需任何操作：稍后会再次尝试。',
  },
  'gateway.restarting': {
    what: '网关正在重启。',
    why: '它在结束连接前已告知。启动完成之前，它不应答任何人。',
    next: '无需任何操作：大约每秒询问一次，应答后立即连接。通常需要几秒，繁忙的机器上最长一分钟。',
  },
  'gateway.origin': {
    what: '网关不允许此地址连接。',
    why: '它把本设备当作浏览器页面，而只允许已知的页面。中间的代理可能添加了这样的标头。',
    next: '请不经该代理连接，或询问网关的管理者。',
  },
  'gateway.removed': {
    what: '网关已终止本设备的访问权。',
    why: '有人在那里移除了本设备、更新或吊销了其令牌，或更改了设备的认证方式。',
    next: '如果没有自动重新连接，请询问网关的管理者并输入其令牌。',
  },
  'gateway.refused-connect': {
    what: '网关拒绝了连接。',
    why: '它的答复：{message}。',
    next: '请更新 ClawReach 和网关，然后重新连接。如果问题依旧，请查看网关的日志。',
  },
  'gateway.scope': {
    what: '网关不允许本设备这样做。',
    why: '缺少权限 {missing}。',
    next: '请将对此网关的访问设为完整权限，并在那里获得批准；或直接在网关上操作。',
  },
  'gateway.request': {
    what: '网关拒绝了。',
    why: '它的答复：{message}。',
    next: '请先处理它指出的问题。如果它没有指出问题，请重新读取列表：所请求的内容可能已完成或已不存在。',
  },
  'gateway.too-large': {
    what: '超出了网关一次能接受的大小。',
    why: '它有 {size} 字节，而网关最多接受 {limit} 字节。',
    next: '请减少一次发送的内容。',
  },
  'gateway.unknown': {
    what: '没有名为 {name} 的网关。',
    why: '本设备上没有该名称或 ID 的网关。',
    next: '请查看网关列表。',
  },
  'gateway.ambiguous': {
    what: '{name} 对应多个网关。',
    why: '不止一个网关有此名称，或 ID 以此开头。',
    next: '请从网关列表中选择。',
  },
  'gateway.exists': {
    what: '已有此名称的网关。',
    why: '每个网关都有自己的名称，不区分大小写。',
    next: '请选择其他名称，或更改已有的网关。',
  },
  'gateway.handover-local': {
    what: '没有可到达的地址，就没有设置码。',
    why: '本机是通过自身的地址认识此网关的，其他机器无法通过该地址到达它，而网关也不知道更好的地址。',
    next: '请指明从那里如何到达此网关。',
  },
  'gateway.too-many': {
    what: '无法再添加网关。',
    why: '每台设备最多保留 64 个。',
    next: '请移除不再使用的网关。',
  },
  'gateway.draft-unknown': {
    what: '读取的内容已不存在。',
    why: '读取的设置码、链接或文件会保留十分钟，ClawReach 重新启动后清除。',
    next: '请重新粘贴。',
  },
  'gateway.draft-elsewhere': {
    what: '读取的内容属于另一个网关。',
    why: '其中的秘密只用于 {host}，不会发送到别处；要求使用 TLS 的，也不会在没有 TLS 时发送。',
    next: '请使用其中指明的地址，或读取属于此网关的内容；也可以用此网关自己的令牌添加。',
  },
  'gateway.confirm': {
    what: '新指纹没有得到确认。',
    why: '要替换已信任的证书，需要输入其指纹的最后四个数字。',
    next: '请将完整指纹与网关的比对，然后输入其最后四个数字。',
  },
  'gateway.endpoint-invalid': {
    what: '这不是网关的地址。',
    why: '{field} 无法使用：{reason}。',
    next: '请输入主机（例如 gateway.example 或 192.168.1.10）和端口（没有另外说明时为 18789），或 wss://host:port/。',
  },
  'gateway.text-invalid': {
    what: '无法读取。',
    why: '它既不是设置码、加入链接、地址，也不是 openclaw.json 或 node.json 的内容。',
    next: '请从第一个字符到最后一个字符完整复制，然后重新粘贴。',
  },
  'gateway.text-local': {
    what: '这些设置没有指明其他机器上的网关。',
    why: '它们属于网关所在的机器：缺少 gateway.remote.url。',
    next: '在那台机器上请添加 ws://127.0.0.1:18789（启用 TLS 时用 wss://；端口见 gateway.port）。在其他机器上请输入其地址，或使用设置码。',
  },
  'gateway.join-refused': {
    what: '加入链接没有给出设置码。',
    why: '它十分钟内可使用一次；那里没有给出内容，或给出了其他内容。',
    next: '请向网关的管理者索取新的链接或设置码。',
  },
  'gateway.join-untrusted': {
    what: '没有打开加入链接。',
    why: '本系统不信任那里的证书，因此它给出的内容可能来自任何人：{reason}。',
    next: '请向网关的管理者直接索取设置码；它不需要受信任的证书。',
  },
  'gateway.discovery': {
    what: '无法在局域网中查找网关。',
    why: '系统不允许 ClawReach 监听广播：{reason}。',
    next: '请改为输入主机和端口，或在本机防火墙中允许。',
  },
};
