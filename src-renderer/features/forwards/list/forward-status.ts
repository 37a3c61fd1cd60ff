import {
  problemToExplain,
  type ForwardProblem,
  type ForwardRule,
  type ForwardView,
  type RightDecision,
} from '#shared/app-api/index.ts';
import { isItself } from '../form/draft.ts';
import { listensElsewhere } from '../form/kinds.ts';
import { explainCode, text } from '../../../locale/index.ts';
import { machineOfForward } from '../../../store/index.ts';
import { formatMoment, quoteUntrusted } from '../../../ui/index.ts';
import { hostPortText } from './rule-text.ts';

/**
 * Status of a forward, in one word. `problem`: the forward is ready but has a problem, such as a failed connection. `ask`, `deny`: its port is open, but
 * its machine asks someone or refuses when the first connection comes. `may-ask`: it isn't known whether it asks. Every part of the page that shows a status or a problem uses this file. Its
 * functions have no effects.
 */
export type ForwardStatus = ForwardView['state'] | 'problem' | 'ask' | 'may-ask' | 'deny';

/**
 * Returns the status to show for a forward.
 * @param there what its machine has said about forwards; undefined if that isn't known
 * @param all saved forwards: a machine that let another one through to the same address has allowed that address
 */
export function forwardStatus(
  forward: ForwardView,
  there: RightDecision | undefined,
  all: readonly ForwardView[],
): ForwardStatus {
  const { state, problem, rule, asks } = forward;
  if (state !== 'ready') return state;
  if (problem !== null) return 'problem';
  // A port over there or an SSH tunnel is ready only after an answer.
  const isAnswered =
    listensElsewhere(rule) ||
    rule.kind === 'ssh-tunnel' ||
    forward.auto?.way === 'ssh' ||
    hasCarried(forward) ||
    all.some((other) => hasCarried(other) && leadsToSameTarget(rule, other.rule));
  // The agent drops such an answer when the machine names another permission.
  if (isAnswered || there === 'allow' || asks === 'no' || !goesThroughMachine(rule)) return 'ready';
  return there === undefined || (there === 'ask' && asks === 'perhaps') ? 'may-ask' : there;
}

/** Reports whether a machine makes the connections. The others are a folder of this machine and a tunnel of its own. */
function goesThroughMachine(rule: ForwardRule): boolean {
  return machineOfForward({ rule }) !== undefined;
}

function hasCarried({ connections, bytesIn }: ForwardView): boolean {
  return connections > 0 || bytesIn > 0;
}

/** Reports whether both are ports here that lead to one target of one machine. Machines allow TCP and UDP separately. */
function leadsToSameTarget(one: ForwardRule, other: ForwardRule): boolean {
  if (one.kind !== 'tcp-bridge' && one.kind !== 'udp') return false;
  return (
    other.kind === one.kind &&
    !listensElsewhere(other) &&
    other.peer === one.peer &&
    other.to.host === one.to.host &&
    other.to.port === one.to.port
  );
}

/** Next step that the note about a problem offers as a button. `free` is a local port that no program uses. */
export type ForwardRemedy =
  | Readonly<{ kind: 'free-port'; port: number; free: number }>
  | Readonly<{ kind: 'restart' }>
  | Readonly<{ kind: 'edit' }>
  | Readonly<{ kind: 'peers' }>
  | Readonly<{ kind: 'host-key' }>
  | Readonly<{ kind: 'none' }>;

/** Codes of problems that the person solves by editing the forward. */
const BY_EDITING: ReadonlySet<string> = new Set([
  'forward.no-peer',
  'forward.no-password',
  'forward.secret-unreadable',
  'forward.address',
  'forward.port-privileged',
  'forward.port-unavailable',
  'forward.port-in-use',
  'forward.target',
  'forward.name',
  'forward.protected',
  'ssh.login-refused',
  'ssh.password-missing',
  'ssh.key-file-missing',
  'ssh.key-file-passphrase',
  'ssh.key-file-format',
  'ssh.agent-missing',
  'ssh.agent-empty',
  'ssh.port-taken',
]);
/** Codes of problems with the target of a single connection. */
const ABOUT_THE_TARGET: ReadonlySet<string> = new Set(['forward.target', 'forward.name']);
/** Codes of problems that pass when the peer or the server answers. */
const BY_WAITING: ReadonlySet<string> = new Set([
  'forward.asking',
  'forward.kind-unavailable',
  'forward.cancelled',
  'ssh.connecting',
  'ssh.opening',
]);
/** Codes of problems that the page of machines explains. */
const BY_THE_PEER: ReadonlySet<string> = new Set(['forward.linking', 'forward.peer-away']);

/** Codes of problems with an SSH server's key. */
const ABOUT_THE_KEY: ReadonlySet<string> = new Set(['ssh.host-key-unknown', 'ssh.host-key-changed']);

/** Reports whether an SSH server's key waits for a decision although no problem says so, because the forward uses another upstream meanwhile. */
export function hasUnreportedKey({ problem, hostKey }: ForwardView): boolean {
  return hostKey !== null && (problem === null || !ABOUT_THE_KEY.has(problem.code));
}

/** Reports whether the forward has one fixed target. Programs name the targets of a proxy themselves. */
export function hasOneTarget(rule: ForwardView['rule']): boolean {
  return 'to' in rule && rule.to !== null;
}

/** Returns the next step for a forward's problem. */
export function remedyOf({ rule, problem, hostKey, state }: ForwardView): ForwardRemedy {
  if (problem === null) return { kind: 'none' };
  const { code, details } = problem;
  if (hostKey !== null && ABOUT_THE_KEY.has(code)) return { kind: 'host-key' };
  const { port, free } = details;
  if (typeof port === 'number' && typeof free === 'number' && free > 0) return { kind: 'free-port', port, free };
  // The program asked for a missing target: neither editing nor restarting the rule helps.
  if (ABOUT_THE_TARGET.has(code) && state === 'ready' && !hasOneTarget(rule)) return { kind: 'none' };
  if (BY_EDITING.has(code)) return { kind: 'edit' };
  if (BY_THE_PEER.has(code)) return { kind: 'peers' };
  if (BY_WAITING.has(code) || state === 'ready') return { kind: 'none' };
  return { kind: 'restart' };
}

/** Names the taken port and, if the system tells, the program that holds it. */
export function portInUse({ port, owner }: ForwardProblem['details']): string {
  return typeof owner === 'string'
    ? text('forwards.problem.port-in-use.by', { port: port ?? '', owner: quoteUntrusted(owner) })
    : text('forwards.problem.port-in-use', { port: port ?? '' });
}

/** Reports whether a person at the machine has declined the connection, which the machine says by naming a pause. */
export function isDeclined({ code, details }: ForwardProblem): boolean {
  return code === 'forward.denied' && typeof details['retryAfter'] === 'number';
}

/** Says who declined what and when, and from when on a connection asks again. */
function declinedText({ details, at }: ForwardProblem): Readonly<{ what: string; why: string }> {
  const { peer, target } = details;
  const address = typeof target === 'string' ? target : '';
  const [, port] = /^(?:localhost|127\.0\.0\.1|\[::1\]):(\d+)$/u.exec(address) ?? [];
  const values = { peer: quoteUntrusted(String(peer ?? '')), time: formatMoment(at, at) };
  const until = Math.ceil((at + Number(details['retryAfter'])) / 60_000) * 60_000;
  return {
    what:
      port === undefined
        ? text('forwards.problem.declined', { ...values, target: quoteUntrusted(address) })
        : text('forwards.problem.declined.port', { ...values, port }),
    why: text('forwards.problem.declined.again', { time: formatMoment(until, at) }),
  };
}

/** Explains a forward's problem to the person: what happened, why, and what to do. */
export function explainForward(problem: ForwardProblem): ReturnType<typeof explainCode> {
  const { code, details } = problemToExplain(problem);
  const { port, hop, peer, since } = details;
  const message = typeof details['message'] === 'string' ? details['message'] : code;
  const words = explainCode(code, message, details);
  if (typeof hop === 'string' && typeof peer === 'string' && typeof since === 'number') {
    const moment = formatMoment(since, problem.at);
    const what = text('forwards.problem.hop-offline', {
      hop: quoteUntrusted(hop),
      peer: quoteUntrusted(peer),
      since: moment,
    });
    return { ...words, what };
  }
  if (isDeclined(problem)) return { ...words, ...declinedText(problem), next: '' };
  if (code !== 'forward.port-in-use' || port === undefined) return words;
  return {
    ...words,
    what: portInUse(details),
    why: text('forwards.problem.port-in-use.why'),
  };
}

/** Explains the problem of a forward's connection, with the port and the machine of a target that refused it. */
export function explainConnection(
  { rule, peerName }: Pick<ForwardView, 'rule' | 'peerName'>,
  problem: ForwardProblem,
): ReturnType<typeof explainCode> {
  const words = explainForward(problem);
  if (problem.code !== 'forward.refused' || peerName === null || listensElsewhere(rule) || rule.kind === 'ssh-tunnel')
    return words;
  const peer = quoteUntrusted(peerName);
  const { target } = problem.details;
  const named = 'to' in rule && rule.to !== null ? hostPortText(rule.to.host, rule.to.port) : target;
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/u.exec(typeof named === 'string' ? named : '') ?? [];
  if (typeof named !== 'string' || host === '') return words;
  const isPeer = isItself(host);
  const machine = isPeer ? peer : quoteUntrusted(host);
  return {
    what: isPeer
      ? text('forwards.problem.refused.port', { port, peer })
      : text('forwards.problem.refused', { target: quoteUntrusted(named), peer }),
    why: text('forwards.problem.refused.why', { machine }),
    next: text('forwards.problem.refused.next', { machine }),
  };
}
