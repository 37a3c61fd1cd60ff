import { DE, inLanguage, ZH } from './language/index.ts';

/** Every text that the application itself shows; the window has a catalogue of its own. */
const ENGLISH = {
  title: 'ClawReach',
  tray: {
    off: 'Not connected',
    noRelay: 'No relay is set',
    connecting: 'Connecting…',
    failed: (what: string) => what,
    online: (peers: number) => (peers === 1 ? '1 peer online' : `${peers} peers online`),
    waiting: (approvals: number) => (approvals === 1 ? '1 approval waiting' : `${approvals} approvals waiting`),
    list: (parts: readonly string[]) => parts.join(', '),
    tooltip: (parts: readonly string[]) => `ClawReach: ${parts.join(', ')}`,
    pair: 'Pair…',
    peers: 'Peers',
    noPeers: 'No peers yet',
    morePeers: (count: number) => `${count} more…`,
    path: { direct: 'Direct', relay: 'Relay', via: 'Via a peer', offline: 'Offline' },
    via: (peer: string) => `Via ${peer}`,
    reconnecting: 'Reconnecting',
    milliseconds: (value: number) => `${value} ms`,
    openTerminal: 'Open terminal',
    copyName: 'Copy name',
    forwards: 'Forwards',
    noForwards: 'No forwards yet',
    showForwards: 'Show forwards',
    withoutPeer: 'Without a peer',
    unknownPeer: 'A peer that was forgotten',
    notRunning: (rules: number) => (rules === 1 ? '1 not running' : `${rules} not running`),
    copy: (text: string) => `Copy ${text}`,
    forwardStates: {
      off: 'Off',
      starting: 'Starting…',
      ready: 'Ready',
      waiting: 'Waiting',
      failed: 'Not running',
    },
    approvals: (count: number) => `Approvals (${count})`,
    shared: (count: number) => (count === 1 ? 'Look on at a shared terminal' : `Shared terminals (${count})`),
    paused: 'Paused',
    pausedUntil: (time: string) => `Paused until ${time}`,
    pause: 'Pause',
    pauseHour: 'For 1 hour',
    pauseEvening: 'For 8 hours',
    pauseOn: 'Until I resume',
    resume: 'Resume',
    open: 'Open ClawReach',
    settings: 'Settings',
    quit: 'Quit',
  },
  approvals: {
    title: (count: number) => (count === 1 ? 'A request waits for you' : `${count} requests wait for you`),
    one: (peer: string, right: string) => `${peer} asks for ${right} on this device.`,
    uncompared: 'Nobody has compared its words: do that first.',
    several: (peers: string) => `From ${peers}.`,
    fact: (name: string, value: string) => `${name}: ${value}`,
    facts: {
      folder: 'Folder',
      asked: 'Asked for',
      program: 'Program',
      user: 'User',
      shell: 'Shell',
      term: 'Terminal type',
      terminal: 'Terminal',
      viewer: 'With',
      device: 'Device',
      gateway: 'Gateway',
      session: 'Session',
      method: 'Calls',
      values: 'Values',
    },
    /** Beginnings of what the agent says a peer wants, and the same in this language. */
    wishes: [] as readonly (readonly [said: string, here: string])[],
    more: 'There is more of it: open ClawReach to read it all.',
    rights: {
      terminal: 'a terminal',
      relay: 'a connection to another of your machines',
      view: 'to look on at a terminal',
      forward: 'a connection to an address',
      prompt: 'the use of OpenClaw',
    },
  },
  /** What waits at gateways, by its kind; never what exactly: a notice is seen on a locked screen. */
  requests: {
    critical: (count: number) =>
      count === 1 ? 'A critical request waits for you' : `${count} requests wait for you, at least one is critical`,
    device: (who: string, gateway: string) => `${who} wants to connect to ${gateway}.`,
    node: (who: string, gateway: string) => `${who} offers commands to ${gateway}.`,
    exec: (_who: string, gateway: string) => `An agent of ${gateway} wants to run a command.`,
    plugin: (_who: string, gateway: string) => `A plugin of ${gateway} asks you.`,
    run: (_who: string, gateway: string) => `${gateway} wants to run a program on this machine.`,
  },
  /** A machine is being added by its ID. */
  comparison: {
    title: 'Four words wait to be compared',
    text: (id: string) => `Is ${id} the machine you mean? Compare what both screens show.`,
  },
  /** What needs a person, or they may want to know; clicked, it leads there. */
  news: {
    relay: 'ClawReach is not connected',
    forwards: (count: number) => (count === 1 ? 'A forward does not run' : `${count} forwards do not run`),
    profile: 'ClawReach cannot save everything',
    paired: (peers: string) => `Paired with ${peers}`,
    pairedText: 'It may do here what you have allowed it.',
    shared: (holder: string, peer: string) => `${holder} shares a terminal on ${peer}`,
    sharedMany: (count: number, peer: string) => `${count} terminals on ${peer} are shared with you`,
    sharedText: 'You can look on.',
    several: (count: number) => `${count} things need a look`,
    locked: 'ClawReach has news for you',
    gateway: (name: string) => `A message from ${name}`,
  },
  crash: {
    title: 'The window was opened again',
    body: 'Its process had ended. Terminals and connections went on.',
    twice: 'The window has ended twice within a minute.',
    twiceDetail: 'Connections and terminals on this device go on. Open the window again, or quit ClawReach.',
    reopen: 'Open again',
  },
  /** Before the application ends with a relay that others use. */
  quit: {
    message: 'Quit, and turn off the relay on this machine?',
    detail: (names: string, devices: number) =>
      devices === 1
        ? `${names} is connected to it. Until ClawReach is open again, it finds neither this machine nor others through it; direct connections go on. Then everything connects again by itself.`
        : `${names} are connected to it. Until ClawReach is open again, they find neither this machine nor each other through it; direct connections go on. Then everything connects again by itself.`,
    more: (devices: number) => `${devices} more`,
    cancel: 'Cancel',
  },
  failure: {
    title: 'ClawReach could not start',
    text: (what: string, why: string, next: string) => `${what}\n\n${why}\n\n${next}`,
  },
} as const;

export type EnglishTexts = typeof ENGLISH;

/** In the language that is spoken when it is read: what keeps one of them keeps its language. */
export const TEXTS = inLanguage(ENGLISH, { de: DE, zh: ZH });
