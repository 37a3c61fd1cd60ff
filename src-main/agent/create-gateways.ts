import type { AppApiServer } from '#shared/app-api/index.ts';
import type { AgentOptions } from './agent-options.ts';
import { GatewayParts } from './gateway-parts.ts';
import type { AuditLog, SettingsStore } from './store/index.ts';

/** What is about gateways of OpenClaw; undefined where the profile keeps none. @throws {StoreError} what is wrong with a document */
export function createGateways(
  parts: Pick<AgentOptions, 'gateways' | 'version' | 'crypto' | 'clock' | 'logger'> &
    Readonly<{
      masterSecret: Uint8Array;
      settings: SettingsStore;
      audit: AuditLog;
      /** To the user interfaces that are there. */
      broadcast: AppApiServer['broadcast'];
      /** Other requests wait for the person than before. */
      onRequests(): void;
    }>,
): GatewayParts | undefined {
  const { gateways, settings } = parts;
  if (gateways === undefined) return undefined;
  return new GatewayParts({
    gateways,
    version: parts.version,
    crypto: parts.crypto,
    masterSecret: parts.masterSecret,
    clock: parts.clock,
    logger: parts.logger,
    audit: parts.audit,
    deviceName: () => settings.value.deviceName,
    broadcast: parts.broadcast,
    onRequests: () => parts.onRequests(),
  });
}
