/**
 * What a person reads for each error code: what happened, why, and what to do next. `{name}` is filled from the error's details.
 * Codes are shared by every user interface; the catalogue of languages will key on them.
 */
export type ErrorText = Readonly<{ what: string; why: string; next: string }>;

export const ERROR_TEXTS: Readonly<Record<string, ErrorText>> = {
  internal: {
    what: 'Something went wrong inside ClawReach.',
    why: '{message}',
    next: 'Try again; if it stays, run `clawreach status` and look at the log of the agent.',
  },
  'handshake.unknown-peer': {
    what: 'The other device does not know this one.',
    why: 'It is not paired with this device, or the pairing was removed.',
    next: 'Pair the two devices again with `clawreach pair`.',
  },
  'handshake.wrong-peer': {
    what: 'Another device answered, and the connection was ended.',
    why: 'The one that answered does not have the key of the paired device. Somebody on the way may have tried to take its place.',
    next: 'Do not go on over this network. If the device was set up anew, remove it and pair again.',
  },
  'handshake.static-key': {
    what: 'The connection was ended because the keys of the other device do not fit together.',
    why: 'Its certificate names another key than the one it used.',
    next: 'Restart ClawReach on the other device; if it stays, remove it and pair again.',
  },
  'handshake.generation': {
    what: 'The connection was ended because the other device used a key that it has replaced.',
    why: 'An older copy of the device may be running, or somebody uses an old key.',
    next: 'Make sure that only one copy of the other device runs; if it was restored from a backup, pair again.',
  },
  'handshake.replay': {
    what: 'A connection request was refused because it came twice.',
    why: 'Somebody on the way repeated an earlier request. Nothing was opened.',
    next: 'Nothing needs to be done; try again if it was you who connected.',
  },
  'handshake.downgrade': {
    what: 'The connection was ended because its terms were changed on the way.',
    why: 'The other device did not receive what this device offered.',
    next: 'Try another network or relay; update both devices.',
  },
  'handshake.version': {
    what: 'The two devices have no protocol version in common.',
    why: 'One of them runs a much older ClawReach.',
    next: 'Update ClawReach on both devices.',
  },
  'handshake.suite': {
    what: 'The two devices have no cipher suite in common.',
    why: 'One of them runs a much older ClawReach.',
    next: 'Update ClawReach on both devices.',
  },
  'handshake.mac': {
    what: 'A connection request was refused because it was meant for another device.',
    why: 'The request was made for another peer id than that of this device.',
    next: 'Check the peer id you connect to.',
  },
  'handshake.self': {
    what: 'A device cannot connect to itself.',
    why: 'The peer id is that of this device.',
    next: 'Choose another device.',
  },
  'certificate.signature': {
    what: 'The certificate of the other device is forged or damaged.',
    why: 'Its signature does not fit its key.',
    next: 'Try again; if it stays, somebody on the way changes what the devices send.',
  },
  'certificate.expired': {
    what: 'The certificate of the other device is not valid at this time.',
    why: 'The clock of one of the two devices is wrong by more than a day, or the other device has not been restarted for years.',
    next: 'Check date and time on both devices, then restart ClawReach on the other one.',
  },
  'crypto.open': {
    what: 'The connection was ended because a message was damaged or forged.',
    why: 'What arrived is not what the other device sent.',
    next: 'Connect again; if it stays, try another network or relay.',
  },
  'crypto.low-order': {
    what: 'The connection was ended because the other side sent an invalid key.',
    why: 'No correct program makes such a key.',
    next: 'Do not go on over this network; update ClawReach on the other device.',
  },
  'format.peer-id': {
    what: 'This is not a peer id.',
    why: 'A character is wrong, missing or one too many; its check characters do not fit.',
    next: 'Copy the peer id again from `clawreach status` on the other device.',
  },
  'store.secret-permissions': {
    what: 'The secret of this device can be read by others, so it is not used.',
    why: '{file} is open to other users of this machine, or belongs to one of them.',
    next: 'Run `{command}`. If somebody else may have read it, remove the profile and pair this device anew.',
  },
  'store.secret-length': {
    what: 'The secret of this device is damaged.',
    why: '{file} has {length} bytes and not 32.',
    next: 'Put the file back from a backup, or move it away and pair this device anew.',
  },
  'store.secret-exists': {
    what: 'The secret of this device was not replaced.',
    why: '{file} exists, and a secret is never overwritten.',
    next: 'To start with a new identity, move the file away first; every peer has to be paired anew then.',
  },
  'store.secret-lost': {
    what: 'The secret of this device could not be kept.',
    why: 'The key store took it and did not give it back.',
    next: 'Unlock the key store of your system, or use the file store, and start again.',
  },
  'store.directory-permissions': {
    what: 'The directory of this profile is open to other users, so it is not used.',
    why: '{file} may be entered by others than you.',
    next: 'Run `{command}` and start again, or choose another directory with `--profile`.',
  },
  'store.malformed': {
    what: 'A file of this profile is damaged.',
    why: '{message}',
    next: 'Put the file back from a backup, or move it away to start without what it held.',
  },
  'store.corrupt': {
    what: 'A file of this profile is damaged, and there is no good copy of it.',
    why: '{file} cannot be understood, nor can the copy beside it. Nothing was overwritten.',
    next: 'Put the file back from a backup, or move it away to start without what it held.',
  },
  'store.newer': {
    what: 'A file of this profile was written by a later version of ClawReach.',
    why: '{file} has version {version}; this ClawReach knows up to {supported}.',
    next: 'Update ClawReach, or choose another profile.',
  },
  'store.unreadable': {
    what: 'A file of this profile cannot be read.',
    why: '{file}: {reason}.',
    next: 'Check owner and permissions of the file and its directory, then start again.',
  },
  'store.write': {
    what: 'A change could not be saved, so it was not made.',
    why: '{file}: {reason}.',
    next: 'Check free space and permissions, then try again.',
  },
  'store.invalid': {
    what: 'A change was not made because it could not be read back later.',
    why: '{message}',
    next: 'Try again with other values; if it stays, report it with the log of the agent.',
  },
  'peer.unknown': {
    what: 'No peer is called {name}.',
    why: 'It is neither the name of a peer nor the beginning of a peer id.',
    next: '{hint}Run `clawreach list` to see your peers, or `clawreach pair` to add one.',
  },
  'peer.ambiguous': {
    what: '{name} fits more than one peer.',
    why: 'It fits {candidates}.',
    next: 'Use the name as `clawreach list` shows it, or more characters of the peer id.',
  },
  'peer.name-taken': {
    what: 'The name {name} is taken.',
    why: 'Another peer has it, and names must tell peers apart.',
    next: 'Choose another name, or rename the other peer first.',
  },
  'peer.name-invalid': {
    what: 'This name cannot be used.',
    why: 'It has no character that can be shown.',
    next: 'Choose a name with at least one letter or digit, 64 characters at most.',
  },
  'peer.key-changed': {
    what: 'The identity of {name} is not the one you paired with.',
    why: 'Another key was shown under the same peer id. Nothing was changed.',
    next: 'Do not go on. If the device was set up anew, remove it with `clawreach forget` and pair again.',
  },
  'peer.generation': {
    what: '{name} showed a key that it has replaced.',
    why: 'Its certificate is of generation {shown}; {known} is known already.',
    next: 'Make sure that only one copy of that device runs; if it was restored from a backup, pair again.',
  },
  'rights.denied': {
    what: 'The other device does not allow this.',
    why: 'The person there has not given this device the right, said no, or has taken it back.',
    next: 'Ask for it; on that device: `clawreach rights <this device> --allow terminal`.',
  },
  'rights.unanswered': {
    what: 'Nobody at the other device answered.',
    why: 'Your request was shown there for two minutes. Nothing is ever allowed by time alone.',
    next: 'Ask somebody to look at the screen there, then try again.',
  },
  'rights.expired': {
    what: 'The right was not changed.',
    why: 'The time it should end at has passed already.',
    next: 'Choose a time in the future, or none.',
  },
  'approval.gone': {
    what: 'Request {id} does not wait for an answer any more.',
    why: 'It was answered, withdrawn, or its time was over. Nothing is ever accepted by time.',
    next: 'Run `clawreach approvals` to see what waits; the other side can ask again.',
  },
  'control.not-running': {
    what: 'ClawReach is not running for this profile.',
    why: 'Nobody listens at {path}.',
    next: 'Start it with `clawreach run`, or open the application.',
  },
  'control.in-use': {
    what: 'ClawReach is running for this profile already.',
    why: 'The process {pid} has it; there is one agent for each profile.',
    next: 'Use the running one, or end it with `clawreach stop`.',
  },
  'control.forbidden': {
    what: 'The running ClawReach belongs to another user.',
    why: '{path} may be used by its owner only.',
    next: 'Run the command as that user, or use a profile of your own.',
  },
  'control.directory': {
    what: 'The directory of the control socket is not safe, so it is not used.',
    why: '{directory} belongs to another user or may be entered by others.',
    next: 'Run `{command}` if the directory is yours; else choose another profile.',
  },
  'control.path': {
    what: 'The control socket cannot be made.',
    why: '{path} exists and is not a socket.',
    next: 'Move it away and start again.',
  },
  'control.timeout': {
    what: 'The agent does not answer.',
    why: 'A connection to {path} was not taken in time.',
    next: 'Try again; if it stays, stop the agent and start it again.',
  },
  'control.failed': {
    what: 'The agent cannot be reached.',
    why: '{path}: {reason}.',
    next: 'Try again; if it stays, stop the agent and start it again.',
  },
  'control.lost': {
    what: 'The connection to the agent is gone.',
    why: 'The agent ended, or it closed the connection.',
    next: 'Run the command again; `clawreach status` tells whether the agent runs.',
  },
  'control.cancelled': {
    what: 'Cancelled.',
    why: 'You, or the program that asked, cancelled this.',
    next: 'Run it again when you want.',
  },
  'control.invalid': {
    what: 'The request was not understood.',
    why: '{message}',
    next: 'Check what you typed; if the command line and the agent differ in version, restart the agent.',
  },
  'control.unknown-call': {
    what: 'The agent does not know this request.',
    why: 'It has no call {call}: the command line and the agent differ in version.',
    next: 'Restart the agent so that both are the same version.',
  },
  'control.protocol': {
    what: 'The agent and this program do not understand each other.',
    why: '{message}',
    next: 'Restart the agent so that both are the same version; if it stays, report it.',
  },
  'control.busy': {
    what: 'Too many requests at once.',
    why: 'The agent takes {limit} at a time from one program.',
    next: 'Wait until some are done, then try again.',
  },
  'control.too-large': {
    what: 'The answer is too large.',
    why: 'It does not fit one message.',
    next: 'Ask for less, such as with a smaller `--limit`.',
  },
  'control.channel-ended': {
    what: 'This direction of the terminal has ended.',
    why: 'Nothing can be sent on it any more.',
    next: 'Open the terminal again.',
  },
  'pairing.code-format': {
    what: 'This is not a pairing code.',
    why: 'A code has eight letters and digits, such as ABCD-1234. The letter U is never part of one.',
    next: 'Read the code on the other device once more and run `clawreach pair CODE`.',
  },
  'pairing.link-format': {
    what: 'This is not a complete pairing link.',
    why: 'A part of the link is missing or was changed, as happens when it is copied by halves.',
    next: 'Copy the whole link, from `clawreach://pair` to its end, and run `clawreach pair LINK`.',
  },
  'pairing.used': {
    what: 'This pairing code has been used.',
    why: 'A code is good for one try, so that nobody can guess it by trying again.',
    next: 'Run `clawreach pair` on the other device for a new code, then `clawreach pair CODE` here.',
  },
  'pairing.wrong-code': {
    what: 'The pairing code is wrong.',
    why: 'The two devices do not have the same code or link: it was mistyped, it belongs to another device, or somebody in between tried to guess it. Nothing was paired.',
    next: 'Run `clawreach pair` on the other device for a new code; if it fails again, use `clawreach pair --link`.',
  },
  'pairing.cancelled': {
    what: 'The pairing was cancelled.',
    why: 'Somebody stopped it on this or the other device. Nothing was paired here.',
    next: 'Run `clawreach pair` for a new code when both devices are ready.',
  },
  'pairing.interrupted': {
    what: 'The pairing was interrupted.',
    why: 'The connection to the other device or the relay ended before both had confirmed. Nothing was paired here.',
    next: 'Check `clawreach status` on both devices, then run `clawreach pair` for a new code.',
  },
  'pairing.expired': {
    what: 'The pairing code has expired.',
    why: 'A code or link is good for ten minutes.',
    next: 'Run `clawreach pair` for a new code.',
  },
  'pairing.timeout': {
    what: 'The other device stopped answering during the pairing.',
    why: 'It may have gone to sleep or lost its network. Nothing was paired here.',
    next: 'Make sure that both devices stay online and run `clawreach pair` for a new code.',
  },
  'pairing.self': {
    what: 'A device cannot be paired with itself.',
    why: 'The code or link was made by this device.',
    next: 'Run `clawreach pair CODE` on the other device.',
  },
  'pairing.certificate': {
    what: 'The other device could not prove who it is.',
    why: 'Its certificate is not valid or belongs to another key, or the clock of one device is wrong by more than a day.',
    next: 'Check date and time on both devices, then run `clawreach pair` for a new code.',
  },
  'pairing.wrong-device': {
    what: 'Another device answered than the one that made the link.',
    why: 'Somebody who has seen the link may have tried to take its place. Nothing was paired.',
    next: 'Do not use this link again: run `clawreach pair --link` on the other device and pass the new one on in private.',
  },
  'pairing.commitment': {
    what: 'The other device tried to choose the four words.',
    why: 'It fixed its part of them at first and then showed another. Somebody who knows the code may stand between the two devices. Nothing was paired.',
    next: 'Run `clawreach pair --link` and pass the link on in private.',
  },
  'pairing.version': {
    what: 'The two devices speak different versions of pairing.',
    why: 'One of them runs an older ClawReach.',
    next: 'Update ClawReach on both devices, then run `clawreach pair` for a new code.',
  },
  'pairing.protocol': {
    what: 'The pairing was ended because a message made no sense.',
    why: 'It was damaged or changed on its way. Nothing was paired here.',
    next: 'Run `clawreach pair` for a new code; if it happens again, use another network or relay.',
  },
  'pairing.use-link': {
    what: 'Codes are switched off for now, after three wrong ones in a row.',
    why: 'A code is short, and somebody may be guessing. A link cannot be guessed.',
    next: 'Run `clawreach pair --link` and pass the link on in private.',
  },
  'pairing.too-many': {
    what: 'Too many invitations are open on this device.',
    why: 'Each waits up to ten minutes for the other device.',
    next: 'Use or cancel one of them, or wait until they expire, then run `clawreach pair` again.',
  },
  'pairing.unknown': {
    what: 'There is no such invitation.',
    why: 'It is over, or the agent was restarted since.',
    next: 'Run `clawreach pair` for a new code.',
  },
  'pairing.failed': {
    what: 'The pairing failed.',
    why: 'One of the two devices had a problem and gave up. Nothing was paired here.',
    next: 'Run `clawreach status` on both devices, then `clawreach pair` for a new code.',
  },
  'terminal.params': {
    what: 'The terminal was not opened.',
    why: 'The other device did not accept the request: {message}.',
    next: 'Update ClawReach on both devices; they may not be of the same version.',
  },
  'terminal.too-many': {
    what: 'No more terminals can be opened there.',
    why: 'A device keeps at most 32 terminals for each peer, and 256 in all.',
    next: 'Close some: `clawreach connect` shows those that still run.',
  },
  'terminal.unknown': {
    what: 'That terminal does not exist any more.',
    why: 'Its program has ended, or nobody came back to it for ten minutes.',
    next: 'Open a new one.',
  },
  'terminal.spawn': {
    what: 'The terminal could not be started.',
    why: '{message}',
    next: 'Try again; if it stays, look at the log of the agent on the other device.',
  },
  'terminal.command-not-found': {
    what: 'The program was not found.',
    why: 'The other device has no program of that name, or may not run it.',
    next: 'Check the spelling, or give its full path.',
  },
  'terminal.host-lost': {
    what: 'The terminal was lost.',
    why: 'The process that holds the terminals on the other device ended unexpectedly.',
    next: 'Open a new one; if it happens again, look at the log of the agent there.',
  },
  'terminal.host-failed': {
    what: 'Terminals cannot be opened there at the moment.',
    why: 'The process that holds them has ended unexpectedly several times within minutes.',
    next: 'Wait five minutes, or restart the agent on the other device.',
  },
  'terminal.taken-over': {
    what: 'The terminal is open elsewhere now.',
    why: 'It was opened again, in another window or program, and has one viewer at a time.',
    next: 'Open it here again to take it back.',
  },
  'terminal.revoked': {
    what: 'The terminal was closed by the other device.',
    why: 'The right to open terminals there was taken back.',
    next: 'Ask the person at that device.',
  },
  'terminal.protocol': {
    what: 'The terminal was closed.',
    why: 'The other device sent something that is not part of the protocol.',
    next: 'Update ClawReach on both devices.',
  },
  'terminal.shutdown': {
    what: 'The terminal was closed.',
    why: 'ClawReach is shutting down on the other device.',
    next: 'Try again when it runs again.',
  },
  'terminal.ended': {
    what: 'The terminal has ended.',
    why: 'Its program is over, so it takes no more input.',
    next: 'Open a new one.',
  },
  'usage.command-line': {
    what: '{reason}',
    why: 'Nothing was done.',
    next: 'See `{help}`.',
  },
  'usage.duration': {
    what: '{text} is not a duration.',
    why: 'A duration is a number with a unit, up to a year: 90s, 30m, 2h, 1h30m, 7d, 2w.',
    next: 'Try `--for 2h`.',
  },
  'usage.for': {
    what: '--for needs a right that is given.',
    why: 'It says how long `--allow` or `--ask` holds; a refusal has no end.',
    next: 'Try `clawreach rights NAME --allow terminal --for 2h`.',
  },
  'usage.right': {
    what: 'There is no right called {right}.',
    why: 'Rights are: {rights}.',
    next: 'See `clawreach rights --help`.',
  },
  'usage.rights-conflict': {
    what: '{right} is named twice.',
    why: 'A right is either allowed, asked for or refused.',
    next: 'Name it once.',
  },
  'usage.pair': {
    what: '--link and --qr show an invitation; a code joins one.',
    why: 'Only one side of a pairing can show it.',
    next: 'Leave out the code to invite, or the option to join.',
  },
  'agent.start-failed': {
    what: 'The agent of this device could not be started.',
    why: 'It was started in the background, and {reason}. Its log is {log}.',
    next: 'Read the end of the log, or run `clawreach run` to see what happens.',
  },
  'agent.stop-timeout': {
    what: 'The agent did not end in time.',
    why: 'Process {pid} was asked to end and still answers.',
    next: 'Look at the log of the profile; as a last resort end the process.',
  },
  'relay.unset': {
    what: 'No relay is set up on this device.',
    why: 'Two machines meet at a relay; nobody has said which one to use.',
    next: 'Give `--relay wss://HOST:7474`, set CLAWREACH_RELAY, or run `clawreach config relay wss://HOST:7474`. `clawreach-relay` starts one of your own.',
  },
  'relay.url': {
    what: 'This is no relay address.',
    why: 'A relay address is wss://HOST or wss://HOST:PORT: {reason}.',
    next: 'Check the address with whoever runs the relay; the port is 7474 unless they say otherwise.',
  },
  'relay.insecure-url': {
    what: 'This relay address is not encrypted.',
    why: 'ws:// to {host} would let everybody on the way see which devices talk, when, and how much.',
    next: 'Use wss:// instead, or add `--insecure` if you trust the network.',
  },
  'relay.dns': {
    what: 'The relay was not found.',
    why: 'The name in its address cannot be looked up.',
    next: "Check the spelling of the address and this device's internet connection. ClawReach keeps trying.",
  },
  'relay.connection-refused': {
    what: 'The relay does not answer.',
    why: 'The machine is there, but no relay listens at {authority}.',
    next: 'Check the port, and that the relay runs. ClawReach keeps trying.',
  },
  'relay.unreachable': {
    what: 'The relay cannot be reached.',
    why: 'No connection to the relay came about: the network is down, or a firewall is in the way.',
    next: "Check this device's internet connection. ClawReach keeps trying.",
  },
  'relay.timeout': {
    what: 'The relay did not answer in time.',
    why: 'It is overloaded or stuck, or something on the way swallows the connection.',
    next: 'Wait a moment; ClawReach keeps trying. If it stays, ask whoever runs the relay.',
  },
  'relay.tls': {
    what: 'No encrypted connection to the relay came about.',
    why: 'What answers at {authority} does not speak TLS as it should, or the connection was cut while it was being set up.',
    next: 'Check the port. If the relay runs without TLS, its address begins with ws://.',
  },
  'relay.untrusted': {
    what: 'The relay has a certificate of its own.',
    why: 'No public authority vouches for it. The pin of its key is {pin}.',
    next: 'Compare the pin with the one the relay printed when it started. If they are equal, run the command again with `--pin {pin}`.',
  },
  'relay.tls-certificate': {
    what: 'The certificate of the relay is not valid.',
    why: 'It has run out or is for another name ({reason}).',
    next: 'Check the address. If it is right, whoever runs the relay has to renew its certificate.',
  },
  'relay.pin-mismatch': {
    what: 'The relay has another key than the trusted one, and the connection was ended.',
    why: 'Its TLS key is {seen}, trusted is {expected}. Somebody may stand between you and the relay, or the relay was set up anew.',
    next: 'Ask whoever runs the relay. If the new key is right, run the command again with `--pin {seen}`.',
  },
  'relay.key-mismatch': {
    what: 'This is another relay than before, and the connection was ended.',
    why: 'At this address a relay with another key answers. Somebody may have taken its place, or it was set up anew.',
    next: 'Ask whoever runs the relay. If it was set up anew, configure it again with `--relay`.',
  },
  'relay.welcome-signature': {
    what: 'The relay could not prove who it is, and the connection was ended.',
    why: 'It announced a key that it does not hold. Somebody may stand between you and the relay.',
    next: 'Try another network. If it stays, ask whoever runs the relay.',
  },
  'relay.relay-mismatch': {
    what: 'The relay does not recognise itself in what this device dialled.',
    why: 'Somebody forwards the connection, or the relay does not know the name or certificate it is reached under.',
    next: 'Use the address the relay printed when it started; whoever runs it can add names with `--public-url`.',
  },
  'relay.not-a-relay': {
    what: 'What answers at this address is no relay.',
    why: 'It did not accept the connection as a relay does.',
    next: 'Check the address and the port.',
  },
  'relay.unavailable': {
    what: 'The relay is not available now.',
    why: 'A server in front of the relay answers for it (status {status}).',
    next: 'Wait a moment; ClawReach keeps trying.',
  },
  'relay.version': {
    what: 'The relay speaks another version.',
    why: 'This ClawReach and the relay have no version of the protocol in common.',
    next: 'Update ClawReach on this device and on the relay.',
  },
  'relay.signature': {
    what: "The relay refused this device's signature.",
    why: 'The connection was changed on the way, or the keys of this device are damaged.',
    next: 'Restart ClawReach. If it stays, ask whoever runs the relay.',
  },
  'relay.certificate': {
    what: "The relay refused this device's certificate.",
    why: 'It has run out, or the clock of this device or of the relay is wrong.',
    next: 'Check the date and time of this device, then restart ClawReach.',
  },
  'relay.admission-needed': {
    what: 'The relay does not know this device yet.',
    why: 'It admits new devices with its admission token, or after pairing with a member.',
    next: 'Run the command again with `--admission TOKEN` (the relay printed it when it started), or pair with a device that is already there.',
  },
  'relay.admission': {
    what: 'The relay did not accept the admission token.',
    why: 'The token is not the one of this relay.',
    next: 'Copy the token again from where the relay printed it, and run the command again with `--admission TOKEN`.',
  },
  'relay.enrolment': {
    what: 'The relay did not accept the enrolment.',
    why: 'It has run out, is for another relay, or the device that signed it may not enrol others.',
    next: 'Pair again with a member of the project.',
  },
  'relay.removed': {
    what: 'This device was removed at the relay.',
    why: 'A member of the project has removed it; the relay does not let it in any more.',
    next: 'Ask that person. To come back, pair again with a member.',
  },
  'relay.replaced': {
    what: 'This device is connected from somewhere else.',
    why: 'Another process or a copy of this profile has signed in with the same keys and taken over.',
    next: 'End the other one, then restart ClawReach here. Never copy a profile to a second machine.',
  },
  'relay.rate': {
    what: 'The relay asks to slow down.',
    why: 'Too many requests came from this device or its network.',
    next: 'Wait a moment; ClawReach tries again by itself.',
  },
  'relay.busy': {
    what: 'The relay is full.',
    why: 'It serves as many devices as it may.',
    next: 'Wait a moment; ClawReach keeps trying.',
  },
  'relay.shutdown': {
    what: 'The relay is shutting down.',
    why: 'Its operator is stopping or restarting it.',
    next: 'Wait a moment; ClawReach comes back by itself.',
  },
  'relay.restarting': {
    what: 'The relay is restarting.',
    why: 'It said so, and when to come back.',
    next: 'Wait a moment; ClawReach comes back by itself.',
  },
  'relay.limit': {
    what: 'A limit of the relay is reached.',
    why: 'This device has as much open at the relay as it may.',
    next: 'Close something and try again.',
  },
  'relay.format': {
    what: 'The relay did not understand this device.',
    why: 'It refused a message as malformed.',
    next: 'Update ClawReach on this device and on the relay.',
  },
  'relay.order': {
    what: 'The relay did not understand this device.',
    why: 'It refused a message that was not due.',
    next: 'Restart ClawReach; if it stays, update it on this device and on the relay.',
  },
  'relay.not-allowed': {
    what: 'The relay does not allow this.',
    why: 'This device has not the standing for it in its project.',
    next: 'Do it from the device that owns the project.',
  },
  'relay.nameplate': {
    what: 'There is no invitation with this code.',
    why: 'The first four characters are mistyped, the code has run out, or somebody has used it already.',
    next: 'Check the code, or make a new one on the other device with `clawreach pair`.',
  },
  'relay.mailbox': {
    what: 'This pairing cannot be started now.',
    why: 'Another pairing is under way on this device, or the invitation is gone.',
    next: 'Finish or cancel the other one, or make a new invitation.',
  },
  'relay.protocol': {
    what: 'The relay broke the protocol, and the connection was ended.',
    why: 'It sent something that makes no sense: {reason}.',
    next: 'ClawReach connects again by itself. If it stays, update it and the relay, or use another relay.',
  },
  'relay.lost': {
    what: 'The connection to the relay broke.',
    why: 'The network changed or fell silent, or the relay went away.',
    next: 'Wait a moment; ClawReach comes back by itself.',
  },
  'relay.stopped': {
    what: 'The connection to the relay was ended on this device.',
    why: 'ClawReach is stopping, or another relay was set up.',
    next: 'Start ClawReach again if you want to be reachable.',
  },
  'relay.not-connected': {
    what: 'There is no connection to the relay now.',
    why: 'This device is offline, or still connecting.',
    next: 'Look at `clawreach status` and try again in a moment.',
  },
  'relay.no-answer': {
    what: 'The other device did not answer.',
    why: 'Neither it nor the relay said anything in time.',
    next: 'Check that the other device is awake, and try again.',
  },
  'relay.aborted': {
    what: 'The connection was given up.',
    why: 'It was cancelled on this device.',
    next: 'Try again when you like.',
  },
  'relay.closed': {
    what: 'The connection came to nothing.',
    why: 'The other device or the relay ended it before it was set up.',
    next: 'Try again.',
  },
  'relay.early-data': {
    what: 'The connection was ended because bytes on it did not add up.',
    why: 'Something was lost or changed on the way through the relay: {reason}.',
    next: 'Try again. If it stays, use another relay.',
  },
  'relay.upgrade': {
    what: 'The relay did not open a data connection.',
    why: 'Something between this device and the relay does not let it through: {reason}.',
    next: 'Try again; ClawReach has another way for such networks.',
  },
  'relay.data-connection': {
    what: 'The relay did not open a data connection.',
    why: 'It ended or stalled while it was being set up: {reason}.',
    next: 'Try again; if it stays, ask whoever runs the relay.',
  },
  'relay.refused.unknown': {
    what: 'The relay does not know the other device.',
    why: 'It is not a member of any project of this device at this relay, or uses another relay.',
    next: 'Pair the two devices again over this relay.',
  },
  'relay.refused.offline': {
    what: 'The other device is offline.',
    why: 'It is not connected to the relay.',
    next: 'Start ClawReach there, and check its internet connection.',
  },
  'relay.refused.refused': {
    what: 'The other device refused the connection.',
    why: 'It does not know this device any more, or does not accept its key.',
    next: 'Look at `clawreach peers` on the other device; pair again if this one is missing.',
  },
  'relay.refused.busy': {
    what: 'The other device is busy.',
    why: 'It has as many connections as it takes.',
    next: 'Wait a moment and try again.',
  },
  'relay.refused.timeout': {
    what: 'The other device did not answer.',
    why: 'It is connected to the relay but said nothing within 30 seconds.',
    next: 'Check that it is awake, and try again.',
  },
  'relay.refused.rate': {
    what: 'Too many connections at once.',
    why: 'The relay asks to slow down.',
    next: 'Wait a moment and try again.',
  },
  'relay.refused.self': {
    what: 'A device cannot connect to itself.',
    why: 'The peer is this very device.',
    next: 'Choose another device.',
  },
  'relay.refused.limit': {
    what: 'Too many connections are open.',
    why: 'This device has as many links at the relay as it may.',
    next: 'Close one and try again.',
  },
  'relay.refused.gone': {
    what: 'The other device has just gone.',
    why: 'It left the relay while it was being called.',
    next: 'Wait until it is back, and try again.',
  },
  'link.unknown-peer': {
    what: 'This device is not paired with that one.',
    why: 'There is no pinned key to check it against.',
    next: 'Pair the two devices with `clawreach pair`.',
  },
  'link.key-changed': {
    what: 'Another key answered than the trusted one, and the connection was ended.',
    why: 'The other device was set up anew, or somebody on the way tried to take its place.',
    next: 'Do not go on until you know which. If the device was set up anew, forget it and pair again; compare the safety numbers.',
  },
  'link.path-lost': {
    what: 'The connection to the other device broke.',
    why: 'The network, the relay or the other device went away.',
    next: 'Try again; terminals there keep running for a while.',
  },
  'link.refused': {
    what: 'The other device refused.',
    why: '{message}',
    next: 'Ask whoever uses the other device, or look at the rights it gives this one.',
  },
  'link.timeout': {
    what: 'The other device did not answer in time.',
    why: 'The connection is very slow, or it broke without a sign.',
    next: 'Try again; `clawreach status` shows whether the device is online.',
  },
  'link.reset': {
    what: 'The other side ended this at once.',
    why: 'It was cancelled there, or what served it has stopped.',
    next: 'Open it again.',
  },
  'link.too-many-streams': {
    what: 'Too many things run over this connection at the same time.',
    why: 'A connection carries as many terminals and requests as both devices allow.',
    next: 'Close some, and try again.',
  },
  'link.params': {
    what: 'The request is too large for one call.',
    why: 'What opens a terminal or a request must fit in 4 KiB.',
    next: 'Shorten it: a long command can go into a script on the other device.',
  },
  'link.authentication': {
    what: 'Something on the way changed the data, and the connection was ended.',
    why: 'A part of it was not sealed by the other device: the network damaged it, or somebody tried to forge it. Nothing of it was used.',
    next: 'Connect again. If it happens again on this network, use another one and tell whoever runs the relay.',
  },
  'link.malformed': {
    what: 'The other device sent something that cannot be read.',
    why: 'Both devices ended the connection, so that nothing wrong is taken for right.',
    next: 'Update ClawReach on both devices, and connect again.',
  },
  'link.unknown-frame': {
    what: 'The other device uses a form of the protocol that this one does not know.',
    why: 'Both devices ended the connection, so that nothing wrong is taken for right.',
    next: 'Update ClawReach on both devices, and connect again.',
  },
  'link.stream-id': {
    what: 'The other device broke the protocol: a stream was named wrongly.',
    why: 'Both devices ended the connection, so that nothing wrong is taken for right.',
    next: 'Update ClawReach on both devices, and connect again.',
  },
  'link.credit': {
    what: 'The other device broke the protocol: it sent more than it may.',
    why: 'Both devices ended the connection, so that nothing wrong is taken for right.',
    next: 'Update ClawReach on both devices, and connect again.',
  },
  'link.final-size': {
    what: 'The other device broke the protocol: the length of a stream changed.',
    why: 'Both devices ended the connection, so that nothing wrong is taken for right.',
    next: 'Update ClawReach on both devices, and connect again.',
  },
  'link.state': {
    what: 'The other device broke the protocol: a message came out of turn.',
    why: 'Both devices ended the connection, so that nothing wrong is taken for right.',
    next: 'Update ClawReach on both devices, and connect again.',
  },
  'link.path': {
    what: 'The other device broke the protocol: a path was named wrongly.',
    why: 'Both devices ended the connection, so that nothing wrong is taken for right.',
    next: 'Update ClawReach on both devices, and connect again.',
  },
  'link.cancelled': {
    what: 'The connection was given up.',
    why: 'It was cancelled on this device.',
    next: 'Try again when you like.',
  },
  'link.closed': {
    what: 'The connection to the other device was closed.',
    why: 'One of the two devices ended it.',
    next: 'Connect again when you need it.',
  },
  'link.idle': {
    what: 'The connection was closed because nothing used it.',
    why: 'It had no open terminal for ten minutes.',
    next: 'It comes back by itself with the next use.',
  },
  'link.replaced': {
    what: 'The connection was replaced by a newer one.',
    why: 'Both devices had made one, or the other device came back after an interruption.',
    next: 'Nothing to do; the newer one is in use.',
  },
};

/** The text of a code with its details filled in; unknown codes fall back to `internal`. */
export function errorText(
  code: string,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
): ErrorText {
  const text = ERROR_TEXTS[code] ?? {
    what: message,
    why: `code ${code}`,
    next: 'Run `clawreach status` to see the state of this device.',
  };
  const values: Readonly<Record<string, string | number | boolean>> = { message, ...details };
  const fill = (template: string): string =>
    template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return { what: fill(text.what), why: fill(text.why), next: fill(text.next) };
}
