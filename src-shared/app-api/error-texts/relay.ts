import type { ErrorText } from './text.ts';

export const RELAY_TEXTS: Readonly<Record<string, ErrorText>> = {
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
  'relay.pin': {
    what: 'This is not the pin of a relay.',
    why: 'A pin has 64 digits from 0 to f; spaces and colons between them do no harm.',
    next: 'Copy the whole pin from where the relay printed it. Without `--pin` you are shown the pin and asked.',
  },
  'relay.not-configured': {
    what: 'No relay is set up on this device.',
    why: 'Two machines meet at a relay; nobody has said which one to use.',
    next: 'Run `clawreach config relay wss://HOST:7474`. `clawreach-relay` starts one of your own.',
  },
  'relay.no-project': {
    what: 'The relay has not let this device in yet.',
    why: 'Only a device that it has admitted can invite others.',
    next: 'Look at `clawreach status`; a new device needs `clawreach config relay URL` once, which asks for the token.',
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
  'relay.proxy-auth': {
    what: 'The proxy of this network does not let this device through.',
    why: 'It wants a user and a password, or other ones than those it was given (answer {status}). Only the method Basic is spoken here.',
    next: 'Run `clawreach network --proxy-user NAME`, and ask whoever runs the network for the password.',
  },
  'relay.proxy-forbidden': {
    what: 'The proxy of this network forbids the connection to the relay.',
    why: 'It does not let this device there, or wants to know who asks (answer 403).',
    next: 'Ask whoever runs the network to allow connections to the host and the port of the relay, or for a user: `clawreach network --proxy-user NAME`. ClawReach asks again in ten minutes.',
  },
  'relay.proxy-refused': {
    what: 'The proxy of this network does not connect to the relay.',
    why: 'It answered the wish for a connection with something else: {reason}.',
    next: 'Ask whoever runs the network to allow connections to the host and the port of the relay. Another proxy is set with `clawreach network --proxy URL`.',
  },
  'relay.proxy-unreachable': {
    what: 'The proxy of this network cannot be reached.',
    why: 'Relays are reached through it, and it does not answer.',
    next: 'Check its address: `clawreach network`. `clawreach network --proxy none` goes without it. ClawReach keeps trying.',
  },
  'relay.proxy-address': {
    what: 'This is no address of a proxy.',
    why: 'The address of a proxy is http://HOST:PORT: {reason}.',
    next: 'Ask whoever runs the network for the address of its HTTP proxy.',
  },
  'relay.proxy-missing': {
    what: 'No proxy was named.',
    why: 'A proxy of your own needs an address.',
    next: 'Run `clawreach network --proxy http://HOST:PORT`.',
  },
  'relay.proxy-authority': {
    what: 'This is no certificate authority that could be trusted.',
    why: 'It takes the certificate of an authority as a PEM text: {reason}.',
    next: 'Ask whoever runs the network for the certificate of its authority in PEM form.',
  },
  'relay.key-mismatch': {
    what: 'This is another relay than before, and the connection was ended.',
    why: 'At this address a relay with another key answers. Somebody may have taken its place, or it was set up anew.',
    next: 'Ask whoever runs the relay. If it was set up anew, configure it again with `--relay`.',
  },
  'relay.welcome-signature': {
    what: 'The relay could not prove who it is, and the connection was ended.',
    why: 'Its proof does not fit the key it announced: what it sent was damaged on the way, or somebody stands between you and the relay.',
    next: 'Try again, then on another network. If it stays, ask whoever runs the relay.',
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
    next: 'Run the command again at a terminal, which asks for the token (the relay printed it when it started), or with `--admission-file FILE`; or pair with a device that is already there.',
  },
  'relay.admission': {
    what: 'The relay did not accept the admission token.',
    why: 'The token is not the one of this relay.',
    next: 'Copy the token again from where the relay printed it, and run the command again.',
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
  'relay.not-changed': {
    what: 'The relay was not changed.',
    why: 'No relay answers at {url}, so this device stays with {used}.',
    next: 'Check the address and port, and that the relay runs, then try again.',
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
    why: 'It does not know this device any more, does not accept its key, or its person allows other paths only.',
    next: 'Look at `clawreach list` and `clawreach path NAME` on the other device; pair again if this one is missing there.',
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
};
