import type { TranslatedErrors } from '../load.ts';

export const SSH_TEXTS: TranslatedErrors = {
  'ssh.connecting': {
    what: '正在连接 SSH 服务器 {host}。',
    why: '规则刚刚启动。',
    next: '无需任何操作。',
  },
  'ssh.opening': {
    what: '正在打开 SSH 服务器 {host} 上的端口。',
    why: '已连接到服务器；它尚未报告开始监听。',
    next: '无需任何操作。',
  },
  'ssh.unreachable': {
    what: '无法连接 SSH 服务器。',
    why: '没有到它的路径，或其端口没有应答：{reason}。',
    next: '请检查服务器的主机和端口，以及本机的网络。会自动重试。',
  },
  'ssh.lost': {
    what: '与 SSH 服务器的连接已断开。',
    why: '服务器结束了连接、不再应答，或中间的网络中断。',
    next: '无需任何操作：会自动重新建立，端口不变。',
  },
  'ssh.closed': {
    what: 'SSH 服务器结束了连接。',
    why: '它的答复：{reason}。',
    next: '请查看服务器的日志。会自动重试。',
  },
  'ssh.protocol': {
    what: '无法理解 SSH 服务器。',
    why: '那里的应答者不是 SSH 服务器，使用其他方式，或其发送的内容在途中损坏：{reason}。',
    next: '请检查服务器的主机和端口，然后重试。',
  },
  'ssh.algorithm': {
    what: 'SSH 服务器没有提供足够安全的选项。',
    why: '双方没有共同的 {what}。ClawReach 不使用 SHA-1 和 CBC，应用内也不使用普通 Diffie-Hellman。',
    next: '请更新 SSH 服务器，或在那里允许 curve25519-sha256、AES-GCM 或 AES-CTR，以及 ed25519、ECDSA 或 rsa-sha2 密钥。',
  },
  'ssh.host-key-unknown': {
    what: 'SSH 服务器尚未知晓。',
    why: '它出示的密钥是 {fingerprint}。在有人比对之前，途中的任何人都可能冒充该服务器。',
    next: '请将指纹与服务器自身显示的比对，然后信任它。',
  },
  'ssh.host-key-changed': {
    what: 'SSH 服务器出示的密钥与之前不同。',
    why: '之前是 {before}，现在是 {fingerprint}。可能有人在途中读取经过的一切；也可能服务器被重新安装。没有向它发送任何内容。',
    next: '请询问服务器的管理者。只有在说明了更换原因后才信任新密钥。',
  },
  'ssh.host-key-revoked': {
    what: 'SSH 服务器的密钥已被吊销。',
    why: '文件 ~/.ssh/known_hosts 表明不能再信任 {fingerprint}。',
    next: '请询问服务器的管理者。',
  },
  'ssh.host-key-other': {
    what: 'SSH 服务器出示的密钥与要信任的不同。',
    why: '指纹 {fingerprint} 不属于最近出示的密钥。',
    next: '请重新查看规则，并比对现在显示的指纹。',
  },
  'ssh.login-refused': {
    what: 'SSH 服务器不接受此登录。',
    why: '它接受：{methods}。它拒绝了所提供的方式，或没有可提供的方式。',
    next: '请检查用户以及密钥或密码。为避免账户被锁定，规则在更改或重启后才会重试。',
  },
  'ssh.password-missing': {
    what: '没有 SSH 服务器的密码。',
    why: '规则使用密码登录，而没有保存密码。',
    next: '请设置规则的密码，或改用密钥登录。',
  },
  'ssh.key-file-missing': {
    what: '无法读取密钥文件。',
    why: '{file} 不存在，或此账户无权读取。',
    next: '请检查路径，然后重启规则。',
  },
  'ssh.key-file-passphrase': {
    what: '密钥文件仍处于锁定状态。',
    why: '{file} 已加密，而密码短语缺失或错误。',
    next: '请将密码短语设为规则的密码，或使用密钥代理。',
  },
  'ssh.key-file-format': {
    what: '无法使用密钥文件。',
    why: '{file} 中没有可识别形式的私钥：OpenSSH、PEM 或 PuTTY，使用 ed25519、ECDSA 或 RSA。',
    next: '请选择私钥，而不是以 .pub 结尾的文件。',
  },
  'ssh.agent-missing': {
    what: '没有密钥代理。',
    why: '启动 ClawReach 时没有设置 SSH_AUTH_SOCK，或其对应的代理没有应答。',
    next: '请启动代理，并从能使用它的会话中启动 ClawReach；或让规则使用密钥文件。',
  },
  'ssh.agent-empty': {
    what: '密钥代理中没有密钥。',
    why: '它有应答，但没有可提供给服务器的密钥。',
    next: '请向其中添加密钥。会自动重试。',
  },
  'ssh.forward-refused': {
    what: 'SSH 服务器不转发该内容。',
    why: '其设置禁止：AllowTcpForwarding、PermitOpen 或 PermitListen，或端口低于 1024。',
    next: '请询问服务器的管理者。',
  },
  'ssh.port-taken': {
    what: 'SSH 服务器上的端口 {port} 被占用。',
    why: '另一个程序正在监听，或服务器仍认为之前的连接有效。',
    next: '请选择其他端口。保留的规则会自动重试。',
  },
};
