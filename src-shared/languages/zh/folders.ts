import type { TranslatedErrors } from '../load.ts';

export const FOLDERS_TEXTS: TranslatedErrors = {
  'folder.relative': {
    what: '文件夹的路径不完整。',
    why: '{path} 对每个程序来说是不同的文件夹。',
    next: '请提供从根目录开始的完整路径，或以 ~/ 开头的路径。',
  },
  'folder.missing': {
    what: '没有文件夹 {path}。',
    why: '它已被移动或删除，或其所在磁盘目前不可用。',
    next: '请恢复它并重启该规则，或选择其他文件夹。',
  },
  'folder.not-a-folder': {
    what: '{path} 不是文件夹。',
    why: '它是单个文件，或其他不能包含文件的东西。',
    next: '请选择包含它的文件夹。',
  },
  'folder.unreadable': {
    what: '无法读取。',
    why: '系统不允许 ClawReach 读取 {path} 中的内容。',
    next: '请更改其读取权限，或共享其他文件夹。',
  },
  'folder.private': {
    what: '此文件夹不能共享。',
    why: '{path} 属于 ClawReach 自身，其中有本设备的密钥。',
    next: '请选择其他文件夹。',
  },
};
