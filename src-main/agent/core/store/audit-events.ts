import type { BrowserEnd, GatewayRole, Requested, Right, RightDecision } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { GuestEvent } from '#shared/terminal/index.ts';

type RequestFields = {
  gateway: string;
  name: string;
  kind: string;
  request: string;
  who: string;
  outcome: string;
  decision: string | null;
};

/** Terminal that is shared by a link, and the device that runs it. */
type SharedByLink = { peer: PeerId; name: string; terminal: string; role: string };

/**
 * Events of the audit log with their fields. Modules that write the log use this type; it admits names, IDs, codes and counts, and of commands run
 * here all that decides what they do. The compiler rejects any other field: there is none for keys, pairing codes, terminal contents or the words of
 * prompts.
 */
export type AuditEvents = {
  /** The agent has started, or is about to close. */
  'agent.started': { version: string; pid: number };
  'agent.stopped': { reason: string };
  /** A person or program has added, changed or removed an agent of this machine. */
  'agent.added': { agent: string };
  'agent.changed': { agent: string };
  'agent.removed': { agent: string };
  /** A person has granted an agent a folder from which it may send files; empty: none any more. */
  'agent.files': { agent: string; folder: string };
  /** An agent's program needs another token. */
  'agent.token-renewed': { agent: string };
  /** A peer's message to an agent was refused. The log never has a message's text. */
  'message.refused': { peer: PeerId; name: string; agent: string; code: string };
  /** A message waits for a person, since agents seem to answer each other without end. */
  'message.held': { peer: PeerId; name: string; agent: string };
  /** A person has discarded messages of a peer that no one had taken. */
  'message.discarded': { peer: PeerId; name: string; count: number };
  /** A peer's message was given to an agent that acts. */
  'message.delivered': { peer: PeerId; name: string; agent: string };
  /**
   * A peer's files were received, or files were sent to a peer: all of them, or some (`failed`: number of the others). `count`: transfers within a
   * minute for which the entry stands; `transfer` is then `*`.
   */
  'transfer.received': {
    peer: PeerId;
    name: string;
    transfer: string;
    files: number;
    bytes: number;
    failed: number;
    folder: string;
    count: number;
  };
  'transfer.sent': {
    peer: PeerId;
    name: string;
    transfer: string;
    files: number;
    bytes: number;
    failed: number;
    count: number;
    /** Agent of this machine that has sent them; missing for a person. */
    agent?: string;
  };
  /** A transfer was refused or cancelled, or has failed. `files`, `bytes`: that had come by then; of one that was cancelled or refused while it was put into place, those that are there. */
  'transfer.ended': {
    peer: PeerId;
    name: string;
    transfer: string;
    direction: 'in' | 'out';
    state: string;
    code: string;
    files: number;
    bytes: number;
    count: number;
  };
  /** This machine has sent packets into its networks that wake a machine, for a peer. `cards`: MAC addresses. */
  'wake.sent': { peer: PeerId; name: string; cards: string; networks: number };
  /** A person has set the folders that are shared with a peer. */
  'folders.changed': { peer: PeerId; name: string; count: number };
  /**
   * A peer has created, renamed or removed something in a shared folder. `path`: names below the folder's name, with slashes; `*` for several. `count`:
   * number of such changes within a minute.
   */
  'folder.changed': {
    peer: PeerId;
    name: string;
    action: 'mkdir' | 'rename' | 'remove';
    path: string;
    to: string;
    count: number;
  };
  /** A peer copies a file or folder out of a shared folder. `path` and `count`: as above. */
  'folder.read': { peer: PeerId; name: string; transfer: string; path: string; count: number };
  /** The device's secret was moved to another store; `store` is its name. */
  'secret.moved': { store: string };
  /** A relay was set, or the state of the connection to the relay has changed. */
  'relay.configured': { url: string; insecure: boolean };
  /** This device has set up, updated or removed a relay on a server by SSH. */
  'relay-server.installed': { host: string; url: string; version: string };
  'relay-server.removed': { host: string; url: string };
  /** The proxy to relays has changed. `address`: of a manual proxy. `authorities`: number of additional certificate authorities. */
  'network.proxy': { mode: string; address: string; authorities: number };
  /** The page that the relay serves isn't the one that was signed. `hash`: of its manifest; empty without one. */
  'relay.page-differs': { url: string; hash: string; findings: number };
  'relay.state': { url: string; state: string; problem: string | null };
  /** This device has begun to invite or to join, or failed at that, or has paired. */
  'pairing.started': { side: 'inviter' | 'joiner'; form: 'code' | 'link' | 'id' };
  'pairing.failed': { side: 'inviter' | 'joiner'; code: string };
  /** A browser has asked to be added. Name and account are what the browser and the relay say. */
  'pairing.requested': { peer: PeerId; name: string; account: string };
  'peer.paired': { peer: PeerId; name: string; side: 'inviter' | 'joiner' };
  /** The peer was removed because its pairing was never finished. */
  'peer.unfinished': { peer: PeerId; name: string };
  /** A person here has confirmed that both screens show the same pairing words. */
  'peer.compared': { peer: PeerId; name: string };
  /** A browser or an introduced peer was removed by itself. `cause`: its time was over, it signed out (or its session ended), or its tab was closed. */
  'peer.ended': { peer: PeerId; name: string; cause: BrowserEnd };
  /** This device has introduced a peer to another one (`to`), with these rights there. */
  'introduction.given': { peer: PeerId; name: string; to: PeerId; toName: string; rights: string; expiresAt: number };
  /** A peer (`by`) has introduced another one, which is pinned until then; or took that back, or may no longer do so. */
  'introduction.accepted': {
    peer: PeerId;
    name: string;
    by: PeerId;
    byName: string;
    rights: string;
    expiresAt: number;
  };
  'introduction.ended': { peer: PeerId; name: string; by: PeerId; byName: string };
  /** An introduction of a peer was refused. */
  'introduction.refused': { peer: PeerId; name: string; code: string };
  /** A person has set which rights the peer may give to newcomers. */
  'introduction.hands-on': { peer: PeerId; name: string; rights: string };
  /** A person has set the lifetime of a browser. */
  'browser.life': { peer: PeerId; name: string; life: string; expiresAt: number };
  /** A person has set whether a browser may see and answer the requests that wait here; or a person in such a browser answers one. */
  'browser.answers': { peer: PeerId; name: string; answers: boolean };
  'browser.answered': { peer: PeerId; name: string; request: string; answer: string };
  /** A person has set what browsers may do here. */
  'browsers.mode': { mode: string };
  'peer.renamed': { peer: PeerId; name: string; before: string };
  'peer.forgotten': { peer: PeerId; name: string };
  /** The relay has reported that the peer was removed from the project, so it's denied; or a person here has let it back in. */
  'peer.suspended': { peer: PeerId; name: string };
  'peer.forgot': { peer: PeerId; name: string };
  'peer.readmitted': { peer: PeerId; name: string };
  /** A person here has marked the peer as their own device, or has removed the mark. */
  'peer.own': { peer: PeerId; name: string; own: boolean };
  'peer.certificate': { peer: PeerId; generation: number };
  /** A link was established or has ended; `code` is the reason. */
  'peer.linked': { peer: PeerId; name: string; path: string };
  'peer.unlinked': { peer: PeerId; name: string; code: string };
  /** An incoming handshake was rejected. `claimed` is the peer ID that the relay named for the caller; nothing proves it. */
  'link.refused': { claimed: PeerId; code: string };
  /** A person has paused the device until then, or without an end (null); or the pause has ended. */
  'agent.paused': { until: number | null };
  'agent.resumed': Record<string, never>;
  /** A person has set after how many messages without a person agents are held. */
  'message.loops': { inARow: number; inTenMinutes: number };
  /** A person has decided about messages of a peer to one agent here; `none`: no longer. */
  'right.agent': {
    peer: PeerId;
    name: string;
    agent: string;
    decision: RightDecision | 'none';
    expiresAt: number | null;
  };
  /** A person set a right, or a right has expired. `most`: largest transfer about which no one is asked, bytes; missing for no limit. */
  'right.changed': {
    peer: PeerId;
    name: string;
    right: Right;
    decision: RightDecision;
    expiresAt: number | null;
    most?: number;
  };
  /**
   * A peer has asked for a right, or its request was decided. `what`: the request with all that decides it, without the words of a prompt; after the
   * decision null unless it was approved.
   */
  'approval.requested': { peer: PeerId; name: string; right: Requested; approval: number; what: string };
  'approval.decided': {
    peer: PeerId;
    name: string;
    right: Requested;
    approval: number;
    outcome: string;
    what: string | null;
  };
  /** A peer uses a terminal of this device, or runs a command without one (`piped`). `command` is null for the shell. */
  'terminal.opened': {
    peer: PeerId;
    name: string;
    terminal: string;
    program: string;
    command: string | null;
    folder: string;
    user: string;
    term: string;
    piped: boolean;
  };
  'terminal.attached': { peer: PeerId; name: string; terminal: string };
  'terminal.taken-over': { peer: PeerId; name: string; terminal: string; from: PeerId; fromName: string };
  'terminal.refused': { peer: PeerId; name: string; code: string; piped: boolean };
  /** `signal`: signal that ended the program. */
  'terminal.ended': {
    peer: PeerId;
    name: string;
    terminal: string;
    code: string | null;
    exitCode: number | null;
    signal: string | null;
    piped: boolean;
  };
  /** The device that holds a terminal here, or the person here, starts or stops sharing the terminal with another peer (`with`). */
  'terminal.shared': { peer: PeerId; name: string; terminal: string; with: PeerId; withName: string };
  'terminal.unshared': { peer: PeerId; name: string; terminal: string; with: PeerId; withName: string; code: string };
  /** A peer watches a terminal that another device holds. */
  'terminal.viewed': { peer: PeerId; name: string; terminal: string };
  'terminal.view-ended': { peer: PeerId; name: string; terminal: string; code: string | null };
  /** A link for guests to a terminal of `peer`, which may be this device, was opened or has ended. `role`: view or type. `until`: ms since 1970. */
  'share.opened': SharedByLink & { until: number; once: boolean; letIn: boolean };
  'share.ended': SharedByLink & { code: string };
  /** A guest of a link asked to come in, was let in (`automatic`: by the link itself) or declined, typed first, or left. `guest`: name that it has chosen. */
  'guest.asked': SharedByLink & { guest: string };
  'guest.let-in': SharedByLink & { guest: string; automatic: boolean };
  'guest.typed': SharedByLink & { guest: string };
  'guest.declined': SharedByLink & { guest: string };
  'guest.left': SharedByLink & { guest: string; code: string };
  /**
   * A peer that holds a terminal here says what happened to its link for guests to it (`event`), or its link ended because it holds the terminal no more
   * (`lost`). Nothing but its word proves that. `link`: its number for the link. `guest`: name that the guest has chosen; empty for the link itself.
   */
  'terminal.guest': SharedByLink & {
    event: GuestEvent | 'lost';
    link: string;
    guest: string;
    automatic: boolean;
    until: number | null;
    code: string;
  };
  /** A peer uses this device as a hop to another peer (`to`). */
  'way.opened': { peer: PeerId; name: string; to: PeerId };
  'way.refused': { peer: PeerId; name: string; code: string };
  /**
   * A peer connects to a target through this device, or its connection was refused. `target`: as the peer named it. `address`: resolved. `count`:
   * equal entries within a minute.
   */
  'forward.opened': {
    peer: PeerId;
    name: string;
    protocol: 'tcp' | 'udp';
    target: string;
    address: string;
    count: number;
  };
  'forward.refused': {
    peer: PeerId;
    name: string;
    protocol: 'tcp' | 'udp';
    target: string;
    code: string;
    count: number;
  };
  /** This device listens on a port for a peer, which receives its connections. */
  'forward.listening': { peer: PeerId; name: string; address: string };
  /** A person has set the targets that a peer may reach. */
  'targets.changed': { peer: PeerId; name: string; count: number };
  /**
   * A peer sends a request to an OpenClaw gateway of this device. `kind`: prompt, workflow, restart, status, workflows or watch. `length`: characters
   * of the text, which is never logged. `gateway`: ID, empty if none was reached. `session`: conversation that a prompt continues. `confirm`: true
   * for the restart itself, false for a question about its consequences.
   */
  'remote.started': {
    peer: PeerId;
    name: string;
    kind: string;
    gateway: string;
    workflow: string | null;
    session: string | null;
    confirm: boolean | null;
    length: number;
  };
  'remote.ended': { peer: PeerId; name: string; kind: string; gateway: string; outcome: string; length: number };
  'remote.refused': { peer: PeerId; name: string; kind: string; code: string };
  /** This device sends a request to an OpenClaw gateway of a peer. */
  'remote.used': { peer: PeerId; name: string; kind: string };
  /** A person has edited the workflows of this device. */
  'workflows.changed': { count: number };
  /** A person here has restarted a gateway or run a workflow of this device. */
  'gateway.restart': { gateway: string; name: string };
  'gateway.workflow': { gateway: string; name: string; workflow: string };
  /** This device uses a terminal on the machine of a gateway. */
  'gateway.terminal': { gateway: string; name: string; terminal: string };
  /** A person has added, changed or removed an OpenClaw gateway, or trusted its certificate. */
  'gateway.added': { gateway: string; name: string; host: string };
  'gateway.changed': { gateway: string; name: string; host: string };
  'gateway.removed': { gateway: string; name: string };
  'gateway.trusted': { gateway: string; name: string; fingerprint: string; how: 'always' | 'once' };
  /** The gateway shows a certificate that no person has decided on. Nothing is sent to that gateway until then. */
  'gateway.certificate': { gateway: string; name: string; fingerprint: string; before: string | null };
  /** The connection to a gateway was established or lost, waits for an approval at the gateway, or was given up until a person acts. */
  'gateway.connected': { gateway: string; name: string; role: GatewayRole };
  'gateway.lost': { gateway: string; name: string; role: GatewayRole; code: string };
  'gateway.pairing': { gateway: string; name: string; role: GatewayRole; request: string };
  'gateway.refused': { gateway: string; name: string; role: GatewayRole; code: string };
  /**
   * A gateway ran a command on this device, which is its node. `command`: as shown to people; its output, input and environment are never logged.
   * `by`: the policy, a rule, or the person. `gateway`: ID.
   */
  'node.run.started': {
    gateway: string;
    name: string;
    run: number;
    command: string;
    program: string;
    directory: string;
    /** Names of the variables that the gateway sets. */
    variables: string;
    by: string;
  };
  'node.run.ended': {
    gateway: string;
    name: string;
    run: number;
    outcome: string;
    exitCode: number | null;
    signal: string | null;
    code: string | null;
    seconds: number;
  };
  /** A gateway's command was not run. `by`: the policy, the person, a limit, or `expired` if no one answered. */
  'node.run.denied': { gateway: string; name: string; command: string; by: string };
  /** A person has set which commands gateways may run. */
  'node.policy.changed': { default: string; rules: number };
  'node.rule.added': { gateway: string | null; program: string; any: boolean; unpinned: boolean };
  /** The person here has decided on a gateway's request, or on a command that a gateway wants to run here. */
  'request.decided': RequestFields;
  /** Such a request ended without this person; `decision` is null if no one decided. */
  'request.over': RequestFields;
  /** The person here has changed a device or node of a gateway. `change`: renamed, removed, token-rotated or token-revoked. */
  'gateway.device': { gateway: string; name: string; device: string; change: string; role: string | null };
  'gateway.node': { gateway: string; name: string; node: string; change: string };
  /** A person had a node of a gateway run a command. Only the name of the command is logged. */
  'gateway.invoked': { gateway: string; name: string; node: string; command: string; code: string | null };
  /**
   * A person has accepted a plain relay, which can read what it carries; has switched it on or off; has ended its terminals and requests; or has removed
   * it. `peer`: its ID, in the form of a peer ID. `config`: path of the file with the token.
   */
  'plain.added': { peer: PeerId; name: string; url: string; kind: string; config: string };
  'plain.switched': { peer: PeerId; name: string; on: boolean };
  'plain.ended': { peer: PeerId; name: string; terminals: number; requests: number };
  'plain.removed': { peer: PeerId; name: string };
  /** A person has given this device's project at a relay to an account there, or has taken it back. `address`: as the relay names it. */
  'account.linked': { url: string; account: string; address: string };
  /** This device has joined a project of an account at a relay that admits devices of its accounts only. */
  'account.joined': { url: string; account: string; address: string };
  'account.unlinked': { url: string; account: string; address: string };
  /** The connection to a plain relay was established or lost. */
  'plain.connected': { peer: PeerId; name: string; url: string };
  'plain.lost': { peer: PeerId; name: string; code: string };
  /** This device uses a terminal of a peer. */
  'terminal.used': { peer: PeerId; name: string; terminal: string };
};

export type AuditEvent = keyof AuditEvents;
