/** Machine that runs a terminal: a peer, or the machine of a gateway. */
export type TerminalHost =
  | Readonly<{ kind: 'peer'; peerId: string }>
  | Readonly<{ kind: 'gateway'; gatewayId: string }>;

export function sameHost(left: TerminalHost, right: TerminalHost): boolean {
  return terminalHostKey(left) === terminalHostKey(right);
}

/** Returns a unique map key for the host. */
export function terminalHostKey(host: TerminalHost): string {
  return host.kind === 'peer' ? `peer ${host.peerId}` : `gateway ${host.gatewayId}`;
}
