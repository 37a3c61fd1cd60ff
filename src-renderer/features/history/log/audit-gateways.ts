import { hasText, text } from '../../../locale/index.ts';
import { withProblem, type AuditFields } from './audit-fields.ts';

/** Describes an audit event of gateways, nodes and prompts in one sentence; undefined for other events. Called by `auditText`. No I/O. */
export function describeGatewayEvent(event: string, fields: AuditFields): string | undefined {
  const name = fields.peer;
  switch (event) {
    case 'remote.started':
      return fields.raw('kind') === 'restart' && fields.isFalse('confirm')
        ? text('audit.remote.started.restart.preview', { name })
        : ofKind(`audit.remote.started.${fields.raw('kind')}`, { name });
    case 'remote.ended':
      return remoteEnded(fields);
    case 'remote.refused':
      return text('audit.remote.refused', { name, problem: fields.problem('code') ?? '' });
    case 'remote.used':
      return ofKind(`audit.remote.used.${fields.raw('kind')}`, { name }) ?? text('audit.remote.used.other', { name });
    case 'workflows.changed':
      return text('audit.workflows.changed', { count: fields.number('count') ?? 0 });
    case 'node.run.started':
    case 'node.run.denied':
      return inFolder(text(`audit.${event}`, { name, command: fields.untrusted('command') }), fields);
    case 'node.run.ended':
      return runEnded(fields);
    case 'node.policy.changed':
      return text('audit.node.policy.changed');
    case 'node.rule.added':
      return text('audit.node.rule.added', { program: fields.untrusted('program') });
    case 'request.decided':
    case 'request.over':
      return request(event, fields);
    default:
      return event.startsWith('gateway.') ? gateway(event, fields) : undefined;
  }
}

function gateway(event: string, fields: AuditFields): string | undefined {
  const name = fields.peer;
  switch (event) {
    case 'gateway.terminal':
    case 'gateway.restart':
    case 'gateway.changed':
    case 'gateway.removed':
      return text(`audit.${event}`, { name });
    case 'gateway.workflow':
      return text('audit.gateway.workflow', { name, workflow: fields.untrusted('workflow') });
    case 'gateway.added':
      return text('audit.gateway.added', { name, host: fields.untrusted('host') });
    case 'gateway.trusted':
      return ofKind(`audit.gateway.trusted.${fields.raw('how')}`, { name, fingerprint: beginning(fields) });
    case 'gateway.certificate':
      return text(fields.raw('before') === '' ? 'audit.gateway.certificate.first' : 'audit.gateway.certificate.other', {
        name,
      });
    case 'gateway.connected':
    case 'gateway.pairing':
    case 'gateway.lost':
    case 'gateway.refused':
      return ofKind(`audit.${event}.${fields.raw('role')}`, { name, problem: fields.problem('code') ?? '' });
    case 'gateway.device':
      return ofKind(`audit.gateway.device.${fields.raw('change')}`, {
        name,
        device: short(fields.untrusted('device')),
      });
    case 'gateway.node':
      return ofKind(`audit.gateway.node.${fields.raw('change')}`, { name, node: short(fields.untrusted('node')) });
    case 'gateway.invoked': {
      const values = { name, node: short(fields.untrusted('node')), command: fields.untrusted('command') };
      const problem = fields.problem('code');
      if (problem === undefined) return text('audit.gateway.invoked', values);
      return text('audit.gateway.invoked.problem', { ...values, problem });
    }
    default:
      return undefined;
  }
}

function remoteEnded(fields: AuditFields): string {
  const name = fields.peer;
  const kind = fields.raw('kind');
  const plain = ofKind(`audit.remote.ended.${kind}`, { name }) ?? text('audit.remote.ended.other', { name });
  // A watch ends only because someone stops it.
  if (kind === 'watch' || fields.raw('outcome') === 'done') return plain;
  const over = text('audit.remote.ended.other', { name });
  return withProblem(fields, over, (problem) => text('audit.remote.ended.problem', { name, problem }), 'outcome');
}

function runEnded(fields: AuditFields): string {
  const values = { name: fields.peer, run: fields.number('run') ?? 0 };
  const exitCode = fields.number('exitCode');
  return exitCode === undefined
    ? text('audit.node.run.ended', { ...values, outcome: fields.raw('outcome') })
    : text('audit.node.run.ended.exit', { ...values, exitCode });
}

function request(event: 'request.decided' | 'request.over', fields: AuditFields): string | undefined {
  const who = fields.untrusted('who');
  const what = ofKind(`audit.request.what.${fields.raw('kind')}`, { who }) ?? text('audit.request.what.other', { who });
  return ofKind(`audit.${event}.${fields.raw('outcome')}`, { name: fields.peer, what });
}

/** Returns the text of a key; undefined if the catalogue doesn't have it. */
function ofKind(key: string, values: Readonly<Record<string, string | number>>): string | undefined {
  return hasText(key) ? text(key as 'audit.remote.used.prompt', values as { name: string }) : undefined;
}

/** Shortens a digest to its beginning, which identifies it. */
function short(id: string): string {
  return id.length > 24 ? `${id.slice(0, 12)}…` : id;
}

function beginning(fields: AuditFields): string {
  return fields.untrusted('fingerprint').slice(0, 8).toUpperCase();
}

/** Adds the folder to the sentence of a command, whose effect depends on it. Entries of denied runs have none. */
function inFolder(sentence: string, fields: AuditFields): string {
  const folder = fields.untrusted('directory');
  return folder === '' ? sentence : text('audit.in-folder', { sentence, folder });
}
