export const FIRST_RUN_TEXTS = {
  'first-run.title': 'Reach your machines.',
  'first-run.text':
    'Pair two machines once, with a short code. Then open terminals between them, encrypted from end to end.',
  'first-run.relay': 'The relay, where machines meet',
  'first-run.relay.own': 'Use my own relay',
  'first-run.relay.host': 'Host a relay here',
  'first-run.relay.state.none': 'No relay is set up yet. You are asked when it is needed.',
  'first-run.relay.state.online': 'Connected to the relay {{url}}.',
  'first-run.relay.state.connecting': 'Connecting to the relay {{url}}…',
  'first-run.relay.state.waiting': 'The relay {{url}} cannot be reached now. ClawReach keeps trying.',
  'first-run.relay.state.failed': 'The relay {{url}} does not work. {{why}}',
  'first-run.relay.state.guest':
    'The relay {{url}} is there. To invite from here it needs the admission token; joining works without.',
  'first-run.skip': 'Skip, and look around',
} as const;
