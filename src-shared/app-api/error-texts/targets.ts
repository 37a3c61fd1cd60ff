import type { ErrorText } from './text.ts';

/** What the far side of a forward says of a connection, and what is wrong with a target that a person allows. */
export const TARGETS_TEXTS: Readonly<Record<string, ErrorText>> = {
  'forward.denied': {
    what: 'The other device does not let this one reach that.',
    why: 'The person there has not allowed this target, said no, or has taken it back.',
    next: 'Ask for it; it is allowed on that device, under the rights of this one.',
  },
  'forward.unanswered': {
    what: 'Nobody at the other device answered.',
    why: 'Your request was shown there for two minutes. Nothing is ever allowed by time alone.',
    next: 'Ask somebody to look at the screen there, then try again.',
  },
  'forward.protected': {
    what: 'This target is never reached through another device.',
    why: 'It is a metadata service, a link-local address, multicast, or a port of ClawReach itself.',
    next: 'Use another target. No right opens this one.',
  },
  'forward.name': {
    what: 'The name was not found.',
    why: 'The device where the connection leaves knows no address for it.',
    next: 'Check the name as that device would see it.',
  },
  'forward.refused': {
    what: 'The target refused the connection.',
    why: 'Its machine answered, and no program listens at that port.',
    next: 'Start the program, or check the port.',
  },
  'forward.timeout': {
    what: 'The target did not answer in time.',
    why: 'Nothing came back within ten seconds: a firewall, or a machine that is off.',
    next: 'Check that the target is on and can be reached from the device where the connection leaves.',
  },
  'forward.host-unreachable': {
    what: 'The target cannot be reached.',
    why: 'The device where the connection leaves has no way to that machine, or a firewall says no.',
    next: 'Check that the target is on and in a network of that device.',
  },
  'forward.network-unreachable': {
    what: 'The network of the target cannot be reached.',
    why: 'The device where the connection leaves has no way to that network.',
    next: 'Check the network of that device, or use an address of the target that it can reach.',
  },
  'forward.too-many': {
    what: 'There are too many connections at a time.',
    why: 'A device carries at most 512 connections of another one, 64 that are being made, and 16 open ports.',
    next: 'Close some, then try again.',
  },
  'forward.params': {
    what: 'The other device does not understand what it was asked for.',
    why: 'The two run versions that differ.',
    next: 'Update ClawReach on both devices.',
  },
  'forward.peer-away': {
    what: 'The peer is not connected.',
    why: 'There is no link to it now, or it was lost before the connection stood.',
    next: 'Wait until it is back; the forward goes on by itself.',
  },
  'forward.failed': {
    what: 'The connection failed.',
    why: '{message}',
    next: 'Try again. If it stays so, see the log of the device where the connection leaves.',
  },
  'forward.port-in-use': {
    what: 'The port is in use.',
    why: 'Another program listens there already: {message}.',
    next: 'Choose another port, or end that program.',
  },
  'forward.port-unavailable': {
    what: 'The other device cannot listen there.',
    why: '{message}',
    next: 'Choose a port from 1024 on, and an address that the other device has.',
  },
  'target.host': {
    what: '“{host}” is no target.',
    why: 'A target is a name, an address, a network such as 10.0.0.0/8, *.example.com, or *.',
    next: 'Correct it.',
  },
  'target.ports': {
    what: '“{ports}” is no port.',
    why: 'Ports are a number from 1 to 65535, a range such as 8000-8100, or *.',
    next: 'Correct it.',
  },
  'target.protected': {
    what: '“{host}” cannot be allowed.',
    why: 'Metadata services, link-local addresses and multicast are never reached for another device.',
    next: 'Leave it out.',
  },
  'target.expired': {
    what: 'The target was not allowed.',
    why: 'The time it should end at has passed already.',
    next: 'Choose a time in the future, or none.',
  },
  'peer.too-many-targets': {
    what: 'There are too many targets of this peer.',
    why: 'At most {most} are kept.',
    next: 'Take some away, or allow a network instead of its machines.',
  },
};
