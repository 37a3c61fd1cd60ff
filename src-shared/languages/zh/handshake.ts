import type { TranslatedErrors } from '../load.ts';

export const HANDSHAKE_TEXTS: TranslatedErrors = {
  'handshake.unknown-peer': {
    what: '对方设备不认识本设备。',
    why: '它没有与本设备配对，或配对已被移除。',
    next: '请重新配对两台设备。',
  },
  'handshake.wrong-peer': {
    what: '应答的是另一台设备，连接已结束。',
    why: '应答者没有已配对设备的密钥。可能有人在途中试图冒充它。',
    next: '不要在此网络上继续。如果该设备被重新安装，请移除它并重新配对。',
  },
  'handshake.static-key': {
    what: '对方设备的密钥不匹配，连接已结束。',
    why: '其证书中的密钥与使用的密钥不同。',
    next: '请在对方设备上重新启动 ClawReach；如果问题依旧，请移除它并重新配对。',
  },
  'handshake.generation': {
    what: '对方设备使用了已被替换的密钥，连接已结束。',
    why: '可能有该设备的旧副本在运行，或有人在使用旧密钥。',
    next: '请确保对方设备只有一个副本在运行；如果它是从备份恢复的，请重新配对。',
  },
  'handshake.replay': {
    what: '连接请求重复出现，已被拒绝。',
    why: '有人在途中重放了之前的请求。没有打开任何内容。',
    next: '无需任何操作；如果是你在连接，请重试。',
  },
  'handshake.damaged': {
    what: '对方设备的应答在途中损坏或被更改。',
    why: '网络、代理或中继更改了它，或该地址上是另一个程序在应答。没有使用其中任何内容，已信任的密钥没有改变。',
    next: '请重试。如果再次发生，请换用其他网络或中继；无需重新配对。',
  },
  'handshake.downgrade': {
    what: '连接的条件在途中被更改，连接已结束。',
    why: '对方设备收到的与本设备提供的不同。',
    next: '请换用其他网络或中继，并更新两台设备。',
  },
  'handshake.version': {
    what: '两台设备没有共同的协议版本。',
    why: '其中一台运行的 ClawReach 版本过旧。',
    next: '请在两台设备上更新 ClawReach。',
  },
  'handshake.suite': {
    what: '两台设备没有共同的密码套件。',
    why: '其中一台运行的 ClawReach 版本过旧。',
    next: '请在两台设备上更新 ClawReach。',
  },
  'handshake.mac': {
    what: '连接请求是发给另一台设备的，已被拒绝。',
    why: '请求中的对端 ID 不是本设备的。',
    next: '请检查你要连接的对端 ID。',
  },
  'handshake.unknown-session': {
    what: '对方设备已没有此连接。',
    why: '它已重新启动，或等待本设备返回的时间过长。',
    next: '请重新连接；那里的终端会继续运行一段时间。',
  },
  'handshake.self': {
    what: '设备不能连接自己。',
    why: '该对端 ID 属于本设备。',
    next: '请选择其他设备。',
  },
  'certificate.signature': {
    what: '对方设备的证书是伪造的或已损坏。',
    why: '其签名与密钥不符。',
    next: '请重试；如果问题依旧，说明有人在途中更改设备发送的内容。',
  },
  'certificate.expired': {
    what: '对方设备的证书在当前时间无效。',
    why: '其中一台设备的时钟误差超过一天，或对方设备已多年没有重新启动。',
    next: '请检查两台设备的日期和时间，然后在对方设备上重新启动 ClawReach。',
  },
  'crypto.open': {
    what: '消息已损坏或被伪造，连接已结束。',
    why: '收到的内容与对方设备发送的不同。',
    next: '请重新连接；如果问题依旧，请换用其他网络或中继。',
  },
  'crypto.low-order': {
    what: '对方发送了无效的密钥，连接已结束。',
    why: '正常的程序不会生成这样的密钥。',
    next: '不要在此网络上继续；请在对方设备上更新 ClawReach。',
  },
  'format.peer-id': {
    what: '这不是对端 ID。',
    why: '有字符错误、缺失或多余；校验字符不符。',
    next: '请从对方设备的设置中重新复制对端 ID。',
  },
};
