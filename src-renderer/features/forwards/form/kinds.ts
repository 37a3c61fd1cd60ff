import type { ForwardKind, ForwardRule } from '#shared/app-api/index.ts';

/** Kinds offered to a person; the direction of a TCP bridge makes two of them. */
export const FORM_KINDS = [
  'socks5',
  'port-here',
  'wg-proxy',
  'http-proxy',
  'port-there',
  'udp',
  'ssh-tunnel',
  'auto',
  'folder',
] as const;
export type FormKind = (typeof FORM_KINDS)[number];

export function formKindOf(rule: ForwardRule): FormKind {
  if (rule.kind !== 'tcp-bridge') return rule.kind;
  return rule.direction === 'local' ? 'port-here' : 'port-there';
}

export function ruleKindOf(kind: FormKind): ForwardKind {
  return kind === 'port-here' || kind === 'port-there' ? 'tcp-bridge' : kind;
}

/** Reports whether the port is opened on another machine. */
export function listensElsewhere(rule: ForwardRule): boolean {
  return (rule.kind === 'tcp-bridge' || rule.kind === 'ssh-tunnel') && rule.direction === 'remote';
}
