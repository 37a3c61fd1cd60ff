import { equalBytes } from '#shared/bytes/index.ts';
import type { Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import { FOREIGN_LIMITS, type ForeignLimits } from '#shared/foreign/index.ts';
import type { Hub } from '../hub/index.ts';
import type { RequestRoute, SocketRoute } from '../http/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { Authenticator } from './authenticator.ts';
import { CLOSE_AUTH, CLOSE_REPLACED, InstanceConnections, type InstanceConnection } from './connections.ts';
import type { ForeignContext } from './context.ts';
import { DeviceMessages, DeviceRecipients } from './devices.ts';
import { Flights } from './flights.ts';
import { findKeys } from './instance-rows.ts';
import type { LiveInstances } from './instance-views.ts';
import { FOREIGN_RATES, type ForeignRates } from './limits.ts';
import { Registrar } from './registrar.ts';
import { serveRequests } from './serve-requests.ts';
import { serveSockets } from './serve-sockets.ts';
import { Tallies } from './tallies.ts';

/** Parts of the relay that foreign instances use. */
export type ForeignOptions = Omit<ForeignContext, 'limits' | 'rates' | 'counts' | 'startedAt'> &
  Readonly<{
    limits: Partial<ForeignLimits>;
    rates: Partial<ForeignRates>;
    metrics: Pick<Metrics, 'addForeign'>;
    hub: Pick<Hub, 'serveInstances'>;
  }>;

/** Running service for foreign instances. */
export type Foreign = LiveInstances &
  Readonly<{
    /** `POST /api/v1/register` and `POST /api/v1/send`. */
    requests: readonly RequestRoute[];
    /** `/api/v1/ws`. */
    socket: SocketRoute;
    /** Ends the connections of instances that were removed or got a new key. Doesn't reject. */
    recheck(): Promise<void>;
    /** Ends its work, once the server has closed and before the store does. */
    close(): Promise<void>;
  }>;

/**
 * Starts the service for foreign instances: programs without a device key, whose messages the relay can read and forge. It passes messages on, also from and to
 * devices, and keeps none. Called by `startPlatform`. Reads and writes the database.
 */
export function startForeign({ metrics, ...options }: ForeignOptions): Foreign {
  const connections = new InstanceConnections();
  const context: ForeignContext = {
    ...options,
    startedAt: options.clock.now(),
    limits: { ...FOREIGN_LIMITS, ...options.limits },
    rates: { ...FOREIGN_RATES, ...options.rates },
    counts: metrics.addForeign(() => ({ online: connections.size, waitingBytes: flights.bytes })),
  };
  const { clock, limits, logger, store } = context;
  const tallies = new Tallies(context);
  const flights = new Flights(context, connections, new DeviceRecipients(context), tallies);
  const devices = new DeviceMessages(context, connections, flights);
  options.hub.serveInstances(devices);
  const authenticator = new Authenticator(context);
  const registrar = new Registrar(context, authenticator, tallies, (id, publicKey) =>
    // One that was open before signs from now on, too.
    connections.find(id)?.bind(publicKey),
  );

  const announce = (connection: InstanceConnection, online: boolean): void => {
    const { id, project } = connection;
    tallies.heard(connection.facts.row, true);
    for (const other of connections.list(project)) {
      if (other.id !== id) other.send({ type: 'presence', instance: id, online });
    }
    devices.announce(connection, online);
  };
  const services = { authenticator, registrar, flights, tallies };
  const socket = serveSockets(context, {
    ...services,
    connected(connection) {
      const replaced = connections.add(connection);
      if (replaced !== undefined) {
        flights.disconnected(replaced);
        replaced.close(CLOSE_REPLACED, 'replaced');
      }
      announce(connection, true);
      return connections.list(connection.project).flatMap(({ id }) => (id === connection.id ? [] : [id]));
    },
    disconnected(connection) {
      flights.disconnected(connection);
      if (connections.remove(connection)) announce(connection, false);
    },
  });

  const check = async (): Promise<void> => {
    await authenticator.sweep();
    const open = connections.list();
    if (open.length === 0) return;
    try {
      const keys = await store.read((database) =>
        findKeys(
          database,
          open.map(({ id }) => id),
        ),
      );
      for (const connection of open) {
        const { sealed, publicKey = null } = keys.get(connection.id) ?? {};
        if (sealed !== undefined && equalBytes(sealed, connection.facts.row.sealed)) {
          if (publicKey !== null) connection.bind(publicKey);
          continue;
        }
        connection.close(CLOSE_AUTH, 'no longer registered');
      }
    } catch (error) {
      logger.error('instances not checked', { message: errorMessage(error) });
    }
  };
  let isClosed = false;
  let checking: Promise<void> = Promise.resolve();
  const recheck = (): Promise<void> => {
    if (isClosed) return Promise.resolve();
    checking = checking.then(check);
    return checking;
  };
  let timer: Timer;
  const schedule = (): Timer =>
    clock.setTimer(limits.recheck, () => {
      timer = schedule();
      void recheck();
    });
  timer = schedule();

  return {
    requests: serveRequests(context, services),
    socket,
    recheck,
    connectionOf: (id) => connections.find(id),
    tallyOf: (row) => tallies.of(row),
    async close() {
      isClosed = true;
      timer.cancel();
      devices.close();
      flights.close();
      await checking;
      await tallies.close();
    },
  };
}
