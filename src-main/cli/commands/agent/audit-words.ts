import type { AuditEntry } from '#shared/app-api/index.ts';
import type { UnreachableCode } from '#shared/forward/index.ts';
import { printable, printableInOrder } from '../../output/index.ts';
import { RELAY_READS } from '../machines/plain-relay-format.ts';
import { rightName } from '../machines/right-names.ts';
import { outcomeWords } from './outcome-words.ts';

/**
 * Words for what happened, about the machine or gateway of the entry if it has one, and the fields that are shown after
 * them. `a|b`: the first of both that isn't empty.
 */
type Words = readonly [what: string, ...fields: string[]];

/** Words for a target that wasn't there. */
const UNREACHED_WORDS: Words = ["couldn't reach", 'target'];

/** Words for events about a command without a terminal. */
const PIPED: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['terminal.opened', ['ran a command here', 'command|program']],
  ['terminal.refused', ["wasn't let run a command here"]],
  ['terminal.ended', ['its command here ended']],
]);

/** Words for the removal of a browser before its time, by cause. */
const ENDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['sign-out', ['was removed, because it signed out or its session ended']],
  ['tab', ['was removed, because its tab was closed']],
]);

/** Words for what a machine says of a link to its terminal here, by event. */
const GUESTS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['opened', ['says: it shared its terminal here by a link', 'role']],
  ['asked', ['says: asked to come in to its terminal here', 'guest']],
  ['let-in', ['says: a person there let a guest in', 'guest', 'role']],
  ['declined', ['says: declined a guest', 'guest']],
  ['typed', ['says: a guest typed in its terminal here', 'guest']],
  ['left', ['says: a guest left its terminal here', 'guest']],
  ['ended', ['says: a link to its terminal here ended']],
  ['lost', ['left its terminal here, so a link to it ended']],
]);
const LET_IN_BY_LINK: Words = ['says: its link let a guest in', 'guest', 'role'];

/** Words for every event of the audit log. */
const WORDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['agent.started', ['ClawReach started', 'version']],
  ['agent.stopped', ['ClawReach stopped']],
  ['agent.paused', ['connections paused']],
  ['agent.resumed', ['connections resumed']],
  ['secret.moved', ['key of this machine moved to', 'store']],
  ['relay.configured', ['relay set', 'url']],
  ['relay.state', ['relay', 'url']],
  ['relay.page-differs', ['page of the relay differs', 'url', 'hash']],
  ['relay-server.installed', ['relay set up on', 'host', 'version']],
  ['relay-server.removed', ['relay removed from', 'host']],
  ['network.proxy', ['proxy set', 'mode', 'address']],
  ['account.linked', ['project given to the account', 'address']],
  ['account.joined', ['joined a project of the account', 'address']],
  ['account.unlinked', ['project taken back from the account', 'address']],
  ['pairing.started', ['pairing started', 'form']],
  ['pairing.failed', ['pairing failed']],
  ['peer.paired', ['paired']],
  ['peer.unfinished', ["was removed, because pairing wasn't finished"]],
  ['peer.compared', ['its words were confirmed']],
  ['peer.ended', ['was removed, because its time was over']],
  ['introduction.given', ['was introduced to', 'toName']],
  ['introduction.accepted', ['was introduced by', 'byName', 'rights']],
  ['introduction.ended', ['was removed, because it is introduced no more by', 'byName']],
  ['introduction.refused', ['its introduction was refused']],
  ['agent.added', ['an agent was added', 'agent']],
  ['agent.changed', ['an agent was changed', 'agent']],
  ['agent.removed', ['an agent was removed', 'agent']],
  ['agent.files', ['the folder from which an agent may send files was set', 'agent', 'folder']],
  ['agent.token-renewed', ['the token of an agent was renewed', 'agent']],
  ['message.refused', ['its message was refused', 'agent', 'code']],
  ['message.delivered', ['its message was given to an agent that acts', 'agent']],
  ['message.discarded', ['its messages that no one had taken were discarded', 'count']],
  ['message.held', ['its message waits for you, since agents may be answering each other without end', 'agent']],
  ['message.loops', ['messages without a person in ten minutes before agents are held', 'inTenMinutes']],
  ['wake.sent', ['a machine in this network was woken for it', 'cards', 'networks']],
  ['transfer.received', ['its files were received', 'files', 'folder']],
  ['transfer.sent', ['files were sent to it', 'files']],
  ['transfer.ended', ['a transfer of files ended', 'state', 'code']],
  ['folders.changed', ['its shared folders changed', 'count']],
  ['folder.changed', ['changed a shared folder', 'action', 'path', 'to']],
  ['folder.read', ['copies from a shared folder', 'path']],
  ['introduction.hands-on', ['may hand on', 'rights']],
  ['browser.life', ['its time was set', 'life']],
  ['browser.answers', ['it may answer requests here', 'answers']],
  ['browser.answered', ['a request was answered in it', 'request', 'answer']],
  ['browsers.mode', ['browsers here', 'mode']],
  ['peer.renamed', ['was renamed, before', 'before']],
  ['peer.forgotten', ['was removed']],
  ['peer.forgot', ['has removed this machine']],
  ['peer.suspended', ['was blocked, because it left the project']],
  ['peer.readmitted', ['was let back in']],
  ['peer.own', ['was marked as your machine']],
  ['peer.certificate', ['renewed its certificate']],
  ['peer.linked', ['connected', 'path']],
  ['peer.unlinked', ['disconnected']],
  ['link.refused', ['its connection was rejected']],
  ['pairing.requested', ['a browser asked to be added', 'account']],
  ['right.changed', ['its permission changed', 'right']],
  ['right.agent', ['messages to an agent here', 'agent', 'decision']],
  ['approval.requested', ['asked', 'right', 'what']],
  ['approval.decided', ['its request was answered', 'right', 'what']],
  ['targets.changed', ['its targets changed', 'count']],
  ['terminal.opened', ['opened a terminal here', 'command|program']],
  ['terminal.attached', ['returned to its terminal here']],
  ['terminal.taken-over', ['took a terminal here over from', 'fromName']],
  ['terminal.refused', ['got no terminal here']],
  ['terminal.ended', ['its terminal here ended']],
  ['terminal.shared', ['shared its terminal here with', 'withName']],
  ['terminal.unshared', ['stopped sharing with', 'withName']],
  ['terminal.viewed', ['watched a terminal here']],
  ['terminal.view-ended', ['stopped watching a terminal here']],
  ['terminal.guest', ['says of guests in its terminal here', 'event', 'guest']],
  ['share.opened', ['its terminal was shared by a link', 'role']],
  ['share.ended', ['a link to its terminal ended']],
  ['guest.asked', ['its terminal: asked to come in', 'guest']],
  ['guest.typed', ['its terminal: typed', 'guest']],
  ['guest.let-in', ['its terminal got the guest', 'guest']],
  ['guest.declined', ['its terminal: declined the guest', 'guest']],
  ['guest.left', ['its terminal was left by the guest', 'guest']],
  ['terminal.used', ['its terminal was used from here']],
  ['way.opened', ['passed through this machine to', 'to']],
  ['way.refused', ["wasn't passed through"]],
  ['forward.opened', ['reached through this machine', 'target']],
  ['forward.refused', ["wasn't let through to", 'target']],
  ['forward.listening', ['receives connections here', 'address']],
  ['remote.started', ['used OpenClaw here', 'kind']],
  ['remote.ended', ['OpenClaw here finished', 'kind']],
  ['remote.refused', ["wasn't let use OpenClaw here", 'kind']],
  ['remote.used', ['its OpenClaw was used from here', 'kind']],
  ['workflows.changed', ['workflows changed', 'count']],
  ['node.run.started', ['ran a command here', 'command']],
  ['node.run.ended', ['its command here ended', 'run']],
  ['node.run.denied', ["its command wasn't run", 'command']],
  ['node.policy.changed', ['commands that gateways may run changed', 'default']],
  ['node.rule.added', ['gateways may run', 'program']],
  ['request.decided', ['its request was answered', 'kind', 'who']],
  ['request.over', ['its request ended', 'kind', 'who']],
  ['gateway.added', ['gateway added', 'host']],
  ['gateway.changed', ['gateway changed', 'host']],
  ['gateway.removed', ['gateway removed']],
  ['gateway.trusted', ['its certificate was trusted', 'how']],
  ['gateway.certificate', ['shows an untrusted certificate']],
  ['gateway.connected', ['gateway connected', 'role']],
  ['gateway.lost', ['gateway disconnected', 'role']],
  ['gateway.pairing', ['gateway has to approve this machine', 'role']],
  ['gateway.refused', ['gateway not tried any more', 'role']],
  ['gateway.restart', ['gateway restarted']],
  ['gateway.workflow', ['workflow started at the gateway', 'workflow']],
  ['gateway.terminal', ['terminal of the gateway used']],
  ['gateway.device', ['device of the gateway changed', 'device', 'change']],
  ['gateway.node', ['node of the gateway changed', 'node', 'change']],
  ['gateway.invoked', ['node of the gateway called', 'command']],
  ['plain.added', ['plain relay accepted', 'url']],
  ['plain.switched', ['plain relay switched']],
  ['plain.ended', ['all use of the plain relay ended']],
  ['plain.removed', ['plain relay removed']],
  ['plain.connected', ['plain relay connected']],
  ['plain.lost', ['plain relay disconnected']],
]);

/** Words for the codes of `forward.refused` that say that the target wasn't there: the machine was let through. */
const UNREACHED: Readonly<Record<UnreachableCode, string>> = {
  'forward.name': 'no such name',
  'forward.refused': 'refused',
  'forward.timeout': 'no answer',
  'forward.host-unreachable': 'host unreachable',
  'forward.network-unreachable': 'network unreachable',
  'forward.failed': 'failed',
};

/** Names of all events that have words. */
export const AUDIT_WORDS: readonly string[] = [...WORDS.keys()];

/** Fields that say how something ended, in the order in which they are looked for. */
const OUTCOMES = ['code', 'problem', 'outcome', 'decision', 'reason', 'state', 'by', 'signal'] as const;
/** Outcomes that are a switch. */
const SWITCHES = ['on', 'own'] as const;

/**
 * Returns the columns of an audit entry after its time: machine, what happened, and how it ended. Pure.
 * @param options.withFacts false to leave out the facts of a request, which a terminal has no room for
 */
export function auditCells(
  { event, fields }: AuditEntry,
  { withFacts }: Readonly<{ withFacts: boolean }>,
): readonly [machine: string, what: string, outcome: string] {
  const unreached = event === 'forward.refused' && isUnreached(fields['code']);
  const words = unreached ? UNREACHED_WORDS : (wordsFor(event, fields) ?? WORDS.get(event));
  const [what, ...shown] = words ?? [event, ...Object.keys(fields).filter((field) => !isElsewhere(field))];
  const details = shown.flatMap(
    (field) =>
      field
        .split('|')
        .map((name) => shownField(name, fields[name], withFacts))
        .find(({ length }) => length > 0) ?? [],
  );
  const { count } = fields;
  const times = typeof count === 'number' && count > 1 && !shown.includes('count') ? ` (${count})` : '';
  const mark = fields['relayReads'] === true ? ` (${RELAY_READS})` : fields['browser'] === true ? ' (browser)' : '';
  return [
    machineOf(fields),
    printable(what) + (details.length === 0 ? '' : `: ${details.join(', ')}`) + times + mark,
    outcomeOf(fields),
  ];
}

/** Returns the words for an event that depend on its fields. */
function wordsFor(event: string, fields: AuditEntry['fields']): Words | undefined {
  if (fields['piped'] === true) return PIPED.get(event);
  if (event === 'peer.ended') return ENDS.get(String(fields['cause']));
  if (event !== 'terminal.guest') return undefined;
  if (fields['event'] === 'let-in' && fields['automatic'] === true) return LET_IN_BY_LINK;
  return GUESTS.get(String(fields['event']));
}

/** Returns the machine or gateway of an entry: its name, or the beginning of its ID. */
function machineOf(fields: AuditEntry['fields']): string {
  const { name, peer, claimed } = fields;
  if (typeof name === 'string' && name !== '') return printable(name);
  const id = peer ?? claimed;
  return typeof id === 'string' ? shorten(id) : '-';
}

function outcomeOf(fields: AuditEntry['fields']): string {
  const { exitCode } = fields;
  for (const name of SWITCHES) if (typeof fields[name] === 'boolean') return fields[name] ? 'on' : 'off';
  for (const name of OUTCOMES) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '' && !(name === 'outcome' && typeof exitCode === 'number'))
      return isUnreached(value) ? UNREACHED[value] : outcomeWords(value, fields);
  }
  return typeof exitCode === 'number' ? `exit ${exitCode}` : '';
}

function isUnreached(code: unknown): code is UnreachableCode {
  return typeof code === 'string' && Object.hasOwn(UNREACHED, code);
}

/** Tells whether a field of an unknown event is in another column. */
function isElsewhere(field: string): boolean {
  return ['name', 'peer', 'relayReads', 'browser', 'exitCode', ...OUTCOMES, ...SWITCHES].includes(field);
}

/** Formats a field; nothing for an empty one. */
function shownField(name: string, value: unknown, withFacts: boolean): readonly string[] {
  if (value === null || value === undefined || value === '') return [];
  if (typeof value !== 'string') return [JSON.stringify(value) ?? ''].map(printable);
  if (name === 'right') return [printable(rightName(value))];
  return [name === 'to' ? shorten(value) : printableInOrder(name === 'what' ? placeFacts(value, withFacts) : value)];
}

/**
 * Moves the facts behind the request that they belong to: `open a terminal [folder: "/root"]`. The log has them first, where its longest entries are
 * not cut. Values are quoted, so that none ends the facts. Without facts only the request is left.
 */
function placeFacts(what: string, withFacts: boolean): string {
  const [, facts, request] = /^(\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\]) (.+)$/s.exec(what) ?? [];
  if (facts === undefined || request === undefined) return what;
  return withFacts ? `${request} ${facts}` : request;
}

/** Shortens a peer ID to its first group, as other commands show it; `--json` has the whole ID. */
function shorten(peer: string): string {
  return printable(peer.length === 56 ? peer.slice(0, 7) : peer);
}
