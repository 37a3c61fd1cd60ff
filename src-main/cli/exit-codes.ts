/**
 * What the shell sees when a command ends. Documented in `clawreach --help`; scripts depend on them, so they never change.
 * `connect` passes the remote program's own code on (128 + n when a signal ended it), as ssh does.
 */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  agentNotRunning: 3,
  peerUnavailable: 4,
  refused: 5,
  relayUnreachable: 6,
  authentication: 7,
  fault: 70,
  interrupted: 130,
} as const;

/** Lines of the table in `--help`. */
export const EXIT_TEXTS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.failure, 'something failed; the message says what'],
  [EXIT.usage, 'the command line was not understood, or a setting is missing'],
  [EXIT.agentNotRunning, 'no agent is running for this profile'],
  [EXIT.peerUnavailable, 'the peer is unknown or offline'],
  [EXIT.refused, 'the other side, or this one, refused'],
  [EXIT.relayUnreachable, 'the relay cannot be reached'],
  [EXIT.authentication, 'a key, pin, code or token did not match'],
  [EXIT.fault, 'the agent met an error that nobody expected and ended; start it again'],
  [EXIT.interrupted, 'interrupted with Ctrl-C'],
];

/** Error codes by their beginning; the longest beginning that matches decides. A beginning ends at a dot or covers the whole code. */
const BY_CODE: Readonly<Record<string, number>> = {
  usage: EXIT.usage,
  'relay.unset': EXIT.usage,
  'relay.not-configured': EXIT.usage,
  'relay.url': EXIT.usage,
  'relay.pin': EXIT.usage,
  'relay.insecure-url': EXIT.usage,
  'pairing.code-format': EXIT.usage,
  'pairing.link-format': EXIT.usage,
  'control.not-running': EXIT.agentNotRunning,
  'control.lost': EXIT.agentNotRunning,
  'control.stopped': EXIT.agentNotRunning,
  peer: EXIT.peerUnavailable,
  'peer.name-taken': EXIT.failure,
  'peer.name-invalid': EXIT.failure,
  'peer.key-changed': EXIT.authentication,
  'peer.generation': EXIT.authentication,
  link: EXIT.peerUnavailable,
  direct: EXIT.peerUnavailable,
  'direct.listen': EXIT.failure,
  via: EXIT.peerUnavailable,
  'via.refused': EXIT.refused,
  rights: EXIT.refused,
  'peer.too-many-targets': EXIT.failure,
  'target.host': EXIT.usage,
  'target.ports': EXIT.usage,
  'target.protected': EXIT.usage,
  'rights.expired': EXIT.failure,
  approval: EXIT.refused,
  'approval.gone': EXIT.failure,
  'terminal.revoked': EXIT.refused,
  'forward.denied': EXIT.refused,
  'forward.unanswered': EXIT.refused,
  'forward.protected': EXIT.refused,
  'forward.peer-away': EXIT.peerUnavailable,
  'forward.linking': EXIT.peerUnavailable,
  'forward.no-peer': EXIT.peerUnavailable,
  'forward.no-password': EXIT.usage,
  'ssh.forward-refused': EXIT.refused,
  'ssh.host-key-unknown': EXIT.authentication,
  'ssh.host-key-changed': EXIT.authentication,
  'ssh.host-key-revoked': EXIT.authentication,
  'ssh.host-key-other': EXIT.authentication,
  'ssh.login-refused': EXIT.authentication,
  'ssh.password-missing': EXIT.authentication,
  'ssh.key-file-passphrase': EXIT.authentication,
  relay: EXIT.relayUnreachable,
  'relay.refused': EXIT.peerUnavailable,
  'relay.refused.refused': EXIT.refused,
  'relay.untrusted': EXIT.authentication,
  'relay.pin-mismatch': EXIT.authentication,
  'relay.tls-certificate': EXIT.authentication,
  'relay.key-mismatch': EXIT.authentication,
  'relay.welcome-signature': EXIT.authentication,
  'relay.signature': EXIT.authentication,
  'relay.certificate': EXIT.authentication,
  'relay.admission': EXIT.authentication,
  'relay.admission-needed': EXIT.authentication,
  'relay.removed': EXIT.authentication,
  'relay.enrolment': EXIT.authentication,
  'relay.relay-mismatch': EXIT.authentication,
  // A code that is mistyped, used or run out; what is left of a pairing.
  'relay.nameplate': EXIT.authentication,
  'relay.mailbox': EXIT.failure,
  certificate: EXIT.authentication,
  crypto: EXIT.authentication,
  handshake: EXIT.authentication,
  'pairing.wrong-code': EXIT.authentication,
  'pairing.certificate': EXIT.authentication,
  'pairing.wrong-device': EXIT.authentication,
  'agent.fault': EXIT.fault,
  interrupted: EXIT.interrupted,
};

/** The exit code for an error code, such as 4 for `peer.unknown`; 1 for what the table does not name. */
export function exitCodeOf(code: string): number {
  for (let beginning = code; beginning !== '';) {
    const exit = BY_CODE[beginning];
    if (exit !== undefined) return exit;
    const dot = beginning.lastIndexOf('.');
    beginning = dot < 0 ? '' : beginning.slice(0, dot);
  }
  return EXIT.failure;
}
