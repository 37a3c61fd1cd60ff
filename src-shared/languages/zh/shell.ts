import type { TranslatedErrors } from '../load.ts';

export const SHELL_TEXTS: TranslatedErrors = {
  'web-host.files-missing': {
    what: '窗口没有构建。',
    why: '其文件应位于 {directory}：{reason}。',
    next: '请重新安装 ClawReach。',
  },
  'web-host.port': {
    what: '无法在端口 {port} 提供窗口。',
    why: '系统提示 {reason}；通常是端口被其他程序占用。',
    next: '请使用任意空闲端口，或指定其他端口。',
  },
  'web-host.link-used': {
    what: '此链接已被使用或已过期。',
    why: '链接在十分钟内可以打开窗口一次。',
    next: '请在启动 ClawReach 的地方按 Enter，然后打开显示的新链接。',
  },
  'web-host.tries': {
    what: '现在不打开窗口。',
    why: '有人在一分钟内尝试了许多错误的链接。',
    next: '请等待一分钟，然后重新加载页面。',
  },
  'web-host.agent': {
    what: '本机上的 ClawReach 已退出。',
    why: '其后台进程没有应答。恢复后窗口会自动继续。',
    next: '请在原来启动 ClawReach 的地方重新启动它。',
  },
  'web-host.full': {
    what: '打开的窗口过多。',
    why: '最多同时打开八个窗口。',
    next: '请关闭一个，然后重新加载页面。',
  },
  'shell.browser-links': {
    what: '没有打开链接。',
    why: '在浏览器中，链接由浏览器自己打开。',
    next: '请重新加载页面；如果问题依旧，请将链接复制到地址栏。',
  },
  'shell.link': {
    what: '没有打开链接。',
    why: '只打开网页（https:、http:）和邮件地址（mailto:）的链接。',
    next: '如果你知道它通向哪里，请复制链接并自行打开。',
  },
  'shell.link-pace': {
    what: '没有打开链接。',
    why: '{seconds} 秒内最多打开 {limit} 个链接。',
    next: '请稍候再试。',
  },
  'shell.link-failed': {
    what: '没有打开链接。',
    why: '系统没有相应的程序，或程序没有启动。',
    next: '请复制链接并自行打开。',
  },
  'shell.camera-elsewhere': {
    what: '无法在这里请求应用使用摄像头。',
    why: '此窗口不属于应用；浏览器会自行请求摄像头。',
    next: '请在浏览器中允许摄像头，或从图片读取。',
  },
  'shell.files-elsewhere': {
    what: '文件没有保存。',
    why: '只有 ClawReach 应用会询问文件的保存位置；浏览器由其自己处理。',
    next: '请重新加载页面后重试，或复制文本。',
  },
  'shell.file-failed': {
    what: '文件没有保存。',
    why: '无法写入：{reason}。',
    next: '请选择其他位置，或复制文本。',
  },
  'shell.autostart-elsewhere': {
    what: '登录时启动的设置没有更改。',
    why: '浏览器不会随系统启动。',
    next: '请在应用的设置中更改。',
  },
  'shell.autostart-failed': {
    what: '登录时启动的设置没有更改。',
    why: '系统拒绝了：{reason}。',
    next: '请在系统设置中更改，或重试。',
  },
  'shell.autostart-held.win32': {
    what: 'Windows 阻止了登录时启动。',
    why: 'ClawReach 在任务管理器或 Windows 设置中被关闭。',
    next: '请打开“任务管理器 > 启动应用”，并启用 ClawReach。',
  },
  'shell.autostart-held.darwin': {
    what: 'macOS 正在等待你的许可。',
    why: '只有在 macOS 设置中允许后，ClawReach 才能在登录时启动。',
    next: '请打开“系统设置 > 通用 > 登录项”，并允许 ClawReach。',
  },
  'shell.secret-elsewhere': {
    what: '没有移动本设备的密钥。',
    why: '只有 ClawReach 应用可以打开系统的密钥库。',
    next: '请启动应用，并打开“设置 > 安全”。',
  },
  'shell.secret-other-agent': {
    what: '没有移动本设备的密钥。',
    why: '正在运行的后台进程由命令启动，使用文件中的密钥。',
    next: '请在启动它的地方结束该后台进程，随后由本应用接管。然后重试。',
  },
  'shell.no-hosted-relay': {
    what: '无法从这里启动中继。',
    why: '只有应用可以运行中继。',
    next: '请使用应用，或在另一台机器上运行的中继。',
  },
};
