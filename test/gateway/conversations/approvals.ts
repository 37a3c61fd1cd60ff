import { ask, owner, type Conversation } from './place.ts';

const PLAN = { argv: ['ls', '-l'], cwd: '/tmp', commandText: 'ls -l', agentId: null, sessionKey: null };
const REQUEST = { command: 'ls -l', commandArgv: ['ls', '-l'], cwd: '/tmp', host: 'gateway', timeoutMs: 20_000 };

/** Requests to run something, and plugins' requests: who may decide, and what is said about it. */
export const approvals: Conversation = async (place, note) => {
  const by = await owner(place);
  note('nobody there', await by.request('exec.approval.request', { ...REQUEST, twoPhase: true }));
  note('without a node', await by.request('exec.approval.request', { ...REQUEST, host: 'node' }));
  const inbox = await owner(place, { caps: ['approvals', 'plugin-approvals'] });

  const accepted = await by.request('exec.approval.request', { ...REQUEST, systemRunPlan: PLAN, twoPhase: true });
  note('accepted', accepted);
  const requested = await inbox.event('exec.approval.requested');
  note('requested', { ...requested, request: Object.keys(requested['request'] as object).includes('command') });
  const listed = (await ask(inbox, 'exec.approval.list')) as unknown as readonly Record<string, unknown>[];
  note(
    'listed',
    listed.map((one) => Object.keys(one).toSorted()),
  );
  const { id } = requested;
  note('a wrong decision', await inbox.request('exec.approval.resolve', { id, decision: 'maybe' }));
  note('an unknown one', await inbox.request('exec.approval.resolve', { id: 'nope', decision: 'deny' }));
  const waiting = by.request('exec.approval.waitDecision', { id });
  note('resolved', await inbox.request('exec.approval.resolve', { id, decision: 'allow-once' }));
  const resolved = await inbox.event('exec.approval.resolved');
  note('told', { ...resolved, request: typeof resolved['request'] });
  note('decision', await waiting);
  note(
    'answered once more',
    by.late.map((frame) => (frame.type === 'res' ? frame.payload : frame)),
  );
  note('the same again', await inbox.request('exec.approval.resolve', { id, decision: 'allow-once' }));
  note('another decision', await inbox.request('exec.approval.resolve', { id, decision: 'deny' }));

  const second = await by.request('exec.approval.request', { ...REQUEST, twoPhase: true });
  const secondId = second.ok ? second.payload['id'] : undefined;
  const applied = await inbox.request('approval.resolve', { id: secondId, kind: 'exec', decision: 'deny' });
  note('resolved by kind', applied.ok ? { applied: applied.payload['applied'] } : applied);

  const plugin = { title: 'Send a message', description: 'To somebody', pluginId: 'mail', twoPhase: true };
  note('plugin accepted', await by.request('plugin.approval.request', plugin));
  const asked = await inbox.event('plugin.approval.requested');
  note('plugin requested', asked);
  note('plugin resolved', await inbox.request('plugin.approval.resolve', { id: asked['id'], decision: 'deny' }));
  const told = await inbox.event('plugin.approval.resolved');
  note('plugin told', { ...told, request: typeof told['request'] });
  await inbox.close();
  await by.close();
};
