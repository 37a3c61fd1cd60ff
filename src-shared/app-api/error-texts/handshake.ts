import type { ErrorText } from './text.ts';

export const HANDSHAKE_TEXTS: Readonly<Record<string, ErrorText>> = {
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
  'handshake.damaged': {
    what: 'The answer of the other device was damaged or changed on the way.',
    why: 'The network, a proxy or the relay changed it, or another program answered at that address. Nothing of it was used, and the key you trust has not changed.',
    next: 'Try again. If it happens again, use another network or relay; there is no need to pair again.',
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
  'handshake.unknown-session': {
    what: 'The other device does not have this connection any more.',
    why: 'It was restarted, or it waited too long for this one to come back.',
    next: 'Connect again; terminals there keep running for a while.',
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
};
