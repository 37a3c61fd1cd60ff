import type { ErrorText } from './text.ts';

/** Tunnels through an SSH server. */
export const SSH_TEXTS: Readonly<Record<string, ErrorText>> = {
  'ssh.connecting': {
    what: 'Connecting to the SSH server {host}.',
    why: 'The rule has just started.',
    next: 'Nothing to do.',
  },
  'ssh.opening': {
    what: 'The port at the SSH server {host} is being opened.',
    why: 'The connection to the server stands; it has not said yet that it listens.',
    next: 'Nothing to do.',
  },
  'ssh.unreachable': {
    what: 'The SSH server cannot be reached.',
    why: 'There is no way to it, or nothing answers at its port: {reason}.',
    next: 'Check host and port of the server, and this machine’s network. It is tried again by itself.',
  },
  'ssh.lost': {
    what: 'The connection to the SSH server was lost.',
    why: 'The server ended it, does not answer any more, or the network between broke.',
    next: 'Nothing to do: it is made again by itself, and the port stays the same.',
  },
  'ssh.closed': {
    what: 'The SSH server ended the connection.',
    why: 'It says: {reason}.',
    next: 'Look at the log of the server. It is tried again by itself.',
  },
  'ssh.protocol': {
    what: 'The SSH server was not understood.',
    why: 'What answers there is no SSH server, one that speaks otherwise, or what it sent was damaged on the way: {reason}.',
    next: 'Check host and port of the server, and try again.',
  },
  'ssh.algorithm': {
    what: 'The SSH server offers nothing that is safe enough.',
    why: 'Both sides have no common {what}. ClawReach uses neither SHA-1 nor CBC, and no plain Diffie-Hellman inside the application.',
    next: 'Update the SSH server, or allow curve25519-sha256, AES-GCM or AES-CTR, and ed25519, ECDSA or rsa-sha2 keys there.',
  },
  'ssh.host-key-unknown': {
    what: 'The SSH server is not known yet.',
    why: 'It shows the key {fingerprint}. Until somebody has compared it, anybody on the way could be that server.',
    next: 'Compare the fingerprint with the one of the server (`ssh-keygen -lf` of its host key, there), and trust it.',
  },
  'ssh.host-key-changed': {
    what: 'The SSH server shows another key than before.',
    why: 'It was {before} and is {fingerprint}. Somebody may be on the way and read all that goes through; or the server was set up anew. Nothing was sent to it.',
    next: 'Ask whoever runs the server. Trust the new key only if the change is explained.',
  },
  'ssh.host-key-revoked': {
    what: 'The key of the SSH server is revoked.',
    why: 'The file ~/.ssh/known_hosts says that {fingerprint} must not be trusted any more.',
    next: 'Ask whoever runs the server.',
  },
  'ssh.host-key-other': {
    what: 'The SSH server shows another key than the one to be trusted.',
    why: 'The fingerprint {fingerprint} is not the one of the key it showed last.',
    next: 'Look at the rule again, and compare the fingerprint it shows now.',
  },
  'ssh.login-refused': {
    what: 'The SSH server does not let this login in.',
    why: 'It would take: {methods}. It refused what it was offered, or nothing of that was there to offer.',
    next: 'Check the user, and the key or password. The rule tries again when it is changed or restarted, so that the account is not locked.',
  },
  'ssh.password-missing': {
    what: 'There is no password for the SSH server.',
    why: 'The rule logs in by password, and none is saved.',
    next: 'Set the password of the rule, or let it log in with a key.',
  },
  'ssh.key-file-missing': {
    what: 'The key file cannot be read.',
    why: '{file} is not there, or this account may not read it.',
    next: 'Check the path, then restart the rule.',
  },
  'ssh.key-file-passphrase': {
    what: 'The key file stays locked.',
    why: '{file} is encrypted, and the passphrase is missing or wrong.',
    next: 'Set the passphrase as the password of the rule, or use a key agent.',
  },
  'ssh.key-file-format': {
    what: 'The key file cannot be used.',
    why: '{file} holds no private key in a form that is known here: OpenSSH, PEM or PuTTY, with ed25519, ECDSA or RSA.',
    next: 'Choose the private key, not the `.pub` file; others are converted with `ssh-keygen -p -f` and the file.',
  },
  'ssh.agent-missing': {
    what: 'There is no key agent.',
    why: 'SSH_AUTH_SOCK was not set when ClawReach started, or the agent behind it does not answer.',
    next: 'Start the agent, and ClawReach from a session that knows it; or let the rule use a key file.',
  },
  'ssh.agent-empty': {
    what: 'The key agent has no key.',
    why: 'It answers, and has none that could be offered to the server.',
    next: 'Add one with `ssh-add`. It is tried again by itself.',
  },
  'ssh.forward-refused': {
    what: 'The SSH server does not forward that.',
    why: 'Its settings forbid it: AllowTcpForwarding, PermitOpen or PermitListen, or the port is below 1024.',
    next: 'Ask whoever runs the server.',
  },
  'ssh.port-taken': {
    what: 'Port {port} at the SSH server is not free.',
    why: 'Another program listens there, or a former connection that the server still holds for alive.',
    next: 'Choose another port. A rule that is kept tries again by itself.',
  },
};
