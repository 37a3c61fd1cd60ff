import type { Translation } from '../translation.ts';

export const PEER_FACTS_TEXTS = {
  'peers.system': '系统',
  'peers.system.linux': 'Linux 系统',
  'peers.system.macos': 'macOS 系统',
  'peers.system.windows': 'Windows 系统',
  'peers.system.other': '其他系统',
  'peers.tried': '{{ago}}尝试过的地址',
  'peers.tried.worked': '对端已应答',
  'peers.tried.refused': '被拒绝：那里不接受连接',
  'peers.tried.unreachable': '没有通往该网络的路径',
  'peers.tried.no-answer': '没有应答',
  'peers.tried.wrong-answer': '应答的不是对端',
} as const satisfies Translation;
