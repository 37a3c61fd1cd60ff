import type { TranslatedErrors } from '../load.ts';

export const UPDATES_TEXTS: TranslatedErrors = {
  'shell.updates-elsewhere': {
    what: '不在这里检查更新。',
    why: '只有 ClawReach 应用会自行更新；浏览器显示的是本机后台进程的版本。',
    next: '请按安装时的方式更新 ClawReach。',
  },
  'shell.command-elsewhere': {
    what: '没有安装命令。',
    why: '只有 ClawReach 应用可以安装它。',
    next: '请在应用中打开设置。',
  },
  'shell.command-source': {
    what: '没有安装命令。',
    why: 'ClawReach 在这里从源代码运行。',
    next: '源代码的 README 说明了如何将命令加入 PATH。',
  },
  'shell.command-failed': {
    what: '没有安装命令。',
    why: '系统提示 {reason}。',
    next: '请重试；如果要求密码，必须是管理员的密码。',
  },
  'shell.command-taken': {
    what: '没有安装命令。',
    why: '{path} 处有另一个程序。',
    next: '如果不需要它，请删除或重命名，然后重试。',
  },
  'shell.command-moved': {
    what: '没有安装命令。',
    why: '应用的运行位置在其退出后会消失。',
    next: '请将 ClawReach 移到“应用程序”文件夹，从那里启动后重试。',
  },
  'shell.licences-missing': {
    what: '无法显示许可证。',
    why: '其文件缺失或已损坏。',
    next: '请重新安装 ClawReach。',
  },
  'update.not-set-up': {
    what: '不检查更新。',
    why: '此 ClawReach 构建不知道在哪里获取新版本的消息。',
    next: '请获取正式发布版，或按你构建的方式更新。',
  },
  'update.unreachable': {
    what: '无法确定是否有新版本。',
    why: '发布服务器没有应答：{reason}。',
    next: '请稍后再检查。ClawReach 照常运行。',
  },
  'update.none': {
    what: '无法确定是否有新版本。',
    why: '发布服务器没有此渠道和此系统的版本。',
    next: '请选择另一个渠道，或稍后再检查。',
  },
  'update.unsigned': {
    what: '更新被拒绝。',
    why: '服务器提供的信息没有签名。',
    next: '请稍后再检查。如果问题依旧，请从 ClawReach 的官方页面获取，并告知其开发者。',
  },
  'update.wrong-signature': {
    what: '更新被拒绝。',
    why: '服务器提供的信息不是用 ClawReach 的密钥签名的：它在途中被更改，或由他人制作。',
    next: '请稍后从其他网络再检查。如果问题依旧，请告知 ClawReach 的开发者。',
  },
  'update.malformed': {
    what: '更新被拒绝。',
    why: '无法读取服务器提供的信息。',
    next: '请稍后再检查。如果问题依旧，请从 ClawReach 的官方页面获取。',
  },
  'update.wrong-channel': {
    what: '更新被拒绝。',
    why: '服务器提供的是渠道 {offered} 的版本，而不是 {wanted}。',
    next: '请稍后再检查。如果问题依旧，请告知 ClawReach 的开发者。',
  },
  'update.wrong-system': {
    what: '更新被拒绝。',
    why: '服务器提供的是用于 {offered} 的版本，而这里是 {wanted}。',
    next: '请稍后再检查。如果问题依旧，请告知 ClawReach 的开发者。',
  },
  'update.expired': {
    what: '更新被拒绝。',
    why: '服务器提供的信息已过期：有效期至 {until}。也可能是本机时钟不准。',
    next: '请核对本机的日期，然后再检查。',
  },
  'update.rolled-back': {
    what: '更新被拒绝。',
    why: '服务器提供的信息比之前的更旧，可能有人在隐瞒更新的版本。',
    next: '请稍后从其他网络再检查。如果问题依旧，请告知 ClawReach 的开发者。',
  },
  'update.not-offered': {
    what: '没有可下载的内容。',
    why: '没有已知的新版本，或此安装不会自行更新。',
    next: '请先检查是否有新版本。',
  },
  'update.download': {
    what: '更新没有下载。',
    why: '下载中断：{reason}。',
    next: '请重试。正在运行的内容不受影响。',
  },
  'update.checksum': {
    what: '更新已丢弃。',
    why: '收到的文件与签名的文件不符。',
    next: '请重试；如果问题依旧，请换用其他网络。',
  },
  'update.install': {
    what: '更新没有安装。',
    why: '系统提示 {reason}。',
    next: '请重试，或手动安装新版本。',
  },
};
