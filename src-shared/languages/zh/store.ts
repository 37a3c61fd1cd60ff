import type { TranslatedErrors } from '../load.ts';

export const STORE_TEXTS: TranslatedErrors = {
  'store.secret-permissions': {
    what: '其他人可以读取本设备的秘密，因此不使用它。',
    why: '{file} 对本机的其他用户开放，或属于其中一人。',
    next: '请将 {file} 设为仅你的账户可用。如果其他人可能读取过，请删除此配置并重新配对本设备。',
  },
  'store.secret-length': {
    what: '本设备的秘密已损坏。',
    why: '{file} 有 {length} 字节，而应为 32 字节。',
    next: '请从备份恢复该文件，或将其移走并重新配对本设备。',
  },
  'store.secret-exists': {
    what: '没有替换本设备的秘密。',
    why: '{file} 已存在，而秘密绝不会被覆盖。',
    next: '要以新身份开始，请先移走该文件；之后必须重新配对每个对端。',
  },
  'store.secret-lost': {
    what: '无法保存本设备的秘密。',
    why: '密钥库接收了它，但没有返还。',
    next: '请解锁系统的密钥库，或改用文件保存，然后重新启动。',
  },
  'store.secret-sealed': {
    what: '本设备的秘密保存在系统的密钥库中，只有应用可以打开。',
    why: '应用已将它密封到 {file}。没有生成新身份。',
    next: '请启动 ClawReach 应用并保持运行。要在没有应用时使用，请在应用中选择：“设置 > 安全 > 只有你能读取的文件”。',
  },
  'store.secret-conflict': {
    what: '此配置有两个不同的秘密，因此都不使用。',
    why: '{file} 和 {sealed} 属于两台设备；其中一个是复制到这里的。',
    next: '请移走不属于本设备的那个，然后重新启动。',
  },
  'store.key-store-locked': {
    what: '本系统的密钥库已锁定或没有运行。',
    why: '本设备的秘密 {file} 由它密封（{backend}）。没有更改任何内容，也没有生成新身份。',
    next: '请解锁密钥库，例如重新登录桌面。之后 ClawReach 会自动继续。',
  },
  'store.key-store-missing': {
    what: '保存本设备秘密的密钥库不存在。',
    why: '{file} 由 {backend} 密封，而此桌面没有密钥库。没有更改任何内容，也没有生成新身份。',
    next: '请在之前运行 ClawReach 的桌面中启动它。',
  },
  'store.key-store-refused': {
    what: '密钥库无法打开本设备的秘密。',
    why: '{file} 由 {backend} 密封；现在 {now} 给出的密钥不同。没有更改任何内容。',
    next: '请恢复密钥环，或移走该文件以作为新设备开始；之后必须重新配对每个对端。',
  },
  'store.secret-gone': {
    what: '本设备的秘密已不在其配置中。',
    why: '有人在后台进程运行时移除了它。',
    next: '请在退出 ClawReach 之前从备份恢复；否则本设备会作为新设备开始，必须重新配对每个对端。',
  },
  'store.key-store-unavailable': {
    what: '没有移动本设备的密钥。',
    why: '本系统的密钥库不存在、已锁定或未能工作。密钥仍在原处。',
    next: '请解锁密钥库（例如重新登录桌面），然后重试。',
  },
  'store.directory-permissions': {
    what: '此配置的目录对其他用户开放，因此不使用。',
    why: '其他人可以进入 {file}。',
    next: '请将 {file} 设为仅你的账户可用，然后重新启动 ClawReach。',
  },
  'store.malformed': {
    what: '此配置的一个文件已损坏。',
    why: '{message}',
    next: '请从备份恢复该文件，或将其移走，在没有其内容的情况下开始。',
  },
  'store.recovered': {
    what: '此配置的一个文件已损坏，正在使用其最近的完好副本。',
    why: '无法理解 {file}。其中最新的更改可能丢失。损坏的文件已保留。',
    next: '请检查一切是否正常。如果再有文件损坏，请检查磁盘。',
  },
  'store.restored': {
    what: '此配置缺少一个文件，正在使用其最近的完好副本。',
    why: '{file} 不存在。其中最新的更改可能丢失。',
    next: '请检查一切是否正常。',
  },
  'store.lost': {
    what: '此配置的一个文件已损坏，ClawReach 在没有其内容的情况下启动。',
    why: '无法理解 {file}，也没有其完好副本。损坏的文件会保留，绝不覆盖。',
    next: '请退出 ClawReach 并从备份恢复该文件，或继续使用并重新设置缺失的内容。',
  },
  'store.disk-full': {
    what: '磁盘已满，无法保存任何更改。',
    why: '{directory} 没有剩余空间（{reason}）。正在运行的内容会继续。',
    next: '请释放一些空间；ClawReach 会自动发现。',
  },
  'store.read-only': {
    what: '无法写入此配置，因此无法保存任何更改。',
    why: '{directory} 只能读取（{reason}）。正在运行的内容会继续。',
    next: '请检查目录的访问权限，以及其磁盘是否以只读方式挂载。',
  },
  'store.not-writable': {
    what: '无法写入此配置，因此无法保存任何更改。',
    why: '写入 {directory} 失败（{reason}）。正在运行的内容会继续。',
    next: '请检查磁盘；可以写入后 ClawReach 会自动发现。',
  },
  'store.newer': {
    what: '此配置的一个文件由更高版本的 ClawReach 写入。',
    why: '{file} 的版本是 {version}；此 ClawReach 最高支持 {supported}。',
    next: '请更新 ClawReach，或选择其他配置。',
  },
  'store.unreadable': {
    what: '无法读取此配置的一个文件。',
    why: '{file}：{reason}。',
    next: '请检查该文件及其目录的所有者和访问权限，然后重新启动。',
  },
  'store.write': {
    what: '无法保存更改，因此没有进行更改。',
    why: '{file}：{reason}。',
    next: '请检查可用空间和访问权限，然后重试。',
  },
  'store.invalid': {
    what: '没有进行更改，因为之后将无法读取。',
    why: '{message}',
    next: '请换用其他值重试；如果问题依旧，请附上后台进程的日志报告。',
  },
};
