import type { ErrorText } from './text.ts';

const PRINT = 'openssl x509 -in ~/.openclaw/gateway/tls/gateway-cert.pem -noout -fingerprint -sha256';

/** Gateways of OpenClaw: the way there, their certificates, and what they say of who connects. */
export const GATEWAYS_TEXTS: Readonly<Record<string, ErrorText>> = {
  'gateway.refused': {
    what: 'Nothing answers at the gateway’s port.',
    why: '{host} refused the connection to port {port}: the gateway does not run there, listens at another port or for its own machine only, or a firewall refuses.',
    next: 'Check host and port with whoever runs the gateway, and that it runs: `openclaw gateway status` there. It is tried again by itself.',
  },
  'gateway.unreachable': {
    what: 'The gateway’s machine cannot be reached.',
    why: 'There is no way to {host} from this network, or that machine is off.',
    next: 'Check this machine’s network, the VPN if the gateway is behind one, and the host. It is tried again by itself.',
  },
  'gateway.name': {
    what: 'The gateway’s host is not found.',
    why: 'The name {host} has no address: it is misspelt, or known in another network or VPN only.',
    next: 'Check the name, or use the address instead. It is tried again by itself.',
  },
  'gateway.timeout': {
    what: 'The gateway did not answer in time.',
    why: 'A firewall drops what is sent to it, the network is slow, or the gateway hangs.',
    next: 'Check host and port, and that no firewall is between. It is tried again by itself.',
  },
  'gateway.tls': {
    what: 'No encrypted connection to the gateway could be made.',
    why: 'TLS ended before there was a certificate to look at: {reason}.',
    next: 'Check the port. If the gateway is just starting, wait: it is tried again by itself.',
  },
  'gateway.plain-port': {
    what: 'The two sides do not agree about TLS.',
    why: 'One of them speaks TLS at that port and the other does not. Nothing secret was sent.',
    next: 'Switch TLS on or off to match the gateway (`gateway.tls.enabled` in its settings), or check the port.',
  },
  'gateway.plain-refused': {
    what: 'Without TLS the gateway is not connected to over a public network.',
    why: 'Everybody on the way to {host} could read the token and all that is done there. Without TLS only this machine and private networks are used.',
    next: 'Switch TLS on, at the gateway as well, or reach it through a VPN or an SSH tunnel.',
  },
  'gateway.plain-unconfirmed': {
    what: 'Without TLS, anyone in the network between you and {host} can read the token, and everything you do there.',
    why: 'You haven’t accepted that yet. Nothing was sent or saved.',
    next: 'Switch TLS on at the gateway, use an SSH tunnel, or accept the risk.',
  },
  'gateway.not-gateway': {
    what: 'What answers there is no OpenClaw gateway.',
    why: 'A program answers at that address, and it does not speak the gateway’s protocol.',
    next: 'Check host, port and path with whoever runs the gateway.',
  },
  'gateway.unavailable': {
    what: 'The gateway is not there at the moment.',
    why: 'A proxy before it answered with status {status}.',
    next: 'Nothing to do: it is tried again by itself. If it stays, ask whoever runs the gateway.',
  },
  'gateway.proxy-login': {
    what: 'A proxy before the gateway wants a login of its own.',
    why: 'It answered with status {status} instead of passing the connection on, as Cloudflare Access and others do for people with a browser.',
    next: 'Reach the gateway by another way, such as a VPN or an SSH tunnel, or let that proxy pass this address on.',
  },
  'gateway.lost': {
    what: 'The connection to the gateway was lost.',
    why: 'The gateway ended it, or the network between broke (close code {closeCode}).',
    next: 'Nothing to do: it is made again by itself.',
  },
  'gateway.closed': {
    what: 'The gateway is not connected.',
    why: 'Its connection is switched off, or was ended here.',
    next: 'Switch the connection on: `clawreach gateway connect`.',
  },
  'gateway.role-off': {
    what: 'This connection to the gateway is switched off.',
    why: 'The gateway is used here as an operator, as a node, or as both; this one is not switched on.',
    next: 'Switch it on in the settings of the gateway.',
  },
  'gateway.slow': {
    what: 'The gateway ended the connection because this device read too slowly.',
    why: 'More was waiting for this device than the gateway keeps; the network is slow, or this machine was busy or asleep.',
    next: 'Nothing to do: it is made again by itself, and lists are read anew.',
  },

  'gateway.fingerprint-unknown': {
    what: 'The certificate of the gateway is not known yet.',
    why: 'This system does not trust it, as is usual for a gateway that made its own. Until somebody has compared its fingerprint, anybody on the way could be that gateway. Nothing was sent to it.',
    next: `Compare {fingerprint} with what \`${PRINT}\` prints on the gateway, then trust it with \`clawreach gateway trust\`.`,
  },
  'gateway.fingerprint-changed': {
    what: 'The gateway shows another certificate than the trusted one. Everything has stopped.',
    why: 'It was {before} and is {fingerprint}. Somebody may be on the way who wants the token and all that goes through; or the certificate was made anew, or the address leads to another gateway now. Nothing was sent to it.',
    next: `Ask whoever runs the gateway. Trust the new one only if the change is explained and \`${PRINT}\` prints it there.`,
  },
  'gateway.fingerprint-invalid': {
    what: 'That is no fingerprint of a certificate.',
    why: 'A fingerprint has 64 hexadecimal digits, with or without colons, in any case; {reason}.',
    next: `Copy it again. On the gateway, \`${PRINT}\` prints it.`,
  },
  'gateway.fingerprint-plain': {
    what: 'A fingerprint needs TLS.',
    why: 'Without TLS the gateway shows no certificate, and so nothing to compare the fingerprint with.',
    next: 'Switch TLS on, or take the fingerprint away.',
  },

  'gateway.token-missing': {
    what: 'Authentication failed: the gateway wants a token.',
    why: 'No token is stored for it here, and this device has none of its own there yet.',
    next: 'Ask whoever runs the gateway for the token, or for a setup code. There, `openclaw config get gateway.auth.token` shows it.',
  },
  'gateway.token-wrong': {
    what: 'Authentication failed: the gateway does not take the token.',
    why: 'It is not the one of that gateway, was copied in part, or has been changed. What counts is `gateway.auth.token` of the gateway; in local mode `gateway.remote.token` is ignored.',
    next: 'Compare it with `openclaw config get gateway.auth.token` there, and enter it anew. Nothing is tried until then.',
  },
  'gateway.local-token-ignored': {
    what: 'This token is not the one that the gateway compares with.',
    why: 'These settings are of local mode, in which OpenClaw ignores `gateway.remote.token`.',
    next: 'Use the value of `gateway.auth.token` (`openclaw config get gateway.auth.token`). For an `openclaw node` in local mode, put it into OPENCLAW_GATEWAY_TOKEN.',
  },
  'gateway.password-missing': {
    what: 'Authentication failed: the gateway wants a password.',
    why: 'No password is stored for it here.',
    next: 'Ask whoever runs the gateway for it, and enter it.',
  },
  'gateway.password-wrong': {
    what: 'Authentication failed: the gateway does not take the password.',
    why: 'It is not the one of that gateway, or has been changed.',
    next: 'Ask whoever runs the gateway, and enter it anew. Nothing is tried until then.',
  },
  'gateway.device-token-wrong': {
    what: 'Authentication failed: what the gateway gave to this device does not count any more.',
    why: 'Somebody has revoked or renewed it at the gateway.',
    next: 'Enter the gateway’s token, so that this device can ask to be approved again.',
  },
  'gateway.setup-invalid': {
    what: 'The setup code does not count any more.',
    why: 'It is good for one use and ten minutes, and has been used, is too old, was revoked, or was copied in part.',
    next: 'Ask whoever runs the gateway for a new one.',
  },
  'gateway.setup-expired': {
    what: 'The setup code is too old.',
    why: 'It was good for ten minutes, and they are over by this machine’s clock.',
    next: 'Ask whoever runs the gateway for a new one. If it is new, set the clock of this machine.',
  },
  'gateway.auth-unset': {
    what: 'The gateway has no token or password to compare with.',
    why: 'It is set up to ask for one, and none is set there.',
    next: 'Tell whoever runs the gateway: `openclaw doctor` there finds it.',
  },
  'gateway.scope-mismatch': {
    what: 'The gateway does not give this device the rights it asks for.',
    why: 'Fewer were approved for this device than its access here needs.',
    next: 'Approve them at the gateway (`openclaw devices list` shows the request), or set the access here to read only.',
  },
  'gateway.unauthorized': {
    what: 'Authentication failed: the gateway refuses this device.',
    why: 'It says: {message}.',
    next: 'Ask whoever runs the gateway how devices are let in there.',
  },
  'gateway.pairing': {
    what: 'The gateway has to approve this device first.',
    why: 'It is known there and waits for a person’s decision.',
    next: 'Whoever runs the gateway approves it: `openclaw devices list` there, then `openclaw devices approve {requestId}`. It goes on by itself.',
  },
  'gateway.pairing-rejected': {
    what: 'The request of this device was rejected at the gateway.',
    why: 'Whoever runs the gateway said no, or let the request end.',
    next: 'Ask them, then try again: `clawreach gateway connect`.',
  },
  'gateway.rate-limited': {
    what: 'The gateway does not listen to this device for {retryAfter} seconds.',
    why: 'There were too many failed attempts from this address.',
    next: 'Wait; it is tried again by itself when the time is over. Check the token meanwhile.',
  },
  'gateway.protocol': {
    what: 'This device and the gateway differ in version.',
    why: 'The version of the protocol is {ours} here and {theirs} at the gateway.',
    next: 'Update the older of the two, then connect again.',
  },
  'gateway.version': {
    what: 'The gateway refuses this version.',
    why: 'This device says version {ours}, the gateway has version {theirs}.',
    next: 'Update the older of the two, then connect again.',
  },
  'gateway.signature': {
    what: 'The gateway did not accept the signature of this device.',
    why: 'What it got is not what was sent, or it checks signatures in another way ({detailsCode}). A proxy between may change what is sent.',
    next: 'Update ClawReach and the gateway. If it stays, remove the gateway here and add it again: that makes new keys.',
  },
  'gateway.clock': {
    what: 'The signature of this device was too old for the gateway.',
    why: 'More than two minutes are between the clocks, or the connection was held up on the way.',
    next: 'Set the clocks of both machines, then connect again.',
  },
  'gateway.identity': {
    what: 'The gateway wants to know which device this is.',
    why: 'It got no key of this device.',
    next: 'Update ClawReach and the gateway, then connect again.',
  },
  'gateway.keys-unreadable': {
    what: 'The keys for this gateway cannot be read.',
    why: 'They are sealed for another device or profile, or the file was damaged.',
    next: 'Remove the gateway and add it again; it has to approve this device once more.',
  },
  'gateway.starting': {
    what: 'The gateway is starting.',
    why: 'It answers already, and is not ready yet.',
    next: 'Nothing to do: it is tried again in a moment.',
  },
  'gateway.restarting': {
    what: 'The gateway is restarting.',
    why: 'It said so before it ended the connection. Until it has started, it answers nobody.',
    next: 'Nothing to do: it is asked every second or so, and connected as soon as it answers. That takes seconds, on a busy machine up to a minute.',
  },
  'gateway.origin': {
    what: 'The gateway does not let this address connect.',
    why: 'It takes this device for a page of a browser, and lets in only pages that it knows. A proxy between may add such a header.',
    next: 'Connect without that proxy, or ask whoever runs the gateway.',
  },
  'gateway.removed': {
    what: 'The gateway has ended this device’s access.',
    why: 'Somebody has removed this device there, renewed or revoked its token, or changed how devices authenticate.',
    next: 'If it does not connect again by itself, ask whoever runs the gateway, and enter its token.',
  },
  'gateway.refused-connect': {
    what: 'The gateway refused the connection.',
    why: 'It says: {message}.',
    next: 'Update ClawReach and the gateway, then connect again. If it stays, look at the log of the gateway: `openclaw logs`.',
  },

  'gateway.scope': {
    what: 'The gateway does not let this device do that.',
    why: 'The right {missing} is missing.',
    next: 'Set the access to this gateway to full, and have it approved there; or do it at the gateway.',
  },
  'gateway.request': {
    what: 'The gateway refused.',
    why: 'It says: {message}.',
    next: 'See to what it names. Where it names nothing, read the lists again: what was asked for may be done or gone.',
  },
  'gateway.too-large': {
    what: 'That is more than the gateway takes at once.',
    why: 'It has {size} bytes, and the gateway takes {limit}.',
    next: 'Send less at once.',
  },

  'gateway.unknown': {
    what: 'No gateway is called {name}.',
    why: 'There is none of that name or id on this device.',
    next: 'Run `clawreach gateway list` to see them.',
  },
  'gateway.ambiguous': {
    what: 'Several gateways are meant by {name}.',
    why: 'More than one has that name, or an id that begins so.',
    next: 'Say the whole id: `clawreach gateway list` shows it.',
  },
  'gateway.exists': {
    what: 'There is a gateway of that name already.',
    why: 'Each one has a name of its own, without regard to capital letters.',
    next: 'Give another name with `--name`, or change the one that is there: `clawreach gateway change NAME`, or `gateway remove NAME`.',
  },
  'gateway.handover-local': {
    what: 'There is no setup code without an address that leads there.',
    why: 'This gateway is known here by an address of this machine itself, by which no other machine reaches it, and it knows no better one.',
    next: 'Say how it is reached from there: `clawreach gateway handover NAME --setup-code --url wss://HOST:PORT`.',
  },
  'gateway.too-many': {
    what: 'No more gateways can be added.',
    why: 'A device keeps at most 64.',
    next: 'Remove one that is not used any more.',
  },
  'gateway.draft-unknown': {
    what: 'What was read is not there any more.',
    why: 'A setup code, link or file that was read is kept for ten minutes, until ClawReach is restarted.',
    next: 'Paste it again.',
  },
  'gateway.draft-elsewhere': {
    what: 'What was read is for another gateway.',
    why: 'The secret in it is good at {host} and is sent nowhere else, nor without TLS where it was meant for TLS.',
    next: 'Use the address that it names, or read what is meant for this gateway; or add this one with its own token.',
  },
  'gateway.confirm': {
    what: 'The new fingerprint was not confirmed.',
    why: 'A certificate that takes the place of a trusted one needs the last four digits of its fingerprint.',
    next: 'Compare the whole fingerprint with the one of the gateway, then enter its last four digits.',
  },
  'gateway.endpoint-invalid': {
    what: 'That is no address of a gateway.',
    why: 'The {field} cannot be used: {reason}.',
    next: 'Enter a host, such as gateway.example or 192.168.1.10, with a port (18789 where nothing else was said), or wss://host:port/.',
  },
  'gateway.text-invalid': {
    what: 'This cannot be read.',
    why: 'It is neither a setup code, a join link, an address, nor the text of an openclaw.json or node.json.',
    next: 'Copy all of it, from the first character to the last, and paste it again.',
  },
  'gateway.text-local': {
    what: 'These settings name no gateway on another machine.',
    why: 'They are those of the gateway’s own machine: gateway.remote.url is not there.',
    next: 'On that machine add ws://127.0.0.1:18789 (wss:// where it has TLS; the port is gateway.port). On another one type its address, or use a setup code.',
  },
  'gateway.join-refused': {
    what: 'The join link gives no setup code.',
    why: 'It works once and for ten minutes; what answered there gave nothing, or something else.',
    next: 'Ask whoever runs the gateway for a new link or a setup code.',
  },
  'gateway.join-untrusted': {
    what: 'The join link was not opened.',
    why: 'This system does not trust the certificate there, so what it gives could be anybody’s: {reason}.',
    next: 'Ask whoever runs the gateway for the setup code itself; it needs no trusted certificate.',
  },
  'gateway.discovery': {
    what: 'The local network cannot be searched for gateways.',
    why: 'The system does not let ClawReach listen for announcements: {reason}.',
    next: 'Enter host and port instead, or allow it in the firewall of this machine.',
  },
};
