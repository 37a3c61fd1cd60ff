import { textAt, type Json } from './frames.ts';
import type { Gateway, Methods } from './gateway.ts';

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
  'chat.abort': (gateway, _caller, params) => gateway.chats.abort(params),
  'gateway.restart.preflight': preflight,
  'gateway.restart.request': (gateway) => {
    const found = preflight(gateway);
    setImmediate(() => void gateway.restart());
    return { ok: true, status: 'scheduled', preflight: found };
  },
};

function preflight(gateway: Gateway): Json {
  const active = gateway.chats.active.length;
  return {
    safe: active === 0,
    counts: { embeddedRuns: active, totalActive: active },
    blockers:
      active === 0 ? [] : [{ kind: 'embedded-run', count: active, message: `${active} active embedded run(s)` }],
    summary: active === 0 ? 'safe to restart now' : `restart deferred: ${active} active embedded run(s)`,
  };
}

function id(params: Json): string {
  return textAt(params, 'sessionId') ?? '';
}

function number(params: Json, name: string): number {
  const value = params[name];
  return typeof value === 'number' ? value : 0;
}
