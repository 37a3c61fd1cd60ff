import type { ErrorText } from './text.ts';

export const PATHS_TEXTS: Readonly<Record<string, ErrorText>> = {
  'direct.address': {
    what: 'The other device cannot be dialled there.',
    why: 'Direct connections go to private and public addresses of other machines only.',
    next: 'Nothing to do while the relay works. Otherwise look at the network of the other device.',
  },
  'direct.connection-refused': {
    what: 'The other device takes no direct connection.',
    why: 'Its machine is there, but ClawReach does not listen at that address, or a firewall says no.',
    next: 'Check that direct connections are allowed on the other device, and its firewall.',
  },
  'direct.unreachable': {
    what: 'There is no direct way to the other device.',
    why: 'The two devices are in different networks, or a firewall or router is between them.',
    next: 'Nothing to do while the relay works. For a direct way, both devices must be in one network, or the port of one must be open to the other.',
  },
  'direct.timeout': {
    what: 'There is no direct way to the other device.',
    why: 'Something on the way, usually a firewall, swallows the connection.',
    next: 'Nothing to do while the relay works. For a direct way, open the port of the other device in its firewall.',
  },
  'direct.no-answer': {
    what: 'Something answers at the address of the other device, but not as it would.',
    why: 'The address belongs to another machine by now, or the other device does not know this one any more.',
    next: 'Nothing to do while the relay works. Check that both devices are still paired.',
  },
  'direct.aborted': {
    what: 'The direct connection was given up.',
    why: 'It was cancelled on this device, or another way was quicker.',
    next: 'Nothing to do.',
  },
  'direct.listen': {
    what: 'This device cannot take direct connections.',
    why: 'The system does not let ClawReach listen: {message}.',
    next: 'Connections through the relay and those that this device begins go on working. Look at the settings of the firewall or sandbox.',
  },
  'udp.unavailable': {
    what: 'This device makes no connections over UDP.',
    why: 'The part that does it is not installed here, or not made for this machine.',
    next: 'Nothing to do: connections over TCP and through the relay work without it.',
  },
  'udp.peer-unavailable': {
    what: 'The other device makes no connections over UDP.',
    why: 'The part that does it is not installed there, or its version is an older one.',
    next: 'Nothing to do while the relay works. Otherwise update ClawReach there.',
  },
  'udp.off': {
    what: 'The other device takes no direct connections.',
    why: 'It is set to outbound only, or to use only the relay for this device.',
    next: 'Nothing to do while the relay works. Otherwise change that on the other device.',
  },
  'udp.no-answer': {
    what: 'There is no way through the NATs between the two devices.',
    why: 'One of the networks lets no UDP pass, or both give each connection another port.',
    next: 'Nothing to do while the relay works. For a direct way, open the TCP port of one of the two devices.',
  },
  'udp.busy': {
    what: 'The other device makes as many connections over UDP as it may already.',
    why: 'It was asked too often, or by too many at once.',
    next: 'Nothing to do: it is tried again by itself.',
  },
  'udp.params': {
    what: 'The two devices do not agree about a connection over UDP.',
    why: 'They may have different versions.',
    next: 'Update ClawReach on both devices.',
  },
  'udp.failed': {
    what: 'The connection over UDP did not come about.',
    why: 'The system, or the other device, ended it.',
    next: 'Nothing to do: it is tried again by itself.',
  },
  'udp.aborted': {
    what: 'The connection over UDP was given up.',
    why: 'It was cancelled on this device, or another way was quicker.',
    next: 'Nothing to do.',
  },
  'via.params': {
    what: 'The other device asked for a way through in a form that cannot be read.',
    why: 'The two devices may have different versions.',
    next: 'Update ClawReach on both devices.',
  },
  'via.self': {
    what: 'A way through another device must lead to a third one.',
    why: 'It was asked to lead back to where it began, or to end in the middle.',
    next: 'Name three different devices.',
  },
  'via.busy': {
    what: 'The device in the middle passes on as much as it may already.',
    why: 'A device passes on at most 32 connections, 8 of them for one device.',
    next: 'Try again later, or go through another device.',
  },
  'via.chain': {
    what: 'The device in the middle is itself to be reached through another one.',
    why: 'The first device of a way is reached directly or through the relay. Otherwise two devices could each wait for the way through the other.',
    next: 'Name the device that it goes through as well, before it (`--via A --via B`). Or let the device in the middle be reached directly or through the relay (`clawreach path NAME --mode auto`), or name another one.',
  },
  'via.loop': {
    what: 'A way leads through each device once.',
    why: 'The same device was named twice, or there are too many.',
    next: 'Name different devices, in the order from here to the other one; at most four.',
  },
  'via.hop-lost': {
    what: '{hop} cannot be reached from {before}.',
    why: '{hop} is off or without a network, or the two are not paired with each other.',
    next: 'Check {hop}; the link goes on by itself when it is back. Or choose another way: `clawreach path NAME --via …`.',
  },
  'via.unreachable': {
    what: 'The device in the middle cannot reach the other one.',
    why: 'It is not paired with it, or has no connection to it now.',
    next: 'Check that the other device is online and paired with the one in the middle.',
  },
  'via.refused': {
    what: 'The device in the middle does not pass this device on.',
    why: '{message}',
    next: 'Ask whoever uses the device in the middle for the right to pass through it.',
  },
  'via.no-answer': {
    what: 'Nothing came back through the device in the middle.',
    why: 'The other device does not know this one, or the connection between them broke.',
    next: 'Check that the two devices are still paired, and try again.',
  },
  'via.aborted': {
    what: 'The way through another device was given up.',
    why: 'It was cancelled on this device, or another way was quicker.',
    next: 'Nothing to do.',
  },
};
