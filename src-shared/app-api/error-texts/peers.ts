import type { ErrorText } from './text.ts';

export const PEERS_TEXTS: Readonly<Record<string, ErrorText>> = {
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
  'peer.no-answer': {
    what: '{name} doesn’t answer.',
    why: 'It may be off, asleep, or in a network that is cut off. What is still on its way is given up.',
    next: 'Check that machine and its network, then try again.',
  },
  'peer.name-taken': {
    what: 'The name {name} is taken.',
    why: 'It is the name of another peer or of this device, or looks like it, and names must tell machines apart.',
    next: 'Choose another name, or rename the other peer first.',
  },
  'peer.uncompared': {
    what: 'Nobody has confirmed the four words of {name} yet.',
    why: 'Until both screens are known to show the same words, it may be another machine than you mean.',
    next: 'Compare them: `clawreach confirm {word}`.',
  },
  'peer.words-changed': {
    what: "These aren't the words of {name} any more.",
    why: 'It was paired again meanwhile, or was added without a code.',
    next: 'Compare the words that both screens show now.',
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
  'rights.unasked': {
    what: 'The person there has not decided yet.',
    why: 'Until they allow it, this device does not see how it is there; they are not asked for that alone.',
    next: 'Send a prompt: they are asked then. Or on that device: `clawreach rights <this device> --allow prompt`.',
  },
  'rights.unanswered': {
    what: 'Nobody at the other device answered.',
    why: 'Your request was shown there for two minutes. Nothing is ever allowed by time alone.',
    next: 'Ask somebody to look at the screen there, then try again.',
  },
  'rights.too-long': {
    what: 'The request is too long to be asked about.',
    why: 'The person there is asked, and is shown a request whole or not at all: at most 16,384 characters.',
    next: 'Make it shorter, such as a script there instead of a long command, or ask for the right as a whole.',
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
};
