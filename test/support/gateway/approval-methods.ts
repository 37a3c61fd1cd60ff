import { requested, type Approval, type ApprovalKind, type Decision } from './approvals.ts';
import { invalid, textAt, type Json } from './frames.ts';
import type { Gateway, Method, Methods } from './gateway.ts';

const DECISIONS: readonly Decision[] = ['allow-once', 'allow-always', 'deny'];

/** `exec.approval.*`, `plugin.approval.*` and what is common to them. */
export const approvalMethods: Methods = {
  'exec.approval.request': request('exec', execRequest),
  'exec.approval.list': (gateway) => gateway.approvals.pending('exec').map(requested),
  'exec.approval.get': (gateway, _caller, params) => {
    const approval = gateway.approvals.find(textAt(params, 'id') ?? '');
    return {
      id: approval.id,
      commandText: textAt(approval.request, 'command') ?? '',
      allowedDecisions: DECISIONS,
      host: approval.request['host'] ?? null,
      nodeId: approval.request['nodeId'] ?? null,
      agentId: approval.request['agentId'] ?? null,
      expiresAtMs: approval.expiresAtMs,
    };
  },
  'exec.approval.resolve': resolve,
  'exec.approval.waitDecision': wait,
  'plugin.approval.request': request('plugin', pluginRequest),
  'plugin.approval.list': (gateway) => gateway.approvals.pending('plugin').map(requested),
  'plugin.approval.resolve': resolve,
  'plugin.approval.waitDecision': wait,
  'approval.resolve': (gateway, caller, params) => {
    const id = textAt(params, 'id') ?? '';
    const applied = gateway.approvals.resolve(id, decisionOf(params), caller.params?.client.id ?? '');
    return { applied, approval: snapshot(gateway.approvals.find(id)) };
  },
  'approval.get': (gateway, _caller, params) => ({
    approval: snapshot(gateway.approvals.find(textAt(params, 'id') ?? '')),
  }),
  'approval.history': (gateway) => ({
    approvals: gateway.approvals
      .history()
      .filter((one) => one.terminalReason !== undefined)
      .map(snapshot),
  }),
};

function request(kind: ApprovalKind, shape: (params: Json) => Json): Method {
  return (gateway, caller, params, again) => {
    const approval = gateway.approvals.create(kind, shape(params), {
      requester: caller,
      ...(typeof params['id'] === 'string' ? { id: params['id'] } : {}),
      ...(typeof params['timeoutMs'] === 'number' ? { timeoutMs: params['timeoutMs'] } : {}),
    });
    if (approval.terminalReason !== undefined) return withoutReason(approval);
    if (params['twoPhase'] !== true) return gateway.approvals.wait(approval.id).then(withoutReason);
    const { id, createdAtMs, expiresAtMs } = approval;
    void gateway.approvals.wait(id).then((ended) => again(withoutReason(ended)));
    return { status: 'accepted', id, deliveryRoute: 'approval-client', createdAtMs, expiresAtMs };
  };
}

function resolve(gateway: Gateway, caller: Parameters<Method>[1], params: Json): Json {
  gateway.approvals.resolve(textAt(params, 'id') ?? '', decisionOf(params), caller.params?.client.id ?? '');
  return { ok: true };
}

async function wait(gateway: Gateway, _caller: Parameters<Method>[1], params: Json): Promise<Json> {
  return decided(await gateway.approvals.wait(textAt(params, 'id') ?? ''));
}

/** Only who waits by the method for it hears why. */
function withoutReason(approval: Approval): Json {
  const { terminalReason: _reason, ...rest } = decided(approval);
  return rest;
}

function decided(approval: Approval): Json {
  const { id, decision, createdAtMs, expiresAtMs, terminalReason } = approval;
  return { id, decision: decision ?? null, createdAtMs, expiresAtMs, terminalReason };
}

function decisionOf(params: Json): Decision {
  const decision = DECISIONS.find((one) => one === params['decision']);
  if (decision === undefined) throw invalid('invalid decision');
  return decision;
}

function execRequest(params: Json): Json {
  const host = textAt(params, 'host') ?? null;
  const plan = params['systemRunPlan'] ?? null;
  if (host === 'node' && textAt(params, 'nodeId') === undefined) throw invalid('nodeId is required for host=node');
  if (host === 'node' && plan === null) throw invalid('systemRunPlan is required for host=node');
  const command = textAt(plan, 'commandText') ?? textAt(params, 'command');
  if (command === undefined) throw invalid('command is required');
  return {
    command,
    systemRunPlan: plan,
    cwd: textAt(plan, 'cwd') ?? textAt(params, 'cwd') ?? null,
    nodeId: host === 'node' ? textAt(params, 'nodeId') : null,
    host,
    security: params['security'] ?? null,
    ask: params['ask'] ?? null,
    warningText: params['warningText'] ?? null,
    allowedDecisions: DECISIONS,
    agentId: params['agentId'] ?? null,
    resolvedPath: params['resolvedPath'] ?? null,
    sessionKey: params['sessionKey'] ?? null,
  };
}

function pluginRequest(params: Json): Json {
  return {
    pluginId: params['pluginId'] ?? null,
    title: params['title'],
    description: params['description'],
    detail: params['detail'] ?? null,
    severity: params['severity'] ?? null,
    toolName: params['toolName'] ?? null,
    toolCallId: params['toolCallId'] ?? null,
    agentId: params['agentId'] ?? null,
    sessionKey: params['sessionKey'] ?? null,
    runId: null,
    scope: params['scope'] ?? null,
    turnSourceChannel: null,
    turnSourceTo: null,
    turnSourceAccountId: null,
    turnSourceThreadId: null,
    ...(Array.isArray(params['allowedDecisions']) ? { allowedDecisions: params['allowedDecisions'] } : {}),
  };
}

/** The redacted form that is common to all kinds. */
function snapshot(approval: Approval): Json {
  const { id, kind, request, createdAtMs, expiresAtMs, decision, terminalReason } = approval;
  const common = {
    id,
    urlPath: `/approvals/${id}`,
    createdAtMs,
    expiresAtMs,
    presentation: presentation(kind, request),
  };
  if (terminalReason === undefined) return { ...common, status: 'pending' };
  const resolvedAtMs = approval.resolvedAtMs ?? createdAtMs;
  if (terminalReason === 'timeout') return { ...common, status: 'expired', reason: 'timeout', resolvedAtMs };
  if (decision === 'allow-once' || decision === 'allow-always')
    return { ...common, status: 'allowed', decision, reason: 'user', resolvedAtMs };
  return { ...common, status: 'denied', decision: 'deny', reason: terminalReason, resolvedAtMs };
}

function presentation(kind: ApprovalKind, request: Json): Json {
  const allowedDecisions = DECISIONS;
  if (kind === 'plugin')
    return {
      kind,
      title: request['title'],
      description: request['description'],
      severity: request['severity'] ?? 'info',
      pluginId: request['pluginId'],
      allowedDecisions,
    };
  return {
    kind,
    commandText: request['command'],
    host: request['host'],
    nodeId: request['nodeId'],
    agentId: request['agentId'],
    allowedDecisions,
  };
}
