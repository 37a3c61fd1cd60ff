import type { TranslatedErrors } from '../load.ts';

export const SERVICE_TEXTS: TranslatedErrors = {
  'service.unsupported': {
    what: 'ClawReach 无法在此系统上安装服务。',
    why: '它不了解 {platform} 的服务管理器。',
    next: '请让你自己的服务管理器运行 ClawReach，或在设置中打开登录时启动。',
  },
  'service.app-image': {
    what: '没有安装服务。',
    why: 'AppImage 每次挂载的位置不同，服务会找不到程序。',
    next: '要使用服务，请安装 deb 或 rpm 软件包，或在应用的设置中打开“登录时启动”。',
  },
  'service.path': {
    what: '没有安装服务。',
    why: '路径中有服务文件无法容纳的字符：{path}',
    next: '请为配置选择其他目录。',
  },
  'service.no-tool': {
    what: '没有安装服务。',
    why: '此系统没有 ClawReach 需要调用的 {program}。',
    next: '请使用设置中的登录时启动。',
  },
  'service.no-manager': {
    what: '你的用户服务管理器没有应答。',
    why: '{command} 失败：{reason}',
    next: '请以本人身份登录后重试。',
  },
  'service.failed': {
    what: '服务管理器拒绝了。',
    why: '{command} 失败：{reason}',
    next: '请查看服务管理器的日志。',
  },
  'service.foreign-file': {
    what: '服务文件由他人写入，因此不作改动。',
    why: '{file} 已存在，但不是由 ClawReach 写入的。',
    next: '请将其移走后重试。',
  },
  'service.write': {
    what: '无法更改服务文件。',
    why: '{file}：{reason}。',
    next: '请检查可用空间和访问权限，然后重试。',
  },
  'service.not-installed': {
    what: '没有可移除的服务。',
    why: '{file} 不存在。',
    next: '请先安装服务。',
  },
};
