import type { ErrorText } from './text.ts';

/** Rules on this device. What a peer says of a connection is in `targets.ts`. */
export const FORWARDS_TEXTS: Readonly<Record<string, ErrorText>> = {
  'forward.unknown': {
    what: 'There is no such rule.',
    why: 'It was removed meanwhile, or its name is spelled otherwise.',
    next: '`clawreach relay status` shows all rules.',
  },
  'forward.unknown-connection': {
    what: 'That connection is over.',
    why: 'It ended before it could be ended.',
    next: 'Nothing to do.',
  },
  'forward.name-taken': {
    what: 'Another rule is called {name}.',
    why: 'Rules are told apart by their names.',
    next: 'Choose another name, or change the rule that has it.',
  },
  'forward.too-many-rules': {
    what: 'No more rules can be added.',
    why: 'A device keeps at most {most}.',
    next: 'Remove those that are not needed.',
  },
  'forward.no-password': {
    what: 'A password is missing.',
    why: 'Programs shall name the user {user}, and a user without a password keeps nobody out.',
    next: 'Give a password as well, or no user.',
  },
  'forward.secret-unreadable': {
    what: 'The saved password of this rule cannot be read.',
    why: 'It was sealed for another device: the profile was copied, or the key of this device is a new one.',
    next: 'Set the password again.',
  },
  'forward.kind-unavailable': {
    what: 'Rules of the kind {kind} do not run here.',
    why: 'This version of ClawReach has no part that runs them.',
    next: 'Update ClawReach, or choose another kind.',
  },
  'forward.target': {
    what: 'The rule does not say where its connections go.',
    why: 'A tunnel for one port needs a target; one that is a proxy has none.',
    next: 'Give the target as host and port, or leave it out for the kind `dynamic`.',
  },
  'forward.no-peer': {
    what: 'The peer of this rule is not known any more.',
    why: 'It was forgotten on this device.',
    next: 'Pair with it again, choose another peer for the rule, or remove the rule.',
  },
  'forward.not-running': {
    what: 'The rule does not run.',
    why: 'It is switched off, or could not start.',
    next: 'Switch it on, and look at what it says.',
  },
  'forward.kind': {
    what: 'A rule of this kind has nothing like that.',
    why: 'Keys of servers are trusted for SSH tunnels; ways are tried for rules of the kind `auto`.',
    next: 'Choose the rule that was meant.',
  },
  'forward.no-host-key': {
    what: 'No key waits to be trusted.',
    why: 'The rule {name} has no SSH server, or its server has shown no key that is unknown.',
    next: '`clawreach relay status` shows how it is.',
  },
  'forward.port-privileged': {
    what: 'Port {port} cannot be opened.',
    why: 'This system keeps ports below 1024 for administrators.',
    next: 'Choose a port from 1024 on, such as {free}.',
  },
  'forward.address': {
    what: 'Nothing can listen at {host}.',
    why: 'It is not an address of this machine now, or not one at all.',
    next: 'Use 127.0.0.1 for programs on this machine; it is tried again by itself in case the network comes back.',
  },
  'forward.listen-failed': {
    what: 'The port {port} could not be opened.',
    why: '{message}',
    next: 'Choose another port, or restart the rule.',
  },
  'forward.asking': {
    what: '{peer} is asking its owner.',
    why: 'What the connection goes to needs an approval there.',
    next: 'Approve the request at {peer}. There `clawreach targets NAME --allow HOST:PORT` saves the question next time, and `--listen HOST:PORT` for a port that {peer} opens; NAME is this device.',
  },
  'forward.linking': {
    what: '{peer} is not reachable now.',
    why: 'It is waited for; the port stays open.',
    next: 'Check that {peer} runs and is online. It goes on by itself.',
  },
  'forward.listener-closed': {
    what: '{peer} closed the port it had opened for this rule.',
    why: 'A right was taken back there, or the device is ending.',
    next: 'It is asked again by itself; look at the rights at {peer} if it stays so.',
  },
  'forward.wireguard-silent': {
    what: 'WireGuard at {target} answers no handshake.',
    why: 'It does not run there, listens at another port, or does not know the key of this end.',
    next: 'Look at `wg show` at both ends: keys, allowed addresses, and the port of the other end.',
  },
  'forward.no-way': {
    what: 'No way to {peer} works now.',
    why: 'Its link does not answer, and the SSH server of the rule, if it has one, cannot be used either.',
    next: 'Look at what was tried for each way (`clawreach relay status`). It goes on by itself as soon as one works.',
  },
  'forward.no-datagrams': {
    what: 'Datagrams (UDP) cannot go this way.',
    why: 'The rule takes its SSH server now, and SSH carries connections only.',
    next: 'Try again when the link to {peer} works, or let the program use TCP.',
  },
  'forward.one-password': {
    what: 'A rule has one password.',
    why: 'Programs shall name it to the proxy, and the SSH server asks for one as well.',
    next: 'Log in at the SSH server with a key or the SSH agent, or let programs in without a user.',
  },
  'forward.slower': {
    what: 'The link works, and is markedly slower than the SSH server.',
    why: 'Its answers take more than three times as long.',
    next: 'Nothing to do: new connections take the link again when it is quick.',
  },
  'forward.unsupported': {
    what: '{peer} does not know forwards.',
    why: 'Its version of ClawReach is older.',
    next: 'Update ClawReach there.',
  },
  'forward.cancelled': {
    what: 'The connection was given up.',
    why: 'The program that wanted it has gone, or the rule was ended.',
    next: 'Nothing to do.',
  },
};
