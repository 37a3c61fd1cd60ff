/** The machine a terminal runs on: a peer, or the own machine of a gateway. */
export type TerminalHost =
  | Readonly<{ kind: 'peer'; peerId: string }>
  | Readonly<{ kind: 'gateway'; gatewayId: string }>;

export function sameHost(left: TerminalHost, right: TerminalHost): boolean {
  return terminalHostKey(left) === terminalHostKey(right);
}

/** A text that no other place has. */
export function terminalHostKey(host: TerminalHost): string {
  return host.kind === 'peer' ? `peer ${host.peerId}` : `gateway ${host.gatewayId}`;
}
