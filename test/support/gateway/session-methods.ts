import { textAt, type Json } from './frames.ts';
import type { Gateway, Methods } from './gateway.ts';

/** What clients hear before a restart that somebody has asked for. */
const ANNOUNCED = { reason: 'gateway restarting', expectedMs: 1_500 };

/** Terminals, prompts, and starting anew. */
export const sessionMethods: Methods = {
  'terminal.open': (gateway, caller, params) =>
    gateway.terminals.open(caller, number(params, 'cols'), number(params, 'rows')),
  'terminal.input': (gateway, caller, params) => ({
    ok: gateway.terminals.input(caller, id(params), textAt(params, 'data') ?? ''),
  }),
  'terminal.resize': (gateway, caller, params) => ({
    ok: gateway.terminals.resize(caller, id(params), number(params, 'cols'), number(params, 'rows')),
  }),
  'terminal.close': (gateway, caller, params) => ({ ok: gateway.terminals.close(caller, id(params)) }),
  'terminal.attach': (gateway, caller, params) => gateway.terminals.attach(caller, id(params)),
  'terminal.list': (gateway) => ({ sessions: gateway.terminals.list() }),
  'chat.send': (gateway, _caller, params) => gateway.chats.send(params),
  'agent.wait': (gateway, _caller, params) => gateway.chats.wait(params),
  'chat.abort': (gateway, _caller, params) => gateway.chats.abort(params),
  'gateway.restart.preflight': preflight,
  'gateway.restart.request': (gateway, _caller, params) => {
    const found = preflight(gateway);
    const now = found['safe'] === true || params['skipDeferral'] === true;
    // Deferred: as soon as nothing runs any more.
    if (now) setImmediate(() => void gateway.restart(ANNOUNCED));
    else gateway.chats.whenIdle(() => void gateway.restart(ANNOUNCED));
    const restart = { ok: true, pid: process.pid, signal: 'SIGUSR2', mode: 'emit', delayMs: 0, coalesced: false };
    return { ok: true, status: now ? 'scheduled' : 'deferred', preflight: found, restart };
  },
};

function preflight(gateway: Gateway): Json {
  const active = gateway.chats.active.length;
  const blockers =
    active === 0
      ? []
      : [
          { kind: 'queue', count: active, message: `${String(active)} queued or active operation(s)` },
          { kind: 'embedded-run', count: active, message: `${String(active)} active embedded run(s)` },
        ];
  return {
    safe: active === 0,
    counts: {
      queueSize: active,
      pendingReplies: 0,
      embeddedRuns: active,
      cronRuns: 0,
      backgroundExecSessions: 0,
      rootRequests: 0,
      activeTasks: 0,
      totalActive: 2 * active,
    },
    blockers,
    summary:
      active === 0
        ? 'safe to restart now'
        : `restart deferred: ${blockers.map((blocker) => blocker.message).join('; ')}`,
  };
}

function id(params: Json): string {
  return textAt(params, 'sessionId') ?? '';
}

function number(params: Json, name: string): number {
  const value = params[name];
  return typeof value === 'number' ? value : 0;
}
