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
  'usage.gateway': {
    what: 'Which gateway?',
    why: 'There is more than one: {gateways}.',
    next: 'Add `--gateway NAME`, or its name.',
  },
  'usage.no-gateway': {
    what: 'No gateway is known here.',
    why: 'This command is about a gateway of OpenClaw.',
    next: 'Add one first: `clawreach gateway add ADDRESS`.',
  },
  'usage.gateway-token': {
    what: 'The token of the gateway is missing.',
    why: '{reason}. It is never taken as an argument, where other programs could read it.',
    next: 'Run the command on a terminal to be asked, give `--token-stdin` or `--token-file FILE`, or set the variable {variable}.',
  },
  'usage.gateway-password': {
    what: 'The password of the gateway is missing.',
    why: '{reason}. It is never taken as an argument, where other programs could read it.',
    next: 'Run the command with `--password` on a terminal to be asked, give `--password-stdin` or `--password-file FILE`, or set the variable {variable}.',
  },
  'usage.gateway-certificate': {
    what: 'No certificate waits for a decision.',
    why: 'The gateway {name} shows the one that is trusted, or it was not reached.',
    next: 'See `clawreach gateway status`.',
  },
  'usage.gateway-fingerprint': {
    what: 'The gateway shows another certificate than the one you named.',
    why: 'You named {given}, and it shows {shown}. Somebody may be in between.',
    next: 'Ask whoever runs the gateway. Nothing was trusted or sent.',
  },
  'usage.gateway-undecided': {
    what: 'The fingerprint has to be given.',
    why: 'There is no terminal to ask on. The gateway shows {fingerprint}.',
    next: 'Compare it with the one of the gateway, then: `clawreach gateway trust {name} --fingerprint {fingerprint}`',
  },
  'usage.confirm': {
    what: 'Nobody can be asked.',
    why: 'There is no terminal, or the answer is wanted as JSON, and this is not done unseen.',
    next: 'Run it on a terminal, or add `--yes` once you are sure.',
  },
  'usage.request': {
    what: 'Which request?',
    why: 'Either the id of one, or `--latest`, is needed.',
    next: 'Run `clawreach requests list` to see them.',
  },
  'usage.role': {
    what: 'Which token?',
    why: 'The device has tokens for: {roles}.',
    next: 'Add `--role operator` or `--role node`.',
  },
  'usage.device-unknown': {
    what: 'The gateway has no {what} called {name}.',
    why: 'There is none of that id or name.',
    next: 'Run `clawreach {what}s list` to see them.',
  },
  'usage.device-ambiguous': {
    what: 'Several are called {name}.',
    why: 'The gateway has more than one {what} of that name or beginning.',
    next: 'Give more of its id: `clawreach {what}s list`.',
  },
};
