import type { ErrorText } from './text.ts';

export const PAIRING_TEXTS: Readonly<Record<string, ErrorText>> = {
  'pairing.code-format': {
    what: 'This is not a pairing code.',
    why: 'A code has eight letters and digits, such as ABCD-1234. The letter U is never part of one.',
    next: 'Read the code on the other device once more, run `clawreach pair -` and type it.',
  },
  'pairing.link-format': {
    what: 'This is not a complete pairing link.',
    why: 'A part of the link is missing or was changed, as happens when it is copied by halves.',
    next: 'Copy the whole link, from `clawreach://pair` to its end, and give it to `clawreach pair -`.',
  },
  'pairing.used': {
    what: 'This pairing code has been used.',
    why: 'A code is good for one try, so that nobody can guess it by trying again.',
    next: 'Run `clawreach pair` on the other device for a new code, then `clawreach pair -` here.',
  },
  'pairing.wrong-code': {
    what: 'The pairing code is wrong.',
    why: 'The two devices do not have the same code or link: it was mistyped, it belongs to another device, somebody in between tried to guess it, or the answer was damaged on the way. Nothing was paired.',
    next: 'A code is good for one try: run `clawreach pair` again where it was shown, and join with the new one. If that fails too, use `clawreach pair --link`.',
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
    next: 'Run `clawreach pair -` on the other device, and type the code there.',
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
  'pairing.pending': {
    what: "This device can't invite others yet.",
    why: 'Nobody has confirmed the four words of its own pairing on the device that invited it ({inviter}).',
    next: 'Run `clawreach confirm` there, compare the words, then run `clawreach pair` here again.',
  },
  'pairing.not-kept': {
    what: "The other device couldn't store the pairing.",
    why: "Its disk may be full, or its settings can't be written. Nothing was paired here.",
    next: 'Look at the message on the other device, then run `clawreach pair` for a new code.',
  },
  'pairing.other-relay': {
    what: 'This link belongs to another relay than the one of your peers.',
    why: 'It leads to {url}; your peers are reached over {own}, and this version uses one relay at a time.',
    next: 'Let the other device use your relay (`clawreach config relay {own}` there) and invite again from here with `clawreach pair`.',
  },
};
