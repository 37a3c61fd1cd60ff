import type { ForwardKind, ForwardRule } from '#shared/app-api/index.ts';

/**
 * Kinds of forwards that the form offers. A TCP bridge appears as two kinds, one for each direction. The list of forwards uses the functions of this
 * file too; all are pure.
 */
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
/** Kind of a forward in the form. */
export type FormKind = (typeof FORM_KINDS)[number];

/** Returns the form's kind of a saved rule. */
export function formKindOf(rule: ForwardRule): FormKind {
  if (rule.kind !== 'tcp-bridge') return rule.kind;
  return rule.direction === 'local' ? 'port-here' : 'port-there';
}

/** Returns the rule's kind for a kind of the form. */
export function ruleKindOf(kind: FormKind): ForwardKind {
  return kind === 'port-here' || kind === 'port-there' ? 'tcp-bridge' : kind;
}

/** Reports whether the port is opened on another machine: the peer or the SSH server. */
export function listensElsewhere(rule: ForwardRule): boolean {
  if (rule.kind === 'folder') return rule.peer !== undefined;
  return (rule.kind === 'tcp-bridge' || rule.kind === 'ssh-tunnel') && rule.direction === 'remote';
}
