export const APPROVALS_TEXTS = {
  'approvals.title': 'Approvals',
  'approvals.description': 'Nothing here is ever accepted by time. What you do not answer is refused.',
  'approvals.loading': 'Asking what waits',
  'approvals.waiting': 'Waiting for you',
  'approvals.empty.title': 'Nothing waits for you',
  'approvals.empty.text':
    'When a machine asks for something it may not do by itself, such as opening a terminal here, it appears here with what it wants exactly. So does what waits at your gateways: devices, commands, plugins. Give a machine a right for good under Peers, or be asked each time.',
  'approvals.empty.action': 'See your peers',

  'approvals.request.right.terminal': 'asks for a terminal on this machine',
  'approvals.request.right.relay': 'asks to reach another of your machines through this one',
  'approvals.request.right.forward': 'asks to reach an address through this machine',
  'approvals.request.right.prompt': 'asks to use OpenClaw through this machine',
  'approvals.wants': 'What exactly',
  'approvals.long_one': '{{count}} character. Scroll to read it all.',
  'approvals.long_other': '{{count}} characters. Scroll to read it all.',
  'approvals.asked': 'Asked {{at}}',
  'approvals.answer-until': 'Answer until {{until}}',
  'approvals.over': 'Time is over. It was refused.',
  'approvals.safety-number': 'Safety number',
  'approvals.safety-number.of': 'Safety number with {{name}}',
  'approvals.arrived': 'New request: {{name}} {{request}}.',

  'approvals.approve': 'Approve',
  'approvals.approve.once': 'Approve once',
  'approvals.approve.target': 'Always allow this target',
  'approvals.target.scope':
    'Once: this target, until the connection to {{name}} ends, for an hour at most. Always: you are not asked about this target again, and still about every other; you can take it back under Peers, Rights.',
  'approvals.not-now': 'Not now',
  'approvals.ignore': 'Ignore for ever',
  'approvals.answer': 'Your answer',
  'approvals.remember.right.terminal': 'Also allow it terminals from now on',
  'approvals.remember.right.relay': 'Also let it pass through from now on',
  'approvals.remember.right.relay.explain':
    'Counts with Approve: you are not asked about {{name}} again. What passes is sealed, also for this machine. You can take it back under Peers.',
  'approvals.remember.right.prompt': 'Also let it use OpenClaw from now on',
  'approvals.remember.right.prompt.explain':
    'Counts with Approve: you are not asked about {{name}} again, whatever it tells an agent to do. You can take it back under Peers.',
  'approvals.remember.right.terminal.explain':
    'Counts with Approve: you are not asked about {{name}} again. You can take it back under Peers.',

  'approvals.ignore.title': 'Ignore {{name}} for ever?',
  'approvals.ignore.right.relay':
    'This request and all later ones of {{name}} to pass through this machine are refused at once, and you are not told. What passes through it now breaks.',
  'approvals.ignore.right.forward':
    'This request and all later ones of {{name}} to reach addresses through this machine are refused at once, and you are not told. What you have allowed it for good stays allowed.',
  'approvals.ignore.right.terminal':
    'This request and all later ones of {{name}} for a terminal are refused at once, and you are not told. Terminals it has open here end.',
  'approvals.ignore.right.prompt':
    'This request and all later ones of {{name}} to use OpenClaw through this machine are refused at once, and you are not told. What runs for it there is called off.',
  'approvals.ignore.undo': 'You can undo this under Peers, Rights.',
  'approvals.ignore.apply': 'Ignore for ever',

  'approvals.answered.approved': 'Approved: {{name}}.',
  'approvals.answered.denied': 'Refused this time: {{name}}.',
  'approvals.answered.ignored': 'Ignored from now on: {{name}}.',
  'approvals.answered.expired': 'The time was over: {{name}} was refused.',
  'approvals.answered.withdrawn': '{{name}} does not ask any more.',

  'approvals.history': 'Decided',
  'approvals.history.filter': 'Show',
  'approvals.history.all': 'All ({{total}})',
  'approvals.history.count': '{{state}} ({{total}})',
  'approvals.history.empty': 'Nothing has been decided yet.',
  'approvals.history.none': 'Nothing with this outcome.',
  'approvals.history.retry': 'Ask again',
  'approvals.history.whole_one': 'Show {{count}} more character',
  'approvals.history.whole_other': 'Show {{count}} more characters',
  'approvals.history.less': 'Show less',
  'approvals.requested.right.terminal': 'asked for a terminal',
  'approvals.requested.right.relay': 'asked to pass through',
  'approvals.requested.right.forward': 'asked to reach an address',
  'approvals.requested.right.prompt': 'asked to use OpenClaw',
  'approvals.history.more_one': 'Show {{count}} more',
  'approvals.history.more_other': 'Show {{count}} more',
  'approvals.state.approved': 'Approved',
  'approvals.state.denied': 'Not now',
  'approvals.state.ignored': 'Ignored',
  'approvals.state.expired': 'Expired',
  'approvals.state.withdrawn': 'Withdrawn',
} as const;
