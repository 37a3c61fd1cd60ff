import { errorMessage } from '#shared/errors.ts';
import type { Timer } from '#shared/clock.ts';
import { toUuid } from '#shared/platform/index.ts';
import type { ServerFeature } from '../http/index.ts';
import type { PlainDevices, RouteHandlers } from '../platform/index.ts';
import { AccessCheck } from './access-check.ts';
import { CLOSE, REPLACED } from './close-codes.ts';
import { Connectors, type Connector } from './connectors.ts';
import type { PlainContext } from './context.ts';
import { addDevice, setPairingCode } from './device-rows.ts';
import {
  downloadConnector,
  endOwnSession,
  inviteMember,
  pairDevice,
  relayNodes,
  startSession,
  type Invite,
} from './functions/index.ts';
import { PLAIN_LIMITS, PLAIN_RATES, type PlainLimits, type PlainRates } from './limits.ts';
import { NodeRequests } from './node-requests.ts';
import { nodeRoutes } from './node-routes.ts';
import { PlainRateLimits } from './rates.ts';
import type { ReleaseSource } from './releases.ts';
import { newPairingCode } from './secrets.ts';
import { serveConnectors } from './serve-connectors.ts';
import { serveViewers } from './serve-viewers.ts';
import { SessionRecords } from './session-records.ts';
import { sessionRoutes } from './session-routes.ts';
import { TerminalTokens } from './terminal-tokens.ts';
import { Terminals } from './terminals.ts';

/** Headers that pages of other origins may send to the functions, as documented clients do. `apikey` and `x-client-info` are ignored. */
const CROSS_ORIGIN_HEADERS = ['authorization', 'x-client-info', 'apikey', 'content-type'];

/** Parts of the relay that the documented protocol uses. */
export type PlainProtocolOptions = Omit<PlainContext, 'limits' | 'rates'> &
  Readonly<{
    limits?: Partial<PlainLimits>;
    rates?: Partial<PlainRates>;
    /** Releases that `download-connector` names; undefined if there are none. */
    releases: ReleaseSource | undefined;
    /** Invites an address to a project, for `invite-member`. */
    invite: Invite;
    /** Returns the WebSocket URL of the relay, which connectors store. */
    relayUrl(): string;
  }>;

/** Names of the routes below `/api/v1` that this part serves. */
export type PlainRouteName = 'plainSessions.start' | 'plainSessions.attach' | 'plainSessions.end' | 'nodes.request';

/** Running documented protocol. */
export type PlainProtocol = PlainDevices &
  Readonly<{
    /** `/connect`, `/session` and `/functions/v1/…`. */
    feature: ServerFeature;
    /** Handlers for `serveRoutes`. */
    handlers: RouteHandlers<PlainRouteName>;
    /** Ends its work, once the server has closed and before the store does. */
    close(): Promise<void>;
  }>;

/**
 * Starts the documented protocol (PrivaClaw), whose terminals and prompts the relay can read. It passes content on and keeps none. Called by
 * `startPlatform`, only if it is switched on. Reads and writes the database.
 */
export function startPlainProtocol(options: PlainProtocolOptions): PlainProtocol {
  const context: PlainContext = {
    ...options,
    limits: { ...PLAIN_LIMITS, ...options.limits },
    rates: { ...PLAIN_RATES, ...options.rates },
  };
  const { clock, limits, logger } = context;
  const connectors = new Connectors();
  const records = new SessionRecords(context);
  const terminals = new Terminals({
    clock,
    limits,
    connectors,
    ended: (session, reason, bytes) => records.ended(session, reason, bytes),
  });
  const requests = new NodeRequests(context);
  const tokens = new TerminalTokens(context);
  const rates = new PlainRateLimits(context);
  const access = new AccessCheck(context, { terminals, connectors, requests });

  const announce = ({ device }: Connector): void => {
    records.seen(device.id);
    context.changed(device.project, 'devices', [toUuid(device.id)]);
  };
  const lost = (connector: Connector): void => {
    connector.release();
    if (connector.kind === 'connector') terminals.disconnected(connector);
    requests.disconnected(connector);
  };
  const connect = serveConnectors(context, {
    connected(connector) {
      const replaced = connectors.add(connector);
      if (replaced !== undefined) {
        lost(replaced);
        replaced.close(CLOSE.auth, REPLACED);
      }
      announce(connector);
    },
    message(connector, message) {
      if (message.type === 'node') {
        if (connector.kind === 'openclaw') requests.fromNode(connector, message.message);
      } else if (connector.kind === 'openclaw') {
        // A node has no terminals.
      } else if (message.type === 'meta_update') {
        terminals.describe(connector, message.fields);
      } else {
        terminals.fromConnector(connector, message);
      }
    },
    disconnected(connector) {
      // A newer connection of the same program stays as it is.
      if (!connectors.remove(connector)) return;
      lost(connector);
      announce(connector);
    },
  });

  const startedAt = clock.monotonic();
  const sweep = async (): Promise<void> => {
    rates.sweep();
    terminals.sweep();
    records.carried(terminals.takeBytes());
    // Sessions that no one has viewed since the relay started, and that would otherwise be active forever.
    if (clock.monotonic() - startedAt >= limits.sessionIdle) {
      for (const { id, device } of await records.listOlder(clock.now() - limits.sessionIdle)) {
        if (!terminals.has(id)) terminals.end(id, 'no_viewer', { device });
      }
    }
    records.prune();
  };
  let timer: Timer;
  const schedule = (): Timer =>
    clock.setTimer(limits.sweep, () => {
      timer = schedule();
      sweep().catch((error: unknown) => logger.error('old sessions not ended', { message: errorMessage(error) }));
    });
  timer = schedule();

  return {
    feature: {
      name: 'plain',
      prefix: '/functions/v1',
      crossOrigin: { headers: CROSS_ORIGIN_HEADERS },
      sockets: [connect, serveViewers(context, { terminals, connectors, tokens })],
      requests: [
        pairDevice(context, { rates, relayUrl: options.relayUrl, recheck: () => access.run() }),
        startSession(context, { rates }),
        endOwnSession(context, { terminals }),
        relayNodes(context, { connectors }),
        inviteMember(context, { rates, invite: options.invite }),
        downloadConnector({ rates, releases: options.releases, relayUrl: options.relayUrl }),
      ],
    },
    handlers: {
      ...sessionRoutes(context, { terminals, connectors, tokens, rates }),
      ...nodeRoutes(context, { connectors, requests, rates }),
    },
    add: addDevice,
    async createCode(transaction, { device, project }, now) {
      const { code, hash } = newPairingCode(context.crypto);
      return { code, expiresAt: await setPairingCode(transaction, { device, project, hash }, now) };
    },
    kindOf: (device) => (connectors.find(device, 'connector') ?? connectors.find(device, 'openclaw'))?.kind,
    recheck: () => access.run(),
    async close() {
      timer.cancel();
      await access.close();
      records.carried(terminals.takeBytes());
      terminals.close();
      for (const { device } of connectors.list()) records.seen(device.id);
      await records.close();
    },
  };
}
