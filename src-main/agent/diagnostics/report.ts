import type { AgentStatus, ForwardView, GatewayView, NetworkView, PeerView } from '#shared/app-api/index.ts';
import type { SystemFacts } from '#node/system/index.ts';
import { Pseudonyms } from './pseudonyms.ts';

/** Data from which a diagnostic report is written. The report contains only the fields that `writeReport` lists. */
export type Findings = Readonly<{
  /** ms since 1970. */
  at: number;
  status: AgentStatus;
  network: NetworkView;
  peers: readonly PeerView[];
  forwards: readonly ForwardView[];
  gateways: readonly GatewayView[];
  system: SystemFacts;
  /** User name and home folder of the person; both are replaced wherever they occur. */
  person: readonly string[];
  /** Lines of the log, oldest first. */
  log: readonly string[];
}>;

/** Most characters of a report. A call of the app API may return 400 000. */
const LONGEST = 380_000;

/** Returns the text of a diagnostic report: listed states, numbers and codes, then the log, with pseudonyms for names and addresses. Pure. */
export function writeReport(findings: Findings): string {
  const { facts, log } = collect(findings);
  const text = `ClawReach diagnostics\n\n${JSON.stringify(facts, null, 2)}\n\nLog, the newest lines:\n${log.join('\n')}\n`;
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n(cut here)\n`;
}

/** Returns the same report as a JSON object, with the log as lines in `log`. Leaves out the oldest lines if it is too long. Pure. */
export function writeJsonReport(findings: Findings): string {
  const { facts, log } = collect(findings);
  for (let first = 0; ; first = Math.max(first + 1, Math.ceil((first + log.length) / 2))) {
    const text = JSON.stringify({ ...facts, log: log.slice(first) });
    if (text.length <= LONGEST || first >= log.length) return text;
  }
}

/** Returns the facts of a report and the lines of its log, all with pseudonyms. */
function collect(findings: Findings): Readonly<{ facts: object; log: readonly string[] }> {
  const { at, status, network, peers, forwards, gateways, system, person, log } = findings;
  const names = new Pseudonyms();
  for (const word of person) if (word !== '') names.learn('person', word);
  names.alias(status.device.peerId, 'this-device');
  names.alias(status.device.name, 'this-device');
  for (const peer of peers) names.alias(peer.name, names.learn('peer', peer.peerId));
  for (const { rule } of forwards) names.learn('rule', rule.name);
  for (const { settings } of gateways) names.learn('gateway', settings.name);
  names.learn('profile', status.profile);
  learnSettings(names, [...forwards.map(({ rule }) => rule), ...gateways.map(({ settings }) => settings)]);
  for (const line of log) names.learnNamed(line);
  const time = (moment: number | null): string | null => (moment === null ? null : new Date(moment).toISOString());
  const facts = {
    version: status.version,
    at: time(at),
    system,
    agent: {
      started: time(status.startedAt),
      service: status.service ?? null,
      secretStore: status.secretStore,
      paused: status.paused !== undefined,
      problems: (status.problems ?? []).map(({ code }) => code),
      approvalsPending: status.approvalsPending,
      terminals: status.terminals,
    },
    relay: {
      set: status.relay.url !== null,
      state: status.relay.state,
      problem: status.relay.problem,
      retry: time(status.relay.retryAt),
      secure: status.relay.secure,
      pinned: status.relay.keyId !== null,
    },
    direct: {
      listen: network.listen,
      port: network.port,
      listening: network.listening,
      problem: network.problem,
      addresses: network.addresses.length,
    },
    peers: peers.map((peer) => ({
      peer: names.learn('peer', peer.peerId),
      online: peer.online,
      path: peer.path,
      roundTrip: peer.rtt === null ? null : Math.round(peer.rtt * 100) / 100,
      mode: peer.pathMode,
      through: peer.pathVia.map(({ peerId }) => names.learn('peer', peerId)),
      rights: Object.fromEntries(Object.entries(peer.rights).map(([right, { decision }]) => [right, decision])),
      lastSeen: time(peer.lastSeenAt),
      link: peer.link && {
        state: peer.link.state,
        since: time(peer.link.since),
        why: peer.link.why,
        history: peer.link.history.map(({ at: when, path, reason }) => `${time(when)} ${path ?? 'none'} ${reason}`),
      },
      passage: peer.passage?.failure?.code ?? null,
    })),
    forwards: forwards.map(({ rule, state, problem, open, connections, total }) => ({
      rule: names.learn('rule', rule.name),
      kind: rule.kind,
      enabled: rule.enabled,
      state,
      problem: problem?.code ?? null,
      open,
      connections,
      total,
    })),
    gateways: gateways.map(({ settings, operator, node, surface, server }) => ({
      gateway: names.learn('gateway', settings.name),
      operator: { state: operator.state, problem: operator.problem?.code ?? null },
      node: { state: node.state, problem: node.problem?.code ?? null },
      surface: surface.state,
      version: server?.version ?? null,
    })),
  };
  return { facts, log: log.map((line) => names.clean(line)) };
}

/** Fields of settings that name a machine, an account or a file, with the kind of pseudonym for each. */
const NAMING_FIELDS: Readonly<Record<string, string>> = {
  host: 'host',
  hosts: 'host',
  url: 'host',
  user: 'account',
  file: 'file',
  path: 'file',
  name: 'name',
};

/** Adds the values of `NAMING_FIELDS` fields in settings to the pseudonyms. @param kind kind for a plain text; undefined: it is ignored */
function learnSettings(names: Pseudonyms, value: unknown, kind?: string): void {
  if (typeof value === 'string') {
    if (kind !== undefined && value.length > 2 && !/^(?:localhost|[\d.]+|::1?)$/.test(value)) names.learn(kind, value);
  } else if (Array.isArray(value)) {
    for (const one of value) learnSettings(names, one, kind);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) learnSettings(names, one, NAMING_FIELDS[key]);
  }
}
