import type { GatewayRole, Right, RightDecision } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

type RequestFields = {
  gateway: string;
  name: string;
  kind: string;
  request: string;
  who: string;
  outcome: string;
  decision: string | null;
};

/**
 * Every event the audit log knows, with the only fields it may carry: names, ids, codes and counts, and of what others had run here the
 * command and all that decided what it does. There is no field for keys, pairing codes, terminal contents or the words of prompts, and the
 * compiler refuses any other.
 */
export type AuditEvents = {
  /** The agent runs, and is about to end. */
  'agent.started': { version: string; pid: number };
  'agent.stopped': { reason: string };
  /** The device's secret was moved to another store, whose name it is. */
  'secret.moved': { store: string };
  /** A relay was set, and how the connection to it went. */
  'relay.configured': { url: string; insecure: boolean };
  /** The proxy to relays has changed: `address` of a manual proxy, and the number of additional certificate authorities. */
  'network.proxy': { mode: string; address: string; authorities: number };
  'relay.state': { url: string; state: string; problem: string | null };
  /** An invitation or a join by this device. */
  'pairing.started': { side: 'inviter' | 'joiner'; form: 'code' | 'link' | 'id' };
  'pairing.failed': { side: 'inviter' | 'joiner'; code: string };
  'peer.paired': { peer: PeerId; name: string; side: 'inviter' | 'joiner' };
  /** The peer was removed because its pairing wasn't finished. */
  'peer.unfinished': { peer: PeerId; name: string };
  /** A person here has confirmed that both screens show the same words. */
  'peer.compared': { peer: PeerId; name: string };
  'peer.renamed': { peer: PeerId; name: string; before: string };
  'peer.forgotten': { peer: PeerId; name: string };
  /** A person here has said that it is a device of the same person, or that it is not. */
  'peer.own': { peer: PeerId; name: string; own: boolean };
  'peer.certificate': { peer: PeerId; generation: number };
  /** A link came up or ended; `code` tells why. */
  'peer.linked': { peer: PeerId; name: string; path: string };
  'peer.unlinked': { peer: PeerId; name: string; code: string };
  /** Somebody knocked and was not let in; `claimed` is who the relay says it was, which nobody has proved. */
  'link.refused': { claimed: PeerId; code: string };
  /** A person wants no connection, until then or until they say otherwise; or wants them again, or the time has come. */
  'agent.paused': { until: number | null };
  'agent.resumed': Record<string, never>;
  /** A person set a right, or it ran out. */
  'right.changed': { peer: PeerId; name: string; right: Right; decision: RightDecision; expiresAt: number | null };
  /** `what`: what was asked and all that decides it, without the words of a prompt; after the decision only where it was a yes. */
  'approval.requested': { peer: PeerId; name: string; right: Right; approval: number; what: string };
  'approval.decided': {
    peer: PeerId;
    name: string;
    right: Right;
    approval: number;
    outcome: string;
    what: string | null;
  };
  /** A terminal of this device, used by a peer. `command` is null for the shell. */
  'terminal.opened': {
    peer: PeerId;
    name: string;
    terminal: string;
    program: string;
    command: string | null;
    folder: string;
    user: string;
    term: string;
  };
  'terminal.attached': { peer: PeerId; name: string; terminal: string };
  'terminal.taken-over': { peer: PeerId; name: string; terminal: string; from: PeerId; fromName: string };
  'terminal.refused': { peer: PeerId; name: string; code: string };
  'terminal.ended': { peer: PeerId; name: string; terminal: string; code: string | null; exitCode: number | null };
  /** The holder of a terminal here, or the person here, starts or stops sharing it with another peer. */
  'terminal.shared': { peer: PeerId; name: string; terminal: string; with: PeerId; withName: string };
  'terminal.unshared': { peer: PeerId; name: string; terminal: string; with: PeerId; withName: string; code: string };
  /** A peer looks on at a terminal of another one. */
  'terminal.viewed': { peer: PeerId; name: string; terminal: string };
  'terminal.view-ended': { peer: PeerId; name: string; terminal: string; code: string | null };
  /** A way through this device to another peer, opened by a peer. */
  'way.opened': { peer: PeerId; name: string; to: PeerId };
  'way.refused': { peer: PeerId; name: string; code: string };
  /**
   * A connection through this device, made by a peer, and one that was not made; `count` of the same within a minute. `target` as it was asked
   * for, `address` where it went.
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
  /** A port here whose connections a peer gets. */
  'forward.listening': { peer: PeerId; name: string; address: string };
  /** A person has set what a peer may reach. */
  'targets.changed': { peer: PeerId; name: string; count: number };
  /**
   * A peer that uses the gateways of this device: what kind of request, its length in characters, never its text. `kind`: prompt, workflow,
   * restart, status, workflows, watch. `gateway` is its id, empty where none was reached. `session`: the conversation that a prompt goes on
   * with. `confirm`: whether the restart itself is wanted, or only what it would break off.
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
  /** The gateways of a peer, used from this device. */
  'remote.used': { peer: PeerId; name: string; kind: string };
  /** A person has written the workflows of this device. */
  'workflows.changed': { count: number };
  /** A person here had a gateway start anew, or a workflow of this device done. */
  'gateway.restart': { gateway: string; name: string };
  'gateway.workflow': { gateway: string; name: string; workflow: string };
  /** A terminal on the machine of a gateway, used from this device. */
  'gateway.terminal': { gateway: string; name: string; terminal: string };
  /** A person has added, changed or removed a gateway of OpenClaw, or decided on its certificate. */
  'gateway.added': { gateway: string; name: string; host: string };
  'gateway.changed': { gateway: string; name: string; host: string };
  'gateway.removed': { gateway: string; name: string };
  'gateway.trusted': { gateway: string; name: string; fingerprint: string; how: 'always' | 'once' };
  /** A certificate that nobody has decided on: everything stands still. */
  'gateway.certificate': { gateway: string; name: string; fingerprint: string; before: string | null };
  /** A connection to a gateway was made, ended or is tried again, waits for an approval there, or was given up until a person acts. */
  'gateway.connected': { gateway: string; name: string; role: GatewayRole };
  'gateway.lost': { gateway: string; name: string; role: GatewayRole; code: string };
  'gateway.pairing': { gateway: string; name: string; role: GatewayRole; request: string };
  'gateway.refused': { gateway: string; name: string; role: GatewayRole; code: string };
  /**
   * A program that a gateway had run here as its node: the command as it was shown, never its output, input or environment. `by`: the policy, a
   * rule, or the person. `gateway` is its id.
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
  /** One that did not run: the policy, the person, a limit, or nobody answered. */
  'node.run.denied': { gateway: string; name: string; command: string; by: string };
  /** A person has set what gateways may run. */
  'node.policy.changed': { default: string; rules: number };
  'node.rule.added': { gateway: string | null; program: string; any: boolean; unpinned: boolean };
  /** The person here has answered a gateway's request, or a run that a gateway wanted here. */
  'request.decided': RequestFields;
  /** One that has ended otherwise; `decision` is null where nobody gave one. */
  'request.over': RequestFields;
  /** The person here has changed a device or node of a gateway. `change`: renamed, removed, token-rotated, token-revoked. */
  'gateway.device': { gateway: string; name: string; device: string; change: string; role: string | null };
  'gateway.node': { gateway: string; name: string; node: string; change: string };
  /** A command that a person had a node of a gateway do; its name only. */
  'gateway.invoked': { gateway: string; name: string; node: string; command: string; code: string | null };
  /** A terminal of a peer, used from this device. */
  'terminal.used': { peer: PeerId; name: string; terminal: string };
};

export type AuditEvent = keyof AuditEvents;
