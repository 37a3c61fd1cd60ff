/** Machine that runs a terminal: a peer, or the machine of a gateway. */
export type TerminalHost =
  | Readonly<{ kind: 'peer'; peerId: string }>
  | Readonly<{ kind: 'gateway'; gatewayId: string }>;

/** Reports whether both are the same machine. Pure. */
export function sameHost(left: TerminalHost, right: TerminalHost): boolean {
  return terminalHostKey(left) === terminalHostKey(right);
}

/** Returns a text that identifies the machine, as a key of maps and of saved clipboard decisions. Pure. */
export function terminalHostKey(host: TerminalHost): string {
  return host.kind === 'peer' ? `peer ${host.peerId}` : `gateway ${host.gatewayId}`;
}
