import type { ErrorText } from './text.ts';

export const LINKS_TEXTS: Readonly<Record<string, ErrorText>> = {
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
  'link.session-lost': {
    what: 'The connection could not go on where it broke.',
    why: 'The other device does not have it any more: it was restarted, or the interruption was too long.',
    next: 'Connect again; terminals there keep running for a while.',
  },
  'link.no-address': {
    what: 'There is no address at which the other device could be dialled.',
    why: 'Only direct connections are allowed to it, and it was never reached directly.',
    next: 'Allow the relay for it, connect once while both devices are in one network, and check that the other one takes direct connections.',
  },
  'link.no-way': {
    what: 'There is no way to the other device now.',
    why: 'It is not at the relay, no direct address answers, and no other peer can pass this device on.',
    next: 'Check that the other device runs and is online. A connection that waits goes on by itself when there is a way again.',
  },
  'link.mode': {
    what: 'The other device came by a way that is not allowed for it.',
    why: 'You chose which paths this device uses to reach it: relay only, direct only, or through certain devices.',
    next: 'Change the paths that are allowed for that device, if that was not meant.',
  },
  'link.peer-by-relay': {
    what: 'The other device tries to connect through the relay, and your choice for it forbids that.',
    why: 'Each device uses only the paths that its own person allows. The two choices may have none in common, or the one that you allow does not work now.',
    next: 'Allow more paths with `clawreach path NAME --mode auto`, or change the choice on the other device.',
  },
  'link.peer-directly': {
    what: 'The other device tries to connect directly, and your choice for it forbids that.',
    why: 'Each device uses only the paths that its own person allows. The two choices may have none in common, or the one that you allow does not work now.',
    next: 'Allow more paths with `clawreach path NAME --mode auto`, or change the choice on the other device.',
  },
  'link.peer-through-hop': {
    what: 'The other device tries to connect through another device, and your choice for it forbids that.',
    why: 'Each device uses only the paths that its own person allows. The two choices may have none in common, or the one that you allow does not work now.',
    next: 'Allow more paths with `clawreach path NAME --mode auto`, or change the choice on the other device.',
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
  'link.kind': {
    what: 'The other device does not offer that.',
    why: 'Its version of ClawReach knows nothing of it, or this connection is there for something else.',
    next: 'Update ClawReach on both devices.',
  },
  'link.too-many-hops': {
    what: 'A device in between leads as many others on as it may.',
    why: 'A device holds at most 32 chains, 8 of them for one device.',
    next: 'Try again later, or go through another device.',
  },
  'link.hop-ended': {
    what: 'A device in between does not lead this one on any more.',
    why: 'Nothing went through it for a while, or a newer chain of this device took its place.',
    next: 'Nothing to do: the chain is made anew when it is needed.',
  },
  'link.hop-done': {
    what: 'A chain of devices was let go.',
    why: 'Nothing leads through it any more.',
    next: 'Nothing to do.',
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
