import { errorText, type AuditEntry } from '#shared/app-api/index.ts';
import { hasText, text } from '../../i18n/index.ts';
import { formatMoment, quoteForeign, showHidden } from '../peers/index.ts';
import { explainCode } from './relay-words.ts';

export type AuditKind = 'peers' | 'rights' | 'terminals' | 'device';

/** What an entry belongs to, by the beginning of its name. */
export function kindOf(event: string): AuditKind {
  const [area] = event.split('.');
  switch (area) {
    case 'pairing':
    case 'peer':
    case 'link':
    case 'way':
      return 'peers';
    case 'right':
    case 'approval':
    case 'remote':
    case 'forward':
    case 'targets':
      return 'rights';
    case 'terminal':
      return 'terminals';
    default:
      return 'device';
  }
}

/** Fields may be of a later version, or of a damaged log: nothing is taken for granted. */
class Fields {
  readonly #fields: AuditEntry['fields'];

  constructor(entry: AuditEntry) {
    this.#fields = entry.fields;
  }

  raw(name: string): string {
    const value = this.#fields[name];
    return typeof value === 'string' ? value : '';
  }

  number(name: string): number | undefined {
    const value = this.#fields[name];
    return typeof value === 'number' ? value : undefined;
  }

  isTrue(name: string): boolean {
    return this.#fields[name] === true;
  }

  /** Somebody else's word. */
  foreign(name: string): string {
    return quoteForeign(this.raw(name).slice(0, 300));
  }

  get peer(): string {
    const name = this.foreign('name');
    return name === '' ? text('audit.unknown-name') : name;
  }

  /** What a code means; an unknown one as it is. */
  problem(name: string): string | undefined {
    const code = this.raw(name);
    if (code === '') return undefined;
    const { what } = explainCode(code);
    const words = what === '' || what === code ? showHidden(code) : what;
    return words.replace(/\.$/, '');
  }
}

/** What happened, in a sentence. */
export function auditText(entry: AuditEntry, now: number): string {
  const fields = new Fields(entry);
  return describe(entry.event, fields, now) ?? unknown(entry);
}

function describe(event: string, fields: Fields, now: number): string | undefined {
  const name = fields.peer;
  switch (event) {
    case 'agent.started':
      return text('audit.agent.started', { version: fields.foreign('version') });
    case 'agent.stopped': {
      const key = `audit.agent.stopped.${fields.raw('reason')}`;
      return hasText(key) ? text(key as 'audit.agent.stopped.stop') : text('audit.agent.stopped');
    }
    case 'secret.moved':
      return fields.raw('store') === 'file'
        ? text('audit.secret.moved.file')
        : text('audit.secret.moved', { store: fields.foreign('store') });
    case 'relay.configured':
      return text(fields.isTrue('insecure') ? 'audit.relay.configured.insecure' : 'audit.relay.configured', {
        url: fields.foreign('url'),
      });
    case 'relay.state':
      return relayState(fields);
    case 'pairing.started': {
      const key = `audit.pairing.started.${fields.raw('side')}.${fields.raw('form')}`;
      return hasText(key) ? text(key as 'audit.pairing.started.inviter.code') : undefined;
    }
    case 'pairing.failed':
      return text('audit.pairing.failed', { problem: fields.problem('code') ?? '' });
    case 'peer.paired': {
      const key = `audit.peer.paired.${fields.raw('side')}`;
      return hasText(key) ? text(key as 'audit.peer.paired.inviter', { name }) : undefined;
    }
    case 'peer.renamed':
      return text('audit.peer.renamed', { name, before: fields.foreign('before') });
    case 'peer.forgotten':
      return text('audit.peer.forgotten', { name });
    case 'peer.own':
      return text(fields.isTrue('own') ? 'audit.peer.own.on' : 'audit.peer.own.off', { name });
    case 'peer.certificate':
      return text('audit.peer.certificate');
    case 'peer.linked':
      return linked(fields);
    case 'peer.unlinked':
      return withProblem(fields, text('audit.peer.unlinked', { name }), (problem) =>
        text('audit.peer.unlinked.problem', { name, problem }),
      );
    case 'link.refused':
      return linkRefused(fields);
    case 'right.changed':
      return rightChanged(fields, now);
    case 'approval.requested':
      return approvalRequested(fields);
    case 'approval.decided': {
      const key = `audit.approval.decided.${fields.raw('outcome')}`;
      return hasText(key) ? text(key as 'audit.approval.decided.approved', { name }) : undefined;
    }
    case 'terminal.opened':
      return text('audit.terminal.opened', { name, program: fields.foreign('program') });
    case 'terminal.attached':
      return text('audit.terminal.attached', { name });
    case 'terminal.taken-over':
      return text('audit.terminal.taken-over', { name, from: fields.foreign('fromName') });
    case 'terminal.refused':
      return text('audit.terminal.refused', { name, problem: fields.problem('code') ?? '' });
    case 'terminal.ended': {
      const exitCode = fields.number('exitCode');
      const plain =
        exitCode === undefined
          ? text('audit.terminal.ended', { name })
          : text('audit.terminal.ended.exit', { name, exitCode });
      return withProblem(fields, plain, (problem) => text('audit.terminal.ended.problem', { name, problem }));
    }
    case 'remote.started': {
      const key = `audit.remote.started.${fields.raw('kind')}`;
      return hasText(key) ? text(key as 'audit.remote.started.prompt', { name }) : undefined;
    }
    case 'remote.refused':
      return text('audit.remote.refused', { name, problem: fields.problem('code') ?? '' });
    case 'way.opened':
      return text('audit.way.opened', { name, to: fields.foreign('to').slice(0, 7) });
    case 'way.refused':
      return text('audit.way.refused', { name, problem: fields.problem('code') ?? '' });
    case 'terminal.used':
      return text('audit.terminal.used', { name });
    case 'forward.opened':
    case 'forward.refused':
      return forwarded(event, fields);
    case 'forward.listening':
      return text('audit.forward.listening', { name, address: fields.foreign('address') });
    case 'node.run.started':
    case 'node.run.denied':
      return text(`audit.${event}`, { name, command: fields.foreign('command') });
    case 'node.run.ended': {
      const run = fields.number('run') ?? 0;
      const exitCode = fields.number('exitCode');
      return exitCode === undefined
        ? text('audit.node.run.ended', { name, run, outcome: fields.raw('outcome') })
        : text('audit.node.run.ended.exit', { name, run, exitCode });
    }
    case 'node.policy.changed':
      return text('audit.node.policy.changed');
    case 'node.rule.added':
      return text('audit.node.rule.added', { program: fields.foreign('program') });
    case 'targets.changed':
      return text('audit.targets.changed', { name, count: fields.number('count') ?? 0 });
    default:
      return undefined;
  }
}

function approvalRequested(fields: Fields): string {
  const key = `audit.approval.requested.${fields.raw('right')}`;
  const name = fields.peer;
  if (hasText(key)) return text(key as 'audit.approval.requested.terminal', { name });
  return text('audit.approval.requested', { name });
}

/** What a peer reached through this device, or did not; `*` stands for more targets than are told apart. */
function forwarded(event: 'forward.opened' | 'forward.refused', fields: Fields): string {
  const target = fields.raw('target') === '*' ? text('audit.forward.others') : fields.foreign('target');
  const values = { name: fields.peer, target, count: fields.number('count') ?? 1 };
  if (event === 'forward.opened') return text('audit.forward.opened', values);
  return text('audit.forward.refused', { ...values, problem: fields.problem('code') ?? '' });
}

/** A link that came up, with the way it took where that has a word. */
function linked(fields: Fields): string {
  const name = fields.peer;
  const key = `audit.peer.linked.${fields.raw('path')}`;
  return hasText(key) ? text(key as 'audit.peer.linked.direct', { name }) : text('audit.peer.linked', { name });
}

function linkRefused(fields: Fields): string {
  const claimed = fields.foreign('claimed').slice(0, 7);
  // The text of this code is for the one who was refused.
  if (fields.raw('code').endsWith('.unknown-peer')) return text('audit.link.refused.unknown', { claimed });
  return text('audit.link.refused', { claimed, problem: fields.problem('code') ?? '' });
}

function relayState(fields: Fields): string | undefined {
  const url = fields.foreign('url');
  const problem = fields.problem('problem');
  if (problem !== undefined) return text('audit.relay.problem', { url, problem });
  const state = fields.raw('state');
  if (state === 'online') return text('audit.relay.online', { url });
  const key = `settings.relay.state.${state}`;
  const word = hasText(key) ? text(key as 'settings.relay.state.online') : showHidden(state);
  return text('audit.relay.state', { url, state: word });
}

function rightChanged(fields: Fields, now: number): string {
  const name = fields.peer;
  const decision = fields.raw('decision');
  const until = fields.number('expiresAt');
  const isTimed = decision === 'allow' && until !== undefined;
  const key = `audit.right.${fields.raw('right')}.${decision}${isTimed ? '.until' : ''}`;
  if (hasText(key)) {
    const values = { name, until: formatMoment(until ?? now, now) };
    return text(key as 'audit.right.terminal.allow.until', values);
  }
  return text('audit.right.other', { name, right: fields.foreign('right'), decision: fields.foreign('decision') });
}

function withProblem(fields: Fields, plain: string, tell: (problem: string) => string): string {
  const code = fields.raw('code');
  // Only codes that have a text say more than the code itself.
  const known = code !== '' && errorText(code, '').what !== '';
  const problem = known ? fields.problem('code') : undefined;
  return problem === undefined ? plain : tell(problem);
}

/** An event of a later version: its name and fields as they are. */
function unknown({ event, fields }: AuditEntry): string {
  const shown = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : (JSON.stringify(value) ?? '')}`,
  );
  return quoteForeign([event, ...shown].join(' ').slice(0, 500));
}
