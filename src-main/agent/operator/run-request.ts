import { randomUUID } from 'node:crypto';
import { Cleaner, digestOf, nameOr, type ParsedRequest } from './asked.ts';
import type { RunRequest } from './types.ts';

/** What a run on this machine has nothing of. */
const NO_RUN_DETAILS: Pick<
  ParsedRequest,
  | 'kind'
  | 'deviceId'
  | 'platform'
  | 'address'
  | 'roles'
  | 'scopes'
  | 'commands'
  | 'capabilities'
  | 'host'
  | 'repair'
  | 'needs'
> = {
  kind: 'run',
  deviceId: null,
  platform: null,
  address: null,
  roles: [],
  scopes: [],
  commands: [],
  capabilities: [],
  host: 'this machine',
  repair: false,
  needs: [],
};

/**
 * A run that is to be put before a person, as it is shown: under a name of its own, and only to be refused where something had to be left out.
 * @param now ms since 1970
 */
export function askedOfRun(request: RunRequest, now: number): ParsedRequest {
  const { gateway, gatewayName: _name, expiresAt, ...rest } = request;
  const clean = new Cleaner();
  return {
    ...NO_RUN_DETAILS,
    who: nameOr(rest.who, gateway),
    requestId: randomUUID(),
    command: clean.lines(rest.command),
    argv: clean.arguments(rest.argv),
    directory: clean.line(rest.directory),
    // `NAME=value`: a value may be a token.
    environment: clean.words(rest.environment, 4000),
    agent: clean.line(rest.agent, 256),
    title: clean.line(rest.title, 1024),
    text: clean.lines(rest.text, 16_000),
    severity: rest.severity,
    decisions: clean.isWhole ? [...rest.decisions] : ['reject'],
    ...(rest.onceReason === undefined ? {} : { onceReason: rest.onceReason }),
    requestedAt: Math.floor(now),
    expiresAt: expiresAt === null ? null : Math.floor(expiresAt),
    digest: digestOf(['run', gateway, rest]),
  };
}
