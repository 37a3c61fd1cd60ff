import { ForwardConnections } from '#agent/forwards/rules/index.ts';
import { AssociationServer } from '#agent/forwards/datagrams/index.ts';
import { ApprovalStore } from '#agent/core/approvals/index.ts';
import { PeerBook } from '#agent/peers/index.ts';
import { RightsPolicy } from '#agent/core/policy/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { AwaitedConnections } from '#agent/streams/index.ts';
import {
  LocalAddresses,
  ReservedPorts,
  PeerTargets,
  TargetServer,
  type AddressLookup,
  type TargetLimits,
} from '#agent/targets/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { TargetPattern } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { createIdentity, verifyCertificate, type PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';

export type TargetSideOptions = Readonly<{
  clock: Clock;
  /** What names resolve to; those that are missing do not exist. */
  names?: Readonly<Record<string, readonly string[]>>;
  lookup?: AddressLookup;
  ownAddresses?: readonly string[];
  hostName?: string;
  limits?: Partial<TargetLimits>;
}>;

/** A device that peers reach things through: everything of the agent that a target meets, without network. */
export class TargetSide {
  readonly peers: PeerBook;
  readonly rights: RightsPolicy;
  readonly approvals: ApprovalStore;
  readonly audit: AuditLog;
  readonly ownPorts = new ReservedPorts();
  readonly awaited = new AwaitedConnections();
  readonly connections: ForwardConnections;
  readonly policy: PeerTargets;
  readonly associations: AssociationServer;
  readonly server: TargetServer;
  /** Names that were looked up, in order. */
  readonly looked: string[] = [];
  readonly #clock: Clock;

  constructor(options: TargetSideOptions) {
    const { clock } = options;
    this.#clock = clock;
    const logger = silentLogger;
    this.peers = new PeerBook({ file: new MemoryDocumentFile(), clock, logger });
    this.rights = new RightsPolicy({ peers: this.peers, clock });
    this.audit = new AuditLog({ file: new MemoryLineFile(), clock, logger });
    this.approvals = new ApprovalStore({
      file: new MemoryDocumentFile(),
      peers: this.peers,
      clock,
      logger,
      audit: this.audit,
    });
    // As the gate does.
    this.rights.onChange(({ peerId, right, decision }) => {
      if (decision !== 'ask') this.approvals.decided(peerId, right, decision === 'allow' ? 'approved' : 'denied');
    });
    this.connections = new ForwardConnections({ clock, onChange: () => undefined });
    const lookup = options.lookup ?? named(options.names ?? {});
    this.policy = new PeerTargets({
      peers: this.peers,
      rights: this.rights,
      approvals: this.approvals,
      clock,
      logger,
      lookup: (name) => {
        this.looked.push(name);
        return lookup(name);
      },
      localAddresses: new LocalAddresses({
        clock,
        list: () => options.ownAddresses ?? [],
        hostName: options.hostName ?? 'target-side',
      }),
      reservedPorts: this.ownPorts,
    });
    this.associations = new AssociationServer({
      policy: this.policy,
      connections: this.connections,
      audit: this.audit,
      clock,
      logger,
    });
    this.server = new TargetServer({
      policy: this.policy,
      awaited: this.awaited,
      datagrams: this.associations,
      connections: this.connections,
      reservedPorts: this.ownPorts,
      audit: this.audit,
      clock,
      logger,
      limits: options.limits ?? {},
    });
  }

  addPeer(name: string): PeerId {
    const now = Math.floor(this.#clock.now() / 1000);
    const { certificate } = createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now });
    return this.peers.add({
      certificate: verifyCertificate(crypto, certificate, now),
      name,
      grants: {},
      words: null,
      provisionalUntil: null,
      enrolledBy: null,
    }).peerId;
  }

  allow(peerId: PeerId, ...patterns: readonly string[]): void {
    this.peers.setTargets(peerId, patterns.map(pattern));
  }

  /** Serves what comes in this session as from that peer. */
  serve(session: Session, peerId: PeerId): void {
    const name = this.peers.get(peerId)?.name ?? '';
    session.onStream = (stream) => void this.server.serve(stream, { peerId, name }, session);
  }

  close(): void {
    this.server.close();
    this.policy.close();
    this.approvals.close();
    this.rights.close();
    this.peers.close();
  }
}

/** `localhost:5432`, `10.0.0.0/8:*`, `listen 0.0.0.0:8000-8100` */
export function pattern(text: string): TargetPattern {
  const [, listen, host = '', ports = ''] = /^(listen )?(.*):([^:]*)$/.exec(text) ?? [];
  return { kind: listen === undefined ? 'connect' : 'listen', host, ports, expiresAt: null };
}

function named(names: Readonly<Record<string, readonly string[]>>): AddressLookup {
  return (name) => {
    const addresses = names[name];
    return addresses === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(addresses);
  };
}
