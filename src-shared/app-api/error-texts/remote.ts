import type { ErrorText } from './text.ts';

/** The gateways of peers, used from here, and terminals on the machines of gateways. */
export const REMOTE_TEXTS: Readonly<Record<string, ErrorText>> = {
  'remote.protocol': {
    what: 'The answer broke off.',
    why: 'The other device sent something that is not part of the protocol.',
    next: 'Update ClawReach on both devices.',
  },
  'remote.version': {
    what: 'That device cannot be asked.',
    why: 'Its version of ClawReach does not let others use its gateways in this way.',
    next: 'Update ClawReach on both devices.',
  },
  'remote.unavailable': {
    what: 'That device cannot be asked.',
    why: 'It has no gateways of OpenClaw.',
    next: 'Add one there: `clawreach gateway add`.',
  },
  'remote.too-many': {
    what: 'That is too much at one time.',
    why: 'A device answers 4 prompts at a time for each peer, and 16 in all.',
    next: 'Wait until one is answered, or call one off.',
  },
  'remote.rate': {
    what: 'These were too many requests.',
    why: 'A device takes 30 requests of a peer at once, and then one a second.',
    next: 'Wait a few seconds.',
  },
  'remote.no-gateway': {
    what: 'There is no such gateway.',
    why: 'That device has no gateway of that name, or none at all.',
    next: 'Look at the gateways there: `clawreach gateway list`.',
  },
  'remote.gateway': {
    what: 'The gateway there could not do it.',
    why: '{message}',
    next: 'Look at the gateway on that device: `clawreach gateway list` there tells how it is.',
  },
  'remote.run-failed': {
    what: 'The prompt was not answered.',
    why: 'The agent at the gateway gave up: {message}',
    next: 'Look at the log of the gateway; often a model is not reachable, or its key is not valid.',
  },
  'remote.aborted': {
    what: 'It was called off.',
    why: 'Somebody ended it at the gateway, or ClawReach ended there.',
    next: 'Send it again.',
  },
  'remote.lost': {
    what: 'Nobody knows what has become of it.',
    why: 'The connection to the gateway was lost in the middle, and the gateway did not take it up again.',
    next: 'Look at the session at the gateway before you send it again: it may have been done.',
  },
  'remote.too-long': {
    what: 'The answer is too long.',
    why: 'An answer has at most two million characters; what came so far is shown.',
    next: 'Have it written to a file there.',
  },
  'remote.revoked': {
    what: 'It was called off by the other device.',
    why: 'The right to use OpenClaw there was taken back.',
    next: 'Ask the person at that device.',
  },
  'remote.unknown-workflow': {
    what: 'There is no such workflow.',
    why: 'A workflow is an entry that the person at that device has written; it has none of that name.',
    next: 'See which there are: `clawreach remote workflows PEER`.',
  },
  'remote.workflow-params': {
    what: 'The workflow was not started.',
    why: 'Its values do not fit: {message}.',
    next: 'Give one value, a text, a number or true or false, for each place `{{name}}` of it, and no others.',
  },
  'remote.not-confirmed': {
    what: 'OpenClaw was not restarted.',
    why: 'The restart was not confirmed within two minutes.',
    next: 'Ask for it again.',
  },
  'remote.unknown': {
    what: 'There is no such saved entry.',
    why: 'It was removed, or its name is another one.',
    next: 'Look at the list: `clawreach remote list`.',
  },
  'remote.exists': {
    what: '{name} is taken.',
    why: 'Another entry has that name.',
    next: 'Choose another name, or remove the other entry first.',
  },
  'remote.too-many-saved': {
    what: 'No more can be saved.',
    why: 'There can be 64 saved gateways of peers, and 256 workflows with a million characters together.',
    next: 'Remove what is not used any more.',
  },
  'usage.prompt': {
    what: 'There is no prompt to send.',
    why: 'A prompt has 1 to 200 000 characters.',
    next: 'Give it as an argument, or with - on the standard input.',
  },
  'usage.workflow': {
    what: 'The workflows were not changed.',
    why: '{reason}',
    next: 'See what a file has to hold: `clawreach workflows list --json` prints it.',
  },
  'usage.gateway-terminal': {
    what: 'There is no terminal {terminal} at {name}.',
    why: 'None that runs there begins like that, or several do.',
    next: 'See which there are: `clawreach gateway terminal {word} --list`.',
  },
  'usage.remote': {
    what: 'There is no saved entry "{name}".',
    why: 'None has that name.',
    next: 'See which there are: `clawreach remote list`.',
  },
  'terminal.disabled': {
    what: 'That gateway has no terminals.',
    why: 'They are switched off there: `gateway.terminal.enabled` is false, or its agent runs in a sandbox.',
    next: 'Switch them on in the settings of the gateway, and restart it.',
  },
  'terminal.closed': {
    what: 'The terminal was closed at the gateway.',
    why: 'Somebody else closed it, or the gateway does not allow it any more.',
    next: 'Open a new one.',
  },
  'terminal.failed': {
    what: 'The terminal broke off.',
    why: 'The gateway could not go on with it.',
    next: 'Open a new one; if it happens again, look at the log of the gateway.',
  },
};
