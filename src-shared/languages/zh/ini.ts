import type { TranslatedErrors } from '../load.ts';

export const INI_TEXTS: TranslatedErrors = {
  'ini.heading': {
    what: '“{text}”不是标题。',
    why: '每一节以方括号中的名称开头，例如 [office-proxy]。',
    next: '请更正此行。',
  },
  'ini.section-twice': {
    what: '有两节名为 {name}。',
    why: '规则以名称区分，不分大小写。',
    next: '请为其中之一另取名称。',
  },
  'ini.too-many': {
    what: '超过 {most} 节。',
    why: '一台设备不能保留更多规则。',
    next: '请删除一些。',
  },
  'ini.line': {
    what: '无法理解“{text}”。',
    why: '一行可以是键、等号和值；方括号中的标题；或以 # 或 ; 开头的注释。',
    next: '请更正此行。',
  },
  'ini.outside': {
    what: '键 {key} 不属于任何一节。',
    why: '每条规则自成一节，以方括号中的名称开头。',
    next: '请在其上方加上标题，例如 [office-proxy]。',
  },
  'ini.key-twice': {
    what: '键 {key} 出现了两次。',
    why: '一节中每项只写一次。',
    next: '请去掉其中之一。',
  },
  'ini.quotes': {
    what: '{key} 的引号没有闭合，或其中有无法读取的内容。',
    why: '以双引号开头的值以双引号结尾；其中 \\" 表示引号，\\\\ 表示反斜杠。',
    next: '请更正该值，或去掉引号。',
  },
  'ini.key': {
    what: '没有键 {key}。',
    why: '可用的键：{known}。',
    next: '请更正该键，或删除此行。',
  },
  'ini.key-other': {
    what: '键 {key} 不适用于类型 {type}。',
    why: '在那里不起任何作用。',
    next: '请删除此行，或选择其他类型。',
  },
  'ini.key-beside': {
    what: '键 {key} 不能与 {beside} 同时使用。',
    why: '在那里不起任何作用。',
    next: '请去掉其中之一。',
  },
  'ini.missing': {
    what: '缺少键 {key}。',
    why: '规则 {section} 必须有它。',
    next: '请添加一行 {key} = …',
  },
  'ini.value': {
    what: '“{value}”不适用于 {key}。',
    why: '应为：{expected}。',
    next: '请更正该值。',
  },
  'ini.name': {
    what: '“{name}”不能作为规则名称。',
    why: '名称由 1 到 64 个可见字符组成。',
    next: '请选择其他标题。',
  },
  'ini.peer': {
    what: '此节没有说明使用哪个对端。',
    why: '可用的对端：{peers}。',
    next: '请添加一行 peer = NAME，或为整个文件指定对端。',
  },
  'ini.user': {
    what: '不知道 SSH 服务器的用户。',
    why: '此节没有指定，而本系统没有告知由谁运行 ClawReach。',
    next: '请添加一行 ssh_user = NAME。',
  },
  'ini.empty': {
    what: '其中没有规则。',
    why: '其中没有任何一节；每一节以方括号中的名称开头。',
    next: '请检查文件是否正确。',
  },
};
