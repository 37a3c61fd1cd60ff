import type { Translation } from '../translation.ts';

export const DIAGNOSTICS_TEXTS = {
  'settings.diagnostics': '诊断',
  'settings.diagnostics.text':
    '供帮助你的人查看的报告：状态、原因和日志的最新几行。名称、地址和密钥已被替换，其中没有你输入或传输的任何内容。交给别人之前由你先阅读；不会发送任何内容。',
  'settings.diagnostics.make': '生成报告',
  'settings.diagnostics.title': '诊断报告',
  'settings.diagnostics.read': '这就是全部内容。交给别人之前请先查看。',
  'settings.diagnostics.loading': '正在收集…',
  'settings.diagnostics.report': '报告',
  'settings.diagnostics.copy': '复制',
  'settings.diagnostics.save': '保存…',
  'settings.diagnostics.saved': '报告已保存。',
} as const satisfies Translation;
