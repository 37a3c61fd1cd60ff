import type { TranslatedErrors } from '../load.ts';

export const NODE_TEXTS: TranslatedErrors = {
  'node.any-arguments': {
    what: '不能允许 {program} 使用任意参数。',
    why: '它的参数可能让它启动程序、加载代码或写入文件，这可能让网关在这里运行一切。',
    next: '请只允许所需的参数，或在网关询问时答复。',
  },
  'node.unpinned': {
    what: '此命令可能加载其他文件，因此只能允许一次：{command}',
    why: '规则只在决定运行内容的一切保持不变时有效；无法得知此命令会加载什么。',
    next: '请在网关询问时答复，或将命令写入 sh 脚本并允许该脚本。',
  },
  'node.program-unknown': {
    what: '在本机上找不到 {program}。',
    why: '后台进程的 PATH 中没有文件夹包含此名称的程序，或要在其中运行的文件夹不存在。',
    next: '请提供从根目录开始的程序完整路径。',
  },
  'node.rules-full': {
    what: '规则过多。',
    why: '网关运行的内容多到这种程度，任何人都难以掌握；最多可以有 {most} 条规则。',
    next: '请删除不再使用的规则，或允许一个程序使用任意参数。',
  },
  'node.run-over': {
    what: '此次运行已结束。',
    why: '程序已结束，或从未启动。',
    next: '请重新查看运行列表。',
  },
};
