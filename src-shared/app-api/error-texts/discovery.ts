import type { ErrorText } from './text.ts';

export const DISCOVERY_TEXTS: Readonly<Record<string, ErrorText>> = {
  'discovery.off': {
    what: 'Looking for devices in the local network is turned off.',
    why: 'The settings of this device say so; it does not announce itself there either.',
    next: 'Turn it on with `clawreach discover --on`.',
  },
  'discovery.unavailable': {
    what: 'This agent does not look for devices in the local network.',
    why: 'It was started without that, as with CLAWREACH_DISCOVERY=off.',
    next: 'Start it without that variable, or pair with a code: `clawreach pair`.',
  },
  'discovery.port': {
    what: 'The local network cannot be asked for devices.',
    why: 'Another program has UDP port 5353 for itself, or the system does not allow it.',
    next: 'Allow ClawReach to use the local network, or pair with a code: `clawreach pair`.',
  },
  'adding.peer-id': {
    what: 'This is not a peer ID.',
    why: 'A peer ID has eight groups of seven letters and digits. One of them is missing or was mistyped.',
    next: 'Copy the whole ID from the other device: `clawreach status` shows it there.',
  },
  'adding.self': {
    what: 'This is the ID of this very device.',
    why: 'A device cannot be added to itself.',
    next: 'Enter the ID of the other device, which `clawreach status` shows there.',
  },
  'adding.not-waiting': {
    what: 'The other device is not waiting to be added.',
    why: 'It is not at this relay, it has not been told to wait, its ten minutes are over, or somebody else has asked it first.',
    next: 'Run `clawreach add` without an ID on the other device, at the same relay, and try again here.',
  },
  'adding.taken': {
    what: 'This device cannot wait for another one right now.',
    why: 'A pairing is open here, or it has waited three times within ten minutes.',
    next: 'Cancel the open pairing, or wait ten minutes; or pair with a code: `clawreach pair`.',
  },
  'adding.too-many': {
    what: 'This device is adding another one already.',
    why: 'It adds one at a time, so that nobody mixes up two screens.',
    next: 'Finish that one first, or cancel it: where it was begun, or with `clawreach add --cancel`.',
  },
  'adding.unknown': {
    what: 'This is over.',
    why: 'It was finished, cancelled, or its time has run out; or the agent was restarted since.',
    next: 'Begin again with `clawreach add`.',
  },
  'adding.other-device': {
    what: 'Another device asked than the one that you wait for.',
    why: 'Somebody else knows the ID of this device. Nothing was added.',
    next: 'Try once more with `clawreach add`; if it happens again, pair with a code: `clawreach pair`.',
  },
  'pairing.refused': {
    what: 'The two devices were not added to each other.',
    why: 'Somebody has said that the two screens do not show the same. Then another device stands in between.',
    next: 'Check the peer ID and try again, or pair with a code: `clawreach pair`.',
  },
};
