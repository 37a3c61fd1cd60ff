import type { Translation } from '../translation.ts';

export const TARGETS_TEXTS = {
  'peers.targets': '无需询问即允许',
  'peers.targets.about': '它可以随时访问的目标。请求中的“始终允许此目标”会在此添加。',
  'peers.targets.none': '暂无。',
  'peers.targets.free-port': '任一空闲端口',
  'peers.targets.public': '公网地址',
  'peers.targets.at': '仅当位于 {{places}}',
  'peers.targets.until': '至 {{until}}',
  'peers.targets.remove': '移除 {{target}}',
  'peers.targets.host': '主机或网络',
  'peers.targets.host.hint': '例如 localhost、db.lan、*.lan、10.0.0.0/8，或用 * 表示全部。',
  'peers.targets.ports': '端口',
  'peers.targets.ports.hint': '例如 5432、8000-8100，或用 * 表示全部。',
  'peers.targets.kind': '用途',
  'peers.targets.kind.connect': '连接到那里',
  'peers.targets.kind.listen': '在那里监听',
  'peers.targets.add': '添加目标',
  'peers.targets.wrong.host': '这不是有效的名称、地址或网络。',
  'peers.targets.wrong.ports': '端口是 1 到 65535 之间的数字、如 8000-8100 的范围，或 *。',
  'peers.targets.wrong.known': '列表中已有此项。',
} as const satisfies Translation;
