import type { ErrorText } from './text.ts';

/** Requests at gateways, and answers to them. */
export const OPERATOR_TEXTS: Readonly<Record<string, ErrorText>> = {
  'request.unknown': {
    what: 'There is no such request.',
    why: 'It was never there, or it is so old that it is forgotten.',
    next: 'Look at the list again: `clawreach requests list`.',
  },
  'request.ambiguous': {
    what: 'Several requests begin like “{request}”.',
    why: 'An answer must be for exactly one.',
    next: 'Give more of its name: `clawreach requests list` shows them.',
  },
  'request.gone': {
    what: 'This request is over.',
    why: 'It was answered elsewhere, replaced by a newer one, withdrawn, or its time has run out ({outcome}).',
    next: 'Look at what came of it: `clawreach requests list --all`.',
  },
  'request.changed': {
    what: 'What is asked has changed since it was shown.',
    why: 'An answer holds only for what you have seen, so nothing was answered.',
    next: 'Look at the request again, then answer it.',
  },
  'request.decision': {
    what: 'This request cannot be answered like that.',
    why: 'It does not offer this answer, or it is too large to be shown in full, and then it can only be refused.',
    next: 'Choose one of the answers that it shows.',
  },
  'request.answered': {
    what: 'An answer to this request is on its way already.',
    why: 'The gateway has not said yet what came of it.',
    next: 'Wait a moment, then look at the request again.',
  },
};
