import type { AuditEntry } from '#shared/app-api/index.ts';
import { hasText, text } from '../../../locale/index.ts';
import { AuditFields, withProblem } from './audit-fields.ts';
import { describeGatewayEvent } from './audit-gateways.ts';
import { formatBytes, formatMoment, quoteUntrusted, showHidden } from '../../../ui/index.ts';

/** Kinds of audit events that the filter offers. */
export type AuditKind = 'peers' | 'rights' | 'terminals' | 'device';

/** Changes in shared folders. */
const CHANGES = ['mkdir', 'rename', 'remove'] as const;

/** Returns the kind of an event, by the beginning of its name. */
export function kindOf(event: string): AuditKind {
  if (event === 'gateway.terminal') return 'terminals';
  const [area] = event.split('.');
  switch (area) {
    case 'pairing':
    case 'peer':
    case 'link':
    case 'plain':
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

/**
 * Describes an audit entry in one sentence; an unknown event by its name and fields. Called for each line of the audit section. No I/O.
 * @param now ms since 1970
 */
export function auditText(entry: AuditEntry, now: number): string {
  const fields = new AuditFields(entry);
  const sentence = describe(entry.event, fields, now);
  if (sentence === undefined) return unknown(entry);
  if (fields.isTrue('relayReads')) return text('audit.relay-reads', { sentence });
  return fields.isTrue('browser') ? text('audit.browser', { sentence }) : sentence;
}

function describe(event: string, fields: AuditFields, now: number): string | undefined {
  const name = fields.peer;
  switch (event) {
    case 'agent.started':
      return text('audit.agent.started', { version: fields.untrusted('version') });
    case 'agent.stopped': {
      const key = `audit.agent.stopped.${fields.raw('reason')}`;
      return hasText(key) ? text(key as 'audit.agent.stopped.stop') : text('audit.agent.stopped');
    }
    case 'agent.paused':
      return text(fields.number('until') === undefined ? 'audit.agent.paused' : 'audit.agent.paused.until');
    case 'agent.resumed':
      return text('audit.agent.resumed');
    case 'secret.moved':
      return fields.raw('store') === 'file'
        ? text('audit.secret.moved.file')
        : text('audit.secret.moved', { store: fields.untrusted('store') });
    case 'relay-server.installed':
      return text('audit.relay-server.installed', {
        url: fields.untrusted('url'),
        host: fields.untrusted('host'),
        version: fields.untrusted('version'),
      });
    case 'relay-server.removed':
      return text('audit.relay-server.removed', { url: fields.untrusted('url'), host: fields.untrusted('host') });
    case 'relay.configured':
      return text(fields.isTrue('insecure') ? 'audit.relay.configured.insecure' : 'audit.relay.configured', {
        url: fields.untrusted('url'),
      });
    case 'network.proxy': {
      const authorities = fields.number('authorities') ?? 0;
      const mode = fields.raw('mode');
      if (mode === 'manual')
        return text('audit.network.proxy.manual', { address: fields.untrusted('address'), authorities });
      return text(mode === 'none' ? 'audit.network.proxy.none' : 'audit.network.proxy.system', { authorities });
    }
    case 'relay.state':
      return relayState(fields);
    case 'pairing.started': {
      const key = `audit.pairing.started.${fields.raw('side')}.${fields.raw('form')}`;
      return hasText(key) ? text(key as 'audit.pairing.started.inviter.code') : undefined;
    }
    case 'pairing.failed':
      return text('audit.pairing.failed', { problem: fields.problem('code') ?? '' });
    case 'pairing.requested':
      return text('audit.pairing.requested', { account: fields.untrusted('account') });
    case 'peer.paired': {
      const key = `audit.peer.paired.${fields.raw('side')}`;
      return hasText(key) ? text(key as 'audit.peer.paired.inviter', { name }) : undefined;
    }
    case 'peer.renamed':
      return text('audit.peer.renamed', { name, before: fields.untrusted('before') });
    case 'peer.forgotten':
      return text('audit.peer.forgotten', { name });
    case 'peer.unfinished':
      return text('audit.peer.unfinished', { name });
    case 'peer.ended':
      return text(`audit.peer.ended.${endOf(fields)}`, { name });
    case 'introduction.given':
      return text('audit.introduction.given', { name, to: fields.untrusted('toName') });
    case 'introduction.accepted':
      return text('audit.introduction.accepted', { name, by: fields.untrusted('byName') });
    case 'introduction.ended':
      return text('audit.introduction.ended', { name, by: fields.untrusted('byName') });
    case 'introduction.refused':
      return text('audit.introduction.refused', { name });
    case 'agent.added':
    case 'agent.changed':
    case 'agent.removed':
    case 'agent.token-renewed':
      return text(`audit.${event}`, { agent: fields.untrusted('agent') });
    case 'agent.files':
      return text(fields.untrusted('folder') === '' ? 'audit.agent.files-none' : 'audit.agent.files', {
        agent: fields.untrusted('agent'),
      });
    case 'message.refused':
    case 'message.delivered':
    case 'message.held':
      return text(`audit.${event}`, { name, agent: fields.untrusted('agent') });
    case 'wake.sent':
      return text('audit.wake.sent', { name, cards: fields.untrusted('cards') });
    case 'transfer.received':
    case 'transfer.sent':
    case 'transfer.ended':
      return fields.raw('transfer') === '*'
        ? text(`audit.${event}.others`, { name, count: countOf(fields) })
        : text(`audit.${event}`, { name });
    case 'folders.changed':
      return text('audit.folders.changed', { name, count: fields.number('count') ?? 0 });
    case 'folder.changed': {
      const action = fields.raw('action');
      const path = fields.untrusted('path');
      const known = CHANGES.find((one) => one === action) ?? 'remove';
      if (fields.raw('path') === '*') return text(`audit.folder.${known}.others`, { name, count: countOf(fields) });
      if (known === 'rename') return text('audit.folder.changed.rename', { name, path, to: fields.untrusted('to') });
      return text(`audit.folder.changed.${known}`, { name, path });
    }
    case 'folder.read':
      return fields.raw('path') === '*'
        ? text('audit.folder.read.others', { name, count: countOf(fields) })
        : text('audit.folder.read', { name, path: fields.untrusted('path') });
    case 'introduction.hands-on':
      return text('audit.introduction.hands-on', { name, rights: fields.untrusted('rights') });
    case 'browser.life':
      return text('audit.browser.life', { name, until: formatMoment(fields.number('expiresAt') ?? now, now) });
    case 'browser.answers':
      return text(fields.isTrue('answers') ? 'audit.browser.answers.on' : 'audit.browser.answers.off', { name });
    case 'browser.answered': {
      const key = `audit.browser.answered.${fields.raw('answer')}`;
      return hasText(key) ? text(key as 'audit.browser.answered.approve', { name }) : undefined;
    }
    case 'browsers.mode': {
      const key = `audit.browsers.mode.${fields.raw('mode')}`;
      return hasText(key) ? text(key as 'audit.browsers.mode.ask') : undefined;
    }
    case 'peer.forgot':
      return text('audit.peer.forgot', { name });
    case 'peer.suspended':
      return text('audit.peer.suspended', { name });
    case 'peer.readmitted':
      return text('audit.peer.readmitted', { name });
    case 'peer.compared':
      return text('audit.peer.compared', { name });
    case 'peer.own':
      return text(fields.isTrue('own') ? 'audit.peer.my-device.on' : 'audit.peer.my-device.off', { name });
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
    case 'message.discarded':
      return text('audit.message.discarded', { name, count: fields.number('count') ?? 0 });
    case 'message.loops':
      return text('audit.message.loops', {
        row: fields.number('inARow') ?? 0,
        total: fields.number('inTenMinutes') ?? 0,
      });
    case 'right.agent':
      return agentRightChanged(fields, now);
    case 'approval.requested':
      return approvalRequested(fields);
    case 'approval.decided': {
      const key = `audit.approval.decided.${fields.raw('outcome')}`;
      return hasText(key) ? withWhat(text(key as 'audit.approval.decided.approved', { name }), fields) : undefined;
    }
    case 'terminal.opened':
      return terminalOpened(fields);
    case 'terminal.attached':
      return text('audit.terminal.attached', { name });
    case 'terminal.taken-over':
      return text('audit.terminal.taken-over', { name, from: fields.untrusted('fromName') });
    case 'terminal.refused':
      return text(fields.isTrue('piped') ? 'audit.command.refused' : 'audit.terminal.refused', {
        name,
        problem: fields.problem('code') ?? '',
      });
    case 'terminal.ended': {
      const key = fields.isTrue('piped') ? 'audit.command.ended' : 'audit.terminal.ended';
      const exitCode = fields.number('exitCode');
      const signal = fields.untrusted('signal');
      const plain =
        exitCode !== undefined
          ? text(`${key}.exit`, { name, exitCode })
          : signal === ''
            ? text(key, { name })
            : text(`${key}.signal`, { name, signal });
      return withProblem(fields, plain, (problem) => text(`${key}.problem`, { name, problem }));
    }
    case 'way.opened':
      return text('audit.pass-through.opened', { name, to: fields.untrusted('to').slice(0, 7) });
    case 'way.refused':
      return text('audit.pass-through.refused', { name, problem: fields.problem('code') ?? '' });
    case 'terminal.shared':
    case 'terminal.unshared':
      return text(`audit.${event}`, { name, viewer: fields.untrusted('withName') });
    case 'share.opened':
    case 'share.ended':
      return text(`audit.${event}`, { name });
    case 'guest.asked':
    case 'guest.typed':
    case 'guest.let-in':
    case 'guest.declined':
    case 'guest.left':
      return text(`audit.${event}`, { name, guest: fields.untrusted('guest') });
    case 'terminal.guest':
      return reportedGuest(fields);
    case 'terminal.viewed':
      return text('audit.terminal.viewed', { name });
    case 'terminal.view-ended':
      return withProblem(fields, text('audit.terminal.view-ended', { name }), (problem) =>
        text('audit.terminal.view-ended.problem', { name, problem }),
      );
    case 'relay.page-differs':
      return text('audit.relay.page-differs', { url: fields.untrusted('url') });
    case 'account.joined':
    case 'account.linked':
    case 'account.unlinked':
      return text(`audit.${event}`, { url: fields.untrusted('url'), address: fields.untrusted('address') });
    case 'plain.added':
      return text('audit.plain.added', { name, url: fields.untrusted('url') });
    case 'plain.switched':
      return text(fields.isTrue('on') ? 'audit.plain.switched.on' : 'audit.plain.switched.off', { name });
    case 'plain.ended':
    case 'plain.removed':
    case 'plain.connected':
      return text(`audit.${event}`, { name });
    case 'plain.lost':
      return withProblem(fields, text('audit.plain.lost', { name }), (problem) =>
        text('audit.plain.lost.problem', { name, problem }),
      );
    case 'terminal.used':
      return text('audit.terminal.used', { name });
    case 'forward.opened':
    case 'forward.refused':
      return forwarded(event, fields);
    case 'forward.listening':
      return text('audit.forward.listening', { name, address: fields.untrusted('address') });
    case 'targets.changed':
      return text('audit.targets.changed', { name, count: fields.number('count') ?? 0 });
    default:
      return describeGatewayEvent(event, fields);
  }
}

function approvalRequested(fields: AuditFields): string {
  const key = `audit.approval.requested.${fields.raw('right')}`;
  const name = fields.peer;
  const known = hasText(key) ? (key as 'audit.approval.requested.terminal') : 'audit.approval.requested';
  return withWhat(text(known, { name }), fields);
}

/** Adds the exact request to a sentence. Entries of earlier versions don't have one. */
function withWhat(sentence: string, fields: AuditFields): string {
  return fields.raw('what') === '' ? sentence : text('audit.what', { sentence, what: fields.untrusted('what') });
}

/** Returns why a browser was removed by itself; entries of earlier versions don't say it. */
function endOf(fields: AuditFields): 'time' | 'sign-out' | 'tab' | 'other' {
  const cause = fields.raw('cause');
  return cause === 'time' || cause === 'sign-out' || cause === 'tab' ? cause : 'other';
}

/** Describes what a peer says of a link for guests to its terminal here. */
function reportedGuest(fields: AuditFields): string | undefined {
  const event =
    fields.raw('event') === 'left' && fields.raw('code') === 'share.removed' ? 'removed' : fields.raw('event');
  const more = event === 'opened' ? `.${fields.raw('role')}` : fields.isTrue('automatic') ? '.automatic' : '';
  const key = `audit.terminal.guest.${event}${more}`;
  const values = { name: fields.peer, guest: fields.untrusted('guest') };
  return hasText(key) ? text(key as 'audit.terminal.guest.typed', values) : undefined;
}

function terminalOpened(fields: AuditFields): string {
  const name = fields.peer;
  const program = fields.untrusted(fields.raw('command') === '' ? 'program' : 'command');
  const piped = fields.isTrue('piped');
  const opened = text(piped ? 'audit.command.opened' : 'audit.terminal.opened', { name, program });
  if (fields.raw('folder') === '') return opened;
  const facts = { opened, folder: fields.untrusted('folder'), user: fields.untrusted('user') };
  if (piped) return text('audit.command.opened.facts', facts);
  return text('audit.terminal.opened.facts', { ...facts, term: fields.untrusted('term') });
}

/** Describes a target that a peer reached through this device, or was denied. The target `*` stands for further ones that the log doesn't name. */
function forwarded(event: 'forward.opened' | 'forward.refused', fields: AuditFields): string {
  const target = fields.raw('target') === '*' ? text('audit.forward.others') : fields.untrusted('target');
  const address = fields.raw('address');
  const isElsewhere = address !== '' && address !== fields.raw('target');
  const reached = isElsewhere ? `${target} (${fields.untrusted('address')})` : target;
  const shown = fields.raw('protocol') === 'udp' ? `${reached}, UDP` : reached;
  const values = { name: fields.peer, target: shown, count: fields.number('count') ?? 1 };
  if (event === 'forward.opened') return text('audit.forward.opened', values);
  return text('audit.forward.refused', { ...values, problem: fields.problem('code') ?? '' });
}

/** Describes a link that came up, with its path if it has a name. */
function linked(fields: AuditFields): string {
  const name = fields.peer;
  const key = `audit.peer.linked.${fields.raw('path')}`;
  return hasText(key) ? text(key as 'audit.peer.linked.direct', { name }) : text('audit.peer.linked', { name });
}

function linkRefused(fields: AuditFields): string {
  const claimed = fields.untrusted('claimed').slice(0, 7);
  // This code's text addresses the rejected device.
  if (fields.raw('code').endsWith('.unknown-peer')) return text('audit.link.refused.unknown', { claimed });
  return text('audit.link.refused', { claimed, problem: fields.problem('code') ?? '' });
}

function relayState(fields: AuditFields): string | undefined {
  const url = fields.untrusted('url');
  const problem = fields.problem('problem');
  if (problem !== undefined) return text('audit.relay.problem', { url, problem });
  const state = fields.raw('state');
  if (state === 'online') return text('audit.relay.online', { url });
  const key = `settings.relay.state.${state}`;
  const word = hasText(key) ? text(key as 'settings.relay.state.online') : showHidden(state);
  return text('audit.relay.state', { url, state: word });
}

/** Returns for how many equal events an entry stands; entries of earlier versions have no number. */
function countOf(fields: AuditFields): number {
  return fields.number('count') ?? 1;
}

function rightChanged(fields: AuditFields, now: number): string {
  const name = fields.peer;
  const decision = fields.raw('decision');
  const until = fields.number('expiresAt');
  const isTimed = decision === 'allow' && until !== undefined;
  const most = decision === 'allow' ? fields.number('most') : undefined;
  const key = `audit.right.${fields.raw('right')}.${decision}${most === undefined ? '' : '.most'}${isTimed ? '.until' : ''}`;
  if (hasText(key)) {
    const values = { name, until: formatMoment(until ?? now, now), size: formatBytes(most ?? 0) };
    return text(key as 'audit.right.send.allow.most.until', values);
  }
  return text('audit.right.other', { name, right: fields.untrusted('right'), decision: fields.untrusted('decision') });
}

function agentRightChanged(fields: AuditFields, now: number): string | undefined {
  const decision = fields.raw('decision');
  const until = fields.number('expiresAt');
  const key = `audit.right.agent.${decision}${decision === 'allow' && until !== undefined ? '.until' : ''}`;
  if (!hasText(key)) return undefined;
  return text(key as 'audit.right.agent.allow.until', {
    name: fields.peer,
    agent: fields.untrusted('agent'),
    until: formatMoment(until ?? now, now),
  });
}

/** Describes an unknown event by its name and fields. */
function unknown({ event, fields }: AuditEntry): string {
  const shown = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : (JSON.stringify(value) ?? '')}`,
  );
  return quoteUntrusted([event, ...shown].join(' ').slice(0, 500));
}
