import type { GatewaySettings } from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { GatewayManager, type GatewayToAdd } from '#agent/openclaw/gateways/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { gatewaySettings, ScriptedMachine } from '#test/support/scripted-gateways.ts';

export const TOKEN = 'shared-token-of-the-lab-0123456789';

/** The gateways of one device, with scripted ones at the other end and a clock that the test moves. */
export class Lab {
  readonly clock = new FakeClock();
  readonly machine = new ScriptedMachine(this.clock);
  readonly file: MemoryDocumentFile;
  readonly lines = new MemoryLineFile();
  readonly secret: Uint8Array;
  readonly manager: GatewayManager;
  readonly audit: AuditLog;
  commands: string[] = [];
  changes = 0;

  constructor(former?: Lab) {
    this.file = former?.file ?? new MemoryDocumentFile();
    this.secret = former?.secret ?? nativeBackend.randomBytes(32);
    this.audit = new AuditLog({ file: this.lines, clock: this.clock, logger: silentLogger });
    this.manager = new GatewayManager({
      file: this.file,
      machine: this.machine,
      self: { platform: 'linux', version: '0.0.0' },
      crypto: nativeBackend,
      masterSecret: this.secret,
      clock: this.clock,
      logger: silentLogger,
      audit: this.audit,
      deviceName: () => 'Lab device',
      nodeDeclaration: () => ({ capabilities: ['system'], commands: this.commands }),
      pendingRequests: () => 0,
      onChange: () => {
        this.changes += 1;
      },
    });
    this.manager.start();
  }

  /** @returns the id of the gateway, which is tried at once */
  add(changes: Partial<GatewaySettings> = {}, secrets: Omit<GatewayToAdd, 'settings'> = { token: TOKEN }): string {
    return this.manager.add({ settings: gatewaySettings(changes), ...secrets }).id;
  }

  get events(): string[] {
    return this.lines.lines.map((line) => (JSON.parse(line) as { event: string }).event);
  }
}

/** The roles of a gateway that is only a node's. */
export const NODE_ONLY = {
  operator: { enabled: false, access: 'full' },
  node: { enabled: true, name: 'Node', capabilities: [] },
} as const satisfies Partial<GatewaySettings>;
