import type { TranslatedErrors } from '../load.ts';

export const RELAY_TEXTS: TranslatedErrors = {
  'relay.unset': {
    what: '本设备没有设置中继。',
    why: '两台机器通过中继相互找到；还没有指定使用哪个。',
    next: '请设置两台机器共用的中继。',
  },
  'relay.url': {
    what: '这不是中继地址。',
    why: '中继地址的形式是 wss://HOST 或 wss://HOST:PORT：{reason}。',
    next: '请与中继的管理者确认地址；除非另有说明，端口为 7474。',
  },
  'relay.insecure-url': {
    what: '此中继地址未加密。',
    why: '使用 ws:// 连接 {host} 会让途中的任何人看到哪些设备在通信、何时通信以及数据量。',
    next: '请改用 wss://，或在信任该网络时允许不加密使用。',
  },
  'relay.pin': {
    what: '这不是中继的 Pin。',
    why: 'Pin 由 64 个 0 到 f 的数字组成；中间的空格和冒号没有影响。',
    next: '请从中继显示 Pin 的地方完整复制，或将字段留空，届时会显示并询问你。',
  },
  'relay.not-configured': {
    what: '本设备没有设置中继。',
    why: '两台机器通过中继相互找到；还没有指定使用哪个。',
    next: '请设置两台机器共用的中继。',
  },
  'relay.no-project': {
    what: '中继尚未准许本设备接入。',
    why: '只有获准接入的设备才能邀请其他设备。',
    next: '请输入中继的准入令牌。',
  },
  'relay.dns': {
    what: '找不到中继。',
    why: '无法解析其地址中的名称。',
    next: '请检查地址的拼写和本设备的网络连接。ClawReach 会继续尝试。',
  },
  'relay.connection-refused': {
    what: '中继没有应答。',
    why: '那台机器在线，但没有中继在 {authority} 监听。',
    next: '请检查端口以及中继是否在运行。ClawReach 会继续尝试。',
  },
  'relay.unreachable': {
    what: '无法连接中继。',
    why: '未能建立到中继的连接：网络中断，或被防火墙阻挡。',
    next: '请检查本设备的网络连接。ClawReach 会继续尝试。',
  },
  'relay.timeout': {
    what: '中继没有及时应答。',
    why: '它过载或没有反应，或连接在途中被丢弃。',
    next: '请稍候；ClawReach 会继续尝试。如果问题依旧，请询问中继的管理者。',
  },
  'relay.tls': {
    what: '未能建立到中继的加密连接。',
    why: '{authority} 上的应答者没有正确使用 TLS，或连接在建立过程中被切断。',
    next: '请检查端口。如果中继不使用 TLS，其地址以 ws:// 开头。',
  },
  'relay.untrusted': {
    what: '中继使用自签证书。',
    why: '没有公共机构为其担保。其密钥的 Pin 是 {pin}。',
    next: '请将 Pin 与中继启动时显示的比对。',
  },
  'relay.tls-certificate': {
    what: '中继的证书无效。',
    why: '它已过期，或属于其他名称（{reason}）。',
    next: '请检查地址。如果地址正确，需要中继的管理者更新证书。',
  },
  'relay.pin-mismatch': {
    what: '中继的密钥与已信任的不同，连接已结束。',
    why: '其 TLS 密钥是 {seen}，已信任的是 {expected}。可能有人处于你与中继之间，或中继被重新安装。',
    next: '请询问中继的管理者。如果新密钥正确，请将其作为 Pin 输入。',
  },
  'relay.proxy-auth': {
    what: '此网络的代理不让本设备通过。',
    why: '它要求用户和密码，或与提供的不同（应答 {status}）。这里只支持 Basic 方式。',
    next: '请在“设置 > 网络”中检查用户和密码，并向网络的管理者索取。',
  },
  'relay.proxy-forbidden': {
    what: '此网络的代理禁止连接到中继。',
    why: '它不让本设备前往，或想知道是谁在请求（应答 403）。',
    next: '请让网络的管理者允许连接到中继的主机和端口，或索取用户并在“设置 > 网络”中填写。ClawReach 将在十分钟后再次请求。',
  },
  'relay.proxy-refused': {
    what: '此网络的代理不连接到中继。',
    why: '它对连接请求作出了其他应答：{reason}。',
    next: '请让网络的管理者允许连接到中继的主机和端口，或指定其他代理。',
  },
  'relay.proxy-unreachable': {
    what: '无法连接此网络的代理。',
    why: '需要通过它连接中继，而它没有应答。',
    next: '请在“设置 > 网络”中检查其地址，或选择不使用代理。ClawReach 会继续尝试。',
  },
  'relay.proxy-address': {
    what: '这不是代理的地址。',
    why: '代理地址的形式是 http://HOST:PORT：{reason}。',
    next: '请向网络的管理者索取其 HTTP 代理的地址。',
  },
  'relay.proxy-missing': {
    what: '没有指定代理。',
    why: '自定义代理需要地址。',
    next: '请输入代理的地址。',
  },
  'relay.proxy-authority': {
    what: '这不是可以信任的证书颁发机构。',
    why: '需要颁发机构的 PEM 文本证书：{reason}。',
    next: '请向网络的管理者索取其颁发机构的 PEM 形式证书。',
  },
  'relay.key-mismatch': {
    what: '这与之前的中继不同，连接已结束。',
    why: '该地址上的中继使用了不同的密钥。可能有人冒充它，或它被重新安装。',
    next: '请询问中继的管理者。如果它被重新安装，请在这里重新设置。',
  },
  'relay.welcome-signature': {
    what: '中继无法证明自己的身份，连接已结束。',
    why: '它的证明与其宣布的密钥不符：发送的内容在途中损坏，或有人处于你与中继之间。',
    next: '请重试，然后换用其他网络。如果问题依旧，请询问中继的管理者。',
  },
  'relay.relay-mismatch': {
    what: '本设备连接的地址与中继所知的自身不符。',
    why: '有人转发了连接，或中继不知道用于访问它的名称或证书。',
    next: '请使用中继启动时显示的地址。',
  },
  'relay.not-a-relay': {
    what: '该地址上的应答者不是中继。',
    why: '它没有像中继那样接受连接。',
    next: '请检查地址和端口。',
  },
  'relay.unavailable': {
    what: '中继目前不可用。',
    why: '中继前面的服务器代为应答（状态 {status}）。',
    next: '请稍候；ClawReach 会继续尝试。',
  },
  'relay.version': {
    what: '中继使用其他版本。',
    why: '此 ClawReach 与中继没有共同的协议版本。',
    next: '请在本设备和中继上更新 ClawReach。',
  },
  'relay.signature': {
    what: '中继拒绝了本设备的签名。',
    why: '连接在途中被更改，或本设备的密钥已损坏。',
    next: '请重新启动 ClawReach。如果问题依旧，请询问中继的管理者。',
  },
  'relay.certificate': {
    what: '中继拒绝了本设备的证书。',
    why: '它已过期，或本设备或中继的时钟不准。',
    next: '请检查本设备的日期和时间，然后重新启动 ClawReach。',
  },
  'relay.admission-needed': {
    what: '中继尚不认识本设备。',
    why: '它通过准入令牌，或在与成员配对后准许新设备接入。',
    next: '请输入中继启动时显示的准入令牌，或加入已在那里的机器。',
  },
  'relay.admission': {
    what: '中继没有接受准入令牌。',
    why: '该令牌不属于此中继。',
    next: '请从中继显示令牌的地方重新复制。',
  },
  'relay.enrolment': {
    what: '中继没有接受该注册。',
    why: '它已过期、属于另一个中继，或为其签名的设备无权注册其他设备。',
    next: '请重新与项目成员配对。',
  },
  'relay.removed': {
    what: '本设备已在中继上被移除。',
    why: '项目成员移除了它；中继不再准许它接入。',
    next: '请询问该成员。要恢复，请重新与成员配对。',
  },
  'relay.replaced': {
    what: '本设备在别处已连接。',
    why: '另一个进程或此配置的副本用相同的密钥登录并接管了连接。',
    next: '请结束另一个，然后在这里重新启动 ClawReach。切勿将配置复制到第二台机器。',
  },
  'relay.rate': {
    what: '中继要求放慢速度。',
    why: '来自本设备或其网络的请求过多。',
    next: '请稍候；ClawReach 会自动重试。',
  },
  'relay.busy': {
    what: '中继已满。',
    why: '它服务的设备数已达上限。',
    next: '请稍候；ClawReach 会继续尝试。',
  },
  'relay.shutdown': {
    what: '中继正在关闭。',
    why: '其管理者正在停止或重启它。',
    next: '请稍候；ClawReach 会自动恢复。',
  },
  'relay.restarting': {
    what: '中继正在重启。',
    why: '它已告知，并说明了何时返回。',
    next: '请稍候；ClawReach 会自动恢复。',
  },
  'relay.limit': {
    what: '已达到中继的限额。',
    why: '本设备在中继上打开的内容已达上限。',
    next: '请关闭一些后重试。',
  },
  'relay.format': {
    what: '中继无法理解本设备。',
    why: '它以格式错误为由拒绝了一条消息。',
    next: '请在本设备和中继上更新 ClawReach。',
  },
  'relay.order': {
    what: '中继无法理解本设备。',
    why: '它拒绝了一条顺序不对的消息。',
    next: '请重新启动 ClawReach；如果问题依旧，请在本设备和中继上更新它。',
  },
  'relay.not-allowed': {
    what: '中继不允许这样做。',
    why: '本设备在其项目中没有相应的身份。',
    next: '请在拥有该项目的设备上操作。',
  },
  'relay.nameplate': {
    what: '没有与此配对码对应的邀请。',
    why: '前四个字符输入有误、配对码已过期，或已被使用。',
    next: '请与另一块屏幕核对，或在那里生成新的配对码。',
  },
  'relay.mailbox': {
    what: '现在无法开始此配对。',
    why: '本设备上正在进行另一次配对，或邀请已不存在。',
    next: '请完成或取消另一次配对，或生成新的邀请。',
  },
  'relay.protocol': {
    what: '中继违反了协议，连接已结束。',
    why: '它发送了无意义的内容：{reason}。',
    next: 'ClawReach 会自动重新连接。如果问题依旧，请更新它和中继，或使用其他中继。',
  },
  'relay.lost': {
    what: '与中继的连接已中断。',
    why: '网络发生变化或没有反应，或中继不可用。',
    next: '请稍候；ClawReach 会自动恢复。',
  },
  'relay.stopped': {
    what: '与中继的连接已在本设备上结束。',
    why: 'ClawReach 正在退出，或设置了其他中继。',
    next: '要让其他设备能够连接，请重新启动 ClawReach。',
  },
  'relay.not-changed': {
    what: '中继没有更改。',
    why: '{url} 处没有中继应答，因此本设备继续使用 {used}。',
    next: '请检查地址和端口，并确认中继正在运行，然后重试。',
  },
  'relay.not-connected': {
    what: '目前没有到中继的连接。',
    why: '本设备离线，或仍在连接。',
    next: '请稍后重试。如果问题依旧，请查看中继的设置。',
  },
  'relay.no-answer': {
    what: '对方设备没有应答。',
    why: '它和中继都没有及时应答。',
    next: '请检查对方设备是否处于唤醒状态，然后重试。',
  },
  'relay.aborted': {
    what: '连接已放弃。',
    why: '已在本设备上取消。',
    next: '需要时可以重试。',
  },
  'relay.closed': {
    what: '连接未能建立。',
    why: '对方设备或中继在连接建立之前将其结束。',
    next: '请重试。',
  },
  'relay.early-data': {
    what: '连接中的字节不符，连接已结束。',
    why: '经由中继途中有内容丢失或被更改：{reason}。',
    next: '请重试。如果问题依旧，请使用其他中继。',
  },
  'relay.upgrade': {
    what: '中继没有打开数据连接。',
    why: '本设备与中继之间有环节不放行：{reason}。',
    next: '请重试；ClawReach 对此类网络有另一种方式。',
  },
  'relay.data-connection': {
    what: '中继没有打开数据连接。',
    why: '它在建立过程中结束或停滞：{reason}。',
    next: '请重试；如果问题依旧，请询问中继的管理者。',
  },
  'relay.refused.unknown': {
    what: '中继不认识对方设备。',
    why: '它在此中继上不是本设备任何项目的成员，或使用其他中继。',
    next: '请通过此中继重新配对两台设备。',
  },
  'relay.refused.offline': {
    what: '对方设备离线。',
    why: '它没有连接到中继。',
    next: '请在那里启动 ClawReach，并检查其网络连接。',
  },
  'relay.refused.refused': {
    what: '对方设备拒绝了连接。',
    why: '它不再认识本设备、不接受其密钥，或只允许其他路径。',
    next: '请查看对方的列表中是否有本机；如果没有，请重新配对。',
  },
  'relay.refused.busy': {
    what: '对方设备繁忙。',
    why: '它的连接数已达上限。',
    next: '请稍候再试。',
  },
  'relay.refused.timeout': {
    what: '对方设备没有应答。',
    why: '它已连接到中继，但 30 秒内没有应答。',
    next: '请检查它是否处于唤醒状态，然后重试。',
  },
  'relay.refused.rate': {
    what: '同时建立的连接过多。',
    why: '中继要求放慢速度。',
    next: '请稍候再试。',
  },
  'relay.refused.self': {
    what: '设备不能连接自己。',
    why: '该对端就是本设备。',
    next: '请选择其他设备。',
  },
  'relay.refused.limit': {
    what: '打开的连接过多。',
    why: '本设备在中继上的连接数已达上限。',
    next: '请关闭一个后重试。',
  },
  'relay.refused.gone': {
    what: '对方设备刚刚离开。',
    why: '在呼叫它时，它离开了中继。',
    next: '请等它返回后重试。',
  },
};
