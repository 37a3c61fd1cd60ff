import type { ErrorText } from './text.ts';

/** The relay that the application runs itself. */
export const HOSTED_RELAY_TEXTS: Readonly<Record<string, ErrorText>> = {
  'hosted-relay.unavailable': {
    what: 'No relay can be started here.',
    why: 'It needs Node 24 or newer, which neither this ClawReach nor this machine has.',
    next: 'Install Node 24 from https://nodejs.org/, or run `clawreach-relay` on another machine and use its address.',
  },
  'hosted-relay.failed': {
    what: 'The relay of this machine ends again and again.',
    why: 'Its process did not start, or ended by itself; the log of ClawReach tells more.',
    next: 'Start it again; if it stays, look at the log and at the folder `relay` of the profile.',
  },
  'hosted-relay.timeout': {
    what: 'The relay of this machine did not start in time.',
    why: 'Its process did not say within 20 seconds that it listens.',
    next: 'Start it again when the machine is less busy.',
  },
  'hosted-relay.port': {
    what: 'The relay of this machine found no free port.',
    why: 'Other programs listen on the twenty ports that were tried.',
    next: 'End one of them, such as another relay, and start it again.',
  },
  'relay.hosted-off': {
    what: 'The relay on this machine is off: it runs only while ClawReach is open.',
    why: 'The ClawReach application runs it, and is closed, or the relay was stopped there.',
    next: 'Start ClawReach: whatever used the relay connects again by itself. Or set another one: `clawreach config relay wss://HOST:7474`.',
  },
  'relay.hosted-off-before': {
    what: 'The relay on this machine is off: it runs only while ClawReach is open.',
    why: 'The ClawReach application runs it, and is closed, or the relay was stopped there.',
    next: 'Start ClawReach: whatever used the relay connects again by itself. Or go back to the relay used before: `clawreach config relay --back`.',
  },
  'relay.no-before': {
    what: 'There is no relay to go back to.',
    why: 'Only from the relay of the ClawReach application on this machine it goes back to the one used before, if there was one.',
    next: 'Name the one to use: `clawreach config relay wss://HOST:7474`. `clawreach status` shows which one is used now.',
  },
};
