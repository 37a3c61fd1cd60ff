import type { Translation } from '../translation.ts';

export const UI_TEXTS = {
  'ui.close': '关闭',
  'ui.cancel': '取消',
  'ui.cancelled': '已取消',
  'ui.copy': '复制',
  'ui.copied': '已复制',
  'ui.dismiss': '忽略',
  'ui.loading': '正在加载',
  'ui.busy': '处理中',
  'ui.countdown': '剩余 {{time}}',
  'ui.countdown.over': '时间已到',
  'ui.retry': '{{time}} 后重试',
  'ui.retry.now': '正在重试',
  'ui.sparkline.empty': '{{label}}：暂无测量数据',
  'ui.sparkline.range': '{{label}}：{{last}} ms，介于 {{least}} 和 {{most}} ms 之间',
  'ui.words': '单词：{{words}}',

  'ui.key.ctrl': 'Ctrl',
  'ui.key.shift': 'Shift',
  'ui.key.enter': 'Enter',
  'ui.key.page-up': 'PageUp',
  'ui.key.page-down': 'PageDown',
  'ui.key.arrows': '方向键',
  'ui.key.escape': 'Esc',
} as const satisfies Translation;
