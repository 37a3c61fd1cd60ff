import type { AppApiServer } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { gatewayPlatform, type GatewayMachine } from '#shared/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { GatewayManager, type NodeSurface } from './gateways/index.ts';
import type { AuditLog } from './store/index.ts';

/** What an agent needs to have gateways. */
export type GatewayAgentOptions = Readonly<{
  file: DocumentFile;
  machine: GatewayMachine;
  /** As Node names it. */
  platform: string;
}>;

export type GatewayPartsOptions = Readonly<{
  gateways: GatewayAgentOptions;
  version: string;
  crypto: CryptoBackend;
  masterSecret: Uint8Array;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
  deviceName(): string;
  /** To the user interfaces that are there. */
  broadcast: AppApiServer['broadcast'];
}>;

const NO_SURFACE: NodeSurface = { capabilities: [], commands: [] };

/** Everything of an agent that is about gateways of OpenClaw, put together. */
export class GatewayParts {
  readonly gateways: GatewayManager;

  /** Loads the documents. @throws {StoreError} what is wrong with them */
  constructor(options: GatewayPartsOptions) {
    const { gateways, version, broadcast, logger } = options;
    this.gateways = new GatewayManager({
      ...options,
      file: gateways.file,
      machine: gateways.machine,
      logger: logger.child({ part: 'gateways' }),
      self: { platform: gatewayPlatform(gateways.platform), version },
      nodeSurface: () => NO_SURFACE,
      pendingRequests: () => 0,
      onChange: () => broadcast('gateways.changed', this.gateways.views()),
    });
  }

  start(): void {
    this.gateways.start();
  }

  /** The machine is in another network, or woke. */
  nudge(): void {
    this.gateways.nudge();
  }

  /** Ends everything, at once. */
  close(): void {
    this.gateways.close();
  }
}
